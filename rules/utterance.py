"""What the customer wrote in a comment, apart from what mail programs wrote around it.

Nothing is thrown away: what is said now, and everything else that can be seen, are both kept, for
a rule must not miss in a quotation what a recogniser must not be confused by.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from rules.languages import detect
from rules.mail_parts import GREETING_START, Part, classify
from rules.markup import Page, looks_like_html, read_html
from rules.model import Comment, Span
from rules.phrases import Words
from rules.view import View, normalised

_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]]*(?:\s+|$)|\n+")
_SHORT_LINE = 45  # a shorter line was ended on purpose, a longer one was wrapped
_BULLET = re.compile(r"\s*(?:[-*\u2022\u00b7]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Utterance:
    """A comment, taken apart. Offsets in every view are offsets in the comment's source."""

    said: View  # what is said now: no greeting, closing, signature, disclaimer or quotation
    written: View  # the same with greeting, closing and signature: all that was typed now
    quoted: View  # quoted history and disclaimers
    courtesy: View  # greeting, closing and what is said: without the signature
    other: View  # what the HTML shows, where the plain text was the source; no places
    hides_text: bool  # the HTML carries text that no reader sees
    given_language: str | None = None
    has_attachments: bool = False

    @cached_property
    def said_words(self) -> Words:
        """The words of what is said."""
        return Words.of(self.said)

    @cached_property
    def written_words(self) -> Words:
        """The words of all that was typed now."""
        return Words.of(self.written)

    @cached_property
    def detected_language(self) -> str | None:
        """The language of the words themselves, None where they are too few to tell."""
        words = self.said_words.words or self.written_words.words
        return detect(self.said.text or self.written.text, words)

    @property
    def language(self) -> str | None:
        """The detected language, or the one the helpdesk gave, or None."""
        return self.detected_language or self.given_language

    @cached_property
    def sentences(self) -> tuple[View, ...]:
        """What is said, sentence by sentence; wrapped lines are joined, the greeting left out."""
        return _sentences(self.said)


def read_comment(comment: Comment, language: str | None = None) -> Utterance:
    """Take a comment apart. Total: any text gives an utterance, in linear time.

    The source is `body`; where it is blank, `html_body`. A body that is itself marked up is read
    as HTML.
    """
    rendered = read_html(comment.html_body or "")
    if not comment.body.strip():
        source, other = rendered, View()
    elif looks_like_html(comment.body):
        source, other = read_html(comment.body), normalised(rendered.view)
    else:
        source = Page(View.of(comment.body), (), hides_text=False)
        other = normalised(rendered.view)
    hides = source.hides_text or rendered.hides_text
    parts = _take_apart(normalised(source.view), source.quoted)
    return _utterance(parts, comment, language, hides=hides, other=other)


_Parts = list[tuple[Part, View]]


def _take_apart(view: View, quoted: tuple[Span, ...]) -> _Parts:
    lines = list(view.lines())
    marks = _quoted_lines(lines, quoted)
    kinds = classify([line.text for line in lines], marks)
    return list(zip(kinds, lines, strict=True))


def _quoted_lines(lines: list[View], quoted: tuple[Span, ...]) -> list[bool]:
    """Which lines the HTML marks as quoted: those whose first visible character is."""
    marks: list[bool] = []
    ranges = iter(quoted)
    current = next(ranges, None)
    for line in lines:
        stripped = line.stripped()
        if not stripped.text:
            marks.append(False)
            continue
        at = stripped.offsets[0]
        while current is not None and current[1] <= at:
            current = next(ranges, None)
        marks.append(current is not None and current[0] <= at)
    return marks


def _utterance(
    parts: _Parts, comment: Comment, language: str | None, *, hides: bool, other: View
) -> Utterance:
    away = {Part.QUOTED, Part.DISCLAIMER}

    def joined(*kinds: Part) -> View:
        return View.joined(line for kind, line in parts if kind in kinds).stripped()

    return Utterance(
        said=joined(Part.SAID),
        written=joined(*(set(Part) - away)),
        quoted=joined(*away),
        courtesy=joined(Part.SAID, Part.GREETING, Part.CLOSING),
        other=View(other.text),
        hides_text=hides,
        given_language=given_language(language),
        has_attachments=comment.has_attachments,
    )


def given_language(tag: str | None) -> str | None:
    """The language of a tag such as en-GB, in lower case; None if there is none."""
    primary = re.split(r"[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    return primary or None


def _sentences(said: View) -> tuple[View, ...]:
    sentences: list[View] = []
    start = line_start = 0
    for end in _SENTENCE.finditer(said.text):
        if end.group().startswith("\n"):
            line = said.text[line_start : end.start()]
            line_start = end.end()
            wrapped = len(line) > _SHORT_LINE and end.group() == "\n"
            if wrapped and not _BULLET.match(said.text, end.end()):
                continue
        elif "\n" in end.group():
            line_start = end.end()
        sentences.append(said.cut(start, end.end()).stripped())
        start = end.end()
    sentences.append(said.cut(start, len(said.text)).stripped())
    kept = [sentence for sentence in sentences if any(map(str.isalnum, sentence.text))]
    if kept:
        greeting = GREETING_START.match(kept[0].text[:200])
        if greeting:
            kept[0] = kept[0].cut(greeting.end(), len(kept[0].text))
    return tuple(sentence for sentence in kept if sentence.text)
