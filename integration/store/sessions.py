"""Who is signed in to the console. What somebody reads in the database opens nothing."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from integration.store.console_tables import session


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session. Instants are seconds since the epoch."""

    digest: str = field(repr=False)
    user_id: int | None
    name: str
    role: str
    created_at: float
    seen_at: float
    checked_at: float
    expires_at: float


_ROW = [session.c[name] for name in SessionRow.__slots__]


def begin(connection: sa.Connection, row: SessionRow) -> None:
    """Somebody is signed in from now on."""
    values = {name: getattr(row, name) for name in SessionRow.__slots__}
    connection.execute(sa.insert(session).values(**values))


def get(connection: sa.Connection, digest: str) -> SessionRow | None:
    """A session by the digest of its id."""
    row = connection.execute(sa.select(*_ROW).where(session.c.digest == digest)).first()
    return None if row is None else SessionRow(*row)


def listed(connection: sa.Connection, *, now: float) -> list[SessionRow]:
    """All sessions that are not over, the one seen last first."""
    query = (
        sa.select(*_ROW)
        .where(session.c.expires_at > now)
        .order_by(session.c.seen_at.desc(), session.c.digest)
    )
    return [SessionRow(*row) for row in connection.execute(query)]


def change(connection: sa.Connection, digest: str, **values: object) -> None:
    """Set when a session was seen or checked, or the name and role it now has."""
    connection.execute(sa.update(session).where(session.c.digest == digest).values(**values))


def end(connection: sa.Connection, digest: str) -> bool:
    """Sign out; false if that was done already."""
    return connection.execute(sa.delete(session).where(session.c.digest == digest)).rowcount == 1


def end_all_of(connection: sa.Connection, user_id: int | None) -> int:
    """Sign somebody out everywhere (None: whoever came in by set-up code); how many there were."""
    whose = session.c.user_id.is_(None) if user_id is None else session.c.user_id == user_id
    return connection.execute(sa.delete(session).where(whose)).rowcount


def prune(connection: sa.Connection, *, now: float) -> None:
    """Forget what is over."""
    connection.execute(sa.delete(session).where(session.c.expires_at <= now))
