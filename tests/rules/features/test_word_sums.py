"""Sums over words, pairs of words and runs of letters."""

import math
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.features.word_sums import (
    PLACES,
    SHRINK,
    WordSums,
    place_of_pair,
    places_of_text,
    places_of_word,
    shaped,
    word_sums_from,
    word_sums_to,
)

HEADS = ("any", "legal", "anger")


def fitted(seed: int = 1) -> WordSums:
    """Weights as a fit might have given them."""
    random = np.random.default_rng(seed)
    return WordSums(
        HEADS,
        random.integers(-127, 128, size=(PLACES, len(HEADS)), dtype=np.int8),
        np.array([0.01, 0.02, 0.5]),
        np.array([-1.0, 0.0, 2.5]),
    )


FITTED = fitted()


def place(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) % PLACES


def features(words: Sequence[str]) -> list[str]:
    """Every feature of a text, one after the other."""
    read = ["".join("0" if char in "123456789" else char for char in word) for word in words]
    found = [f"p {before} {word}" for before, word in pairwise(read)]
    for word in read:
        found.append(f"w {word}")
        bounded = f"<{word[:24]}>"
        found += [
            f"g {bounded[start : start + size]}"
            for size in (3, 4, 5)
            for start in range(len(bounded))
            if start + size <= len(bounded)
        ]
    return found


def summed(words: Sequence[str]) -> list[float]:
    """The logits, one weight after the other."""
    places = [place(feature) for feature in features(words)]
    return [
        sum(int(FITTED.weights[each, head]) for each in places)
        * float(FITTED.scales[head])
        / math.sqrt(len(places) + SHRINK)
        + float(FITTED.biases[head])
        for head in range(len(HEADS))
    ]


def test_a_word_counts_itself_and_its_runs_of_letters() -> None:
    assert places_of_word("sue") == [
        place(feature) for feature in ("w sue", "g <su", "g sue", "g ue>", "g <sue", "g sue>",
                                       "g <sue>")
    ]  # fmt: skip
    assert places_of_word("") == [place("w ")]


def test_runs_of_letters_are_taken_from_the_beginning_of_a_long_word() -> None:
    assert len(places_of_word("a" * 24)) == len(places_of_word("a" * 1000))


def test_two_words_in_a_row_are_counted_together() -> None:
    assert place_of_pair("my", "lawyer") == place("p my lawyer")
    assert place_of_pair("my", "lawyer") != place_of_pair("lawyer", "my")


def test_all_digits_are_alike() -> None:
    assert shaped(["ab12", "2026", "x"]) == ["ab00", "0000", "x"]
    assert np.array_equal(FITTED.logits(["order", "1234"]), FITTED.logits(["order", "9870"]))


def test_a_place_never_changes() -> None:
    assert place_of_pair("my", "lawyer") == crc32(b"p my lawyer") % 32768
    assert places_of_word("é")[0] == crc32("w é".encode()) % 32768


def test_a_text_without_words_has_the_biases_as_logits() -> None:
    assert FITTED.logits([]).tolist() == [-1.0, 0.0, 2.5]


some_words = st.lists(
    st.text(max_size=30) | st.sampled_from(["my", "lawyer", "sue", "12"]), max_size=12
)


@given(some_words)
def test_a_texts_logits_are_the_sums_of_its_weights(words: list[str]) -> None:
    assert FITTED.logits(words).tolist() == pytest.approx(summed(words), rel=1e-12, abs=1e-12)


@given(some_words)
def test_a_text_is_fitted_at_the_places_where_it_is_read(words: list[str]) -> None:
    assert sorted(places_of_text(words)) == sorted(map(place, features(words)))


def test_a_word_is_fitted_at_its_own_places_and_where_it_stands_behind_another() -> None:
    alone = [*places_of_word("my"), *places_of_word("refund")]
    assert list(places_of_text(["my"])) == list(places_of_word("my"))
    assert sorted(places_of_text(["my", "refund"])) == sorted(
        [*alone, place_of_pair("my", "refund")]
    )


@given(some_words)
def test_what_was_read_before_changes_nothing(words: list[str]) -> None:
    fresh = WordSums(HEADS, FITTED.weights, FITTED.scales, FITTED.biases)
    first = fresh.logits(words)
    assert np.array_equal(first, fresh.logits(words))
    assert np.array_equal(first, FITTED.logits(words))


def test_half_a_character_is_read_like_any_other() -> None:
    assert FITTED.logits(["\ud800"]).shape == (3,)


def test_nothing_is_remembered_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["my", "lawyer", "will", "sue", "you", "my", "lawyer"]
    monkeypatch.setattr("rules.features.word_sums._CACHED", 2)
    small = fitted()
    for _ in range(3):
        assert np.array_equal(small.logits(words), FITTED.logits(words))
        assert len(small._cache) <= 2


def test_weights_survive_being_written_and_equal_weights_are_equal_bytes() -> None:
    raw = word_sums_to(FITTED)
    again = word_sums_from(raw)
    assert again.heads == HEADS
    assert again.weights.dtype == np.int8
    assert np.array_equal(again.weights, FITTED.weights)
    assert np.array_equal(again.scales, FITTED.scales)
    assert np.array_equal(again.biases, FITTED.biases)
    assert word_sums_to(again) == raw
    assert word_sums_to(fitted(2)) != raw


def test_what_would_run_code_is_refused() -> None:
    harmful = WordSums(HEADS, np.array([{}], dtype=object), FITTED.scales, FITTED.biases)
    with pytest.raises(ValueError, match="pickle"):
        word_sums_from(word_sums_to(harmful))
