"""Taking the installation off the helpdesk in the console: exactly what was made, typed for."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connectors.errors import OutcomeUnknown
from connectors.zendesk.parts import Kind
from connectors.zendesk.sandbox.faults import Faults
from connectors.zendesk.sandbox.people import join_group
from connectors.zendesk.setup import ZendeskSetup
from integration import ledger, stored_settings
from integration.connecting import Connecting, Wishes, open_setup
from integration.connecting.carrying_out import TURN
from integration.policy_folder import activate
from integration.store import made
from rules.policy import parse_policy
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import ADA, CODE, GRACE, OMAR, Browser, Installation, app_for

PATH = "/setup/uninstall"
NAME = "127.0.0.1"
CREDENTIALS = ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET", "ZENDESK_WEBHOOK_SECRET")


def stands(here: Installation) -> dict[str, list[Any]]:
    world = here.box.sandbox.state
    with world.lock:
        kinds = ("webhooks", "triggers", "trigger_categories", "views", "groups")
        return {kind: list(getattr(world, kind)) for kind in kinds}


def listed(page: TestResponse, name: str) -> list[str]:
    """What stands in a list of the page."""
    _, _, rest = page.text.partition(f'aria-labelledby="{name}">')
    return re.findall(r"<li>([^<]+)</li>", rest.partition("</ul>")[0])


def entries(here: Installation, kind: str) -> list[Any]:
    return [row["body"] for row in ledger.read_entries(here.store) if row["kind"] == kind]


def parts(here: Installation) -> set[str]:
    with here.store.read() as connection:
        return {row.part for row in made.listed(connection)}


def client_given(fresh: Installation) -> None:
    """Whoever has the set-up code stores the credentials."""
    installer = fresh.browser()
    installer.enter_code()
    config = fresh.box.sandbox.config
    page = installer.get("/setup/zendesk")
    installer.submit(page, "", client_id=config.client_id, client_secret=config.client_secret)


def connected(fresh: Installation) -> Browser:
    """Ada's browser, credentials stored and the helpdesk connected, views and all."""
    client_given(fresh)
    ada = fresh.browser()
    assert ada.sign_in(ADA).status_code == 303
    assert ada.submit(ada.get("/setup/connect?views=1"), "").status_code == 303
    return ada


def with_groups(here: Installation, *names: str) -> None:
    """Groups of any name, as the command line makes them."""
    settings = stored_settings.complete(here.settings, here.store)
    wishes = Wishes(names, views=True)
    with open_setup(settings, here.store, here.clock) as setup:
        joining = Connecting(settings, here.store, here.clock, setup)
        joining.carry_out(joining.look(wishes), wishes, by="tests", told=lambda _: None)


def test_what_connect_made_goes_and_all_else_stays_as_it_was(fresh: Installation) -> None:
    before = stands(fresh)
    ada = connected(fresh)
    page = ada.get(PATH)
    assert listed(page, "going") == [
        "trigger “Deskclerk: new messages”",
        "webhook “Deskclerk”",
        "view “Deskclerk: waiting for approval”",
        "view “Deskclerk: handed to people”",
        "trigger category “Deskclerk”",
    ]
    answer = ada.submit(page, "", typed=NAME)
    assert answer.headers["Location"] == f"{PATH}?done=uninstalled"
    assert stands(fresh) == before
    assert parts(fresh) == set()


def test_who_removed_it_stands_in_the_ledger(fresh: Installation) -> None:
    ada = connected(fresh)
    ada.submit(ada.get(PATH), "", typed=NAME)
    gone = entries(fresh, "disconnected")
    assert len(gone) == 5
    assert {each["setting"] for each in entries(fresh, "setting_forgotten")} == set(CREDENTIALS)
    told = [*gone, *entries(fresh, "setting_forgotten")]
    assert all(each["by"].startswith(ADA) for each in told)


