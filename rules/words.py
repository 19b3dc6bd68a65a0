"""Texts as folded words that remember where they stand."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from rules.model import Span
from rules.shipped import shipped_lines
from rules.view import View

_WORD = re.compile(r"[^\W_]+(?:['\u2019\u00b4`\u02bc][^\W_]+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:['`][a-z0-9]+)*")
_SENTENCE_END = re.compile(r"[.!?;:\u2026\u3002\uff01\uff1f]|\n\s*\n")
_PLAIN = re.compile(r"[A-Za-z0-9 ]*")
_APOSTROPHE = re.compile("['\u2019\u00b4`\u02bc]")
# English endings that belong to the word before: don't, i'm, you'll. Elsewhere an apostrophe
# parts two words: l'avocat, un'azione.
_ENDINGS = frozenset({"s", "t", "m", "ll", "re", "ve", "d"})


@cache
def look_alikes() -> dict[int, str]:
    """Letters of other scripts, and the Latin ones that they look like."""
    table: dict[int, str] = {}
    for line in shipped_lines("lexicon/confusables.txt"):
        latin, *others = line.split()
        table.update((ord(other), latin) for other in others)
    return table


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word without case, accents and look-alikes of other scripts."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain if plain.isascii() else plain.translate(look_alikes())


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
        ends_sentence = _SENTENCE_END.search
        if text.isascii():
            text = text.lower()  # keeps the places; folds every word at once
            pattern, is_folded = _ASCII_WORD, True
        else:
            pattern, is_folded = _WORD, False
        for match in pattern.finditer(text):
            place = match.span()
            start = place[0]
            spaced = start == end + 1 and text[end] == " "
            if not spaced and words and ends_sentence(text, end, start):
                openers.add(len(words))
            end = place[1]
            raw = match.group()
            if is_folded and raw.isalnum():
                words.append(raw)
                places.append(place)
                continue
            for word in _unjoined(raw):
                words.append(word)
                places.append(place)
        return cls(view, tuple(words), tuple(places), frozenset(openers))

    def span(self, start: int, end: int) -> Span:
        """Where the words from `start` to before `end` stand in the original text."""
        return self.view.span(self.places[start][0], self.places[end - 1][1])

    def sentence(self, index: int) -> tuple[int, int]:
        """The words of the sentence in which a word stands: from, and before."""
        start = index
        while start and start not in self.openers:
            start -= 1
        end = index + 1
        while end < len(self.words) and end not in self.openers:
            end += 1
        return start, end


def _unjoined(raw: str) -> list[str]:
    parts = [part for part in _APOSTROPHE.split(raw) if part]
    words = [folded(part) for part in parts[:1]]
    for part in parts[1:]:
        word = folded(part)
        if word in _ENDINGS:
            words[-1] += word
        else:
            words.append(word)
    return words


def is_plain(text: str) -> bool:
    """Whether a text has nothing to fold but case: unaccented letters, digits and blanks alone."""
    return _PLAIN.fullmatch(text) is not None


def fold_text(text: str) -> str:
    """The folded words of a text, with single spaces."""
    if is_plain(text):
        return " ".join(text.lower().split())
    return " ".join(Words.of(View.of(text)).words)
