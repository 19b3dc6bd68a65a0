"""What a firm's own labelled tickets prove about its recogniser.

The shipped limits were found on other firms. With enough tickets of its own a firm has a limit of
its own: the lowest certainty from which so many answers were right that the wanted precision is
proved. Even sooner its tickets can refute the shipped limit, or a single answer; then people
decide. Nothing else is learnt from them, and no word of a customer is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rules.intents.certified import limit_for, refutes

NEVER = 1.1  # a certainty that nothing reaches


@dataclass(frozen=True, slots=True)
class Trial:
    """A labelled ticket that the guard let through: what the recogniser found in it."""

    faq: str
    certainty: float  # 0 to 1
    is_right: bool
    is_told: bool = False  # by its edge: answered, whatever the limit is


@dataclass(frozen=True, slots=True)
class Learned:
    """What the trials prove, for one precision and one set of questions."""

    trials: int = 0
    answered: int = 0  # of the trials, told or from the limit on; those that refuted it, if any
    right: int = 0
    limit: float | None = None  # the firm's own, or the one it refuted (`NEVER`); None: the shipped
    held: tuple[str, ...] = ()  # answers that were wrong too often: drafts only

    @property
    def is_proved(self) -> bool:
        """Whether the firm has a limit of its own."""
        return self.limit is not None and self.limit < NEVER


NOTHING = Learned()


def learn(trials: Sequence[Trial], precision: float, shipped: float) -> Learned:
    """What trials prove about a precision, where the shipped limit for it is given.

    No limit stops what is told by its edge: it counts as answered above any. What was answered by a
    refuted limit may still show that single answers are wrong too often.
    """
    told = [trial.is_right for trial in trials if trial.is_told]
    others = [(trial.certainty, trial.is_right) for trial in trials if not trial.is_told]
    own = limit_for(others, precision, told)
    limit = shipped if own is None else own
    answered = [trial for trial in trials if trial.is_told or trial.certainty >= limit]
    if own is None and _refuted(answered, precision):
        own = NEVER
    by_faq: dict[str, list[Trial]] = {}
    for trial in answered:
        by_faq.setdefault(trial.faq, []).append(trial)
    return Learned(
        trials=len(trials),
        answered=len(answered),
        right=sum(trial.is_right for trial in answered),
        limit=own,
        held=tuple(sorted(faq for faq, some in by_faq.items() if _refuted(some, precision))),
    )


def learned_of(content: Any) -> Learned:
    """What was learnt, from JSON values.

    KeyError, TypeError and ValueError, for unfit values, are left to whoever reads the file.
    """
    held = tuple(map(str, content["held"]))
    found = Learned(**content | {"held": held})
    counts = found.trials, found.answered, found.right
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError("no counts")
    limit = found.limit
    if limit is not None and not (type(limit) in (int, float) and 0.0 <= limit <= NEVER):
        raise ValueError("no limit")
    return found


def _refuted(trials: Iterable[Trial], precision: float) -> bool:
    outcomes = [trial.is_right for trial in trials]
    return refutes(sum(outcomes), len(outcomes), precision)
