"""A second reading of a text: words that were spaced, dotted, masked, joined or hold digits.

`l a w y e r`, `law.yer`, `c*mplaint`, `s0lic1tor`, `@ttorney` and `iwillsueyou` are read as what
they say. The first reading stays as it is; only phrases that hold a restored word are looked for
in the second.
"""

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge

from rules.flags import SIDE_BY_SIDE
from rules.model import Span
from rules.spellings import Spellings
from rules.view import flags_spelled
from rules.words import Words

_SAID_BY_SIGN = {
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "l",
    "*": "",
    ".": "",
    "-": "",
    "_": "",
    "·": "",
}
_SIGNS = str.maketrans("0134578", "oieastb")
_SPACERS = frozenset(" \t.-_*·\u00a0")
# Whether a second reading can differ at all: a sign within a word, a digit beside a letter, a sign
# before a word, or single letters in a row.
_SUSPECT = re.compile(
    r"[^\W_][@$!|*.\-_·][^\W_]|[^\W\d_]\d|\d[^\W\d_]|[@$][^\W_]"
    r"|(?<![^\W_])[^\W_][\s.\-_*·]{1,3}[^\W_][\s.\-_*·]{1,3}[^\W_](?![^\W_])"
)
_LONGEST = 24  # letters of a joined word
_LONGEST_RUN = 60  # letters of a run of single letters
_MIN_RUN = 3
_AROUND = 24  # words on either side of a suspicious place
_MAX_RUNS = 40  # runs of single letters in a text that are spelled out
_MIN_SPELLED = 5  # letters of a word found inside a longer run
_MIN_TOGETHER, _MAX_TOGETHER = 8, 48  # letters of words that were run together
_MIN_PIECES = 3  # two words are often written as one, and mean something else then
_LETTER_WORDS = frozenset("aeiouy")
_MAX_TOGETHERS = 40  # words of a text that are looked at for this


@dataclass(slots=True)
class _Second:
    words: list[str] = field(default_factory=list)
    places: list[Span] = field(default_factory=list)
    openers: set[int] = field(default_factory=set)
    restored: set[int] = field(default_factory=set)

    def add(self, word: str, place: Span, *, opens: bool, restored: bool) -> None:
        if opens:
            self.openers.add(len(self.words))
        if restored:
            self.restored.add(len(self.words))
        self.words.append(word)
        self.places.append(place)


def second_reading(words: Words, spellings: Spellings) -> tuple[Words, frozenset[int]] | None:
    """The parts of a text around disguised words, these restored, and which they are.

    None if there are none. Parts are separated by an empty word, which stands in no phrase.
    """
    second = _Second()
    runs = 0
    together = dict(_run_together(words, spellings))
    for start, end in _parts(words, together):
        index = start
        while index < end:
            opens = index in words.openers
            last = _letters_end(words, index) if runs < _MAX_RUNS else index
            if index in together:
                last = index + 1
                for number, word in enumerate(together[index]):
                    at = words.places[index]
                    second.add(word, at, opens=opens and not number, restored=True)
            elif last - index >= _MIN_RUN:
                runs += 1
                for number, (word, place) in enumerate(_spelled(words, index, last, spellings)):
                    second.add(word, place, opens=opens and not number, restored=True)
            else:
                last, word = _joined(words, index)
                place = (words.places[index][0], words.places[last - 1][1])
                second.add(word, place, opens=opens, restored=word != words.words[index])
            index = last
        second.add("", (0, 0), opens=True, restored=False)
    if not second.restored:
        return None
    read = Words(words.view, tuple(second.words), tuple(second.places), frozenset(second.openers))
    return read, frozenset(second.restored)


def flags_as_letters(words: Words) -> tuple[Words, frozenset[int]] | None:
    """A text with flags side by side read as letters, and which words these are; None without."""
    runs = list(SIDE_BY_SIDE.finditer(words.view.text))
    if not runs:
        return None
    read = Words.of(flags_spelled(words.view))
    # Two spaces for each run before it, and the one that stands before its letters.
    starts = {run.start() + 2 * number + 1 for number, run in enumerate(runs)}
    return read, frozenset(n for n, place in enumerate(read.places) if place[0] in starts)


def is_part(words: Words, index: int) -> bool:
    """Whether a word is one of those that were run together: alone, chance may have made it."""
    return (
        words.places[index]
        in words.places[max(0, index - 1) : index] + words.places[index + 1 : index + 2]
    )


