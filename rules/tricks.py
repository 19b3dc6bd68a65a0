"""Signs that words were made hard to read for a machine: reported, and never answered."""

import re
from enum import StrEnum

from rules.flags import FLAG_LETTERS, LETTERS_OF_ONE, RUN_OF_LETTERS, are_flags
from rules.view import INVISIBLE

_LATIN = r"A-Za-z\u00c0-\u024f"
# Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu: the scripts with many letters that look Latin.
_LIKE_LATIN = r"\u0370-\u03ff\u0400-\u052f\u0531-\u0588\u13a0-\u13fd\u2c80-\u2cff\ua4d0-\ua4ff"
_MIXED = re.compile(f"[{_LATIN}][{_LIKE_LATIN}]|[{_LIKE_LATIN}][{_LATIN}]")
# Signs that people use as pictures, and that are read as letters: i, M, A, B, O, P, Chinese ones.
_PICTURES = r"\u2139\u24c2\u3297\u3299\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f200-\U0001f265"
# Mathematical, full-width, circled, bracketed and squared letters, small capitals; letters of flags
# that stand apart; flags within a word, pictures of letters beside one.
_STYLED = re.compile(
    "[\U0001d400-\U0001d7cb\uff21-\uff3a\uff41-\uff5a\u249c-\u24e9\U0001f110-\U0001f129"
    "\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
    "\u1d00-\u1d22\u026a\u0274\u0280\u028f\u0299\u029c\u029f\ua730\ua731]{3}"
    rf"|(?:(?<![{FLAG_LETTERS}])[{FLAG_LETTERS}][^\w{FLAG_LETTERS}]{{1,3}}){{3}}"
    rf"|(?<=[{_LATIN}])[{FLAG_LETTERS}]+(?=[{_LATIN}])"
    rf"|[{_LATIN}][{_PICTURES}]|[{_PICTURES}]\ufe0f?[{_LATIN}]"
)
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SPLITTING = re.compile(rf"(?<=[^\W\d_])(?:{INVISIBLE.pattern})+(?=[^\W\d_])")
# Signs that languages or mail programs use themselves: soft hyphen, joiners, variation selectors.
_HARMLESS = frozenset("\u00ad\u200c\u200d\ufe0e\ufe0f\u034f\u061c\u200e\u200f")


class Trick(StrEnum):
    """One way to disguise a word."""

    INVISIBLE = "invisible"  # an invisible character inside a word
    MIXED_SCRIPT = "mixed_script"  # letters of several scripts in one word
    STYLED = "styled"  # mathematical, circled, squared or full-width letters, those of flags
    TURNED = "turned"  # controls that turn the direction of reading


def tricks_in(text: str) -> frozenset[Trick]:
    """The tricks in a text; Latin letters are the ones that are imitated."""
    if text.isascii():
        return frozenset()
    found = {
        Trick.INVISIBLE: _splits_words(text),
        Trick.MIXED_SCRIPT: any(
            _MIXED.search(word.group())
            for word in _WORD.finditer(text)
            if not word.group().isascii()
        ),
        Trick.STYLED: _STYLED.search(text) is not None
        or any(map(_spells, RUN_OF_LETTERS.finditer(text))),
        Trick.TURNED: _TURNED.search(text) is not None,
    }
    return frozenset(trick for trick, holds in found.items() if holds)


def _splits_words(text: str) -> bool:
    """Whether an invisible character stands between two letters."""
    return any(not _HARMLESS.issuperset(signs.group()) for signs in _SPLITTING.finditer(text))


def _spells(run: re.Match[str]) -> bool:
    """Whether letters of flags are no flags, and many or beside a word."""
    if are_flags(run.group()):
        return False
    text, (start, end) = run.string, run.span()
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return end - start > LETTERS_OF_ONE or _LATIN_LETTER.search(beside) is not None
