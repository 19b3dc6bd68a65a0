"""What a message shows: worked out afresh from the store each time it is looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from connectors.slack.cards import (
    ApprovalCard,
    Card,
    DigestCard,
    DigestEntry,
    DueLine,
    EscalationCard,
    ReminderCard,
)
from connectors.slack.due import next_change
from connectors.slack.messages import MOST_TICKETS, message_of
from integration.announcing.discretion import is_neutral_pack
from integration.announcing.pinging import pinged
from integration.announcing.posting import Shown
from integration.announcing.standing import WAITING, Standing, of_approval
from integration.announcing.told import Told, deed, escalation_standing, told_of
from integration.announcing.words import NEUTRAL_CLOCK, headline_of
from integration.restriction import is_restricted_ticket_here
from integration.store import approvals, clocks, counts, posts
from integration.store.clocks import ClockRow
from integration.store.posts import PostRow
from rules.policy import Policy

_NEVER = datetime.max.replace(tzinfo=UTC)
_SOON = timedelta(seconds=5)  # what is under way is over, as a rule
_SHARES = {50: "50 %", 90: "90 %", 100: "breached"}


@dataclass(frozen=True, slots=True)
class Renderer:
    """Makes cards. `ticket_url` says where a person opens a ticket."""

    policy: Callable[[], Policy]
    ticket_url: Callable[[int], str]

    def render(
        self, connection: sa.Connection, row: PostRow, now: datetime, team: str = ""
    ) -> Shown:
        """What a message shall show now in a workspace."""
        if row.kind == posts.DIGEST:
            return self._digest(connection, row, now)
        told = told_of(connection, row, self.policy())
        if row.kind == posts.REMINDER:
            return self._reminder(connection, row, told, now, team)
        if row.kind == posts.APPROVAL:
            return self._approval(connection, told, now)
        return self._escalation(connection, row, told, now)

    def _escalation(
        self, connection: sa.Connection, row: PostRow, told: Told, now: datetime
    ) -> Shown:
        standing = escalation_standing(connection, row, told)
        due = (
            _due_line(clocks.running(connection, told.ticket_id), told)
            if standing.is_open
            else None
        )
        card = EscalationCard(
            ticket_id=told.ticket_id,
            ticket_url=self.ticket_url(told.ticket_id),
            decision_id=told.decision_id,
            headline=told.headline,
            reasons=told.reasons,
            evidence=told.evidence,
            deadline=due,
            group="" if told.restricted else str(row.details.get("group") or ""),
            standing=standing.words,
            is_open=standing.is_open,
            restricted=told.restricted,
            is_held=counts.is_guarded_since(connection, told.ticket_id, 0.0),
        )
        return _shown(card, standing, now, due.due if due else None)

    def _approval(self, connection: sa.Connection, told: Told, now: datetime) -> Shown:
        approval = approvals.get(connection, told.decision_id)
        if approval is None:
            raise AssertionError("a draft is told of that does not wait")
        settled = deed(connection, approval.act_id)
        standing = of_approval(approval, settled, now.timestamp())
        decision = told.decision or {}
        expires = datetime.fromtimestamp(approval.expires_at, UTC)
        hidden = told.restricted or told.snapshot is None
        card = ApprovalCard(
            ticket_id=told.ticket_id,
            ticket_url=self.ticket_url(told.ticket_id),
            decision_id=told.decision_id,
            faq="" if told.restricted else str(decision.get("faq") or ""),
            title=self._title_of(told),
            language=str(decision.get("language") or ""),
            reply="" if hidden else str(decision.get("reply") or ""),
            question="" if hidden else str((told.snapshot or {}).get("body") or ""),
            expires=expires if standing.is_open else None,
            standing=standing.words,
            is_open=standing.is_open,
            restricted=told.restricted,
        )
        return _shown(card, standing, now, card.expires)

    def _title_of(self, told: Told) -> str:
        """The question that a draft answers, in words."""
        if told.restricted:
            return headline_of(None, restricted=True)
        named = str((told.decision or {}).get("faq") or "Draft")
        faq = self.policy().faq(named)
        return faq.title if faq else named

    def _reminder(
        self, connection: sa.Connection, row: PostRow, told: Told, now: datetime, team: str
    ) -> Shown:
        details = row.details
        clock = clocks.get(connection, told.decision_id, int(details["position"]))
        if clock is None:
            raise AssertionError("a reminder of a clock that never ran")
        hidden = (
            bool(details.get("restricted"))
            or is_neutral_pack(self.policy(), clock.pack)
            # The ticket that was judged, and the one that it may have become part of.
            or is_restricted_ticket_here(connection, told.ticket_id)
            or is_restricted_ticket_here(connection, clock.ticket_id)
        )
        card = ReminderCard(
            ticket_id=clock.ticket_id,
            ticket_url=self.ticket_url(clock.ticket_id),
            clock=NEUTRAL_CLOCK if hidden else clock.name,
            due=datetime.fromtimestamp(clock.due_at, UTC),
            share=_SHARES[int(details["share"])],
            whom=pinged(connection, row, team, now.timestamp()),
        )
        stopped = clock.state == clocks.STOPPED
        return Shown(message_of(card, now), is_final=True, unwanted=stopped)

    def _digest(self, connection: sa.Connection, row: PostRow, now: datetime) -> Shown:
        folded = filter(None, (posts.get(connection, each) for each in row.details["posts"]))
        lines = [self._line(connection, each) for each in folded]
        lines.sort(key=lambda line: (not line[1].is_open, line[0].due or _NEVER, line[0].ticket_id))
        card = DigestCard(_title(row.channel, lines), tuple(entry for entry, _ in lines))
        looks = [next_change(entry.due, now) for entry, _ in lines[:MOST_TICKETS] if entry.due]
        looks += [now + _SOON for _, standing in lines if standing.under_way]
        is_open = any(standing.is_open for _, standing in lines)
        return Shown(
            message_of(card, now),
            is_final=all(standing.is_final for _, standing in lines),
            unwanted=not is_open,
            next_look_at=min(looks).timestamp() if looks else None,
        )

    def _line(self, connection: sa.Connection, folded: PostRow) -> tuple[DigestEntry, Standing]:
        """What a digest says of one ticket."""
        told = told_of(connection, folded, self.policy())
        standing = escalation_standing(connection, folded, told)
        running = clocks.running(connection, told.ticket_id) if standing.is_open else []
        due = _due_line(running, told)
        entry = DigestEntry(
            ticket_id=told.ticket_id,
            ticket_url=self.ticket_url(told.ticket_id),
            headline=told.headline,
            due=due.due if due else None,
            standing="" if standing.words == WAITING else standing.words,
        )
        return entry, standing


def _title(channel: str, lines: Sequence[tuple[DigestEntry, Standing]]) -> str:
    """How many of a digest's tickets nobody has yet."""
    waiting = sum(not entry.standing for entry, _ in lines)
    if waiting:
        what = "1 ticket waits" if waiting == 1 else f"{waiting} tickets wait"
        return f"{what} for people in #{channel}"
    if any(standing.is_open for _, standing in lines):
        return "No ticket of this message waits: people have them all"
    return "All tickets of this message are settled"


def _due_line(running: list[ClockRow], told: Told) -> DueLine | None:
    if not running:
        return None
    name = NEUTRAL_CLOCK if told.restricted else running[0].name
    return DueLine(name, datetime.fromtimestamp(running[0].due_at, UTC))


def _shown(card: Card, standing: Standing, now: datetime, due: datetime | None) -> Shown:
    looks = [next_change(due, now)] if due is not None else []
    looks += [now + _SOON] if standing.under_way else []
    return Shown(
        message_of(card, now),
        is_final=standing.is_final,
        unwanted=standing.is_final,
        next_look_at=min(looks).timestamp() if looks else None,
    )
