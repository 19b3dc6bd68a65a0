"""The durable tasks: a run of triage with what comes after it, success or not."""

import random
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa
import structlog

from connectors.errors import AskPerson, ConnectorError, OutcomeUnknown, RetryLater
from integration import ledger
from integration.clock import Clock, iso
from integration.effects import FuseBlown
from integration.engine import Queue
from integration.patience import patiently
from integration.settling import Later, Refused, plan_correction
from integration.store import Store, StoreUnavailable, decisions, deliveries, facts
from integration.store.decisions import DecisionRow
from integration.store.deliveries import DeliveryRow
from integration.tasks import MAX_ATTEMPTS, TRIAGE, triage_key
from integration.triage import Triage

MAX_TAKEOVERS = 5
_FUSE_PAUSE_S = 120.0
_MAX_BACKOFF_S = 300.0

_log = structlog.get_logger(__name__)


class Advances(Protocol):
    """What takes one delivery as far as it goes."""

    def advance(self, delivery: DeliveryRow) -> None:
        """Raises Later, Refused, FuseBlown or a ConnectorError; then nothing is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs deliveries. Every way out of `triage` leaves the delivery in a state that is seen."""

    store: Store
    queue: Queue
    triage: Triage
    clock: Clock
    chance: random.Random
    slack: Advances | None = None  # what people do there; None where it is not connected
    console: Advances | None = None  # what people do in the console

    def triage_ticket(self, argument: dict[str, Any]) -> None:
        """The durable task: take one delivery as far as it goes, and plan what comes next."""
        patiently(self.clock, partial(self._run, int(argument["delivery"])))

    def _run(self, delivery_id: int) -> None:
        with self.store.read() as connection:
            row = deliveries.get(connection, delivery_id)
        if row is None or row.state != deliveries.STORED:
            return
        if row.takeovers >= MAX_TAKEOVERS:
            self._fail(row, f"{row.takeovers} workers died while they ran it")
            return
        with structlog.contextvars.bound_contextvars(request=row.key, delivery=row.id):
            try:
                self._advance(row)
            except StoreUnavailable:
                raise
            except Refused as error:
                self._fail(row, str(error))
            except Exception as error:  # noqa: BLE001 - whatever happens, the delivery stays seen
                self._again(row, error)

    def _advance(self, row: DeliveryRow) -> None:
        if row.source not in deliveries.PEOPLE:
            self.triage.advance(row)
            return
        work, lacking = (
            (self.console, "this worker does nothing for the console: start one that does")
            if row.source == deliveries.CONSOLE
            else (self.slack, "Slack is not connected: SLACK_SIGNING_SECRET is not set")
        )
        if work is None:
            raise AskPerson(lacking)
        work.advance(row)

    def _again(self, row: DeliveryRow, error: Exception) -> None:
        """Plan the next attempt, or give up after too many."""
        attempts = row.attempts + 1
        ours = isinstance(error, ConnectorError | FuseBlown)
        said = str(error) if ours else type(error).__name__
        if attempts >= MAX_ATTEMPTS:
            self._fail(row, f"given up after {attempts} attempts; the last one: {said}")
            return
        wait_s = self._wait_s(error, attempts)
        _log.info(
            "triage.again", ticket=row.ticket_id, attempt=attempts, wait_s=round(wait_s, 2),
            error=type(error).__name__,
        )  # fmt: skip
        with self.store.write() as connection:
            deliveries.count_attempt(connection, row.id, attempts, said[:300])
            self.queue.put(
                connection,
                task=TRIAGE,
                key=triage_key(row.id, row.round, attempts),
                lane=deliveries.lane_of(row),
                argument={"delivery": row.id},
                delay_s=wait_s,
            )

    def _wait_s(self, error: Exception, attempts: int) -> float:
        spread = 1.0 + 0.25 * self.chance.random()
        if isinstance(error, Later):
            return error.wait_s
        if isinstance(error, FuseBlown):
            return _FUSE_PAUSE_S * spread
        if isinstance(error, RetryLater):
            # As asked, then more patient with every attempt that was sent away again.
            return max(error.after_s * spread, min(2.0**attempts / 8, _MAX_BACKOFF_S))
        if isinstance(error, OutcomeUnknown):
            return min(2.0 * attempts, 60.0) * spread
        if isinstance(error, AskPerson):
            return min(30.0 * attempts, _MAX_BACKOFF_S) * spread
        return min(2.0 ** (attempts - 1), _MAX_BACKOFF_S) * spread

    def _fail(self, row: DeliveryRow, why: str) -> None:
        """Put a delivery on the list of failures; an announced reply gets its correcting note."""
        now = self.clock.now()
        with self.store.write() as connection:
            entry = ledger.Entry("failed", {"delivery": row.id, "why": why[:300]}, row.ticket_id)
            ledger.append(connection, iso(now), [entry])
            deliveries.finish(
                connection, row.id, deliveries.FAILED, now=now.timestamp(), error=why[:300]
            )
            facts.put(connection, facts.ALARM, {"why": "failure", "delivery": row.id},
                      now.timestamp())  # fmt: skip
            for decision in decisions.unfinished_for_ticket(connection, row.ticket_id or 0):
                # What a person wanted fails by itself: decisions of the rules have their own run.
                if row.source not in deliveries.PEOPLE or decision.delivery_id == row.id:
                    self._give_up_reply(connection, decision, now.timestamp())
        _log.error("triage.failed", ticket=row.ticket_id, delivery=row.id)

    def _give_up_reply(self, connection: sa.Connection, decision: DecisionRow, now: float) -> None:
        """A reply that its note announced will not go out any more unless a person says so."""
        effects = decisions.effects_of(connection, decision.id)
        noted = any(e.kind == "note" and e.state == decisions.DONE for e in effects)
        reply = next((e for e in effects if e.kind == "reply"), None)
        if not noted or reply is None or reply.state not in decisions.OPEN_EFFECTS:
            return
        decisions.set_state(connection, decision.id, decisions.FAILED)
        decisions.drop_planned(connection, decision.id, now)
        plan_correction(connection, decision, "exhausted", now)
