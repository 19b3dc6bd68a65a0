"""Stored deliveries get their tasks: each one, once, by whichever worker."""

import threading
import time

import pytest

from integration.dispatch import Dispatcher
from integration.engine import Queue
from integration.starting import hold_until_start, let_begin
from integration.store import Store, deliveries
from tests.fakes.helpdesk import FakeClock


def store_some(
    store: Store, count: int, state: str = deliveries.STORED, source: str = deliveries.WEBHOOK
) -> None:
    with store.write() as connection:
        for number in range(count):
            deliveries.insert(
                connection,
                {
                    "key": f"{source}{state}{number}", "source": source, "kind": "trigger",
                    "event_type": None, "ticket_id": number + 1, "body": b"", "body_digest": "0",
                    "received_at": 0.0, "state": state,
                },
            )  # fmt: skip


def test_what_was_stored_gets_its_task_and_nothing_else_does(any_store: Store) -> None:
    store_some(any_store, 3)
    store_some(any_store, 2, deliveries.IGNORED)
    dispatcher = Dispatcher(any_store, Queue(any_store))
    assert dispatcher.dispatch() == 3
    assert dispatcher.dispatch() == 0
    states = dispatcher.queue.states([f"delivery-{n}.0.0" for n in range(1, 6)])
    assert states == {f"delivery-{n}.0.0": "ENQUEUED" for n in (1, 2, 3)}


def test_before_the_start_people_are_served_and_tickets_wait(
    any_store: Store, clock: FakeClock
) -> None:
    hold_until_start(any_store, clock)
    store_some(any_store, 2)
    dispatcher = Dispatcher(any_store, Queue(any_store))
    assert dispatcher.dispatch() == 0
    store_some(any_store, 1, source=deliveries.CONSOLE)
    assert dispatcher.dispatch() == 1
    assert dispatcher.dispatch() == 0
    with any_store.write() as connection:
        let_begin(connection, clock.now().timestamp())
    assert dispatcher.dispatch() == 2


def test_two_dispatchers_give_each_delivery_one_task(any_store: Store) -> None:
    store_some(any_store, 120)
    counts: list[int] = []

    def dispatch_all() -> None:
        dispatcher = Dispatcher(any_store, Queue(any_store))
        while taken := dispatcher.dispatch():
            counts.append(taken)

    threads = [threading.Thread(target=dispatch_all) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 120


def test_a_mark_without_its_task_is_never_written(any_store: Store) -> None:
    store_some(any_store, 1)
    queue = Queue(any_store)
    queue.put = lambda *_args, **_options: (_ for _ in ()).throw(RuntimeError)  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        Dispatcher(any_store, queue).dispatch()
    assert Dispatcher(any_store, Queue(any_store)).dispatch() == 1


def test_it_runs_until_it_is_stopped_and_outlives_a_store_that_is_down(store: Store) -> None:
    dispatcher = Dispatcher(store, Queue(store))
    with store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE delivery RENAME TO elsewhere")
    stopped = threading.Event()
    thread = threading.Thread(target=dispatcher.run, args=(stopped,))
    thread.start()
    time.sleep(0.2)
    with store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO delivery")
    store_some(store, 60)
    deadline = time.monotonic() + 20
    while deliveries_waiting(store) and time.monotonic() < deadline:
        time.sleep(0.05)
    stopped.set()
    thread.join()
    assert not deliveries_waiting(store)


def deliveries_waiting(store: Store) -> bool:
    with store.read() as connection:
        return deliveries.any_undispatched(connection)
