"""Decisions and their planned effects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.tables import decision, effect

DECIDED, APPLIED, SUPERSEDED, FAILED = "decided", "applied", "superseded", "failed"
PLANNED, SENDING, UNKNOWN = "planned", "sending", "unknown"
DONE, WITHHELD, REFUSED, DROPPED = "done", "withheld", "refused", "dropped"
OPEN_EFFECTS = (PLANNED, SENDING, UNKNOWN)
# A reply counts against the brakes from the moment it is planned: two tickets of one requester
# decided at the same time must not both be answered.
COUNTED = (*OPEN_EFFECTS, DONE)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as recorded, without the texts."""

    id: str
    delivery_id: int
    ticket_id: int
    comment_id: int
    requester_id: int | None
    assignee_id: int | None
    state: str
    outcome: str
    watched_from: float
    decided_at: float
    comment_ids: str

    @property
    def seen_comments(self) -> frozenset[int]:
        """The comments that were there when the ticket was judged."""
        return frozenset(json.loads(self.comment_ids))


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One planned write."""

    decision_id: str
    kind: str
    ticket_id: int
    requester_id: int | None
    position: int
    state: str
    body: str
    public: bool
    tags: str | None
    group_id: int | None
    priority: str | None
    stamp: str | None
    owner: str | None
    lease_until: float | None
    attempts: int
    planned_at: float
    audit_id: int | None

    @property
    def tag_set(self) -> frozenset[str] | None:
        """The tags to stand afterwards, or None to leave them."""
        return None if self.tags is None else frozenset(json.loads(self.tags))


_DECISION = [decision.c[name] for name in DecisionRow.__slots__]
_EFFECT = [effect.c[name] for name in EffectRow.__slots__]


def insert_decision(connection: sa.Connection, values: dict[str, Any]) -> None:
    """Record a decision. Raises IntegrityError when the comment has one already."""
    connection.execute(sa.insert(decision).values(**values))


def insert_effects(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Record planned effects."""
    if rows:
        connection.execute(sa.insert(effect), [{"attempts": 0, **row} for row in rows])


def for_comment(connection: sa.Connection, ticket_id: int, comment_id: int) -> DecisionRow | None:
    """The standing decision on a comment."""
    query = sa.select(*_DECISION).where(
        decision.c.ticket_id == ticket_id,
        decision.c.comment_id == comment_id,
        decision.c.state != SUPERSEDED,
    )
    row = connection.execute(query).first()
    return None if row is None else DecisionRow(*row)


