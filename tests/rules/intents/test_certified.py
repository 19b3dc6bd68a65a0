"""What so many right answers prove, against bounds known from elsewhere."""

import pytest

from rules.intents.certified import (
    limit_among_strangers,
    limit_for,
    lower_bound,
    proves,
    refutes,
    still_needed,
)


@pytest.mark.parametrize(
    ("good", "total", "bound"),
    [
        (0, 0, 0.0),
        (0, 5, 0.0),
        (1, 1, 0.1),
        (76, 76, 0.1 ** (1 / 76)),
        # The beta quantile of 0.1 with 49 and 2: the definition of Clopper and Pearson's bound.
        (49, 50, 0.9244),
        (9500, 10000, 0.9471),
    ],
)
def test_the_bound_is_the_exact_one(good: int, total: int, bound: float) -> None:
    assert lower_bound(good, total) == pytest.approx(bound, abs=1e-4)


def test_right_answers_alone_prove_a_precision_when_there_are_enough_of_them() -> None:
    assert not proves(75, 75, 0.97)
    assert proves(76, 76, 0.97)
    assert not proves(0, 0, 0.5)
    assert not proves(5000, 5000, 1.0)


def test_a_wrong_answer_among_few_refutes_a_high_precision() -> None:
    assert refutes(0, 1, 0.98)
    assert refutes(4, 5, 0.98)
    assert not refutes(5, 6, 0.98)
    assert not refutes(5, 5, 1.0)
    assert refutes(4, 5, 1.0)
    assert not refutes(0, 0, 0.98)


def test_it_is_known_how_many_more_would_prove_it() -> None:
    assert still_needed(0, 0, 0.98) == 114
    assert still_needed(114, 114, 0.98) == 0
    assert proves(40 + 88, 41 + 88, 0.97)
    assert still_needed(40, 41, 0.97) == 88
    assert still_needed(0, 0, 1.0) is None


def test_how_many_more_is_known_at_once_where_it_takes_millions() -> None:
    assert still_needed(0, 0, 1.0 - 1e-8) == pytest.approx(230_258_508, abs=5)
    for good, total, precision in ((0, 1, 0.5), (3, 9, 0.7), (10, 12, 0.9), (1, 1, 0.05)):
        needed = still_needed(good, total, precision)
        assert needed is not None
        assert proves(good + needed, total + needed, precision)
        assert not needed or not proves(good + needed - 1, total + needed - 1, precision)


def test_the_lowest_certainty_that_is_proved_is_the_limit() -> None:
    sure = [(0.9, True)] * 30
    assert limit_for([*sure, (0.5, False), *[(0.4, True)] * 10], 0.9) == 0.4
    assert limit_for([*sure, *[(0.5, False)] * 9], 0.9) == 0.9


def test_equal_certainties_are_answered_together_or_not_at_all() -> None:
    assert limit_for([*[(0.9, True)] * 30, *[(0.9, False)] * 9], 0.9) is None


def test_what_is_answered_whatever_the_limit_counts_above_every_certainty() -> None:
    assert limit_for([(0.9, True)] * 10, 0.9, [True] * 20) == 0.9
    assert limit_for([(0.9, True)] * 30, 0.9, [False] * 20) is None
    assert limit_for([(0.9, False)] * 10, 0.9, [True] * 30) is None
    assert limit_for([], 0.9, [True] * 30) is None


def test_too_few_trials_prove_nothing() -> None:
    assert limit_for([], 0.9) is None
    assert limit_for([(0.9, True)] * 5, 0.9) is None


KNOWN = [(0.9, True)] * 60 + [(0.6, True)] * 40


def test_among_strangers_the_limit_is_the_lowest_that_keeps_the_precision() -> None:
    assert limit_among_strangers(KNOWN, [0.1] * 2000, 0.97, is_proof=True) == 0.6
    assert limit_among_strangers(KNOWN, [0.7] * 100 + [0.1] * 1900, 0.97, is_proof=True) == 0.9


def test_among_too_few_strangers_nothing_is_proved() -> None:
    assert limit_among_strangers(KNOWN, [0.1] * 100, 0.97, is_proof=True) is None
    assert limit_among_strangers(KNOWN, [], 0.5, is_proof=True) is None
    assert limit_among_strangers([], [0.1] * 2000, 0.5, is_proof=True) is None


def test_wrong_answers_count_beside_strangers() -> None:
    known = [*KNOWN, *[(0.7, False)] * 20]
    assert limit_among_strangers(known, [0.1] * 2000, 0.97, is_proof=True) == 0.9


def test_strangers_above_every_right_answer_forbid_a_limit() -> None:
    assert limit_among_strangers(KNOWN, [0.95] * 2000, 0.9, is_proof=True) is None


def test_a_limit_may_be_found_below_one_that_fails() -> None:
    known = [(0.9, True), (0.8, False), *[(0.7, True)] * 98]
    assert limit_among_strangers(known, [0.1] * 3000, 0.95, is_proof=True) == 0.7


def test_without_a_proof_strangers_pass_as_often_as_they_did() -> None:
    assert limit_among_strangers(KNOWN, [0.1] * 100, 0.97, is_proof=False) == 0.6
    assert limit_among_strangers(KNOWN, [0.7] * 2 + [0.1] * 98, 0.97, is_proof=False) == 0.9
    assert limit_among_strangers(KNOWN, [], 0.97, is_proof=False) == 0.6
