"""Which words of a text stand in quotation marks, and little else with them.

They are spoken of, not said: a title, a button, what others wrote. In doubt words are said.
"""

import re

from rules.model import Span

_LONGEST = 60  # characters; who quotes more tells what happened
_MARK = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')
# Marks that open, and what closes each.
_CLOSED_BY = {
    '"': '"',
    "\u201c": "\u201d",
    "\u201d": "\u201d",
    "\u201e": '\u201c\u201d"',
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
}
_SPACED = "\u00ab\u00bb"  # in French a space stands within them
_BRACKETS = "([{<"


def quotations(text: str) -> list[Span]:
    """The short quotations of a text, with their marks; none where nothing is said besides.

    All marks are paired in order, so that a long quotation uses up its own. A mark in an open
    quotation that doesn't close it gives it up: somebody forgot to close it, or it is an inch's.
    """
    pairs: list[Span] = []
    opened: int | None = None
    for mark in _MARK.finditer(text):
        at = mark.start()
        if opened is not None and _closes(text, at, text[opened]):
            pairs.append((opened, at + 1))
            opened = None
        else:
            opened = at if _opens(text, at) else None
    if len(pairs) == 1 and not _has_words(text[: pairs[0][0]] + text[pairs[0][1] :]):
        return []
    return [pair for pair in pairs if _is_short(text[slice(*pair)])]


def _opens(text: str, at: int) -> bool:
    """Whether a mark stands before a word and after a space or bracket: an inch's mark doesn't."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    begins = at == 0 or before.isspace() or before in _BRACKETS
    if text[at] == "\u00ab":
        return begins
    return begins and bool(after) and not after.isspace()


def _closes(text: str, at: int, opening: str) -> bool:
    """Whether a mark is the partner of one that opened, and stands behind a word."""
    if text[at] not in _CLOSED_BY[opening]:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    spaced = opening in _SPACED and text[at] == "\u00bb"
    return (spaced or not before.isspace()) and not after.isalnum()


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _is_short(quotation: str) -> bool:
    """Whether it is a few words on one line; a mark behind a number is perhaps an inch's."""
    return len(quotation) <= _LONGEST + 2 and "\n" not in quotation and not quotation[-2].isdigit()
