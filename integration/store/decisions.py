"""Decisions and their planned effects."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.tables import decision, effect

DECIDED, APPLIED, SUPERSEDED, FAILED = "decided", "applied", "superseded", "failed"
PLANNED, SENDING, UNKNOWN = "planned", "sending", "unknown"
DONE, WITHHELD, REFUSED, DROPPED = "done", "withheld", "refused", "dropped"
CAME_TO_NOTHING = frozenset({FAILED, SUPERSEDED})
ACT = "act"  # the outcome of what a person decided
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
    assignee_id: int | None
    author_id: int | None
    stamp: str | None
    owner: str | None
    lease_until: float | None
    attempts: int
    planned_at: float
    audit_id: int | None
    error: str | None
    tags_off: str | None

    @property
    def tags_to_take_off(self) -> frozenset[str]:
        """The tags that a person's act takes off."""
        return frozenset(json.loads(self.tags_off)) if self.tags_off else frozenset()

    @property
    def tag_set(self) -> frozenset[str] | None:
        """The tags to stand afterwards, or None to leave them."""
        return None if self.tags is None else frozenset(json.loads(self.tags))


_DECISION = [decision.c[name] for name in DecisionRow.__slots__]
_EFFECT = [effect.c[name] for name in EffectRow.__slots__]

# Built once: building a statement costs more than running it.
_p = sa.bindparam
_FOR_COMMENT = sa.select(*_DECISION).where(
    decision.c.ticket_id == _p("ticket"),
    decision.c.comment_id == _p("comment"),
    decision.c.state != SUPERSEDED,
)
_UNFINISHED = (
    sa.select(*_DECISION)
    .where(decision.c.ticket_id == _p("ticket"), decision.c.state == DECIDED)
    .order_by(decision.c.decided_at, decision.c.id)
)
_EFFECTS = (
    sa.select(*_EFFECT)
    .where(effect.c.decision_id == _p("decision"))
    .order_by(effect.c.position, effect.c.kind)
)
_IDS = sa.select(decision.c.id).where(decision.c.ticket_id == _p("ticket"))
_CLAIM = (
    sa.update(effect)
    .where(
        effect.c.decision_id == _p("of_decision"),
        effect.c.kind == _p("of_kind"),
        sa.or_(
            effect.c.state == PLANNED,
            sa.and_(effect.c.state.in_([SENDING, UNKNOWN]), effect.c.lease_until < _p("now")),
        ),
    )
    .values(state=SENDING, owner=_p("by"), lease_until=_p("until"), attempts=effect.c.attempts + 1)
)


def insert_decision(connection: sa.Connection, values: dict[str, Any]) -> None:
    """Record a decision. Raises IntegrityError when the comment has one already."""
    connection.execute(sa.insert(decision).values(**values))


