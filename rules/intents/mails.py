"""The recogniser of whole messages: the mail reader judges English ones, words the others.

A message that repeats an example word for word is known without it.
"""

import hashlib
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from typing import Any

from rules.features.mail_reader import MailReader, shared_mail_reader
from rules.intents.answers import Answers, shared_certainty
from rules.intents.lexical import LexicalRecogniser, canonical
from rules.intents.matching import Abstention, Match, ModelError
from rules.intents.reading import LANGUAGE, Question, message_sentences
from rules.utterance import Utterance

ALGORITHM = "mail-reader-1"
_MAX_SENTENCES = 20
_AGREED = 0.5  # certainty from which a near wording is answered
_WORTH_A_DRAFT = 0.6  # certainty from which an agent is offered the answer


@dataclass(frozen=True)
class MailRecogniser:
    """Finds the question whose approved answer settles a whole message."""

    words: LexicalRecogniser
    questions: tuple[Question, ...]
    precision: float  # that the answers must keep

    @cached_property
    def version(self) -> str:
        """A digest over the algorithm and everything learned."""
        return "sha256:" + hashlib.sha256(self.to_bytes()).hexdigest()

    @cached_property
    def answers(self) -> Answers:
        """The questions, ready to be compared with messages."""
        return Answers(self.questions, shared_mail_reader())

    def to_bytes(self) -> bytes:
        """Canonical JSON; never code. The networks are named, not held."""
        return canonical(
            {
                "algorithm": ALGORITHM,
                "words": self.words.content(),
                "questions": [list(astuple(question)) for question in self.questions],
                "precision": self.precision,
                "networks": _networks(),
            }
        )

    @classmethod
    def of_content(cls, content: Any) -> "MailRecogniser":
        """The recogniser of these values. Raises ModelError where other networks are meant.

        KeyError, TypeError and ValueError, for unfit values, are left to whoever reads the file.
        """
        if content["networks"] != _networks():
            raise ModelError("the model was made with other networks: train it again")
        questions = tuple(
            Question(str(faq), str(title), tuple(map(str, examples)), str(answer))
            for faq, title, examples, answer in content["questions"]
        )
        words = LexicalRecogniser.of_content(content["words"])
        return cls(words, questions, float(content["precision"]))

    def prepare(self) -> None:
        """Load the network and read the questions. Raises ShippedDataError."""
        self.words.prepare()
        _ = self.answers

    def match(self, utterance: Utterance, subject: str) -> Match | Abstention:
        """The question that a message asks, or why none was recognised."""
        repeated = self.words.same_words(utterance)
        if repeated is not None:
            return repeated
        if utterance.language != LANGUAGE:
            return self.words.match(utterance, subject)
        sentences = message_sentences(utterance)
        if not sentences:
            return Abstention("abstain.nothing_asked")
        if len(sentences) > _MAX_SENTENCES:
            return Abstention("abstain.long_message")
        return self._of_mail(utterance, subject, sentences)

    def _of_mail(
        self, utterance: Utterance, subject: str, sentences: list[str]
    ) -> Match | Abstention:
        """What the reader finds; where it is not sure, a near wording may confirm it."""
        certainty = shared_certainty()
        reading = self.answers.read(subject, sentences)
        score = certainty.of(reading)
        faq = self.questions[reading.number].faq
        runner_up = None if reading.runner_up is None else self.questions[reading.runner_up].faq
        found = Match(faq, score, runner_up, reading.ahead, LANGUAGE)
        if score >= certainty.limit(self.precision):
            return found
        worded = self.words.match(utterance, subject)
        if isinstance(worded, Match) and worded.faq == faq and score >= _AGREED:
            return worded
        if score >= _WORTH_A_DRAFT:
            return replace(found, is_sure=False)
        return Abstention("abstain.uncertain", faq, score)


def _networks() -> list[str]:
    weighing = hashlib.sha256(shared_certainty().to_bytes()).hexdigest()
    return [MailReader.version, f"certainty:{weighing[:12]}"]
