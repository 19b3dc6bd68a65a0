"""HTML as a reader sees it: text with offsets, what is hidden, and what is quoted.

A scanner for mail: it never raises, needs one pass, and keeps the place of every character.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rules.model import Span
from rules.unshown import (
    APART,
    ENTITY,
    hides_sentence,
    is_text,
    unescaped,
    words_of_code,
    words_of_comment,
    words_of_tag,
)
from rules.view import View
from rules.wordlists import word_set

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>")
_LOOKS_LIKE = re.compile(
    r"<(?:/?(?:p|div|br|span|html|body|table|td|blockquote|ul|ol|li|b|i|strong|em|font|a)"
    r"(?:\s[^<>]{0,2000})?/?|!doctype html[^<>]{0,200})>",
    re.IGNORECASE,
)
_VOID = word_set("area base br col embed hr img input link meta source track wbr")
BLOCK_TAGS = word_set(
    "address article blockquote br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody td th thead tr ul"
)
UNREAD_TAGS = word_set("head script style title template noscript")  # no text for a reader
COMMENT = "!"  # the tag of a comment or declaration
_MAX_BREAKS = 20  # more empty lines say no more
_CODE_TAGS = word_set("script style")
_HIDING = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:0+(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|$)"
    r"|opacity:0+(?:\.0+)?(?:;|$)|max-height:0+(?:px)?(?:;|$)"
)
_WHITE = re.compile(
    r"(?:^|;)color:(?:white|#fff(?:fff)?|rgba?\(255,255,255(?:,[\d.]+)?\))(?:;|!|$)"
)
_BACKGROUND = re.compile(r"background(?:-color)?:(?!white|#fff|transparent|none|inherit)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z:_-]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
# How the great mail programs mark the history they quote.
_QUOTE_MARKS = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|protonmail_quote|moz-cite-prefix|zd-quote"
)
_REST_IS_QUOTED = re.compile(r"divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION")


@dataclass(frozen=True, slots=True)
class Page:
    """What an HTML text shows. `quoted` are ranges of the original's offsets."""

    view: View
    quoted: tuple[Span, ...]
    hides_text: bool
    aside: str = ""  # sentences in tags: what stands for a picture, a hint
    quoted_aside: str = ""  # such ones in quoted history


@dataclass(slots=True)
class _Open:
    tag: str
    hidden: bool
    unread: bool
    quoted: bool


class Piece(NamedTuple):
    """A run of text as it is written, or a tag."""

    start: int
    end: int
    tag: str = ""  # in lower case; none for a text, `COMMENT` for a comment or declaration
    closes: bool = False
    raw: str = ""  # the tag's attributes, or the comment's words, as they are written


def pieces(source: str) -> Iterator[Piece]:
    """The texts, tags and comments of any text in their order.

    It never raises, and needs one pass.
    """
    at = 0
    no_more: set[str] = set()  # terminators known to be absent: never searched again
    while at < len(source):
        bracket = source.find("<", at)
        end = len(source) if bracket < 0 else bracket
        if end > at:
            yield Piece(at, end)
        if bracket < 0:
            return
        at = _after_unread(source, bracket, no_more)
        if at > bracket:
            yield Piece(bracket, at, COMMENT, raw=source[bracket:at].strip("<!?->"))
        else:
            found = _TAG.match(source, at)
            at = found.end() if found else at + 1
            if found:
                closes, name, raw = found.groups()
                yield Piece(bracket, at, name.lower(), bool(closes), raw)
            else:
                yield Piece(bracket, at)


def _after_unread(source: str, at: int, no_more: set[str]) -> int:
    """Where reading goes on after a comment or declaration; at the same place if there is none."""
    for opener, closer in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
        if source.startswith(opener, at) and closer not in no_more:
            end = source.find(closer, at + len(opener))
            if end >= 0:
                return end + len(closer)
            no_more.add(closer)
    return at


def attributes_of(raw: str) -> dict[str, str]:
    """A tag's attributes by their names in lower case; entities in their values stand."""
    return {
        found.group(1).lower(): (found.group(2) or "").strip("\"'")
        for found in _ATTRIBUTE.finditer(raw[:4000])
    }


def looks_like_html(text: str) -> bool:
    """Whether a text is marked up; a lone angle bracket is not."""
    return "<" in text and _LOOKS_LIKE.search(text) is not None


