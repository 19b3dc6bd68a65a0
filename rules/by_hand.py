"""What people decide by hand: which approved words an answer has for a ticket, what a label means.

A person chose the answer or the pack; the words, the group, the urgency and the clocks are the
policy's all the same.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from rules.answers import fill
from rules.calendars import aware, in_zone
from rules.deadlines import running
from rules.faqs import Faq
from rules.model import Author, Comment, Deadline, Ticket
from rules.policy import Policy
from rules.policy_schema import FAMILIES, Pack
from rules.routing import PREFIX, REVIEW_TAG
from rules.utterance import read_comment


@dataclass(frozen=True, slots=True)
class Words:
    """The approved words of an answer for a ticket, or the reason code why there are none."""

    text: str | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class PackLabel:
    """What follows from a pack that a person names."""

    pack: str
    title: str  # neutral where the pack's mention alone may break a law
    group: str | None
    priority: str
    tags: tuple[str, ...]
    deadlines: tuple[Deadline, ...]  # the earliest first
    neutral: bool  # nothing of it may be seen on the ticket


def words_by_hand(faq: Faq, ticket: Ticket, policy: Policy, now: datetime) -> Words:
    """The words for a ticket's language, with blanks filled and no disclosure: a person sends them.

    Where the language can't be told, the answer that there is stands.
    """
    message = ticket.message or Comment(Author.REQUESTER, "")
    spoken = read_comment(message, ticket.language).language
    if spoken is None and faq.answers:
        spoken = faq.answers[0].language
    today = in_zone(now, policy.settings.hours.zone).date()
    answer = faq.answer_for(ticket, spoken, today)
    return Words(None, answer) if isinstance(answer, str) else Words(fill(answer, ticket))


def cases_by_hand(policy: Policy, seen: Collection[str]) -> tuple[Pack, ...]:
    """The packs in force, for a person to name one; those of a family stand beside each other.

    `seen` are the rules of a decision's reasons. The families that they are about come first; in a
    family the packs that they name, then those with clocks.
    """
    places = {family: place for place, family in enumerate(FAMILIES)}
    in_force = [pack for pack in policy.packs if pack.id in policy.scope.in_force]
    likely = {pack.family for pack in in_force if _rule_of(pack) in seen}
    likely |= {family for family in places if f"risk/{family}" in seen}

    def turn(pack: Pack) -> tuple[bool, int, str, bool, bool, str]:
        place, is_seen = places.get(pack.family, len(places)), _rule_of(pack) in seen
        is_far = pack.family not in likely
        return is_far, place, pack.family, not is_seen, not pack.clocks, pack.title

    return tuple(sorted(in_force, key=turn))


def _rule_of(pack: Pack) -> str:
    return f"packs/{pack.id}"


def label_by_hand(pack: Pack, ticket: Ticket, policy: Policy, now: datetime) -> PackLabel:
    """What a pack means for a ticket; its clocks run from the message's receipt."""
    message = ticket.message
    received = (message.created_at if message else None) or ticket.created_at or now
    found = running(pack, aware(received), policy.settings)
    return PackLabel(
        pack=pack.id,
        title="for review" if pack.neutral else pack.title,
        group=policy.owner_group(pack.owner) or policy.group("default"),
        priority=pack.priority,
        tags=(REVIEW_TAG,)
        if pack.neutral
        else tuple(sorted({PREFIX + "escalate", *(PREFIX + tag for tag in pack.tags)})),
        deadlines=tuple(sorted(found, key=lambda one: (one.due, one.clock))),
        neutral=pack.neutral,
    )
