"""What so many right answers out of so many prove."""

import math

CONFIDENCE = 0.90
_STEPS = 60


def lower_bound(good: int, total: int) -> float:
    """The precision that is at least there, one-sided at 90 % (Clopper and Pearson, 1934)."""
    if not total:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        # Would a true precision this low still show so many right answers by chance?
        if _at_least(good, total, middle) < 1.0 - CONFIDENCE:
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