def test_looking_changes_nothing(fresh: Installation) -> None:
    ada = connected(fresh)
    before = stands(fresh)
    ada.get(PATH)
    assert stands(fresh) == before
    assert entries(fresh, "disconnected") == []


@pytest.mark.parametrize("typed", ["", "yes", "acme.zendesk.com"])
def test_without_the_address_typed_nothing_goes(fresh: Installation, typed: str) -> None:
    ada = connected(fresh)
    before = stands(fresh)
    page = ada.submit(ada.get(PATH), "", typed=typed)
    assert f"Type {NAME} to confirm. Nothing was removed." in page.text
    assert stands(fresh) == before
    assert ada.submit(page, "", typed=f" HTTPS://{NAME}/ ").status_code == 303


def test_a_plan_that_is_another_by_now_is_shown_again(fresh: Installation) -> None:
    ada = connected(fresh)
    page = ada.get(PATH)
    with_groups(fresh, "Chargebacks")
    before = stands(fresh)
    page = ada.submit(page, "", typed=NAME)
    assert "changed since the plan was shown" in page.text
    assert "group “Chargebacks”" in listed(page, "going")
    assert stands(fresh) == before


def test_a_group_in_use_stays_unless_that_is_wished(fresh: Installation) -> None:
    ada = connected(fresh)
    with_groups(fresh, "Chargebacks")
    world = fresh.box.sandbox.state
    group = next(row for row in world.groups if row["name"] == "Chargebacks")
    with world.lock:
        grace = next(user for user in world.users.values() if user.name == GRACE)
        join_group(world, grace, group["id"])
    page = ada.get(PATH)
    assert listed(page, "staying") == ["group “Chargebacks”: holds agents or tickets"]
    assert len(listed(page, "going")) == 5
    ada.submit(page, "", typed=NAME)
    assert f"group {group['id']}" in ada.get(PATH).text
    assert world.groups.get(group["id"]) is not None


def test_a_group_in_use_goes_where_that_is_wished(fresh: Installation) -> None:
    ada = connected(fresh)
    with_groups(fresh, "Chargebacks")
    before = stands(fresh)["groups"]
    group = next(row for row in before if row["name"] == "Chargebacks")
    world = fresh.box.sandbox.state
    with world.lock:
        grace = next(user for user in world.users.values() if user.name == GRACE)
        join_group(world, grace, group["id"])
    page = ada.get(f"{PATH}?everything=1")
    assert "group “Chargebacks”" in listed(page, "going")
    assert ada.submit(page, "", typed=NAME).status_code == 303
    assert world.groups.get(group["id"]) is None
    assert parts(fresh) == set()


@pytest.mark.parametrize("done", [False, True], ids=["refused", "done but not heard"])
@pytest.mark.parametrize("at", range(5))
def test_broken_off_at_any_removal_it_goes_on_when_done_again(
    fresh: Installation, monkeypatch: pytest.MonkeyPatch, at: int, *, done: bool
) -> None:
    before = stands(fresh)
    ada = connected(fresh)
    page = ada.get(PATH)
    break_off(monkeypatch, at=at, done=done)
    page = ada.submit(page, "", typed=NAME)
    assert "goes on from there" in page.text
    assert len(listed(page, "going")) == 5 - at - done
    assert len(entries(fresh, "setting_forgotten")) == 0
    assert ada.submit(page, "", typed=NAME).status_code == 303
    assert stands(fresh) == before
    assert parts(fresh) == set()


def break_off(
    monkeypatch: pytest.MonkeyPatch, *, at: int, done: bool, told: Callable[[], None] = lambda: None
) -> None:
    """The connection breaks at one of the removals, once: before it is done, or after."""
    really, calls = ZendeskSetup.delete, itertools.count()

    def delete(self: ZendeskSetup, kind: Kind, key: str) -> None:
        breaks = next(calls) == at
        if done or not breaks:
            really(self, kind, key)
        if breaks:
            told()
            raise OutcomeUnknown("Zendesk did not answer")

    monkeypatch.setattr(ZendeskSetup, "delete", delete)


