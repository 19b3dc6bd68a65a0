"""Which approved answer a whole message asks for, and how certainly.

The mail reader compares the message with how each answer is asked for and with what it says, and
judges from the message alone whether an answer could settle it at all. What it says becomes one
number, the certainty. It was weighed on mails to firms whose answers and mails the reader had never
seen, and so were the limits from which so many of the answers were right.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

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
    nearness: float  # -3 to 3
    ahead: float  # of the next question
    far_ahead: float  # of the one after that
    answerable: float  # log-odds that an answer alone settles the message

    @property
    def features(self) -> NDArray[np.float64]:
        """What is weighed, shape (4,)."""
        return np.array([self.nearness, self.ahead, self.far_ahead, self.answerable])


class Answers:
    """A policy's questions, ready to be compared with messages."""

    def __init__(self, questions: Sequence[Question], reader: MailReader) -> None:
        """Read the questions."""
        ways = [(n, way) for n, q in enumerate(questions) for way in (q.title, *q.examples)]
        self._starts = np.searchsorted([number for number, _ in ways], np.arange(len(questions)))
        self._reader = reader
        self._asked = reader.vectors([question.asked for question in questions])
        self._settled = reader.vectors([question.settled for question in questions])
        self._ways = reader.vectors([way for _, way in ways])

    def read(self, subject: str, sentences: Sequence[str]) -> Reading:
        """What the reader says of a message."""
        vector, answerable = self._reader.read(message_text(subject, sentences))
        nearness = np.round(self._nearness(vector), _DIGITS)
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

    def _nearness(self, vector: Vector) -> NDArray[np.float64]:
        """Nearness to how each is asked for, to its answer, to its nearest example: -3 to 3."""
        examples = np.maximum.reduceat(self._ways @ vector, self._starts)
        near: Vector = self._asked @ vector + self._settled @ vector + examples
        return near.astype(np.float64)


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
