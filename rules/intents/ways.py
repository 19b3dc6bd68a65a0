"""Whether a message is like a question's ways of being asked, and unlike all other questions'.

A regression in closed form (kernel ridge) learns from a policy's titles and examples which question
each of them asks. A question's edge is how much more a message is like it than like any other one,
times the nearness of its nearest way; its reach is the likeness itself times that nearness. Because
the form is closed, what it would have said of an example that it had not learnt, or of a question
that the policy lacks, needs no second fitting; so it is known from which edge on answers would have
kept a precision, and how far a policy's examples usually reach.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.features.mail_reader import Vector
from rules.intents.certified import limit_among_strangers

_STEEP = 2.0  # of the kernel: how fast likeness falls with distance
_RIDGE = 0.1  # how little is believed of a single way
_MOST = 2000  # ways to compare with; of more, the middles of evenly chosen ones' surroundings
_NEAR = 100.0  # how little of a surrounding is far away
_LIKELIEST = 100  # questions to whose ways a message is compared one by one
_BLOCK = 512  # ways that are compared at once
_TINY = 1e-6  # keeps the kernel of repeated ways regular
_DIGITS = 4
_FAR_SHARE = 0.02  # of the examples: further from the others than what counts as usual
# Trials of a policy's own that count as much as those of other policies; and the share of the
# wrong answers allowed that is allowed where they lower an edge.
_AS_MANY = 1000
_STRICTER = 2 / 3
_COPY = 0.9  # cosine from which two examples of a question are hardly two
_MOST_OF_ONE = 50  # trials of one question that count
_FEWEST_QUESTIONS = 10  # whose trials count: strangers are tried by the other questions alone

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trials:
    """What would have been said of the examples, had each been unknown."""

    known: tuple[tuple[float, bool], ...]  # left out alone: its edge, whether the question is right
    strangers: tuple[float, ...]  # left out with its whole question: the edge of another one
    reached: tuple[float, ...]  # left out alone: its reach


@dataclass(frozen=True, slots=True)
class Told:
    """What a policy's ways tell of a message."""

    best: int  # the question that it is most like
    edge: float  # 0 to 1
    reach: float  # about 0 to 1: how far the policy reaches to it at all


