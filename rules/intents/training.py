"""Fitting a recogniser to a policy: its examples, and how sure it must be before it answers."""

import hashlib
import math
from collections.abc import Sequence

from rules.intents.lexical import Abstention, Example, Match, ModelError, Recogniser
from rules.languages import detect
from rules.phrases import fold_text
from rules.policy import Policy

__all__ = ["Abstention", "Match", "ModelError", "Recogniser", "calibrate", "fit"]

FIXED_THRESHOLD = 0.55  # where the examples are too few to certify anything
_LOWEST, _HIGHEST = 0.45, 0.80
_CONFIDENCE = 0.90
_SAMPLE = 400  # examples that are tried; more only cost time
_STEPS = 60


def fit(policy: Policy) -> Recogniser:
    """A recogniser for the policy's questions. Deterministic: equal policies, equal bytes."""
    examples = tuple(
        Example(faq.id, text, detect(text, fold_text(text).split()))
        for faq in policy.faqs
        for text in dict.fromkeys(faq.examples)
    )
    draft = Recogniser(examples, FIXED_THRESHOLD)
    return Recogniser(examples, calibrate(draft, policy.settings.target_precision))


def calibrate(draft: Recogniser, target: float) -> float:
    """The lowest threshold that keeps the target precision on examples it has not seen.

    Every example is tried twice: left out alone, when the nearest question should be its own; and
    with its whole question left out, when nothing should be near. Where the trials are too few to
    certify the target, the fixed threshold holds, raised above the nearest stranger.
    """
    right: list[float] = []
    wrong: list[float] = []
    strangers: list[float] = []
    for number in _chosen(draft.examples):
        example = draft.examples[number]
        query = draft.index.query(draft.index.words[number])
        known = draft.nearest(query, without=number)
        (right if known.faq == example.faq else wrong).append(known.score)
        strangers.append(draft.nearest(query, without_faq=example.faq).score)
    bad = sorted([*wrong, *strangers])
    for threshold in sorted({*right, FIXED_THRESHOLD}):
        if threshold < _LOWEST:
            continue
        good = sum(1 for score in right if score >= threshold)
        errors = sum(1 for score in bad if score >= threshold)
        if _lower_bound(good, good + errors) >= target:
            return round(min(threshold, _HIGHEST), 4)
    highest = bad[-max(1, len(bad) // 50)] if bad else 0.0
    return round(min(_HIGHEST, max(FIXED_THRESHOLD, highest + 0.01)), 4)


def _chosen(examples: Sequence[Example]) -> list[int]:
    """A sample that depends on the content alone."""
    order = sorted(
        range(len(examples)),
        key=lambda n: hashlib.sha256(f"{examples[n].faq}\0{examples[n].text}".encode()).digest(),
    )
    return sorted(order[:_SAMPLE])


def _lower_bound(good: int, total: int) -> float:
    """The precision that is at least there, one-sided (Clopper and Pearson, 1934)."""
    if not total:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        # Would a true precision this low still show so many right answers by chance?
        if _at_least(good, total, middle) < 1.0 - _CONFIDENCE:
            low = middle
        else:
            high = middle
    return low


def _at_least(good: int, total: int, chance: float) -> float:
    """The probability of at least `good` right answers out of `total`."""
    if chance <= 0.0:
        return 0.0 if good else 1.0
    return math.fsum(
        math.comb(total, k) * chance**k * (1.0 - chance) ** (total - k)
        for k in range(good, total + 1)
    )
