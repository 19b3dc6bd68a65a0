"""Which workers live, by the database's clock: those of the machines may differ."""

import sqlalchemy as sa

from integration.store.tables import worker

LIVE_WITHIN_S = 60.0  # what people are told of as living
DEAD_AFTER_S = 15.0  # what has not been heard of for so long works no more: others take over


def now(connection: sa.Connection) -> float:
    """The database's clock, seconds since the epoch. On SQLite it is this machine's."""
    expression = (
        "(julianday('now') - 2440587.5) * 86400.0"
        if connection.dialect.name == "sqlite"
        else "extract(epoch from clock_timestamp())"
    )
    return float(connection.execute(sa.text(f"SELECT {expression}")).scalar_one())


def beat(connection: sa.Connection, executor_id: str) -> float | None:
    """Say that this worker lives; returns how long ago it said so before, or None at first."""
    at = now(connection)
    before = connection.execute(
        sa.select(worker.c.seen_at).where(worker.c.executor_id == executor_id)
    ).scalar()
    if before is None:
        connection.execute(
            sa.insert(worker).values(executor_id=executor_id, started_at=at, seen_at=at)
        )
        return None
    connection.execute(
        sa.update(worker).where(worker.c.executor_id == executor_id).values(seen_at=at)
    )
    return at - float(before)


def live(connection: sa.Connection, *, within_s: float = LIVE_WITHIN_S) -> list[str]:
    """The workers seen within the last seconds, the oldest first."""
    query = (
        sa.select(worker.c.executor_id)
        .where(worker.c.seen_at >= now(connection) - within_s)
        .order_by(worker.c.started_at, worker.c.executor_id)
    )
    return list(connection.execute(query).scalars())


def forget(connection: sa.Connection, executor_id: str) -> None:
    """A worker that stopped in order."""
    connection.execute(sa.delete(worker).where(worker.c.executor_id == executor_id))


def forget_dead(connection: sa.Connection, *, before_s: float) -> None:
    """Rows of workers that died long ago."""
    connection.execute(sa.delete(worker).where(worker.c.seen_at < now(connection) - before_s))