def test_somebody_else_who_is_at_it_is_waited_for_and_told_of(
    fresh: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = connected(fresh)
    page = ada.get(PATH)
    monkeypatch.setattr("integration.console.uninstalling.WAIT_S", 0.0)
    with fresh.store.alone(TURN, wait_s=1.0):
        page = ada.submit(page, "", typed=NAME)
    assert 'role="alert"' in page.text
    assert parts(fresh) != set()
    assert ada.submit(page, "", typed=NAME).status_code == 303


def test_a_helpdesk_that_goes_away_altogether_is_told(
    fresh: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = connected(fresh)
    page = ada.get(PATH)
    break_off(monkeypatch, at=1, done=False, told=fresh.fail)
    page = ada.submit(page, "", typed=NAME)
    assert "goes on from there" in page.text
    assert "Look again" in page.text


def test_a_helpdesk_that_is_away_is_told_and_nothing_is_lost(fresh: Installation) -> None:
    ada = connected(fresh)
    page = ada.get(PATH)
    fresh.fail("/api/v2/")
    page = ada.submit(page, "", typed=NAME)
    assert 'role="alert"' in page.text
    assert "Look again" in page.text
    assert parts(fresh) != set()
    fresh.fail(well=True)
    assert ada.submit(ada.get(PATH), "", typed=NAME).status_code == 303


def test_a_helpdesk_that_goes_away_in_the_midst_is_told(fresh: Installation) -> None:
    ada = connected(fresh)
    page = ada.get(PATH)
    away = Faults(server_error=1.0, server_status=503, path="/webhooks", only="writes")
    fresh.box.sandbox.faults.set(away)
    page = ada.submit(page, "", typed=NAME)
    assert "goes on from there" in page.text
    assert listed(page, "going")[0] == "webhook “Deskclerk”"


def test_afterwards_it_says_that_nothing_is_connected_and_leads_back(fresh: Installation) -> None:
    ada = connected(fresh)
    assert "Nothing is connected" not in ada.get("/console/status").text
    ada.submit(ada.get(PATH), "", typed=NAME)
    page = ada.get(f"{PATH}?done=uninstalled")
    assert "<h1>Nothing is connected</h1>" in page.text
    assert "the ledger, the policy" in page.text
    assert 'href="/setup/zendesk">Connect again' in page.text
    status = ada.get("/console/status").text
    assert "Nothing is connected." in status
    assert 'href="/setup">Connect it' in status
    assert "not connected to a helpdesk" in fresh.browser().get("/console/sign-in").text


def test_decisions_ledger_and_policy_stay(fresh: Installation) -> None:
    ada = connected(fresh)
    version = parse_policy(POLICY_FILES).version
    activate(fresh.store, version, POLICY_FILES, fresh.clock)
    fresh.desk.helpdesk.customer_opens(1, "password")
    fresh.desk.handle(1)
    before = list(ledger.read_entries(fresh.store))
    ada.submit(ada.get(PATH), "", typed=NAME)
    assert list(ledger.read_entries(fresh.store))[: len(before)] == before
    assert ledger.verify(ledger.read_entries(fresh.store)).fault is None
    assert "Reset a password" in ada.get("/console/answers").text
    assert ada.get("/console/tickets/1").status_code == 200


def test_it_can_be_connected_again_by_whoever_removed_it(fresh: Installation) -> None:
    ada = connected(fresh)
    ada.submit(ada.get(PATH), "", typed=NAME)
    config = fresh.box.sandbox.config
    page = ada.get("/setup/zendesk")
    ada.submit(page, "", client_id=config.client_id, client_secret=config.client_secret)
    assert ada.submit(ada.get("/setup/connect"), "").status_code == 303
    assert len(stands(fresh)["webhooks"]) == 1
    assert "Nothing is connected" not in ada.get("/console/status").text


def test_an_hour_later_one_comes_in_by_a_new_code_in_the_same_browser(fresh: Installation) -> None:
    ada = connected(fresh)
    ada.submit(ada.get(PATH), "", typed=NAME)
    fresh.clock.pass_time(3601)
    page = ada.get("/console/status")
    assert page.status_code == 503
    assert "connected to no helpdesk" in page.text
    assert "SETUP_CODE" in ada.get("/console/sign-in").text
    fresh.settings = fresh.settings.model_copy(
        update={"setup_code": type(fresh.settings.setup_code)(CODE + "-another")}
    )
    fresh.app = app_for(fresh.store, fresh.clock, fresh.settings)
    again = fresh.browser()
    again.keep(ada.cookie())
    assert again.get("/setup/code").status_code == 200
    assert again.enter_code(CODE + "-another").status_code == 303
    assert again.get("/setup/zendesk").status_code == 200


def test_credentials_of_the_environment_are_named_as_not_ours_to_forget(
    here: Installation, ada: Browser
) -> None:
    ada.submit(ada.get("/setup/connect"), "")
    page = ada.get(PATH)
    assert "ZENDESK_CLIENT_ID, ZENDESK_CLIENT_SECRET stand in the settings" in page.text
    ada.submit(page, "", typed=NAME)
    page = ada.get(PATH)
    assert "<h1>Nothing is connected</h1>" in page.text
    assert "the sweep still finds new tickets" in page.text
    assert "Nothing is decided" not in page.text
    assert 'href="/setup/connect">Connect again' in page.text
    assert "Nothing is connected" in ada.get("/console/status").text
    assert stands(here)["webhooks"] == []


def test_a_group_that_stayed_does_not_keep_it_from_saying_that_nothing_is_connected(
    here: Installation, ada: Browser
) -> None:
    with_groups(here, "Chargebacks")
    stage = here.box.sandbox.stage
    ticket = stage.write_ticket({"body": "Hello"})
    stage.write_comment(ticket.id, {"as": "agent", "group": "Chargebacks"})
    ada.submit(ada.get(PATH), "", typed=NAME)
    page = ada.get(PATH)
    assert "<h1>Nothing is connected</h1>" in page.text
    assert "Still at Zendesk, as it was in use: group" in page.text


def test_a_webhook_of_others_that_is_used_is_no_reason_to_say_so(
    here: Installation, ada: Browser
) -> None:
    with here.store.write() as connection:
        made.put(connection, made.Made("webhook", "webhook", "1", made.THEIRS, 0.0))
    page = ada.get(PATH)
    assert "<h1>Uninstall</h1>" in page.text
    ada.submit(page, "", typed=NAME)
    assert "<h1>Nothing is connected</h1>" in ada.get(PATH).text


def test_credentials_that_were_stored_and_never_used_are_forgotten(fresh: Installation) -> None:
    client_given(fresh)
    ada = fresh.browser()
    ada.sign_in(ADA)
    page = ada.get(PATH)
    assert "Nothing of Deskclerk stands at Zendesk" in page.text
    ada.submit(page, "", typed=NAME)
    assert stored_settings.version(fresh.store) == ""


def test_administrators_alone_may(here: Installation) -> None:
    here.change_user(OMAR, tags=("deskclerk_lead",))
    for name in (GRACE, OMAR):
        browser = here.browser()
        browser.sign_in(name)
        assert browser.get(PATH).status_code == 403
        assert browser.send(PATH, typed=NAME).status_code == 403
        assert "An administrator can connect it" in browser.get("/console/status").text


def test_the_set_up_leads_there(here: Installation, ada: Browser) -> None:
    assert f'href="{PATH}"' in ada.get("/setup").text
    here.settings = settings_for(here.box)
    installer = here.browser()
    installer.enter_code()
    assert f'href="{PATH}"' not in installer.get("/setup").text
