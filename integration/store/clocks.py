"""Legal clocks that run, and how far people were reminded of them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.tables import clock, decision

RUNNING, STOPPED = "running", "stopped"
SHARES = (50, 90, 100)  # per cent of a clock at which people are reminded


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock."""

    decision_id: str
    position: int
    ticket_id: int
    pack: str
    name: str
    started_at: float
    due_at: float
    state: str
    reminded: int
    next_at: float | None


_ROW = [clock.c[name] for name in ClockRow.__slots__]


def start(connection: sa.Connection, rows: list[ClockRow]) -> None:
    """These clocks run from now on."""
    values: list[dict[str, Any]] = [
        {name: getattr(row, name) for name in ClockRow.__slots__} for row in rows
    ]
    if values:
        connection.execute(sa.insert(clock), values)


def get(connection: sa.Connection, decision_id: str, position: int) -> ClockRow | None:
    """One clock."""
    query = sa.select(*_ROW).where(clock.c.decision_id == decision_id, clock.c.position == position)
    row = connection.execute(query).first()
    return None if row is None else ClockRow(*row)


def running(connection: sa.Connection, ticket_id: int) -> list[ClockRow]:
    """The clocks of a ticket that run, what is due first before the others."""
    query = (
        sa.select(*_ROW)
        .where(clock.c.ticket_id == ticket_id, clock.c.state == RUNNING)
        .order_by(clock.c.due_at, clock.c.decision_id, clock.c.position)
    )
    return [ClockRow(*row) for row in connection.execute(query)]


def first_dues(connection: sa.Connection, *, limit: int) -> dict[int, float]:
    """By ticket: when the first of its clocks that run is over; the earliest tickets."""
    first = sa.func.min(clock.c.due_at)
    query = (
        sa.select(clock.c.ticket_id, first)
        .where(clock.c.state == RUNNING)
        .group_by(clock.c.ticket_id)
        .order_by(first)
        .limit(limit)
    )
    return dict(connection.execute(query).all())


def stop(connection: sa.Connection, ticket_id: int) -> bool:
    """Stop every clock of a ticket that is finished; true if one ran.

    When its next reminder would be is kept: the ticket may be opened again.
    """
    stopped = connection.execute(
        sa.update(clock)
        .where(clock.c.ticket_id == ticket_id, clock.c.state == RUNNING)
        .values(state=STOPPED)
    )
    return stopped.rowcount > 0


def stop_void(connection: sa.Connection, ticket_id: int, cleared_at: float) -> None:
    """Stop the clocks of decisions that a person cleared, or that were made anew."""
    connection.execute(
        sa.update(clock)
        .where(
            clock.c.ticket_id == ticket_id,
            clock.c.state == RUNNING,
            clock.c.decision_id.in_(_void(ticket_id, cleared_at)),
        )
        .values(state=STOPPED, next_at=None)
    )


def kept(connection: sa.Connection, ticket_id: int, cleared_at: float) -> list[ClockRow]:
    """The clocks that run, or would if the ticket were not finished; what is due first first."""
    query = (
        sa.select(*_ROW)
        .where(
            clock.c.ticket_id == ticket_id,
            sa.or_(
                clock.c.state == RUNNING,
                clock.c.decision_id.not_in(_void(ticket_id, cleared_at)),
            ),
        )
        .order_by(clock.c.due_at, clock.c.decision_id, clock.c.position)
    )
    return [ClockRow(*row) for row in connection.execute(query)]


def resume(connection: sa.Connection, ticket_id: int, cleared_at: float) -> bool:
    """The ticket is open again: what it being finished had stopped runs on, from its own start.

    True if anything did.
    """
    rows = kept(connection, ticket_id, cleared_at)
    standing = [row for row in rows if row.state == RUNNING]
    resumed = False
    for row in rows:
        if row.state == RUNNING or any(covers(each, row) for each in standing):
            continue
        standing.append(row)
        resumed = True
        # Releases before this one kept no reminder of a clock that was stopped.
        next_at = next_share(row) if row.next_at is None else row.next_at
        _change(connection, row, state=RUNNING, next_at=next_at)
    return resumed


def covers(one: ClockRow, other: ClockRow) -> bool:
    """Whether a clock stands for another about the same: it is due first, or both at once.

    One that was over before the other began is of an earlier matter: it covers nothing.
    """
    about_the_same = (one.pack, one.name) == (other.pack, other.name)
    return about_the_same and (
        one.due_at == other.due_at or other.started_at < one.due_at < other.due_at
    )


def next_share(row: ClockRow) -> float | None:
    """When people are to be reminded of the next share of a clock; None if of none any more."""
    span = row.due_at - row.started_at
    return next((row.started_at + span * s / 100 for s in SHARES if s > row.reminded), None)


def carry(connection: sa.Connection, ticket_id: int, stays: int, cleared_at: float) -> None:
    """A ticket was merged: what runs on it runs on with the one that stays, from its own start.

    `cleared_at` is of the one that stays. What stands for the same there stays instead.
    """
    there = kept(connection, stays, cleared_at)
    for row in running(connection, ticket_id):
        if not any(covers(each, row) for each in there):
            _change(connection, row, ticket_id=stays)


def _change(connection: sa.Connection, row: ClockRow, **values: Any) -> None:
    connection.execute(
        sa.update(clock)
        .where(clock.c.decision_id == row.decision_id, clock.c.position == row.position)
        .values(**values)
    )


def _void(ticket_id: int, cleared_at: float) -> sa.Select[tuple[str]]:
    return sa.select(decision.c.id).where(
        decision.c.ticket_id == ticket_id,
        sa.or_(decision.c.decided_at <= cleared_at, decision.c.state == "superseded"),
    )


def due(connection: sa.Connection, now: float, *, limit: int) -> list[ClockRow]:
    """The clocks whose next reminder is due, the latest first to be due before the others."""
    query = (
        sa.select(*_ROW)
        .where(clock.c.state == RUNNING, clock.c.next_at <= now)
        .order_by(clock.c.due_at, clock.c.decision_id, clock.c.position)
        .limit(limit)
    )
    return [ClockRow(*row) for row in connection.execute(query)]


def overdue(connection: sa.Connection, now: float) -> int:
    """How many clocks ran out and were not stopped."""
    query = sa.select(sa.func.count()).where(clock.c.state == RUNNING, clock.c.due_at < now)
    return int(connection.execute(query).scalar_one())


def advance(connection: sa.Connection, row: ClockRow, reminded: int, next_at: float | None) -> bool:
    """People are reminded of a share: true for one caller only."""
    moved = connection.execute(
        sa.update(clock)
        .where(
            clock.c.decision_id == row.decision_id,
            clock.c.position == row.position,
            clock.c.ticket_id == row.ticket_id,
            clock.c.state == RUNNING,
            clock.c.reminded == row.reminded,
        )
        .values(reminded=reminded, next_at=next_at)
    )
    return moved.rowcount == 1
