"""TF-IDF over words, pairs of words and pieces of words, with plain sums: the same everywhere.

No library routine whose last digit depends on the processor takes part in a score.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rules.languages import ALL_FUNCTION_WORDS
from rules.words import fold_text

_SHORTEST, _LONGEST = 3, 5  # pieces of words, in characters
_DIGITS = 6
_WORD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Query:
    """A sentence, weighed."""

    words: tuple[str, ...]
    features: tuple[Counter[str], Counter[str]]


@dataclass(frozen=True, slots=True)
class _Table:
    """One kind of features: postings by feature, in order of the examples."""

    ids: dict[str, int]
    weights: list[float]  # of each feature
    unknown: float  # the weight of a feature never seen
    starts: npt.NDArray[np.int64]
    examples: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


class Index:
    """The examples, ready to be compared with."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Weigh the examples."""
        self.words = [tuple(fold_text(text).split()) for text in texts]
        self.vocabulary = frozenset(word for words in self.words for word in words)
        self._size = len(texts)
        features = [_features(words) for words in self.words]
        self._tables = (
            _table([words for words, _ in features]),
            _table([pieces for _, pieces in features]),
        )

    def query(self, words: Sequence[str]) -> Query:
        """Weigh a sentence."""
        return Query(tuple(words), _features(words))

    def scores(self, query: Query) -> npt.NDArray[np.float64]:
        """How near each example is, 0..1."""
        by_word = self._cosines(self._tables[0], query.features[0])
        by_piece = self._cosines(self._tables[1], query.features[1])
        return _WORD_SHARE * by_word + (1.0 - _WORD_SHARE) * by_piece

    def _cosines(self, table: _Table, counts: Counter[str]) -> npt.NDArray[np.float64]:
        ids: list[int] = []
        weights: list[float] = []
        total = 0.0
        for feature, count in counts.items():
            number = table.ids.get(feature)
            if number is None:
                weight = count * _share(feature) * table.unknown
            else:
                weight = count * table.weights[number]
                ids.append(number)
                weights.append(weight)
            total += weight * weight
        if not ids:
            return np.zeros(self._size)
        chosen = np.array(ids, dtype=np.int64)
        lengths = table.starts[chosen + 1] - table.starts[chosen]
        ends = np.cumsum(lengths)
        places = np.arange(int(ends[-1])) + np.repeat(
            table.starts[chosen] - (ends - lengths), lengths
        )
        products = table.values[places] * np.repeat(np.array(weights), lengths)
        sums = np.bincount(table.examples[places], weights=products, minlength=self._size)
        return sums / math.sqrt(total)


def _features(words: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """Words and pairs of words; pieces of the words with their edges."""
    whole = Counter(words)
    whole.update(f"{one} {other}" for one, other in itertools.pairwise(words))
    telling = [word for word in words if word not in ALL_FUNCTION_WORDS]
    return whole, Counter(piece for word in telling for piece in _pieces(word))


def _pieces(word: str) -> Iterator[str]:
    """Pieces of a word, with a blank at its edges."""
    edged = f" {word} "
    for length in range(_SHORTEST, _LONGEST + 1):
        for start in range(len(edged) - length + 1):
            yield edged[start : start + length]


def _share(feature: str) -> float:
    """How much a feature counts: pairs less than words, the less the more grammar is in them."""
    one, _, other = feature.partition(" ")
    if not one or not other:  # a word, or a piece at its edge
        return 1.0
    function = (one in ALL_FUNCTION_WORDS) + (other in ALL_FUNCTION_WORDS)
    return (0.6, 0.45, 0.25)[function]


def _table(counts: Sequence[Counter[str]]) -> _Table:
    seen: Counter[str] = Counter()
    for count in counts:
        seen.update(count.keys())
    ids = {feature: number for number, feature in enumerate(sorted(seen))}
    size = len(counts)
    weights = [
        round((math.log((1 + size) / (1 + seen[feature])) + 1.0) * _share(feature), _DIGITS)
        for feature in ids
    ]
    postings: list[list[tuple[int, float]]] = [[] for _ in ids]
    for example, count in enumerate(counts):
        values = {ids[feature]: number * weights[ids[feature]] for feature, number in count.items()}
        norm = math.sqrt(math.fsum(value * value for value in values.values())) or 1.0
        for number, value in values.items():
            postings[number].append((example, round(value / norm, _DIGITS)))
    flat = [posting for posted in postings for posting in posted]
    starts = np.cumsum([0, *map(len, postings)], dtype=np.int64)
    return _Table(
        ids,
        weights,
        round(math.log(1 + size) + 1.0, _DIGITS),
        starts,
        np.array([example for example, _ in flat], dtype=np.int64),
        np.array([value for _, value in flat], dtype=np.float64),
    )
