"""Literal phrases, found by whole words in one pass over a text.

A phrase is written as customers write, with three marks: `(a|b)` stands for either, an empty
alternative makes it optional, and `_` stands for up to three words of the same sentence.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rules.model import Span
from rules.view import View

T = TypeVar("T")

GAP = "_"
_MAX_GAP = 3
_MAX_CHOICES = 400
_MAX_PIECES = 24
_WORD = re.compile(r"[^\W_]+(?:['\u2019\u00b4`][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?;:\u2026\u3002\uff01\uff1f]|\n\s*\n")
_PLAIN = re.compile(r"[A-Za-z0-9 ]*")
_APOSTROPHE = re.compile("['\u2019\u00b4`]")
_CHOICE = re.compile(r"\(([^()]*)\)")
# English endings that belong to the word before: don't, i'm, you'll. Elsewhere an apostrophe
# parts two words: l'avocat, un'azione.
_ENDINGS = frozenset({"s", "t", "m", "ll", "re", "ve", "d"})
# Letters of other scripts that look like Latin ones (a small part of UTS #39).
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u0432\u043a"
    "\u043c\u043d\u0442\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u0131\u0142",
    "aeopcyxijshdqbkmhtaopviktuil",
)
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


class PhraseError(ValueError):
    """A phrase that can't be read; the message says why."""


def folded(word: str) -> str:
    """A word without case, accents and look-alikes of other scripts."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain.translate(_LOOKALIKES)


@dataclass(frozen=True, slots=True)
class Words:
    """A text as folded words. Word `i` stands at `places[i]` of the view's text."""

    view: View
    words: tuple[str, ...]
    places: tuple[Span, ...]
    openers: frozenset[int]  # indices of the words that open a sentence

    @classmethod
    def of(cls, view: View) -> "Words":
        """Read the words of a normalised text."""
        text = view.text
        words: list[str] = []
        places: list[Span] = []
        openers = {0}
        end = 0
        for match in _WORD.finditer(text):
            if words and _SENTENCE_END.search(text, end, match.start()):
                openers.add(len(words))
            end = match.end()
            for word in _unjoined(match.group()):
                words.append(word)
                places.append(match.span())
        return cls(view, tuple(words), tuple(places), frozenset(openers))

    def span(self, start: int, end: int) -> Span:
        """Where the words from `start` to before `end` stand in the original text."""
        return self.view.span(self.places[start][0], self.places[end - 1][1])


def _unjoined(raw: str) -> list[str]:
    parts = _APOSTROPHE.split(raw)
    if len(parts) == 1:
        return [folded(raw)]
    words = [folded(parts[0])]
    for part in parts[1:]:
        word = folded(part)
        if word in _ENDINGS:
            words[-1] += word
        else:
            words.append(word)
    return words


def fold_text(text: str) -> str:
    """The folded words of a text, with single spaces."""
    if _PLAIN.fullmatch(text):
        return " ".join(text.lower().split())
    return " ".join(Words.of(View.of(text)).words)


@dataclass(slots=True)
class _Node(Generic[T]):
    """A place within phrases: which words may follow, and which phrases end here."""

    children: dict[str, list["_Node[T]"]] = field(default_factory=dict)
    gaps: list["_Node[T]"] = field(default_factory=list)
    values: list[T] = field(default_factory=list)

    def absorb(self, other: "_Node[T]") -> None:
        """Take over everything that may follow another place."""
        for word, nodes in other.children.items():
            self.children.setdefault(word, []).extend(nodes)
        self.gaps.extend(other.gaps)
        self.values.extend(value for value in other.values if value not in self.values)


def _compile(phrase: str, value: T) -> _Node[T]:
    """The places of one phrase, built from its end. Raises PhraseError."""
    pieces = _CHOICE.split(phrase)
    if sum(piece.count("|") + 1 for piece in pieces) > _MAX_CHOICES:
        raise PhraseError(f"more than {_MAX_CHOICES} choices: split the phrase")
    if len(pieces) > _MAX_PIECES:
        raise PhraseError(f"more than {_MAX_PIECES} pieces: split the phrase")
    after: _Node[T] = _Node(values=[value])
    for index in range(len(pieces) - 1, -1, -1):
        choices = pieces[index].split("|") if index % 2 else [pieces[index]]
        here: _Node[T] = _Node()
        for words in dict.fromkeys(words for each in choices for words in _spellings(each)):
            _lead(here, words, after)
        after = here
    if after.values or after.gaps:
        raise PhraseError("a phrase needs a word at its start and at its end")
    return after


def _lead(here: _Node[T], words: tuple[str, ...], after: _Node[T]) -> None:
    """Let some words lead from one place to another; no words make them one place."""
    if not words:
        here.absorb(after)
        return
    for index, word in enumerate(words):
        following = after if index == len(words) - 1 else _Node[T]()
        if word == GAP:
            if following.values:
                raise PhraseError("a phrase needs a word at its start and at its end")
            here.gaps.append(following)
        else:
            here.children.setdefault(word, []).append(following)
        here = following


def _spellings(text: str) -> list[tuple[str, ...]]:
    """The folded words of a piece; German umlauts are also written as two letters."""
    lowered = text.lower()
    spelled = lowered
    for letter, pair in _UMLAUTS:
        spelled = spelled.replace(letter, pair)
    return [_pieces(each) for each in dict.fromkeys((lowered, spelled))]


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(
        word
        for part in text.split()
        for word in ([GAP] if part == GAP else fold_text(part).split())
    )


def check_phrase(phrase: str) -> None:
    """Raise PhraseError if a phrase can't be read."""
    _compile(phrase, None)


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found: the words from `start` to before `end`."""

    value: T
    start: int
    end: int


class PhraseTable(Generic[T]):
    """Phrases with a value each; values are hashable."""

    __slots__ = ("_root", "vocabulary")

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """Compile the phrases. Raises PhraseError."""
        self._root: _Node[T] = _Node()
        words: set[str] = set()
        for phrase, value in entries:
            self._root.absorb(_compile(phrase, value))
            for piece in _CHOICE.sub(lambda match: f" {match.group(1)} ", phrase).split("|"):
                words.update(word for spelled in _spellings(piece) for word in spelled)
        self.vocabulary = frozenset(words - {GAP})

    def find(self, words: Words) -> list[Hit[T]]:
        """Every phrase in the text, by where it starts; of equal starts the longest."""
        longest: dict[tuple[int, T], int] = {}
        children = self._root.children
        for start, word in enumerate(words.words):
            for node in children.get(word, ()):
                for end, found in self._walk(node, words, start + 1):
                    for value in found.values:
                        if end > longest.get((start, value), 0):
                            longest[(start, value)] = end
        return [Hit(value, start, end) for (start, value), end in longest.items()]

    def _walk(self, node: _Node[T], words: Words, position: int) -> Iterator[tuple[int, _Node[T]]]:
        if node.values:
            yield position, node
        if position < len(words.words):
            for after in node.children.get(words.words[position], ()):
                yield from self._walk(after, words, position + 1)
        for gap in node.gaps:
            yield from self._leap(gap, words, position)

    def _leap(self, gap: _Node[T], words: Words, position: int) -> Iterator[tuple[int, _Node[T]]]:
        for landed in range(position, min(position + _MAX_GAP + 1, len(words.words))):
            if landed in words.openers:
                return
            for after in gap.children.get(words.words[landed], ()):
                yield from self._walk(after, words, landed + 1)
