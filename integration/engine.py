"""Durable execution: the only importer of DBOS.

A task is a name and one JSON argument, enqueued in the caller's own transaction, run at least
once, one at a time in its lane. What the engine promises and what it doesn't is written in
docs/adr/0003-durable-engine.md; the guards below answer what it doesn't.
"""

import logging
import sqlite3
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowSerializationFormat

from integration.store import Store, StoreError, StoreUnavailable, schema, tables
from integration.store import workers as worker_rows
from integration.tasks import GRACE_S

# Guard 2: one fixed version for all releases with the same task shapes, so that a new release
# takes over the old one's work. A task whose argument changes its shape gets a new name.
_SCHEMA_OF_TASKS = "1"
_APPLICATION = "deskclerk"
_QUEUE = "tickets"
_BEAT_S = 3.0
_MAX_STARTS = 200

Task = Callable[[dict[str, Any]], None]
_log = structlog.get_logger(__name__)


def check_sqlite(python: tuple[int, ...], sqlite: tuple[int, ...]) -> None:
    """Refuse the one combination in which the engine's schema can't be made (guard 4).

    The engine writes `unixepoch('subsec')` when Python is 3.12 or newer, which SQLite knows only
    from 3.42 on (https://www.sqlite.org/changes.html).
    """
    if python >= (3, 12) and sqlite < (3, 42):
        raise StoreError(
            "this Python comes with an SQLite older than 3.42, which the durable engine can't use;"
            " run Python 3.11, a Python with a newer SQLite, or set DATABASE_URL to PostgreSQL"
        )


def migrate(store: Store) -> None:
    """Create or upgrade the engine's own tables."""
    if store.is_sqlite:
        check_sqlite(sys.version_info[:2], sqlite3.sqlite_version_info)
    _quiet()
    DBOS.migrate(store.url)


