"""Texts of any origin, made safe to show in Slack. Pure, total, and linear in the length.

What strangers wrote stands in rich text, whose elements Slack takes literally. The one text that
Slack parses is the line for notifications. There `&`, `<` and `>` are escaped, as
https://docs.slack.dev/messaging/formatting-message-text/#escaping asks: without `<` no text can
name a user, a channel or a link.

Some programs make links of whatever looks like an address, by themselves. A character without
width inside it keeps them from it: the text reads the same and leads nowhere.
"""

import re
import unicodedata
from typing import Final

from connectors.plain_text import one_line, tidied

ELLIPSIS: Final = "…"
_NO_WIDTH: Final = "\u200b"
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Embeddings, overrides and isolates turn the reading order of what follows; tags show nothing.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_TAGS = "\U000e0000-\U000e007f"
_DECEPTIVE = re.compile(f"[{_TURNING}{_TAGS}]")
_SCHEME = re.compile(r":(?=//)|(?<=mailto):|(?<=callto):|(?<=tel):|(?<=sms):", re.IGNORECASE)
_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")
_CALL = re.compile(r"([@#])(?=[^\W\d_])")
_BREAK_WITHIN = 20  # characters before a cut in which a space is looked for
_JOINING = frozenset("\u200d\ufe0e\ufe0f")


def readable(text: str) -> str:
    """Printable and in its own reading order, with its line ends."""
    return _DECEPTIVE.sub("", tidied(text)).strip()


def readable_line(text: str) -> str:
    """The same in a single line."""
    return one_line(_DECEPTIVE.sub("", text))


def inert(text: str) -> str:
    """The same to a reader, but nothing in it looks like an address or a call to a program."""
    text = _SCHEME.sub(rf"\g<0>{_NO_WIDTH}", text)
    text = _DOT.sub(f".{_NO_WIDTH}", text)
    return _CALL.sub(rf"\1{_NO_WIDTH}", text)


def escaped(text: str) -> str:
    """What Slack parses back to exactly this text."""
    return "".join(_ESCAPES.get(char, char) for char in text)


def unescaped(text: str) -> str:
    """What was written, of what Slack escaped."""
    for char, name in reversed(_ESCAPES.items()):
        text = text.replace(name, char)
    return text


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is missing.

    Cut after a word where one ends near, and never within what a reader sees as one sign.
    """
    if len(text) <= limit:
        return text
    end = max(limit - len(ELLIPSIS), 0)
    lowest = max(end - _BREAK_WITHIN, 0)
    space = max(text.rfind(" ", lowest, end), text.rfind("\n", lowest, end))
    if space > 0:
        end = space
    while end > lowest and _joins(text, end):
        end -= 1
    return (text[:end].rstrip() + ELLIPSIS)[:limit]


def notice(text: str, limit: int) -> str:
    """A line for notifications: readable, inert, escaped, and cut before an escape, not within."""
    line = cut(inert(readable_line(text)), limit)
    shown = escaped(line)
    while len(shown) > limit:
        line = cut(line, len(line) - max((len(shown) - limit) // len(_ESCAPES["&"]), 1))
        shown = escaped(line)
    return shown


def is_shown_exactly(text: str) -> bool:
    """Whether a reader sees every character of it where it stands, so that it can be approved."""
    return bool(text.strip()) and _DECEPTIVE.search(text) is None and all(map(_is_seen, text))


def _is_seen(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Cn", "Zl", "Zp"}


def _joins(text: str, at: int) -> bool:
    """Whether the characters on both sides of a place make one sign."""
    return text[at] in _JOINING or text[at - 1] in _JOINING or unicodedata.combining(text[at]) > 0
