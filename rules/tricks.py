"""Signs that words were made hard to read for a machine: reported, and never answered."""

import re
from enum import StrEnum

from rules.regions import is_region
from rules.view import INVISIBLE

_LATIN = r"A-Za-z\u00c0-\u024f"
# Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu: the scripts with many letters that look Latin.
_LIKE_LATIN = r"\u0370-\u03ff\u0400-\u052f\u0531-\u0588\u13a0-\u13fd\u2c80-\u2cff\ua4d0-\ua4ff"
_MIXED = re.compile(f"[{_LATIN}][{_LIKE_LATIN}]|[{_LIKE_LATIN}][{_LATIN}]")
# Mathematical, full-width, circled, bracketed and squared letters, small capitals; letters of flags
# that stand apart.
_STYLED = re.compile(
    "[\U0001d400-\U0001d7cb\uff21-\uff3a\uff41-\uff5a\u249c-\u24e9\U0001f110-\U0001f129"
    "\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
    "\u1d00-\u1d22\u026a\u0274\u0280\u028f\u0299\u029c\u029f\ua730\ua731]{3}"
    r"|(?:(?<![\U0001f1e6-\U0001f1ff])[\U0001f1e6-\U0001f1ff][^\w\U0001f1e6-\U0001f1ff]{1,3}){3}"
)
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")
_FIRST_FLAG_LETTER = 0x1F1E6
_OTHER_FLAGS = frozenset({"AC", "CP", "DG", "EA", "IC", "TA", "UN"})  # Unicode TR51, annex B
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
        or not all(_are_flags(run.group()) for run in _FLAG_LETTERS.finditer(text)),
        Trick.TURNED: _TURNED.search(text) is not None,
    }
    return frozenset(trick for trick, holds in found.items() if holds)


def _splits_words(text: str) -> bool:
    """Whether an invisible character stands between two letters."""
    return any(not _HARMLESS.issuperset(signs.group()) for signs in _SPLITTING.finditer(text))


def _are_flags(letters: str) -> bool:
    """Whether letters of flags are, two by two, flags that somebody put side by side."""
    plain = "".join(chr(ord("A") + ord(letter) - _FIRST_FLAG_LETTER) for letter in letters)
    pairs = [plain[at : at + 2] for at in range(0, len(plain), 2)]
    return all(is_region(pair) or pair in _OTHER_FLAGS for pair in pairs)
