"""Settings that are kept encrypted. Only `integration.stored_settings` can open them."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from integration.store.tables import secret as table


@dataclass(frozen=True, slots=True)
class Secret:
    """One setting. `at` is when it was stored, in seconds since the epoch."""

    name: str
    sealed: str = field(repr=False)
    at: float


_ALL = sa.select(table.c.name, table.c.sealed, table.c.at).order_by(table.c.name)


def put(connection: sa.Connection, row: Secret) -> None:
    """Keep a setting in place of what was kept of it. The caller holds the ledger's turn."""
    forget(connection, row.name)
    connection.execute(sa.insert(table).values(name=row.name, sealed=row.sealed, at=row.at))


def listed(connection: sa.Connection) -> list[Secret]:
    """All settings that are kept, by name."""
    return [Secret(*row) for row in connection.execute(_ALL)]


def get(connection: sa.Connection, name: str) -> Secret | None:
    """A setting, or None."""
    found = connection.execute(_ALL.where(table.c.name == name)).first()
    return None if found is None else Secret(*found)


def replace_sealed(connection: sa.Connection, name: str, *, old: str, new: str) -> bool:
    """Store another form of a setting, unless it was stored afresh meanwhile."""
    done = connection.execute(
        sa.update(table).where(table.c.name == name, table.c.sealed == old).values(sealed=new)
    )
    return done.rowcount == 1


def forget(connection: sa.Connection, name: str) -> bool:
    """Forget a setting; False if it was not kept."""
    return connection.execute(sa.delete(table).where(table.c.name == name)).rowcount == 1
