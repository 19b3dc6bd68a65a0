"""A routine question, and which of its approved answers a ticket gets."""

from dataclasses import dataclass
from datetime import date

from rules.answers import Answer
from rules.model import Stage, Ticket


@dataclass(frozen=True, slots=True)
class Faq:
    """A routine question with its approved answers."""

    id: str
    title: str
    specialist: str
    examples: tuple[str, ...]
    answers: tuple[Answer, ...]
    stage: Stage
    share: int  # per cent of matching tickets at this stage
    needs: tuple[str, ...] = ()  # entities that the customer must have named
    ask: tuple[Answer, ...] = ()  # what is said instead where one is missing
    combines_with: tuple[str, ...] = ()  # questions that may be answered in the same reply

    def answer_in(self, language: str | None) -> Answer | None:
        """The answer in a language that is for everyone, else the first one, or None."""
        spoken = [answer for answer in self.answers if answer.language == language]
        return next(
            (answer for answer in spoken if not any(answer.conditions)), next(iter(spoken), None)
        )

    def answer_for(self, ticket: Ticket, language: str | None, today: date) -> Answer | str:
        """The answer that a ticket gets in a language, or the reason code why there is none.

        Of those whose conditions all hold, the one with the most; of as many, regions before tags,
        tags before a first day, then the later first day, then the order in the file. One that is
        past its review date is no reason to take another.
        """
        spoken = [answer for answer in self.answers if answer.language == language]
        meant = [answer for answer in spoken if answer.is_for(ticket)]
        fit = [answer for answer in meant if answer.is_begun(today)]
        if fit:
            answer = max(fit, key=_closeness)
            return "answer.stale" if answer.is_stale(today) else answer
        if meant:
            return "answer.not_yet_valid"
        return "answer.not_for_this_customer" if spoken else "answer.missing_language"

    def combines(self, other: "Faq") -> bool:
        """Whether both may be answered in one reply: either names the other."""
        return other.id in self.combines_with or self.id in other.combines_with

    def ask_in(self, language: str) -> Answer | None:
        """The text that asks for what is missing, in a language, or None."""
        return next((text for text in self.ask if text.language == language), None)


def _closeness(answer: Answer) -> tuple[int, tuple[bool, bool, bool], date]:
    """The greater, the more closely an answer is made for the tickets that it is for."""
    return sum(answer.conditions), answer.conditions, answer.valid_from or date.min
