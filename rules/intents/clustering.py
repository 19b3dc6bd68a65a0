"""Messages as points, and which of them lie together.

English messages are where the mail reader puts them, less half of what all of the firm's questions
have in common: the trade tells no question from another. Others are told apart by TF-IDF over
their words and over pieces of them. Points are joined, the nearest first, as long as their mean
distance is small (agglomerative clustering, average linkage).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.intents.asking import Ask, Known

# Chosen on mails to 24 firms and short questions to a bank: see the benchmarks.
_APART = 0.6  # the mean distance, 1 less the cosine, from which messages aren't joined
_APART_BY_WORDS = 0.85
_NEAR = 0.4  # the cosine from which an answer is near a cluster
_NEAR_BY_WORDS = 0.25
_IN_COMMON = 0.5
_PIECES = (3, 5)  # characters
_ROWS = 256  # of distances, worked out at once
_DIGITS = 6

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Space:
    """Messages, and the questions that have an answer, as rows of length one."""

    messages: Any  # an array, or a sparse one
    known: Any
    faqs: tuple[str, ...]  # of the known
    apart: float
    near: float

    def clusters(self) -> list[list[int]]:
        """The messages that lie together, by number; one that lies alone is a cluster too."""
        from scipy.cluster.hierarchy import fcluster, linkage

        size = self.messages.shape[0]
        if size == 1:
            return [[0]]
        labels = fcluster(linkage(self._distances(), "average"), self.apart, "distance")
        found: dict[int, list[int]] = {}
        for number, label in enumerate(labels.tolist()):
            found.setdefault(label, []).append(number)
        return list(found.values())

    def _distances(self) -> Numbers:
        """The distances of all pairs, row by row: 100 MB for 5,000 messages."""
        size = self.messages.shape[0]
        distances: Numbers = np.empty(size * (size - 1) // 2)
        place = 0
        for first in range(0, size, _ROWS):
            near = _dense(self.messages[first : first + _ROWS] @ self.messages.T)
            for row, cosines in enumerate(near, first):
                end = place + size - row - 1
                distances[place:end] = np.round(1.0 - cosines[row + 1 :], _DIGITS)
                place = end
        np.maximum(distances, 0.0, out=distances)
        return distances

    def middle(self, numbers: Sequence[int]) -> Numbers:
        """The middle of some messages, of length one."""
        total = np.asarray(self.messages[list(numbers)].sum(axis=0), dtype=np.float64)
        return _unit(total.reshape(1, -1)).ravel()

    def from_the_middle(self, numbers: Sequence[int]) -> list[int]:
        """The messages in order of their distance to their middle."""
        near = np.round(self.messages[list(numbers)] @ self.middle(numbers), _DIGITS)
        return [number for _, number in sorted(zip((-near).tolist(), numbers, strict=True))]

    def nearest(self, numbers: Sequence[int]) -> tuple[str | None, float]:
        """The known question that some messages are near to, if there is one, and how near."""
        if not self.faqs:
            return None, 0.0
        near = np.round(self.known @ self.middle(numbers), _DIGITS).tolist()
        nearness, faq = max(zip(near, self.faqs, strict=True))
        return (faq, round(nearness, 2)) if nearness >= self.near else (None, 0.0)


def space_of(asks: Sequence[Ask], known: Sequence[Known]) -> Space:
    """The space of messages of one language, at least one."""
    vectors = [ask.vector for ask in asks if ask.vector is not None]
    if len(vectors) < len(asks):
        return _space_of_words(asks, known)
    read = [(each.faq, each.vector) for each in known if each.vector is not None]
    both = np.array([*vectors, *(vector for _, vector in read)], dtype=np.float64)
    if read:
        both -= _IN_COMMON * both[len(asks) :].mean(axis=0)
    both = _unit(both)
    faqs = tuple(faq for faq, _ in read)
    return Space(both[: len(asks)], both[len(asks) :], faqs, _APART, _NEAR)


def _space_of_words(asks: Sequence[Ask], known: Sequence[Known]) -> Space:
    """The space of words; a message without telling words is near to nothing."""
    from scipy.sparse import csr_array

    texts = [" ".join(word for word, _ in ask.words) for ask in asks]
    if not any(texts):
        nothing = csr_array((len(asks), 1))
        return Space(nothing, nothing[:0], (), _APART_BY_WORDS, _NEAR_BY_WORDS)
    messages, questions = _weighed(texts, [" ".join(each.words) for each in known])
    faqs = tuple(each.faq for each in known)
    return Space(messages, questions, faqs, _APART_BY_WORDS, _NEAR_BY_WORDS)


def _weighed(texts: Sequence[str], more: Sequence[str]) -> tuple[Any, Any]:
    """Texts of folded words, and more of them, by the words and pieces of the former."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    kinds = (
        TfidfVectorizer(analyzer=str.split, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=_PIECES, sublinear_tf=True),
    )
    first = hstack([kind.fit_transform(texts) for kind in kinds], format="csr")
    then = [kind.transform(more) for kind in kinds] if more else [first[:0]]
    share = np.sqrt(1.0 / len(kinds))
    return first * share, hstack(then, format="csr") * share


def _dense(rows: Any) -> Numbers:
    return np.asarray(rows if isinstance(rows, np.ndarray) else rows.toarray())


def _unit(rows: Numbers) -> Numbers:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Numbers = rows / np.maximum(lengths, 1e-12)
    return unit
