"""What a person wants in Slack is done once and told, wherever the worker dies that does it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from connectors.chat import Message
from connectors.slack.events import Command
from integration.brake import read_brake, set_brake
from integration.store import Store, deliveries
from tests.fakes.chat_desk import Crash, SteppedStore, Steps
from tests.fakes.desk import a_desk
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk
from tests.integration.test_slack_work import Chat, Slack, connected

MOST_STEPS = 60
LONG = 60.0  # after so many seconds no dead worker holds anything any more


@dataclass
class MortalChat(Chat):
    """A chat whose user can die before and after an answer is shown."""

    steps: Steps = field(default_factory=Steps)

    def answer(self, address: str, message: Message, *, everybody: bool = False) -> None:
        self.steps.step()
        super().answer(address, message, everybody=everybody)
        self.steps.step()


@dataclass
class Scene:
    """An installation on one database, and what its workers share."""

    store: Store
    clock: FakeClock
    helpdesk: FakeHelpdesk
    healthy: Slack
    chat: MortalChat

    def ticket(self, number: int, body: str) -> None:
        self.helpdesk.customer_opens(number, body, requester_id=10_000 + number)
        self.healthy.desk.handle(number)
        self.clock.pass_time(LONG)

    def given(self, text: str, number: int, user: str = "U1") -> int:
        """A command that is stored and not yet worked on; returns its delivery."""
        address = f"https://hooks.slack.com/{number}"
        self.healthy.intake.take(
            Command("T1", user, "C1", "/deskclerk", text, address, f"t{number}")
        )
        return max(self.healthy.waiting())

    def dies_at(self, delivery_id: int, fatal: int) -> bool:
        """A worker does it and dies at the fatal step; false if it came to its end before."""
        steps = Steps(fatal)
        store = SteppedStore(self.store.url)
        store.steps = self.chat.steps = steps
        self.helpdesk.on_call = lambda _name: steps.step()
        try:
            mortal = connected(a_desk(store, self.clock, self.helpdesk), self.chat)
            mortal.desk.run(delivery_id)
        except Crash:
            return True
        else:
            return False
        finally:
            self.helpdesk.on_call = lambda _name: None
            self.chat.steps = Steps()
            store.close()

    def goes_on(self, delivery_id: int) -> None:
        """Another worker takes it over."""
        self.clock.pass_time(LONG)
        assert self.healthy.desk.run_to_end(delivery_id) == deliveries.DONE

    def told(self, number: int) -> list[str]:
        address = f"https://hooks.slack.com/{number}"
        return [text for where, text, _ in self.chat.answers if where == address]

    def acts(self, number: int) -> int:
        return sum(row["ticket_id"] == number for row in self.healthy.desk.rows("act"))

    def is_told_once(self, number: int, shown_before: int) -> None:
        """Twice, with the same words, if the worker died right after it was shown."""
        told = self.told(number)
        assert 1 <= len(told) <= 1 + shown_before, told
        assert len(set(told)) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def scene(
    request: pytest.FixtureRequest,
    new_store_url: Callable[[str], str],
    clock: FakeClock,
    helpdesk: FakeHelpdesk,
) -> Iterator[Scene]:
    store, chat = Store(new_store_url(request.param)), MortalChat()
    yield Scene(store, clock, helpdesk, connected(a_desk(store, clock, helpdesk), chat), chat)
    store.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("body", "text", "said", "replies"),
    [
        ("hello", "reply {} find_iban", "Sent “find_iban”", 1),
        ("hello", "take {}", "is yours.", 0),
        ("hello", "correct {} uk_fca_disp_complaint so", "is held for people", 0),
        ("complaint", "clear {} a quotation", "is lifted", 0),
    ],
)
def test_an_act_is_done_once_and_told_wherever_its_worker_dies(
    scene: Scene, body: str, text: str, said: str, replies: int
) -> None:
    for fatal in range(1, MOST_STEPS):
        scene.ticket(fatal, body)
        notes = len(scene.helpdesk.notes(fatal))
        delivery_id = scene.given(text.format(fatal), fatal)
        died = scene.dies_at(delivery_id, fatal)
        shown_before = len(scene.told(fatal)) if died else 0
        scene.goes_on(delivery_id)
        assert scene.acts(fatal) == 1
        assert len(scene.helpdesk.notes(fatal)) == notes + 1
        assert len(scene.helpdesk.public_replies(fatal)) == replies
        assert said in scene.told(fatal)[-1]
        scene.is_told_once(fatal, shown_before)
        if not died:
            break
    assert 5 < fatal < MOST_STEPS - 1


@pytest.mark.timeout(300)
def test_a_brake_that_is_pulled_meanwhile_stays_pulled_wherever_the_worker_dies(
    scene: Scene,
) -> None:
    for fatal in range(1, MOST_STEPS):
        with scene.store.write() as connection:
            set_brake(connection, scene.clock.now(), "Ada", pulled=True, answer="find_iban")
        scene.clock.pass_time(LONG)
        delivery_id = scene.given("resume find_iban", fatal, "U2")
        died = scene.dies_at(delivery_id, fatal)
        if not died:
            break
        scene.clock.pass_time(1)
        with scene.store.write() as connection:
            set_brake(connection, scene.clock.now(), "Grace", pulled=True, answer="find_iban")
        scene.goes_on(delivery_id)
        with scene.store.read() as connection:
            assert read_brake(connection).answers == ("find_iban",)
        assert scene.told(fatal)
    assert 3 < fatal < MOST_STEPS - 1
    with scene.store.read() as connection:
        assert read_brake(connection).answers == ()
