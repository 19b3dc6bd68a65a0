"""What is asked in messages that no answer surely settles, in words that may be shown.

A message becomes its telling words, a few of its sentences and, in English, a vector. Addresses,
numbers and the requester's name stay behind.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rules.features.mail_reader import MailReader, Vector, shared_mail_reader
from rules.intents.lexical import LexicalRecogniser
from rules.intents.mails import MailRecogniser
from rules.intents.matching import Recogniser
from rules.intents.reading import LANGUAGE, message_sentences, message_text
from rules.intents.wording import Sentence, is_question, meaningful
from rules.model import Decision, Outcome, Requester, Ticket
from rules.utterance import read_comment
from rules.view import View, normalised
from rules.words import Words, fold_text

_LEFT = frozenset({Outcome.ABSTAIN, Outcome.SUGGEST})
# The guard's own: such a message is no routine question, or is not what it seems.
_GUARDED = frozenset({"bar.risk", "bar.disguised", "bar.hidden_text"})
_FEWEST, _MOST = 3, 25  # words of a phrasing
_LONGEST = 160  # characters
_TELLING = 2  # telling words without which a phrasing can't be understood by itself
_KEPT = 6  # phrasings of one message
_PRIVATE = re.compile(r"[\d@]|https?:|www\.", re.IGNORECASE)
_INNER = re.compile(r"\s[^\w\s]*([^\W\d_]+)")  # the words after the first
_CAPITALS = "de"  # where a capital begins every noun; elsewhere, inside a sentence, a name
_LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that no answer surely settles."""

    ticket: str
    language: str | None
    words: tuple[tuple[str, str], ...]  # telling ones, each once: folded, and as written
    phrasings: tuple[str, ...]  # short sentences that ask, fit to be shown
    vector: Vector | None = field(default=None, compare=False)  # where the mail reader knows it


@dataclass(frozen=True, slots=True)
class Known:
    """A question that has an answer, as customers ask it in one language."""

    faq: str
    language: str | None
    words: tuple[str, ...]
    vector: Vector | None = field(default=None, compare=False)


def is_left(decision: Decision) -> bool:
    """Whether the guard let a message through, and no answer was sure enough."""
    codes = {reason.code for reason in decision.reasons}
    unsure = any(code == "bar.uncertain" or code.startswith("abstain.") for code in codes)
    return decision.outcome in _LEFT and unsure and not codes & _GUARDED


def ask_of(ticket: Ticket, reader: MailReader | None) -> Ask | None:
    """What a ticket's message asks; None if it says nothing beyond courtesy.

    None of its words is a number or the requester's name. No sentence is kept that holds one of
    these, an address, or a capital letter within, which may begin another name.
    """
    if ticket.message is None:
        return None
    utterance = read_comment(ticket.message, ticket.language)
    said = [words for words in utterance.sentence_words if meaningful(words.words)]
    if not said:
        return None
    language, names = utterance.language, _names(ticket.requester)
    subject = Words.of(normalised(View.of(ticket.subject[:_LONGEST_SUBJECT])))
    asking = [words for words in said if len(said) == 1 or is_question(_sentence(words))]
    fit = [_sentence(words).text for words in asking if _may_be_shown(words, names, language)]
    vector = None
    if reader is not None and language == LANGUAGE:
        vector, _ = reader.read(message_text(ticket.subject, message_sentences(utterance)))
    return Ask(
        ticket.id,
        language,
        _telling_words((subject, *said), names),
        tuple(dict.fromkeys(fit))[:_KEPT],
        vector,
    )


def _sentence(words: Words) -> Sentence:
    return Sentence(" ".join(words.view.text.split()), words.words)


def _names(requester: Requester) -> frozenset[str]:
    """The words of a requester's name and address."""
    parts = fold_text(requester.name).split()
    parts += fold_text(requester.email.partition("@")[0]).split()
    return frozenset(part for part in parts if len(part) > 1)


def _names_one(word: str, names: frozenset[str]) -> bool:
    """Whether a folded word is one of these names, perhaps with an s behind it."""
    return word in names or word.removesuffix("s") in names


def _may_be_shown(words: Words, names: frozenset[str], language: str | None) -> bool:
    """Whether a sentence is short, says something by itself, and names nobody and no number."""
    text = _sentence(words).text
    inner = _INNER.findall(text) if language != _CAPITALS else []
    return (
        _FEWEST <= len(words.words) <= _MOST
        and len(text) <= _LONGEST
        and len(meaningful(words.words)) >= _TELLING
        and text.isprintable()
        and _PRIVATE.search(text) is None
        and not any(word[0].isupper() and word != "I" for word in inner)
        and not any(_names_one(word, names) for word in words.words)
    )


def _telling_words(
    sentences: Iterable[Words], names: frozenset[str]
) -> tuple[tuple[str, str], ...]:
    """The words that carry meaning, each once: folded, and as first written, in small letters."""
    found: dict[str, str] = {}
    for words in sentences:
        telling = set(meaningful(words.words))
        for word, (start, end) in zip(words.words, words.places, strict=True):
            if word in telling and word.isalpha() and not _names_one(word, names):
                written = words.view.text[start:end].lower()
                found.setdefault(word, written if written.isalpha() else word)
    return tuple(found.items())


def known_questions(recogniser: Recogniser) -> list[Known]:
    """The questions that a recogniser knows, by language."""
    texts: dict[tuple[str, str | None], list[str]] = {}
    vectors: dict[tuple[str, str | None], Vector] = {}
    words = recogniser
    if isinstance(recogniser, MailRecogniser):
        words = recogniser.words
        for question in recogniser.questions:
            key = (question.faq, LANGUAGE)
            texts[key] = [question.title]
            vectors[key], _ = shared_mail_reader().read(question.asked)
    if isinstance(words, LexicalRecogniser):
        for example in words.examples:
            texts.setdefault((example.faq, example.language), []).append(example.text)
    return [
        Known(*key, tuple(meaningful(fold_text(" ".join(some)).split())), vectors.get(key))
        for key, some in texts.items()
    ]
