"""What people decide by hand: which approved words an answer has for a ticket, what a label means.

A person chose the answer or the pack; the words, the group, the urgency and the clocks are the
policy's all the same.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from rules.answers import fill
from rules.calendars import in_zone
from rules.deadlines import in_turn, running
from rules.faqs import Faq
from rules.model import Author, Comment, Deadline, Ticket
from rules.policy import Policy
from rules.policy_schema import FAMILIES, Pack
from rules.routing import PREFIX, REVIEW_TAG
from rules.thread import OUTSIDERS
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


def label_by_hand(
    pack: Pack, ticket: Ticket, policy: Policy, now: datetime, written_at: datetime | None = None
) -> PackLabel:
    """What a pack means for a ticket, and the clocks that run from when its message was written.

    Where no message is known, they run from the first that came from outside: too early costs a
    day of work, too late breaks the law.
    """
    heirs = _heirs(pack, policy)
    received = written_at or _first_words(ticket) or now
    neutral = any(each.neutral for each in (pack, *heirs))
    return PackLabel(
        pack=pack.id,
        title="for review" if neutral else pack.title,
        group=policy.owner_group(pack.owner) or policy.group("default"),
        priority=pack.priority,
        tags=(REVIEW_TAG,)
        if neutral
        else tuple(sorted({PREFIX + "escalate", *(PREFIX + tag for tag in pack.tags)})),
        deadlines=_deadlines(pack, heirs, policy, received),
        neutral=neutral,
    )


def _heirs(pack: Pack, policy: Policy) -> list[Pack]:
    """The packs in force that the phrases of this one count for, too."""
    in_force = policy.scope.in_force
    return [each for each in policy.packs if pack.id in each.phrases_of and each.id in in_force]


def _deadlines(
    pack: Pack, heirs: Collection[Pack], policy: Policy, received: datetime
) -> tuple[Deadline, ...]:
    """The clocks that the rules' own label would start.

    They are the pack's, be its region and sector declared or not, for a person named it, and those
    of its heirs; of the heirs that the policy leaves open, the shortest.
    """
    certain = running(pack, received, policy.settings)
    opened: list[Deadline] = []
    for heir in heirs:
        is_open = heir.id in policy.scope.undeclared
        (opened if is_open else certain).extend(running(heir, received, policy.settings))
    return in_turn(certain, opened)


def _first_words(ticket: Ticket) -> datetime | None:
    """When the ticket's first words from outside were written, or it was opened."""
    first = next((each for each in ticket.comments if each.author in OUTSIDERS), None)
    return (first.created_at if first else None) or ticket.created_at
