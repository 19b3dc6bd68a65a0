"""What may be shown of a ticket, and what can't wait. Pure."""

from collections.abc import Collection
from typing import Any

from rules.model import Decision
from rules.policy import Policy
from rules.routing import REVIEW_TAG

_REVIEW = "regulatory.review"
_DANGER = "regulatory.safety_of_life"
_URGENT = "urgent"
MARKS = (_REVIEW, REVIEW_TAG)  # one of them stands in whatever is restricted


def is_restricted(decision: Decision) -> bool:
    """Whether nothing may be shown of what the ticket is about: a neutral pack, or its family."""
    codes = {reason.code for reason in decision.reasons}
    return _is_neutral(codes, decision.route.tags)


def is_restricted_json(decision: dict[str, Any]) -> bool:
    """The same of a decision as it is stored."""
    codes = {str(reason["code"]) for reason in decision["reasons"]}
    return _is_neutral(codes, decision["route"]["tags"])


def is_restricted_ticket(snapshot: dict[str, Any] | None) -> bool:
    """Whether an earlier decision had left its mark on the ticket as it was read."""
    return snapshot is not None and REVIEW_TAG in snapshot["tags"]


def is_neutral_pack(policy: Policy, pack_id: str) -> bool:
    """Whether a pack may not be named; so is one that is not known any more."""
    return next((pack.neutral for pack in policy.packs if pack.id == pack_id), True)


def is_urgent(decision: Decision) -> bool:
    """Whether people must hear of it at once, at night and in any crowd."""
    danger = any(reason.code == _DANGER for reason in decision.reasons)
    return danger or decision.route.priority == _URGENT


def _is_neutral(codes: Collection[str], tags: Collection[str]) -> bool:
    return _REVIEW in codes or REVIEW_TAG in tags
