"""Signing in: by the helpdesk's own pages, and once by the set-up code."""

from dataclasses import replace

import pytest

from integration import ledger
from integration.console.access import Role
from integration.console.throttle import CODE as CODE_LIMIT
from integration.console.throttle import SIGN_IN
from integration.console.web import local_path
from integration.store import nonces, sessions
from tests.fakes.web import broken
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import (
    ADA,
    CODE,
    GRACE,
    HERE,
    OMAR,
    Browser,
    Installation,
    app_for,
    query_of,
)


def signed_in(here: Installation) -> list[tuple[str, str]]:
    with here.store.read() as connection:
        rows = sessions.listed(connection, now=here.clock.now().timestamp())
    return [(row.name, row.role) for row in rows]


def begun(browser: Browser) -> str:
    return browser.get("/console/sign-in/zendesk").headers["Location"]


@pytest.mark.parametrize(
    ("name", "tags", "role"),
    [
        (ADA, (), Role.ADMINISTRATOR),
        (OMAR, ("deskclerk_lead", "x"), Role.LEAD),
        (GRACE, ("other",), Role.AGENT),
    ],
)
def test_the_helpdesk_says_who_somebody_is(
    here: Installation, name: str, tags: tuple[str, ...], role: Role
) -> None:
    here.change_user(name, tags=tags)
    answer = here.browser().sign_in(name)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/status")
    assert signed_in(here) == [(name, role)]
    [entry] = ledger.read_entries(here.store)
    assert entry["kind"] == "signed_in"
    assert entry["body"] == {"by": here.user_id(name), "name": name, "role": role}


@pytest.mark.parametrize("changes", [{"role": "end-user"}, {"suspended": True}, {"role": "light"}])
def test_end_users_and_suspended_people_are_not_let_in(
    here: Installation, changes: dict[str, object]
) -> None:
    here.change_user(GRACE, **changes)
    answer = here.browser().sign_in(GRACE)
    assert answer.status_code == 403
    assert "Only active agents" in answer.text
    assert signed_in(here) == []


def test_as_little_is_asked_for_as_will_do_with_pkce_and_a_state(here: Installation) -> None:
    query = query_of(begun(here.browser()))
    assert query["scope"] == "users:read"
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert len(query["state"]) >= 43
    assert query["redirect_uri"] == f"{HERE}/console/signed-in"


def test_the_cookie_is_kept_from_scripts_and_other_sites(here: Installation) -> None:
    cookies = here.browser().sign_in().headers.getlist("Set-Cookie")
    [cookie] = [one for one in cookies if one.startswith("deskclerk=")]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie  # this machine has no TLS


