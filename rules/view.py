"""Text that remembers where each of its characters came from."""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rules.flags import LETTERS_OF_ONE, RUN_OF_LETTERS, SIDE_BY_SIDE, are_flags, as_letters
from rules.model import Span

# Invisible characters that split words for a matcher but not for a reader: soft hyphen, zero-width
# and bidirectional controls, word joiner, byte order mark, variation selectors.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_FOREIGN = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")
# Letters in brackets, squares and discs that NFKC takes for signs: each range is the alphabet.
_DRESSED = {
    first + number: chr(ord("A") + number)
    for first in (0x1F110, 0x1F130, 0x1F150, 0x1F170)
    for number in range(26)
} | {0x249C + number: chr(ord("a") + number) for number in range(26)}
# Signs beside a word that NFKC takes for some of its letters: trade and service marks, and the
# circled numbers from 1 to 20 that count items.
_BESIDE_WORDS = dict.fromkeys((0x2122, 0x2120, *range(0x2460, 0x2474)), " ")
_READ_AS = _DRESSED | _BESIDE_WORDS
_KEYCAP = "\u20e3"  # makes a picture of a key of the sign before it
_ON_KEYS = frozenset("0123456789#*")
# UAX #15, section 13 (stream-safe text): more than 30 marks on one letter are no language.
# The limit also keeps normalisation linear.
_MAX_MARKS = 30


def _no_offsets() -> "array[int]":
    return array("L")


@dataclass(frozen=True, slots=True)
class View:
    """A text and, for each character, its offset in the original."""

    text: str = ""
    offsets: "array[int]" = field(default_factory=_no_offsets)

    @classmethod
    def of(cls, text: str) -> "View":
        """The text as it stands."""
        return cls(text, array("L", range(len(text))))

    @classmethod
    def joined(cls, views: Iterable["View"], separator: str = "\n") -> "View":
        """The views one after the other. A separator points at the end of what stands before."""
        texts: list[str] = []
        offsets = array("L")
        for view in views:
            if texts:
                texts.append(separator)
                offsets.extend([offsets[-1] if offsets else 0] * len(separator))
            texts.append(view.text)
            offsets.extend(view.offsets)
        return cls("".join(texts), offsets)

    def cut(self, start: int, end: int) -> "View":
        """The part from `start` to `end`."""
        return View(self.text[start:end], self.offsets[start:end])

    def stripped(self) -> "View":
        """Without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def span(self, start: int, end: int) -> Span:
        """Where a part stands in the original, end exclusive."""
        if start >= end or end > len(self.offsets):
            return (0, 0)
        return (self.offsets[start], self.offsets[end - 1] + 1)

    def lines(self) -> Iterator["View"]:
        """The lines, without their ends."""
        start = 0
        for line in self.text.split("\n"):
            yield self.cut(start, start + len(line))
            start += len(line) + 1


def normalised(view: View) -> View:
    """In NFKC, line ends as newlines, without invisible characters. Linear in the length."""
    text, offsets = view.text, view.offsets
    if "\r" in text:
        kept = [i for i, char in enumerate(text) if char != "\r" or text[i + 1 : i + 2] != "\n"]
        text = "".join(text[i] for i in kept).replace("\r", "\n")
        offsets = array("L", (offsets[i] for i in kept))
    if text.isascii():
        return View(text, offsets)
    parts: list[str] = []
    places = array("L")
    done = 0
    for run in _FOREIGN.finditer(text):
        parts.append(text[done : run.start()])
        places.extend(offsets[done : run.start()])
        for start, cluster in _clusters(run.group()):
            plain = unicodedata.normalize("NFKC", cluster.translate(_READ_AS))
            if cluster.endswith(_KEYCAP) and cluster[0] in _ON_KEYS:
                plain = " "
            parts.append(plain)
            places.extend([offsets[run.start() + start]] * len(plain))
        done = run.end()
    parts.append(text[done:])
    places.extend(offsets[done:])
    return View(RUN_OF_LETTERS.sub(_spelled, "".join(parts)), places)


def _spelled(letters: "re.Match[str]") -> str:
    """Letters of flags that are none as letters, one for each; flags stay."""
    run = letters.group()
    return run if len(run) == LETTERS_OF_ONE or are_flags(run) else as_letters(run)


def flags_spelled(view: View) -> View:
    """A text with flags side by side as the letters of which they are made: they may be words.

    A space stands before and after the letters: they are none of the words beside them.
    """
    parts: list[View] = []
    done = 0
    for run in SIDE_BY_SIDE.finditer(view.text):
        start, end = run.span()
        parts += [view.cut(done, start), View(as_letters(run.group()), view.offsets[start:end])]
        done = end
    return View.joined([*parts, view.cut(done, len(view.text))], " ") if parts else view


def _clusters(run: str) -> Iterator[tuple[int, str]]:
    """Each base character with its marks, and where it starts; invisible characters left out."""
    start = 0
    cluster: list[str] = []
    for index, char in enumerate(run):
        if INVISIBLE.match(char):
            continue
        if not cluster or not (unicodedata.combining(char) or char == _KEYCAP):
            if cluster:
                yield start, "".join(cluster)
            start, cluster = index, [char]
        elif len(cluster) <= _MAX_MARKS:
            cluster.append(char)
    if cluster:
        yield start, "".join(cluster)
