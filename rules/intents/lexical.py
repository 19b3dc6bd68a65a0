"""The recogniser by words: near-exact wordings first, then similarity to the nearest example.

It answers only what it is sure of. Everything in a message that is neither courtesy nor the
question itself counts against an answer.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rapidfuzz.distance import OSA

from rules.intents.similarity import Index, Query
from rules.intents.wording import (
    Sentence,
    content_words,
    is_question,
    objections,
    sentences_of,
)
from rules.utterance import Utterance

ALGORITHM = "lexical-1"
_EXACT_SCORE = 0.99
_TYPO_LETTERS = 5  # in shorter words a changed letter makes another word
_MARGIN = 0.06  # how much nearer than the next question, at least
_SUPPORT = 0.30  # a sentence this near to the same question belongs to it
_MAX_SENTENCES = 12
_MAX_FACTS = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A question that was recognised; `score` is 0..1, `language` that of the nearest example."""

    faq: str
    score: float
    runner_up: str | None
    margin: float
    language: str | None


@dataclass(frozen=True, slots=True)
class Abstention:
    """No question was recognised surely enough. `reason` is a key of the reason codes."""

    reason: str
    faq: str | None = None  # the nearest
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Example:
    """One way customers ask a question."""

    faq: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class _Nearest:
    """How near a sentence is to the best question and to the next one."""

    faq: str
    score: float
    runner_up: str | None
    second: float
    example: int


class ModelError(ValueError):
    """The bytes are no recogniser of this version."""


@dataclass(frozen=True)
class Recogniser:
    """Finds the question a message asks. Equal content gives equal bytes and answers."""

    examples: tuple[Example, ...]
    threshold: float

    @cached_property
    def version(self) -> str:
        """A digest over the algorithm and everything learned."""
        return "sha256:" + hashlib.sha256(self.to_bytes()).hexdigest()

    @cached_property
    def index(self) -> Index:
        """The examples, ready to be compared with."""
        return Index([example.text for example in self.examples])

    @cached_property
    def _by_words(self) -> dict[int, list[int]]:
        """Examples by their number of words, for near-exact comparison."""
        found: dict[int, list[int]] = {}
        for number, words in enumerate(self.index.words):
            found.setdefault(len(words), []).append(number)
        return found

    def to_bytes(self) -> bytes:
        """Canonical JSON; never code."""
        content = {
            "algorithm": ALGORITHM,
            "threshold": self.threshold,
            "examples": [[e.faq, e.text, e.language] for e in self.examples],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Recogniser":
        """The recogniser of these bytes. Raises ModelError for any others."""
        try:
            content: Any = json.loads(raw)
            if content["algorithm"] != ALGORITHM:
                raise ModelError("the model was made by another version: train it again")
            examples = tuple(
                Example(str(faq), str(text), None if language is None else str(language))
                for faq, text, language in content["examples"]
            )
            threshold = float(content["threshold"])
        except ModelError:
            raise
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ModelError("the file holds no model: train it again") from error
        if not 0.0 < threshold <= 1.0:
            raise ModelError("the model's threshold is out of range: train it again")
        return cls(examples, threshold)

    def match(self, utterance: Utterance) -> Match | Abstention:
        """The question a message asks, or why none was recognised."""
        sentences = sentences_of(utterance)
        if not sentences:
            return Abstention("abstain.nothing_asked")
        if len(sentences) > _MAX_SENTENCES:
            return Abstention("abstain.long_message")
        if not self.examples:
            return Abstention("abstain.no_match")
        readings = [(sentence, self._nearest(sentence)) for sentence in sentences]
        lead, best = max(readings, key=lambda reading: reading[1].score)
        rest = [reading for reading in readings if reading[0] is not lead]
        score = best.score * self._doubt(best, rest)
        if score < self.threshold:
            return Abstention("abstain.no_match", best.faq, round(score, 4))
        for sentence, nearest in rest:
            if nearest.faq != best.faq and nearest.score >= self.threshold:
                return Abstention("abstain.several_questions", best.faq, round(score, 4))
            if is_question(sentence) and nearest.faq != best.faq:
                return Abstention("abstain.several_questions", best.faq, round(score, 4))
        margin = best.score - best.second
        if margin < _MARGIN:
            return Abstention("abstain.low_margin", best.faq, round(score, 4))
        language = self.examples[best.example].language
        return Match(best.faq, round(score, 4), best.runner_up, round(margin, 4), language)

    def _doubt(self, best: _Nearest, rest: Sequence[tuple[Sentence, _Nearest]]) -> float:
        """How much of the score remains, given the other sentences."""
        factor = 1.0
        foreign = 0
        for sentence, nearest in rest:
            supports = nearest.faq == best.faq and nearest.score >= _SUPPORT
            if supports:
                continue
            foreign += 1
            factor *= 0.96 if len(content_words(sentence)) <= _MAX_FACTS else 0.88
            if objections(sentence.words):
                factor *= 0.8
        return factor if foreign <= _MAX_FACTS else 0.0

    def _nearest(self, sentence: Sentence) -> _Nearest:
        exact = self._near_exact(sentence.words)
        if exact is not None:
            return exact
        return self.nearest(self.index.query(sentence.words))

    def nearest(
        self, query: Query, *, without: int | None = None, without_faq: str | None = None
    ) -> _Nearest:
        """The nearest example's question; one example or a whole question may be left out."""
        scores = self.index.scores(query)
        best: dict[str, tuple[float, int]] = {}
        for number, example in enumerate(self.examples):
            if number == without or example.faq == without_faq:
                continue
            score = float(scores[number])
            if example.faq not in best or score > best[example.faq][0]:
                best[example.faq] = (score, number)
        if not best:
            return _Nearest("", 0.0, None, 0.0, 0)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        faq, (score, number) = ranked[0]
        second, runner_up = (ranked[1][1][0], ranked[1][0]) if len(ranked) > 1 else (0.0, None)
        score *= _agreement(query.words, self.index.words[number])
        return _Nearest(faq, score, runner_up, min(second, score), number)

    def _near_exact(self, words: Sequence[str]) -> _Nearest | None:
        """An example of the same words, up to one misspelling in each of the longer ones."""
        found = [
            number
            for number in self._by_words.get(len(words), ())
            if self._same_words(words, self.index.words[number])
        ]
        faqs = sorted({self.examples[number].faq for number in found})
        if not faqs:
            return None
        if len(faqs) > 1:
            return _Nearest(faqs[0], _EXACT_SCORE, faqs[1], _EXACT_SCORE, found[0])
        return _Nearest(faqs[0], _EXACT_SCORE, None, 0.0, found[0])

    def _same_words(self, words: Sequence[str], example: Sequence[str]) -> bool:
        known = self.index.vocabulary
        return all(
            one == other
            or (
                min(len(one), len(other)) >= _TYPO_LETTERS
                and one not in known
                and one[0] == other[0]
                and OSA.distance(one, other, score_cutoff=1) <= 1
            )
            for one, other in zip(words, example, strict=True)
        )


def _agreement(words: Sequence[str], example: Sequence[str]) -> float:
    """Less than one where the message objects, denies or reports a failure and the example not."""
    extra = objections(words) - objections(example)
    missing = objections(example) - objections(words)
    if extra:
        return 0.75
    return 0.92 if missing else 1.0

