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

from rules.features.read_before import ReadBefore
from rules.intents.matching import Abstention, Match, ModelError
from rules.intents.nearest import Example, Nearest, Neighbours
from rules.intents.wording import (
    Sentence,
    content_words,
    is_question,
    objections,
    sentences_of,
    stands_alone,
)
from rules.utterance import Utterance

ALGORITHM = "lexical-1"
_MARGIN = 0.06  # how much nearer than the next question, at least
_SUPPORT = 0.20  # a sentence this near to the same question belongs to it
_MAX_SENTENCES = 12
_MAX_FACTS = 4


@dataclass(frozen=True)
class LexicalRecogniser:
    """Finds the question a message asks. Equal content gives equal bytes and answers."""

    examples: tuple[Example, ...]
    threshold: float

    @cached_property
    def version(self) -> str:
        """A digest over the algorithm and everything learned."""
        return "sha256:" + hashlib.sha256(self.to_bytes()).hexdigest()

    @cached_property
    def neighbours(self) -> Neighbours:
        """The examples, ready to be compared with."""
        return Neighbours(self.examples)

    def to_bytes(self) -> bytes:
        """Canonical JSON; never code."""
        return canonical(self.content())

    def content(self) -> dict[str, Any]:
        """Everything learned, as JSON values."""
        return {
            "algorithm": ALGORITHM,
            "threshold": self.threshold,
            "examples": [[e.faq, e.text, e.language] for e in self.examples],
        }

    @classmethod
    def of_content(cls, content: Any) -> "LexicalRecogniser":
        """The recogniser of these values. Raises ModelError for unfit ones, or one of those below.

        KeyError, TypeError and ValueError are left to whoever reads the file.
        """
        if content["algorithm"] != ALGORITHM:
            raise ModelError("the model was made by another version: train it again")
        examples = tuple(
            Example(str(faq), str(text), None if language is None else str(language))
            for faq, text, language in content["examples"]
        )
        threshold = float(content["threshold"])
        if not 0.0 < threshold <= 1.0:
            raise ModelError("the model's threshold is out of range: train it again")
        return cls(examples, threshold)

    def prepare(self, before: ReadBefore | None = None) -> None:  # noqa: ARG002 - reads nothing
        """Weigh the examples, so that the first message doesn't wait for it."""
        _ = self.neighbours.index

    def match(self, utterance: Utterance, subject: str) -> Match | Abstention:  # noqa: ARG002
        """The question a message asks, or why none was recognised; a subject says too little."""
        sentences = sentences_of(utterance)
        if not sentences:
            return Abstention("abstain.nothing_asked")
        if len(sentences) > _MAX_SENTENCES:
            return Abstention("abstain.long_message")
        near = {words: self.neighbours.of(words) for words in {each.words for each in sentences}}
        readings = [(each, near[each.words]) for each in sentences]
        lead, best = max(readings, key=lambda reading: reading[1].score)
        rest = [reading for reading in readings if reading[0] is not lead]
        score = round(best.score * self._doubt(best, rest), 4)
        objection = self._objection(best, score, rest)
        if objection is not None:
            return Abstention(objection, best.faq or None, score)
        language = self.examples[best.example].language
        return Match(best.faq, score, best.runner_up, round(best.margin, 4), language)

    def same_words(self, utterance: Utterance) -> Match | None:
        """The question whose example a message repeats word for word, up to slips of spelling."""
        sentences = sentences_of(utterance)
        if len(sentences) != 1:
            return None
        near = self.neighbours.near_exact(sentences[0].words)
        if near is None or near.margin < _MARGIN:
            return None
        language = self.examples[near.example].language
        return Match(near.faq, near.score, None, near.margin, language)

    def _objection(
        self, best: Nearest, score: float, rest: Sequence[tuple[Sentence, Nearest]]
    ) -> str | None:
        """Why the best question is not sure enough, or None if it is."""
        if score < self.threshold:
            return "abstain.no_match"
        for sentence, nearest in rest:
            other = nearest.faq != best.faq and nearest.score >= self.threshold
            asks = is_question(sentence) and stands_alone(sentence)
            if other or (asks and not _supports(nearest, best)):
                return "abstain.several_questions"
        return "abstain.low_margin" if best.margin < _MARGIN else None

    def _doubt(self, best: Nearest, rest: Sequence[tuple[Sentence, Nearest]]) -> float:
        """How much of the score remains, given the other sentences."""
        factor = 1.0
        foreign = 0
        for sentence, nearest in rest:
            if _supports(nearest, best):
                continue
            foreign += 1
            factor *= 0.96 if len(content_words(sentence)) <= _MAX_FACTS else 0.88
            if objections(sentence.words):
                factor *= 0.8
        return factor if foreign <= _MAX_FACTS else 0.0


def canonical(content: Any) -> bytes:
    """JSON values as bytes; equal values give equal ones."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def _supports(nearest: Nearest, best: Nearest) -> bool:
    """Whether a sentence speaks of the best question too."""
    return nearest.faq == best.faq and nearest.score >= _SUPPORT
