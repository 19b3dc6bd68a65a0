"""One installation without processes: real store, real queue table, fake helpdesk and judge."""

import random
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from connectors.ports import Helpdesk
from integration import ledger
from integration.acting import Acting
from integration.effects import Effects
from integration.engine import Queue
from integration.judge import Judge
from integration.reconcile import Reconciler
from integration.runs import Runs
from integration.settling import Settling
from integration.store import Store, deliveries, tables
from integration.triage import Triage
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk
from tests.fakes.judge import ScriptedJudge


@dataclass
class Desk:
    store: Store
    clock: FakeClock
    helpdesk: FakeHelpdesk
    runs: Runs
    reconciler: Reconciler
    acting: Acting
    counter: int = 0

    def arrive(self, ticket_id: int) -> int:
        """A delivery for a ticket is stored, as intake would; returns its id."""
        self.counter += 1
        with self.store.write() as connection:
            stored = deliveries.insert(
                connection,
                {
                    "key": f"k{self.counter}",
                    "source": "webhook",
                    "kind": "trigger",
                    "event_type": None,
                    "ticket_id": ticket_id,
                    "body": b"{}",
                    "body_digest": "0" * 64,
                    "received_at": self.clock.now().timestamp(),
                    "state": deliveries.STORED,
                },
            )
        if stored is None:
            raise AssertionError
        return stored

    def run(self, delivery_id: int) -> None:
        """What a worker does with the delivery's task."""
        self.runs.triage_ticket({"delivery": delivery_id})

    def run_to_end(self, delivery_id: int, *, most: int = 60) -> str:
        """Run all attempts, letting time pass in between; returns the final state."""
        for _ in range(most):
            state = self.state(delivery_id)
            if state != deliveries.STORED:
                return state
            self.run(delivery_id)
            self.clock.pass_time(40.0)
        return self.state(delivery_id)

    def handle(self, ticket_id: int) -> str:
        return self.run_to_end(self.arrive(ticket_id))

    def state(self, delivery_id: int) -> str:
        with self.store.read() as connection:
            row = deliveries.get(connection, delivery_id)
        if row is None:
            raise AssertionError
        return row.state

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        table = tables.metadata.tables[name]
        with self.store.read() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]

    def ledger_kinds(self) -> list[str]:
        return [entry["kind"] for entry in ledger.read_entries(self.store)]

    def worker(self, owner: str) -> Runs:
        """Another worker on the same store."""
        return _runs(self.store, self.clock, self.helpdesk, owner)[0]


def a_desk(
    store: Store, clock: FakeClock, helpdesk: FakeHelpdesk, judge: Judge | None = None
) -> Desk:
    """An installation; its judge follows a script, unless a real one is given."""
    judging = judge or cast("Judge", ScriptedJudge())
    runs, settling = _runs(store, clock, helpdesk, "w-1", judging)
    reconciler = Reconciler(store, Queue(store), cast("Helpdesk", helpdesk), settling, clock)
    acting = Acting(store, helpdesk, judging, settling, clock)
    return Desk(store, clock, helpdesk, runs, reconciler, acting)


def _runs(
    store: Store,
    clock: FakeClock,
    helpdesk: FakeHelpdesk,
    owner: str,
    judge: Judge | None = None,
) -> tuple[Runs, Settling]:
    settling = Settling(store, Effects(store, helpdesk, clock), clock, owner)
    judging = judge or cast("Judge", ScriptedJudge())
    triage = Triage(store, helpdesk, judging, settling, clock)
    return Runs(store, Queue(store), triage, clock, random.Random(1)), settling