def insert_effects(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Record planned effects."""
    if rows:
        connection.execute(sa.insert(effect), [{"attempts": 0, **row} for row in rows])


def for_comment(connection: sa.Connection, ticket_id: int, comment_id: int) -> DecisionRow | None:
    """The standing decision on a comment."""
    row = connection.execute(_FOR_COMMENT, {"ticket": ticket_id, "comment": comment_id}).first()
    return None if row is None else DecisionRow(*row)


def get(connection: sa.Connection, decision_id: str) -> DecisionRow | None:
    """A decision by its id, a person's act among them."""
    row = connection.execute(sa.select(*_DECISION).where(decision.c.id == decision_id)).first()
    return None if row is None else DecisionRow(*row)


def latest_for_ticket(connection: sa.Connection, ticket_id: int) -> DecisionRow | None:
    """The newest standing decision that was made by rules on a ticket."""
    query = (
        sa.select(*_DECISION)
        .where(
            decision.c.ticket_id == ticket_id,
            decision.c.state != SUPERSEDED,
            decision.c.outcome != ACT,
        )
        .order_by(decision.c.decided_at.desc(), decision.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else DecisionRow(*row)


def unfinished_for_ticket(connection: sa.Connection, ticket_id: int) -> list[DecisionRow]:
    """Decisions on a ticket whose effects are not all settled, oldest first."""
    return [DecisionRow(*row) for row in connection.execute(_UNFINISHED, {"ticket": ticket_id})]


def set_state(connection: sa.Connection, decision_id: str, state: str) -> None:
    """Move a decision to a state. What was superseded needs no snapshot of the ticket."""
    values = {"state": state} | ({"snapshot": None} if state == SUPERSEDED else {})
    connection.execute(sa.update(decision).where(decision.c.id == decision_id).values(**values))


def effects_of(connection: sa.Connection, decision_id: str) -> list[EffectRow]:
    """A decision's effects in the order they are applied."""
    return [EffectRow(*row) for row in connection.execute(_EFFECTS, {"decision": decision_id})]


def ids_of_ticket(connection: sa.Connection, ticket_id: int) -> frozenset[str]:
    """Every decision id this installation ever used on a ticket."""
    return frozenset(connection.execute(_IDS, {"ticket": ticket_id}).scalars())


def claim(
    connection: sa.Connection, row: EffectRow, *, owner: str, now: float, lease_s: float
) -> bool:
    """Take an effect for sending: true for one claimer only."""
    values = {
        "of_decision": row.decision_id,
        "of_kind": row.kind,
        "now": now,
        "by": owner,
        "until": now + lease_s,
    }
    return connection.execute(_CLAIM, values).rowcount == 1


def change_claimed(connection: sa.Connection, row: EffectRow, **values: Any) -> bool:
    """Change an effect while it is held under this very claim; false when it is no more.

    A run that was asleep too long must not write over what its successor has done.
    """
    changed = connection.execute(
        sa.update(effect)
        .where(
            effect.c.decision_id == row.decision_id,
            effect.c.kind == row.kind,
            effect.c.state == SENDING,
            effect.c.owner == row.owner,
        )
        .values(**values)
    )
    return changed.rowcount == 1


def effect_of(connection: sa.Connection, row: EffectRow) -> EffectRow:
    """An effect as it stands now."""
    return next(e for e in effects_of(connection, row.decision_id) if e.kind == row.kind)


def stamp_reply(connection: sa.Connection, decision_id: str, stamp: str) -> None:
    """The reply is to be written under the stamp that its note left."""
    connection.execute(
        sa.update(effect)
        .where(effect.c.decision_id == decision_id, effect.c.kind == "reply")
        .values(stamp=stamp)
    )


def drop_planned(connection: sa.Connection, decision_id: str, now: float) -> None:
    """What was surely not sent will not be sent; what may have been keeps saying so."""
    connection.execute(
        sa.update(effect)
        .where(effect.c.decision_id == decision_id, effect.c.state == PLANNED)
        .values(state=DROPPED, finished_at=now)
    )


def drop_open_effects(connection: sa.Connection, decision_id: str, now: float) -> None:
    """What a superseded or failed decision still planned will not be sent."""
    connection.execute(
        sa.update(effect)
        .where(effect.c.decision_id == decision_id, effect.c.state.in_(OPEN_EFFECTS))
        .values(state=DROPPED, finished_at=now)
    )


def text_of(connection: sa.Connection, decision_id: str) -> tuple[str | None, str | None]:
    """The snapshot and the decision in full, as JSON texts; None where erased."""
    row = connection.execute(
        sa.select(decision.c.snapshot, decision.c.decision).where(decision.c.id == decision_id)
    ).first()
    return (None, None) if row is None else (row[0], row[1])


def failed_for_ticket(connection: sa.Connection, ticket_id: int) -> list[DecisionRow]:
    """Decisions on a ticket that ended on the list of failures."""
    query = sa.select(*_DECISION).where(
        decision.c.ticket_id == ticket_id, decision.c.state == FAILED
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def reopen(connection: sa.Connection, decision_id: str, now: float) -> None:
    """A person asked to try a failed decision again.

    A write whose outcome is unknown is settled first, so its decision goes on; otherwise nothing
    of it is under way, and the message is decided afresh.
    """
    effects = effects_of(connection, decision_id)
    if any(e.state in (SENDING, UNKNOWN) and e.kind != "correction" for e in effects):
        set_state(connection, decision_id, DECIDED)
        drop_planned(connection, decision_id, now)  # a correcting note that came too late to write
        return
    set_state(connection, decision_id, SUPERSEDED)
    drop_open_effects(connection, decision_id, now)


def waiting_corrections(connection: sa.Connection, *, limit: int) -> list[DecisionRow]:
    """Decisions that ended while a correcting note is still to be written."""
    query = (
        sa.select(*_DECISION)
        .join(effect, effect.c.decision_id == decision.c.id)
        .where(
            effect.c.kind == "correction",
            effect.c.state.in_(OPEN_EFFECTS),
            # Those of open decisions are written by the run that settles them.
            decision.c.state == FAILED,
        )
        .limit(limit)
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def tickets_tagged(connection: sa.Connection, tickets: Collection[int], tag: str) -> frozenset[int]:
    """Those of some tickets on which a write of ours sets a tag, or was to set it."""
    query = sa.select(effect.c.ticket_id).where(
        effect.c.ticket_id.in_(tickets),
        effect.c.tags.contains(json.dumps(tag), autoescape=True),
    )
    return frozenset(connection.execute(query.distinct()).scalars())


def known_tickets(connection: sa.Connection, ticket_ids: list[int]) -> frozenset[int]:
    """Which of these tickets have a decision."""
    query = sa.select(decision.c.ticket_id).where(decision.c.ticket_id.in_(ticket_ids))
    return frozenset(connection.execute(query.distinct()).scalars())
