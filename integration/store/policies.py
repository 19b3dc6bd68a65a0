"""Policy versions: kept for good, so that an old decision can be made again."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from integration.store import versions
from integration.store.tables import policy_version as table

_LATER_S = 0.001


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A kept policy. Instants are seconds since the epoch; `activated_at` is the last time."""

    version: str
    imported_at: float
    activated_at: float


def kept(connection: sa.Connection) -> list[PolicyRow]:
    """All versions, the one that judges now first."""
    query = (
        sa.select(table.c.version, table.c.imported_at, table.c.activated_at)
        .where(table.c.activated_at.is_not(None))
        .order_by(table.c.activated_at.desc())
    )
    return [PolicyRow(*row) for row in connection.execute(query)]


def versions_like(connection: sa.Connection, start: str) -> list[str]:
    """The versions that begin so, with or without the name of their digest before them."""
    return versions.versions_like(connection, table, start)


def active_version(connection: sa.Connection) -> str | None:
    """The version that judges now."""
    query = (
        sa.select(table.c.version)
        .where(table.c.activated_at.is_not(None))
        .order_by(table.c.activated_at.desc())
    )
    found: str | None = connection.execute(query.limit(1)).scalar()
    return found


def last_activated_at(connection: sa.Connection) -> float | None:
    """When the version that judges now became active, in seconds since the epoch."""
    found: float | None = connection.execute(sa.select(sa.func.max(table.c.activated_at))).scalar()
    return found


def active_files(connection: sa.Connection) -> dict[str, str] | None:
    """The files of the active version: name -> text."""
    version = active_version(connection)
    if version is None:
        return None
    return files_of(connection, version)


def files_of(connection: sa.Connection, version: str) -> dict[str, str] | None:
    """The files of a version, or None when it was never imported."""
    text = connection.execute(sa.select(table.c.files).where(table.c.version == version)).scalar()
    return None if text is None else dict(json.loads(text))


def activate(connection: sa.Connection, version: str, files: dict[str, str], now: float) -> None:
    """Import a version if it is new, and make it the active one, also where a clock is behind."""
    if files_of(connection, version) is None:
        connection.execute(
            sa.insert(table).values(
                version=version, files=json.dumps(files, sort_keys=True), imported_at=now
            )
        )
    newest = connection.execute(sa.select(sa.func.max(table.c.activated_at))).scalar()
    at = now if newest is None else max(now, newest + _LATER_S)
    connection.execute(sa.update(table).where(table.c.version == version).values(activated_at=at))
