"""What a message shows: worked out afresh from the store each time it is looked at."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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
from connectors.slack.messages import message_of
from integration.announcing.discretion import (
    is_neutral_pack,
    is_restricted_ticket,
)
from integration.announcing.posting import Shown
from integration.announcing.standing import Deed, Seen, Standing, of_approval, of_escalation
from integration.announcing.words import (
    NEUTRAL_CLOCK,
    headline_of,
    reasons_of,
    seen_words,
)
from integration.restriction import is_restricted_ticket_here
from integration.store import acts, approvals, clocks, decisions, posts
from integration.store.acts import ActRow
from integration.store.clocks import ClockRow
from integration.store.posts import PostRow
from rules.policy import Policy

_SOON = timedelta(seconds=5)  # what is under way is over, as a rule
_SHARES = {50: "50 %", 90: "90 %", 100: "breached"}


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the decision that a message is about. None where it was erased."""

    ticket_id: int
    decision_id: str
    decided_at: float
    assignee_id: int | None
    snapshot: dict[str, Any] | None
    decision: dict[str, Any] | None
    restricted: bool


@dataclass(frozen=True, slots=True)
class Renderer:
    """Makes cards. `ticket_url` says where a person opens a ticket."""

    policy: Callable[[], Policy]
    ticket_url: Callable[[int], str]

    def render(self, connection: sa.Connection, row: PostRow, now: datetime) -> Shown:
        """What a message shall show now."""
        if row.kind == posts.DIGEST:
            return self._digest(connection, row, now)
        told = told_of(connection, row)
        if row.kind == posts.REMINDER:
            return self._reminder(connection, row, told, now)
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
            headline=headline_of(told.decision, restricted=told.restricted),
            reasons=reasons_of(told.decision, restricted=told.restricted),
            evidence="" if told.restricted else seen_words(told.snapshot, told.decision),
            deadline=due,
            group="" if told.restricted else str(row.details.get("group") or ""),
            standing=standing.words,
            is_open=standing.is_open,
            restricted=told.restricted,
        )
        return _shown(card, standing, now, due.due if due else None)

    def _approval(self, connection: sa.Connection, told: Told, now: datetime) -> Shown:
        approval = approvals.get(connection, told.decision_id)
        if approval is None:
            raise AssertionError("a draft is told of that does not wait")
        deed = _deed(connection, approval.act_id)
        standing = of_approval(approval, deed, now.timestamp())
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
        self, connection: sa.Connection, row: PostRow, told: Told, now: datetime
    ) -> Shown:
        details = row.details
        clock = clocks.get(connection, told.decision_id, int(details["position"]))
        if clock is None:
            raise AssertionError("a reminder of a clock that never ran")
        hidden = (
            bool(details.get("restricted"))
            or is_neutral_pack(self.policy(), clock.pack)
            or is_restricted_ticket_here(connection, told.ticket_id)
        )
        card = ReminderCard(
            ticket_id=told.ticket_id,
            ticket_url=self.ticket_url(told.ticket_id),
            clock=NEUTRAL_CLOCK if hidden else clock.name,
            due=datetime.fromtimestamp(clock.due_at, UTC),
            share=_SHARES[int(details["share"])],
        )
        stopped = clock.state == clocks.STOPPED
        return Shown(message_of(card, now), is_final=True, unwanted=stopped)

    def _digest(self, connection: sa.Connection, row: PostRow, now: datetime) -> Shown:
        entries: list[DigestEntry] = []
        for post_id in row.details["posts"]:
            folded = posts.get(connection, post_id)
            entry = self._entry(connection, folded) if folded is not None else None
            if entry is not None:
                entries.append(entry)
        entries.sort(key=lambda one: (one.due is None, one.due or now, one.ticket_id))
        title = f"{len(entries)} tickets wait for people in #{row.channel}"
        card = DigestCard(title, tuple(entries))
        return Shown(message_of(card, now), is_final=True, unwanted=not entries)

    def _entry(self, connection: sa.Connection, folded: PostRow) -> DigestEntry | None:
        told = told_of(connection, folded)
        if not escalation_standing(connection, folded, told).is_open:
            return None
        due = _due_line(clocks.running(connection, told.ticket_id), told)
        return DigestEntry(
            ticket_id=told.ticket_id,
            ticket_url=self.ticket_url(told.ticket_id),
            headline=headline_of(told.decision, restricted=told.restricted),
            due=due.due if due else None,
        )


def told_of(connection: sa.Connection, row: PostRow) -> Told:
    """The decision of a message, as far as it is still kept."""
    decided = decisions.get(connection, row.decision_id or "")
    if decided is None:
        raise AssertionError("a message about a decision that is not there")
    snapshot, decision = (
        None if text is None else json.loads(text)
        for text in decisions.text_of(connection, decided.id)
    )
    return Told(
        ticket_id=decided.ticket_id,
        decision_id=decided.id,
        decided_at=decided.decided_at,
        assignee_id=decided.assignee_id,
        snapshot=snapshot,
        decision=decision,
        restricted=bool(row.details.get("restricted"))
        or decision is None
        or is_restricted_ticket(snapshot)
        or is_restricted_ticket_here(connection, decided.ticket_id),
    )


def escalation_standing(connection: sa.Connection, row: PostRow, told: Told) -> Standing:
    """Where an escalated ticket stands."""
    details = row.details
    seen = details.get("seen") or {}
    known = acts.of_ticket(connection, told.ticket_id)
    return of_escalation(
        [_deed_of(connection, act) for act in known],
        told.decided_at,
        Seen(
            status=str(seen.get("status") or ""),
            assigned=seen.get("assignee") not in {None, told.assignee_id},
            replaced=bool(details.get("replaced")),
            restricted=told.restricted,
        ),
    )


def _deed(connection: sa.Connection, act_id: str | None) -> Deed | None:
    act = acts.get(connection, act_id) if act_id else None
    return None if act is None else _deed_of(connection, act)


def _deed_of(connection: sa.Connection, act: ActRow) -> Deed:
    # An act without effects of its own has no row beside it: then it is done.
    state = acts.state_of(connection, act.id) or decisions.APPLIED
    return Deed(act, state, decisions.effects_of(connection, act.id))


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
