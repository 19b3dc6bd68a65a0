"""Ways of asking: what a message is like, and from which edge on that is proved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rules.intents import ways as module
from rules.intents.ways import Ways, edge_of

WIDTH = 6


def spread(count: int, seed: int = 0, noise: float = 0.4) -> np.ndarray:
    """Vectors of length one in three bundles, `count` in each."""
    chance = np.random.default_rng(seed)
    middles = np.repeat(np.eye(WIDTH)[:3], count, axis=0)
    vectors = middles + noise * chance.normal(size=middles.shape)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def starts(count: int) -> np.ndarray:
    return np.arange(3) * count


def without(vectors: np.ndarray, count: int, left_out: range) -> Ways:
    """Ways learnt without some of the vectors."""
    kept = [row for row in range(len(vectors)) if row not in left_out]
    owners = [row // count for row in kept]
    return Ways(vectors[kept], np.searchsorted(owners, sorted(set(owners))))


def test_a_message_is_most_like_the_ways_of_its_question() -> None:
    ways = Ways(spread(8), starts(8))
    for number, middle in enumerate(np.eye(WIDTH, dtype=np.float32)[:3]):
        best, edge = edge_of(ways.likeness(middle), ways.nearest(middle))
        assert best == number
        assert edge > 0.4


def test_the_number_of_examples_is_that_of_the_question_in_the_middle() -> None:
    ways = Ways(spread(4), np.array([0, 2, 7]))
    assert [ways.examples_of(number) for number in range(3)] == [1, 4, 4]
    assert ways.examples == 4


def test_a_message_unlike_all_ways_has_a_small_lead() -> None:
    ways = Ways(spread(8), starts(8))
    _, edge = edge_of(
        *(of(np.eye(WIDTH, dtype=np.float32)[5]) for of in (ways.likeness, ways.nearest))
    )
    assert edge < 0.1


def test_a_trial_alone_says_what_would_be_said_had_it_not_been_learnt() -> None:
    vectors = spread(5)
    trials = Ways(vectors, starts(5)).trials
    for number in range(3):
        for way in range(1, 5):
            row = number * 5 + way
            fresh = without(vectors, 5, range(row, row + 1))
            best, edge = edge_of(fresh.likeness(vectors[row]), fresh.nearest(vectors[row]))
            tried, is_right = trials.known[number * 4 + way - 1]
            assert tried == pytest.approx(edge, abs=2e-3)
            assert is_right == (best == number)


def test_a_trial_as_a_stranger_says_what_would_be_said_without_the_question() -> None:
    vectors = spread(5, seed=1)
    trials = Ways(vectors, starts(5)).trials
    for number in range(3):
        fresh = without(vectors, 5, range(number * 5, number * 5 + 5))
        for way in range(1, 5):
            vector = vectors[number * 5 + way]
            _, edge = edge_of(fresh.likeness(vector), fresh.nearest(vector))
            assert trials.strangers[number * 4 + way - 1] == pytest.approx(edge, abs=2e-3)


def test_of_very_many_ways_some_are_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 12)
    ways = Ways(spread(20), starts(20))
    for number, middle in enumerate(np.eye(WIDTH, dtype=np.float32)[:3]):
        assert edge_of(ways.likeness(middle), ways.nearest(middle))[0] == number
    assert len(ways.trials.known) == len(ways.trials.strangers) == 57


def test_trials_in_small_blocks_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Ways(spread(5), starts(5)).trials
    monkeypatch.setattr(module, "_BLOCK", 4)
    cut = Ways(spread(5), starts(5)).trials
    assert [right for _, right in cut.known] == [right for _, right in whole.known]
    for some, others in (
        ([edge for edge, _ in cut.known], [edge for edge, _ in whole.known]),
        (cut.strangers, whole.strangers),
    ):
        assert some == pytest.approx(others, abs=2e-4)


def test_of_very_many_questions_the_likeliest_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LIKELIEST", 2)
    ways = Ways(spread(8), starts(8))
    message = np.eye(WIDTH, dtype=np.float32)[2]
    all_of_them = ways.nearest(message)
    some = ways.nearest(message, np.array([0.1, 0.9, 0.8]))
    assert some == pytest.approx([-1.0, *all_of_them[1:]])
    assert ways.nearest(message, all_of_them).argmax() == 2


def test_repeated_ways_are_no_error() -> None:
    same = np.repeat(np.eye(WIDTH, dtype=np.float32)[:1], 6, axis=0)
    ways = Ways(same, np.array([0, 3]))
    assert edge_of(ways.likeness(same[0]), ways.nearest(same[0]))[1] == pytest.approx(0.0, abs=1e-3)


def test_a_lone_question_leads_by_all_its_likeness() -> None:
    ways = Ways(spread(4)[:4], np.array([0]))
    assert all(stranger == 0.0 for stranger in ways.trials.strangers)
    assert edge_of(np.array([0.8]), np.array([0.5])) == (0, 0.4)


def test_the_limit_keeps_the_precision_in_the_trials() -> None:
    ways = Ways(spread(20, noise=0.1), starts(20))
    limit = ways.limit(0.9)
    assert limit is not None
    assert all(stranger < limit for stranger in ways.trials.strangers)
    assert sum(edge >= limit for edge, _ in ways.trials.known) > 20


@given(
    arrays(np.float64, 5, elements=st.floats(-2, 2)),
    arrays(np.float64, 5, elements=st.floats(-1, 1)),
)
def test_a_lead_is_from_0_to_1(likeness: np.ndarray, nearest: np.ndarray) -> None:
    best, edge = edge_of(likeness, nearest)
    assert likeness[best] == likeness.max()
    assert 0.0 <= edge <= 1.0
