"""What the brakes count: replies that went out or may have, and writes to one ticket."""

from dataclasses import dataclass

import sqlalchemy as sa

from integration.store.decisions import (
    CAME_TO_NOTHING,
    COUNTED,
    DONE,
    SENDING,
    SUPERSEDED,
    UNKNOWN,
)
from integration.store.tables import act, decision, effect

_p = sa.bindparam


def _replies(*more: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(effect)
        .where(
            effect.c.public,
            sa.or_(effect.c.state.in_(COUNTED), effect.c.audit_id.is_not(None)),
            *more,
        )
        .scalar_subquery()
    )


# What people send is no automatic reply: it uses up no fuse.
_AUTOMATIC = ~sa.exists().where(act.c.id == effect.c.decision_id)


def _cleared_at() -> sa.ScalarSelect[float]:
    """Until when people had seen what they cleared; a clearance that failed has lifted nothing."""
    lifted = decision.alias("lifted")
    query = sa.select(sa.func.max(lifted.c.watched_from)).join(act, act.c.id == lifted.c.id)
    return query.where(
        act.c.ticket_id == _p("ticket"),
        act.c.kind == "clear",
        lifted.c.state.not_in(CAME_TO_NOTHING),
    ).scalar_subquery()


def _guard(*more: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(
        decision.c.ticket_id == _p("ticket"),
        decision.c.guarded,
        decision.c.state != SUPERSEDED,
        # What a person has cleared holds no more; what is seen after that does.
        decision.c.decided_at > sa.func.coalesce(_cleared_at(), 0.0),
        *more,
    )


_HISTORY = sa.select(
    _replies(effect.c.ticket_id == _p("ticket"), effect.c.planned_at >= _p("since")),
    _replies(effect.c.requester_id == _p("requester"), effect.c.planned_at >= _p("since")),
    _replies(effect.c.planned_at >= _p("hour"), _AUTOMATIC),
    _guard(),
    _cleared_at(),
)
_WRITES = (
    sa.select(sa.func.count())
    .select_from(effect)
    .where(
        effect.c.ticket_id == _p("ticket"),
        effect.c.planned_at >= _p("since"),
        effect.c.state.in_([SENDING, UNKNOWN, DONE]),
    )
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was done before, as far as the brakes need it."""

    replies_on_ticket: int
    replies_to_requester: int
    replies_last_hour: int
    guarded: bool  # an earlier decision saw what only a person may clear: it stays so until then
    cleared_at: float | None  # until when a person had seen what they cleared, since the epoch


def count_before(
    connection: sa.Connection,
    *,
    ticket_id: int,
    requester_id: int | None,
    since: float,
    hour_ago: float,
) -> Counts:
    """Count public replies, planned or sent, and look for a guard on the ticket.

    Those of people bar the next automatic one on a ticket, too, but use up nothing of the hour's.
    """
    values = {
        "ticket": ticket_id,
        "requester": -1 if requester_id is None else requester_id,
        "since": since,
        "hour": hour_ago,
    }
    on_ticket, to_requester, last_hour, guarded, cleared = connection.execute(
        _HISTORY, values
    ).one()
    return Counts(on_ticket, to_requester, last_hour, bool(guarded), cleared)


_GUARDED_SINCE = sa.select(_guard(decision.c.decided_at > _p("seen")))


def is_guarded_since(connection: sa.Connection, ticket_id: int, at: float) -> bool:
    """Whether something holds a ticket that was seen after an instant."""
    return bool(connection.execute(_GUARDED_SINCE, {"ticket": ticket_id, "seen": at}).scalar())


def replies_since(connection: sa.Connection, since: float) -> int:
    """Automatic public replies of the whole installation, planned or sent since an instant."""
    query = sa.select(_replies(effect.c.planned_at >= since, _AUTOMATIC))
    return int(connection.execute(query).scalar_one())


def count_writes(connection: sa.Connection, ticket_id: int, *, since: float) -> int:
    """Writes to a ticket planned since an instant that were sent or may have been."""
    return int(connection.execute(_WRITES, {"ticket": ticket_id, "since": since}).scalar_one())
