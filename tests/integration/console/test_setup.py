"""The set-up, from nothing but a code to the first answers in shadow."""

import json
from dataclasses import replace

import pytest

from connectors.zendesk.sandbox.faults import Faults
from integration import ledger, stored_settings
from integration.console import answering, policy_form
from integration.console.drafts import read_drafts
from integration.policy_folder import activate
from integration.store import Store, StoreUnavailable, deliveries, facts, made, policies
from integration.vault import VaultError
from rules.policy import parse_policy
from tests.fakes.helpdesk import FakeClock
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import ADA, HERE, OMAR, Browser, Installation, app_for

SECRET = "sandbox-client-secret"


def credentials(browser: Browser, secret: str = SECRET) -> None:
    page = browser.get("/setup/zendesk")
    browser.submit(page, "", client_id="deskclerk_sandbox", client_secret=secret)


@pytest.fixture
def began(fresh: Installation) -> Browser:
    """Signed in by the helpdesk, with its credentials stored."""
    browser = fresh.browser()
    browser.enter_code()
    credentials(browser)
    assert browser.sign_in(where="/setup").headers["Location"] == "/setup"
    return browser


def active(store: Store) -> dict[str, str]:
    with store.read() as connection:
        return policies.active_files(connection) or {}


def a_policy(browser: Browser, **changes: object) -> None:
    form = {
        "group_default": "Support",
        "regions": ["GB", "EU", "canary"],
        "sectors": ["payments"],
        "timezone": "Europe/Berlin",
        "days": ["mon", "tue"],
        "opens": "08:30",
        "closes": "17:00",
        "holidays": "DE-BY",
    }
    browser.submit(browser.get("/setup/policy"), "", **(form | changes))


def test_the_steps_say_what_is_next(fresh: Installation) -> None:
    browser = fresh.browser()
    browser.enter_code()
    text = browser.get("/setup").text
    assert text.count('aria-current="step"') == 1
    assert text.count(">later<") >= 6
    assert "0123" not in text


def test_credentials_are_tried_before_they_are_stored(fresh: Installation) -> None:
    browser = fresh.browser()
    browser.enter_code()
    page = browser.get("/setup/zendesk")
    assert f"{HERE}/console/signed-in" in page.text
    page = browser.submit(page, "", client_id="deskclerk_sandbox", client_secret="canary")
    assert "check its identifier" in page.text
    assert "canary" not in page.text
    assert stored_settings.version(fresh.store) == ""
    answer = browser.submit(page, "", client_id="deskclerk_sandbox", client_secret=SECRET)
    assert answer.headers["Location"] == "/setup?done=stored"
    present = stored_settings.complete(fresh.settings, fresh.store)
    assert present.zendesk_client_secret.get_secret_value() == SECRET
    assert SECRET not in json.dumps(list(ledger.read_entries(fresh.store)))
    assert "Address and client are known" in browser.get("/setup/zendesk").text


def test_a_client_without_a_name_is_refused(fresh: Installation) -> None:
    browser = fresh.browser()
    browser.enter_code()
    page = browser.submit(browser.get("/setup/zendesk"), "", client_id=" ", client_secret="x")
    assert page.status_code == 200
    assert 'role="alert"' in page.text


def test_a_client_that_is_no_administrator_s_is_not_stored(fresh: Installation) -> None:
    fresh.change_user("Deskclerk", role="agent")
    browser = fresh.browser()
    browser.enter_code()
    form = {"client_id": "deskclerk_sandbox", "client_secret": SECRET}
    page = browser.submit(browser.get("/setup/zendesk"), "", **form)
    assert "no administrator" in page.text
    assert stored_settings.version(fresh.store) == ""


def test_a_stored_client_can_be_replaced_by_another(began: Browser) -> None:
    page = began.get("/setup/zendesk")
    assert "Another OAuth client" in page.text
    page = began.submit(page, "", client_id="deskclerk_sandbox", client_secret="wrong")
    assert "check its identifier" in page.text
    present = stored_settings.complete(began.at.settings, began.at.store)
    assert present.zendesk_client_secret.get_secret_value() == SECRET
    answer = began.submit(page, "", client_id="deskclerk_sandbox", client_secret=SECRET)
    assert answer.headers["Location"] == "/setup?done=stored"


