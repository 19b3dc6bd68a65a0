"""Whether a message is like a question's ways of being asked, and unlike all other questions'.

A regression in closed form (kernel ridge) learns from a policy's titles and examples which question
each of them asks. A question's edge is how much more a message is like it than like any other one,
times the nearness of its nearest way. Because the form is closed, what it would have said of an
example that it had not learnt, or of a question that the policy lacks, needs no second fitting; so
it is known from which edge on answers would have kept a precision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.features.mail_reader import Vector
from rules.intents.certified import limit_among_strangers

_STEEP = 2.0  # of the kernel: how fast likeness falls with distance
_RIDGE = 0.1  # how little is believed of a single way
_MOST = 2000  # ways to compare with; of more, evenly chosen ones
_LIKELIEST = 100  # questions to whose ways a message is compared one by one
_BLOCK = 512  # ways that are compared at once
_TINY = 1e-6  # keeps the kernel of repeated ways regular
_DIGITS = 4

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trials:
    """What would have been said of the examples, had each been unknown."""

    known: tuple[tuple[float, bool], ...]  # left out alone: its edge, whether the question is right
    strangers: tuple[float, ...]  # left out with its whole question: the edge of another one


class Ways:
    """The ways in which a policy's questions are asked, the title of each first."""

    def __init__(self, vectors: Vector, starts: NDArray[np.intp]) -> None:
        """`vectors` has the shape (ways, width); `starts` says where each question's begin."""
        self._vectors = vectors
        self._starts = starts
        count = min(len(vectors), _MOST)
        self._compared = vectors[np.linspace(0, len(vectors) - 1, count).round().astype(np.intp)]
        kernel = _kernel(self._compared, self._compared) + _TINY * np.eye(count)
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

    def limit(self, precision: float) -> float | None:
        """The lowest edge from which the trials kept a precision; None if from none."""
        known, strangers = self.trials.known, self.trials.strangers
        return limit_among_strangers(known, strangers, precision, is_proof=False)

    def _tried(self, solved: Numbers, learnt: Numbers) -> Trials:
        """Every example tried: left out alone, and with its whole question."""
        known: list[tuple[float, bool]] = []
        strangers: list[float] = []
        for first, last in self._blocks():
            block = self._of(first, last)
            near = _kernel(block, self._compared)
            said, spread, cosines = near @ learnt, near @ solved, block @ self._vectors.T
            for number in range(first, last):
                start, count = self._starts[number], len(self._of(number, number + 1))
                rows = slice(start - self._starts[first], start - self._starts[first] + count)
                own = cosines[rows]
                np.fill_diagonal(own[:, start : start + count], -1.0)
                nearest = np.maximum.reduceat(own, self._starts, axis=1).astype(np.float64)
                wanted = np.zeros((count, len(self._starts)))
                wanted[:, number] = 1.0
                missed = wanted - said[rows]
                part = np.eye(count) - spread[rows] @ near[rows].T
                alone = wanted - missed / np.diag(part)[:, np.newaxis]
                absent = wanted - np.linalg.solve(part, missed)
                for way in range(1, count):
                    best, edge = edge_of(alone[way], nearest[way])
                    known.append((edge, best == number))
                    strangers.append(edge_of(absent[way], nearest[way])[1])
        return Trials(tuple(known), tuple(strangers))

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


def edge_of(likeness: Numbers, nearest: Numbers) -> tuple[int, float]:
    """The question that a message is most like, and its edge, 0 to 1."""
    best = int(likeness.argmax())
    others = np.delete(likeness, best)
    ahead = max(0.0, float(likeness[best] - others.max(initial=0.0)))
    return best, round(min(1.0, ahead * max(0.0, float(nearest[best]))), _DIGITS)


def _kernel(some: Vector, others: Vector) -> Numbers:
    cosines = (some @ others.T).astype(np.float64)
    kernel: Numbers = np.exp(_STEEP * (cosines - 1.0))
    return kernel


def _inverse(matrix: NDArray[Any]) -> Numbers:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
