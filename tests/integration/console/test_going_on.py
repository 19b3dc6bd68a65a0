"""A slow helpdesk: connecting and uninstalling end each request in time, and go on in the next."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connectors.zendesk.sandbox.triggers import check_trigger
from connectors.zendesk.setup import ZendeskSetup
from integration import stored_settings
from integration.store import made
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import ADA, Browser, Installation, app_for
from tests.integration.console.test_uninstalling import (
    NAME,
    client_given,
    connected,
    entries,
    parts,
    stands,
    with_groups,
)

CONNECT, UNINSTALL = "/setup/connect", "/setup/uninstall"
SLOW_S = 5.0  # three calls, and a request has taken long enough


@pytest.fixture
def slow(fresh: Installation, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Calls of these names take so many seconds."""

    def take(*names: str, seconds: float = SLOW_S) -> None:
        for name in names:
            really = getattr(ZendeskSetup, name)

            def call(*given: Any, _really: Any = really, **more: Any) -> Any:
                fresh.clock.pass_time(seconds)
                return _really(*given, **more)

            monkeypatch.setattr(ZendeskSetup, name, call)

    return take


@pytest.fixture
def ada(fresh: Installation) -> Browser:
    """An administrator's browser, the OAuth client stored, nothing connected."""
    client_given(fresh)
    browser = fresh.browser()
    assert browser.sign_in(ADA).status_code == 303
    return browser


def done(page: TestResponse) -> str:
    """How far it is, as the page says."""
    found = re.search(r"(\d+ of \d+) steps are done", page.text)
    return found[1] if found else ""


def to_the_end(browser: Browser, page: TestResponse, path: str) -> tuple[list[str], TestResponse]:
    """Press *Go on* until there is none; what each page said, and the last answer."""
    said = []
    while done(page):
        said.append(done(page))
        page = browser.submit(page, path)
    return said, page


