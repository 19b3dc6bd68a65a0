"""What other people's triggers do to customers.

https://support.zendesk.com/hc/en-us/articles/4408893545882 (conditions and actions reference).
"""

from collections.abc import Mapping
from typing import Any, Final

from connectors.zendesk.parts import Record

_Condition = Mapping[str, Any]

# "value" is how Zendesk writes "changed to", "value_previous" how it writes "changed from".
_IS: Final = frozenset({"is", "value", "changed_to"})
_CHANGES: Final = frozenset({"value", "changed_to", "value_previous", "changed_from", "changed"})
_ENDED: Final = frozenset({"solved", "closed"})
_LAST_OPEN: Final = frozenset({"pending", "hold", "solved"})
_TO_REQUESTER: Final = frozenset({"requester_id", "requester_and_ccs"})


def tells_requester(trigger: Record) -> bool:
    """Whether it mails the customer."""
    return any(
        action["field"] == "notification_user" and _addressee(action["value"]) in _TO_REQUESTER
        for action in trigger.properties["actions"]
    )


def is_at_creation(trigger: Record) -> bool:
    """Whether it is meant for new tickets, too: one of its conditions says so, none forbids it."""
    every, either = _conditions(trigger)
    if any(_is(one, "update_type", "change") or _ends(one) for one in every):
        return False
    return any(map(_begins, (*every, *either)))


def mails_comments(trigger: Record) -> bool:
    """Whether it fires for a comment that leaves the ticket's status as it is, as ours do."""
    every, either = _conditions(trigger)
    return not any(map(_misses_comments, every)) and not (
        either and all(map(_misses_comments, either))
    )


def place_of(trigger: Record) -> int:
    """Its place in the order in which triggers run."""
    place = trigger.properties["position"]
    return place if isinstance(place, int) else 0


def _conditions(trigger: Record) -> tuple[list[_Condition], list[_Condition]]:
    """Those that must all hold, and those of which one must."""
    both = trigger.properties["conditions"]
    return both["all"], both["any"]


def _begins(one: _Condition) -> bool:
    """Only a new ticket fulfils it."""
    status = one["field"] == "status"
    return (
        _is(one, "update_type", "create")
        or _is(one, "status", "new")
        or (status and _operator(one) == "less_than" and _value(one) == "open")
    )


def _ends(one: _Condition) -> bool:
    """Only a solved or closed ticket fulfils it."""
    if one["field"] != "status":
        return False
    if _operator(one) == "greater_than":
        return _value(one) in _LAST_OPEN
    return _operator(one) in _IS and _value(one) in _ENDED


def _misses_comments(one: _Condition) -> bool:
    """A public comment alone does not fulfil it."""
    changes = one["field"] == "status" and _operator(one) in _CHANGES
    return _begins(one) or _ends(one) or changes or _is(one, "comment_is_public", "false")


def _is(one: _Condition, field: str, value: str) -> bool:
    return one["field"] == field and _operator(one) in _IS and _value(one) == value


def _operator(one: _Condition) -> str:
    return str(one.get("operator") or "is")


def _value(one: _Condition) -> str:
    return str(one["value"]).lower()


def _addressee(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else ""
