"""How much time is left, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.due import countdown, next_change

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=5, hours=7), "in 5 days"),
        (timedelta(hours=48), "in 2 days"),
        (timedelta(hours=47, minutes=59), "in 47 h"),
        (timedelta(hours=3), "in 3 h"),
        (timedelta(hours=2, minutes=59), "in 2 h 45 min"),
        (timedelta(hours=1), "in 1 h"),
        (timedelta(minutes=59), "in 45 min"),
        (timedelta(minutes=15), "in 15 min"),
        (timedelta(minutes=14), "in less than 15 min"),
        (timedelta(0), "overdue"),
        (timedelta(minutes=-14), "overdue"),
        (timedelta(minutes=-30), "overdue by 30 min"),
        (timedelta(hours=-5), "overdue by 5 h"),
        (timedelta(days=-3), "overdue by 3 days"),
    ],
)
def test_the_time_left_is_told_in_whole_steps(left: timedelta, words: str) -> None:
    assert countdown(NOW + left, NOW) == words


@given(st.integers(1, 100_000), st.integers(0, 15 * 60 - 1))
def test_the_words_change_at_whole_steps_alone(steps: int, more_s: int) -> None:
    edge = NOW + steps * timedelta(minutes=15)
    assert countdown(edge + timedelta(seconds=more_s), NOW) == countdown(edge, NOW)


@given(st.timedeltas(timedelta(days=-3000), timedelta(days=3000)))
def test_any_span_has_words(left: timedelta) -> None:
    assert countdown(NOW + left, NOW).startswith(("in ", "overdue"))


@given(st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_the_next_change_is_when_the_words_change(left: timedelta) -> None:
    due = NOW + left
    change = next_change(due, NOW)
    assert change > NOW
    assert countdown(due, change) != countdown(due, NOW)
    assert countdown(due, max(NOW, change - timedelta(microseconds=1))) == countdown(due, NOW)
