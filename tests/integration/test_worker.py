"""The worker's own duties beside tickets: introducing itself, sweeping, pruning, slots of time."""

import threading
from typing import Any

import pytest

from connectors.errors import AskPerson, RetryLater
from integration.engine import Queue
from integration.schedule import Schedule
from integration.store import Store, StoreUnavailable, facts
from integration.worker import count_takeover, introduce, keep_introduced, prune, sweep
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import OWN_USER, FakeClock, FakeHelpdesk


def slots(store: Store, *keys: str) -> list[str]:
    return sorted(Queue(store).states(list(keys)))


def test_who_we_are_is_written_down(store: Store, clock: FakeClock, helpdesk: FakeHelpdesk) -> None:
    introduce(store, helpdesk, clock)
    with store.read() as connection:
        assert facts.get(connection, facts.OWN_USER) == OWN_USER
        assert facts.get(connection, facts.TOKEN) == "2026-11-23T09:00:00.300000Z"


def test_a_helpdesk_that_can_t_be_reached_is_asked_again(
    store: Store, clock: FakeClock, helpdesk: FakeHelpdesk
) -> None:
    asked: list[int] = []
    stopped = threading.Event()

    def refuse() -> int:
        asked.append(1)
        stopped.set()
        raise AskPerson("403")

    helpdesk.own_user_id = refuse  # type: ignore[method-assign]
    keep_introduced(store, helpdesk, clock, stopped)
    assert asked == [1]


def test_a_sweep_that_can_t_read_the_feed_is_no_fault(desk: Desk) -> None:
    def busy(**_options: Any) -> Any:
        raise RetryLater("busy", after_s=1)

    desk.helpdesk.read_changes = busy  # type: ignore[method-assign]
    sweep(desk.reconciler)


def test_pruning_an_empty_queue_is_no_fault(store: Store, clock: FakeClock) -> None:
    prune(Queue(store), clock)


def test_each_slot_of_time_is_one_task_over_all_workers(store: Store, clock: FakeClock) -> None:
    workers = [Schedule(store, Queue(store), clock, 300) for _ in range(2)]
    seen: list[dict[str, int]] = [{}, {}]
    for schedule, done in zip(workers, seen, strict=True):
        schedule.tick(done)
        schedule.tick(done)
    slot = int(clock.now().timestamp() // 300)
    keys = [f"sweep-300-{slot}", f"sweep-300-{slot + 1}"]
    assert slots(store, *keys) == keys[:1]


def test_a_slot_is_left_out_while_the_last_one_is_under_way(store: Store, clock: FakeClock) -> None:
    schedule, done = Schedule(store, Queue(store), clock, 300), {}
    schedule.tick(done)
    clock.pass_time(300)
    schedule.tick(done)
    slot = int(clock.now().timestamp() // 300)
    assert slots(store, f"sweep-300-{slot}") == []
    clock.pass_time(300)
    schedule.tick(done)
    assert slots(store, f"sweep-300-{slot + 1}") == [f"sweep-300-{slot + 1}"]


def test_a_worker_s_death_is_counted_on_what_it_ran(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    for _ in range(5):
        count_takeover(desk.store, f"delivery-{delivery}.0.0")
    count_takeover(desk.store, "sweep-300-1")
    desk.run(delivery)
    assert desk.state(delivery) == "failed"
    assert "5 workers died" in desk.rows("delivery")[0]["error"]


def test_pruning_waits_for_its_first_full_hour(store: Store, clock: FakeClock) -> None:
    schedule, done = Schedule(store, Queue(store), clock, 300), {}
    schedule.tick(done)
    slot = int(clock.now().timestamp() // 3600)
    assert slots(store, f"prune-3600-{slot}") == []
    clock.pass_time(3600)
    schedule.tick(done)
    assert slots(store, f"prune-3600-{slot + 1}") == [f"prune-3600-{slot + 1}"]


def test_a_store_that_is_down_does_not_end_the_schedule(store: Store, clock: FakeClock) -> None:
    schedule = Schedule(store, Queue(store), clock, 300)
    stopped = threading.Event()

    class Once(Schedule):
        def tick(self, done: dict[str, int]) -> None:
            del done
            stopped.set()
            raise StoreUnavailable("down")

    Once(schedule.store, schedule.queue, schedule.clock, 300).run(stopped)
    assert stopped.is_set()


@pytest.mark.parametrize("kind", ["interrupted", "help"])
def test_an_interruption_and_a_cry_for_help_are_no_faults(kind: str) -> None:
    import click

    from integration.complaints import complaint

    if kind == "interrupted":
        assert complaint(click.exceptions.Abort()) == (["error: interrupted"], 1)
    else:
        context = click.Context(click.Group("deskclerk"))
        assert complaint(click.exceptions.NoArgsIsHelpError(context))[1] == 2
