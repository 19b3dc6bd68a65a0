"""Which workers live."""

import sqlalchemy as sa

from integration.store.tables import worker


def beat(connection: sa.Connection, executor_id: str, now: float) -> None:
    """Say that this worker lives."""
    updated = connection.execute(
        sa.update(worker).where(worker.c.executor_id == executor_id).values(seen_at=now)
    )
    if updated.rowcount == 0:
        connection.execute(
            sa.insert(worker).values(executor_id=executor_id, started_at=now, seen_at=now)
        )


def live(connection: sa.Connection, *, since: float) -> list[str]:
    """The workers seen since an instant, the oldest first."""
    query = (
        sa.select(worker.c.executor_id)
        .where(worker.c.seen_at >= since)
        .order_by(worker.c.started_at, worker.c.executor_id)
    )
    return list(connection.execute(query).scalars())


def forget(connection: sa.Connection, executor_id: str) -> None:
    """A worker that stopped in order."""
    connection.execute(sa.delete(worker).where(worker.c.executor_id == executor_id))


def forget_dead(connection: sa.Connection, *, before: float) -> None:
    """Rows of workers that died long ago."""
    connection.execute(sa.delete(worker).where(worker.c.seen_at < before))
