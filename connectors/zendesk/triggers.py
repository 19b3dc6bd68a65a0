"""What other people's triggers do to customers.

https://support.zendesk.com/hc/en-us/articles/4408893545882 (conditions and actions reference).
"""

from typing import Final

from connectors.zendesk.parts import Record

_TO_REQUESTER: Final = frozenset({"requester_id", "requester_and_ccs"})


def tells_requester(trigger: Record) -> bool:
    """Whether it mails the customer."""
    return any(
        action["field"] == "notification_user" and _addressee(action["value"]) in _TO_REQUESTER
        for action in trigger.properties["actions"]
    )


def is_at_creation(trigger: Record) -> bool:
    """Whether it fires for new tickets alone."""
    return any(
        one["field"] == "update_type" and str(one["value"]).lower() == "create"
        for one in trigger.properties["conditions"]["all"]
    )


def place_of(trigger: Record) -> int:
    """Its place in the order in which triggers run."""
    place = trigger.properties["position"]
    return place if isinstance(place, int) else 0


def _addressee(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else ""
