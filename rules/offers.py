"""Which approved text answers a recognised question on a ticket, or why none does."""

from collections.abc import Iterator

from rules.answers import Answer
from rules.case import Case
from rules.entities import entities_in
from rules.faqs import Faq
from rules.guards import reason
from rules.model import Author, Reason
from rules.passages import LONGEST
from rules.reason_codes import REASON_CODES
from rules.utterance import read_comment
from rules.view import View, normalised


def text_for(case: Case, faq: Faq, language: str | None) -> tuple[Answer | None, list[Reason]]:
    """The approved text for a question, or None where it is withheld; and what is to be said of it.

    Where the answer may go out but the customer has not named what it needs, the question's `ask`
    stands in its place.
    """
    answer = faq.answer_for(case.ticket, language, case.today)
    if isinstance(answer, str):
        return None, [reason(answer, faq.id)]
    missing = missing_entities(case, faq)
    if not missing:
        return answer, []
    asking = faq.ask_in(answer.language)
    if asking is None:
        return None, [_about("answer.needs_entity", faq, missing)]
    if asking.is_stale(case.today):
        return None, [_about("answer.needs_entity", faq, missing), reason("answer.stale", faq.id)]
    return asking, [_about("answer.asks", faq, missing)]


def missing_entities(case: Case, faq: Faq) -> list[str]:
    """What the answer needs and the customer has named nowhere on the ticket."""
    missing = list(faq.needs)
    shapes = {
        name: shape for name, shape in case.policy.settings.entities.items() if name in faq.needs
    }
    for text in _told(case) if missing else ():
        named = entities_in(text, shapes)
        missing = [name for name in missing if name not in named]
        if not missing:
            break
    return missing


def _told(case: Case) -> Iterator[str]:
    """What the customer says, the subject, and what they said before, the newest first."""
    ticket = case.ticket
    yield case.utterance.said.text
    yield normalised(View.of(ticket.subject[:LONGEST])).text
    for comment in reversed(ticket.comments):
        if comment.author is Author.REQUESTER and comment.public and comment is not ticket.message:
            yield read_comment(comment).said.text


def _about(code: str, faq: Faq, names: list[str]) -> Reason:
    """A reason that names entities, never their values."""
    return Reason(code, faq.id, f"{REASON_CODES[code][:-1]}: {', '.join(names)}.")
