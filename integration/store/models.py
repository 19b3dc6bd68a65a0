"""Recognisers by version: kept for good, so that an old decision can be made again."""

from dataclasses import dataclass

import sqlalchemy as sa

from integration.store import versions
from integration.store.inserts import insert_once
from integration.store.model_tables import model as table

_LATER_S = 0.001


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A kept recogniser. Instants are seconds since the epoch."""

    version: str
    kept_at: float
    promoted_at: float | None


_ROW = (table.c.version, table.c.kept_at, table.c.promoted_at)
_INSERT = insert_once(table, "version")
_NEWEST = table.c.promoted_at.desc(), table.c.version


def promoted(connection: sa.Connection) -> list[ModelRow]:
    """Those that a person promoted, the one that judges now first."""
    query = sa.select(*_ROW).where(table.c.promoted_at.is_not(None)).order_by(*_NEWEST)
    return [ModelRow(*row) for row in connection.execute(query)]


def kept(connection: sa.Connection) -> list[ModelRow]:
    """All of them, the newest first."""
    query = sa.select(*_ROW).order_by(table.c.kept_at.desc(), table.c.version)
    return [ModelRow(*row) for row in connection.execute(query)]


def content_of(connection: sa.Connection, version: str) -> bytes | None:
    """The bytes of a version, or None where it is not kept."""
    query = sa.select(table.c.content).where(table.c.version == version)
    text = connection.execute(query).scalar()
    return None if text is None else str(text).encode("ascii")


def versions_like(connection: sa.Connection, start: str) -> list[str]:
    """The versions that begin so, with or without the name of their digest before them."""
    return versions.versions_like(connection, table, start)


def keep(connection: sa.Connection, version: str, content: bytes, now: float) -> None:
    """Keep a recogniser, unless it is kept already."""
    row = {"version": version, "content": content.decode("ascii"), "kept_at": now}
    connection.execute(_INSERT[connection.dialect.name], row)


def promote(connection: sa.Connection, version: str, now: float) -> None:
    """Make a kept recogniser the one that judges, also where a clock is behind."""
    newest = connection.execute(sa.select(sa.func.max(table.c.promoted_at))).scalar()
    at = now if newest is None else max(now, newest + _LATER_S)
    connection.execute(sa.update(table).where(table.c.version == version).values(promoted_at=at))
