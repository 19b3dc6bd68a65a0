"""What happens by the clock: each slot of time is one durable task, once over all workers."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import structlog

from integration.clock import Clock
from integration.engine import Queue
from integration.store import Store
from integration.tasks import CHAT_WATCH, PRUNE, SWEEP

_TICK_S = 1.0
_PRUNE_EVERY_S = 3600
_WATCH_EVERY_S = 20
KEEP_TASKS = timedelta(days=7)

_UNDER_WAY = frozenset({"ENQUEUED", "PENDING", "DELAYED"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Enqueues the slots that are due. Every worker runs one; the keys make it once."""

    store: Store
    queue: Queue
    clock: Clock
    sweep_every_s: int

    def run(self, stopped: threading.Event) -> None:
        """Tick until stopped."""
        done: dict[str, int] = {}
        while not stopped.wait(_TICK_S):
            try:
                self.tick(done)
            except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
                _log.warning("schedule.failed", error=type(error).__name__)

    def tick(self, done: dict[str, int]) -> None:
        """Enqueue what is due. `done` remembers the slots this process has seen."""
        now = self.clock.now().timestamp()
        slots = {SWEEP: self.sweep_every_s, PRUNE: _PRUNE_EVERY_S, CHAT_WATCH: _WATCH_EVERY_S}
        for task, every_s in slots.items():
            slot = int(now // every_s)
            if done.get(task) == slot:
                continue
            first = task not in done
            done[task] = slot
            if first and task == PRUNE:
                continue
            last = f"{task}-{every_s}-{slot - 1}"
            if self.queue.states([last]).get(last) in _UNDER_WAY:
                continue  # a slow one is not overtaken, and slots don't pile up
            with self.store.write() as connection:
                self.queue.put(
                    connection,
                    task=task,
                    key=f"{task}-{every_s}-{slot}",
                    lane=task,
                    argument={"slot": slot},
                )
