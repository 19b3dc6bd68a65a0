"""Which approved text answers a recognised question on a ticket, or why none does."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.answers import Answer
from rules.case import Case
from rules.entities import entities_in
from rules.faqs import Faq
from rules.guards import reason
from rules.intents.matching import Abstention, Match
from rules.model import Author, Reason, Stage
from rules.passages import LONGEST
from rules.reason_codes import REASON_CODES
from rules.utterance import read_comment
from rules.view import View, normalised

_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """What was recognised, the approved text for it, and how far it may go."""

    match: Match  # of the question that was asked first
    faqs: tuple[Faq, ...]  # in the order in which they were asked
    language: str | None
    text: Answer | None  # None: withheld
    remarks: tuple[Reason, ...] = ()  # why it is withheld, or asks back

    @property
    def recognised(self) -> list[Reason]:
        """What the message asks."""
        first, *others = self.faqs
        also = REASON_CODES["match.also"][:-1]
        return [
            Reason("match.faq", first.id, REASON_CODES["match.faq"]),
            *(Reason("match.also", faq.id, f"{also}: {faq.id}.") for faq in others),
        ]


def offer_of(case: Case, found: Match | Abstention) -> Offer | Abstention:
    """The offer for the one question that was found in a message."""
    if isinstance(found, Abstention):
        return found
    faq = case.policy.faq(found.faq)
    if faq is None:
        return Abstention("abstain.unknown_faq", score=found.score)
    language = language_of(case, found)
    text, remarks = text_for(case, faq, language)
    return Offer(found, (faq,), language, text, tuple(remarks))


def language_of(case: Case, found: Match) -> str | None:
    """The language in which a message is answered: its own, else that of the nearest example."""
    heard = case.utterance
    return heard.detected_language or found.language or heard.given_language


def stage_of(case: Case, faq: Faq) -> Stage:
    """The question's stage; beyond its share of tickets, shadow at most."""
    if faq.stage is Stage.OFF or is_within_share(faq.id, case.ticket.id, faq.share):
        return faq.stage
    return Stage.SHADOW


def is_within_share(faq_id: str, ticket_id: str, share: int) -> bool:
    """Whether a ticket is among so many per cent of all.

    A ticket is always on the same side: its place depends on the question and its id alone.
    """
    seed = f"{faq_id}\0{ticket_id}".encode("utf-8", "surrogatepass")
    place = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big") % (_PER_CENT * 100)
    return place < share * 100


def lowest_stage(case: Case, faqs: Sequence[Faq]) -> tuple[Stage, Faq]:
    """The stage that the first of the lowest questions has, and that question."""
    stages = [(stage_of(case, faq), faq) for faq in faqs]
    return min(stages, key=lambda each: _STAGES.index(each[0]))


_STAGES = tuple(Stage)  # from the lowest on


def text_for(case: Case, faq: Faq, language: str | None) -> tuple[Answer | None, list[Reason]]:
    """The approved text for a question, or None where it is withheld; and what is to be said of it.

    Where the answer may go out but the customer has not named what it needs, the question's `ask`
    stands in its place.
    """
    answer = faq.answer_for(case.ticket, language, case.today)
    if isinstance(answer, str):
        return None, [reason(answer, faq.id)]
    missing = _missing(case, faq)
    if not missing:
        return answer, []
    asking = faq.ask_in(answer.language)
    if asking is None:
        return None, [_about("answer.needs_entity", faq, missing)]
    if asking.is_stale(case.today):
        return None, [_about("answer.needs_entity", faq, missing), reason("answer.stale", faq.id)]
    return asking, [_about("answer.asks", faq, missing)]


def _missing(case: Case, faq: Faq) -> list[str]:
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
