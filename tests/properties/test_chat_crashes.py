"""Every escalation stands in the chat exactly once: processes die, and answers get lost."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from connectors.errors import AskPerson, RetryLater
from integration.acting import Order
from integration.announcing.parts import Announcing
from integration.store import Store, approvals, clocks, posts
from integration.wishes import ActKind, Declined, Wish
from rules.model import Decision, Route, Status
from tests.fakes.chat import FakeChat, unclear
from tests.fakes.chat_desk import (
    GRACE,
    GROUPS,
    SLACK,
    ChatDesk,
    Crash,
    SteppedStore,
    Steps,
    a_chat_desk,
    a_policy,
    drafted,
    due_in,
    escalated,
)
from tests.fakes.desk import a_desk
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk

MOST_STEPS = 80
ROUNDS = 15
LONG_ROUNDS = 1000


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mortal(
    request: pytest.FixtureRequest,
    new_store_url: Callable[[str], str],
    clock: FakeClock,
    helpdesk: FakeHelpdesk,
) -> Iterator[ChatDesk]:
    """A desk whose workers can die at any store write and any call of the chat."""
    store = Store(new_store_url(request.param))
    desk = a_chat_desk(store, clock, helpdesk)
    yield desk
    store.close()


def a_mortal_worker(desk: ChatDesk, steps: Steps) -> tuple[Announcing, SteppedStore]:
    store = SteppedStore(desk.store.url)
    store.steps = steps
    return desk.worker(store), store


def live_until_death(desk: ChatDesk, ticket_id: int, steps: Steps) -> None:
    """A card is written and changed; the worker dies at the fatal step, if it comes so far."""
    worker, store = a_mortal_worker(desk, steps)
    desk.chat.on_call = desk.chat.after_call = lambda _name: steps.step()
    try:
        for second in range(8):
            desk.clock.pass_time(1.0)
            desk.work(worker)
            if second == 4:
                desk.helpdesk.agent_assigns(ticket_id)
                desk.seen(ticket_id)
    finally:
        store.close()
        desk.chat.on_call = desk.chat.after_call = lambda _name: None


@pytest.mark.timeout(600)
def test_a_card_stands_once_and_right_wherever_its_writer_dies(mortal: ChatDesk) -> None:
    died = 0
    for fatal in range(1, MOST_STEPS):
        mortal.helpdesk.customer_opens(fatal, "a complaint about you")
        row = mortal.decided(fatal)
        with suppress(Crash):
            live_until_death(mortal, fatal, Steps(fatal))
            break  # it came to its end before the fatal step
        died += 1
        if mortal.helpdesk.tickets[fatal].assignee_id is None:
            mortal.helpdesk.agent_assigns(fatal)
            mortal.seen(fatal)
        mortal.pass_time(60, every=2)
        card = mortal.chat.one(f"escalation-{row.id}")
        assert "Assigned in the helpdesk" in card.text, fatal
    assert died > 20


def live_cards(desk: ChatDesk) -> Counter[str]:
    """By ticket: how many messages ask people to take it."""
    shown = (m for m in desk.chat.standing if m.key.startswith(posts.ESCALATION))
    return Counter(m.message.text.partition(":")[0] for m in shown if '"Take"' in m.text)


@pytest.mark.timeout(600)
def test_an_escalation_by_hand_is_told_once_wherever_its_worker_dies(mortal: ChatDesk) -> None:
    """The ticket was told in another channel before: that card gives way, once."""
    mortal.policy = a_policy(f"{GROUPS}\n{SLACK}")
    died = 0
    for fatal in range(1, MOST_STEPS):
        mortal.helpdesk.customer_opens(fatal, "a complaint about you")
        mortal.decided(fatal, escalated(route=Route("Support", "high", ())))
        mortal.pass_time(3)
        steps = Steps(fatal)
        worker, store = a_mortal_worker(mortal, steps)
        mortal.chat.on_call = mortal.chat.after_call = lambda _n, s=steps: s.step()
        mortal.helpdesk.on_call = lambda _name, s=steps: s.step()
        wish = Wish(ActKind.CORRECT, fatal, faq="uk_fca_disp_complaint")
        order = Order(wish, GRACE, f"k{fatal}", 1)
        is_done = False
        with suppress(Crash):
            mortal.acting(worker, store).act(order)
            for _ in range(6):
                mortal.clock.pass_time(1.0)
                mortal.work(worker)
            is_done = True
        store.close()
        mortal.chat.on_call = mortal.chat.after_call = lambda _name: None
        mortal.helpdesk.on_call = lambda _name: None
        mortal.clock.pass_time(60)
        mortal.acting().act(order)
        mortal.pass_time(60, every=2)
        assert live_cards(mortal)[f"Ticket {fatal}"] == 1, fatal
        (card,) = (m for m in mortal.chat.standing if m.key == f"escalation-{order.act_id}")
        assert card.channel == "CCOMPLAINTS"
        assert len(mortal.helpdesk.notes(fatal)) == 1, fatal
        died += not is_done
        if is_done:
            break
    assert died > 15


@pytest.mark.timeout(600)
def test_a_lifted_guard_loses_its_tags_once_wherever_its_worker_dies(mortal: ChatDesk) -> None:
    died, desk = 0, a_desk(mortal.store, mortal.clock, mortal.helpdesk)
    for fatal in range(1, MOST_STEPS):
        mortal.helpdesk.customer_opens(fatal, "a complaint", tags=frozenset({"vip"}))
        desk.handle(fatal)
        assert mortal.helpdesk.tickets[fatal].ticket.tags == {"vip", "deskclerk_escalate"}
        steps, order = Steps(fatal), Order(clearing(fatal), GRACE, f"c{fatal}", 1)
        worker, store = a_mortal_worker(mortal, steps)
        mortal.helpdesk.on_call = lambda _name, s=steps: s.step()
        is_done = False
        with suppress(Crash):
            mortal.acting(worker, store).act(order)
            is_done = True
        store.close()
        mortal.helpdesk.on_call = lambda _name: None
        mortal.clock.pass_time(60)
        mortal.acting().act(order)
        assert mortal.helpdesk.tickets[fatal].ticket.tags == {"vip"}, fatal
        assert len([n for n in mortal.helpdesk.notes(fatal) if "taken off" in n]) == 1, fatal
        died += not is_done
        if is_done:
            break
    assert died > 8


def clearing(ticket_id: int) -> Wish:
    return Wish(ActKind.CLEAR, ticket_id, written="a quotation")


class Play:
    """A random play of people, workers and faults around one installation."""

    def __init__(self, desk: ChatDesk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.tickets: list[int] = []

    def act(self) -> None:
        """Something happens."""
        scenes = [self.escalates, self.escalates, self.drafts, self.goes_on, self.solves]
        scenes += [
            self.escalates_by_hand,
            self.takes,
            self.is_slow,
            self.loses_answers,
            self.revokes,
            self.mends,
        ]
        scenes.append(self.has_a_clock)
        self.chance.choice(scenes)()

    def escalates(self) -> None:
        for _ in range(self.chance.choice([1, 1, 2, 7])):
            priority = self.chance.choice(["high", "high", "urgent"])
            self.open(escalated(route=Route("Complaints", priority, ())))

    def has_a_clock(self) -> None:
        self.open(escalated(deadlines=(due_in(self.desk.clock, 0.02),)))

    def drafts(self) -> None:
        self.open(drafted())

    def open(self, decision: Decision) -> None:
        ticket_id = len(self.tickets) + 1
        self.tickets.append(ticket_id)
        self.desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
        self.desk.decided(ticket_id, decision)

    def goes_on(self) -> None:
        if self.tickets:
            ticket_id = self.chance.choice(self.tickets)
            self.desk.helpdesk.customer_writes(ticket_id, "still a complaint")
            group = self.chance.choice(["Complaints", "Legal", None])
            self.desk.decided(ticket_id, escalated(route=Route(group, "high", ())))

    def solves(self) -> None:
        if self.tickets:
            ticket_id = self.chance.choice(self.tickets)
            self.desk.helpdesk.agent_sets_status(ticket_id, Status.SOLVED)
            self.desk.seen(ticket_id)

    def escalates_by_hand(self) -> None:
        if self.tickets:
            pack = self.chance.choice(["uk_fca_disp_complaint", "aml_sanctions_tipping_off"])
            with suppress(Declined):
                self.desk.acts(ActKind.CORRECT, self.chance.choice(self.tickets), faq=pack)

    def takes(self) -> None:
        if self.tickets:
            with suppress(Declined):
                self.desk.acts(ActKind.TAKE, self.chance.choice(self.tickets))

    def is_slow(self) -> None:
        self.desk.chat.before_write.append(RetryLater("slow down", after_s=5))

    def loses_answers(self) -> None:
        faults = self.chance.choice([self.desk.chat.before_write, self.desk.chat.after_write])
        faults.append(unclear())

    def revokes(self) -> None:
        self.desk.chat.broken = AskPerson("revoked")

    def mends(self) -> None:
        self.desk.chat.broken = None
        self.desk.token += "."

    def work(self) -> None:
        """One of two workers works for a moment; it may die in the midst."""
        fatal = self.chance.choice([None, None, self.chance.randint(1, 25)])
        steps = Steps(fatal)
        worker, store = a_mortal_worker(self.desk, steps)
        self.desk.chat.on_call = self.desk.chat.after_call = lambda _name: steps.step()
        with suppress(Crash):
            self.desk.work(worker)
            worker.watch.chat_watch({})
        store.close()
        self.desk.chat.on_call = self.desk.chat.after_call = lambda _name: None
        self.desk.clock.pass_time(self.chance.choice([0.3, 1.0, 5.0, 30.0]))

    def ends(self) -> None:
        """All faults are over, and time passes."""
        chat = self.desk.chat
        chat.before_write, chat.after_write = [], []
        self.mends()
        self.desk.pass_time(120, every=3)
        self.desk.pass_time(len(self.tickets) * 2 + 60, every=2)


def check_clocks(desk: ChatDesk, times: Counter[str], seed: int) -> None:
    """Of every clock that ran out people and leads were told, once."""
    overdue = [
        (row["decision_id"], row["position"])
        for row in desk.rows("clock")
        if row["state"] == clocks.RUNNING and row["due_at"] < desk.clock.now().timestamp()
    ]
    for decision_id, position in overdue:
        for told in (key := f"reminder-{decision_id}-{position}-100", f"{key}-leads"):
            assert times[told] == 1, (seed, told)


def check(desk: ChatDesk, seed: int) -> None:
    """Nothing twice, nothing lost, and no button that means nothing."""
    times = Counter(message.key for message in desk.chat.standing)
    assert not [key for key, count in times.items() if count > 1], seed
    rows = {row["id"]: row for row in desk.rows("post")}
    assert {row["state"] for row in rows.values()} <= {"posted", "ended", "folded"}, seed
    solved = {
        ticket_id
        for ticket_id, kept in desk.helpdesk.tickets.items()
        if kept.ticket.status is Status.SOLVED
    }
    listed = "".join(m.text for m in desk.chat.standing if m.key.startswith(posts.DIGEST))
    for row in rows.values():
        if row["state"] == posts.POSTED:
            assert times[row["id"]] == 1, seed
        if row["state"] == posts.FOLDED and row["ticket_id"] not in solved:
            link = f'tickets/{row["ticket_id"]}"'
            assert link in listed or '"replaced": true' in row["argument"], seed
        if (
            row["kind"] == posts.ESCALATION
            and row["state"] == posts.ENDED
            and times[row["id"]] == 0
        ):
            assert row["ticket_id"] in solved or '"replaced": true' in row["argument"], seed
    check_clocks(desk, times, seed)
    assert set(live_cards(desk).values()) <= {1}, seed
    with desk.store.read() as connection:
        for known in filter(None, (posts.get(connection, post_id) for post_id in rows)):
            if known.state == posts.POSTED:
                shown = desk.parts.poster.render(connection, known, desk.clock.now())
                assert shown.digest == known.shown, (seed, known.id)
    waiting = {
        row["decision_id"] for row in desk.rows("approval") if row["state"] == approvals.OPEN
    }
    for message in desk.chat.standing:
        if message.key.startswith(posts.APPROVAL):
            is_open = rows[message.key]["decision_id"] in waiting
            assert ("Edit and send" in message.text) == is_open, seed


def play(desk: ChatDesk, seed: int) -> None:
    chance = random.Random(seed)
    desk.policy = a_policy(f"{GROUPS}\n{SLACK}")
    this = Play(desk, chance)
    for _ in range(chance.randint(5, 25)):
        if chance.random() < 0.6:
            this.act()
        this.work()
    this.ends()
    check(desk, seed)


@pytest.mark.timeout(3600)
def test_whatever_happens_nothing_is_lost_and_nothing_is_told_twice(
    new_store_url: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    for seed in range(LONG_ROUNDS if request.config.getoption("--long") else ROUNDS):
        clock = FakeClock()
        store = Store(new_store_url("sqlite"))
        play(a_chat_desk(store, clock, FakeHelpdesk(clock)), seed)
        store.close()


@pytest.mark.timeout(600)
def test_two_workers_at_once_write_everything_once(mortal: ChatDesk) -> None:
    desk = mortal
    for ticket_id in range(1, 13):
        desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
        group = "Complaints" if ticket_id % 2 else "Support"
        route = Route(group, "urgent", ())
        desk.decided(ticket_id, escalated(route=route, deadlines=(due_in(desk.clock, 9),)))
    stopped = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        worker = desk.worker()
        try:
            while not stopped.is_set():
                desk.work(worker)
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    pause = threading.Event()
    for _ in range(60):
        pause.wait(0.05)
        desk.clock.pass_time(1.0)
    stopped.set()
    for thread in threads:
        thread.join()
    assert failures == []
    desk.pass_time(60)
    assert isinstance(desk.chat, FakeChat)
    assert len({message.key for message in desk.chat.standing}) == 12
    assert len(desk.chat.standing) == 12
