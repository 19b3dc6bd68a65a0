"""The whole way in a real browser: from the platform's button to the removal.

Web and worker are started from the Procfile, the release phase first, as the platform would.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from tests.browser import Visitor, chromium, connect, write_answer, write_policy
from tests.deploy.platform import KINDS, Platform, Where, platform, procfile
from tests.faults.harness import CLIENT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("release"),
    pytest.mark.timeout(600),
]
CODE = "canary-set-up-code-0123"
# What a button sets; everything else is given in the browser.
BUTTON = {
    **dict.fromkeys((*CLIENT, "ZENDESK_WEBHOOK_SECRET", "DESKCLERK_POLICY"), ""),
    "SECRET_KEY": "canary-secret-key-of-32-characters!!",
    "SETUP_CODE": CODE,
    "DESKCLERK_READER": "0",  # the smallest plan
}
HELLO = (
    "Hello {{ first_name }},\n\nopen Account and choose Reset.\n\nThis answer was sent "
    "automatically; a person reads your reply."
)
PASSWORD = """how do i reset my password
forgot my password
i can't log in, how do i get a new password
password reset please
my password does not work any more
where do i change my password
need a new password
lost my password"""
HOURS = """what are your opening hours
when are you open
are you open on saturday
until when are you open today
opening times please"""
REFUND = """how long does a refund take
when do i get my money back
where is my refund
how many days until the refund arrives
refund time please"""


@dataclass
class Way:
    """A visitor in front of an installation, and the helpdesk behind it."""

    visitor: Visitor
    box: SandboxServer
    running: Platform
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def write_ticket(self, body: str) -> int:
        """Each from another customer: nobody gets two automatic replies within a day."""
        mail = f"customer{next(self.numbers)}@x.example"
        ticket = {"requester": {"name": "Sam Sample", "email": mail}, "body": body}
        answer = requests.post(f"{self.box.url}/sandbox/tickets", json=ticket, timeout=5)
        return int(answer.json()["ticket"]["id"])

    def replies(self, ticket_id: int) -> list[str]:
        world = self.box.sandbox.state
        with world.lock:
            comments = world.comments[ticket_id]
            return [c.body for c in comments if c.public and c.author_id == world.bot_id]

    def told(self, ticket_id: int) -> str:
        """What a ticket's page says when all that followed from its decision is written."""
        page = self.visitor.page
        for _ in range(300):
            page.goto(f"{self.visitor.address}/console/tickets/{ticket_id}")
            text = page.inner_text("main")
            if "✓ done" in text and "planned" not in text and "sending" not in text:
                return text
            page.wait_for_timeout(200)
        raise AssertionError((page.inner_text("main"), self.running.desk.tail()))

    def asks_until(self, body: str, words: str) -> int:
        """Customers write until one is decided so: workers follow a change within seconds."""
        for _ in range(30):
            ticket = self.write_ticket(body)
            if words in self.told(ticket):
                self.visitor.looks()
                return ticket
        raise AssertionError(self.visitor.page.inner_text("main"))

    def set_stage(self, stage: str) -> None:
        page = self.visitor.page
        self.visitor.goes("/console/answers/reset_the_password")
        page.select_option("#to-stage", stage)
        self.visitor.presses("Show what changes")
        self.visitor.looks()
        self.visitor.presses("Make it so")
        page.wait_for_selector("text=Running workers follow")
        self.visitor.looks()


@pytest.fixture
def way(
    request: pytest.FixtureRequest, tmp_path: Path, where: Where, release: Path
) -> Iterator[Way]:
    """An installation as after the button, its processes started from the Procfile."""
    if request.param == "postgres" and not request.config.getoption("--long"):
        pytest.skip("short version: on SQLite alone, as the Procfile's tests are on both")
    config = SandboxConfig(limits=Limits(None, None, None, None), export_lag_s=0)
    with (
        chromium() as browser,
        SandboxServer(config) as box,
        platform(
            tmp_path, where(request.param), release, procfile(), helpdesk=box, **BUTTON
        ) as running,
    ):
        running.deploy(until="/healthz")
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        visitor = Visitor(page, running.desk.web_url)
        yield Way(visitor, box, running)
        assert visitor.heard == []
        running.tell_to_stop()
        assert running.wait_until_stopped() == [0, 0]


