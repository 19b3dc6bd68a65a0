"""What a recogniser finds, and what every recogniser can do."""

from dataclasses import dataclass
from typing import Protocol

from rules.features.read_before import ReadBefore
from rules.utterance import Utterance


@dataclass(frozen=True, slots=True)
class Match:
    """A question that was recognised; `score` is 0..1, `language` that of the nearest example."""

    faq: str
    score: float
    runner_up: str | None
    margin: float
    language: str | None
    is_sure: bool = True  # else it is good enough for a draft, and for no answer


@dataclass(frozen=True, slots=True)
class Abstention:
    """No question was recognised surely enough. `reason` is a key of the reason codes."""

    reason: str
    faq: str | None = None  # the nearest
    score: float = 0.0


class ModelError(ValueError):
    """The bytes are no recogniser of this version."""


class Recogniser(Protocol):
    """Finds the question that a message asks. Equal content gives equal bytes and answers."""

    @property
    def version(self) -> str:
        """A digest over the algorithm and everything learned."""

    def to_bytes(self) -> bytes:
        """Canonical JSON; never code."""

    def prepare(self, before: ReadBefore | None = None) -> None:
        """Load what matching needs, so that the first message doesn't wait for it.

        What was read before needn't be read again; what was read now stands there too.
        """

    def match(self, utterance: Utterance, subject: str) -> Match | Abstention:
        """The question a message asks, or why none was recognised."""
