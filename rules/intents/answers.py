"""Which approved answer a whole message asks for, and how certainly.

The mail reader compares the message with how each answer is asked for and with what it says, and
judges from the message alone whether an answer could settle it at all; the policy's own ways of
asking say which question it is like and unlike the others. What they say becomes one number, the
certainty. It was weighed on mails to firms whose answers and mails the reader had never
seen, and so were the limits from which so many of the answers were right.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.features.mail_reader import MailReader, Vector
from rules.features.read_before import ReadBefore
from rules.intents.reading import Question, message_text
from rules.intents.ways import Ways, told
from rules.shipped import shipped_bytes

_DIGITS = 4
_NEVER = 1.1
_BEYOND = 2 / 3  # of the wrong answers are allowed with more examples than were tried
_ALIKE = 2.0  # what likeness to a question's ways weighs beside three cosines
_WEIGHING = "intents/certainty.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """The question nearest to a message, and what the reader says of it."""

    number: int
    runner_up: int | None
    nearness: float  # about -3 to 5
    ahead: float  # of the next question
    far_ahead: float  # of the one after that
    answerable: float  # log-odds that an answer alone settles the message
    edge: float  # 0 to 1: by its ways of asking alone; 0 if another question is most alike
    reach: float  # about 0 to 1: how far the ways of asking reach to the message at all

    @property
    def features(self) -> NDArray[np.float64]:
        """What is weighed, shape (4,)."""
        return np.array([self.nearness, self.ahead, self.far_ahead, self.answerable])


class Answers:
    """A policy's questions, ready to be compared with messages."""

    def __init__(
        self, questions: Sequence[Question], reader: MailReader, before: ReadBefore | None = None
    ) -> None:
        """Read the questions, as far as they were not read before."""
        before = before or ReadBefore()
        ways = [list(dict.fromkeys((q.title, *q.examples))) for q in questions]
        starts = np.cumsum([0, *map(len, ways[:-1])])
        self._reader = reader
        self._asked = before.vectors(reader, [question.asked for question in questions])
        self._settled = before.vectors(reader, [question.settled for question in questions])
        self.ways = Ways(before.ways(reader, [way for some in ways for way in some]), starts)

    def read(self, subject: str, sentences: Sequence[str]) -> Reading:
        """What the reader says of a message."""
        vector, answerable, way = self._reader.heard(message_text(subject, sentences))
        likeness = self.ways.likeness(way)
        meant: Vector = self._asked @ vector + self._settled @ vector
        likely = meant.astype(np.float64) + _ALIKE * likeness
        nearest = self.ways.nearest(way, likely)
        nearness = np.round(likely + nearest, _DIGITS)
        order = np.argsort(-nearness, kind="stable")[:3].tolist()
        ranked = [float(nearness[number]) for number in order]
        best = ranked[0]
        # Of a policy with few questions, those that are missing are as far as can be.
        second, third = ([*ranked[1:], 0.0, 0.0])[:2]
        alike = told(likeness, nearest)
        return Reading(
            number=order[0],
            runner_up=order[1] if len(order) > 1 else None,
            nearness=best,
            ahead=round(best - second, _DIGITS),
            far_ahead=round(best - third, _DIGITS),
            answerable=round(answerable, _DIGITS),
            edge=alike.edge if alike.best == order[0] else 0.0,
            reach=alike.reach,
        )


Limits = tuple[tuple[float, float], ...]
Edges = tuple[tuple[int, Limits], ...]


@dataclass(frozen=True)
class Certainty:
    """How what the reader says is weighed.

    `limits` are certainties by the precision that they keep; `edges` are such edges by how many
    examples the questions have. All ascending.
    """

    weights: tuple[float, ...]
    bias: float
    limits: Limits
    edges: Edges = ()

    def of(self, reading: Reading) -> float:
        """The certainty, 0 to 1."""
        logit = float(np.dot(self.weights, reading.features)) + self.bias
        return round(1.0 / (1.0 + float(np.exp(-logit))), _DIGITS)

    def limit(self, precision: float) -> float:
        """The certainty from which at least so many answers were right; above 1 if none was."""
        return _kept(self.limits, precision)

    def edge(self, precision: float, examples: int) -> float:
        """The edge from which at least so many answers were right; above 1 if none was.

        Questions with more examples need a greater one: it is that of the next higher number.
        Beyond the highest that was tried it is that one's for a higher precision, if there is one.
        """
        for count, limits in self.edges:
            if count >= examples:
                return _kept(limits, precision)
        limits = self.edges[-1][1] if self.edges else ()
        found = (_kept(limits, 1.0 - share * (1.0 - precision)) for share in (_BEYOND, 1.0))
        return next((edge for edge in found if edge <= 1.0), _NEVER)

    def to_bytes(self) -> bytes:
        """As JSON."""
        return (json.dumps(asdict(self), indent=1) + "\n").encode("ascii")


def _kept(limits: Limits, precision: float) -> float:
    found = [limit for share, limit in limits if share >= round(precision, _DIGITS)]
    return found[0] if found else _NEVER


def certainty_from(raw: bytes) -> Certainty:
    """The weighing of these bytes."""
    content = json.loads(raw)
    return Certainty(
        tuple(content["weights"]),
        content["bias"],
        tuple((share, limit) for share, limit in content["limits"]),
        tuple((count, tuple(map(tuple, limits))) for count, limits in content["edges"]),
    )


@cache
def shared_certainty() -> Certainty:
    """The shipped weighing."""
    return certainty_from(shipped_bytes(_WEIGHING))
