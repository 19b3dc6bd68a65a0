"""Typed reading of the JSON that clients send. Refuses with Zendesk's errors, never crashes."""

import re
from dataclasses import dataclass, field
from typing import Any

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError, invalid_attribute, record_invalid

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")
_MAX_ID = 2**63 - 1
_BODY_LIMIT = (
    65_535  # characters; https://support.zendesk.com/hc/en-us/community/posts/4719863289498
)


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment as it was asked for. `public` None means: as the first comment of the ticket."""

    body: str
    html_body: str | None = None
    public: bool | None = None
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One update as it was asked for: only the fields that were named."""

    fields: Json = field(default_factory=dict)
    comment: NewComment | None = None
    custom: Json = field(default_factory=dict)
    stamp: str | None = None  # set: refuse unless the ticket still carries this `updated_at`
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()


def object_at(body: object, key: str) -> Json:
    """The object under `key` of a request body."""
    value = body.get(key) if isinstance(body, dict) else None
    if not isinstance(value, dict):
        raise invalid_attribute(key, "an object")
    return value


def read_text(name: str, value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise invalid_attribute(name, "a string")
    return value


def read_id(name: str, value: object) -> int:
    """A positive 64-bit integer, also as a string of digits."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MAX_ID:
        raise invalid_attribute(name, "an integer")
    return value


def read_optional_id(name: str, value: object) -> int | None:
    """An id, or null."""
    return None if value is None else read_id(name, value)


def read_ids(name: str, value: object) -> tuple[int, ...]:
    """A list of ids."""
    if not isinstance(value, list):
        raise invalid_attribute(name, "an array")
    return tuple(read_id(name, item) for item in value)


def read_bool(name: str, value: object) -> bool:
    """True or false, also as a string: clients send both."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise invalid_attribute(name, "a boolean")


def read_tags(name: str, value: object) -> tuple[str, ...]:
    """Tags as a list, or as one string divided by spaces or commas; sorted, in lower case."""
    if isinstance(value, str):
        value = re.split(r"[\s,]+", value)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid_attribute(name, "an array of strings")
    return tuple(
        sorted({part.lower() for item in value for part in re.split(r"[\s,]+", item)} - {""})
    )


def read_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """One of a field's fixed values."""
    text = read_text(name, value)
    if text not in choices:
        raise record_invalid(name, f"{name.capitalize()}: {text[:40]} is not valid")
    return text


def _read_custom_fields(name: str, value: object) -> tuple[tuple[int, object], ...]:
    if isinstance(value, dict):
        value = [{"id": key, "value": item} for key, item in value.items()]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise invalid_attribute(name, "an array of objects")
    return tuple((read_id("id", item.get("id")), item.get("value")) for item in value)


def read_comment(value: object) -> NewComment:
    """The `comment` of a ticket. A bare string is its body."""
    if isinstance(value, str):
        value = {"body": value}
    if not isinstance(value, dict):
        raise invalid_attribute("comment", "an object")
    html = value.get("html_body")
    html = None if html is None else read_text("html_body", html)
    body = value.get("body")
    body = "" if body is None else read_text("body", body)
    if not (body.strip() or (html or "").strip()):
        raise record_invalid("comment", "Comment: Body: cannot be blank", "BlankValue")
    if max(len(body), len(html or "")) > _BODY_LIMIT:
        raise record_invalid("comment", "Comment: Body: is too long", "TooLong")
    public = value.get("public")
    return NewComment(
        body=body,
        html_body=html,
        public=None if public is None else read_bool("public", public),
        author_id=read_optional_id("author_id", value.get("author_id")),
    )


def _read_field(name: str, value: Any) -> object:  # noqa: PLR0911 - one line a kind of field
    if name in {"assignee_id", "group_id", "organization_id"}:
        return read_optional_id(name, value)
    if name in {"collaborator_ids", "email_cc_ids", "follower_ids"}:
        return read_ids(name, value)
    if name == "requester_id":
        return read_id(name, value)
    if name == "status":
        return read_choice(name, value, STATUSES)
    if name in {"priority", "type"}:
        choices = PRIORITIES if name == "priority" else TYPES
        return None if value in (None, "") else read_choice(name, value, choices)
    if name == "tags":
        return read_tags(name, value)
    if name == "custom_fields":
        return _read_custom_fields(name, value)
    return None if value is None else read_text(name, value)


_FIELDS = frozenset(
    {
        "subject", "status", "priority", "type", "tags", "assignee_id", "group_id",
        "organization_id", "requester_id", "external_id", "recipient", "custom_fields",
        "collaborator_ids", "email_cc_ids", "follower_ids",
    }
)  # fmt: skip


def _read_stamp(ticket: Json) -> str | None:
    """The stamp to be checked, or None to write by force.

    `safe_update` counts as asked for with any value, false included; only leaving it out forces
    the update. https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#protecting-against-ticket-update-collisions
    """
    if "safe_update" not in ticket:
        return None
    return read_text("updated_stamp", ticket.get("updated_stamp"))


def _read_custom(ticket: Json) -> Json:
    metadata = ticket.get("metadata")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise invalid_attribute("metadata", "an object")
    custom = metadata.get("custom", {})
    if not isinstance(custom, dict):
        raise invalid_attribute("metadata.custom", "an object")
    return custom


def read_change(ticket: Json, *, many: bool = False) -> Change:
    """A ticket update. Unknown properties are ignored, as Zendesk does.

    `additional_tags` and `remove_tags` are documented for updates of many tickets only, and are
    ignored elsewhere.
    """
    named = dict(ticket)
    if "custom_fields" not in named and "fields" in named:
        named["custom_fields"] = named["fields"]
    comment = named.get("comment")
    return Change(
        fields={name: _read_field(name, named[name]) for name in sorted(_FIELDS & named.keys())},
        comment=None if comment is None else read_comment(comment),
        custom=_read_custom(named),
        stamp=_read_stamp(named),
        add_tags=read_tags("additional_tags", named.get("additional_tags", [])) if many else (),
        drop_tags=read_tags("remove_tags", named.get("remove_tags", [])) if many else (),
    )


def read_query_ids(text: str | None) -> tuple[int, ...]:
    """The ids of `?ids=1,2,3`; at most 100."""
    if not text:
        raise invalid_attribute("ids", "a comma separated list of integers")
    ids = tuple(read_id("ids", part.strip()) for part in text.split(","))
    if len(ids) > 100:  # noqa: PLR2004 - the documented maximum
        raise ApiError(400, {"error": "TooManyValues", "description": "ids: more than 100 values"})
    return tuple(dict.fromkeys(ids))