def unfinished_for_ticket(connection: sa.Connection, ticket_id: int) -> list[DecisionRow]:
    """Decisions on a ticket whose effects are not all settled, oldest first."""
    query = (
        sa.select(*_DECISION)
        .where(decision.c.ticket_id == ticket_id, decision.c.state == DECIDED)
        .order_by(decision.c.decided_at, decision.c.id)
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def set_state(connection: sa.Connection, decision_id: str, state: str) -> None:
    """Move a decision to a state."""
    connection.execute(sa.update(decision).where(decision.c.id == decision_id).values(state=state))


def effects_of(connection: sa.Connection, decision_id: str) -> list[EffectRow]:
    """A decision's effects in the order they are applied."""
    query = (
        sa.select(*_EFFECT)
        .where(effect.c.decision_id == decision_id)
        .order_by(effect.c.position, effect.c.kind)
    )
    return [EffectRow(*row) for row in connection.execute(query)]


def ids_of_ticket(connection: sa.Connection, ticket_id: int) -> frozenset[str]:
    """Every decision id this installation ever used on a ticket."""
    query = sa.select(decision.c.id).where(decision.c.ticket_id == ticket_id)
    return frozenset(connection.execute(query).scalars())


def claim(
    connection: sa.Connection, row: EffectRow, *, owner: str, now: float, lease_s: float
) -> bool:
    """Take an effect for sending: true for one claimer only."""
    free = sa.or_(
        effect.c.state == PLANNED,
        sa.and_(
            effect.c.state.in_([SENDING, UNKNOWN]),
            sa.or_(effect.c.lease_until < now, effect.c.owner == owner),
        ),
    )
    taken = connection.execute(
        sa.update(effect)
        .where(effect.c.decision_id == row.decision_id, effect.c.kind == row.kind, free)
        .values(
            state=SENDING, owner=owner, lease_until=now + lease_s, attempts=effect.c.attempts + 1
        )
    )
    return taken.rowcount == 1


def change_effect(connection: sa.Connection, row: EffectRow, **values: Any) -> None:
    """Change an effect's columns."""
    connection.execute(
        sa.update(effect)
        .where(effect.c.decision_id == row.decision_id, effect.c.kind == row.kind)
        .values(**values)
    )


def drop_open_effects(connection: sa.Connection, decision_id: str, now: float) -> None:
    """What a superseded or failed decision still planned will not be sent."""
    connection.execute(
        sa.update(effect)
        .where(effect.c.decision_id == decision_id, effect.c.state.in_(OPEN_EFFECTS))
        .values(state=DROPPED, finished_at=now)
    )


def count_replies(
    connection: sa.Connection,
    *,
    since: float,
    ticket_id: int | None = None,
    requester_id: int | None = None,
) -> int:
    """Automatic public replies planned or sent since an instant."""
    query = (
        sa.select(sa.func.count())
        .select_from(effect)
        .where(effect.c.public, effect.c.state.in_(COUNTED), effect.c.planned_at >= since)
    )
    if ticket_id is not None:
        query = query.where(effect.c.ticket_id == ticket_id)
    if requester_id is not None:
        query = query.where(effect.c.requester_id == requester_id)
    return int(connection.execute(query).scalar_one())


def count_writes(connection: sa.Connection, ticket_id: int, *, since: float) -> int:
    """Writes to a ticket planned since an instant that were sent or may have been."""
    query = (
        sa.select(sa.func.count())
        .select_from(effect)
        .where(
            effect.c.ticket_id == ticket_id,
            effect.c.planned_at >= since,
            effect.c.state.in_([SENDING, UNKNOWN, DONE]),
        )
    )
    return int(connection.execute(query).scalar_one())


def is_guarded(connection: sa.Connection, ticket_id: int) -> bool:
    """Whether an earlier decision saw what only a person may clear: it stays so."""
    query = sa.select(decision.c.id).where(
        decision.c.ticket_id == ticket_id,
        decision.c.guarded,
        decision.c.state != SUPERSEDED,
    )
    return connection.execute(query.limit(1)).first() is not None


def text_of(connection: sa.Connection, decision_id: str) -> tuple[str | None, str | None]:
    """The snapshot and the decision in full, as JSON texts; None where erased."""
    row = connection.execute(
        sa.select(decision.c.snapshot, decision.c.decision).where(decision.c.id == decision_id)
    ).first()
    return (None, None) if row is None else (row[0], row[1])


def latest(connection: sa.Connection, *, after: float, limit: int) -> Sequence[DecisionRow]:
    """Decisions made after an instant, oldest first."""
    query = (
        sa.select(*_DECISION)
        .where(decision.c.decided_at > after, decision.c.state != SUPERSEDED)
        .order_by(decision.c.decided_at, decision.c.id)
        .limit(limit)
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def failed_for_ticket(connection: sa.Connection, ticket_id: int) -> list[DecisionRow]:
    """Decisions on a ticket that ended on the list of failures."""
    query = sa.select(*_DECISION).where(
        decision.c.ticket_id == ticket_id, decision.c.state == FAILED
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def reopen(connection: sa.Connection, decision_id: str) -> None:
    """A person asked to try a failed decision again: what was refused is planned anew."""
    set_state(connection, decision_id, DECIDED)
    connection.execute(
        sa.update(effect)
        .where(
            effect.c.decision_id == decision_id,
            effect.c.state.in_([REFUSED, DROPPED]),
            effect.c.kind != "correction",
        )
        .values(state=PLANNED, lease_until=0.0, finished_at=None)
    )


def waiting_corrections(connection: sa.Connection, *, limit: int) -> list[DecisionRow]:
    """Decisions that ended while a correcting note is still to be written."""
    query = (
        sa.select(*_DECISION)
        .join(effect, effect.c.decision_id == decision.c.id)
        .where(effect.c.kind == "correction", effect.c.state.in_(OPEN_EFFECTS))
        .limit(limit)
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def known_tickets(connection: sa.Connection, ticket_ids: list[int]) -> frozenset[int]:
    """Which of these tickets have a decision."""
    query = sa.select(decision.c.ticket_id).where(decision.c.ticket_id.in_(ticket_ids))
    return frozenset(connection.execute(query.distinct()).scalars())
