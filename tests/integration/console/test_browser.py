"""The console in a real browser, with a real worker, in front of the sandbox helpdesk.

The whole way, from the code to the removal, is walked in tests/deploy/test_browser_way.py.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page

from connectors.loopback import ServedApp
from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from integration.settings import Settings
from integration.store import Store
from integration.wiring import build_web
from integration.worker_life import live
from tests import browser
from tests.browser import PATIENCE_MS, Visitor, write_answer, write_policy
from tests.integration.console.kit import CODE, KEY

pytestmark = pytest.mark.browser
WAYS = """how do i reset my password
forgot my password
password reset please
lost my password"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as found:
        yield found


@pytest.fixture
def box() -> Iterator[SandboxServer]:
    config = SandboxConfig(limits=Limits(None, None, None, None), export_lag_s=0)
    with SandboxServer(config) as server:
        yield server


@pytest.fixture
def address(box: SandboxServer, store: Store, tmp_path: Path) -> Iterator[str]:
    """An installation as after the button: a database, a key, a code, and a worker that waits."""
    given = {
        "deskclerk_home": tmp_path,
        "database_url": store.url,
        "secret_key": KEY,
        "setup_code": CODE,
        "zendesk_base_url": box.url,
        "deskclerk_reader": False,
        "deskclerk_concurrency": 2,
    }
    settings = Settings.model_validate(given)
    stopped = threading.Event()
    worker = threading.Thread(target=live, args=(settings, stopped))
    with ServedApp(build_web(settings)) as server:
        worker.start()
        yield server.url
        stopped.set()
        worker.join()


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Visitor]:
    page = chromium.new_page(viewport={"width": 1280, "height": 860})
    yield Visitor(page, address)
    page.context.close()


def connect(visitor: Visitor, box: SandboxServer) -> None:
    browser.connect(visitor, box, CODE)


def write_first_answer(visitor: Visitor) -> None:
    write_policy(visitor)
    write_answer(visitor, "Reset the password", WAYS, "Hello, open Account and choose Reset.")


