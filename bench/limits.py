"""How often a limit that a firm's own tickets prove misses the wanted precision after all.

    python bench/limits.py

Firms are simulated: tickets have certainties from 0 to 1, and the surer ones are right more often,
after a curve that is known here. A firm's limit is found as the product does; whether the true
precision above it is the wanted one is then read off the curve.
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from rules.intents.certified import limit_for

FIRMS = 1000
STEEP, SHIFT = 6.0, -1.0  # of the curve: right for 0.27 of the least certain, 0.993 of the surest


def main() -> None:
    """Print a row for each precision and number of tickets."""
    print("| precision | tickets | firms that get a limit | of all, missed it | answered |")
    print("| --- " * 5 + "|")
    chance = random.Random(0)
    for precision in (0.9, 0.95, 0.97, 0.98):
        for tickets in (100, 300, 1000, 3000):
            limits = [_limit(chance, tickets, precision) for _ in range(FIRMS)]
            found = [limit for limit in limits if limit is not None]
            missed = sum(_precision(limit) < precision for limit in found)
            answered = sum(1.0 - limit for limit in found) / max(1, len(found))
            print(
                f"| {precision} | {tickets} | {len(found) / FIRMS:.2f} | {missed / FIRMS:.3f} "
                f"| {answered:.2f} |"
            )


def _limit(chance: random.Random, tickets: int, precision: float) -> float | None:
    certainties = [chance.random() for _ in range(tickets)]
    trials = [(each, chance.random() < _right(each)) for each in certainties]
    return limit_for(trials, precision)


def _right(certainty: float) -> float:
    return float(1.0 / (1.0 + np.exp(-(STEEP * certainty + SHIFT))))


def _precision(limit: float) -> float:
    """The true share of right answers from a limit on."""
    return float(np.mean([_right(each) for each in np.linspace(limit, 1.0, 200)]))


if __name__ == "__main__":
    main()