def forget_all(connection: sa.Connection) -> None:
    """Drop the engine's own tables within the caller's transaction; `migrate` makes them anew.

    Whatever was queued is forgotten, so its keys may be used again.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("DROP SCHEMA IF EXISTS dbos CASCADE"))
        return
    ours = {*tables.metadata.tables, schema.VERSION_TABLE}
    for name in sa.inspect(connection).get_table_names():
        if name not in ours:
            connection.execute(sa.text(f'DROP TABLE "{name}"'))


class Queue:
    """The enqueueing side: web processes, command line, and tasks that enqueue tasks."""

    def __init__(self, store: Store) -> None:
        _quiet()
        # Guard 6: a database that is down must surface as an error, so that the helpdesk hears 503.
        self._client = DBOSClient(
            system_database_engine=store.engine,
            application_name=_APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )

    def put(
        self,
        connection: sa.Connection,
        *,
        task: str,
        key: str,
        lane: str,
        argument: Mapping[str, Any],
        delay_s: float = 0.0,
    ) -> None:
        """Enqueue within the caller's transaction; the same key again is the same task."""
        options: EnqueueOptions = {
            "workflow_name": task,
            "queue_name": _QUEUE,
            "workflow_id": key,
            "queue_partition_key": lane,
            "app_version": _SCHEMA_OF_TASKS,
            # Guard 3: JSON, never pickle.
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(connection, options, dict(argument))

    def declare(self, concurrency: int, poll_s: float) -> None:
        """Write the queue's settings: one task at a time in a lane, several lanes at once."""
        self._client.register_queue(
            _QUEUE,
            worker_concurrency=concurrency,
            partition_concurrency=1,
            polling_interval_sec=poll_s,
        )

    def states(self, keys: list[str]) -> dict[str, str]:
        """What became of tasks: SUCCESS, ERROR, PENDING …; unknown keys are left out."""
        if not keys:
            return {}
        found = self._client.list_workflows(workflow_ids=keys, load_input=False, load_output=False)
        return {status.workflow_id: str(status.status) for status in found}

    def prune(self, before: datetime, *, limit: int = 500) -> int:
        """Delete finished tasks older than `before` (guard 7); returns how many.

        De-duplication does not depend on them: the deliveries' keys stay for good.
        """
        old = self._client.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        if old:
            self._client.delete_workflows([status.workflow_id for status in old])
        return len(old)


class Engine:
    """The executing side: one per worker process."""

    def __init__(
        self,
        store: Store,
        tasks: Mapping[str, Task],
        *,
        concurrency: int,
        poll_s: float = 0.1,
        on_takeover: Callable[[str], None] = lambda _key: None,
    ) -> None:
        # Guard 1: an id of its own for each boot; a dead one's work is taken over by the reaper.
        self.executor_id = f"w-{uuid.uuid4().hex[:16]}"
        self._store = store
        self._tasks = tasks
        self._concurrency = concurrency
        self._poll_s = poll_s
        self._on_takeover = on_takeover
        self._quiet_beats = 0
        self._stop = threading.Event()
        self._stopping = threading.Event()
        self._beat_thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to take work. Returns when the engine is up."""
        _quiet()
        self._beat()
        config: DBOSConfig = {
            "name": _APPLICATION,
            **self._database(),
            "application_version": _SCHEMA_OF_TASKS,
            "executor_id": self.executor_id,
            "run_migrations": False,
            "log_level": "ERROR",
        }
        DBOS(config=config)
        for name, task in self._tasks.items():
            DBOS.workflow(name=name, max_recovery_attempts=_MAX_STARTS)(_runner(name, task))
        # Guard 5: the queue's settings are written before anything can be taken.
        Queue(self._store).declare(self._concurrency, self._poll_s)
        DBOS.launch()
        _quiet()  # it has set up handlers of its own meanwhile
        self._beat_thread.start()

    def _database(self) -> DBOSConfig:
        # On SQLite the engine writes through our connections, which take turns.
        if self._store.is_sqlite:
            return {"system_database_engine": self._store.engine}
        return {
            "system_database_url": self._store.url,
            "sys_db_pool_size": self._concurrency + 8,
        }

    def stop(self, *, grace_s: int = GRACE_S) -> None:
        """Finish what runs (at most `grace_s` seconds), then stop.

        The heart beats until the end: others must not take over what is being finished.
        """
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=grace_s)
        self._stop.set()
        self._beat_thread.join(timeout=_BEAT_S)
        with self._store.write() as connection:
            worker_rows.forget(connection, self.executor_id)

    def _beat_on(self) -> None:
        while not self._stop.wait(_BEAT_S):
            try:
                if self._beat() and not self._stopping.is_set():  # who leaves takes nothing over
                    self._reap()
            except StoreUnavailable:
                _log.warning("engine.no_heartbeat", executor=self.executor_id)
            except Exception as error:  # noqa: BLE001 - the heartbeat must outlive any fault
                _log.error("engine.heartbeat_failed", error=type(error).__name__)

    def _beat(self) -> bool:
        """Say that we live; false while others may not have had the time to say so.

        After an outage of the database everybody looks dead; who beats first must not take over
        what the others still run.
        """
        with self._store.write() as connection:
            gap_s = worker_rows.beat(connection, self.executor_id)
        if gap_s is None or gap_s > worker_rows.DEAD_AFTER_S / 2:
            self._quiet_beats = int(worker_rows.DEAD_AFTER_S / _BEAT_S)
        elif self._quiet_beats:
            self._quiet_beats -= 1
        return not self._quiet_beats

    def _reap(self) -> None:
        """Re-queue what dead workers left half-done. Only the oldest live worker does it."""
        with self._store.read() as connection:
            live = worker_rows.live(connection, within_s=worker_rows.DEAD_AFTER_S)
        if not live or live[0] != self.executor_id:
            return
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for status in pending:
            if status.executor_id not in live:
                self._on_takeover(status.workflow_id)
                DBOS.resume_workflow(status.workflow_id, queue_name=_QUEUE)
                _log.info("engine.taken_over", task=status.workflow_id, dead=status.executor_id)
        with self._store.write() as connection:
            worker_rows.forget_dead(connection, before_s=100 * worker_rows.DEAD_AFTER_S)


class TaskFailed(Exception):  # noqa: N818 - named by what happened
    """All that the engine's tables may learn of a failed task: the kind of its error."""


def _runner(name: str, task: Task) -> Task:
    def run(argument: dict[str, Any]) -> None:
        try:
            task(argument)
        except Exception as error:  # noqa: BLE001 - its text may quote a customer
            failure = type(error).__name__
        else:
            return
        _log.error("task.failed", task=name, error=failure)
        raise TaskFailed(failure)

    run.__name__ = run.__qualname__ = name
    return run


def _quiet() -> None:
    """The engine's own log goes the way of all libraries' logs: names only."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.ERROR)
    logger.handlers.clear()
    logger.propagate = True
