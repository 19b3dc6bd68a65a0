"""The parts of Zendesk that call us, in Zendesk's words: what is made, and what is compared.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/
https://developer.zendesk.com/api-reference/ticketing/business-rules/views/
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from connectors.zendesk.answers import Json, objects_at, text_at
from connectors.zendesk.errors import UnreadableError, read_object

TRIGGERED: Final = "conditional_ticket_events"  # the subscription of a webhook that triggers call
# Ids only: no customer's words travel in it, and none can break its JSON.
TEMPLATE: Final = json.dumps(
    {
        "ticket_id": "{{ticket.id}}",
        "updated_at": "{{ticket.updated_at_with_timestamp}}",
        "via": "{{ticket.via}}",
        "current_user_id": "{{current_user.id}}",
    }
)
NOTIFY_WEBHOOK: Final = "notification_webhook"
CURRENT_USER: Final = "current_user_id"


class Kind(StrEnum):
    """What can be made."""

    CATEGORY = "trigger_category"
    WEBHOOK = "webhook"
    TRIGGER = "trigger"
    VIEW = "view"
    GROUP = "group"

    @property
    def path(self) -> str:
        """Its place below `/api/v2/`, which is also the name of its list."""
        return "trigger_categories" if self is Kind.CATEGORY else f"{self.value}s"

    @property
    def title_key(self) -> str:
        """What its title is called."""
        return "title" if self in {Kind.TRIGGER, Kind.VIEW} else "name"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that stands at Zendesk. `properties` are those that we set, in a steady form."""

    kind: Kind
    id: str
    title: str
    description: str
    properties: Mapping[str, Any]


def webhook(endpoint: str) -> dict[str, Any]:
    """A webhook that triggers call."""
    return {
        "status": "active",
        "endpoint": endpoint,
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": [TRIGGERED],
    }


def new_messages(own_user_id: int) -> dict[str, Any]:
    """The conditions under which a ticket has a message that we must read.

    Created, or publicly commented, and never by ourselves: our own writes fire no call, so that no
    loop can begin, and a change of tags alone brings no comment.
    https://support.zendesk.com/hc/en-us/articles/4408893545882
    """
    return {
        "all": [condition(CURRENT_USER, "is_not", str(own_user_id))],
        "any": [
            condition("update_type", "is", "Create"),
            condition("comment_is_public", "is", "true"),
        ],
    }


def unsolved_with(tags: Iterable[str]) -> dict[str, Any]:
    """The conditions of a view: not solved yet, and with one of the tags."""
    return {
        "all": [
            condition("status", "less_than", "solved"),
            condition("current_tags", "includes", " ".join(tags)),
        ],
        "any": [],
    }


def condition(field: str, operator: str, value: str) -> dict[str, Any]:
    """One condition of a trigger or a view."""
    return {"field": field, "operator": operator, "value": value}


def same_action(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two actions do the same; how the JSON of a message is laid out does not matter."""
    return [one["field"], _read(one["value"])] == [other["field"], _read(other["value"])]


def _read(value: object) -> object:
    if isinstance(value, list):
        return [_read(part) for part in value]
    message = read_object(value.encode("utf-8", "replace")) if isinstance(value, str) else None
    return value if message is None else message


def written(kind: Kind, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as a write wants them: a view takes its conditions apart."""
    fields = dict(properties)
    if kind is Kind.VIEW and "conditions" in fields:
        fields |= fields.pop("conditions")
        # "description" is what shows the subject.
        fields["output"] = {"columns": ["description", "requester", "group", "updated"]}
    return fields


def record_of(kind: Kind, row: Json) -> Record:
    """A record as it was shown; raises UnreadableError without an id."""
    key = row.get("id")
    if isinstance(key, bool) or not isinstance(key, str | int) or not str(key):
        raise UnreadableError(f"a {kind.value} has no id")
    return Record(
        kind=kind,
        id=str(key),
        title=text_at(row, kind.title_key),
        description=text_at(row, "description"),
        properties=_properties(kind, row),
    )


def _properties(kind: Kind, row: Json) -> dict[str, Any]:
    if kind is Kind.WEBHOOK:
        names = ("status", "endpoint", "http_method", "request_format")
        listed = row.get("subscriptions")
        subscriptions = sorted(map(str, listed)) if isinstance(listed, list) else []
        return {name: text_at(row, name) for name in names} | {"subscriptions": subscriptions}
    if kind is Kind.TRIGGER:
        return {
            "active": row.get("active") is True,
            "category_id": _plain(row.get("category_id")),
            "position": row.get("position"),
            "conditions": _conditions(row),
            "actions": [
                {"field": text_at(action, "field"), "value": _plain(action.get("value"))}
                for action in objects_at(row, "actions")
            ],
        }
    if kind is Kind.VIEW:
        return {"active": row.get("active") is True, "conditions": _conditions(row)}
    return {}


def _conditions(row: Json) -> dict[str, Any]:
    given = row.get("conditions")
    conditions = given if isinstance(given, dict) else {}
    return {
        name: [
            {
                "field": text_at(one, "field"),
                "operator": text_at(one, "operator"),
                "value": _plain(one.get("value")),
            }
            for one in objects_at(conditions, name)
        ]
        for name in ("all", "any")
    }


def _plain(value: object) -> object:
    """Zendesk shows numbers and truth values now as such, now as text: here always as text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
