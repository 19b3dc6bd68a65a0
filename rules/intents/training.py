"""Fitting a recogniser to a policy: its examples, and how sure it must be before it answers."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from rules.intents.lexical import Abstention, Match, ModelError, Recogniser
from rules.intents.nearest import Example
from rules.languages import by_grammar
from rules.policy import Faq, Policy
from rules.words import fold_text

__all__ = ["Abstention", "Match", "ModelError", "Recogniser", "calibrate", "fit"]

FIXED_THRESHOLD = 0.30  # where the examples are too few to certify anything
_LOWEST, _HIGHEST = 0.22, 0.60
_CONFIDENCE = 0.90
_SAMPLE = 400  # examples that are tried; more only cost time
_STEPS = 60


def fit(policy: Policy) -> Recogniser:
    """A recogniser for the policy's questions. Deterministic: equal policies, equal bytes."""
    examples = tuple(_examples(policy.faqs))
    draft = Recogniser(examples, FIXED_THRESHOLD)
    return Recogniser(examples, calibrate(draft, policy.settings.target_precision))


def _examples(faqs: Sequence[Faq]) -> Iterator[Example]:
    """The examples with their languages.

    One that can't be told by its grammar takes the language whose examples share most of its
    words, then that of the question's first answer.
    """
    told: dict[str, Counter[str]] = {}
    texts = [(faq, text, fold_text(text).split()) for faq in faqs for text in _distinct(faq)]
    for _, _, words in texts:
        language = by_grammar(words)
        if language is not None:
            told.setdefault(language, Counter()).update(words)
    for faq, text, words in texts:
        shared = {
            language: sum(map(bool, map(seen.__getitem__, words)))
            for language, seen in told.items()
        }
        near = max(sorted(shared), key=shared.__getitem__, default=None)
        guess = near if near is not None and shared[near] else faq.answers[0].language
        yield Example(faq.id, text, by_grammar(words) or guess)


def _distinct(faq: Faq) -> list[str]:
    return list(dict.fromkeys(faq.examples))


def calibrate(draft: Recogniser, target: float) -> float:
    """The lowest threshold that keeps the target precision on examples it has not seen.

    Every example is tried twice: left out alone, when the nearest question should be its own; and
    with its whole question left out, when nothing should be near. Where the trials are too few to
    certify the target, the fixed threshold holds, raised above the nearest stranger.
    """
    near = draft.neighbours
    right: list[float] = []
    wrong: list[float] = []
    strangers: list[float] = []
    for number in _chosen(draft.examples):
        example = draft.examples[number]
        query = near.index.query(near.index.words[number])
        known = near.nearest(query, without=number)
        (right if known.faq == example.faq else wrong).append(known.score)
        strangers.append(near.nearest(query, without_faq=example.faq).score)
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
    return math.fsum(
        math.comb(total, k) * chance**k * (1.0 - chance) ** (total - k)
        for k in range(good, total + 1)
    )
