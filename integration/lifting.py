"""Which tags go with a guard that is lifted: its own, where nothing else asks for them. Pure."""

from collections.abc import Sequence

from integration.store.tagging import Tagging
from rules.routing import PREFIX

# They say what was recognised, not what holds the ticket.
_STAYING = (PREFIX + "lang_", PREFIX + "faq_")


def lifted_tags(known: Sequence[Tagging], until: float) -> frozenset[str]:
    """The tags that guards up to an instant had set; `known` is all of the ticket, oldest first.

    Not those that somebody else had set before, nor those that a decision which was no guard, a
    guard of later, or a person's escalation asks for.
    """
    ours: set[str] = set()
    theirs: set[str] = set()
    lifted: set[str] = set()
    for each in known:
        theirs |= each.before - ours
        ours |= each.asked - theirs
        if each.guards and each.at <= until:
            lifted |= {tag for tag in each.asked if not tag.startswith(_STAYING)}
    return frozenset((lifted & ours) - still_asked(known, until))


def still_asked(known: Sequence[Tagging], until: float) -> frozenset[str]:
    """The tags that something asks for which no lifting of guards up to an instant touches."""
    return frozenset(
        tag for each in known if not (each.guards and each.at <= until) for tag in each.asked
    )
