"""The shared budget of calls."""

import pytest

from connectors.errors import RetryLater
from integration.limiter import Limiter
from integration.store import Store
from tests.fakes.helpdesk import FakeClock


def test_without_a_known_limit_calls_go_through(store: Store, clock: FakeClock) -> None:
    limiter = Limiter(store, clock)
    for _ in range(1000):
        limiter.take()
    assert clock.slept == []


def test_two_processes_share_one_budget(any_store: Store, clock: FakeClock) -> None:
    clock.pass_time(-(clock.now().timestamp() % 60))  # the beginning of a minute
    one, other = Limiter(any_store, clock), Limiter(any_store, clock)
    taken = 0
    for limiter in (one, other):
        limiter.limit_seen(100)
    with pytest.raises(RetryLater):  # noqa: PT012 - counts how many went through
        while True:
            one.take()
            taken += 1
    with pytest.raises(RetryLater):
        other.take()
    assert taken == 90


def test_a_new_minute_brings_a_new_budget(store: Store, clock: FakeClock) -> None:
    limiter = Limiter(store, clock)
    limiter.limit_seen(1)
    limiter.take()
    with pytest.raises(RetryLater) as caught:
        limiter.take()
    clock.pass_time(caught.value.after_s)
    limiter.take()


def test_a_refusal_holds_back_every_process(store: Store, clock: FakeClock) -> None:
    one, other = Limiter(store, clock), Limiter(store, clock)
    one.refused(30.0)
    with pytest.raises(RetryLater) as caught:
        other.take()
    assert caught.value.after_s == pytest.approx(30.0)


def test_a_short_refusal_is_waited_out(store: Store, clock: FakeClock) -> None:
    limiter = Limiter(store, clock)
    limiter.refused(0.3)
    limiter.take()
    assert sum(clock.slept) == pytest.approx(0.3)


def test_a_shorter_refusal_does_not_lift_a_longer_one(store: Store, clock: FakeClock) -> None:
    limiter = Limiter(store, clock)
    limiter.refused(30.0)
    limiter.refused(1.0)
    with pytest.raises(RetryLater):
        limiter.take()


def test_a_block_that_a_wrong_clock_put_far_ahead_holds_nobody(
    store: Store, clock: FakeClock
) -> None:
    clock.pass_time(86_400)
    Limiter(store, clock).refused(5.0)
    clock.pass_time(-86_400)
    limiter = Limiter(store, clock)
    limiter.take()
    limiter.refused(20.0)
    with pytest.raises(RetryLater):
        Limiter(store, clock).take()
