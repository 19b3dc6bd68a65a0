"""Where a ticket goes, how urgent it is, and which tags say so."""

from collections.abc import Sequence

from rules.model import PRIORITIES, Outcome, Route
from rules.policy import Faq, Policy
from rules.policy_schema import Pack
from rules.signals.regulatory import Sighting

PREFIX = "deskclerk_"
REVIEW_TAG = PREFIX + "review"  # all that a neutral pack shows on the ticket


def route(  # noqa: PLR0913 - what a route depends on, by name
    policy: Policy,
    outcome: Outcome,
    seen: Sequence[Sighting],
    *,
    faq: Faq | None = None,
    language: str | None = None,
    person: bool = False,
    moves: bool = False,
    urgent: bool = False,
) -> Route:
    """The route of a decision; the gravest pack's owner comes first.

    `person`: a person has the ticket, so it is not moved. `moves`: it goes to a group at all.
    `urgent`: something besides the packs asks for haste.
    """
    group = None
    if moves and not person:
        if seen:
            group = policy.group(seen[0].pack.owner)
        elif faq is not None:
            group = policy.specialist_group(faq.specialist)
        else:
            group = policy.group("default")
    return Route(group, _priority(seen, urgent=urgent), _tags(outcome, seen, faq, language))


def _priority(seen: Sequence[Sighting], *, urgent: bool) -> str | None:
    wanted = [sighting.pack.priority for sighting in seen if not sighting.weak]
    if urgent:
        wanted.append("high")
    return max(wanted, key=PRIORITIES.__getitem__, default=None)


def _tags(
    outcome: Outcome, seen: Sequence[Sighting], faq: Faq | None, language: str | None
) -> tuple[str, ...]:
    packs: list[Pack] = [sighting.pack for sighting in seen]
    if any(pack.neutral for pack in packs):
        return (REVIEW_TAG,)
    tags = {PREFIX + outcome.value}
    for pack in packs:
        tags.update(PREFIX + tag for tag in pack.tags)
    if faq is not None:
        tags.add(PREFIX + "faq_" + faq.id)
    if language is not None:
        tags.add(PREFIX + "lang_" + language)
    return tuple(sorted(tags))
