"""All rows of an installation: read as they are at one moment, and put in place of others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from integration.store import schema
from integration.store.store import Store
from integration.store.tables import ledger, metadata

_BATCH = 100  # rows: one may hold a megabyte


def kept_tables() -> list[sa.Table]:
    """The tables whose rows are worth keeping, in a fixed order."""
    return [table for table in metadata.sorted_tables if not table.info.get("fleeting")]


@contextmanager
def moment(store: Store) -> Iterator[sa.Connection]:
    """A connection to which nothing changes any more; nobody is kept from writing."""
    with store.read() as connection:
        if store.is_sqlite:
            # A transaction that only reads. After BEGIN it would take the writers' turn.
            connection.exec_driver_sql("SAVEPOINT moment")
        else:
            connection.execute(
                sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            )
        yield connection


def rows_of(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[Any]]:
    """Every row of a table in the order of its key. Memory stays flat."""
    query = sa.select(table).order_by(*table.primary_key.columns)
    yield from connection.execution_options(yield_per=_BATCH).execute(query)


@contextmanager
def alone(store: Store) -> Iterator[sa.Connection]:
    """One transaction for everything, during which nobody else writes: all of it or nothing."""
    with store.write() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            names = ", ".join(metadata.tables)
            connection.execute(sa.text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
        yield connection


def rebuild(connection: sa.Connection, revision: str) -> None:
    """Make all tables anew, without a row, as a schema had them."""
    for name in (*metadata.tables, schema.VERSION_TABLE):
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
    schema.upgrade(connection, to=revision)
    # The first schema writes a row.
    connection.execute(sa.text("DELETE FROM ledger_head"))


def table_as_it_is(connection: sa.Connection, name: str) -> sa.Table | None:
    """A table with the columns that the database has; None if it is none of ours."""
    if name not in {table.name for table in kept_tables()}:
        return None
    try:
        return sa.Table(name, sa.MetaData(), autoload_with=connection)
    except sa.exc.NoSuchTableError:
        return None


def put_rows(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows as they are."""
    connection.execute(sa.insert(table), rows)


def count_on(connection: sa.Connection) -> None:
    """Let new rows be numbered after those that were put there. SQLite does it by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in kept_tables():
        column = table.autoincrement_column
        if column is not None:
            last = sa.select(sa.func.max(column)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            # Of no row at all the number is null, which leaves the sequence where it is.
            connection.execute(sa.select(sa.func.setval(sequence, last)))


def first_entry(connection: sa.Connection) -> str | None:
    """The digest of the ledger's first entry, by which an installation is known."""
    found: str | None = connection.execute(
        sa.select(ledger.c.digest).where(ledger.c.seq == 1)
    ).scalar()
    return found


def is_empty(connection: sa.Connection) -> bool:
    """Whether nothing was ever recorded or accepted here."""
    return all(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is None
        for table in kept_tables()
        if table.name not in {"fact", "ledger_head"}
    )
