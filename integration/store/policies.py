"""Policy versions: kept for good, so that an old decision can be made again."""

import json

import sqlalchemy as sa

from integration.store.tables import policy_version as table


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
    """Import a version if it is new, and make it the active one."""
    if files_of(connection, version) is None:
        connection.execute(
            sa.insert(table).values(
                version=version, files=json.dumps(files, sort_keys=True), imported_at=now
            )
        )
    connection.execute(sa.update(table).where(table.c.version == version).values(activated_at=now))