@pytest.mark.parametrize("way", KINDS, indirect=True)
def test_from_the_code_to_automatic_answers_and_back_to_nothing(way: Way) -> None:
    connect(way.visitor, way.box, CODE)
    write_policy(way.visitor)
    write_answer(way.visitor, "Reset the password", PASSWORD, HELLO)
    write_answer(way.visitor, "Opening hours", HOURS, "Hello, we are open from nine to five.")
    write_answer(way.visitor, "How long a refund takes", REFUND, "Hello, it takes five days.")
    start_in_shadow(way)
    approve_a_draft(way)
    answer_by_itself(way)
    pull_the_brake(way)
    undo_the_last_change(way)
    look_at_every_page(way)
    uninstall(way)


def start_in_shadow(way: Way) -> None:
    visitor, page = way.visitor, way.visitor.page
    visitor.goes("/setup/try")
    page.fill("#text", "Hi, how do I reset my password?")
    visitor.presses("What would be decided")
    page.wait_for_selector("text=It would be")
    visitor.looks()
    visitor.goes("/setup/start")
    visitor.presses("Start")
    page.wait_for_selector("text=Nothing is sent until you say so")
    ticket = way.asks_until("Hi, how do I reset my password?", "shadow")
    assert way.replies(ticket) == []


def approve_a_draft(way: Way) -> None:
    way.set_stage("approve")
    ticket = way.asks_until("forgot my password", "A draft waits for a yes")
    way.visitor.goes("/console/approvals")
    way.visitor.presses("Send as it is")
    way.visitor.page.wait_for_selector("text=Sent “reset_the_password”")
    way.visitor.looks()
    assert way.replies(ticket) == [HELLO.replace("{{ first_name }}", "Sam")]


def answer_by_itself(way: Way) -> None:
    way.set_stage("auto")
    ticket = way.asks_until("where do i change my password", "public reply ✓ done")
    assert way.replies(ticket) == [HELLO.replace("{{ first_name }}", "Sam")]


def pull_the_brake(way: Way) -> None:
    way.visitor.goes("/console/status")
    way.visitor.presses("Pause all")
    way.visitor.page.wait_for_selector("text=Let them go out again")
    way.visitor.looks()
    ticket = way.write_ticket("need a new password")
    assert "paused" in way.told(ticket)
    assert way.replies(ticket) == []


def undo_the_last_change(way: Way) -> None:
    visitor, page = way.visitor, way.visitor.page
    visitor.goes("/console/policy")
    visitor.presses("Go back to this")
    page.wait_for_selector("text=stage: auto -> approve")
    visitor.looks()
    visitor.presses("Go back to it")
    page.wait_for_selector("text=that version judges again")
    visitor.presses("Undo")
    page.wait_for_selector("text=stage: approve -> auto")
    visitor.presses("Leave it as it is")


def look_at_every_page(way: Way) -> None:
    pages = ("tickets", "answers", "policy", "failures", "people", "ledger", "doctor", "account")
    for path in pages:
        way.visitor.goes(f"/console/{path}")
    way.visitor.goes("/console/doctor")
    way.visitor.presses("Look now")
    found = way.visitor.page.inner_text("h2.inset")
    assert found.startswith("0 problems"), way.visitor.page.inner_text("main")


def uninstall(way: Way) -> None:
    visitor, page, world = way.visitor, way.visitor.page, way.box.sandbox.state
    visitor.goes("/setup")
    visitor.presses("uninstall it")
    page.wait_for_selector("text=webhook “Deskclerk”")
    visitor.looks()
    page.fill("#typed", "127.0.0.1")
    visitor.presses("Remove it from Zendesk")
    page.wait_for_selector("h1:has-text('Nothing is connected')")
    visitor.looks()
    assert list(world.webhooks) == []
    assert list(world.triggers) == []
    visitor.goes("/console/status")
    page.wait_for_selector("text=Nothing is connected.")
    assert "entries verify" in way.running.command("ledger", "verify").stdout
    visitor.presses("Sign out")
    page.wait_for_selector("text=not connected to a helpdesk")
