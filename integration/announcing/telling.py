"""Which card tells of an escalated ticket: one, in the channel of those whose business it is."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from integration.announcing.discretion import is_restricted, is_urgent
from integration.restriction import is_restricted_ticket_here
from integration.store import digests, posts
from integration.store.decisions import DecisionRow
from integration.store.posts import PostRow
from integration.wishes import Plan
from rules.chat import Chat
from rules.model import Decision
from rules.policy import Policy

_URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Matter:
    """What people shall hear of: a decision or an act that hands a ticket to them."""

    row: DecisionRow
    at: datetime
    group: str | None  # whose business it is; None if the ticket stays with whom it is
    urgent: bool
    restricted: bool
    by_hand: bool = False


def of_decision(row: DecisionRow, decision: Decision) -> Matter:
    """What a decision is about."""
    return Matter(
        row,
        decision.decided_at,
        decision.route.group,
        is_urgent(decision),
        is_restricted(decision),
    )


def of_act(row: DecisionRow, plan: Plan, at: datetime) -> Matter:
    """What a person's label or escalation is about."""
    return Matter(row, at, plan.group, plan.priority == _URGENT, plan.restricts, by_hand=True)


def tell(connection: sa.Connection, policy: Policy, matter: Matter) -> None:
    """People are told of a ticket by one message; a second decision changes it.

    There is a new message, as nobody is notified of a change, if the ticket now belongs to another
    channel, has become urgent, or was picked by a person out of a digest. The earlier one then
    says where to look.
    """
    chat = policy.settings.chat
    cards = posts.open_cards(connection, matter.row.ticket_id)
    present = cards[-1] if cards else None
    channel = _channel_for(chat, matter, present)
    if not chat.speaks or channel is None:
        return
    stays = present is not None and _stays(connection, present, channel, matter)
    for card in cards[:-1] if stays else cards:
        replace(connection, card, to=channel)
    if present is not None and stays:
        moved = {"group": matter.group} if matter.group else {}
        posts.change(
            connection,
            present.id,
            decision_id=matter.row.id,
            details={**present.details, **moved},
            changed=present.state != posts.FOLDED,
        )
        return
    plan_message(connection, policy, matter, posts.ESCALATION, channel)


def plan_message(
    connection: sa.Connection, policy: Policy, matter: Matter, kind: str, channel: str
) -> None:
    """Plan a message; what is not urgent waits for the end of the quiet hours."""
    settings = policy.settings
    urgent = kind == posts.ESCALATION and matter.urgent
    quiet = None if urgent else settings.chat.quiet_until(matter.at, settings.hours.timezone)
    posts.plan(
        connection,
        f"{kind}-{matter.row.id}",
        kind,
        channel,
        now=matter.at.timestamp(),
        ticket_id=matter.row.ticket_id,
        decision_id=matter.row.id,
        details={
            "group": matter.group,
            "held": quiet is not None,
            "by_hand": matter.by_hand,
            "restricted": stays_restricted(connection, matter),
        },
        urgent=urgent,
        not_before=None if quiet is None else quiet.timestamp(),
    )


def stays_restricted(connection: sa.Connection, matter: Matter) -> bool:
    """What was restricted once stays so, whatever a later message is about."""
    ticket_id = matter.row.ticket_id
    if matter.restricted or is_restricted_ticket_here(connection, ticket_id):
        return True
    known = posts.of_ticket(connection, ticket_id, posts.STATES)
    return any(p.details.get("restricted") for p in known)


def restrict(connection: sa.Connection, ticket_id: int) -> None:
    """From now on no message about a ticket shows what it is about."""
    for known in posts.of_ticket(connection, ticket_id, (*posts.LIVE, posts.FOLDED)):
        details = {**known.details, "restricted": True}
        posts.change(connection, known.id, details=details, changed=known.state != posts.FOLDED)


def reopen(connection: sa.Connection, ticket_id: int) -> None:
    """A ticket whose clocks run on is told of again: its last card, and reminders nobody saw."""
    ended = posts.of_ticket(connection, ticket_id, (posts.ENDED,))
    cards = [row for row in ended if row.kind == posts.ESCALATION and row.stamp is not None]
    if cards and not cards[-1].details.get("replaced"):
        details = {**cards[-1].details, "reopened": True}
        posts.change(connection, cards[-1].id, state=posts.POSTED, details=details)
    for row in ended:
        if row.kind == posts.REMINDER and row.stamp is None:
            posts.change(connection, row.id, state=posts.PLANNED)


def retire_superseded(connection: sa.Connection, ticket_id: int) -> None:
    """People need not look at the ticket after all: it was decided anew."""
    for known in posts.of_superseded(connection, ticket_id):
        if known.kind == posts.ESCALATION:
            replace(connection, known)


def replace(connection: sa.Connection, row: PostRow, *, to: str | None = None) -> None:
    """A message has nothing to say any more: it is closed, or never written.

    `to` is the channel in which another one tells of the ticket.
    """
    details = {**row.details, "replaced": True, "moved_to": to}
    posts.change(connection, row.id, details=details, changed=row.state != posts.FOLDED)
    if row.state == posts.FOLDED:
        digests.wake(connection, row)


def _channel_for(chat: Chat, matter: Matter, present: PostRow | None) -> str | None:
    """Where to tell of it; where it is told of already if nothing says otherwise."""
    here = present.channel if present is not None else None
    if here is not None and matter.group is None:
        return here
    return chat.channel_of(matter.group) or here


def _stays(connection: sa.Connection, present: PostRow, channel: str, matter: Matter) -> bool:
    """Whether a message that stands tells of it well enough."""
    if present.channel != channel or (matter.urgent and not present.urgent):
        return False
    if present.details.get("reopened"):
        return False  # of a change to a card that said "Solved" nobody would hear
    if present.state != posts.FOLDED:
        return True
    # A digest that is done with all its tickets is not looked at any more.
    return not matter.by_hand and digests.wake(connection, present)
