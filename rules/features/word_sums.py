"""Words, pairs of words and runs of letters, each with a learned weight a head: no network needed.

A text's logit is the sum of the weights of its features over the square root of their number. The
features are hashed to a fixed number of places by CRC-32, which never changes.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BITS = 15
PLACES = 1 << BITS
_GRAMS = (3, 4, 5)
_MAX_LETTERS = 24  # of a word, for runs of letters
SHRINK = 64  # so that a few words alone prove little
_DIGITS = str.maketrans("123456789", "000000000")
_CACHED = 50_000

Logits = NDArray[np.float64]


def shaped(words: Sequence[str]) -> list[str]:
    """Folded words as they are counted: all digits alike."""
    return [word.translate(_DIGITS) for word in words]


def places_of_word(word: str) -> list[int]:
    """Where a word itself and its runs of letters are counted."""
    bounded = f"<{word[:_MAX_LETTERS]}>"
    grams = (
        bounded[start : start + size] for size in _GRAMS for start in range(len(bounded) - size + 1)
    )
    return [_place(f"w {word}"), *(_place(f"g {gram}") for gram in grams)]


def place_of_pair(before: str, word: str) -> int:
    """Where a word is counted together with the one before."""
    return _place(f"p {before} {word}")


def places_of_text(words: Sequence[str]) -> Iterator[int]:
    """Where a text's features are counted, each as often as it stands there: for fitting."""
    read = shaped(words)
    for index, word in enumerate(read):
        yield from places_of_word(word)
        if index:
            yield place_of_pair(read[index - 1], word)


def _place(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) & (PLACES - 1)


@dataclass(frozen=True)
class WordSums:
    """Fitted weights; `weights` has the shape (PLACES, heads), int8, and a scale a head."""

    heads: tuple[str, ...]
    weights: NDArray[np.int8]
    scales: Logits
    biases: Logits
    _cache: dict[str, tuple[NDArray[np.int64], int]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def logits(self, words: Sequence[str]) -> Logits:
        """One logit a head, shape (heads,), float64. Whole numbers are summed: exact anywhere."""
        read = shaped(words)
        known = [self._of_word(word) for word in read]
        pairs = [place_of_pair(*pair) for pair in pairwise(read)]
        count = len(pairs) + sum(places for _, places in known)
        total = np.zeros(len(self.heads), dtype=np.int64)
        if known:
            total += np.array([summed for summed, _ in known]).sum(axis=0)
        if pairs:
            total += self.weights[pairs].sum(axis=0, dtype=np.int64)
        logits: Logits = total * self.scales / np.sqrt(count + SHRINK) + self.biases
        return logits

    def _of_word(self, word: str) -> tuple[NDArray[np.int64], int]:
        known = self._cache.get(word)
        if known is None:
            places = places_of_word(word)
            known = (self.weights[places].sum(axis=0, dtype=np.int64), len(places))
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[word] = known
        return known


def word_sums_from(raw: bytes) -> WordSums:
    """The fitted weights in the bytes that `word_sums_to` writes."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as content:
        return WordSums(
            tuple(str(head) for head in content["heads"]),
            content["weights"],
            content["scales"],
            content["biases"],
        )


def word_sums_to(fitted: WordSums) -> bytes:
    """The fitted weights as bytes: equal weights, equal bytes."""
    sink = io.BytesIO()
    np.savez_compressed(
        sink,
        heads=np.array(fitted.heads),
        weights=fitted.weights,
        scales=fitted.scales,
        biases=fitted.biases,
    )
    return sink.getvalue()
