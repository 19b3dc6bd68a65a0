"""One-time values, by their digests. What somebody reads in the database opens nothing."""

import sqlalchemy as sa

from integration.store.tables import nonce


def keep(connection: sa.Connection, digest: str, purpose: str, *, until: float) -> None:
    """Keep a value that may be used once, up to an instant in seconds since the epoch."""
    connection.execute(sa.insert(nonce).values(digest=digest, purpose=purpose, expires_at=until))


def use(connection: sa.Connection, digest: str, purpose: str, *, now: float) -> bool:
    """Use a value up; True once, for its purpose and in time. One statement: one of many wins."""
    used = connection.execute(
        sa.delete(nonce).where(
            nonce.c.digest == digest, nonce.c.purpose == purpose, nonce.c.expires_at > now
        )
    )
    return used.rowcount == 1


def open_count(connection: sa.Connection, purpose: str, *, now: float) -> int:
    """How many values of a purpose could still be used."""
    query = sa.select(sa.func.count()).where(nonce.c.purpose == purpose, nonce.c.expires_at > now)
    return int(connection.execute(query).scalar_one())


def prune(connection: sa.Connection, *, now: float) -> None:
    """Forget what is over."""
    connection.execute(sa.delete(nonce).where(nonce.c.expires_at <= now))
