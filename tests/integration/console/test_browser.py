"""The console in a real browser, with a real worker, in front of the sandbox helpdesk."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from connectors.loopback import ServedApp
from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from integration.settings import Settings
from integration.store import Store
from integration.wiring import build_web
from integration.worker_life import live
from tests.integration.console.kit import CODE, KEY

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000
HELLO = (
    "Hello {{ first_name }},\n\nopen Account and choose Reset.\n\nThis answer was sent "
    "automatically; a person reads your reply."
)
WAYS = """how do i reset my password
forgot my password
i can't log in, how do i get a new password
password reset please
my password does not work any more
where do i change my password
need a new password
lost my password"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


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


@dataclass
class Visitor:
    """Somebody in front of a screen; complaints of the browser are kept."""

    page: Page
    address: str
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("console", lambda line: self._hear(line.type, line.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.heard.append(text)

    def goes(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.looks()

    def presses(self, words: str) -> None:
        """A button or a link, by its words."""
        named = self.page.locator(f"button:has-text('{words}'), a:has-text('{words}')")
        named.first.click()
        self.page.wait_for_load_state()

    def looks(self) -> None:
        """Whatever is shown is usable by keyboard, reader and eye."""
        found = Axe().run(self.page)
        serious = [
            (each["id"], each["nodes"][0]["html"][:200])
            for each in found.response["violations"]
            if each["impact"] in {"serious", "critical"}
        ]
        assert serious == [], (self.page.url, serious)

    def signs_in(self, name: str) -> None:
        self.page.select_option("select[name=user]", label=name)
        self.presses("Allow")


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Visitor]:
    page = chromium.new_page(viewport={"width": 1280, "height": 860})
    yield Visitor(page, address)
    page.context.close()


def connect(visitor: Visitor, box: SandboxServer) -> None:
    """From the code to a connected helpdesk."""
    page, config = visitor.page, box.sandbox.config
    visitor.goes("/setup/code")
    page.fill("#code", CODE)
    visitor.presses("Begin")
    visitor.looks()
    visitor.presses("Begin: Zendesk")
    page.fill("#client_id", config.client_id)
    page.fill("#client_secret", "mistyped")
    visitor.presses("Try and store")
    page.wait_for_selector("text=check its identifier")
    page.fill("#client_secret", config.client_secret)
    visitor.presses("Try and store")
    visitor.presses("Begin: Sign in")
    visitor.signs_in("Ada Admin (admin)")
    visitor.presses("Begin: Connect")
    visitor.looks()
    visitor.presses("Do it")
    page.wait_for_selector("text=Connected: the helpdesk")


def write_first_answer(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goes("/setup/policy")
    page.check("input[value=GB]")
    visitor.presses("Store")
    visitor.goes("/setup/answers")
    page.fill("#title", "Reset the password")
    page.fill("#examples", WAYS)
    page.fill("#body", HELLO)
    visitor.presses("Store it in shadow")
    page.wait_for_selector("text=Reset the password")


def write_ticket(box: SandboxServer, body: str) -> int:
    ticket = {"requester": {"name": "Sam Sample", "email": f"{hash(body)}@x.example"}, "body": body}
    answer = requests.post(f"{box.url}/sandbox/tickets", json=ticket, timeout=5)
    return int(answer.json()["ticket"]["id"])


def set_stage(visitor: Visitor, stage: str) -> None:
    visitor.goes("/console/answers/reset_the_password")
    visitor.page.select_option("#to-stage", stage)
    visitor.presses("Show what changes")
    visitor.looks()
    visitor.presses("Make it so")
    visitor.page.wait_for_selector("text=Running workers follow")


def replies(box: SandboxServer, ticket_id: int) -> list[str]:
    world = box.sandbox.state
    with world.lock:
        comments = world.comments[ticket_id]
        return [c.body for c in comments if c.public and c.author_id == world.bot_id]


def outcome_of(visitor: Visitor, ticket_id: int, words: str) -> None:
    """Load a ticket's page until it says so."""
    for _ in range(120):
        visitor.page.goto(f"{visitor.address}/console/tickets/{ticket_id}")
        if words in visitor.page.inner_text("main"):
            visitor.looks()
            return
        visitor.page.wait_for_timeout(500)
    raise AssertionError(visitor.page.inner_text("main"))


@pytest.mark.timeout(400)
def test_from_the_code_to_the_first_answer_that_goes_out_by_itself(
    visitor: Visitor, box: SandboxServer
) -> None:
    page = visitor.page
    connect(visitor, box)
    write_first_answer(visitor)
    visitor.goes("/setup/try")
    page.fill("#text", "Hi, how do I reset my password?")
    visitor.presses("What would be decided")
    page.wait_for_selector("text=It would be")
    visitor.looks()
    visitor.goes("/setup/start")
    visitor.presses("Start")
    page.wait_for_selector("text=Nothing is sent until you say so")
    first = write_ticket(box, "Hi, how do I reset my password?")
    outcome_of(visitor, first, "shadow")
    assert replies(box, first) == []
    set_stage(visitor, "approve")
    page.wait_for_timeout(6_000)  # workers look every five seconds
    second = write_ticket(box, "forgot my password")
    outcome_of(visitor, second, "A draft waits for a yes")
    visitor.goes("/console/approvals")
    visitor.presses("Send as it is")
    page.wait_for_selector("text=Sent “reset_the_password”")
    visitor.looks()
    assert replies(box, second) == [HELLO.replace("{{ first_name }}", "Sam")]
    set_stage(visitor, "auto")
    page.wait_for_timeout(6_000)
    third = write_ticket(box, "where do i change my password")
    outcome_of(visitor, third, "public reply ✓ done")
    assert len(replies(box, third)) == 1
    visitor.goes("/console/status")
    visitor.presses("Pause all")
    page.wait_for_selector("text=Let them go out again")
    visitor.looks()
    fourth = write_ticket(box, "need a new password")
    outcome_of(visitor, fourth, "paused")
    assert replies(box, fourth) == []
    for path in ("tickets", "failures", "people", "ledger", "doctor", "account", "answers"):
        visitor.goes(f"/console/{path}")
    visitor.presses("Sign out")
    page.wait_for_selector("text=Sign in with Zendesk")
    assert visitor.heard == []


def test_the_console_fits_a_phone_in_light_and_dark(
    chromium: Browser, address: str, box: SandboxServer
) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
    visitor = Visitor(page, address)
    connect(visitor, box)
    write_first_answer(visitor)
    paths = (
        "/console/status",
        "/console/tickets",
        "/console/answers/reset_the_password",
        "/console/people",
        "/console/ledger",
        "/setup",
        "/setup/policy",
        "/setup/answers",
    )
    for path in paths:
        visitor.goes(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.context.close()


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
