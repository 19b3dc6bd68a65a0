"""What a customer wrote, cut into passages that a model reads one by one; the worst decides.

The message comes first, its subject before its first words; then what its HTML says besides,
earlier messages, and quoted text that no other comment of the ticket says, be it of a ticket that
was merged into this one. A passage is as long as a paragraph, and ends with a sentence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from rules.mail_parts import is_head_of_quote
from rules.model import Comment, Span
from rules.thread import Thread
from rules.utterance import Utterance, sentences_of
from rules.view import View, flags_spelled, normalised
from rules.words import Words

MAX_PASSAGES = 60
LONGEST = 900  # characters of a passage
_QUOTED_LINES = 200  # of a comment
_MANY = 500  # sentences


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a piece of a very long one; `span` is its place in the message's body."""

    text: str
    words: tuple[str, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Some sentences, one after the other."""

    sentences: tuple[Sentence, ...]
    is_quoted: bool = False  # others' words, or nobody's: a firm's own mail above all

    @property
    def text(self) -> str:
        """The passage in one line."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def words(self) -> tuple[str, ...]:
        """Its folded words."""
        return tuple(word for sentence in self.sentences for word in sentence.words)


def passages_of(thread: Thread) -> tuple[Passage, ...]:
    """The passages of a ticket, the message's first; none if there are no words."""
    return tuple(islice(_passages(thread), MAX_PASSAGES))


def _passages(thread: Thread) -> Iterator[Passage]:
    utterance = thread.utterance
    subject = _sentence(normalised(View.of(thread.ticket.subject[:LONGEST])), placed=False)
    yield from _joined(chain(subject, _said(utterance, placed=True)))
    if utterance.other.text.split() != utterance.written.text.split():
        yield from _joined(_others(utterance))
    for _, earlier in reversed(thread.earlier):
        yield from _joined(_said(earlier, placed=False))
        yield from _joined(_others(earlier))
    yield from _quoted(thread, thread.message, utterance)
    for comment, earlier in reversed(thread.earlier):
        yield from _quoted(thread, comment, earlier)
    for note, merged in reversed(thread.merged):
        yield from _anew(thread, note, merged)


def _quoted(thread: Thread, comment: Comment | None, utterance: Utterance) -> Iterator[Passage]:
    """What quotations hold that no other comment says, without the lines that open them."""
    texts = [utterance.history]
    if _unmarked_words(utterance.other_history) != _unmarked_words(utterance.history):
        texts.append(utterance.other_history)
    for text in texts:
        if text.text:
            yield from _anew(thread, comment, text)


def _anew(thread: Thread, comment: Comment | None, text: View) -> Iterator[Passage]:
    quoted = map(_unmarked, islice(text.lines(), _QUOTED_LINES))
    told = [line for line in quoted if not is_head_of_quote(line.text)]
    fresh = sentences_of(thread.fresh(comment, View.joined(told)))
    placed = comment is thread.message and bool(text.offsets)
    lines = (each for view in fresh for each in _sentence(view, placed=placed))
    yield from (replace(passage, is_quoted=True) for passage in _joined(lines))


def _unmarked_words(text: View) -> list[str]:
    return text.text.replace(">", " ").split()


def _unmarked(line: View) -> View:
    """A quoted line without the marks before it."""
    return line.cut(len(line.text) - len(line.text.lstrip("> \t")), len(line.text))


def _said(utterance: Utterance, *, placed: bool) -> Iterator[Sentence]:
    """What is said; where nothing is left of a message, all that was typed."""
    if not utterance.sentences:
        yield from _sentence(utterance.written, placed=placed)
    many = len(utterance.sentences) > _MANY  # of thousands few are read
    for words in map(Words.of, utterance.sentences) if many else utterance.sentence_words:
        if len(words.view.text) > LONGEST:
            yield from _sentence(words.view, placed=placed)
        else:
            yield from _of_words(words, placed=placed)


def _others(utterance: Utterance) -> Iterator[Sentence]:
    for view in utterance.other_sentences:
        yield from _sentence(view, placed=False)


def _sentence(view: View, *, placed: bool) -> Iterator[Sentence]:
    """A text as a sentence; one that is longer than a passage is cut."""
    for start in range(0, len(view.text), LONGEST):
        yield from _of_words(Words.of(view.cut(start, start + LONGEST)), placed=placed)


def _of_words(words: Words, *, placed: bool) -> Iterator[Sentence]:
    spelled = flags_spelled(words.view)
    if spelled is not words.view:
        words = Words.of(spelled)
    if words.words:
        offsets = words.view.offsets
        span = (offsets[0], offsets[-1] + 1) if placed and offsets else None
        yield Sentence(" ".join(words.view.text.split()), words.words, span)


def _joined(sentences: Iterable[Sentence]) -> Iterator[Passage]:
    """Sentences as passages."""
    gathered: list[Sentence] = []
    length = 0
    for sentence in sentences:
        if gathered and length + len(sentence.text) > LONGEST:
            yield Passage(tuple(gathered))
            gathered, length = [], 0
        gathered.append(sentence)
        length += len(sentence.text) + 1
    if gathered:
        yield Passage(tuple(gathered))
