"""Messages in the chat: what shall stand, what does, and which of them have to be looked at."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.inserts import insert_once
from integration.store.tables import decision, post

ESCALATION, APPROVAL, REMINDER, DIGEST = "escalation", "approval", "reminder", "digest"

PLANNED = "planned"
SENDING = "sending"  # a write of it has begun
UNKNOWN = "unknown"  # a write of it had no clear answer
POSTED = "posted"
FOLDED = "folded"  # told in a digest instead
ENDED = "ended"  # nothing about it changes any more
FAILED = "failed"  # a person must change something; tried again later
LIVE = (PLANNED, SENDING, UNKNOWN, POSTED, FAILED)
STATES = (*LIVE, FOLDED, ENDED)

_LOST_AFTER_S = 600.0  # a task that has not ended by then is given again


@dataclass(frozen=True, slots=True)
class PostRow:
    """A message as it is known here."""

    id: str
    kind: str
    ticket_id: int | None
    decision_id: str | None
    channel: str
    argument: str | None
    state: str
    channel_id: str | None
    stamp: str | None
    shown: str | None
    urgent: bool
    round: int
    attempts: int
    not_before: float
    tried_at: float | None
    created_at: float

    @property
    def details(self) -> dict[str, Any]:
        """The numbers and codes it is made of."""
        return dict(json.loads(self.argument)) if self.argument else {}


COLUMNS = [post.c[name] for name in PostRow.__slots__]
_INSERT = insert_once(post, "id")
_p = sa.bindparam
_WAITING = sa.and_(
    post.c.changed,
    post.c.not_before <= _p("now"),
    post.c.channel.not_in(_p("busy", expanding=True)),
)
_ANY_WAITING = sa.select(post.c.id).where(_WAITING).limit(1)
_ANY_TO_LOOK_AT = sa.select(post.c.id).where(post.c.next_look_at <= _p("now")).limit(1)
# The urgent ones first, then the oldest.
_DUE = (
    sa.select(*COLUMNS)
    .where(_WAITING)
    .order_by(post.c.urgent.desc(), post.c.created_at, post.c.id)
    .limit(_p("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer anyway and leaves it out
)


def plan(  # noqa: PLR0913 - what makes a message, by name
    connection: sa.Connection,
    post_id: str,
    kind: str,
    channel: str,
    *,
    now: float,
    ticket_id: int | None = None,
    decision_id: str | None = None,
    details: Mapping[str, Any] | None = None,
    urgent: bool = False,
    not_before: float | None = None,
) -> None:
    """A message shall stand in a channel; the same id again is the same message."""
    row = {
        "id": post_id,
        "kind": kind,
        "channel": channel,
        "ticket_id": ticket_id,
        "decision_id": decision_id,
        "argument": json.dumps(dict(details or {}), sort_keys=True),
        "state": PLANNED,
        "urgent": urgent,
        "changed": True,
        "round": 0,
        "attempts": 0,
        "created_at": now,
        "not_before": now if not_before is None else not_before,
    }
    connection.execute(_INSERT[connection.dialect.name], row)


def get(connection: sa.Connection, post_id: str) -> PostRow | None:
    """A message by its id."""
    row = connection.execute(sa.select(*COLUMNS).where(post.c.id == post_id)).first()
    return None if row is None else PostRow(*row)


def of_ticket(
    connection: sa.Connection, ticket_id: int, states: Collection[str] = LIVE
) -> list[PostRow]:
    """The messages about a ticket that are in certain states, oldest first."""
    query = (
        sa.select(*COLUMNS)
        .where(post.c.ticket_id == ticket_id, post.c.state.in_(states))
        .order_by(post.c.created_at, post.c.id)
    )
    return [PostRow(*row) for row in connection.execute(query)]


def open_cards(connection: sa.Connection, ticket_id: int) -> list[PostRow]:
    """What tells of an escalated ticket at present: as a rule one message, or a digest's line."""
    known = of_ticket(connection, ticket_id, (*LIVE, FOLDED))
    return [row for row in known if row.kind == ESCALATION and not row.details.get("replaced")]


def channel_of(connection: sa.Connection, decision_id: str) -> str | None:
    """Where the newest message about a decision's ticket stands, by the vendor's id.

    The message may be about a newer decision by now.
    """
    ticket_id = sa.select(decision.c.ticket_id).where(decision.c.id == decision_id)
    query = (
        sa.select(post.c.channel_id)
        .where(post.c.ticket_id == ticket_id.scalar_subquery(), post.c.channel_id.is_not(None))
        .order_by(post.c.created_at.desc())
        .limit(1)
    )
    found: str | None = connection.execute(query).scalar()
    return found


def open_tickets(connection: sa.Connection, *, limit: int = 1000) -> frozenset[int]:
    """The tickets that people were told of and that are not finished."""
    query = (
        sa.select(post.c.ticket_id)
        .where(post.c.kind == ESCALATION, post.c.state.in_([*LIVE, FOLDED]))
        .distinct()
        .limit(limit)
    )
    return frozenset(connection.execute(query).scalars()) - {None}