def read_html(source: str) -> Page:
    """Read any text as HTML."""
    scanner = _Scanner(source)
    scanner.run()
    text = "".join(scanner.texts)
    return Page(
        View(text, scanner.offsets),
        tuple(scanner.quoted),
        scanner.hides_text or hides_sentence("".join(scanner.unseen), text),
        "\n\n".join(scanner.aside),
        "\n\n".join(scanner.quoted_aside),
    )


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.texts: list[str] = []
        self.offsets = array("L")
        self.quoted: list[Span] = []
        self.hides_text = False
        self.unseen: list[str] = []
        self.aside: list[str] = []
        self.quoted_aside: list[str] = []
        self._stack: list[_Open] = []
        self._counts: dict[str, int] = {}
        self._rest_quoted = False
        self._breaks = 0  # line ends since the last text

    def run(self) -> None:
        for piece in pieces(self.source):
            if piece.tag == COMMENT:
                self._comment(piece.raw)
            elif piece.tag and not is_text(piece.tag, piece.raw):
                self._tag(piece)
            else:
                self._text(piece.start, piece.end)

    def _comment(self, raw: str) -> None:
        in_code = bool(self._stack) and self._stack[-1].tag in _CODE_TAGS
        words = words_of_code(raw) if in_code else words_of_comment(raw)
        self.unseen += (APART, words, APART)

    def _tag(self, piece: Piece) -> None:
        self.unseen.append(APART if ":" in piece.tag or piece.tag in UNREAD_TAGS else " ")
        if piece.raw:
            asides = self.quoted_aside if self._is_quoted() else self.aside
            asides.extend(words_of_tag(piece.raw))
        if piece.tag in BLOCK_TAGS and self._breaks < _MAX_BREAKS:
            self._emit("\n", piece.start)
            self._breaks += 1
        if piece.closes:
            self._close(piece.tag)
        elif piece.tag not in _VOID:
            self._open(piece.tag, piece.raw)
        elif _REST_IS_QUOTED.search(piece.raw):
            self._rest_quoted = True

    def _open(self, name: str, raw: str) -> None:
        if raw.rstrip().endswith("/"):
            return
        attributes = attributes_of(raw)
        marks = attributes.get("class", "") + " " + attributes.get("id", "")
        if _REST_IS_QUOTED.search(marks):
            self._rest_quoted = True
        above = (
            self._stack[-1] if self._stack else _Open("", hidden=False, unread=False, quoted=False)
        )
        self._stack.append(
            _Open(
                name,
                hidden=above.hidden or _hides(attributes),
                unread=above.unread or name in UNREAD_TAGS,
                quoted=above.quoted or name == "blockquote" or bool(_QUOTE_MARKS.search(marks)),
            )
        )
        self._counts[name] = self._counts.get(name, 0) + 1

    def _close(self, name: str) -> None:
        if not self._counts.get(name):
            return
        while True:
            closed = self._stack.pop()
            self._counts[closed.tag] -= 1
            if closed.tag == name:
                return

    def _text(self, start: int, end: int) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and top.unread:
            raw = self.source[start:end]
            self.unseen.append(words_of_code(raw) if top.tag in _CODE_TAGS else raw)
            return
        if top is not None and top.hidden:
            raw = unescaped(self.source[start:end])
            self.hides_text = self.hides_text or any(map(str.isalnum, raw))
            return
        if self._is_quoted():
            self.quoted.append((start, end))
        self._breaks = 0
        at = start
        for entity in ENTITY.finditer(self.source, start, end):
            self._copy(at, entity.start())
            self._emit(unescaped(entity.group()), entity.start())
            at = entity.end()
        self._copy(at, end)

    def _is_quoted(self) -> bool:
        return self._rest_quoted or (bool(self._stack) and self._stack[-1].quoted)

    def _copy(self, start: int, end: int) -> None:
        """Text between tags; its line ends are only white space in HTML."""
        self.texts.append(self.source[start:end].replace("\n", " ").replace("\r", " "))
        self.offsets.extend(range(start, end))

    def _emit(self, text: str, offset: int) -> None:
        self.texts.append(text)
        self.offsets.extend([offset] * len(text))


def _hides(attributes: dict[str, str]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = "".join(unescaped(attributes.get("style", "")).lower().split())
    if _HIDING.search(style):
        return True
    colour = "".join(attributes.get("color", "").lower().split())
    white = colour in {"white", "#fff", "#ffffff"} or _WHITE.search(style) is not None
    return white and not _BACKGROUND.search(style) and "bgcolor" not in attributes
