"""The durable engine in this process: real tasks on a real store."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from integration.clock import SystemClock
from integration.engine import Engine, Queue, Task, check_sqlite
from integration.store import Store, StoreError, tables, workers


@pytest.fixture
def tasks() -> dict[str, Task]:
    return {}


@pytest.fixture
def engine(any_store: Store, tasks: dict[str, Task]) -> Iterator[Engine]:
    made = Engine(any_store, tasks, concurrency=4, poll_s=0.02)
    yield made
    made.stop(grace_s=1)


def put(store: Store, key: str, *, lane: str = "1", **options: Any) -> None:
    with store.write() as connection:
        Queue(store).put(
            connection, task="work", key=key, lane=lane, argument={"key": key}, **options
        )


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it never came to pass")
        time.sleep(0.01)


def test_a_task_runs_once_however_often_it_is_put(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    ran: list[str] = []
    tasks["work"] = lambda argument: ran.append(argument["key"])
    engine.start()
    for _ in range(3):
        put(any_store, "a")
    put(any_store, "b", lane="2")
    wait_for(lambda: sorted(ran) == ["a", "b"])
    put(any_store, "a")
    put(any_store, "c", lane="3")
    wait_for(lambda: "c" in ran)
    assert sorted(ran) == ["a", "b", "c"]


def test_tasks_of_one_lane_never_run_at_the_same_time(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    running, most, done = [0], [0], []
    lock = threading.Lock()

    def work(argument: dict[str, Any]) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
            done.append(argument["key"])

    tasks["work"] = work
    engine.start()
    for number in range(5):
        put(any_store, f"k{number}")
    wait_for(lambda: len(done) == 5)
    assert most == [1]


def test_a_rolled_back_task_never_runs(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    ran: list[str] = []
    tasks["work"] = lambda argument: ran.append(argument["key"])
    engine.start()

    def put_and_break() -> None:
        with any_store.write() as connection:
            Queue(any_store).put(
                connection, task="work", key="lost", lane="1", argument={"key": "lost"}
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_break()
    put(any_store, "kept")
    wait_for(lambda: ran == ["kept"])


def test_a_delayed_task_waits(any_store: Store, engine: Engine, tasks: dict[str, Task]) -> None:
    ran: list[float] = []
    tasks["work"] = lambda _: ran.append(time.time())
    engine.start()
    before = time.time()
    put(any_store, "later", delay_s=0.5)
    wait_for(lambda: len(ran) == 1)
    assert ran[0] - before >= 0.499  # the engine counts whole milliseconds


def test_a_delayed_task_does_not_hold_its_lane(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    ran: list[str] = []
    tasks["work"] = lambda argument: ran.append(argument["key"])
    engine.start()
    put(any_store, "tomorrow", delay_s=86_400.0)
    put(any_store, "now")
    wait_for(lambda: ran == ["now"])


def test_what_a_dead_worker_left_is_taken_over(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    ran: list[str] = []
    tasks["work"] = lambda argument: ran.append(argument["key"])
    put(any_store, "orphan")
    # As a worker leaves it that took the task and died: pending, and its owner without heartbeat.
    prefix = "" if any_store.is_sqlite else "dbos."
    with any_store.write() as connection:
        connection.execute(
            sa.text(
                f"UPDATE {prefix}workflow_status SET status = 'PENDING', executor_id = 'w-dead' "  # noqa: S608 - a constant
                "WHERE workflow_uuid = 'orphan'"
            )
        )
    engine.start()
    wait_for(lambda: ran == ["orphan"])


def test_a_task_that_fails_leaves_no_words_in_the_engine_s_tables(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    def work(_argument: dict[str, Any]) -> None:
        raise ValueError("CANARY")

    tasks["work"] = work
    engine.start()
    put(any_store, "a")
    wait_for(lambda: Queue(any_store).states(["a"]) == {"a": "ERROR"})
    with any_store.read() as connection:
        inspector = sa.inspect(connection)
        schema = None if any_store.is_sqlite else "dbos"
        for name in inspector.get_table_names(schema=schema):
            table = sa.Table(name, sa.MetaData(), autoload_with=connection, schema=schema)
            for row in connection.execute(sa.select(table)):
                assert "CANARY" not in repr(tuple(row)), name


def test_who_beats_first_after_an_outage_takes_nothing_over(any_store: Store) -> None:
    engine = Engine(any_store, {}, concurrency=1)
    assert engine._beat() is False  # just born: others may not have beaten yet
    for _ in range(10):
        settled = engine._beat()
    assert settled is True
    with any_store.write() as connection:
        connection.exec_driver_sql("UPDATE worker SET seen_at = seen_at - 60")
    assert engine._beat() is False


def test_finished_tasks_are_pruned(
    any_store: Store, engine: Engine, tasks: dict[str, Task]
) -> None:
    tasks["work"] = lambda _argument: None
    engine.start()
    put(any_store, "a")
    queue = Queue(any_store)
    wait_for(lambda: queue.states(["a"]) == {"a": "SUCCESS"})
    assert queue.prune(SystemClock().now() - timedelta(hours=1)) == 0
    assert queue.prune(SystemClock().now() + timedelta(hours=1)) == 1
    assert queue.states(["a"]) == {}
    assert queue.states([]) == {}


def test_a_worker_that_stops_in_order_is_forgotten(
    any_store: Store, tasks: dict[str, Task]
) -> None:
    engine = Engine(any_store, tasks, concurrency=1)
    engine.start()
    with any_store.read() as connection:
        assert workers.live(connection, within_s=60) == [engine.executor_id]
    engine.stop(grace_s=1)
    with any_store.read() as connection:
        assert connection.execute(sa.select(tables.worker)).all() == []


def test_an_sqlite_too_old_for_a_new_python_is_refused_with_advice() -> None:
    with pytest.raises(StoreError, match="PostgreSQL"):
        check_sqlite((3, 12), (3, 40, 1))
    check_sqlite((3, 11), (3, 40, 1))
    check_sqlite((3, 12), (3, 42, 0))
