"""Flags of countries, which are pairs of letters that have signs of their own."""

import re

from rules.regions import is_region

FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
RUN_OF_LETTERS = re.compile(f"[{FLAG_LETTERS}]+")
SIDE_BY_SIDE = re.compile(f"[{FLAG_LETTERS}]{{3,}}")
LETTERS_OF_ONE = 2
_FIRST = 0x1F1E6
_OTHER_FLAGS = frozenset({"AC", "CP", "DG", "EA", "IC", "TA", "UN"})  # Unicode TR51, annex B


def as_letters(run: str) -> str:
    """The letters that a run of flags is made of, one for each sign."""
    return "".join(chr(ord("A") + ord(letter) - _FIRST) for letter in run)


def are_flags(run: str) -> bool:
    """Whether letters of flags are, two by two, flags that somebody put side by side."""
    plain = as_letters(run)
    pairs = [plain[at : at + LETTERS_OF_ONE] for at in range(0, len(plain), LETTERS_OF_ONE)]
    return all(is_region(pair) or pair in _OTHER_FLAGS for pair in pairs)
