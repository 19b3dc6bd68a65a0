"""Which approved answer a whole message asks for, and how certainly.

Two networks compare the message with how each answer is asked for and with what it says: the mail
reader, tuned for that, and the one it was tuned from, which knows less of mails and more of
everything else. The mail reader also judges from the message alone whether an answer could settle
it at all. What they say becomes one number, the certainty. It was weighed on mails to firms whose
answers and mails the reader had never seen, and so were the limits from which so many of the
answers were right.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.features.embedding import Embedder
from rules.features.mail_reader import MailReader, Vector
from rules.intents.reading import Question, message_text
from rules.shipped import shipped_bytes

_DIGITS = 4
_NEVER = 1.1
_WEIGHING = "intents/certainty.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """The question nearest to a message, and what the reader says of it."""

    number: int
    runner_up: int | None
    nearness: float  # -4 to 4, in practice 0 to 3
    ahead: float  # of the next question
    far_ahead: float  # of the one after that
    answerable: float  # log-odds that an answer alone settles the message

    @property
    def features(self) -> NDArray[np.float64]:
        """What is weighed, shape (4,)."""
        return np.array([self.nearness, self.ahead, self.far_ahead, self.answerable])


class Answers:
    """A policy's questions, ready to be compared with messages."""

    def __init__(
        self, questions: Sequence[Question], reader: MailReader, embedder: Embedder
    ) -> None:
        """Read the questions."""
        ways = [(n, way) for n, q in enumerate(questions) for way in (q.title, *q.examples)]
        texts = [way for _, way in ways]
        settled = [question.settled for question in questions]
        self._starts = np.searchsorted([number for number, _ in ways], np.arange(len(questions)))
        self._reader, self._embedder = reader, embedder
        self._asked = reader.vectors([question.asked for question in questions])
        self._settled = reader.vectors(settled)
        self._ways = reader.vectors(texts)
        self._untuned_ways, self._untuned_settled = embedder.embed(texts), embedder.embed(settled)

    def read(self, subject: str, sentences: Sequence[str]) -> Reading:
        """What the networks say of a message."""
        text = message_text(subject, sentences)
        vector, answerable = self._reader.read(text)
        nearness = np.round(self._tuned(vector) + self._untuned([*sentences, text]), _DIGITS)
        order = sorted(range(len(nearness)), key=lambda number: (-nearness[number], number))
        ranked = [float(nearness[number]) for number in order[:3]]
        best = ranked[0]
        # Of a policy with few questions, those that are missing are as far as can be.
        second, third = ([*ranked[1:], 0.0, 0.0])[:2]
        return Reading(
            number=order[0],
            runner_up=order[1] if len(order) > 1 else None,
            nearness=best,
            ahead=round(best - second, _DIGITS),
            far_ahead=round(best - third, _DIGITS),
            answerable=round(answerable, _DIGITS),
        )

    def _tuned(self, vector: Vector) -> NDArray[np.float64]:
        """Nearness to how each is asked for, to its answer, to its nearest example: -3 to 3."""
        examples = np.maximum.reduceat(self._ways @ vector, self._starts)
        near: Vector = self._asked @ vector + self._settled @ vector + examples
        return near.astype(np.float64)

    def _untuned(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The same by the untuned network, of sentences and last the whole message: -1 to 1."""
        read = self._embedder.embed(texts)
        asked = np.maximum.reduceat(read @ self._untuned_ways.T, self._starts, axis=1)
        settled = read @ self._untuned_settled.T
        near = _best_and_whole(asked) + _best_and_whole(settled) / 2
        return near / 3


def _best_and_whole(rows: Vector) -> NDArray[np.float64]:
    """The nearest sentence, plus the whole message."""
    wide = rows.astype(np.float64)
    both: NDArray[np.float64] = wide[:-1].max(axis=0) + wide[-1]
    return both


@dataclass(frozen=True)
class Certainty:
    """How what the reader says is weighed; `limits` are certainties by the precision they keep."""

    weights: tuple[float, ...]
    bias: float
    limits: tuple[tuple[float, float], ...]  # precision that was kept, certainty; both ascending

    def of(self, reading: Reading) -> float:
        """The certainty, 0 to 1."""
        logit = float(np.dot(self.weights, reading.features)) + self.bias
        return round(1.0 / (1.0 + float(np.exp(-logit))), _DIGITS)

    def limit(self, precision: float) -> float:
        """The certainty from which at least so many answers were right; above 1 if none was."""
        kept = [limit for share, limit in self.limits if share >= precision]
        return kept[0] if kept else _NEVER

    def to_bytes(self) -> bytes:
        """As JSON."""
        content = {"weights": self.weights, "bias": self.bias, "limits": self.limits}
        return (json.dumps(content, indent=1) + "\n").encode("ascii")


def certainty_from(raw: bytes) -> Certainty:
    """The weighing of these bytes."""
    content = json.loads(raw)
    return Certainty(
        tuple(content["weights"]),
        content["bias"],
        tuple((share, limit) for share, limit in content["limits"]),
    )


@cache
def shared_certainty() -> Certainty:
    """The shipped weighing."""
    return certainty_from(shipped_bytes(_WEIGHING))