def test_a_client_of_the_platform_s_settings_is_changed_there(
    here: Installation, ada: Browser
) -> None:
    page = ada.get("/setup/zendesk")
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    form = {"client_id": "deskclerk_sandbox", "client_secret": SECRET}
    page = ada.send("/setup/zendesk", **form)
    assert "ZENDESK_CLIENT_ID" in page.text
    assert 'role="alert"' in page.text
    assert stored_settings.version(here.store) == ""


def test_without_an_override_the_address_is_asked_for_first(fresh: Installation) -> None:
    fresh.settings = settings_for(
        fresh.box, zendesk_base_url="", zendesk_client_id="", zendesk_client_secret=""
    )
    fresh.app = app_for(fresh.store, fresh.clock, fresh.settings)
    browser = fresh.browser()
    browser.enter_code()
    assert "Where is your Zendesk?" in browser.get("/setup/zendesk").text
    page = browser.get("/setup/zendesk?subdomain=https://Acme.zendesk.com/agent")
    assert "https://acme.zendesk.com/admin/apps-integrations" in page.text
    assert "Where is your Zendesk?" in browser.get("/setup/zendesk?subdomain=a.example").text


def test_from_the_sign_in_on_the_code_has_done_its_work(began: Browser) -> None:
    assert began.at.browser().enter_code().status_code == 403
    assert ADA in began.get("/setup").text


def test_an_installer_goes_no_further_than_the_sign_in(fresh: Installation) -> None:
    browser = fresh.browser()
    browser.enter_code()
    for path in ("connect", "policy", "drafts", "answers", "try", "start"):
        assert browser.get(f"/setup/{path}").status_code == 403


def test_connecting_shows_a_plan_and_does_that(began: Browser) -> None:
    page = began.get("/setup/connect")
    assert "makes     webhook “Deskclerk”" in page.text
    assert not list(began.at.box.sandbox.state.webhooks)
    answer = began.submit(page, "")
    assert answer.headers["Location"] == "/setup?done=connected"
    [hook] = began.at.box.sandbox.state.webhooks
    assert hook["endpoint"] == f"{HERE}/webhooks/zendesk"
    with began.at.store.read() as connection:
        assert {row.part for row in made.listed(connection)} >= {"webhook"}
    assert "Everything stands as it should" in began.get("/setup/connect").text
    entries = [e for e in ledger.read_entries(began.at.store) if e["kind"] == "connected"]
    assert all(entry["body"]["by"].startswith(ADA) for entry in entries)


def test_views_are_made_where_they_are_wanted(began: Browser) -> None:
    page = began.get("/setup/connect?views=1")
    assert "waiting for approval" in page.text
    assert 'name="views" value="1" checked' in page.text
    assert "waiting for approval" not in began.get("/setup/connect").text


def test_a_plan_that_is_another_by_now_is_shown_again(began: Browser) -> None:
    page = began.get("/setup/connect")
    began.submit(page, "")
    answer = began.submit(page, "")
    assert "changed since the plan was shown" in answer.text


def test_a_helpdesk_that_does_not_answer_is_told(began: Browser) -> None:
    began.at.fail("/api/v2/webhooks")
    page = began.get("/setup/connect")
    assert page.status_code == 200
    assert 'role="alert"' in page.text


def test_after_an_answer_that_was_lost_the_plan_is_what_is_still_to_do(began: Browser) -> None:
    page = began.get("/setup/connect")
    began.at.box.sandbox.faults.set(
        Faults(drop_after=1.0, only="writes", path="/api/v2/webhooks", count=1)
    )
    answer = began.submit(page, "")
    assert 'role="alert"' in answer.text
    assert "Look at the plan again" in answer.text
    assert "makes     webhook" not in answer.text
    page = began.get("/setup/connect")
    assert "stands    webhook" in page.text
    assert began.submit(page, "").headers["Location"] == "/setup?done=connected"
    assert len(began.at.box.sandbox.state.webhooks) == 1


def test_an_agents_client_can_not_connect(began: Browser) -> None:
    began.at.change_user("Deskclerk", role="agent")
    assert "no administrator" in began.get("/setup/connect").text


