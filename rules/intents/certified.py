"""What so many right answers out of so many prove (the exact bounds of Clopper and Pearson, 1934).

Everything is one-sided, at 90 % confidence.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence

CONFIDENCE = 0.90
_STEPS = 60
_DIGITS = 4
_STRANGE = 0.7  # of the messages: that they ask what no answer settles


def lower_bound(good: int, total: int) -> float:
    """The precision that is at least there; 0 where nothing was tried."""
    if not total:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if proves(good, total, middle):
            low = middle
        else:
            high = middle
    return low


def proves(good: int, total: int, precision: float) -> bool:
    """Whether so many right answers would seldom come by chance were the precision any lower."""
    return bool(total) and _at_least(good, total, precision) < 1.0 - CONFIDENCE


def refutes(good: int, total: int, precision: float) -> bool:
    """Whether so few right answers would seldom come by chance if the precision were there."""
    return bool(total) and _at_least(good + 1, total, precision) > CONFIDENCE


def still_needed(good: int, total: int, precision: float) -> int | None:
    """How many more right answers, and no wrong one, would prove a precision; None: no number."""
    if precision >= 1.0:
        return None

    def is_enough(more: int) -> bool:
        return proves(good + more, total + more, precision)

    most = 1
    while not is_enough(most):
        most *= 2
    return bisect_left(range(most), True, key=is_enough)  # noqa: FBT003 - what is looked for


def limit_for(
    trials: Sequence[tuple[float, bool]], precision: float, whatever: Sequence[bool] = ()
) -> float | None:
    """The lowest certainty from which answers keep a precision, as far as trials prove it.

    Trials are certainties with whether the answer was right; `whatever` are those that are answered
    whatever the limit, and count above every certainty. The limit is chosen among many, which
    weakens the proof little: of simulated firms at most one in nine got a limit that missed the
    precision, where each bound alone allows one in ten (`bench/limits.py`).
    """
    ranked = sorted(trials, key=lambda trial: -trial[0])
    found: float | None = None
    right = sum(whatever)
    for place, (certainty, is_right) in enumerate(ranked, start=1):
        right += is_right
        count = len(whatever) + place
        is_last = place == len(ranked) or ranked[place][0] < certainty
        if is_last and right >= precision * count and proves(right, count, precision):
            found = certainty
    return None if found is None else round(found, _DIGITS)


def limit_among_strangers(
    known: Sequence[tuple[float, bool]],
    strangers: Sequence[float],
    precision: float,
    *,
    is_proof: bool,
) -> float | None:
    """The lowest certainty that keeps a precision where most messages ask what has no answer.

    `known` are trials of questions that have an answer, `strangers` the certainties of messages
    whose question has none; seven of ten messages are taken to be such. Of these so many pass the
    limit as passed it in the trials; for a proof, as many as the trials leave possible. None where
    no certainty keeps the precision.
    """
    right = sorted((certainty for certainty, is_right in known if is_right), reverse=True)
    wrong = sorted(certainty for certainty, is_right in known if not is_right)
    strange = sorted(strangers)
    total = len(strange)
    found: float | None = None
    for count, certainty in enumerate(right, start=1):
        passed = total - bisect_left(strange, certainty)
        good = (1.0 - _STRANGE) * count / len(known)
        bad = (1.0 - _STRANGE) * (len(wrong) - bisect_left(wrong, certainty)) / len(known)
        strangers_pass = _STRANGE * passed / max(1, total)
        if good >= precision * (good + bad + strangers_pass):
            spare = (good / precision - good - bad) / _STRANGE  # the share that may pass
            if not is_proof or spare >= 1.0 or proves(total - passed, total, 1.0 - spare):
                found = certainty
        elif precision * (1.0 - _STRANGE + strangers_pass) > 1.0 - _STRANGE:
            break  # too many even if every question were told rightly
    return found


def _at_least(good: int, total: int, chance: float) -> float:
    """The probability of at least `good` right answers out of `total`."""
    if chance >= 1.0:
        return float(good <= total)
    return math.fsum(_exactly(right, total, chance) for right in range(good, total + 1))


def _exactly(good: int, total: int, chance: float) -> float:
    """The probability of so many; by logarithms, since the ways to get them overflow a float."""
    ways = math.lgamma(total + 1) - math.lgamma(good + 1) - math.lgamma(total - good + 1)
    return math.exp(ways + good * math.log(chance) + (total - good) * math.log1p(-chance))
