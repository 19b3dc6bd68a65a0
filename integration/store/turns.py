"""SQLite connections that take turns at writing.

SQLite's own busy handler sleeps and tries again, so a waiting writer can starve, and one that
sleeps while others finish wastes the disk. A lock on a side file is a queue instead, and the
kernel frees it when a process dies. Every connection of ours and of the durable engine takes it
before its first change and gives it back at the end of the transaction.
"""

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import Any

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "BEGIN", "CREATE", "ALTER", "DROP")


class _TurnCursor(sqlite3.Cursor):
    """Takes the turn before a statement that writes."""

    connection: "_TurnConnection"

    def execute(self, sql: str, *parameters: Any) -> "_TurnCursor":
        with _Turn(self.connection, sql):
            super().execute(sql, *parameters)
        return self

    def executemany(self, sql: str, *parameters: Any) -> "_TurnCursor":
        with _Turn(self.connection, sql):
            super().executemany(sql, *parameters)
        return self


class _TurnConnection(sqlite3.Connection):
    """See the module."""

    turn_file: Path
    _turn: int | None = None

    def cursor(self, *_arguments: Any, **_options: Any) -> _TurnCursor:  # type: ignore[override]
        return super().cursor(_TurnCursor)

    def take_turn(self) -> None:
        """Wait for the turn, unless it is ours already."""
        if self._turn is None:
            handle = os.open(self.turn_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
            except BaseException:
                os.close(handle)
                raise
            self._turn = handle

    def give_turn(self) -> None:
        """Let the next one write; closing the file frees its lock."""
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._give_when_ended()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._give_when_ended()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.give_turn()

    def _give_when_ended(self) -> None:
        if not self.in_transaction:
            self.give_turn()


class _Turn:
    """Holds the turn during a statement, and on if that began a transaction."""

    def __init__(self, connection: _TurnConnection, sql: str) -> None:
        self._connection = connection
        self._writes = sql.lstrip()[:8].upper().startswith(_WRITES)

    def __enter__(self) -> None:
        if self._writes:
            self._connection.take_turn()

    def __exit__(self, *_failure: object) -> None:
        if self._writes and not self._connection.in_transaction:
            self._connection.give_turn()


def turn_connection(turn_file: Path) -> type[sqlite3.Connection]:
    """A connection class whose writers take turns through a file."""
    return type("TurnConnection", (_TurnConnection,), {"turn_file": turn_file})
