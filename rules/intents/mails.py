"""The recogniser of whole messages: the mail reader judges English ones, words the others.

A message that repeats an example word for word is known without it, and one that is far more like
one question's examples than like all others' is told by them.
"""

import hashlib
from dataclasses import asdict, astuple, dataclass, replace
from functools import cached_property
from typing import Any

from rules.features.mail_reader import MailReader, shared_mail_reader
from rules.features.read_before import ReadBefore
from rules.intents.answers import Answers, Reading, shared_certainty
from rules.intents.learned import NEVER, NOTHING, Learned, Trial, learned_of
from rules.intents.lexical import LexicalRecogniser, canonical
from rules.intents.matching import Abstention, Match, ModelError
from rules.intents.nearest import EXACT_SCORE
from rules.intents.reading import LANGUAGE, Question, message_sentences
from rules.utterance import Utterance

ALGORITHM = "mail-reader-5"
_MAX_SENTENCES = 20
_DIGITS = 4
_WORTH_A_DRAFT = 0.6  # certainty from which an agent is offered the answer
_UNLIKELY = 0.1  # certainty below which hardly a mail asks for the answer


@dataclass(frozen=True)
class MailRecogniser:
    """Finds the question whose approved answer settles a whole message."""

    words: LexicalRecogniser
    questions: tuple[Question, ...]
    precision: float  # that the answers must keep
    learned: Learned = NOTHING  # from the firm's own labelled tickets

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
                "learned": asdict(self.learned),
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
        return cls._of_values(content)

    @classmethod
    def restrictions(cls, content: Any) -> "MailRecogniser":
        """The same of any networks, with nothing learnt but what not to answer.

        A limit is one of their numbers. But what was wrong too often stays held, and a shipped
        limit that was refuted stays refuted.
        """
        made = cls._of_values(content)
        limit = NEVER if made.learned.limit == NEVER else None
        return replace(made, learned=Learned(limit=limit, held=made.learned.held))

    @classmethod
    def _of_values(cls, content: Any) -> "MailRecogniser":
        questions = tuple(
            Question(str(faq), str(title), tuple(map(str, examples)), str(answer))
            for faq, title, examples, answer in content["questions"]
        )
        words = LexicalRecogniser.of_content(content["words"])
        precision = float(content["precision"])
        if not 0.0 < precision <= 1.0:
            raise ModelError("the model's precision is out of range: train it again")
        return cls(words, questions, precision, learned_of(content["learned"]))

    def prepare(self, before: ReadBefore | None = None) -> None:
        """Load the network and read the questions. Raises ShippedDataError."""
        self.words.prepare()
        if before is not None:
            # Where `answers`, which asks the reader for everything, would be found.
            vars(self)["answers"] = Answers(self.questions, shared_mail_reader(), before)
        _ = self.answers, self.edges

    @property
    def limit(self) -> float:
        """The certainty from which a mail is answered: the firm's own, else the shipped one."""
        own = self.learned.limit
        return shared_certainty().limit(self.precision) if own is None else own

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """For each question the edge from which its examples tell it; above 1 if from none.

        To questions with more examples strangers come nearer. A question needs the edge of its own
        number, or of the number in the middle, if that is greater.
        """
        if self.learned.limit == NEVER:
            return (NEVER,) * len(self.questions)
        ways, certainty = self.answers.ways, shared_certainty()
        middle = ways.examples
        counts = [max(middle, ways.examples_of(n)) for n in range(len(self.questions))]
        shipped = [certainty.edge(self.precision, count) for count in counts]
        found = ways.edges(self.precision, shipped)
        return tuple(NEVER if edge is None else round(edge, _DIGITS) for edge in found)

    def match(self, utterance: Utterance, subject: str) -> Match | Abstention:
        """The question that a message asks, or why none was recognised."""
        found = self._found(utterance, subject)
        if isinstance(found, Match) and found.faq in self.learned.held:
            return replace(found, is_sure=False)
        return found

    def _found(self, utterance: Utterance, subject: str) -> Match | Abstention:
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
        reading = self.answers.read(subject, sentences)
        found = self._match(reading)
        if found.is_sure or found.score >= _WORTH_A_DRAFT:
            return found
        is_far = found.score < _UNLIKELY and reading.reach < self.answers.ways.usual_reach
        reason = "abstain.no_match" if is_far else "abstain.uncertain"
        return Abstention(reason, found.faq, found.score)

    def tried(self, utterance: Utterance, subject: str, right: frozenset[str]) -> Trial | None:
        """What the reader finds in a labelled message; None where it has no say.

        `right` are the questions whose answers would settle the message.
        """
        sentences = message_sentences(utterance)
        if (
            utterance.language != LANGUAGE
            or not 0 < len(sentences) <= _MAX_SENTENCES
            or self.words.same_words(utterance) is not None
        ):
            return None
        reading = self.answers.read(subject, sentences)
        found = self._match(reading)
        return Trial(found.faq, found.score, found.faq in right, self._is_told(reading))

    def _is_told(self, reading: Reading) -> bool:
        """Whether the examples tell the question, however certain it is."""
        return reading.edge >= self.edges[reading.number]

    def _match(self, reading: Reading) -> Match:
        """The question that the reader finds, however unsure it is."""
        certainty = shared_certainty().of(reading)
        is_told = self._is_told(reading)
        return Match(
            self.questions[reading.number].faq,
            EXACT_SCORE if is_told else certainty,
            None if reading.runner_up is None else self.questions[reading.runner_up].faq,
            reading.ahead,
            LANGUAGE,
            is_told or certainty >= self.limit,
        )


def _networks() -> list[str]:
    weighing = hashlib.sha256(shared_certainty().to_bytes()).hexdigest()
    return [MailReader.version, f"certainty:{weighing[:12]}"]
