"""Drafts of answers from what the helpdesk keeps for answering, for the set-up."""

from contextlib import closing
from dataclasses import asdict
from typing import Any

from connectors.ports import Unusable
from connectors.zendesk.prepared import SCOPE
from integration import drafting
from integration.clock import Clock
from integration.helpdesk import connect_helpdesk
from integration.policy_drafts import drafts
from integration.policy_folder import active_policy
from integration.settings import Settings
from integration.store import Store

_MOST = 200  # more is read by nobody on one page; the others follow when these are answers


def read_drafts(settings: Settings, store: Store, clock: Clock) -> dict[str, Any]:
    """The drafts, and what could not become one. Raises ConnectorError."""
    said: list[str] = []
    with closing(connect_helpdesk(settings, store, clock, scope=SCOPE)) as desk:
        found = drafting.read_texts(desk, settings.helpdesk_url, clock, said.append)
    made = list(drafts(found.texts))
    policy = active_policy(store)
    known = {faq.title.lower() for faq in policy.faqs} if policy else set[str]()
    usable = [each for each in made if not isinstance(each, Unusable)]
    good = sorted(usable, key=lambda each: each.title.lower() in known)  # those there are last
    return {
        "drafts": [asdict(each) for each in good[:_MOST]],
        "more": max(0, len(good) - _MOST),
        "left_out": len(made) - len(good) + len(found.unusable),
        "said": [line for line in said if line.startswith("no ")],
    }
