"""An installation that writes in a chat: real store, fake queue, helpdesk, chat."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from connectors.ports import Agent, Helpdesk
from integration.acting import Acting, Order
from integration.announcing.parts import Announcing, Known, announcing
from integration.effects import Effects
from integration.engine import Queue
from integration.judge import Judge
from integration.recording import Names, Reading, record
from integration.settling import Settling
from integration.store import Store, decisions, deliveries, lock_head, tables
from integration.store.decisions import DecisionRow
from integration.wishes import ActKind, Wish
from rules.model import Deadline, Decision, History, Outcome, Reason, Route, Versions
from rules.policy import Policy, parse_policy
from tests.fakes.chat import FakeChat
from tests.fakes.helpdesk import AGENT, FakeClock, FakeHelpdesk
from tests.fakes.judge import ScriptedJudge

GRACE = Agent(AGENT, "Grace", is_lead=False)
SLACK = "slack: { channels: { Complaints: complaints, default: support }, leads: leads }"
GROUPS = "groups: { default: Support, complaints: Complaints, compliance: Legal }"
FAQS = """
faqs:
  - id: reset_password
    title: Reset a password
    examples: [how do i reset my password]
    answers: [{ language: en, body: "You can reset it under Settings." }]
"""
REPLY = "You can reset it under Settings."

_tasks = sa.Table(
    "test_task",
    sa.MetaData(),
    sa.Column("key", sa.String(300), primary_key=True),
    sa.Column("task", sa.String(40), nullable=False),
    sa.Column("lane", sa.String(200), nullable=False),
    sa.Column("post", sa.String(200)),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
)


class Crash(BaseException):
    """The process is dead from here on."""


@dataclass
class Steps:
    """Counts the steps of a process and lets it die at one of them."""

    fatal: int | None = None
    taken: int = 0

    def step(self) -> None:
        self.taken += 1
        if self.taken == self.fatal:
            raise Crash


class SteppedStore(Store):
    """A store whose process can die before a transaction, before its commit, and after it."""

    steps: Steps = Steps()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        self.steps.step()
        with super().write() as connection:
            yield connection
            self.steps.step()
        self.steps.step()


@dataclass
class FakeQueue:
    """Tasks in a table, enqueued in the caller's transaction; the same key is the same task."""

    store: Store

    def __post_init__(self) -> None:
        _tasks.create(self.store.engine, checkfirst=True)

    def put(
        self,
        connection: sa.Connection,
        *,
        task: str,
        key: str,
        lane: str,
        argument: Mapping[str, Any],
        delay_s: float = 0.0,
    ) -> None:
        del delay_s
        known = connection.execute(sa.select(_tasks.c.key).where(_tasks.c.key == key)).first()
        if known is None:
            row = {"key": key, "task": task, "lane": lane, "post": argument.get("post")}
            connection.execute(sa.insert(_tasks).values(done=False, **row))

    def waiting(self) -> list[tuple[str, str]]:
        """Key and message of what has not come to its end."""
        query = sa.select(_tasks.c.key, _tasks.c.post).where(~_tasks.c.done).order_by(_tasks.c.key)
        with self.store.read() as connection:
            return [(row.key, row.post) for row in connection.execute(query)]

    def finish(self, key: str) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(sa.update(_tasks).where(_tasks.c.key == key).values(done=True))


