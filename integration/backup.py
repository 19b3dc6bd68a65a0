"""A whole installation as one file, and back: also from SQLite to PostgreSQL and the other way.

The engine's own tables are left out: what was under way is taken up again from the inbox. Stored
secrets stay as they are, sealed: they open with the SECRET_KEY that sealed them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, BinaryIO

import sqlalchemy as sa

from integration import engine, ledger
from integration.backup_file import BackupError, Header, Reader, Section, Writer
from integration.brake import Brake, read_brake, set_brake
from integration.clock import iso
from integration.store import Store, contents, deliveries, facts, schema, workers

_BATCH = 200  # rows a statement
_MISFIT = "does not fit what its first line says"


class RestoreRefused(Exception):  # noqa: N818 - named by what happened
    """The backup is not put into this database. The message says why and what to do."""


class Place(Enum):
    """Into what a backup would be restored."""

    EMPTY = "empty"
    SAME = "the same installation"


@dataclass(frozen=True, slots=True)
class Look:
    """What the database holds; the ledger entries that the backup does not know would be lost."""

    place: Place
    entries: int


@dataclass(frozen=True, slots=True)
class Done:
    """How many rows were written, and whether the ledger among them verifies."""

    rows: int
    verdict: ledger.Verdict


def make_backup(store: Store, sink: BinaryIO, now: datetime) -> Done:
    """Write everything as it is at one moment, while the service goes on. Raises OSError."""
    writer = Writer(sink)
    with contents.moment(store) as connection:
        entries, head = ledger.end_of(connection)
        verdict = ledger.verify(ledger.entries_in(connection), head=head)
        first = contents.first_entry(connection)
        writer.begin(Header(iso(now), schema.present(), entries, first, head))
        for table in contents.kept_tables():
            octets = [c.name for c in table.columns if isinstance(c.type, sa.LargeBinary)]
            writer.section(Section(table.name, tuple(table.columns.keys()), tuple(octets)))
            for row in contents.rows_of(connection, table):
                writer.row(row)
    return Done(writer.finish(), verdict)


def look(connection: sa.Connection, header: Header) -> Look:
    """Whether a backup may be restored here. Raises RestoreRefused."""
    if not schema.is_known(header.schema):
        raise RestoreRefused(
            f"the backup has the schema {header.schema}, which this release does not know: "
            "install the release that made it, or a later one"
        )
    if workers.live(connection, within_s=workers.DEAD_AFTER_S):
        raise RestoreRefused(
            f"a worker runs, or ran {workers.DEAD_AFTER_S:.0f} seconds ago: "
            "stop the service first, web and workers"
        )
    if contents.is_empty(connection):
        return Look(Place.EMPTY, 0)
    first = contents.first_entry(connection)
    if first is None or first != header.first:
        raise RestoreRefused(
            "the database holds another installation: restore into an empty database, before "
            "the service has started there (set DATABASE_URL to it), or into the one that the "
            "backup was made of"
        )
    return Look(Place.SAME, ledger.end_of(connection)[0])


def restore_backup(store: Store, reader: Reader, place: Place, now: datetime) -> Done:
    """Put a backup in place of what the database holds: all of it, or nothing is changed.

    A backup of an earlier schema is brought to the present one. A brake that is pulled here stays
    pulled, and a set-up code that was used here stays dead. Raises RestoreRefused, and BackupError
    where the file can't be used.
    """
    header = reader.header
    with contents.alone(store) as connection:
        if look(connection, header).place is not place:
            raise RestoreRefused("the database has changed meanwhile: look again")
        brake, dead = read_brake(connection), facts.get(connection, facts.SETUP_CODE_DEAD)
        contents.rebuild(connection, header.schema)
        engine.forget_all(connection)
        rows = _load(connection, reader)
        schema.upgrade(connection)
        contents.count_on(connection)
        deliveries.forget_tasks(connection)
        verdict = ledger.verify(ledger.entries_in(connection), head=_end(connection, header))
        _pull(connection, brake, now)
        if dead is not None:
            facts.put(connection, facts.SETUP_CODE_DEAD, dead, now.timestamp())
        body = {"made_at": header.made_at, "entries": header.entries, "head": header.head}
        ledger.append(connection, iso(now), [ledger.Entry("restored", body)])
    return Done(rows, verdict)


def _end(connection: sa.Connection, header: Header) -> str:
    try:
        entries, head = ledger.end_of(connection)
    except sa.exc.NoResultFound:
        raise BackupError(_MISFIT) from None
    if (entries, head) != (header.entries, header.head):
        raise BackupError(_MISFIT)
    return head


def _pull(connection: sa.Connection, brake: Brake, now: datetime) -> None:
    """Off is off: what was stopped here is stopped, whatever the backup says."""
    standing = read_brake(connection)
    if brake.everything and not standing.everything:
        set_brake(connection, now, "restore", pulled=True)
    for answer in sorted({*brake.answers} - {*standing.answers}):
        set_brake(connection, now, "restore", pulled=True, answer=answer)


def _load(connection: sa.Connection, reader: Reader) -> int:
    """Insert what the file holds; returns how many rows. Raises BackupError."""
    count = 0
    table: sa.Table | None = None
    names: tuple[str, ...] = ()
    waiting: list[dict[str, Any]] = []
    for line in reader.lines():
        if isinstance(line, Section):
            _put(connection, table, waiting)
            table, names = _table_of(connection, line), line.columns
        else:
            waiting.append(dict(zip(names, line, strict=True)))
            count += 1
            if len(waiting) == _BATCH:
                _put(connection, table, waiting)
    _put(connection, table, waiting)
    return count


def _table_of(connection: sa.Connection, section: Section) -> sa.Table:
    table = contents.table_as_it_is(connection, section.table)
    if table is None or set(table.columns.keys()) != set(section.columns):
        raise BackupError(_MISFIT)
    return table


def _put(connection: sa.Connection, table: sa.Table | None, waiting: list[dict[str, Any]]) -> None:
    if table is None or not waiting:
        return
    try:
        contents.put_rows(connection, table, waiting)
    except sa.exc.OperationalError:
        raise  # the database's, not the file's
    except (sa.exc.StatementError, OverflowError, ValueError, TypeError):
        # Not chained: a driver's message may quote what was to be stored.
        raise BackupError("holds rows that the database refuses") from None
    waiting.clear()
