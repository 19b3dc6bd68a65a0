"""The automaton behind a table of phrases: its states are made when a text first needs them.

Phrases are a graph of places. Reading a text from one of its words, a state is the set of places
that may have been reached; what follows a state is worked out once and kept. So the time for a
text does not grow with the number of phrases, only with how far phrases are followed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from rules.spellings import Meaning, Nearness, Spellings
from rules.words import Words

T = TypeVar("T")

MAX_GAP = 3
_NO_GAP = -1
_MAX_STATES = 20_000
_MAX_KINDS = 100_000
_MAX_MOVES = 500_000
_MAX_RUNS = 100_000
_MENDED_WORDS = 4000  # different words of a text in which misspellings are looked for
_NO_WORD: tuple[Meaning, ...] = (("", Nearness.SAME),)


@dataclass(slots=True, eq=False)
class Node(Generic[T]):
    """A place within phrases: which words may follow, and which phrases end here."""

    children: dict[str, list["Node[T]"]] = field(default_factory=dict)
    gaps: list["Node[T]"] = field(default_factory=list)
    values: list[T] = field(default_factory=list)

    def absorb(self, other: "Node[T]") -> None:
        """Take over everything that may follow another place."""
        for word, nodes in other.children.items():
            self.children.setdefault(word, []).extend(nodes)
        self.gaps.extend(other.gaps)
        self.values.extend(value for value in other.values if value not in self.values)


_Place = tuple[Node[T], int]  # how many more words may be skipped here; -1 outside of a gap


class _State(Generic[T]):
    __slots__ = ("moves", "places", "values")

    def __init__(self, places: frozenset[_Place[T]]) -> None:
        self.places = places
        self.values = tuple(dict.fromkeys(value for node, _ in places for value in node.values))
        self.moves: dict[int, _State[T] | None] = {}


class _Memory(Generic[T]):
    """What was worked out so far. Many threads may add to it: nothing is ever changed."""

    def __init__(self, root: Node[T]) -> None:
        self.start: _State[T] = _State(_closed({(root, _NO_GAP)}))
        self.known: dict[frozenset[_Place[T]], _State[T]] = {}
        self.meanings: dict[int, tuple[Meaning, ...]] = {0: ()}  # of each kind of word
        self._kinds: dict[tuple[Meaning, ...], int] = {(): 0}
        self._numbers = count(1)
        self.near: dict[tuple[T, int, tuple[int, ...]], Nearness] = {}  # of runs that were met
        self.moves = 0  # about: threads may lose a count

    def kind(self, meanings: tuple[Meaning, ...]) -> int:
        """The number of a kind of word: words that may stand for the same are of one kind."""
        known = self._kinds.get(meanings)
        if known is not None:
            return known
        number = next(self._numbers)
        self.meanings[number] = meanings  # before anyone can see the number
        return self._kinds.setdefault(meanings, number)

    def is_full(self) -> bool:
        """Whether it is time to begin anew, so that memory stays bounded."""
        return (
            len(self.known) > _MAX_STATES
            or len(self.meanings) > _MAX_KINDS
            or self.moves > _MAX_MOVES
            or len(self.near) > _MAX_RUNS
        )


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A text as moves: the kind of each word, turned negative where it opens a sentence."""

    moves: list[int]
    memory: _Memory[T]


class States(Generic[T]):
    """The phrases that begin at a root, followed through texts."""

    __slots__ = ("_memory", "_root", "_spellings")

    def __init__(self, root: Node[T], spellings: Spellings) -> None:
        self._root = root
        self._spellings = spellings
        self._memory = _Memory(root)

    def read(self, words: Words) -> Reading[T]:
        """A text, ready for `runs`."""
        if self._memory.is_full():
            self._memory = _Memory(self._root)
        memory = self._memory
        kinds = {
            word: memory.kind(self._spellings.meanings(word, mend=number < _MENDED_WORDS))
            for number, word in enumerate(dict.fromkeys(words.words))
        }
        moves = [kinds[word] for word in words.words]
        for index in words.openers:
            if index < len(moves):
                moves[index] = ~moves[index]
        return Reading(moves, memory)

    def runs(self, reading: Reading[T]) -> list[tuple[T, int, int]]:
        """Where phrases stand: value, first word, end; of equal starts the longest."""
        moves, memory = reading.moves, reading.memory
        last = len(moves)
        longest: dict[tuple[int, T], int] = {}
        first = memory.start.moves
        for start in range(last):
            kind = _kind(moves[start])
            if not kind:
                continue
            state = first[kind] if kind in first else _next(memory, memory.start, kind)
            at = start + 1
            while state is not None:
                for value in state.values:
                    longest[(start, value)] = at
                if at == last:
                    break
                move = moves[at]
                state = state.moves[move] if move in state.moves else _next(memory, state, move)
                at += 1
        return [(value, start, end) for (start, value), end in longest.items()]

    def nearness(self, reading: Reading[T], value: T, start: int, end: int) -> Nearness:
        """How near the words of a run are to its phrase, by the best reading."""
        memory = reading.memory
        run = (value, _kind(reading.moves[start]), tuple(reading.moves[start + 1 : end]))
        known = memory.near.get(run)
        if known is None:
            known = memory.near[run] = _nearness(memory, *run)
        return known


def _kind(move: int) -> int:
    return ~move if move < 0 else move


def _nearness(memory: _Memory[T], value: T, first: int, moves: Sequence[int]) -> Nearness:
    best = dict.fromkeys(memory.start.places, Nearness.SAME)
    for move in (first, *moves):
        after: dict[_Place[T], Nearness] = {}
        for place, so_far in best.items():
            for meaning in memory.meanings[_kind(move)] or _NO_WORD:
                for reached in _step([place], (meaning,), opens=move < 0):
                    # A word that a gap leaps over adds nothing.
                    near = so_far if reached[0] is place[0] else max(so_far, meaning[1])
                    after[reached] = min(near, after.get(reached, near))
        best = after
    return min(near for (node, _), near in best.items() if value in node.values)


def _next(memory: _Memory[T], state: _State[T], move: int) -> _State[T] | None:
    """The state after a word of a kind; a negative move is a word that opens a sentence."""
    opens = move < 0
    places = _step(state.places, memory.meanings[_kind(move)], opens=opens)
    after: _State[T] | None = None
    if places:
        after = memory.known.get(places)
        if after is None:
            after = memory.known[places] = _State(places)
    state.moves[move] = after
    memory.moves += 1
    return after


def _step(
    places: Collection[_Place[T]], meanings: tuple[Meaning, ...], *, opens: bool
) -> frozenset[_Place[T]]:
    reached: set[_Place[T]] = set()
    for node, skips in places:
        if skips >= 0 and opens:
            continue
        children = node.children
        for word, _ in meanings:
            if word in children:  # of most it is none
                reached.update((child, _NO_GAP) for child in children[word])
        if skips > 0:
            reached.add((node, skips - 1))
    return _closed(reached)


def _closed(places: set[_Place[T]]) -> frozenset[_Place[T]]:
    """The places, and those that a gap opens from them; a gap may follow a gap."""
    closed = set(places)
    waiting = list(places)
    while waiting:
        node, _ = waiting.pop()
        opened = {(gap, MAX_GAP) for gap in node.gaps} - closed
        closed |= opened
        waiting += opened
    return frozenset(closed)
