"""Words as they were meant: spaced letters joined, digits read as letters, misspellings mended.

Only words that matter are restored, so that an ordinary text reads as it stands.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from rules.languages import ALL_FUNCTION_WORDS
from rules.model import Span
from rules.phrases import Words
from rules.wordlists import word_set

_MIN_JOINED = 4  # fewer single letters in a row are abbreviations
_MIN_MENDED = 7  # in shorter words one letter makes another word
_DIGITS = str.maketrans("013457", "oieast")
_DIGITS_L = str.maketrans("013457", "oleast")
# Proper words that are one letter away from a word that matters.
_PROPER = word_set(
    "compliant compliance complaint complaints complains complained lawful lawyer discharge "
    "discharged solicited ombudsman regulated regulator regulars attorneys courteous frauds "
    "chargeable supervisor unsolicited attorney datenschutzer anwalte rekla"
)


def undisguised(words: Words, vocabulary: Collection[str], heads: Sequence[str]) -> Words | None:
    """The text with its disguised words restored, or None if there is none."""
    joined = _joined(words, vocabulary)
    restored = joined or words
    found: dict[str, str] = {}
    for word in set(restored.words):
        meant = _meant(word, vocabulary, heads)
        if meant is not None:
            found[word] = meant
    if not found:
        return joined
    return replace(restored, words=tuple(found.get(word, word) for word in restored.words))


def _meant(word: str, vocabulary: Collection[str], heads: Sequence[str]) -> str | None:
    if word in vocabulary or word in ALL_FUNCTION_WORDS or word in _PROPER:
        return None
    if any(map(str.isdigit, word)) and any(map(str.isalpha, word)):
        for table in (_DIGITS, _DIGITS_L):
            if word.translate(table) in vocabulary:
                return word.translate(table)
    if len(word) < _MIN_MENDED - 1:
        return None
    for head in heads:
        if (
            head[0] == word[0]
            and len(head) >= _MIN_MENDED
            and abs(len(head) - len(word)) <= 1
            and OSA.distance(word, head, score_cutoff=1) <= 1
        ):
            return head
    return None


_SPACER = re.compile(r"[\s.\-_*]{1,3}")


def _joined(words: Words, vocabulary: Collection[str]) -> Words | None:
    """Runs of single letters read as the words they spell, where these are words that matter."""
    read: list[str] = []
    places: list[Span] = []
    openers: set[int] = set()
    found = False
    index = 0
    while index < len(words.words):
        end = _run_end(words, index)
        spelled = "".join(words.words[index:end])
        if end - index >= _MIN_JOINED and spelled in vocabulary:
            found = True
            if index in words.openers:
                openers.add(len(read))
            read.append(spelled)
            places.append((words.places[index][0], words.places[end - 1][1]))
        else:
            openers.update(len(read) + n - index for n in range(index, end) if n in words.openers)
            read += words.words[index:end]
            places += words.places[index:end]
        index = end
    if not found:
        return None
    return Words(words.view, tuple(read), tuple(places), frozenset(openers))


_LONGEST_RUN = 24


def _run_end(words: Words, start: int) -> int:
    """Where a run of single letters ends; after the word itself if it is none."""
    end = start + 1
    if len(words.words[start]) > 1:
        return end
    while end < min(len(words.words), start + _LONGEST_RUN) and len(words.words[end]) == 1:
        between = words.view.text[words.places[end - 1][1] : words.places[end][0]]
        if not _SPACER.fullmatch(between):
            break
        end += 1
    return end
