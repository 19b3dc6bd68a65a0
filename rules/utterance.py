"""What the customer wrote in a comment, apart from what mail programs wrote around it.

Nothing is thrown away: what is said now, and everything else that can be seen, are both kept, for
a rule must not miss in a quotation what a recogniser must not be confused by.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from rules.languages import by_grammar, detect
from rules.mail_parts import GREETING_START, Part, classify
from rules.markup import Page, looks_like_html, read_html
from rules.model import Comment, Span
from rules.tricks import Trick, tricks_in
from rules.view import View, normalised
from rules.words import Words

# What is read of a comment. Zendesk takes about 65,000 characters.
LONGEST_TEXT, LONGEST_HTML = 100_000, 300_000
_LONGEST_END = 20_000
_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]]*(?:\s+|$)|\n+")
_SHORT_LINE = 45  # a shorter line was ended on purpose, a longer one was wrapped
_TELLING_WORDS = 6  # a shorter sentence may be a phrase borrowed from elsewhere
_BULLET = re.compile(r"\s*(?:[-*\u2022\u00b7]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Utterance:
    """A comment, taken apart. Offsets in every view are offsets in the comment's source."""

    said: View  # what is said now: no greeting, closing, signature, disclaimer or quotation
    written: View  # the same with greeting, closing and signature: all that was typed now
    quoted: View  # quoted history and disclaimers
    history: View  # quoted history alone
    courtesy: View  # greeting, closing and what is said: without the signature
    other: View  # what the HTML shows besides the source, and sentences in tags; no places
    other_quoted: View  # quoted history and disclaimers of the same; no places
    other_history: View  # quoted history of the same; no places
    hides_text: bool  # the HTML carries text that no reader sees
    is_cut: bool = False  # it was too long to be read whole
    tricks: frozenset[Trick] = frozenset()  # how words are disguised
    given_language: str | None = None
    has_attachments: bool = False

    @cached_property
    def said_words(self) -> Words:
        """The words of what is said."""
        return Words.of(self.said)

    @cached_property
    def written_words(self) -> Words:
        """The words of all that was typed now."""
        same = self.written.text == self.said.text
        return self.said_words if same else Words.of(self.written)

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
    def mixes_languages(self) -> bool:
        """Whether sentences that tell their language clearly tell different ones."""
        told = (
            by_grammar(sentence.words)
            for sentence in self.sentence_words
            if len(sentence.words) >= _TELLING_WORDS
        )
        return len({language for language in told if language}) > 1

    @cached_property
    def sentence_words(self) -> tuple[Words, ...]:
        """The words of each sentence."""
        return tuple(map(Words.of, self.sentences))

    @cached_property
    def other_sentences(self) -> tuple[View, ...]:
        """What the HTML shows besides, sentence by sentence."""
        return sentences_of(self.other)

    @cached_property
    def sentences(self) -> tuple[View, ...]:
        """What is said, sentence by sentence; wrapped lines are joined, the greeting left out."""
        return sentences_of(self.said)

    def alone(self, sentence: View) -> "Utterance":
        """The comment as if one of its sentences were all that is said, in the same language."""
        line = View(sentence.text.replace("\n", " "), sentence.offsets)
        return replace(self, said=line, written=line, courtesy=line, given_language=self.language)


def read_comment(comment: Comment, language: str | None = None) -> Utterance:
    """Take a comment apart. Total: any text gives an utterance, in linear time.

    Of a very long one only the ends are read. The source is `body`; where it is blank,
    `html_body`. A body that is itself marked up is read as HTML.
    """
    html = (comment.html_body or "")[:LONGEST_HTML]
    body = comment.body
    rendered = read_html(html)
    source: Page
    other: Page | None
    if not body.strip():
        source, other = rendered, None
    elif looks_like_html(body[:LONGEST_HTML]):
        source, other = read_html(body[:LONGEST_HTML]), rendered
    else:
        source, other = Page(_ends(View.of(body)), (), hides_text=False), rendered
    parts = _take_apart(source)
    others = [] if other is None else _take_apart(other)
    pages = [page for page in (source, other) if page is not None]
    return Utterance(
        said=_joined(parts, {Part.SAID}),
        written=_joined(parts, set(Part) - _AWAY),
        quoted=_joined(parts, _AWAY),
        history=_joined(parts, {Part.QUOTED}),
        courtesy=_joined(parts, {Part.SAID, Part.GREETING, Part.CLOSING}),
        other=_with(_joined(others, set(Part) - _AWAY), (page.aside for page in pages)),
        other_quoted=_with(_joined(others, _AWAY), (page.quoted_aside for page in pages)),
        other_history=_with(_joined(others, {Part.QUOTED}), (page.quoted_aside for page in pages)),
        hides_text=source.hides_text or rendered.hides_text,
        tricks=frozenset().union(*(tricks_in(f"{p.view.text}\n{p.aside}") for p in pages)),
        is_cut=_is_cut(comment, pages),
        given_language=given_language(language),
        has_attachments=comment.has_attachments,
    )


def _is_cut(comment: Comment, pages: Iterable[Page]) -> bool:
    shown = any(len(page.view.text) > LONGEST_TEXT for page in pages)
    return shown or len(comment.body) > LONGEST_TEXT or len(comment.html_body or "") > LONGEST_HTML


def _ends(view: View) -> View:
    """The beginning and the end of a text that is too long to be read whole."""
    if len(view.text) <= LONGEST_TEXT:
        return view
    return View.joined(
        [view.cut(0, LONGEST_TEXT - _LONGEST_END), view.cut(-_LONGEST_END, len(view.text))]
    )


def _with(other: View, asides: Iterable[str]) -> View:
    """What the HTML shows besides, and sentences in tags; no places."""
    said = (normalised(View.of(aside)).text for aside in asides)
    return View("\n\n".join(filter(None, (other.text, *said))))


_Parts = list[tuple[Part, View]]
_AWAY = {Part.QUOTED, Part.DISCLAIMER}


def readable(view: View) -> View:
    """What is read of a text: normalised, of a very long one the ends."""
    return _ends(normalised(_ends(view)))  # one sign may be short for a whole sentence


def _take_apart(page: Page) -> _Parts:
    view = readable(page.view)
    lines = list(view.lines())
    marks = _quoted_lines(lines, page.quoted)
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


def _joined(parts: _Parts, kinds: set[Part]) -> View:
    return View.joined(line for kind, line in parts if kind in kinds).stripped()


def given_language(tag: str | None) -> str | None:
    """The language of a tag such as en-GB, in lower case; None if there is none."""
    primary = re.split(r"[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    return primary or None


def sentences_of(said: View) -> tuple[View, ...]:
    """The sentences of a text without its greeting; wrapped lines are joined."""
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