def touch(connection: sa.Connection, ticket_id: int) -> None:
    """What is shown of a ticket must be looked at again."""
    connection.execute(
        sa.update(post)
        .where(post.c.ticket_id == ticket_id, post.c.state.in_(LIVE))
        .values(changed=True)
    )


def hold(connection: sa.Connection, ticket_id: int) -> None:
    """Nobody else changes a ticket's messages from here to the end of the transaction.

    What is read of them after this stays true. A no-op update does it on either database.
    """
    connection.execute(
        sa.update(post).where(post.c.ticket_id == ticket_id).values(ticket_id=post.c.ticket_id)
    )


def change(connection: sa.Connection, post_id: str, **values: Any) -> None:
    """Change a message's row, and have it looked at."""
    if "details" in values:
        values["argument"] = json.dumps(values.pop("details"), sort_keys=True)
    connection.execute(
        sa.update(post).where(post.c.id == post_id).values(**{"changed": True, **values})
    )


def any_due(connection: sa.Connection, now: float, busy: Collection[str]) -> bool:
    """Whether there is anything to do outside the busy channels: a cheap look before a write."""
    asked = {"now": now, "busy": sorted(busy)}
    waiting = connection.execute(_ANY_WAITING, asked).first() is not None
    return waiting or connection.execute(_ANY_TO_LOOK_AT, {"now": now}).first() is not None


def due(
    connection: sa.Connection, now: float, busy: Collection[str], *, limit: int
) -> list[PostRow]:
    """Messages that wait for a task outside the busy channels, locked.

    Several workers may do it at once: each row goes to one of them.
    """
    asked = {"now": now, "busy": sorted(busy), "most": limit}
    return [PostRow(*row) for row in connection.execute(_DUE, asked)]


def take(connection: sa.Connection, row: PostRow, now: float) -> int:
    """A message gets its task now; returns the round of it.

    `not_before` keeps the instant, for `taken_since`. If the task is lost, it is given again.
    """
    connection.execute(
        sa.update(post)
        .where(post.c.id == row.id)
        .values(
            changed=False,
            round=row.round + 1,
            not_before=now,
            next_look_at=now + _LOST_AFTER_S,
        )
    )
    return row.round + 1


def taken_since(connection: sa.Connection, since: float) -> set[str]:
    """The channels of which a message got its task after an instant."""
    query = sa.select(post.c.channel).where(~post.c.changed, post.c.not_before > since)
    return set(connection.execute(query).scalars())


def begin(connection: sa.Connection, row: PostRow, now: float, **values: Any) -> float | None:
    """Claim a message for a write: the instant under which it is held; None if another has it.

    The instant is later than every earlier one, so it names this very try.
    """
    at = now if row.tried_at is None else max(now, row.tried_at + 0.001)
    claimed = connection.execute(
        sa.update(post)
        .where(
            post.c.id == row.id,
            post.c.state == row.state,
            post.c.tried_at.is_not_distinct_from(row.tried_at),
        )
        .values(tried_at=at, **values)
    )
    return at if claimed.rowcount == 1 else None


def finish(connection: sa.Connection, post_id: str, held: float | None, **values: Any) -> bool:
    """Write down what came of a try; false when another run has taken the message over."""
    changed = connection.execute(
        sa.update(post)
        .where(post.c.id == post_id, post.c.tried_at.is_not_distinct_from(held))
        .values(**values)
    )
    return changed.rowcount == 1


def end(connection: sa.Connection, post_id: str, held: float | None, **values: Any) -> bool:
    """As `finish`, and nothing about it changes any more: unless it must be looked at again."""
    state = sa.case((post.c.changed, values.pop("state")), else_=ENDED)
    return finish(connection, post_id, held, state=state, **values)


def hold_channel(connection: sa.Connection, channel: str, until: float) -> None:
    """Nothing is tried in a channel before an instant."""
    connection.execute(
        sa.update(post)
        .where(post.c.channel == channel, post.c.changed, post.c.not_before < until)
        .values(not_before=until)
    )


def look_again(connection: sa.Connection, now: float) -> None:
    """Have those looked at whose time has come: a countdown moved, or a task was lost."""
    connection.execute(
        sa.update(post).where(post.c.next_look_at <= now).values(changed=True, next_look_at=None)
    )


def failed(connection: sa.Connection) -> list[PostRow]:
    """The messages that wait for a person to change something."""
    query = sa.select(*COLUMNS).where(post.c.state == FAILED).order_by(post.c.created_at, post.c.id)
    return [PostRow(*row) for row in connection.execute(query)]


def of_superseded(connection: sa.Connection, ticket_id: int) -> list[PostRow]:
    """Messages about decisions on a ticket that were made anew."""
    query = (
        sa.select(*COLUMNS)
        .join(decision, decision.c.id == post.c.decision_id)
        .where(
            post.c.ticket_id == ticket_id,
            post.c.state.in_([*LIVE, FOLDED]),
            decision.c.state == "superseded",
        )
    )
    return [PostRow(*row) for row in connection.execute(query)]
