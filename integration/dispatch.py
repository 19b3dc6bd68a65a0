"""Gives stored deliveries their durable tasks.

A request only stores (one insert, one commit); this runs in every worker and enqueues what was
stored, many in one transaction. The mark on the delivery and its task are written together, so a
worker that dies in the midst leaves both undone for the next one. Before the start of an
installation tickets wait for theirs.
"""

import threading
from dataclasses import dataclass

import structlog

from integration.engine import Queue
from integration.starting import waits_for_start
from integration.store import Store, deliveries
from integration.tasks import TRIAGE, triage_key

_BATCH = 50
_LOOK_EVERY_S = 0.05

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Enqueues deliveries."""

    store: Store
    queue: Queue

    def run(self, stopped: threading.Event) -> None:
        """Dispatch until stopped."""
        while not stopped.wait(_LOOK_EVERY_S):
            try:
                while self.dispatch() == _BATCH:
                    pass
            except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
                _log.warning("dispatch.failed", error=type(error).__name__)
                stopped.wait(1.0)

    def dispatch(self) -> int:
        """Enqueue one batch; returns how many there were."""
        with self.store.read() as connection:
            if not deliveries.any_undispatched(connection):
                return 0
            held = waits_for_start(connection)
            if held and not deliveries.any_undispatched(connection, of_people=True):
                return 0
        with self.store.write() as connection:
            rows = deliveries.take_undispatched(connection, limit=_BATCH, of_people=held)
            for row in rows:
                self.queue.put(
                    connection,
                    task=TRIAGE,
                    key=triage_key(row.id, row.round, row.attempts),
                    lane=deliveries.lane_of(row),
                    argument={"delivery": row.id},
                )
        return len(rows)
