"""How long somebody stays signed in, and whether they still are who they were."""

import pytest
import sqlalchemy as sa

from integration.console.access import Role
from integration.console.recheck import BELIEVED_S, CHECK_EVERY_S
from integration.console.sessions import IDLE_S, INSTALLING_S, LONGEST_S, Sessions
from integration.store import sessions
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import ADA, GRACE, Browser, Installation, app_for


def is_in(browser: Browser) -> bool:
    return browser.get("/console/status").status_code == 200


@pytest.fixture
def grace(here: Installation) -> Browser:
    browser = here.browser()
    browser.sign_in(GRACE)
    return browser


def test_twelve_hours_unused_end_it(here: Installation, grace: Browser) -> None:
    here.clock.pass_time(IDLE_S - 1)
    assert is_in(grace)
    here.clock.pass_time(IDLE_S)
    assert not is_in(grace)


def test_a_screen_left_open_is_signed_out_too(here: Installation, grace: Browser) -> None:
    for _ in range(12):
        here.clock.pass_time(3600)
        grace.get("/console/status/now", **{"HX-Request": "true"})
    assert not is_in(grace)


def test_seven_days_end_it_however_busy_it_is(here: Installation, grace: Browser) -> None:
    for _ in range(int(LONGEST_S / 36_000)):
        here.clock.pass_time(36_000)
        assert is_in(grace)
    here.clock.pass_time(36_000)
    assert not is_in(grace)


def test_an_installer_has_an_hour(fresh: Installation) -> None:
    browser = fresh.browser()
    browser.enter_code()
    fresh.clock.pass_time(INSTALLING_S - 1)
    assert browser.get("/setup").status_code == 200
    fresh.clock.pass_time(2)
    assert browser.get("/setup").status_code == 303


def test_what_is_over_is_forgotten(here: Installation, grace: Browser) -> None:
    assert is_in(grace)
    here.clock.pass_time(LONGEST_S + 1)
    here.browser().sign_in(ADA)
    with here.store.read() as connection:
        assert [row.name for row in sessions.listed(connection, now=0)] == [ADA]


def test_a_page_more_writes_nothing(here: Installation, grace: Browser) -> None:
    writes: list[str] = []

    def watch(_c: object, _u: object, statement: str, *_more: object) -> None:
        writes.append(statement)

    sa.event.listen(here.store.engine, "before_cursor_execute", watch)
    assert is_in(grace)
    assert not [one for one in writes if one.startswith(("UPDATE", "INSERT", "DELETE"))]


@pytest.mark.parametrize("changes", [{"suspended": True}, {"role": "end-user"}])
def test_who_is_no_agent_any_more_is_out_within_a_quarter_of_an_hour(
    here: Installation, grace: Browser, changes: dict[str, object]
) -> None:
    here.change_user(GRACE, **changes)
    assert is_in(grace)
    here.clock.pass_time(CHECK_EVERY_S)
    answer = grace.get("/console/status")
    assert answer.status_code == 401
    assert "no longer an agent" in answer.text
    assert grace.get("/console/status").status_code == 303


def test_who_was_deleted_is_out(here: Installation, grace: Browser) -> None:
    del here.box.sandbox.state.users[here.user_id(GRACE)]
    here.clock.pass_time(CHECK_EVERY_S)
    assert grace.get("/console/status").status_code == 401


def test_what_they_may_follows_the_helpdesk(here: Installation, grace: Browser) -> None:
    assert grace.get("/console/people").status_code == 403
    here.change_user(GRACE, role="admin", name="Grace Hopper")
    here.clock.pass_time(CHECK_EVERY_S)
    page = grace.get("/console/people")
    assert page.status_code == 200
    assert "Grace Hopper" in page.text


def test_a_form_of_somebody_who_is_out_does_nothing(here: Installation, grace: Browser) -> None:
    token = grace.token()
    here.change_user(GRACE, suspended=True)
    here.clock.pass_time(CHECK_EVERY_S)
    answer = grace.post("/console/pause", {"form": token})
    assert answer.status_code == 401
    assert here.desk.ledger_kinds() == ["signed_in"]


def test_while_the_helpdesk_is_away_what_it_said_holds_for_an_hour(
    here: Installation, grace: Browser
) -> None:
    here.fail()
    here.clock.pass_time(CHECK_EVERY_S)
    assert is_in(grace)
    here.clock.pass_time(BELIEVED_S - CHECK_EVERY_S)
    answer = grace.get("/console/status")
    assert answer.status_code == 503
    assert "who you are" in answer.text
    here.fail(well=True)
    here.clock.pass_time(31)
    assert is_in(grace)


def test_a_client_that_zendesk_refuses_is_named_with_the_way_out(
    here: Installation, grace: Browser
) -> None:
    here.settings = settings_for(here.box, zendesk_client_secret="canary")
    here.app = app_for(here.store, here.clock, here.settings)
    refused = Browser(here, here.app.test_client())
    refused.keep(grace.cookie())
    here.clock.pass_time(BELIEVED_S)
    for _ in range(2):  # the second time it is not asked
        answer = refused.get("/console/status")
        assert answer.status_code == 503
        assert "refuses this installation's OAuth client" in answer.text.replace("&#39;", "'")
        assert "connect --new-client" in answer.text
        assert "canary" not in answer.text


def test_a_helpdesk_that_is_away_is_asked_twice_a_minute(
    here: Installation, grace: Browser
) -> None:
    here.fail()
    here.clock.pass_time(CHECK_EVERY_S)
    assert is_in(grace)
    here.fail(well=True)
    here.change_user(GRACE, suspended=True)
    assert is_in(grace)
    here.clock.pass_time(31)
    assert not is_in(grace)


def test_without_a_client_nobody_is_confirmed(here: Installation, grace: Browser) -> None:
    here.settings = settings_for(here.box, zendesk_client_id="")
    here.app = app_for(here.store, here.clock, here.settings)
    moved = Browser(here, here.app.test_client())
    moved.keep(grace.cookie())
    here.clock.pass_time(CHECK_EVERY_S)
    assert is_in(moved)
    here.clock.pass_time(BELIEVED_S)
    assert moved.get("/console/status").status_code == 503


def test_the_key_of_another_installation_opens_nothing(here: Installation, grace: Browser) -> None:
    assert Sessions(here.store, here.clock, "another").find(grace.cookie()) is None


def test_administrators_see_who_is_signed_in_and_sign_them_out(
    here: Installation, ada: Browser, grace: Browser
) -> None:
    page = ada.get("/console/people")
    assert GRACE in page.text
    ada.submit(page, "/console/people", user=str(here.user_id(GRACE)))
    assert not is_in(grace)
    assert is_in(ada)
    ada.send("/console/people", user=str(here.user_id(ADA)))
    assert not is_in(ada)
    assert ada.post("/console/people").status_code == 401


def test_a_user_that_is_no_number_is_refused(ada: Browser) -> None:
    assert ada.send("/console/people", user="canary").status_code == 400


def test_those_who_came_by_the_code_are_signed_out_together(
    here: Installation, ada: Browser
) -> None:
    assert ada.send("/console/people", user="").status_code == 303
    assert here.desk.ledger_kinds() == ["signed_in", "signed_out"]


def test_roles_are_named_for_people(ada: Browser) -> None:
    assert "Administrator" in ada.get("/console/account").text
    assert Role.LEAD == "lead"