def test_connecting_goes_on_from_request_to_request(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(f"{CONNECT}?views=1")
    slow("create")
    said, last = to_the_end(ada, ada.submit(plan, ""), CONNECT)
    assert said == ["3 of 5"]
    assert last.headers["Location"] == "/setup?done=connected"
    kept = {name: len(rows) for name, rows in stands(fresh).items()}
    assert kept == kept | {"webhooks": 1, "triggers": 1, "trigger_categories": 2, "views": 2}
    assert [entry["how"] for entry in entries(fresh, "connected")] == ["make"] * 5
    assert "Everything stands as it should" in ada.get(f"{CONNECT}?views=1").text


def test_every_request_comes_further_however_slow_a_step_is(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(f"{CONNECT}?views=1")
    slow("create", seconds=60.0)
    said, last = to_the_end(ada, ada.submit(plan, ""), CONNECT)
    assert said == ["1 of 5", "2 of 5", "3 of 5", "4 of 5"]
    assert last.status_code == 303
    assert len(stands(fresh)["webhooks"]) == 1


def test_groups_that_were_ticked_are_made_in_a_later_request(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(f"{CONNECT}?groups=fraud&groups=privacy")
    before = len(stands(fresh)["groups"])
    slow("create", seconds=60.0)
    said, last = to_the_end(ada, ada.submit(plan, ""), CONNECT)
    assert said[-1] == "4 of 5"
    assert last.status_code == 303
    assert len(stands(fresh)["groups"]) == before + 2


def test_an_address_that_was_typed_is_stored_with_the_first_step(
    fresh: Installation, slow: Callable[..., None]
) -> None:
    nowhere = settings_for(fresh.box, public_url="", zendesk_client_id="", zendesk_client_secret="")
    fresh.settings, fresh.app = nowhere, app_for(fresh.store, fresh.clock, nowhere)
    client_given(fresh)
    ada = fresh.browser()
    ada.sign_in(ADA)
    plan = ada.get(f"{CONNECT}?address=https://desk.example.com")
    slow("create", seconds=60.0)
    page = ada.submit(plan, "")
    assert done(page) == "1 of 3"
    present = stored_settings.complete(fresh.settings, fresh.store)
    assert present.public_url == "https://desk.example.com"
    to_the_end(ada, page, CONNECT)
    [hook] = stands(fresh)["webhooks"]
    assert hook["endpoint"] == "https://desk.example.com/webhooks/zendesk"


def test_a_page_that_is_closed_in_between_leaves_nothing_half_made(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(CONNECT)
    slow("create", seconds=60.0)
    assert done(ada.submit(plan, "")) == "1 of 3"
    assert parts(fresh) == {"webhook"}
    said, last = to_the_end(ada, ada.submit(ada.get(CONNECT), ""), CONNECT)
    assert said == ["1 of 2"]
    assert last.status_code == 303
    assert len(stands(fresh)["webhooks"]) == 1


def test_what_changed_between_two_requests_is_shown_and_not_done(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(CONNECT)
    slow("create", seconds=60.0)
    page = ada.submit(plan, "")
    world = fresh.box.sandbox.state
    with world.lock:
        [hook] = list(world.webhooks)
        world.webhooks.remove(hook["id"])
    answer = ada.submit(page, CONNECT)
    assert "changed since the plan was shown" in answer.text
    assert "makes     webhook" in answer.text
    assert stands(fresh)["webhooks"] == []


def test_a_second_click_on_go_on_makes_nothing_twice(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(CONNECT)
    slow("create", seconds=60.0)
    page = ada.submit(plan, "")
    ada.submit(page, CONNECT)
    again = ada.submit(page, CONNECT)
    assert "changed since the plan was shown" in again.text
    assert len(stands(fresh)["trigger_categories"]) == 2


@pytest.mark.parametrize("path", [CONNECT, UNINSTALL])
def test_a_look_that_takes_too_long_says_that_zendesk_is_slow(
    fresh: Installation, ada: Browser, slow: Callable[..., None], path: str
) -> None:
    plan = ada.get(path)
    slow("records", seconds=9.0)
    assert "Zendesk answers so slowly now" in ada.get(path).text
    before = stands(fresh)
    answer = ada.submit(plan, "", **({"typed": NAME} if path == UNINSTALL else {}))
    assert "Zendesk answers so slowly now" in answer.text
    assert stands(fresh) == before


def test_uninstalling_goes_on_from_request_to_request(
    fresh: Installation, slow: Callable[..., None]
) -> None:
    before = stands(fresh)
    ada = connected(fresh)
    plan = ada.get(UNINSTALL)
    slow("delete", seconds=8.0)
    page = ada.submit(plan, "", typed=NAME)
    assert entries(fresh, "setting_forgotten") == []
    said, last = to_the_end(ada, page, UNINSTALL)
    assert said == ["2 of 5", "4 of 5"]
    assert last.headers["Location"] == f"{UNINSTALL}?done=uninstalled"
    assert stands(fresh) == before
    assert parts(fresh) == set()
    assert len(entries(fresh, "disconnected")) == 5


def test_what_was_made_between_two_requests_is_shown_and_stays(
    fresh: Installation, slow: Callable[..., None]
) -> None:
    ada = connected(fresh)
    plan = ada.get(UNINSTALL)
    slow("delete", seconds=60.0)
    page = ada.submit(plan, "", typed=NAME)
    with_groups(fresh, "Chargebacks")
    answer = ada.submit(page, UNINSTALL)
    assert "changed since the plan was shown" in answer.text
    assert "nothing was removed" not in answer.text
    assert "nothing more was removed" in answer.text
    assert any(row["name"] == "Chargebacks" for row in stands(fresh)["groups"])


def test_a_group_in_use_goes_in_a_later_request_where_that_was_wished(
    fresh: Installation, slow: Callable[..., None]
) -> None:
    ada = connected(fresh)
    with_groups(fresh, "Chargebacks")
    plan = ada.get(f"{UNINSTALL}?everything=1")
    slow("delete", seconds=60.0)
    _, last = to_the_end(ada, ada.submit(plan, "", typed=NAME), UNINSTALL)
    assert last.status_code == 303
    with fresh.store.read() as connection:
        assert made.listed(connection) == []


def test_the_page_in_between_is_a_form_that_works_without_scripts(
    ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(CONNECT)
    slow("create", seconds=60.0)
    page = ada.submit(plan, "")
    assert "<button>Go on</button>" in page.text
    assert '<progress value="1" max="3"' in page.text
    assert "<script>" not in page.text


def test_an_uninstall_that_ended_before_its_last_line_ends_when_it_is_sent_again(
    fresh: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = connected(fresh)
    plan = ada.get(UNINSTALL)

    def killed(*_given: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr("integration.connecting.removing.stored_settings.forget", killed)
        with pytest.raises(KeyboardInterrupt):
            ada.submit(plan, "", typed=NAME)
    assert parts(fresh) == set()
    assert ada.submit(plan, "", typed=NAME).headers["Location"] == f"{UNINSTALL}?done=uninstalled"
    assert len(entries(fresh, "setting_forgotten")) > 0


def test_scopes_that_are_slow_to_tell_count_as_time_that_is_up(
    fresh: Installation, ada: Browser, slow: Callable[..., None]
) -> None:
    plan = ada.get(CONNECT)
    before = stands(fresh)
    slow("forbidden", seconds=20.0)
    answer = ada.submit(plan, "")
    assert "Zendesk answers so slowly now" in answer.text
    assert stands(fresh) == before


def test_a_copy_that_the_plan_leaves_is_left_in_every_request(
    fresh: Installation, slow: Callable[..., None]
) -> None:
    ada = connected(fresh)
    world = fresh.box.sandbox.state
    with world.lock:
        [row] = list(world.triggers)
        copied = {key: row[key] for key in ("description", "conditions", "actions")}
        world.triggers.put(check_trigger(world, {**copied, "title": "Mine"}))
    plan = ada.get(UNINSTALL)
    assert "is a copy that somebody made" in plan.text
    slow("delete", seconds=60.0)
    page = ada.submit(plan, "", typed=NAME)
    sent = dict(re.findall(r'name="(plan|copies)" value="([^"]+)"', page.text))
    page = ada.send(UNINSTALL, **sent, typed="another")
    assert "is a copy that somebody made" in page.text
    _, last = to_the_end(ada, ada.submit(page, "", typed=NAME), UNINSTALL)
    assert last.status_code == 303, last.text
    assert [one["title"] for one in stands(fresh)["triggers"]] == ["Mine"]