def _run_together(words: Words, spellings: Spellings) -> Iterator[tuple[int, list[str]]]:
    """The words that are several of the vocabulary without spaces, and which."""
    looked_at: dict[str, list[str]] = {}
    for index, word in enumerate(words.words):
        if not _MIN_TOGETHER <= len(word) <= _MAX_TOGETHER or not word.isalpha():
            continue
        if word not in looked_at and len(looked_at) < _MAX_TOGETHERS:
            spans = [] if spellings.takes_as_it_is(word) else _all_words(word, spellings) or []
            pieces = [word[start:end] for start, end in spans]
            is_told = len(pieces) >= _MIN_PIECES and all(
                len(piece) > 1 or piece in _LETTER_WORDS for piece in pieces
            )
            looked_at[word] = pieces if is_told else []
        if looked_at.get(word):
            yield index, looked_at[word]


def _parts(words: Words, together: Collection[int]) -> list[Span]:
    """The runs of words around suspicious places, far enough to hold any phrase."""
    parts: list[Span] = []
    starts = [place[0] for place in words.places]
    suspects = (bisect(starts, found.start()) for found in _SUSPECT.finditer(words.view.text))
    for near in merge(suspects, sorted(together)):
        start, end = max(0, near - _AROUND), min(len(starts), near + _AROUND)
        if parts and start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def _joined(words: Words, start: int) -> tuple[int, str]:
    """A word together with what a single sign ties to it; where it ends, and what it says."""
    text = words.view.text
    at = words.places[start][0]
    word = words.words[start]
    if at and text[at - 1] in "@$" and len(word) > 1:
        before = text[at - 2 : at - 1]
        if not before or before.isspace():
            word = _SAID_BY_SIGN[text[at - 1]] + word
    end = start + 1
    while end < len(words.words) and len(word) <= _LONGEST:
        gap_start, gap_end = words.places[end - 1][1], words.places[end][0]
        if gap_end - gap_start != 1 or text[gap_start] not in _SAID_BY_SIGN:
            break
        word += _SAID_BY_SIGN[text[gap_start]] + words.words[end]
        end += 1
    if not word.isalpha() and not word.isdigit():
        word = word.translate(_SIGNS)
    return end, word


def _letters_end(words: Words, start: int) -> int:
    """Where a run of single letters ends."""
    end = start
    text = words.view.text
    while end < min(len(words.words), start + _LONGEST_RUN) and len(words.words[end]) == 1:
        if end > start:
            between = text[words.places[end - 1][1] : words.places[end][0]]
            if not 0 < len(between) <= _MIN_RUN or not _SPACERS.issuperset(between):
                break
        end += 1
    return end


def _spelled(
    words: Words, start: int, end: int, spellings: Spellings
) -> Iterator[tuple[str, Span]]:
    """The words that a run of single letters spells: wider gaps part them, then the vocabulary."""
    gaps = [words.places[n + 1][0] - words.places[n][1] for n in range(start, end - 1)]
    narrow = min(gaps)
    first = start
    for index in range(start, end):
        if index == end - 1 or gaps[index - start] > narrow:
            yield from _by_vocabulary(words, first, index + 1, spellings)
            first = index + 1


def _by_vocabulary(
    words: Words, start: int, end: int, spellings: Spellings
) -> Iterator[tuple[str, Span]]:
    letters = "".join(words.words[start:end]).translate(_SIGNS)
    for first, last in _segments(letters, spellings):
        place = (words.places[start + first][0], words.places[start + last - 1][1])
        yield letters[first:last], place


def _all_words(letters: str, spellings: Spellings) -> Sequence[Span] | None:
    """Letters as the fewest words of the vocabulary; None if they are not that throughout."""
    fewest: list[list[Span] | None] = [[], *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = fewest[start]
            if before is None or not spellings.knows(letters[start:end]):
                continue
            now = fewest[end]
            if now is None or len(before) + 1 < len(now):
                fewest[end] = [*before, (start, end)]
    return fewest[-1]


def _segments(letters: str, spellings: Spellings) -> Sequence[Span]:
    """Letters as words of the vocabulary, if they are that through and through.

    Otherwise as one word; a longer word of the vocabulary within it stands for itself.
    """
    whole = _all_words(letters, spellings)
    if whole:
        return whole
    for length in range(min(len(letters) - 1, _LONGEST), _MIN_SPELLED - 1, -1):
        for start in range(len(letters) - length + 1):
            if spellings.knows(letters[start : start + length]):
                return [(start, start + length)]
    return [(0, len(letters))]