def test_the_first_policy_comes_of_a_form(began: Browser) -> None:
    page = began.get("/setup/policy")
    assert "<option selected>Complaints</option>" in page.text
    a_policy(began, group_legal="Legal")
    policy = parse_policy(active(began.at.store))
    assert policy.settings.regions == ("GB", "EU")
    assert policy.settings.sectors == ("payments",)
    assert policy.settings.groups == {"default": "Support", "legal": "Legal"}
    assert policy.settings.hours.timezone == "Europe/Berlin"
    assert policy.settings.stage == "shadow"
    a_policy(began, timezone="Europe/Paris")
    assert parse_policy(active(began.at.store)).settings.hours.timezone == "Europe/Paris"


def test_a_firm_that_no_sector_fits_can_say_so(began: Browser) -> None:
    a_policy(began, sectors=["other"])
    assert parse_policy(active(began.at.store)).settings.sectors == ("other",)


def test_the_channels_of_slack_come_of_the_form_too(began: Browser) -> None:
    a_policy(
        began, group_legal="Legal", channel_default="#Support", channel_legal="legal",
        channel_approvals="drafts", channel_leads="#leads",
    )  # fmt: skip
    chat = parse_policy(active(began.at.store)).settings.chat
    assert chat.channels == {"default": "support", "Legal": "legal"}
    assert (chat.approvals, chat.leads) == ("drafts", "leads")
    page = began.get("/setup/policy")
    assert "written by hand" not in page.text
    assert 'name="channel_legal" maxlength="81"' in page.text
    assert 'value="leads"' in page.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"channel_legal": "legal"}, "choose the group"),
        (
            {"group_legal": "Other", "group_fraud": "Other"}
            | {"channel_legal": "a", "channel_fraud": "b"},
            "Other has two channels",
        ),
    ],
)
def test_channels_that_can_not_be_used_are_said(
    began: Browser, changes: dict[str, str], said: str
) -> None:
    form = {"group_default": "Support", "timezone": "UTC", "days": ["mon"]}
    page = began.submit(began.get("/setup/policy"), "", **(form | changes))
    assert said in page.text
    assert active(began.at.store) == {}


def test_an_answer_that_is_sent_twice_is_stored_once(began: Browser) -> None:
    a_policy(began)
    page = began.get("/setup/answers")
    form = {"title": "Reset", "language": "en", "examples": "reset", "body": "Hello."}
    for _ in range(2):
        answer = began.submit(page, "/setup/answers", **form)
        assert answer.status_code == 303
    assert [faq.id for faq in parse_policy(active(began.at.store)).faqs] == ["reset"]


def test_what_is_wrong_with_a_policy_is_said(began: Browser) -> None:
    form = {"form": began.token(), "group_default": "S", "timezone": "Mars", "opens": "x"}
    page = began.post("/setup/policy", form)
    assert "unknown time zone" in page.text
    assert active(began.at.store) == {}


def test_groups_that_can_not_be_read_are_written_by_hand(began: Browser) -> None:
    began.at.fail("/api/v2/groups")
    page = began.get("/setup/policy")
    assert "can't be read now" in page.text
    assert '<input type="text" id="group_default"' in page.text


def test_a_policy_written_by_hand_is_left_alone(began: Browser) -> None:
    files = {"policy.yaml": "groups: {default: X}\n", "faqs.yaml": "faqs: []\n"}
    activate(began.at.store, parse_policy(files).version, files, began.at.clock)
    page = began.get("/setup/policy")
    assert "written by hand" in page.text
    began.post("/setup/policy", {"form": began.token(), "group_default": "Y"})
    assert active(began.at.store) == files


def test_what_was_added_by_hand_to_a_policy_of_the_form_is_not_lost(began: Browser) -> None:
    a_policy(began)
    a_policy(began, opens="09:00")
    files = active(began.at.store)
    assert "09:00" in files["policy.yaml"]
    files["policy.yaml"] += "target_precision: 0.99\n"
    activate(began.at.store, parse_policy(files).version, files, began.at.clock)
    assert "written by hand" in began.get("/setup/policy").text
    began.post("/setup/policy", {"form": began.token(), "group_default": "Y"})
    assert active(began.at.store) == files


def test_of_two_who_fill_in_the_form_nobody_undoes_the_others_unseen(began: Browser) -> None:
    a_policy(began)
    page = began.get("/setup/policy")
    a_policy(began, opens="07:00")
    late = began.submit(page, "", group_default="Support", timezone="UTC")
    assert "another policy meanwhile" in late.text
    again = began.submit(late, "", group_default="Support", timezone="UTC")
    assert "another policy meanwhile" in again.text
    assert "07:00" in active(began.at.store)["policy.yaml"]