@pytest.mark.parametrize(("ci", "outcome"), [("1", pytest.fail), ("", pytest.skip)])
def test_without_a_browser_these_tests_fail_in_ci_and_are_skipped_elsewhere(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: Any
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(outcome.Exception, match="chromium"), browser.chromium():
        pass


def a_draft(visitor: Visitor, box: SandboxServer) -> int:
    """A ticket whose answer waits for a yes."""
    page = visitor.page
    visitor.goes("/setup/start")
    fits(page)
    visitor.presses("Start")
    page.wait_for_selector("text=Nothing is sent until you say so")
    change_stage(page, visitor.address, "approve")
    for number in range(20):  # the worker follows a change within seconds
        ticket = {"requester": {"name": "Sam Sample", "email": f"s{number}@x.example"}}
        told = requests.post(
            f"{box.url}/sandbox/tickets", json=ticket | {"body": "forgot my password"}, timeout=5
        )
        for _ in range(20):
            page.goto(f"{visitor.address}/console/approvals")
            if page.locator("button:has-text('Send as it is')").count():
                return int(told.json()["ticket"]["id"])
            page.wait_for_timeout(200)
    raise AssertionError(page.inner_text("main"))


def fits(page: Page) -> None:
    """Nothing has to be pushed aside to be read."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
    ends = "[...document.querySelectorAll('nav a')].map(a => a.getBoundingClientRect().right)"
    assert all(end <= 360 for end in page.evaluate(ends)), page.url  # the menu's, too


def test_the_console_fits_a_phone_in_light_and_dark(
    chromium: Browser, address: str, box: SandboxServer
) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
    visitor = Visitor(page, address)
    connect(visitor, box)
    write_first_answer(visitor)
    ticket = a_draft(visitor, box)
    paths = (
        "/console/status",
        "/console/tickets",
        f"/console/tickets/{ticket}",
        "/console/approvals",
        "/console/answers/reset_the_password",
        "/console/answers/reset_the_password?done=changed",
        "/console/answers/reset_the_password/words",
        "/console/answers/reset_the_password/removal",
        "/console/policy",
        "/console/policy/files",
        "/console/people",
        "/console/ledger",
        "/setup",
        "/setup/connect",
        "/setup/policy",
        "/setup/answers",
        "/setup/slack",
        "/setup/uninstall",
    )
    for path in paths:
        visitor.goes(path)
        fits(page)
    visitor.goes("/setup/try")
    page.fill("#text", f"Hello, how do i reset my password? {'x' * 200}")
    visitor.presses("What would be decided")
    page.wait_for_selector("text=It would be")
    visitor.looks()
    fits(page)
    visitor.goes("/console/policy")
    visitor.presses("Go back to this")
    visitor.looks()
    fits(page)
    uninstall(page, address)
    visitor.looks()
    fits(page)
    page.context.close()


def test_what_takes_several_requests_goes_on_by_itself(
    visitor: Visitor, box: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.console.setup_steps._TURN_S", 0.0)
    monkeypatch.setattr("integration.connecting.carrying_out.require_time", lambda *_given: None)
    sent: list[str] = []
    visitor.page.on("request", lambda each: sent.append(f"{each.method} {each.url}"))
    connect(visitor, box)
    assert sent.count(f"POST {visitor.address}/setup/connect") == 3
    assert len(list(box.sandbox.state.webhooks)) == 1
    assert visitor.heard == []


def test_it_is_used_by_keyboard_alone(visitor: Visitor, box: SandboxServer) -> None:
    page = visitor.page
    connect(visitor, box)
    page.goto(f"{visitor.address}/console/status")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert "Pause all" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Let them go out again")
    page.goto(f"{visitor.address}/setup/policy")
    page.press("#timezone", "Enter")
    page.wait_for_url("**/setup?done=policy-stored")


def test_a_change_is_undone_by_keyboard_alone(visitor: Visitor, box: SandboxServer) -> None:
    page = visitor.page
    connect(visitor, box)
    write_first_answer(visitor)
    change_stage(page, visitor.address)
    assert focused_in_main(page, tabs=1).startswith("Undo")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=stage: auto -> shadow")
    assert focused_in_main(page, tabs=2) == "Go back to it"
    page.keyboard.press("Enter")
    page.wait_for_selector("text=that version judges again")


def focused_in_main(page: Page, *, tabs: int) -> str:
    """Skip to the content, go on from there; what is focused then."""
    for key in ("Tab", "Enter", *["Tab"] * tabs):
        page.keyboard.press(key)
    return str(page.evaluate("document.activeElement.textContent"))


def test_undo_and_uninstall_work_without_scripts(
    chromium: Browser, visitor: Visitor, box: SandboxServer
) -> None:
    connect(visitor, box)
    write_first_answer(visitor)
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([dict(cookie) for cookie in visitor.page.context.cookies()])  # type: ignore[misc] # as they came
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    change_stage(page, visitor.address)
    page.click("text=Undo")
    page.wait_for_selector("text=stage: auto -> shadow")
    page.click("text=Go back to it")
    page.wait_for_selector("text=that version judges again")
    uninstall(page, visitor.address)
    assert list(box.sandbox.state.webhooks) == []
    context.close()


def change_stage(page: Page, address: str, stage: str = "auto") -> None:
    page.goto(f"{address}/console/answers/reset_the_password")
    page.select_option("#to-stage", stage)
    page.click("text=Show what changes")
    page.click("text=Make it so")
    page.wait_for_selector("text=Running workers follow")


def uninstall(page: Page, address: str) -> None:
    page.goto(f"{address}/setup/uninstall")
    page.fill("#typed", "127.0.0.1")
    page.click("text=Remove it from Zendesk")
    page.wait_for_selector("h1:has-text('Nothing is connected')")


def test_it_works_without_scripts(chromium: Browser, address: str, box: SandboxServer) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/setup/code")
    page.fill("#code", CODE)
    page.click("button")
    page.goto(f"{address}/setup/zendesk")
    page.fill("#client_id", box.sandbox.config.client_id)
    page.fill("#client_secret", box.sandbox.config.client_secret)
    page.click("text=Try and store")
    page.goto(f"{address}/console/sign-in")
    page.click("text=Sign in with Zendesk")
    page.select_option("select[name=user]", label="Ada Admin (admin)")
    page.click("button[value=allow]")
    page.goto(f"{address}/console/status")
    page.click("text=Pause all")
    page.wait_for_selector("text=Let them go out again")
    context.close()


def test_a_customers_markup_never_runs(visitor: Visitor, box: SandboxServer) -> None:
    page = visitor.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    connect(visitor, box)
    write_first_answer(visitor)
    visitor.goes("/setup/try")
    page.fill("#text", "<img src=x onerror=alert(1)><script>alert(2)</script> password")
    visitor.presses("What would be decided")
    page.wait_for_selector("text=It would be")
    page.wait_for_selector(".said:has-text('<img src=x')")
    assert dialogs == []
    assert visitor.heard == []
