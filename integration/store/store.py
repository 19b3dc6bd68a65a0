"""One database, two dialects: SQLite (WAL) on one machine, PostgreSQL beyond."""

import fcntl
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from integration.store import schema, tables
from integration.store.turns import turn_connection

_BUSY_TIMEOUT_MS = 10_000
_TRY_AGAIN_S = 0.1


class StoreError(Exception):
    """The database can't be used as configured. The message says what to do."""


class StoreUnavailable(StoreError):  # noqa: N818 - named by what to say to the sender
    """The database does not answer now; nothing was stored."""


def normal_url(url: str) -> str:
    """The URL as SQLAlchemy wants it: Heroku still writes postgres://, psycopg 3 needs its name.

    Source: https://help.heroku.com/ZKNTJQSK (postgres:// is gone from SQLAlchemy 1.4 on).
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


class StoreBusy(StoreError):  # noqa: N818 - named by what happens
    """Another process does what only one may do at a time."""


class Store:
    """Connections and transactions. Queries stand beside it, named, one file a subject."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = normal_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 5, "pool_timeout": 20}
        if self.is_sqlite:
            turns = turn_connection(self._turn_file())
            options |= {"connect_args": {"factory": turns}}
        else:
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
        # hide_parameters: what is stored must not reach a log by way of an error's text.
        self.engine = sa.create_engine(self.url, hide_parameters=True, **options)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _open_sqlite)

    def _turn_file(self) -> Path:
        path = sa.make_url(self.url).database
        if not path or path == ":memory:":
            raise StoreError(
                "DATABASE_URL names an SQLite database in memory; give it a file, so that "
                "nothing is lost: sqlite:////path/to/deskclerk.db"
            )
        file = Path(path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the folder of the SQLite file can't be made ({error.strerror}); "
                "set DESKCLERK_HOME or DATABASE_URL to a place that can be written"
            ) from error
        return file.with_name(file.name + ".turn")

    def migrate(self) -> None:
        """Create or upgrade our tables, one process at a time."""
        if not self.is_sqlite:
            schema.migrate(self.engine)
            return
        # Not the turn file: the migration's own connections take that one.
        with self._turn_file().with_suffix(".migrate").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            schema.migrate(self.engine)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A write transaction: commits at the end, rolls back on any exception.

        Raises StoreUnavailable when the database can't take it.
        """
        with self.answering(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for reading. Raises StoreUnavailable when there is none."""
        with self.answering(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Turn a database that does not answer into StoreUnavailable."""
        try:
            yield
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError, sa.exc.DataError, StoreError):
            raise  # faults of ours, not of the database
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
            # Not chained: a driver's message may quote what was to be stored.
            raise StoreUnavailable(
                "the database does not answer now: nothing was changed; see that it runs and that "
                f"DATABASE_URL names it ({type(error).__name__})"
            ) from None

    @contextmanager
    def alone(self, what: str, *, wait_s: float) -> Iterator[None]:
        """Do something that one process at a time may do, over all machines.

        Raises StoreBusy when another does it for longer than `wait_s`. When a process dies, the
        kernel or the server lets the next one in.
        """
        until = time.monotonic() + wait_s
        with self._lock_of(what) as try_it:
            while not try_it():
                if time.monotonic() >= until:
                    raise StoreBusy(f"somebody else does this now ({what}): try again in a minute")
                time.sleep(_TRY_AGAIN_S)
            yield

    @contextmanager
    def _lock_of(self, what: str) -> Iterator[Callable[[], bool]]:
        """What tries to take the lock; at the end it is free again."""
        if self.is_sqlite:
            with self._turn_file().with_suffix(f".{what}").open("ab") as file:
                yield lambda: _try_file(file.fileno())
            return
        # https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
        pair = {"ours": schema.ADVISORY_LOCK, "what": zlib.crc32(what.encode()) >> 1}
        with self.answering(), self.engine.connect() as connection:
            held = connection.execution_options(isolation_level="AUTOCOMMIT")

            def try_it() -> bool:
                query = sa.text("SELECT pg_try_advisory_lock(:ours, :what)")
                return bool(held.execute(query, pair).scalar_one())

            try:
                yield try_it
            finally:
                held.execute(sa.text("SELECT pg_advisory_unlock(:ours, :what)"), pair)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _try_file(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # IMMEDIATE: the write lock is taken at the first change, not in the midst of a transaction,
    # where SQLite could only refuse.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


_LOCK_HEAD = (
    sa.update(tables.ledger_head)
    .where(tables.ledger_head.c.id == 1)
    .values(seq=tables.ledger_head.c.seq)
)


def lock_head(connection: sa.Connection) -> None:
    """Wait for the turn to append: from here to the commit no other writer appends.

    A no-op update takes SQLite's write lock and PostgreSQL's row lock alike.
    """
    connection.execute(_LOCK_HEAD)