def test_behind_tls_no_other_host_can_set_the_cookie(here: Installation) -> None:
    address = "https://desk.example"
    here.settings = settings_for(here.box, public_url=address)
    here.app = app_for(here.store, here.clock, here.settings)
    browser = Browser(here, here.app.test_client(), base=address)
    answer = browser.post("/setup/code", {"code": "canary-set-up-code-0123"}, origin=address)
    [cookie] = answer.headers.getlist("Set-Cookie")[:1]
    assert cookie.startswith("__Host-deskclerk=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def behind_a_router(here: Installation, address: str, proxies: int = 1) -> Browser:
    here.settings = settings_for(here.box, public_url=address, deskclerk_trusted_proxies=proxies)
    here.app = app_for(here.store, here.clock, here.settings)
    return Browser(here, here.app.test_client(), base=address.replace("https", "http"))


def test_whoever_comes_in_the_clear_is_led_to_the_encrypted_page(here: Installation) -> None:
    browser = behind_a_router(here, "https://desk.example")
    answer = browser.get("/setup/code?next=1", **{"X-Forwarded-Proto": "http"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://desk.example/setup/code?next=1"


def test_a_code_that_is_sent_in_the_clear_is_not_taken(here: Installation) -> None:
    browser = behind_a_router(here, "https://desk.example")
    answer = browser.client.post(
        "/setup/code",
        base_url=browser.base,
        data={"code": "canary-set-up-code-0123"},
        headers={"Origin": "https://desk.example", "X-Forwarded-Proto": "http"},
    )
    assert answer.status_code == 403
    assert "others may have read it" in answer.text
    assert answer.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize(
    ("address", "proxies", "proto"),
    [
        ("http://desk.example", 1, "http"),  # meant so
        ("https://desk.example", 0, "http"),  # whoever sets it is not believed
        ("https://desk.example", 1, ""),  # the router does not say
    ],
)
def test_where_nothing_says_that_it_came_in_the_clear_it_is_served(
    here: Installation, address: str, proxies: int, proto: str
) -> None:
    browser = behind_a_router(here, address, proxies)
    answer = browser.get("/setup/code", **({"X-Forwarded-Proto": proto} if proto else {}))
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


def test_browsers_are_told_to_come_encrypted_from_then_on(here: Installation) -> None:
    browser = here.browser()
    answer = browser.client.get("/setup/code", base_url="https://desk.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_another_browser_can_not_finish_it(here: Installation) -> None:
    one, other = here.browser(), here.browser()
    path = one.allowed(begun(one), ADA)
    begun(other)
    answer = other.get(path)
    assert answer.status_code == 400
    assert "not the sign-in that this browser began" in answer.text
    assert "did not begin" in here.browser().get(path).text
    assert signed_in(here) == []


def test_it_is_finished_once(here: Installation) -> None:
    browser = here.browser()
    address = begun(browser)
    path = browser.allowed(address, ADA)
    cookie = browser.cookie("deskclerk_sign_in", "/console/signed-in")
    assert browser.get(path).status_code == 303
    browser.keep(cookie, "deskclerk_sign_in", "/console/signed-in")
    assert "used already" in browser.get(path).text


def test_after_ten_minutes_it_begins_again(here: Installation) -> None:
    browser = here.browser()
    path = browser.allowed(begun(browser), ADA)
    here.clock.pass_time(601)
    assert "older than ten minutes" in browser.get(path).text


@pytest.mark.parametrize("why", ["invalid_scope", "invalid_request", "canary"])
def test_what_zendesk_refuses_is_told_apart_from_what_a_person_declined(
    here: Installation, why: str
) -> None:
    browser = here.browser()
    state = query_of(begun(browser))["state"]
    answer = browser.get(f"/console/signed-in?state={state}&error={why}")
    assert answer.status_code == 400
    assert "declined" not in answer.text
    assert "redirect URL" in answer.text
    assert "canary" not in answer.text


def test_where_somebody_wants_to_be_can_not_be_too_long_for_a_cookie(here: Installation) -> None:
    answer = here.browser().sign_in(where=f"/console/tickets?faq={'x' * 3500}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/status")


def test_deny_is_told_plainly(here: Installation) -> None:
    browser = here.browser()
    answer = browser.get(browser.allowed(begun(browser), ADA, do="deny"))
    assert "declined at Zendesk" in answer.text


def test_a_code_that_zendesk_did_not_give_is_refused(here: Installation) -> None:
    browser = here.browser()
    state = query_of(begun(browser))["state"]
    for code in ("", "canary", "x" * 3000):
        answer = browser.get(f"/console/signed-in?state={state}&code={code}")
        assert answer.status_code == 400
        assert "canary" not in answer.text
        state = query_of(begun(browser))["state"]


def test_a_wrong_secret_of_the_client_is_named_without_it(here: Installation) -> None:
    here.settings = settings_for(here.box, zendesk_client_secret="canary-wrong")
    here.app = app_for(here.store, here.clock, here.settings)
    answer = here.browser().sign_in()
    assert answer.status_code == 502
    assert "check its identifier" in answer.text
    assert "canary" not in answer.text


@pytest.mark.parametrize("where", ["/oauth/tokens", "/api/v2/users/me"])
def test_a_helpdesk_that_does_not_answer_is_told_plainly(here: Installation, where: str) -> None:
    browser = here.browser()
    path = browser.allowed(begun(browser), ADA)
    here.fail(where)
    answer = browser.get(path)
    assert answer.status_code == 502
    assert "Zendesk did not answer" in answer.text


def test_afterwards_people_are_where_they_wanted_to_be(here: Installation) -> None:
    answer = here.browser().get("/console/tickets?outcome=reply")
    assert answer.headers["Location"] == "/console/sign-in?next=/console/tickets?outcome%3Dreply"
    browser = here.browser()
    assert browser.sign_in(where="/console/tickets?outcome=reply").headers["Location"] == (
        "/console/tickets?outcome=reply"
    )


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "http://[",
        "//[",
        "/console\t//evil.example",
        "/consolex",
        "/setupx/y",
        "https://evil.example/console",
        "/\\evil",
        "/console\n",
        "",
        "/webhooks",
        "x",
    ],
)
def test_nobody_is_sent_elsewhere(here: Installation, path: str) -> None:
    with here.app.test_request_context():
        assert local_path(path) in {"/", "/console"}
        assert local_path("/console/tickets?x=1") == "/console/tickets?x=1"


def test_a_new_session_takes_the_place_of_the_one_before(here: Installation) -> None:
    browser = here.browser()
    browser.sign_in(ADA)
    before = browser.cookie()
    browser.sign_in(GRACE)
    assert signed_in(here) == [(GRACE, Role.AGENT)]
    assert before != browser.cookie()


def test_signing_out_ends_the_session_not_only_the_cookie(here: Installation) -> None:
    browser = here.browser()
    browser.sign_in()
    kept = browser.cookie()
    assert browser.send("/console/sign-out").status_code == 303
    browser.keep(kept)
    assert browser.get("/console/status").status_code == 303
    assert signed_in(here) == []


def test_signing_out_everywhere_ends_the_other_browser_too(here: Installation) -> None:
    one, other, somebody = here.browser(), here.browser(), here.browser()
    for browser in (one, other):
        browser.sign_in(GRACE)
    somebody.sign_in(ADA)
    one.send("/console/sign-out-everywhere")
    assert other.get("/console/status").status_code == 303
    assert somebody.get("/console/status").status_code == 200
    assert list(ledger.read_entries(here.store))[-1]["body"]["sessions"] == 2


def test_the_first_page_leads_on(here: Installation, fresh: Installation) -> None:
    assert here.browser().get("/").headers["Location"] == "/console/sign-in"
    assert fresh.browser().get("/").headers["Location"] == "/setup/code"
    assert fresh.browser().get("/console/sign-in/zendesk").headers["Location"] == "/setup/code"
    assert "not connected to a helpdesk" in fresh.browser().get("/console/sign-in").text
    browser = here.browser()
    browser.sign_in()
    assert browser.get("/console").headers["Location"] == "/console/status"


def test_the_code_opens_the_set_up_once(fresh: Installation) -> None:
    browser = fresh.browser()
    answer = browser.enter_code()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/setup")
    assert signed_in(fresh) == [("Set-up code", Role.INSTALLER)]
    again = fresh.browser().enter_code()
    assert again.status_code == 403
    assert "No set-up code is in force" in fresh.browser().get("/setup/code").text


def test_the_set_up_asks_for_the_code_while_it_is_alive(fresh: Installation) -> None:
    assert fresh.browser().get("/setup").headers["Location"] == "/setup/code"
    fresh.browser().enter_code()
    assert fresh.browser().get("/setup").headers["Location"] == "/console/sign-in?next=/setup"


def test_somebody_who_is_signed_in_may_enter_a_code_from_its_page(here: Installation) -> None:
    browser = here.browser()
    browser.sign_in(GRACE)
    page = browser.get("/setup/code")
    answer = browser.submit(page, "", code="canary-set-up-code-0123")
    assert answer.headers["Location"] == "/setup"
    assert signed_in(here) == [("Set-up code", Role.INSTALLER)]


def test_a_client_that_is_gone_meanwhile_is_told(here: Installation) -> None:
    browser = here.browser()
    path = browser.allowed(begun(browser), ADA)
    here.settings = settings_for(here.box, zendesk_client_id="")
    services = here.app.extensions["deskclerk"]
    here.app.extensions["deskclerk"] = replace(services, settings=here.settings)
    assert "not set up any more" in browser.get(path).text


def test_a_wrong_code_opens_nothing(fresh: Installation) -> None:
    for code in ("", "canary", "canary-set-up-code-012", "ä" * 20):
        answer = fresh.browser().enter_code(code)
        assert answer.status_code == 403
        assert "This is not the code" in answer.text
    assert signed_in(fresh) == []


def test_whoever_guesses_is_slowed_down_and_later_let_try_again(fresh: Installation) -> None:
    for _ in range(CODE_LIMIT.each):
        fresh.browser().enter_code("wrong")
    answer = fresh.browser().enter_code()
    assert answer.status_code == 429
    assert "tried too often" in answer.text
    fresh.clock.pass_time(CODE_LIMIT.within_s + 1)
    assert fresh.browser().enter_code().status_code == 303


def code_from(fresh: Installation, address: str, code: str = "wrong") -> int:
    answer = fresh.app.test_client().post(
        "/setup/code",
        base_url=HERE,
        data={"code": code},
        headers={"Origin": HERE},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code


def test_all_together_are_slowed_down_too_but_lock_nobody_out_who_has_the_code(
    fresh: Installation,
) -> None:
    for number in range(CODE_LIMIT.everybody):
        assert code_from(fresh, f"10.0.0.{number}") == 403
    assert code_from(fresh, "10.0.1.1") == 429
    assert code_from(fresh, "10.0.1.2", CODE) == 303


def test_who_guesses_in_a_crowd_is_counted_all_the_same(fresh: Installation) -> None:
    for number in range(CODE_LIMIT.everybody):
        code_from(fresh, f"10.0.0.{number}")
    for _ in range(CODE_LIMIT.each):
        code_from(fresh, "10.0.1.1")
    assert code_from(fresh, "10.0.1.1", CODE) == 429


def test_addresses_of_one_network_count_as_one(fresh: Installation) -> None:
    for number in range(CODE_LIMIT.each):
        assert code_from(fresh, f"2001:db8:0:1::{number + 1}") == 403
    assert code_from(fresh, "2001:db8:0:1:ffff::9", CODE) == 429
    assert code_from(fresh, "2001:db8:0:2::1") == 403
    for _ in range(CODE_LIMIT.each):
        code_from(fresh, "10.0.0.1")
    assert code_from(fresh, "::ffff:10.0.0.1", CODE) == 429
    assert code_from(fresh, "nothing known", CODE) == 303


def test_sign_ins_are_slowed_down(here: Installation) -> None:
    for _ in range(SIGN_IN.each):
        assert here.browser().get("/console/sign-in/zendesk").status_code == 302
    assert here.browser().get("/console/sign-in/zendesk").status_code == 429


def test_sign_ins_that_nobody_finishes_do_not_fill_the_store(here: Installation) -> None:
    until = here.clock.now().timestamp() + 600
    with here.store.write() as connection:
        for number in range(1000):
            nonces.keep(connection, str(number), "console.sign_in", until=until)
    assert here.browser().get("/console/sign-in/zendesk").status_code == 429


def test_once_an_administrator_came_by_the_helpdesk_the_code_is_dead(here: Installation) -> None:
    other = here.browser()
    here.browser().sign_in(GRACE)
    assert "Enter the set-up code" in here.browser().get("/console/sign-in").text
    here.browser().sign_in(ADA)
    assert other.enter_code().status_code == 403
    assert "Enter the set-up code" not in here.browser().get("/console/sign-in").text


def test_an_installer_is_signed_out_when_an_administrator_comes(here: Installation) -> None:
    installer = here.browser()
    installer.enter_code()
    assert installer.get("/setup").status_code == 200
    here.browser().sign_in(ADA)
    assert installer.get("/setup").status_code == 303


def test_another_code_is_the_way_back(here: Installation) -> None:
    here.browser().sign_in(ADA)
    here.settings = settings_for(here.box, setup_code="another-code-of-the-settings")
    here.app = app_for(here.store, here.clock, here.settings)
    assert here.browser().enter_code("another-code-of-the-settings").status_code == 303


def test_without_a_code_in_the_settings_nobody_gets_in_by_it(here: Installation) -> None:
    here.settings = settings_for(here.box, setup_code="")
    here.app = app_for(here.store, here.clock, here.settings)
    assert here.browser().enter_code("").status_code == 403


def test_without_a_key_nobody_can_be_signed_in(here: Installation) -> None:
    here.settings = settings_for(here.box, secret_key="")
    here.app = app_for(here.store, here.clock, here.settings)
    answer = here.browser().get("/console/sign-in")
    assert answer.status_code == 503
    assert "SECRET_KEY is not set" in answer.text


def test_a_database_that_does_not_answer_is_told_plainly(here: Installation) -> None:
    browser = here.browser()
    browser.sign_in()
    with broken(here.store):
        answer = browser.get("/console/status")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text


def test_what_the_browser_keeps_says_nothing_and_can_not_be_forged(here: Installation) -> None:
    browser = here.browser()
    browser.sign_in()
    cookie = browser.cookie()
    with here.store.read() as connection:
        [row] = sessions.listed(connection, now=0)
    assert row.digest not in cookie
    for forged in (cookie[:-2], f"{row.digest}.{cookie.rpartition('.')[2]}", "ä.b"):
        other = here.browser()
        other.keep(forged)
        assert other.get("/console/status").status_code == 303
