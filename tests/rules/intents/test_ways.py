"""Ways of asking: what a message is like, and from which edge on that is proved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rules.intents import ways as module
from rules.intents.ways import Told, Trials, Ways, told

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


def told_by(ways: Ways, message: np.ndarray) -> Told:
    return told(ways.likeness(message), ways.nearest(message))


def test_a_message_is_most_like_the_ways_of_its_question() -> None:
    ways = Ways(spread(8), starts(8))
    for number, middle in enumerate(np.eye(WIDTH, dtype=np.float32)[:3]):
        found = told_by(ways, middle)
        assert found.best == number
        assert found.reach >= found.edge > 0.4


def test_the_number_of_examples_is_that_of_the_question_in_the_middle() -> None:
    ways = Ways(spread(4), np.array([0, 2, 7]))
    assert [ways.examples_of(number) for number in range(3)] == [1, 4, 4]
    assert ways.examples == 4


def test_a_message_unlike_all_ways_has_a_small_lead_and_is_not_reached() -> None:
    ways = Ways(spread(8), starts(8))
    found = told_by(ways, np.eye(WIDTH, dtype=np.float32)[5])
    assert found.edge < 0.1
    assert found.reach < ways.usual_reach


def test_a_trial_alone_says_what_would_be_said_had_it_not_been_learnt() -> None:
    vectors = spread(5)
    trials = Ways(vectors, starts(5)).trials
    for number in range(3):
        for way in range(1, 5):
            row = number * 5 + way
            fresh = without(vectors, 5, range(row, row + 1))
            found = told_by(fresh, vectors[row])
            tried, is_right = trials.known[number * 4 + way - 1]
            assert tried == pytest.approx(found.edge, abs=2e-3)
            assert is_right == (found.best == number)
            assert trials.reached[number * 4 + way - 1] == pytest.approx(found.reach, abs=2e-3)


def test_a_trial_as_a_stranger_says_what_would_be_said_without_the_question() -> None:
    vectors = spread(5, seed=1)
    trials = Ways(vectors, starts(5)).trials
    for number in range(3):
        fresh = without(vectors, 5, range(number * 5, number * 5 + 5))
        for way in range(1, 5):
            vector = vectors[number * 5 + way]
            edge = told_by(fresh, vector).edge
            assert trials.strangers[number * 4 + way - 1] == pytest.approx(edge, abs=2e-3)


def test_of_very_many_ways_some_are_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 12)
    ways = Ways(spread(20), starts(20))
    for number, middle in enumerate(np.eye(WIDTH, dtype=np.float32)[:3]):
        assert told_by(ways, middle).best == number
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
    assert told_by(ways, same[0]).edge == pytest.approx(0.0, abs=1e-3)


def test_a_lone_question_leads_by_all_its_likeness() -> None:
    ways = Ways(spread(4)[:4], np.array([0]))
    assert all(stranger == 0.0 for stranger in ways.trials.strangers)
    assert told(np.array([0.8]), np.array([0.5])) == Told(0, 0.4, 0.4)


def test_the_limit_keeps_the_precision_in_the_trials() -> None:
    ways = Ways(spread(20, noise=0.1), starts(20))
    limit = ways.limit(0.9)
    assert limit is not None
    assert all(stranger < limit for stranger in ways.trials.strangers)
    assert sum(edge >= limit for edge, _ in ways.trials.known) > 20


def trials(edge: float, count: int, stranger: float = 0.0) -> Ways:
    """Ways whose trials had these outcomes."""
    ways = Ways(spread(4), starts(4))
    ways.trials = Trials(((edge, True),) * count, (stranger,) * count, ())
    ways.weight = count
    return ways


@pytest.mark.parametrize(
    ("edge", "count", "expected"),
    [
        pytest.param(0.2, 0, None, id="nothing was tried"),
        pytest.param(0.8, 10, 0.8, id="raised to what the trials need"),
        pytest.param(0.2, 1000, 0.4, id="as many trials as others had: half of the way down"),
        pytest.param(0.2, 3000, 0.3, id="more trials: more of the way"),
    ],
)
def test_trials_move_the_edge_of_others(edge: float, count: int, expected: float | None) -> None:
    assert trials(edge, count).edges(0.9, [0.6]) == [expected and pytest.approx(expected)]


def test_an_edge_that_just_keeps_the_precision_lowers_no_other() -> None:
    outcomes = ((0.5, True),) * 93 + ((0.5, False),) * 7
    ways = trials(0.5, 100)
    ways.trials = Trials(outcomes, (0.0,), ())
    assert ways.limit(0.9) == 0.5
    assert ways.limit(0.95) is None
    assert ways.edges(0.9, [0.6]) == [0.6]


def test_where_no_example_was_tried_nothing_is_too_far() -> None:
    assert Ways(spread(1), starts(1)).usual_reach == 0.0


def test_what_no_other_policy_proved_own_trials_don_t_prove() -> None:
    assert trials(0.2, 5000).edges(0.9, [1.1, 0.6]) == [None, pytest.approx(0.267, abs=0.001)]


def many(questions: int, examples: int, noise: float) -> Ways:
    """Ways of so many questions, each with its title and so many examples near to each other."""
    chance = np.random.default_rng(3)
    middles = np.repeat(np.eye(16)[:questions], examples + 1, axis=0)
    vectors = middles + noise * chance.normal(size=middles.shape)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return Ways(unit.astype(np.float32), np.arange(questions) * (examples + 1))


def test_examples_weigh_as_many_trials_as_they_are() -> None:
    assert many(12, 4, noise=0.3).weight == pytest.approx(12 * 4, abs=2)


def test_copies_of_an_example_weigh_as_one() -> None:
    assert many(12, 30, noise=0.001).weight == pytest.approx(12)


def test_the_trials_of_few_questions_weigh_nothing() -> None:
    assert many(9, 4, noise=0.3).weight == 0.0


def test_one_question_s_examples_don_t_outweigh_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_MOST_OF_ONE", 3)
    assert many(12, 8, noise=0.3).weight == 12 * 3


def test_what_stands_for_many_ways_is_the_mean_of_its_surroundings() -> None:
    near, far = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    beside = np.array([0.8, 0.6], dtype=np.float32)
    # Of these five the first and the last are chosen.
    middles = module._middles(np.stack([near, near, beside, near, far]), 2)
    mean = 3 * near + beside
    assert middles[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-3)
    assert middles[1] == pytest.approx(far, abs=1e-3)


@pytest.mark.parametrize("digit", [-1e-5, 1e-5])
def test_a_last_digit_hardly_moves_what_stands_for_many_ways(digit: float) -> None:
    near, far = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    between = np.array([1.0 + digit, 1.0], dtype=np.float32) / np.float32(2**0.5)
    middles = module._middles(np.stack([near, between, far]), 2)
    halves = np.array([near + between / 2, between / 2 + far])
    assert middles == pytest.approx(halves / np.linalg.norm(halves, axis=1)[:, None], abs=1e-3)


@given(
    arrays(np.float64, 5, elements=st.floats(-2, 2)),
    arrays(np.float64, 5, elements=st.floats(-1, 1)),
)
def test_a_lead_is_from_0_to_1(likeness: np.ndarray, nearest: np.ndarray) -> None:
    found = told(likeness, nearest)
    assert likeness[found.best] == likeness.max()
    assert 0.0 <= found.edge <= 1.0
    assert found.reach >= found.edge
