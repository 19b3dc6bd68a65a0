"""What a customer wrote, cut into passages that a model reads one by one; the worst decides.

The message comes first, its subject before its first words; then what its HTML says besides, and
earlier messages. A passage is as long as a paragraph, and ends with a sentence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rules.model import Author, Span, Ticket
from rules.utterance import Utterance, read_comment
from rules.view import View, normalised
from rules.words import Words

MAX_PASSAGES = 60
LONGEST = 900  # characters of a passage


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

    @property
    def text(self) -> str:
        """The passage in one line."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def words(self) -> tuple[str, ...]:
        """Its folded words."""
        return tuple(word for sentence in self.sentences for word in sentence.words)


def passages_of(ticket: Ticket, utterance: Utterance) -> tuple[Passage, ...]:
    """The passages of a ticket, the message's first; none if there are no words."""
    return tuple(islice(_passages(ticket, utterance), MAX_PASSAGES))


def _passages(ticket: Ticket, utterance: Utterance) -> Iterator[Passage]:
    subject = _sentence(normalised(View.of(ticket.subject[:LONGEST])), placed=False)
    yield from _joined([*subject, *_said(utterance, placed=True)])
    if utterance.other.text.split() != utterance.written.text.split():
        yield from _joined(_others(utterance))
    message = ticket.message
    for comment in reversed(ticket.comments):
        if comment is not message and comment.author in _OUTSIDERS and not comment.settled:
            earlier = read_comment(comment)
            yield from _joined(_said(earlier, placed=False))
            yield from _joined(_others(earlier))


_OUTSIDERS = {Author.REQUESTER, Author.OTHER}


def _said(utterance: Utterance, *, placed: bool) -> Iterator[Sentence]:
    """What is said; where nothing is left of a message, all that was typed."""
    if not utterance.sentences:
        yield from _sentence(utterance.written, placed=placed)
    for words in utterance.sentence_words:
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