def test_a_form_that_comes_again_is_stored_and_nobody_else_was_faster(began: Browser) -> None:
    page = began.get("/setup/policy")
    form = {"group_default": "Support", "regions": ["GB"], "days": ["mon"], "opens": "08:30"}
    for _ in range(2):
        answer = began.submit(page, "", **form, timezone="Europe/Berlin", closes="17:00")
        assert answer.headers["Location"] == "/setup?done=policy-stored"
    kinds = [entry["kind"] for entry in ledger.read_entries(began.at.store)]
    assert kinds.count("policy_activated") == 1


def test_an_answer_that_comes_again_is_added_once(began: Browser) -> None:
    a_policy(began)
    page = began.get("/setup/answers")
    form = {"title": "Reset it", "language": "en", "examples": "how\nhelp", "body": "So.\n"}
    for _ in range(2):
        answer = began.submit(page, "/setup/answers", **form)
        assert answer.headers["Location"] == "/setup/answers?done=answer-stored"
    other = began.submit(page, "/setup/answers", **(form | {"body": "Otherwise."}))
    assert other.headers["Location"] == "/setup/answers?done=answer-stored"
    faqs = parse_policy(active(began.at.store)).faqs
    assert [faq.id for faq in faqs] == ["reset_it", "reset_it_2"]


def test_answers_are_written_and_start_in_shadow(began: Browser) -> None:
    assert began.get("/setup/answers").headers["Location"] == "/setup/policy"
    a_policy(began)
    for title in ("Reset it", "Reset it", "Ümlaut"):
        page = began.get("/setup/answers")
        answer = began.submit(
            page,
            "/setup/answers",
            title=title,
            language="de",
            examples="wie geht das\r\n\r\nwie geht das\nhilfe",
            body="Hallo {{ first_name }},\r\n\r\nso geht es.",
        )
        assert answer.headers["Location"] == "/setup/answers?done=answer-stored"
    faqs = parse_policy(active(began.at.store)).faqs
    assert [(faq.id, faq.stage.value) for faq in faqs] == [
        ("reset_it", "shadow"),
        ("reset_it_2", "shadow"),
        ("umlaut", "shadow"),
    ]
    assert faqs[0].examples == ("wie geht das", "hilfe")
    assert faqs[0].answers[0].body == "Hallo {{ first_name }},\n\nso geht es."
    assert "3 so far" in began.get("/setup").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "are needed"),
        ({"body": "  "}, "are needed"),
        ({"examples": "\n"}, "are needed"),
        ({"body": "Hello {{ frist_name }}"}, "unknown blank"),
        ({"examples": "123"}, "needs words"),
    ],
)
def test_an_answer_that_can_not_be_used_is_kept_in_the_form(
    began: Browser, changes: dict[str, str], said: str
) -> None:
    a_policy(began)
    form = {"title": "Reset", "language": "en", "examples": "reset", "body": "Hello."} | changes
    page = began.submit(began.get("/setup/answers"), "/setup/answers", **form)
    assert said in page.text
    assert parse_policy(active(began.at.store)).faqs == ()
    assert form["title"] in page.text


def test_macros_and_articles_become_drafts_to_begin_with(began: Browser, clock: FakeClock) -> None:
    a_policy(began)
    page = began.get("/setup/drafts")
    began.submit(page, "")
    assert "They are being read" in began.get("/setup/drafts").text
    present = stored_settings.complete(began.at.settings, began.at.store)
    found = read_drafts(present, began.at.store, clock)
    assert len(found["drafts"]) >= 5
    with began.at.store.write() as connection:
        [row] = deliveries.take_undispatched(connection, limit=5)
        deliveries.answer(connection, row.id, json.dumps(found))
        deliveries.finish(connection, row.id, deliveries.DONE, now=0.0)
    page = began.get("/setup/drafts")
    assert "How to reset your password" in page.text
    number = [d["title"] for d in found["drafts"]].index("How to reset your password")
    page = began.get(f"/setup/answers?draft={number}")
    assert "Open the sign-in page" in page.text
    began.submit(page, "/setup/answers", language="en", title="How to reset your password",
                 examples="reset", body="Open it.")  # fmt: skip
    assert "there is one" in began.get("/setup/drafts").text
    again = [d["title"] for d in read_drafts(present, began.at.store, clock)["drafts"]]
    assert again[-1] == "How to reset your password"  # what is not listed yet moves up
    assert began.get("/setup/answers?draft=999").status_code == 200
    assert began.get("/setup/answers?draft=x").status_code == 200