class Ways:
    """The ways in which a policy's questions are asked, the title of each first."""

    def __init__(self, vectors: Vector, starts: NDArray[np.intp]) -> None:
        """`vectors` has the shape (ways, width); `starts` says where each question's begin."""
        self._vectors = vectors
        self._starts = starts
        self._compared = _middles(vectors, _MOST) if len(vectors) > _MOST else vectors
        count = len(self._compared)
        exact = self._compared.astype(np.float64)  # of many copies rounding makes it irregular
        kernel = _kernel(exact, exact) + _TINY * np.eye(count)
        base = _inverse(np.linalg.cholesky(kernel))
        products, sums = np.zeros((count, count)), np.zeros((count, len(starts)))
        for first, last in self._blocks():
            near = _kernel(self._of(first, last), self._compared)
            products += near.T @ near
            places = starts[first:last] - starts[first]
            sums[:, first:last] = np.add.reduceat(near, places, axis=0).T
        solved = base.T @ _inverse(base @ products @ base.T + _RIDGE * np.eye(count)) @ base
        learnt = solved @ sums
        self._weights = learnt.astype(np.float32)
        self.trials = self._tried(solved, learnt)
        self.weight = self._weight()
        # What nearly every example reaches that is left out; 0 where there are none.
        self.usual_reach = float(np.quantile(self.trials.reached or (0.0,), _FAR_SHARE))

    @property
    def examples(self) -> int:
        """How many examples a question has beside its title, in the middle."""
        return int(np.median([self.examples_of(n) for n in range(len(self._starts))]))

    def examples_of(self, number: int) -> int:
        """How many examples a question has beside its title."""
        return len(self._of(number, number + 1)) - 1

    def likeness(self, vector: Vector) -> Numbers:
        """How much a message is like each question's ways and unlike others': about 0 to 1."""
        near = _kernel(vector[np.newaxis], self._compared)[0].astype(np.float32) @ self._weights
        return np.asarray(near, dtype=np.float64)

    def nearest(self, vector: Vector, likely: Numbers | None = None) -> Numbers:
        """The cosine of a message and each question's nearest way, shape (questions,).

        Of more than a hundred questions only the hundred likeliest are looked at, if it is given
        how likely each is; of the others it is -1, the least there can be.
        """
        if likely is None or len(likely) <= _LIKELIEST:
            near = np.maximum.reduceat(self._vectors @ vector, self._starts)
            return np.asarray(near, dtype=np.float64)
        chosen = np.argsort(-likely, kind="stable")[:_LIKELIEST]
        ways = [self._of(number, number + 1) for number in chosen.tolist()]
        places = np.cumsum([0, *map(len, ways[:-1])])
        found = np.full(len(likely), -1.0)
        found[chosen] = np.maximum.reduceat(np.concatenate(ways) @ vector, places)
        return found

    def edges(self, precision: float, shipped: Sequence[float]) -> list[float | None]:
        """From which edges on the ways tell a question, for each edge that others needed.

        `shipped` are edges that kept the precision for other policies; above 1, where none did.
        The trials raise one to what they need themselves. They lower it by as much as they weigh
        beside those of others, towards what in them kept a higher precision: what else customers
        ask may be nearer to the policy's questions than these are to each other. None where other
        policies had none, or no edge kept the precision in the trials.
        """
        own = self.limit(precision)
        if own is None:
            return [None] * len(shipped)
        strict = self.limit(1.0 - _STRICTER * (1.0 - precision))
        lowest = 1.0 if strict is None else strict
        share = self.weight / (self.weight + _AS_MANY)
        mixed = [max(own, each + share * min(0.0, lowest - each)) for each in shipped]
        return [None if each > 1.0 else edge for each, edge in zip(shipped, mixed, strict=True)]

    def limit(self, precision: float) -> float | None:
        """The lowest edge from which the trials kept a precision; None if from none."""
        known, strangers = self.trials.known, self.trials.strangers
        return limit_among_strangers(known, strangers, precision, is_proof=False)

    def _weight(self) -> float:
        """As how many trials the examples count: copies as one, and none of few questions."""
        if len(self._starts) < _FEWEST_QUESTIONS:
            return 0.0
        weight = 0.0
        for number in range(len(self._starts)):
            examples = self._of(number, number + 1)[1:]
            copies = (examples @ examples.T >= _COPY).sum(axis=1)
            weight += min(_MOST_OF_ONE, float((1.0 / copies).sum()))
        return weight

    def _tried(self, solved: Numbers, learnt: Numbers) -> Trials:
        """Every example tried: left out alone, and with its whole question."""
        known: list[tuple[float, bool]] = []
        strangers: list[float] = []
        reached: list[float] = []
        for first, last in self._blocks():
            block = self._of(first, last)
            near = _kernel(block, self._compared)
            said, spread = near @ learnt, near @ solved
            for number in range(first, last):
                start, count = self._starts[number], len(self._of(number, number + 1))
                rows = slice(start - self._starts[first], start - self._starts[first] + count)
                wanted = np.zeros((count, len(self._starts)))
                wanted[:, number] = 1.0
                missed = wanted - said[rows]
                part = np.eye(count) - spread[rows] @ near[rows].T
                alone = wanted - missed / np.diag(part)[:, np.newaxis]
                absent = wanted - np.linalg.solve(part, missed)
                for way in range(1, count):
                    found = self._without(way, number, alone[way])
                    known.append((found.edge, found.best == number))
                    reached.append(found.reach)
                    strangers.append(self._without(way, number, absent[way]).edge)
        return Trials(tuple(known), tuple(strangers), tuple(reached))

    def _without(self, way: int, number: int, likeness: Numbers) -> Told:
        """What is told of a way of a question by all ways but itself."""
        best = int(likeness.argmax())
        cosines = self._of(best, best + 1) @ self._vectors[self._starts[number] + way]
        if best == number:
            cosines = np.delete(cosines, way)
        return _told_near(likeness, float(cosines.max()))

    def _of(self, first: int, last: int) -> Vector:
        """The ways of some questions that stand beside each other."""
        end = self._starts[last] if last < len(self._starts) else len(self._vectors)
        return self._vectors[self._starts[first] : end]

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Questions beside each other, as many as have `_BLOCK` ways: large products are faster."""
        first = 0
        for last in range(1, len(self._starts) + 1):
            if last == len(self._starts) or len(self._of(first, last)) >= _BLOCK:
                yield first, last
                first = last


def told(likeness: Numbers, nearest: Numbers) -> Told:
    """What a policy's ways tell of a message, by its likeness and nearness to each question."""
    return _told_near(likeness, float(nearest[likeness.argmax()]))


def _told_near(likeness: Numbers, nearest: float) -> Told:
    best = int(likeness.argmax())
    most, near = max(0.0, float(likeness[best])), max(0.0, nearest)
    ahead = max(0.0, most - float(np.delete(likeness, best).max(initial=0.0)))
    return Told(best, round(min(1.0, ahead * near), _DIGITS), round(most * near, _DIGITS))


def _middles(vectors: Vector, count: int) -> Vector:
    """So many vectors of length one that stand for all: evenly chosen ones, moved.

    Each becomes the mean of the vectors that are nearer to it than to the others. Nearness is by
    degrees, so that a last digit can't move a vector from one mean to another.
    """
    chosen = vectors[np.linspace(0, len(vectors) - 1, count).round().astype(np.intp)]
    sums = np.zeros_like(chosen)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        cosines = block @ chosen.T
        shares = np.exp(_NEAR * (cosines - cosines.max(axis=1, keepdims=True)))
        sums += (shares / shares.sum(axis=1, keepdims=True)).T @ block
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def _kernel(some: Vector | Numbers, others: Vector | Numbers) -> Numbers:
    cosines = (some @ others.T).astype(np.float64)
    kernel: Numbers = np.exp(_STEEP * (cosines - 1.0))
    return kernel


def _inverse(matrix: NDArray[Any]) -> Numbers:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
