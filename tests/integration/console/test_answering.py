"""The answers: what changes is shown before, recorded after, and made by nobody twice."""

import pytest

from integration import ledger
from integration.policy_folder import PolicyMoved, activate
from integration.store import policies
from rules.policy import parse_policy
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import GRACE, Browser, Installation, app_for

PATH = "/console/answers/reset_password"


def stage_of(here: Installation, faq_id: str = "reset_password") -> tuple[str, int]:
    with here.store.read() as connection:
        files = policies.active_files(connection)
    faq = parse_policy(files or {}).faq(faq_id)
    assert faq is not None
    return faq.stage.value, faq.share


def test_all_answers_stand_there_with_their_figures(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "password")
    here.desk.handle(1)
    page = ada.get("/console/answers")
    assert "Reset a password" in page.text
    assert '<td class="num" data-name="Sent">1</td>' in page.text
    page = ada.get(PATH)
    assert "you can reset your password under Settings" in page.text
    assert "<b>1</b><span>asked in 28 days" in page.text


def test_what_changes_is_shown_before_it_is_done(here: Installation, ada: Browser) -> None:
    page = ada.submit(ada.get(PATH), PATH, stage="auto", share="50")
    assert "stage: shadow -&gt; auto" in page.text
    assert "share: 100 -&gt; 50" in page.text
    assert "More goes out without a person" in page.text
    assert stage_of(here) == ("shadow", 100)
    answer = ada.submit(page, "")
    assert answer.headers["Location"] == f"{PATH}?done=changed"
    assert stage_of(here) == ("auto", 50)
    entry = list(ledger.read_entries(here.store))[-1]
    assert entry["kind"] == "policy_activated"
    assert entry["body"]["by"].startswith("Ada Admin")
    page = ada.submit(ada.get(PATH), PATH, stage="off", share="50")
    assert "More goes out without a person" not in page.text


def test_nothing_to_change_is_said_so(ada: Browser) -> None:
    answer = ada.submit(ada.get(PATH), PATH, stage="shadow", share="100")
    assert answer.headers["Location"] == f"{PATH}?done=unchanged"


def test_somebody_who_was_faster_is_not_overwritten(here: Installation, ada: Browser) -> None:
    page = ada.submit(ada.get(PATH), PATH, stage="auto", share="100")
    other = {**POLICY_FILES, "policy.yaml": "groups: {default: Support}\n"}
    activate(here.store, parse_policy(other).version, other, here.clock)
    answer = ada.submit(page, "")
    assert answer.status_code == 409
    assert "another policy meanwhile" in answer.text
    assert stage_of(here)[0] == "shadow"


def test_a_change_that_is_sent_again_is_recorded_once_and_nobody_was_faster(
    here: Installation, ada: Browser
) -> None:
    page = ada.submit(ada.get(PATH), PATH, stage="auto", share="50")
    assert ada.submit(page, "").headers["Location"] == f"{PATH}?done=changed"
    assert ada.submit(page, "").headers["Location"] == f"{PATH}?done=unchanged"
    assert stage_of(here) == ("auto", 50)
    kinds = [entry["kind"] for entry in ledger.read_entries(here.store)]
    assert kinds.count("policy_activated") == 1


@pytest.mark.parametrize(
    ("stage", "share"), [("canary", "1"), ("auto", "101"), ("auto", "x"), ("auto", "-1"), ("", "")]
)
def test_what_no_form_of_ours_sends_is_refused(ada: Browser, stage: str, share: str) -> None:
    assert ada.send(PATH, stage=stage, share=share).status_code == 400


def test_agents_see_and_do_not_change(here: Installation) -> None:
    grace = here.browser()
    grace.sign_in(GRACE)
    assert "Leads and administrators can change it" in grace.get(PATH).text
    assert grace.send(PATH, stage="auto", share="100").status_code == 403
    assert stage_of(here) == ("shadow", 100)


def test_a_file_that_only_a_person_can_change_is_left_alone(
    here: Installation, ada: Browser
) -> None:
    odd = {"faqs.yaml": "faqs:\n  - ? id\n    : a\n    examples: [x]\n    answers: [{body: b}]\n"}
    activate(here.store, parse_policy(odd).version, odd, here.clock)
    page = ada.send("/console/answers/a", stage="auto", share="100")
    assert page.status_code == 409
    assert "edit faqs.yaml" in page.text
    assert 'href="/console/policy/files"' in page.text


def test_of_two_who_confirm_at_once_one_is_told(
    here: Installation, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ada.submit(ada.get(PATH), PATH, stage="auto", share="100")

    def late(*_args: object, **_more: object) -> None:
        raise PolicyMoved

    monkeypatch.setattr("integration.console.answering.activate", late)
    assert ada.submit(page, "").status_code == 409
    assert stage_of(here)[0] == "shadow"


def test_a_folder_in_the_settings_is_warned_of(here: Installation) -> None:
    here.settings = settings_for(here.box, deskclerk_policy="/somewhere")
    here.app = app_for(here.store, here.clock, here.settings)
    browser = here.browser()
    browser.sign_in()
    assert "DESKCLERK_POLICY" in browser.get(PATH).text
