"""Where a ticket goes, how urgent it is, and which tags say so; every step is explained.

A ticket that a person has is never moved. Only the group is ever set, never the assignee:
assigning to an agent changes group and status too (Zendesk, "Tickets", update side effects).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.model import PRIORITIES, Outcome, Reason, Route, Ticket
from rules.policy import Faq, Policy
from rules.policy_schema import FAMILIES, NEUTRAL_FAMILIES, Tier
from rules.reason_codes import REASON_CODES
from rules.regions import within
from rules.signals.regulatory import Sighting, Verdict

PREFIX = "deskclerk_"
REVIEW_TAG = PREFIX + "review"  # all that a neutral pack shows on the ticket


@dataclass(frozen=True, slots=True)
class Matter:
    """What a route depends on besides the policy."""

    ticket: Ticket
    outcome: Outcome
    now: datetime
    seen: Sequence[Sighting] = ()  # the gravest first
    suspected: str | None = None  # the family that the risk model suspects
    faq: Faq | None = None
    language: str | None = None
    person: bool = False  # a person has the ticket
    moves: bool = False  # it goes to a group at all
    vip: bool = False
    urgent: bool = False  # something besides the packs asks for haste


def route(policy: Policy, matter: Matter) -> Route:
    """The route of a ticket, with its reasons."""
    tier = _tier(policy, matter)
    priority = _priority(matter, tier)
    group, step = _group(policy, matter, tier, priority)
    steps = () if step is None else (Reason(f"route.{step}", "routing", _why(step, tier)),)
    return Route(group, priority, _tags(matter), steps)


def _why(step: str, tier: Tier | None) -> str:
    detail = REASON_CODES[f"route.{step}"]
    return f"{detail[:-1]}: {tier.name}." if step == "tier" and tier else detail


def _group(
    policy: Policy, matter: Matter, tier: Tier | None, priority: str | None
) -> tuple[str | None, str | None]:
    """The group's name, and the step that chose it: the first that has one."""
    if not matter.moves:
        return None, None
    if matter.person:
        return None, "person"
    routing = policy.settings.routing
    away = not policy.settings.hours.is_open(matter.now)
    by_step = {
        "on_call": routing.on_call if away and priority == "urgent" else None,
        "owner": policy.owner_group(_owner(matter)),
        "tier": tier.group if tier else None,
        "value": routing.value_group if matter.vip else None,
        "out_of_hours": routing.out_of_hours if away else None,
        "specialist": policy.settings.specialists.get(matter.faq.specialist)
        if matter.faq
        else None,
        "language": routing.languages.get(matter.language or ""),
        "region": _regional(routing.regions, matter.ticket.requester.country),
        "default": policy.group("default"),
    }
    return next(((group, step) for step, group in by_step.items() if group), (None, None))


def _owner(matter: Matter) -> str | None:
    if matter.seen:
        return matter.seen[0].pack.owner
    return FAMILIES[matter.suspected] if matter.suspected else None


def _tier(policy: Policy, matter: Matter) -> Tier | None:
    tags = matter.ticket.every_tag
    return next((tier for tier in policy.settings.routing.tiers if tier.tags & tags), None)


def _regional(regions: dict[str, str], country: str | None) -> str | None:
    wanted = (country or "").upper()
    if not wanted:
        return None
    if wanted in regions:
        return regions[wanted]
    return next((group for name, group in regions.items() if within(wanted, name)), None)


def _priority(matter: Matter, tier: Tier | None) -> str | None:
    strong = {Verdict.LABEL, Verdict.DOUBTED, Verdict.UNMEANT, Verdict.QUOTED}
    wanted = [each.pack.priority for each in matter.seen if each.verdict in strong]
    if matter.urgent:
        wanted.append("high")
    if tier is not None and tier.priority is not None and matter.moves:
        wanted.append(tier.priority)
    return max(wanted, key=PRIORITIES.__getitem__, default=None)


def _tags(matter: Matter) -> tuple[str, ...]:
    packs = [each.pack for each in matter.seen]
    if any(pack.neutral for pack in packs) or matter.suspected in NEUTRAL_FAMILIES:
        return (REVIEW_TAG,)
    tags = {PREFIX + matter.outcome.value}
    for pack in packs:
        tags.update(PREFIX + tag for tag in pack.tags)
    if matter.suspected is not None:
        tags.add(f"{PREFIX}check_{matter.suspected}")
    if matter.faq is not None:
        tags.add(PREFIX + "faq_" + matter.faq.id)
    if matter.language is not None:
        tags.add(PREFIX + "lang_" + matter.language)
    return tuple(sorted(tags))
