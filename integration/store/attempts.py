"""Attempts, counted in buckets, so that whoever tries too often is slowed down."""

import sqlalchemy as sa

from integration.store.console_tables import attempt


def count(connection: sa.Connection, bucket: str, *, since: float) -> int:
    """How many attempts a bucket has had since an instant, in seconds since the epoch."""
    query = sa.select(sa.func.count()).where(attempt.c.bucket == bucket, attempt.c.at > since)
    return int(connection.execute(query).scalar_one())


def add(connection: sa.Connection, bucket: str, *, now: float) -> None:
    """One more."""
    connection.execute(sa.insert(attempt).values(bucket=bucket, at=now))


def prune(connection: sa.Connection, *, before: float) -> None:
    """Forget what no limit counts any more."""
    connection.execute(sa.delete(attempt).where(attempt.c.at < before))
