"""Applying a decision: its effects in order, each with what is known of it in the store.

Whatever is raised, the effect's row says first what is known: planned (surely not written),
unknown, done, withheld or refused.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog

from connectors.errors import (
    AskPerson,
    ConnectorError,
    OutcomeUnknown,
    ReadAgain,
    RetryLater,
    Stop,
    StopKind,
)
from connectors.ports import EffectKind
from integration import ledger
from integration.audit_note import correction_text
from integration.clock import Clock, iso
from integration.effects import LEASE_S, Effects, Sent, Withheld
from integration.store import Store, decisions, lock_head
from integration.store.decisions import DecisionRow, EffectRow

_log = structlog.get_logger(__name__)


class Later(Exception):  # noqa: N818 - a result, not an error: another worker holds the lease
    """Go on in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"go on in {wait_s:.1f} s")
        self.wait_s = wait_s


class Refused(Exception):  # noqa: N818 - a result: it goes to the list of failures
    """An effect will never go through; a person must look. The message is for the list."""


Also = Callable[[sa.Connection], None]


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles decisions for one worker."""

    store: Store
    effects: Effects
    clock: Clock
    owner: str
    on_decision: Callable[[DecisionRow], None] = lambda _row: None

    def settle(self, row: DecisionRow, *, fresh: bool = False, also: Also | None = None) -> None:
        """Apply a decision's effects in order. Raises ReadAgain when it must be made anew.

        `fresh`: this very run recorded the decision, so its note is claimed and surely not sent.
        `also` is written in the transaction that ends the decision.
        """
        effect = self._first(row, also, fresh=fresh)
        while effect is not None:
            effect = self._conclude(row, effect, self._deliver(row, effect), also)

    def _first(self, row: DecisionRow, also: Also | None, *, fresh: bool) -> EffectRow | None:
        """The first open effect, claimed; None when there was none left and the decision ended."""
        if fresh:
            with self.store.read() as connection:
                return decisions.effects_of(connection, row.id)[0]
        with self.store.write() as connection:
            following = self._claim_next(connection, row)
            if following is None:
                self._end(connection, row, also)
        if following is None:
            self.on_decision(row)
        return following

    def _conclude(
        self,
        row: DecisionRow,
        effect: EffectRow,
        result: Sent | Withheld | None,
        also: Also | None,
    ) -> EffectRow | None:
        """Write down what became of an effect, and claim the next one or end the decision."""
        now = self.clock.now()
        with self.store.write() as connection:
            lock_head(connection)
            self._write_down(connection, row, effect, result)
            following = self._claim_next(connection, row)
            if following is None:
                self._end(connection, row, also)
        _log.info(
            "effect.done" if isinstance(result, Sent) else "effect.withheld",
            ticket=row.ticket_id,
            decision=row.id,
            effect=effect.kind,
            audit=result.audit_id if isinstance(result, Sent) else None,
            reason=result.reason if isinstance(result, Withheld) else None,
            ms=round((now.timestamp() - row.decided_at) * 1000),
        )
        if following is None:
            self.on_decision(row)
        return following

    def _write_down(
        self,
        connection: sa.Connection,
        row: DecisionRow,
        effect: EffectRow,
        result: Sent | Withheld | None,
    ) -> None:
        now = self.clock.now()
        at = now.timestamp()
        if isinstance(result, Sent):
            self._change(
                connection,
                effect,
                state=decisions.DONE,
                audit_id=result.audit_id,
                finished_at=at,
                error=None,
            )
            if effect.kind == EffectKind.NOTE and result.stamp:
                decisions.stamp_reply(connection, row.id, result.stamp)
        elif isinstance(result, Withheld):
            self._change(
                connection,
                effect,
                state=decisions.WITHHELD,
                finished_at=at,
                error=result.reason,
            )
            plan_correction(connection, row, result.reason, at)
            entry = ledger.Entry("withheld", {"reason": result.reason}, row.ticket_id, row.id)
            ledger.append(connection, iso(now), [entry])
        else:
            self._change(connection, effect, state=decisions.DROPPED, finished_at=at)

    def _claim_next(self, connection: sa.Connection, row: DecisionRow) -> EffectRow | None:
        """Claim the first open effect; None when there is none. Raises Later while it is held."""
        now = self.clock.now().timestamp()
        for effect in decisions.effects_of(connection, row.id):
            if effect.state not in decisions.OPEN_EFFECTS:
                continue
            if not self._claim(connection, effect):
                raise Later(max(1.0, (effect.lease_until or now) - now + 0.5))
            return decisions.effect_of(connection, effect)
        return None

    def _end(self, connection: sa.Connection, row: DecisionRow, also: Also | None) -> None:
        """Every effect is settled: say so in the ledger."""
        effects = decisions.effects_of(connection, row.id)
        audit_ids = [effect.audit_id for effect in effects if effect.audit_id is not None]
        decisions.set_state(connection, row.id, decisions.APPLIED)
        entry = ledger.Entry("applied", {"audits": audit_ids}, row.ticket_id, row.id)
        ledger.append(connection, iso(self.clock.now()), [entry])
        if also is not None:
            also(connection)

    def _deliver(self, row: DecisionRow, effect: EffectRow) -> Sent | Withheld | None:
        """Deliver a claimed effect; whatever is raised, the effect's state says what is known.

        None: the ticket takes no correcting note any more.
        """
        try:
            return self.effects.deliver(row, effect)
        except ReadAgain as again:
            if effect.kind == EffectKind.NOTE and row.outcome != decisions.ACT:
                with self.store.write() as connection:
                    self._change(connection, effect, state=decisions.PLANNED, lease_until=0.0)
                raise
            # The note stands, so the decision stays; only the write has to wait.
            self._release(effect, _untouched(effect), "the ticket keeps changing")
            raise Later(1.0) from again
        except (RetryLater, AskPerson) as error:
            self._release(effect, _untouched(effect), type(error).__name__)
            raise
        except OutcomeUnknown:
            self._release(effect, decisions.UNKNOWN, "the outcome is unknown")
            raise
        except Stop as stop:
            if effect.kind == EffectKind.CORRECTION and stop.kind is not StopKind.INVALID:
                return None  # the ledger says what the note can't
            self._refuse(row, effect, stop)
            raise Refused(f"the helpdesk refused the {effect.kind}: {stop.kind}") from stop

    def correct(self, row: DecisionRow) -> bool:
        """Write the correcting note of a decision that was given up; true when it stands."""
        with self.store.write() as connection:
            waiting = [
                effect
                for effect in decisions.effects_of(connection, row.id)
                if effect.kind == EffectKind.CORRECTION and self._claim(connection, effect)
            ]
            waiting = [decisions.effect_of(connection, effect) for effect in waiting]
        for effect in waiting:
            try:
                result: Sent | Withheld | None = self.effects.deliver(row, effect)
            except Stop:
                result = None
            except ConnectorError:
                self._release(effect, decisions.UNKNOWN, "not written yet")
                raise
            with self.store.write() as connection:
                self._write_down(connection, row, effect, result)
            return result is not None
        return False

    def _release(self, effect: EffectRow, state: str, error: str) -> None:
        with self.store.write() as connection:
            decisions.change_claimed(connection, effect, state=state, lease_until=0.0, error=error)

    def _refuse(self, row: DecisionRow, effect: EffectRow, stop: Stop) -> None:
        now = self.clock.now()
        with self.store.write() as connection:
            self._change(
                connection,
                effect,
                state=decisions.REFUSED,
                finished_at=now.timestamp(),
                error=stop.kind.value,
            )
            decisions.drop_open_effects(connection, row.id, now.timestamp())
            decisions.set_state(connection, row.id, decisions.FAILED)
            if effect.kind == EffectKind.REPLY and stop.kind is StopKind.INVALID:
                plan_correction(connection, row, "refused", now.timestamp())
            body: dict[str, Any] = {"effect": effect.kind, "why": stop.kind.value}
            entry = ledger.Entry("refused", body, row.ticket_id, row.id)
            ledger.append(connection, iso(now), [entry])

    def supersede(self, row: DecisionRow) -> None:
        """The ticket changed before anything of this decision was written: decide anew.

        Raises Later when another worker has taken the decision over meanwhile.
        """
        now = self.clock.now()
        with self.store.write() as connection:
            lock_head(connection)
            if decisions.effects_of(connection, row.id)[0].state != decisions.PLANNED:
                raise Later(1.0)
            decisions.set_state(connection, row.id, decisions.SUPERSEDED)
            decisions.drop_open_effects(connection, row.id, now.timestamp())
            entry = ledger.Entry("superseded", {}, row.ticket_id, row.id)
            ledger.append(connection, iso(now), [entry])
        _log.info("triage.superseded", ticket=row.ticket_id, decision=row.id)

    def _change(self, connection: sa.Connection, effect: EffectRow, **values: Any) -> None:
        """Change an effect that this run holds. Raises Later when it holds it no more."""
        if not decisions.change_claimed(connection, effect, **values):
            raise Later(1.0)

    def _claim(self, connection: sa.Connection, effect: EffectRow) -> bool:
        now = self.clock.now().timestamp()
        return decisions.claim(connection, effect, owner=self.new_owner(), now=now, lease_s=LEASE_S)

    def new_owner(self) -> str:
        """A name for each claim: two runs of one process are two owners."""
        return f"{self.owner}.{uuid.uuid4().hex[:8]}"


def _untouched(effect: EffectRow) -> str:
    """What is known of an effect whose present try surely wrote nothing.

    An earlier try may have arrived all the same: then its outcome stays unknown until it is found.
    """
    return decisions.PLANNED if effect.attempts == 1 else decisions.UNKNOWN


def plan_correction(connection: sa.Connection, row: DecisionRow, code: str, now: float) -> None:
    """Plan the note that says an announced reply did not go out, once for a decision."""
    effects = decisions.effects_of(connection, row.id)
    if not any(effect.kind == EffectKind.CORRECTION for effect in effects):
        decisions.insert_effects(connection, [correction_row(row, code, now)])


def correction_row(row: DecisionRow, code: str, now: float) -> dict[str, Any]:
    """The planned private note that says an announced reply did not go out."""
    return {
        "decision_id": row.id,
        "kind": EffectKind.CORRECTION.value,
        "ticket_id": row.ticket_id,
        "requester_id": row.requester_id,
        "position": 2,
        "state": decisions.PLANNED,
        "body": correction_text(row.id, code),
        "public": False,
        "planned_at": now,
    }
