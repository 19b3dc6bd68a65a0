"""One action applied once.

A write is claimed in the store before it is sent. When its outcome is unknown, or its sender died,
the ticket's audits are read for our decision id before anything is repeated; and a repeat carries
the stamp of the first try, so that if the first try arrives late after all, one of the two is
refused by the helpdesk.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from connectors.errors import OutcomeUnknown, ReadAgain, RetryLater
from connectors.ports import Audit, Draft, EffectKind, Helpdesk, Receipt, Snapshot, TicketUpdate
from integration.brake import read_brake
from integration.clock import Clock
from integration.last_look import AsDecided, reason_to_withhold, seconds_until_next
from integration.lifting import still_asked
from integration.store import Store, counts, decisions, tagging
from integration.store.decisions import DecisionRow, EffectRow
from rules.model import Outcome

LEASE_S = 30.0
_FUSE_WRITES = 10  # Zendesk allows 30 updates of a ticket per user in 10 minutes
_FUSE_WINDOW_S = 600.0
_LOOKS = 6
# A note that moves a complaint is worth more than the fuse; so is what a person wants.
_NEVER_HELD_BACK = frozenset({Outcome.ESCALATE, Outcome.ACKNOWLEDGE, decisions.ACT})
_MAX_PAUSE_S = 1.5
_READ_BACK_AFTER_S = 1.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """The write stands on the ticket. `stamp` is the ticket's new one, when it is known."""

    audit_id: int
    stamp: str | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """The reply must not go out any more; `reason` is a code."""

    reason: str


class FuseBlown(Exception):  # noqa: N818 - the fuse is what users know
    """Too many writes to one ticket in a short time: something answers us, or a loop runs."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Applies effects at the helpdesk."""

    store: Store
    helpdesk: Helpdesk
    clock: Clock

    def deliver(self, decision: DecisionRow, effect: EffectRow) -> Sent | Withheld:
        """Apply one claimed effect.

        Raises ReadAgain when the ticket changed (nothing was written), OutcomeUnknown when that
        can't be settled yet, FuseBlown, and what else the helpdesk raises.
        """
        if effect.kind != EffectKind.CORRECTION and decision.outcome not in _NEVER_HELD_BACK:
            self._check_fuse(effect)
        if effect.attempts > 1:  # an earlier try may have arrived
            found = self.find(decision.id, effect)
            if found:
                return found
        if effect.kind == EffectKind.REPLY:
            return self._reply(decision, effect)
        if effect.kind == EffectKind.CORRECTION or decision.outcome == decisions.ACT:
            return self._add(effect)
        return self._write(effect, effect.stamp or "")

    def find(self, decision_id: str, effect: EffectRow) -> Sent | None:
        """Look in the ticket's audits whether this effect stands already."""
        return _among(self.helpdesk.read_audits(effect.ticket_id), decision_id, effect)

    def _reply(self, decision: DecisionRow, effect: EffectRow) -> Sent | Withheld:
        stamp = effect.stamp or ""
        for _ in range(_LOOKS):
            look = self._look(effect.ticket_id, stamp)
            audits = self.helpdesk.read_audits(effect.ticket_id)
            # An earlier try may have arrived late: then the unknown public comment is our own.
            found = _among(audits, decision.id, effect)
            if found:
                return found
            reason = self._reason_to_withhold(decision, look, audits)
            if reason:
                return Withheld(reason)
            if not self._second_is_over(look):
                stamp = look.stamp
                continue
            if self._is_stopped(decision):  # last of all: off is off within a second
                return Withheld("withheld.paused")
            try:
                return self._write(effect, look.stamp)
            except ReadAgain:
                stamp = look.stamp
        raise ReadAgain("the ticket changes faster than it can be looked at")

    def _look(self, ticket_id: int, stamp: str) -> Snapshot:
        """Wait until the stamp's second is over, then read."""
        pause = min(seconds_until_next(stamp, self.clock.now()), _MAX_PAUSE_S)
        if pause > 0:
            self.clock.sleep(pause + 0.01)
        return self.helpdesk.read_ticket(ticket_id)

    def _second_is_over(self, look: Snapshot) -> bool:
        """By the helpdesk's own clock where it tells it."""
        return seconds_until_next(look.stamp, look.server_time or self.clock.now()) <= 0

    def _reason_to_withhold(
        self, decision: DecisionRow, look: Snapshot, audits: Sequence[Audit]
    ) -> str | None:
        with self.store.read() as connection:
            own = decisions.ids_of_ticket(connection, decision.ticket_id)
        decided = AsDecided(
            decision.seen_comments,
            decision.assignee_id,
            decision.requester_id,
            decision.watched_from,
        )
        return reason_to_withhold(decided, look, audits, own)

    def _add(self, effect: EffectRow) -> Sent:
        """A note that stands whatever else happened; its tags are added to those that are there.

        What it takes off is looked at last of all: a guard of later may ask for it.
        """
        for _ in range(_LOOKS):
            look = self.helpdesk.read_ticket(effect.ticket_id)
            tags = self._tags_after(effect, look.ticket.tags)
            try:
                return self._write(replace(effect, tags=tags), look.stamp)
            except ReadAgain:
                continue
        raise ReadAgain("the ticket changes faster than it can be looked at")

    def _tags_after(self, effect: EffectRow, present: frozenset[str]) -> str | None:
        """The whole set to stand after an act's note; None to leave it."""
        off = effect.tags_to_take_off
        if off:
            with self.store.read() as connection:
                known = tagging.of_ticket(connection, effect.ticket_id)
            off -= still_asked(known, effect.planned_at)
        wanted = (present | (effect.tag_set or frozenset())) - off
        return None if wanted == present else json.dumps(sorted(wanted))

    def _write(self, effect: EffectRow, stamp: str) -> Sent:
        update = TicketUpdate(
            ticket_id=effect.ticket_id,
            decision_id=effect.decision_id,
            effect=EffectKind(effect.kind),
            comment=Draft(effect.body, effect.public),
            stamp=stamp,
            tags=effect.tag_set,
            group_id=effect.group_id,
            priority=effect.priority,
            assignee_id=effect.assignee_id,
            author_id=effect.author_id,
        )
        try:
            receipt: Receipt = self.helpdesk.update_ticket(update)
        except ReadAgain:
            # Perhaps it was we who changed it, with a write whose answer was lost.
            found = self.find(effect.decision_id, effect)
            if found is None:
                raise
            return found
        except OutcomeUnknown:
            self.clock.sleep(_READ_BACK_AFTER_S)
            try:
                found = self.find(effect.decision_id, effect)
            except RetryLater:
                found = None
            if found is None:
                raise
            return found
        return Sent(receipt.audit_id, receipt.stamp)

    def _is_stopped(self, decision: DecisionRow) -> bool:
        """What a person sends goes out whatever the brake says."""
        if decision.outcome == decisions.ACT:
            return False
        with self.store.read() as connection:
            return read_brake(connection).stops(connection, decision.id)

    def _check_fuse(self, effect: EffectRow) -> None:
        since = self.clock.now().timestamp() - _FUSE_WINDOW_S
        with self.store.read() as connection:
            writes = counts.count_writes(connection, effect.ticket_id, since=since)
        if writes > _FUSE_WRITES:
            raise FuseBlown("too many writes to one ticket within ten minutes")


def _among(audits: Sequence[Audit], decision_id: str, effect: EffectRow) -> Sent | None:
    for audit in audits:
        if audit.decision_id == decision_id and audit.effect == effect.kind:
            _log.info("effect.found", ticket=effect.ticket_id, audit=audit.id)
            return Sent(audit.id, None)
    return None
