"""Whether the decisions of late differ from those before, beyond chance and by how much.

Mixes are compared by the population stability index, scores by the test of Kolmogorov and Smirnov,
single shares by the test of two proportions. A difference counts if it is great enough to matter
and chance hardly makes it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Counts = Mapping[str | None, int]

LEAST = 100  # decisions on either side, to judge at all

# Conventional bounds of the index (Siddiqi, Credit Risk Scorecards, 2006): below 0.1 the mix is
# the same, from 0.25 on another one.
SHIFTED, CHANGED = 0.1, 0.25
_SMOOTHING = 0.5  # added to each count, so that what is new has a share before, too
# One case in a hundred by chance; in a thousand where many shares are looked at.
_Z_OF_MIX = 2.326
_Z_OF_SHARE = 3.291
_P_OF_SCORES = 0.01
_DISTANCE = 0.1  # of the distributions of scores, that matters
_POINTS = 0.02  # of a share, that matter
_TERMS = 100
_SURE = 0.2  # below it the series converges badly, and the probability is 1 to ten digits


@dataclass(frozen=True, slots=True)
class Period:
    """The decisions of a time, counted; None is no question, or a language that can't be told."""

    outcomes: Counts
    languages: Counts
    questions: Counts  # of those that the recogniser was asked about
    scores: Mapping[float, int]  # of the same

    @property
    def decisions(self) -> int:
        """How many there are."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Mix:
    """How far a mix differs."""

    of: str  # questions, outcomes, languages
    psi: float
    limit: float  # from which it differs: 0.1, or more where chance makes more of it

    @property
    def moved(self) -> bool:
        """Whether it differs."""
        return self.psi >= self.limit


@dataclass(frozen=True, slots=True)
class Scores:
    """How far the distributions of scores differ."""

    distance: float  # the greatest between them, 0 to 1
    chance: float  # the probability of so great a one, if nothing had changed
    before: float  # the median
    recent: float

    @property
    def moved(self) -> bool:
        """Whether they differ."""
        return self.distance >= _DISTANCE and self.chance < _P_OF_SCORES


@dataclass(frozen=True, slots=True)
class Share:
    """A share that differs."""

    of: str  # questions, outcomes, languages
    name: str | None
    before: float
    recent: float


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs."""

    mixes: tuple[Mix, ...]
    scores: Scores
    shares: tuple[Share, ...]  # the greatest change first


def compare(before: Period, recent: Period) -> Drift | None:
    """What differs between two times; None where either has too few decisions to judge."""
    if min(before.decisions, recent.decisions) < LEAST:
        return None
    counts = {
        "questions": (before.questions, recent.questions),
        "outcomes": (before.outcomes, recent.outcomes),
        "languages": (before.languages, recent.languages),
    }
    shares = [share for of, both in counts.items() for share in _shares(of, *both)]
    return Drift(
        tuple(Mix(of, psi(*both), psi_limit(*both)) for of, both in counts.items()),
        _scores(before.scores, recent.scores),
        tuple(sorted(shares, key=lambda one: (-abs(one.recent - one.before), one.of, _text(one)))),
    )


def _text(share: Share) -> str:
    return share.name or ""


def _names(before: Counts, recent: Counts) -> Sequence[str | None]:
    """What was counted at all, in a fixed order."""
    seen = {name for counts in (before, recent) for name, count in counts.items() if count}
    return sorted(seen, key=lambda name: (name is None, name or ""))


def psi(before: Counts, recent: Counts) -> float:
    """The population stability index: the sum of (q - p) * ln(q / p) over shares p before, q now.

    Each count is half a one greater than it is. 0 where one side is empty.
    """
    names = _names(before, recent)
    if not sum(before.values()) or not sum(recent.values()):
        return 0.0
    shares = [
        [(counts.get(name, 0) + _SMOOTHING) / (sum(counts.values()) + _SMOOTHING * len(names))
         for name in names]
        for counts in (before, recent)
    ]  # fmt: skip
    terms = ((q - p) * math.log(q / p) for p, q in zip(*shares, strict=True))
    return round(math.fsum(terms), 4)


def psi_limit(before: Counts, recent: Counts) -> float:
    """The index from which a mix differs: 0.1, or what chance alone exceeds once in a hundred.

    Without a change the index is about (1/n + 1/m) times chi-squared with one degree of freedom
    less than there are shares (Yurdakul, 2018); its quantile is Wilson and Hilferty's.
    """
    n, m = sum(before.values()), sum(recent.values())
    freedom = len(_names(before, recent)) - 1
    if not n or not m or not freedom:
        return SHIFTED
    spread = 2.0 / (9.0 * freedom)
    quantile = freedom * (1.0 - spread + _Z_OF_MIX * math.sqrt(spread)) ** 3
    return round(max(SHIFTED, (1.0 / n + 1.0 / m) * quantile), 4)


def _scores(before: Mapping[float, int], recent: Mapping[float, int]) -> Scores:
    distance = _distance(before, recent)
    n, m = sum(before.values()), sum(recent.values())
    chance = chance_of(distance, n, m)
    return Scores(round(distance, 4), round(chance, 6), _median(before), _median(recent))


def _distance(before: Mapping[float, int], recent: Mapping[float, int]) -> float:
    """The greatest distance between two distributions; 0 where one side is empty."""
    n, m = sum(before.values()), sum(recent.values())
    greatest = 0.0
    below = [0, 0]
    for score in sorted({*before, *recent}) if n and m else ():
        below = [below[0] + before.get(score, 0), below[1] + recent.get(score, 0)]
        greatest = max(greatest, abs(below[0] / n - below[1] / m))
    return greatest


def chance_of(distance: float, n: int, m: int) -> float:
    """The probability of so great a distance between samples of n and m from one distribution.

    Kolmogorov's 2 * sum over k of (-1)^(k-1) * exp(-2 k^2 x^2), where x is the distance times
    s + 0.12 + 0.11 / s, and s the square root of n m / (n + m) (Stephens, 1970). Many equal scores
    make it too great, never too small.
    """
    if not n or not m:
        return 1.0
    size = math.sqrt(n * m / (n + m))
    x = distance * (size + 0.12 + 0.11 / size)
    if x < _SURE:
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2.0 * (k * x) ** 2) for k in range(1, _TERMS))
    return min(1.0, max(0.0, 2.0 * math.fsum(terms)))


def _median(counts: Mapping[float, int]) -> float:
    """The score in the middle; 0 where there is none."""
    total = sum(counts.values())
    below = 0
    for score in sorted(counts):
        below += counts[score]
        if 2 * below >= total > 0:
            return score
    return 0.0


def _shares(of: str, before: Counts, recent: Counts) -> Iterator[Share]:
    """The shares that differ, each tested as one of two proportions."""
    n, m = sum(before.values()), sum(recent.values())
    if not n or not m:
        return
    for name in _names(before, recent):
        counted = before.get(name, 0), recent.get(name, 0)
        p, q = counted[0] / n, counted[1] / m
        pooled = sum(counted) / (n + m)
        error = math.sqrt(pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m))
        if abs(q - p) >= _POINTS and abs(q - p) > _Z_OF_SHARE * error:
            yield Share(of, name, round(p, 4), round(q, 4))