def test_a_reading_that_failed_is_said_so(began: Browser) -> None:
    a_policy(began)
    began.submit(began.get("/setup/drafts"), "")
    with began.at.store.write() as connection:
        [row] = deliveries.take_undispatched(connection, limit=5)
        deliveries.finish(connection, row.id, deliveries.FAILED, now=0.0, error="x")
    assert "could not be read" in began.get("/setup/drafts").text
    assert began.send("/setup/drafts", once="x").status_code == 400
    now = began.at.clock.now().timestamp()
    for kept in ({"user": 1, "once": "x"}, {"user": 1, "once": "0" * 32}):
        with began.at.store.write() as connection:
            facts.put(connection, facts.DRAFTS, kept, now)
        assert "Read macros and articles" in began.get("/setup/drafts").text


def test_a_message_is_tried_and_nothing_is_recorded(here: Installation, ada: Browser) -> None:
    page = ada.get("/setup/try")
    answer = ada.submit(page, "/setup/try", text="a complaint, please")
    where = answer.headers["Location"]
    assert "It is being decided" in ada.get(where).text
    here.work()
    page = ada.get(where)
    assert "It would be: Handed to people" in page.text
    assert "kept from any automatic answer" in page.text
    once = where.rpartition("=")[2]
    assert "It would be" in ada.get(f"/setup/try/{once}/now").text
    assert here.desk.rows("decision") == []
    assert ada.get("/setup/try?once=" + "0" * 32).status_code == 404
    assert ada.get("/setup/try?once=canary").status_code == 404
    assert ada.send("/setup/try", once="canary", text="x").status_code == 400


def test_the_end_of_the_set_up_is_remembered(here: Installation, ada: Browser) -> None:
    page = ada.get("/setup/start")
    assert "Not done yet: Connect" in page.text
    answer = ada.submit(page, "")
    assert answer.headers["Location"] == "/console/status?done=started"
    with here.store.read() as connection:
        assert facts.get(connection, facts.SET_UP).startswith(ADA)


def test_answers_beyond_shadow_are_named_before_the_start(ada: Browser) -> None:
    ada.send("/console/answers/reset_password", stage="auto", share="100", sure="1")
    assert "beyond shadow already: reset_password" in ada.get("/setup/start").text


def test_leads_do_not_set_up(here: Installation) -> None:
    here.change_user(OMAR, tags=("deskclerk_lead",))
    omar = here.browser()
    omar.sign_in(OMAR)
    assert omar.get("/setup").status_code == 403


def test_likely_groups_are_found_by_their_names() -> None:
    form = policy_form.from_policy(None, ["Billing", "Customer complaints", "Help team"])
    assert form.groups["complaints"] == "Customer complaints"
    assert form.groups["default"] == "Help team"
    assert form.groups["legal"] == ""
    assert policy_form.from_policy(None, []).groups["default"] == ""
    assert policy_form.from_policy(None, ["One"]).groups["default"] == "One"


def test_a_list_that_stands_on_one_line_is_left_to_people(began: Browser) -> None:
    line = "faqs: [{id: a, examples: [x], answers: [{body: y}]}]\n"
    files = {"policy.yaml": "groups: {default: S}\n", "faqs.yaml": line}
    activate(began.at.store, parse_policy(files).version, files, began.at.clock)
    form = {"title": "Reset", "language": "en", "examples": "reset", "body": "Hello."}
    page = began.submit(began.get("/setup/answers"), "/setup/answers", **form)
    assert "edit faqs.yaml" in page.text
    assert active(began.at.store) == files


