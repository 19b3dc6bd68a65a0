"""What shall stand at the helpdesk for this installation."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connectors.zendesk import parts
from connectors.zendesk.parts import Kind
from integration.connecting.plan import (
    WEBHOOK,
    MadeId,
    Wanted,
    category_title,
    description,
)
from rules.policy import Policy

WEBHOOK_PATH = "/webhooks/zendesk"
TRIGGER = "trigger:new-messages"
# The tags that the rules set: rules/routing.py.
_VIEWS = (
    ("view:waiting", "Deskclerk: waiting for approval", ("deskclerk_suggest",)),
    (
        "view:escalated",
        "Deskclerk: handed to people",
        ("deskclerk_escalate", "deskclerk_acknowledge", "deskclerk_review"),
    ),
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person chose. `groups` are names that the policy uses."""

    groups: tuple[str, ...] = ()
    views: bool = False


def wanted(public_url: str, installation: str, own_user_id: int, wishes: Wishes) -> list[Wanted]:
    """Everything in order of need: a trigger names its webhook."""
    category = Wanted("category", Kind.CATEGORY, category_title(installation))
    hook = Wanted(
        WEBHOOK,
        Kind.WEBHOOK,
        "Deskclerk",
        {
            "description": description(installation, WEBHOOK),
            **parts.webhook(public_url + WEBHOOK_PATH),
        },
    )
    trigger = Wanted(
        TRIGGER,
        Kind.TRIGGER,
        "Deskclerk: new messages",
        {
            "description": description(installation, TRIGGER),
            "active": True,
            "category_id": MadeId(category.part),
            "conditions": parts.new_messages(own_user_id),
            "actions": [
                {"field": parts.NOTIFY_WEBHOOK, "value": [MadeId(WEBHOOK), parts.TEMPLATE]}
            ],
        },
    )
    return [hook, category, trigger, *_views(installation, wishes), *_groups(installation, wishes)]


def named_groups(policy: Policy) -> tuple[str, ...]:
    """The names of the groups that a policy sends tickets to, each once."""
    settings = policy.settings
    named = (*settings.groups.values(), *settings.specialists.values())
    return tuple(dict.fromkeys(name for name in named if name))


def _views(installation: str, wishes: Wishes) -> Iterator[Wanted]:
    for part, title, tags in _VIEWS if wishes.views else ():
        about = description(installation, part)
        conditions = parts.unsolved_with(tags)
        yield Wanted(part, Kind.VIEW, title, {"description": about, "conditions": conditions})


def _groups(installation: str, wishes: Wishes) -> Iterator[Wanted]:
    for name in wishes.groups:
        # A name may hold anything; a part stands in a mark.
        part = f"group:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}"
        yield Wanted(part, Kind.GROUP, name, {"description": description(installation, part)})


def kinds_of(things: Iterable[Wanted]) -> tuple[Kind, ...]:
    """The kinds of records that must be read for them, each once."""
    return tuple(dict.fromkeys(thing.kind for thing in things))
