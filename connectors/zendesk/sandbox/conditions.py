"""The conditions of triggers.

https://support.zendesk.com/hc/en-us/articles/4408893545882 (conditions and actions reference).
"""

from collections.abc import Callable

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import record_invalid
from connectors.zendesk.sandbox.placeholders import Moment
from connectors.zendesk.sandbox.reading import PRIORITIES, STATUSES, read_tags
from connectors.zendesk.sandbox.records import TicketRecord


def _compare(operator: str, actual: str, wanted: str, order: tuple[str, ...] = ()) -> bool:
    if operator == "is":
        return actual == wanted
    if operator == "is_not":
        return actual != wanted
    rank = {name: place for place, name in enumerate(order)}
    if actual not in rank or wanted not in rank:
        return False
    if operator == "less_than":
        return rank[actual] < rank[wanted]
    return operator == "greater_than" and rank[actual] > rank[wanted]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _field(name: str, order: tuple[str, ...] = ()) -> Callable[[Moment, str, str], bool]:
    def value_of(ticket: TicketRecord | None) -> str:
        return _text(getattr(ticket, name)) if ticket is not None else ""

    def test(moment: Moment, operator: str, wanted: str) -> bool:
        now, then = value_of(moment.ticket), value_of(moment.before)
        changed = moment.before is not None and now != then
        if operator == "changed":
            return changed
        if operator == "not_changed":
            return not changed
        if operator in {"value", "changed_to"}:
            return (changed or moment.before is None) and now == wanted
        if operator in {"value_previous", "changed_from"}:
            return changed and then == wanted
        if name == "assignee_id" and wanted == "current_user":
            wanted = _text(moment.actor.id)
        return _compare(operator, now, wanted, order)

    return test


def _update_type(moment: Moment, operator: str, wanted: str) -> bool:
    return _compare(operator, "Create" if moment.before is None else "Change", wanted.capitalize())


def _comment_is_public(moment: Moment, operator: str, wanted: str) -> bool:
    del operator
    if moment.comment is None:
        return False
    if wanted in {"not_relevant", "requester_can_see_comment"}:
        return wanted == "not_relevant" or moment.comment.public
    return moment.comment.public == (wanted.lower() == "true")


def _current_tags(moment: Moment, operator: str, wanted: str) -> bool:
    found = not set(read_tags("tags", wanted)).isdisjoint(moment.ticket.tags)
    return found if operator == "includes" else not found


def _role(moment: Moment, operator: str, wanted: str) -> bool:
    role = "end_user" if moment.actor.role == "end-user" else moment.actor.role
    same = wanted in {role, str(moment.actor.id)} or (wanted == "agent" and role == "admin")
    return same == (operator == "is")


def _current_user(moment: Moment, operator: str, wanted: str) -> bool:
    names = {str(moment.actor.id)}
    if moment.actor.id == moment.ticket.requester_id:
        names.add("requester_id")
    if moment.actor.id == moment.ticket.assignee_id:
        names.add("assignee_id")
    return (wanted in names) == (operator == "is")


def _via(moment: Moment, operator: str, wanted: str) -> bool:
    return _compare(operator, moment.ticket.channel, wanted)


_TESTS: dict[str, Callable[[Moment, str, str], bool]] = {
    "update_type": _update_type,
    "comment_is_public": _comment_is_public,
    "current_tags": _current_tags,
    "role": _role,
    "current_user_id": _current_user,
    "via_id": _via,
    "current_via_id": _via,
    "status": _field("status", STATUSES),
    "priority": _field("priority", PRIORITIES),
    "type": _field("type"),
    "group_id": _field("group_id"),
    "assignee_id": _field("assignee_id"),
    "requester_id": _field("requester_id"),
    "organization_id": _field("organization_id"),
}
_OPERATORS = frozenset(
    {
        "is", "is_not", "less_than", "greater_than", "changed", "not_changed", "value",
        "value_previous", "changed_to", "changed_from", "includes", "not_includes",
    }
)  # fmt: skip


def check_conditions(conditions: object) -> Json:
    """Conditions as a trigger may have them: {"all": […], "any": […]}; else 422."""
    if conditions is None:
        conditions = {}
    if not isinstance(conditions, dict):
        raise record_invalid("conditions", "Conditions: must be an object")
    out: Json = {"all": [], "any": []}
    for kind in ("all", "any"):
        listed = conditions.get(kind) or []
        if not isinstance(listed, list):
            raise record_invalid("conditions", "Conditions: must be lists")
        for item in listed:
            known = isinstance(item, dict) and item.get("field") in _TESTS
            if not known or item.get("operator", "is") not in _OPERATORS:
                raise record_invalid("conditions", "Conditions: a field or operator is not valid")
            out[kind].append(
                {
                    "field": item["field"],
                    "operator": item.get("operator", "is"),
                    "value": item.get("value"),
                }
            )
    return out


def conditions_hold(conditions: Json, moment: Moment) -> bool:
    """Whether all of "all" hold and, if there is an "any", at least one of it."""

    def holds(item: Json) -> bool:
        value = item["value"]
        wanted = ("true" if value else "false") if isinstance(value, bool) else _text(value)
        return _TESTS[item["field"]](moment, item["operator"], wanted)

    either = conditions["any"]
    return all(map(holds, conditions["all"])) and (not either or any(map(holds, either)))
