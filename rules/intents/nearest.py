"""The examples nearest to a sentence: the same words up to slips, or the most alike."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from rules.intents.similarity import Index, Query
from rules.intents.wording import meaningful, objections
from rules.languages import ALL_FUNCTION_WORDS

EXACT_SCORE = 0.99
_TYPO_LETTERS = 5  # in shorter words a changed letter makes another word
_LEADERS = 3  # the nearest examples of a question that speak for it


@dataclass(frozen=True, slots=True)
class Example:
    """One way customers ask a question."""

    faq: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The question nearest to a sentence, how near it is, and its lead over the next one."""

    faq: str
    score: float
    runner_up: str | None
    margin: float
    example: int


@dataclass(frozen=True)
class Neighbours:
    """The examples, ready to be compared with."""

    examples: tuple[Example, ...]

    @cached_property
    def index(self) -> Index:
        """The examples, ready to be compared with."""
        return Index([example.text for example in self.examples])

    @cached_property
    def _by_initials(self) -> dict[tuple[str, ...], list[int]]:
        """Examples by the first letters of their words, which no slip changes."""
        found: dict[tuple[str, ...], list[int]] = {}
        for number, words in enumerate(self.index.words):
            found.setdefault(_initials(words), []).append(number)
        return found

    def of(self, words: Sequence[str]) -> Nearest:
        """The question nearest to a sentence, given as folded words."""
        exact = self.near_exact(words)
        if exact is not None:
            return exact
        mended = self._mended(words)
        if self.index.vocabulary.isdisjoint(meaningful(mended) or mended):
            return Nearest("", 0.0, None, 0.0, 0)
        return self.nearest(self.index.query(mended))

    def _mended(self, words: Sequence[str]) -> list[str]:
        """The words; an unknown one is read as the known one that is a slip away."""
        mended: list[str] = []
        for word in words:
            near: list[str] = []
            if word not in self.index.vocabulary and word not in ALL_FUNCTION_WORDS:
                for length in range(len(word) - 1, len(word) + 2):
                    candidates = self._by_shape.get((word[0], length), ())
                    near += (other for other in candidates if is_typo(word, other))
            mended.append(min(near, key=self._by_use) if near else word)
        return mended

    def _by_use(self, word: str) -> tuple[int, str]:
        """The oftener used first, then by alphabet."""
        return (-sum(words[word] for words in self._faq_words.values()), word)

    @cached_property
    def _by_shape(self) -> dict[tuple[str, int], list[str]]:
        """The known words by first letter and length."""
        found: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self.index.vocabulary - ALL_FUNCTION_WORDS):
            found.setdefault((word[0], len(word)), []).append(word)
        return found

    def nearest(
        self, query: Query, *, without: int | None = None, without_faq: str | None = None
    ) -> Nearest:
        """The question that comes nearest; one example or a whole question may be left out."""
        scores = self.index.scores(query)
        faqs, order, starts = self._grouped
        if without is not None:
            scores[without] = -np.inf
        if without_faq is not None:
            scores[[example.faq == without_faq for example in self.examples]] = -np.inf
        tops = np.maximum.reduceat(scores[order], starts)
        ranked = np.argsort(-tops, kind="stable")[:2]
        if not ranked.size or tops[ranked[0]] < 0.0:
            return Nearest("", 0.0, None, 0.0, 0)
        best = int(ranked[0])
        has_other = len(ranked) > 1 and tops[ranked[1]] >= 0.0
        faq, runner_up = faqs[best], faqs[ranked[1]] if has_other else None
        own = order[starts[best] :][: self._sizes[faq]]
        leaders = own[np.argsort(-scores[own], kind="stable")[:_LEADERS]]
        number = int(leaders[0])
        top = float(scores[number])
        second = float(tops[ranked[1]]) if has_other else 0.0
        mean = sum(max(0.0, score) for score in scores[leaders].tolist()) / _LEADERS
        left_out = self.index.words[without] if without is not None else ()
        score = (
            (top + mean)
            / 2
            * self._familiar(query.words, faq, left_out)
            * _agreement(query.words, self.index.words[number])
            * (1.0 - second / top / 2 if top > 0 else 0.0)
        )
        return Nearest(faq, score, runner_up, top - second, number)

    @cached_property
    def _sizes(self) -> Counter[str]:
        """How many examples each question has."""
        return Counter(example.faq for example in self.examples)

    @cached_property
    def _grouped(self) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp]]:
        """The questions by alphabet, the examples in their order, and where each one's begin."""
        sizes = self._sizes
        faqs = sorted(sizes)
        order = sorted(range(len(self.examples)), key=lambda number: self.examples[number].faq)
        starts = np.cumsum([0, *(sizes[faq] for faq in faqs)])[:-1]
        return faqs, np.array(order, dtype=np.intp), starts.astype(np.intp)

    @cached_property
    def _faq_words(self) -> dict[str, Counter[str]]:
        """How often each word stands in the examples of each question."""
        found: dict[str, Counter[str]] = {}
        for example, words in zip(self.examples, self.index.words, strict=True):
            found.setdefault(example.faq, Counter()).update(words)
        return found

    @cached_property
    def _rarity(self) -> dict[str, float]:
        """The weight of each word: greater the fewer questions use it."""
        spread = Counter(word for words in self._faq_words.values() for word in words)
        total = len(self._faq_words)
        return {
            word: round(math.log((1 + total) / (1 + count)) + 1.0, 6)
            for word, count in spread.items()
        }

    def _familiar(self, words: Sequence[str], faq: str, left_out: Sequence[str]) -> float:
        """The weighed share of a sentence's meaningful words that the question's examples use."""
        known = self._faq_words[faq]
        away = Counter(left_out) if left_out else Counter[str]()
        strange = math.log(1 + len(self._faq_words)) + 1.0
        total = found = 0.0
        for word in meaningful(words) or words:
            weight = self._rarity.get(word, strange)
            total += weight
            if known[word] > away[word]:
                found += weight
        return found / total if total else 0.0

    def near_exact(self, words: Sequence[str]) -> Nearest | None:
        """An example of the same words, up to one misspelling in each of the longer ones."""
        found = [
            number
            for number in self._by_initials.get(_initials(words), ())
            if self._same_words(words, self.index.words[number])
        ]
        faqs = sorted({self.examples[number].faq for number in found})
        if not faqs:
            return None
        if len(faqs) > 1:
            return Nearest(faqs[0], EXACT_SCORE, faqs[1], 0.0, found[0])
        return Nearest(faqs[0], EXACT_SCORE, None, EXACT_SCORE, found[0])

    def _same_words(self, words: Sequence[str], example: Sequence[str]) -> bool:
        known = self.index.vocabulary
        return all(
            one == other or (one not in known and is_typo(one, other))
            for one, other in zip(words, example, strict=True)
        )


def _initials(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word[0] for word in words)


def is_typo(word: str, meant: str) -> bool:
    """Whether a word is another one with one slip; in short words a slip makes another word."""
    return (
        min(len(word), len(meant)) >= _TYPO_LETTERS
        and abs(len(word) - len(meant)) <= 1
        and word[0] == meant[0]
        and OSA.distance(word, meant, score_cutoff=1) <= 1
    )


def _agreement(words: Sequence[str], example: Sequence[str]) -> float:
    """Less than one where the message objects, denies or reports a failure and the example not."""
    extra = objections(words) - objections(example)
    missing = objections(example) - objections(words)
    if extra:
        return 0.75
    return 0.92 if missing else 1.0
