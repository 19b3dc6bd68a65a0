"""Literal phrases, found by whole words in one pass over a text, however many there are.

A phrase is written as customers write, with four marks: `(a|b)` stands for either, an empty
alternative makes it optional, `_` stands for up to three words of the same sentence, and `stem*`
for every word that begins so. Inflections, and one edit in words of six letters or more, are
found too.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from rules.phrase_states import Node, States
from rules.spellings import MIN_STEM, STAR, Nearness, Spellings
from rules.words import Words, fold_text, is_plain

T = TypeVar("T")

GAP = "_"
_MAX_CHOICES = 400
_MAX_PIECES = 24
_CHOICE = re.compile(r"\(([^()]*)\)")
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))
MAX_HITS = 50  # more of the same prove no more


class PhraseError(ValueError):
    """A phrase that can't be read; the message says why."""


def _compile(phrase: str, value: T) -> tuple[Node[T], set[str]]:
    """The places of one phrase, built from its end, and its words. Raises PhraseError."""
    pieces = _CHOICE.split(phrase)
    if sum(piece.count("|") + 1 for piece in pieces) > _MAX_CHOICES:
        raise PhraseError(f"more than {_MAX_CHOICES} choices: split the phrase")
    if any(mark in piece for piece in pieces[::2] for mark in "()|"):
        raise PhraseError("a bracket is not closed, or a bar stands outside of brackets")
    if len(pieces) > _MAX_PIECES:
        raise PhraseError(f"more than {_MAX_PIECES} pieces: split the phrase")
    after: Node[T] = Node(values=[value])
    vocabulary: set[str] = set()
    for index in range(len(pieces) - 1, -1, -1):
        choices = pieces[index].split("|") if index % 2 else [pieces[index]]
        here: Node[T] = Node()
        for words in dict.fromkeys(words for each in choices for words in _spellings(each)):
            vocabulary.update(words)
            _lead(here, words, after)
        after = here
    if after.values or after.gaps:
        raise PhraseError("a phrase needs a word at its start and at its end")
    return after, vocabulary - {GAP}


def _lead(here: Node[T], words: tuple[str, ...], after: Node[T]) -> None:
    """Let some words lead from one place to another; no words make them one place."""
    if not words:
        here.absorb(after)
        return
    for index, word in enumerate(words):
        following = after if index == len(words) - 1 else Node[T]()
        if word == GAP:
            if following.values:
                raise PhraseError("a phrase needs a word at its start and at its end")
            here.gaps.append(following)
        else:
            here.children.setdefault(word, []).append(following)
        here = following


def _spellings(text: str) -> list[tuple[str, ...]]:
    """The folded words of a piece; German umlauts are also written as two letters."""
    if is_plain(text):  # most are, and thousands of phrases are read at every start
        return [tuple(text.lower().split())]
    lowered = unicodedata.normalize("NFKC", text).lower()  # as texts are read
    spelled = lowered
    for letter, pair in _UMLAUTS:
        spelled = spelled.replace(letter, pair)
    return [_pieces(each) for each in dict.fromkeys((lowered, spelled))]


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split() for word in _words_of(part))


def _words_of(part: str) -> list[str]:
    if part == GAP:
        return [GAP]
    words = fold_text(part).split()
    if not part.endswith(STAR):
        return words
    if not words or len(words[-1]) < MIN_STEM:
        raise PhraseError(f"a star needs at least {MIN_STEM} letters before it")
    return [*words[:-1], words[-1] + STAR]


def check_phrase(phrase: str) -> None:
    """Raise PhraseError if a phrase can't be read."""
    _compile(phrase, None)


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found: the words from `start` to before `end`, read as near as `nearness` says."""

    value: T
    start: int
    end: int
    nearness: Nearness = Nearness.SAME


class PhraseTable(Generic[T]):
    """Phrases with a value each; values are hashable."""

    __slots__ = ("_ordinary", "_states", "spellings")

    def __init__(
        self,
        entries: Iterable[tuple[str, T]],
        ordinary: Collection[str] = frozenset(),
        *,
        exact: bool = False,
    ) -> None:
        """Compile the phrases. `ordinary` words are no misspellings. Raises PhraseError.

        `exact`: neither inflections nor misspellings are found.
        """
        self._ordinary = ordinary
        root: Node[T] = Node()
        vocabulary: set[str] = set()
        for phrase, value in entries:
            node, words = _compile(phrase, value)
            root.absorb(node)
            vocabulary |= words
        self.spellings = Spellings(vocabulary, ordinary, exact=exact)
        self._states = States(root, self.spellings)

    def find(self, words: Words, around: Collection[int] | None = None) -> list[Hit[T]]:
        """Every phrase in the text, by where it starts; of equal starts the longest.

        With `around`, only phrases that hold one of these words. Of one value at most `MAX_HITS`
        are returned. A single ordinary word is never taken for a misspelling.
        """
        reading = self._states.read(words)
        kept: Counter[T] = Counter()
        looked_at: Counter[T] = Counter()
        hits: list[Hit[T]] = []
        for value, start, end in self._states.runs(reading):
            if kept[value] >= MAX_HITS or looked_at[value] >= MAX_HITS * 4:
                continue
            if around is not None and not any(start <= index < end for index in around):
                continue
            looked_at[value] += 1
            nearness = self._states.nearness(reading, value, start, end)
            alone = end - start == 1
            if alone and nearness is Nearness.NEIGHBOUR and words.words[start] in self._ordinary:
                continue
            kept[value] += 1
            hits.append(Hit(value, start, end, nearness))
        return hits