def test_of_two_who_write_at_once_one_is_told(
    began: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_policy(began)
    stale = answering.active

    def late() -> object:
        found = stale()
        other = {**active(began.at.store), "faqs.yaml": "faqs: []  # another\n"}
        other["policy.yaml"] += "target_precision: 0.9\n"
        activate(began.at.store, parse_policy(other).version, other, began.at.clock)
        return found

    monkeypatch.setattr("integration.console.answering.active", late)
    form = {"title": "Reset", "language": "en", "examples": "reset", "body": "Hello."}
    page = began.post("/setup/answers", {"form": began.token(), **form})
    assert "another policy meanwhile" in page.text


@pytest.fixture
def nameless(began: Browser) -> Browser:
    """An installation whose platform does not say where it is reached."""
    services = began.at.app.extensions["deskclerk"]
    began.at.settings = services.settings.model_copy(update={"public_url": ""})
    began.at.app.extensions["deskclerk"] = replace(services, settings=began.at.settings)
    return began


def hook_of(browser: Browser) -> str:
    [hook] = browser.at.box.sandbox.state.webhooks
    return str(hook["endpoint"])


def address_of(browser: Browser) -> str:
    return stored_settings.complete(browser.at.settings, browser.at.store).public_url


def test_without_a_public_address_the_browsers_own_is_connected_and_kept(
    nameless: Browser,
) -> None:
    page = nameless.get("/setup/connect")
    assert f'value="{HERE}"' in page.text
    assert address_of(nameless) == ""
    assert nameless.submit(page, "").headers["Location"] == "/setup?done=connected"
    assert hook_of(nameless) == f"{HERE}/webhooks/zendesk"
    assert address_of(nameless) == HERE
    assert "https://api.slack.com/apps?new_app=1" in nameless.get("/setup/slack").text


def test_another_address_is_shown_and_connected_where_one_is_typed(nameless: Browser) -> None:
    nameless.submit(nameless.get("/setup/connect"), "")
    page = nameless.get("/setup/connect?address=HTTPS://Desk.Example/")
    assert "repairs   webhook" in page.text
    assert nameless.submit(page, "").headers["Location"] == "/setup?done=connected"
    assert hook_of(nameless) == "https://desk.example/webhooks/zendesk"
    assert 'value="https://desk.example"' in nameless.get("/setup/connect").text


def test_an_address_that_is_stored_wrongly_locks_nobody_out(nameless: Browser) -> None:
    nameless.submit(nameless.get("/setup/connect?address=https://wrong.example"), "")
    page = nameless.get(f"/setup/connect?address={HERE}")
    assert nameless.submit(page, "").headers["Location"] == "/setup?done=connected"
    assert hook_of(nameless) == f"{HERE}/webhooks/zendesk"
    assert nameless.at.browser().sign_in().status_code == 303


@pytest.mark.parametrize("address", ["desk.example", "http://desk.example", "https://[x"])
def test_an_address_that_can_not_be_called_is_refused(nameless: Browser, address: str) -> None:
    page = nameless.get(f"/setup/connect?address={address}")
    assert 'role="alert"' in page.text
    assert "makes     webhook" not in page.text
    nameless.send("/setup/connect", address=address)
    assert address_of(nameless) == ""


def test_the_address_of_the_platform_s_settings_is_changed_there(began: Browser) -> None:
    page = began.get("/setup/connect?address=https://other.example")
    assert 'name="address"' not in page.text
    began.submit(page, "")
    assert hook_of(began) == f"{HERE}/webhooks/zendesk"


@pytest.mark.parametrize("path", ["/setup/zendesk", "/setup/connect"])
def test_a_database_that_goes_away_is_no_fault_of_the_helpdesk(
    began: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(ledger.read_entries(began.at.store))

    def gone(*_args: object, **_more: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr("integration.console.setting_up.take_credentials", gone)
    monkeypatch.setattr("integration.console.setup_steps.look", gone)
    monkeypatch.setattr("integration.console.setup_steps.carry_out", gone)
    assert began.get(path).status_code == (503 if path == "/setup/connect" else 200)
    answer = began.send(path, client_id="x", client_secret="y")
    assert answer.status_code == 503
    assert list(ledger.read_entries(began.at.store)) == before


def test_stored_settings_that_can_not_be_read_are_said_so(
    began: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sealed(*_args: object) -> None:
        raise VaultError("what is stored can't be read with SECRET_KEY")

    monkeypatch.setattr("integration.stored_settings.complete", sealed)
    answer = began.get("/setup")
    assert answer.status_code == 503
    assert "be read with SECRET_KEY" in answer.text


def test_drafts_are_no_wish_of_a_ticket(here: Installation, ada: Browser) -> None:
    ada.send("/setup/drafts", once="a" * 32)
    here.work()
    assert "There is nothing to draft" in ada.get("/setup/drafts").text
