"""One ticket through: read, decide, record, apply.

A run may stop at any line and be started again by any worker: what was done stands in the store
and on the ticket, and the next run goes on from there.
"""

from dataclasses import dataclass, replace
from functools import partial

import sqlalchemy as sa
import structlog

from connectors.errors import ReadAgain, Stop, StopKind
from connectors.ports import Helpdesk, Snapshot
from integration import ledger
from integration.announcing.announcer import Announcer
from integration.clock import Clock, iso
from integration.judge import Judge
from integration.recording import Names, Reading, history_of, record
from integration.settling import Settling
from integration.store import (
    Store,
    StoreUnavailable,
    decisions,
    deliveries,
    lock_head,
)
from integration.store.decisions import DecisionRow
from integration.store.deliveries import DeliveryRow
from rules.model import Author, Comment, History, Outcome, Ticket
from rules.policy import Policy

_MAX_REDECISIONS = 8
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Triage:
    """Takes one delivery as far as it goes."""

    store: Store
    helpdesk: Helpdesk
    judge: Judge
    settling: Settling
    clock: Clock
    announcer: Announcer | None = None  # None: nobody is told

    def advance(self, delivery: DeliveryRow) -> None:
        """Bring a delivery to its end.

        Raises Later, Refused, FuseBlown or a ConnectorError; then nothing is lost and the caller
        plans the next attempt or puts the delivery on the list of failures.
        """
        ticket_id = delivery.ticket_id
        if ticket_id is None:
            with self.store.write() as connection:
                self._end(delivery.id, connection, deliveries.IGNORED)
            return
        for _ in range(_MAX_REDECISIONS):
            try:
                snapshot = self.helpdesk.read_ticket(ticket_id)
            except Stop as stop:
                if stop.kind is not StopKind.GONE:
                    raise
                self._gone(delivery, ticket_id)
                return
            if self._settle_all(self._reading(delivery, ticket_id, snapshot)):
                return
        raise ReadAgain("the ticket changes faster than it can be decided")

    def _settle_all(self, reading: Reading) -> bool:
        """Record the decision if there is none, settle what is open, and end the delivery.

        False: the ticket changed, read it again.
        """
        with self.store.read() as connection:
            known = decisions.for_comment(connection, reading.ticket_id, reading.comment_id)
            unfinished = decisions.unfinished_for_ticket(connection, reading.ticket_id)
        fresh = None
        if known is not None:
            self._follow(reading)
        else:
            known, is_fresh = self._decide(reading)
            fresh = known.id if is_fresh else None
            if known.state == decisions.DECIDED:
                unfinished.append(known)
        return self._settle_each(reading, unfinished, fresh)

    def _settle_each(
        self, reading: Reading, unfinished: list[DecisionRow], fresh: str | None
    ) -> bool:
        """Settle open decisions, the newest first: what is stuck must not hold up what is new."""
        failure: Exception | None = None
        again = False
        # A single decision ends its delivery in its own last transaction.
        also = partial(self._end, reading.delivery_id) if len(unfinished) == 1 else None
        for row in reversed(unfinished):
            try:
                self.settling.settle(row, fresh=row.id == fresh, also=also)
            except ReadAgain:
                self.settling.supersede(row)
                again = True
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
                failure = failure or error
        if again:
            return False
        if failure is not None:
            raise failure
        if also is None:
            with self.store.write() as connection:
                self._end(reading.delivery_id, connection)
        return True

    def _follow(self, reading: Reading) -> None:
        """What was told of the ticket must not stand when it went on."""
        if self.announcer is None:
            return
        with self.store.read() as connection:
            concerns = self.announcer.concerns(connection, reading.ticket_id)
        if concerns:
            with self.store.write() as connection:
                lock_head(connection)
                self.announcer.follow(connection, reading.snapshot)

    def _reading(self, delivery: DeliveryRow, ticket_id: int, snapshot: Snapshot) -> Reading:
        message = newest_from_outside(snapshot.ticket)
        comment_id = int(message.id) if message is not None and message.id.isdigit() else 0
        read_at = snapshot.server_time or self.clock.now()
        written_at = message.created_at if message is not None else None
        watched_from = min(read_at, written_at or read_at).timestamp()
        return Reading(delivery.id, ticket_id, comment_id, snapshot, watched_from)

    def _decide(self, reading: Reading) -> tuple[DecisionRow, bool]:
        """Judge and record; true when it was recorded by this run, with its note claimed.

        Another worker may have been faster: then its decision stands.
        """
        now = self.clock.now()
        judging = self.judge.ready()
        window_s = judging.reply_window_s
        names = self._names(judging.policy)
        with self.store.read() as connection:
            history = history_of(connection, reading, now=now.timestamp(), window_s=window_s)
        decision = judging.decide(reading.snapshot.ticket, history, now)
        with self.store.write() as connection:
            lock_head(connection)
            known = decisions.for_comment(connection, reading.ticket_id, reading.comment_id)
            if known is not None:
                return known, False
            # Counted again under the lock: a reply planned meanwhile must count for this one.
            counted = history_of(connection, reading, now=now.timestamp(), window_s=window_s)
            if _matters(counted, history, judging.max_replies_per_hour):
                history = counted
                decision = judging.decide(reading.snapshot.ticket, history, now)
            owner = self.settling.new_owner()
            record(connection, reading, decision, history, names=names, owner=owner)
            row = decisions.for_comment(connection, reading.ticket_id, reading.comment_id)
            if row is None:
                raise AssertionError("a decision that was just recorded is not there")
            if self.announcer is not None:
                self.announcer.follow(connection, reading.snapshot)
                self.announcer.announce(connection, row, decision)
        _log.info(
            "triage.decided",
            ticket=row.ticket_id,
            decision=row.id,
            outcome=row.outcome,
            reason=decision.reasons[0].code if decision.reasons else None,
        )
        if row.outcome == Outcome.IGNORE:
            self.settling.on_decision(row)
        return row, True

    def _names(self, policy: Policy) -> Names:
        titles = {faq.id: faq.title for faq in policy.faqs}
        return Names(dict(self.helpdesk.read_groups()), titles)

    def _gone(self, delivery: DeliveryRow, ticket_id: int) -> None:
        now = self.clock.now()
        with self.store.write() as connection:
            for row in decisions.unfinished_for_ticket(connection, ticket_id):
                decisions.drop_open_effects(connection, row.id, now.timestamp())
                decisions.set_state(connection, row.id, decisions.FAILED)
            ledger.append(connection, iso(now), [ledger.Entry("gone", {}, ticket_id)])
            if self.announcer is not None:
                self.announcer.gone(connection, ticket_id)
            self._end(delivery.id, connection)

    def _end(
        self, delivery_id: int, connection: sa.Connection, state: str = deliveries.DONE
    ) -> None:
        now = self.clock.now().timestamp()
        deliveries.finish(connection, delivery_id, state, now=now)


def _matters(counted: History, history: History, limit: int) -> bool:
    """Whether a reply planned meanwhile can change the decision."""
    crossed = (counted.replies_last_hour >= limit) != (history.replies_last_hour >= limit)
    return crossed or counted != replace(history, replies_last_hour=counted.replies_last_hour)


def newest_from_outside(ticket: Ticket) -> Comment | None:
    """The newest public comment that neither an agent nor this service wrote.

    Each of them gets a decision, also one by somebody in copy: what they say must be seen too.
    """
    outside = (Author.REQUESTER, Author.OTHER)
    comments = reversed(ticket.comments)
    return next((c for c in comments if c.public and c.author in outside), None)