@dataclass
class ChatDesk:
    store: Store
    clock: FakeClock
    helpdesk: FakeHelpdesk
    chat: FakeChat
    policy: Policy
    queue: FakeQueue
    connected: bool = True
    token: str = "t1"
    counter: int = 0
    parts: Announcing = field(init=False)

    def __post_init__(self) -> None:
        self.parts = self.worker()

    def worker(self, store: Store | None = None) -> Announcing:
        """The parts of a worker on the same installation."""
        known = Known(
            policy=lambda: self.policy,
            policy_within=lambda: self.policy,
            chat=lambda: self.chat if self.connected else None,
            ticket_url=lambda ticket_id: f"https://desk.example.com/agent/tickets/{ticket_id}",
            token=lambda: self.token,
        )
        queue = cast("Queue", self.queue)
        helpdesk = cast("Helpdesk", self.helpdesk)
        return announcing(store or self.store, queue, helpdesk, self.clock, known)

    def decided(self, ticket_id: int, decision: Decision | None = None) -> DecisionRow:
        """A ticket is read, decided, and the decision announced, as triage does it."""
        self.counter += 1
        now = self.clock.now()
        snapshot = self.helpdesk.read_ticket(ticket_id)
        made = decision or escalated()
        digest = hashlib.sha256(f"{ticket_id}.{self.counter}".encode()).hexdigest()[:32]
        made = replace(made, id=digest, ticket_id=str(ticket_id), decided_at=now)
        with self.store.write() as connection:
            lock_head(connection)
            self.parts.announcer.follow(connection, snapshot)
            delivery = _delivery(connection, self.counter, ticket_id, now)
            reading = Reading(delivery, ticket_id, self.counter, snapshot, now.timestamp())
            record(connection, reading, made, History(), names=Names({}, {}), owner="w")
            row = decisions.get(connection, made.id)
            if row is None:
                raise AssertionError
            self.parts.announcer.announce(connection, row, made)
        return row

    def acting(self, parts: Announcing | None = None, store: Store | None = None) -> Acting:
        """What a worker does with what people want, by the policy of this desk."""
        store, helpdesk = store or self.store, cast("Helpdesk", self.helpdesk)
        judge = ScriptedJudge()
        judge.policy = self.policy
        settling = Settling(store, Effects(store, helpdesk, self.clock), self.clock, "w")
        on_act = (parts or self.parts).announcer.on_act
        return Acting(store, helpdesk, cast("Judge", judge), settling, self.clock, on_act)

    def acts(self, kind: ActKind, ticket_id: int, key: str = "", **wanted: Any) -> str:
        """Grace does something; returns what she is told. The same key is the same click."""
        self.counter += 1
        wish = Wish(kind, ticket_id, **wanted)
        return self.acting().act(Order(wish, GRACE, key or f"act{self.counter}", 1))

    def seen(self, ticket_id: int) -> None:
        """A run of triage reads the ticket once more."""
        snapshot = self.helpdesk.read_ticket(ticket_id)
        with self.store.write() as connection:
            self.parts.announcer.follow(connection, snapshot)

    def supersede(self, row: DecisionRow) -> None:
        with self.store.write() as connection:
            decisions.set_state(connection, row.id, decisions.SUPERSEDED)

    def work(self, parts: Announcing | None = None) -> None:
        """What a worker does in a moment: the tasks there are, and giving new ones."""
        parts = parts or self.parts
        for key, post in self.queue.waiting():
            parts.poster.chat_post({"post": post})
            self.queue.finish(key)
        parts.dispatcher.dispatch()

    def pass_time(self, seconds: float, *, every: float = 1.0) -> None:
        """Let time pass; the worker works, and the watch looks every 20 seconds."""
        left = seconds
        while left > 0:
            self.clock.pass_time(min(every, left))
            left -= every
            self.work()
            if int(self.clock.now().timestamp()) % 20 < every:
                self.watch()

    def watch(self) -> None:
        self.parts.watch.chat_watch({})

    def rows(self, name: str) -> list[dict[str, Any]]:
        table = tables.metadata.tables[name]
        with self.store.read() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]

    def states(self) -> list[tuple[str, str]]:
        """Kind and state of every message, sorted."""
        return sorted((row["kind"], row["state"]) for row in self.rows("post"))


def a_chat_desk(
    store: Store, clock: FakeClock, helpdesk: FakeHelpdesk, slack: str = SLACK
) -> ChatDesk:
    """An installation whose policy has a section on the chat."""
    chat = FakeChat(clock, "complaints", "support", "leads", "drafts")
    return ChatDesk(store, clock, helpdesk, chat, a_policy(slack), FakeQueue(store))


@cache
def a_policy(slack: str = SLACK) -> Policy:
    return parse_policy({"policy.yaml": slack, "faqs.yaml": FAQS})


def escalated(**changes: Any) -> Decision:
    """A complaint that goes to people."""
    reason = Reason("regulatory.complaint", "packs/x", "Complaint: seen in the message.", ((0, 9),))
    decision = Decision(
        id="",
        ticket_id="",
        outcome=Outcome.ESCALATE,
        faq=None,
        score=0.0,
        packs=("uk_fca_disp_complaint",),
        blocked=True,
        risk=1.0,
        sentiment=0.0,
        route=Route("Complaints", "high", ("deskclerk_escalate",)),
        deadlines=(),
        reply=None,
        reasons=(reason,),
        language="en",
        versions=Versions("sha256:policy", "sha256:model", "sha256:packs"),
        decided_at=datetime.min.replace(tzinfo=UTC),
    )
    return replace(decision, **changes)


def drafted(**changes: Any) -> Decision:
    """A draft that waits for a yes."""
    return escalated(
        outcome=Outcome.SUGGEST, faq="reset_password", reply=REPLY, packs=(), blocked=False,
        route=Route("Support"), reasons=(Reason("match.faq", "recogniser", "It asks that."),),
    ) if not changes else replace(drafted(), **changes)  # fmt: skip


def restricted(**changes: Any) -> Decision:
    """A ticket of which nothing may be told."""
    reason = Reason("regulatory.review", "review", "Needs a specialist's review.", ((0, 5),))
    route = Route("Money laundering team", "high", ("deskclerk_review",))
    return escalated(reasons=(reason,), route=route, **changes)


def due_in(clock: FakeClock, hours: float, pack: str = "uk_fca_disp_complaint") -> Deadline:
    started = clock.now()
    return Deadline(pack, "final response", started + timedelta(hours=hours), started)


def _delivery(connection: sa.Connection, number: int, ticket_id: int, now: datetime) -> int:
    stored = deliveries.insert(
        connection,
        {
            "key": f"chat{number}.{now.timestamp()}",
            "source": "webhook",
            "kind": "trigger",
            "event_type": None,
            "ticket_id": ticket_id,
            "body": b"{}",
            "body_digest": "0" * 64,
            "received_at": now.timestamp(),
            "state": deliveries.DONE,
        },
    )
    if stored is None:
        raise AssertionError
    return stored
