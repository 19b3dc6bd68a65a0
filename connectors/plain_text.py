"""Texts of any origin as plain text that reads well in a mail. Total, and linear in the length."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from rules.markup import BLOCK_TAGS, UNREAD_TAGS, Piece, attributes_of, pieces
from rules.unshown import unescaped

_APART: Final = frozenset(
    {"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"}
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PICTURES: Final = frozenset({"audio", "embed", "iframe", "img", "object", "video"})
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_DEEPEST = 8  # lists within lists that are indented further
_SPACE = re.compile(r"\s+")
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_GAP = re.compile(r"\n{3,}")
# Control characters and halves of surrogate pairs, and what stands in no file of a policy.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\U0010ffff]+")


@dataclass(frozen=True, slots=True)
class PlainText:
    """What an HTML text says, without what can't be said in plain text."""

    text: str
    headings: tuple[str, ...]
    pictures: int  # pictures, films and sounds that were left out


def tidied(text: str) -> str:
    """Without invisible control characters, line ends as newlines, at most one empty line."""
    lines = [_printable(line).rstrip() for line in _LINE_END.split(text)]
    return _GAP.sub("\n\n", "\n".join(lines)).strip("\n")


def one_line(text: str) -> str:
    """The same in a single line with single spaces."""
    return " ".join(_printable(" ".join(text.split())).split())


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTABLE.sub("", text.replace("\t", "    "))


def plain_text(source: str, base_url: str) -> PlainText:
    """Any text read as HTML: paragraphs, lists and links are kept.

    Links are completed from `base_url` and stand in brackets behind their words.
    """
    writer = _Writer(source, base_url)
    for piece in pieces(source):
        writer.take(piece)
    writer.end_link()
    return PlainText("".join(writer.parts), tuple(filter(None, writer.headings)), writer.pictures)


@dataclass(slots=True)
class _Writer:
    source: str
    base_url: str
    parts: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    pictures: int = 0
    _lists: list[int | None] = field(default_factory=list)  # the last number, None for bullets
    _marker: str = ""  # of the list item that begins
    _breaks: int = 0  # line ends before the next word
    _space: bool = False
    _unread: str = ""  # the tag whose content is not read
    _pre: bool = False
    _heading_at: int | None = None
    _link: tuple[str, int] | None = None  # its address, and where its words begin

    def take(self, piece: Piece) -> None:
        """Write down the next text or tag."""
        if not piece.tag:
            if not self._unread:
                self._say(unescaped(self.source[piece.start : piece.end]))
        elif self._unread:
            if piece.closes and piece.tag == self._unread:
                self._unread = ""
        elif piece.closes:
            self._close(piece.tag)
        else:
            self._open(piece.tag, piece.raw)

    def _say(self, text: str) -> None:
        if not self._pre:
            for index, word in enumerate(_SPACE.split(text)):
                self._space = self._space or index > 0
                self._put(word)
            return
        for index, line in enumerate(text.split("\n")):
            self._break(1 if index else 0)
            self._put(line.rstrip())
            self._space = line[-1:].isspace()

    def _put(self, word: str) -> None:
        if not word:
            return
        if self.parts and self._breaks:
            self.parts.append("\n" * self._breaks)
        elif self.parts and self._space:
            self.parts.append(" ")
        self.parts.append(self._marker + word)
        self._breaks, self._space, self._marker = 0, False, ""

    def _break(self, lines: int) -> None:
        """The next word stands on a line of its own, with an empty one before it for 2."""
        if not self._marker:
            self._breaks = max(self._breaks, min(lines, 1) if self._lists else lines)

    def _open(self, tag: str, raw: str) -> None:
        if tag in UNREAD_TAGS:
            self._unread = "" if raw.rstrip().endswith("/") else tag
        elif tag in _PICTURES:
            self.pictures += 1
        elif tag == "a":
            self.end_link()
            address = self._address(attributes_of(raw).get("href", ""))
            self._link = (address, len(self.parts)) if address else None
        elif tag == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif tag in {"td", "th"}:
            if self.parts and not self._breaks:
                self._say(" | ")
        elif tag in BLOCK_TAGS:
            self._open_block(tag)

    def _open_block(self, tag: str) -> None:
        self._break(2 if tag in _APART else 1)
        if tag in {"ol", "ul"}:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker()
        elif tag == "pre":
            self._pre = True
        elif tag in _HEADINGS:
            self._heading_at = len(self.parts)

    def _close(self, tag: str) -> None:
        if tag == "a":
            self.end_link()
        elif tag in _HEADINGS and self._heading_at is not None:
            self.headings.append("".join(self.parts[self._heading_at :]).strip())
            self._heading_at = None
        elif tag == "pre":
            self._pre = False
        elif tag in {"ol", "ul"} and self._lists:
            self._lists.pop()
            self._marker = ""
        if tag in BLOCK_TAGS and tag not in {"td", "th"}:
            self._break(2 if tag in _APART else 1)

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number = number + 1
        depth = min(max(len(self._lists) - 1, 0), _DEEPEST)
        return "  " * depth + ("- " if number is None else f"{number}. ")

    def end_link(self) -> None:
        """Add the address of the link that ends here, unless its words say it."""
        if self._link is None:
            return
        (address, start), self._link = self._link, None
        words = "".join(self.parts[start:]).strip()
        plain = address.removeprefix("mailto:").removeprefix("tel:")
        if not words:
            self._put(plain)
        elif plain not in words:
            self._space = True
            self._put(f"({plain})")

    def _address(self, href: str) -> str:
        """A whole address for people; empty for one that leads nowhere from a mail."""
        href = _SPACE.sub("", unescaped(href))
        if not href or href.startswith("#"):
            return ""
        if "{{" in href or "{%" in href:
            return href  # what fills it decides where it leads
        try:
            address = urljoin(self.base_url, href)
            return address if urlsplit(address).scheme in _SCHEMES else ""
        except ValueError:
            return ""
