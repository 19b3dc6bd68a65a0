"""What the mail reader gets to see of a message and of an approved answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.faqs import Faq
from rules.intents.wording import sentences_of
from rules.utterance import Utterance

_BLANK = re.compile(r"\{\{[^{}]*\}\}")
LANGUAGE = "en"  # that the reader knows
_SHOWN = 6  # examples
_LONGEST = 2000  # characters


@dataclass(frozen=True, slots=True)
class Question:
    """A routine question as the reader knows it: how customers ask it, and its approved answer."""

    faq: str
    title: str
    examples: tuple[str, ...]
    answer: str

    @property
    def asked(self) -> str:
        """How it is asked for: its title and first examples in one line."""
        return f"{self.title}. {' ; '.join(self.examples[:_SHOWN])}"

    @property
    def settled(self) -> str:
        """What its answer says, without greeting and blanks, after its title in one line."""
        lines = [" ".join(line.split()) for line in _BLANK.sub("", self.answer).splitlines()]
        told = [line for line in lines if line]
        if len(told) > 1 and len(told[0]) <= len("Good afternoon dear ,"):
            told = told[1:]
        return " ".join([f"{self.title}.", *told])


def message_sentences(utterance: Utterance) -> list[str]:
    """The sentences of a message that say something beyond courtesy."""
    return [" ".join(sentence.text.split()) for sentence in sentences_of(utterance)]


def message_text(subject: str, sentences: Sequence[str]) -> str:
    """Subject and sentences in one line."""
    return " ".join([f"{subject}." if subject else "", *sentences]).strip()[:_LONGEST]


def questions_of(faqs: Sequence[Faq]) -> Iterator[Question]:
    """The questions with an answer in the language that the reader knows."""
    for faq in faqs:
        answer = faq.answer_in(LANGUAGE)
        if answer is not None:
            yield Question(faq.id, faq.title, faq.examples, answer.body)
