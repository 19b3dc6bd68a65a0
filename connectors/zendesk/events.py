"""What a delivery is about. Nothing is refused here: what can't be read is stored and shown.

Two kinds of bodies arrive (https://developer.zendesk.com/documentation/webhooks/): those of
triggers, whose JSON is our own template of ids, and those of event subscriptions
(https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/), whose form is
Zendesk's. The body is a hint in both cases: the ticket is read afresh before anything is decided.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from connectors.zendesk.signature import TIMESTAMP_HEADER

ACCOUNT_HEADER: Final = "X-Zendesk-Account-Id"
WEBHOOK_HEADER: Final = "X-Zendesk-Webhook-Id"
INVOCATION_HEADER: Final = "X-Zendesk-Webhook-Invocation-Id"

TEST_KEY: Final = "deskclerk_test"  # in messages that we have Zendesk send, to see them arrive

Kind = Literal["trigger", "event", "other", "unreadable"]

_EVENT_TYPE = re.compile(r"zen:event-type:[a-z0-9_.-]{1,100}", re.ASCII)
_TICKET_EVENT = "zen:event-type:ticket."
_TICKET_SUBJECT = re.compile(r"zen:ticket:(\d{1,20})", re.ASCII)
_HEADER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
# Whether Zendesk escapes placeholders for JSON is not documented. A body that one of them broke
# still names its ticket: in the template the id stands first.
_TICKET_ID = re.compile(rb'"ticket_id"\s{0,20}:\s{0,20}"?(\d{1,20})(?!\d)')
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook call. `key` is the same for every attempt of one invocation."""

    key: str
    account_id: str | None
    webhook_id: str | None
    invocation_id: str | None
    ticket_id: int | None
    kind: Kind
    event_type: str | None
    actor_id: int | None  # who caused it, if it says
    detail: str  # why it is of this kind; quotes nothing


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: Kind
    detail: str
    ticket_id: int | None = None
    event_type: str | None = None
    actor_id: int | None = None


def parse(raw: bytes, headers: Mapping[str, str]) -> Delivery:
    """The delivery in these bytes. Total: never raises."""
    account = _header_id(headers, ACCOUNT_HEADER)
    webhook = _header_id(headers, WEBHOOK_HEADER)
    invocation = _header_id(headers, INVOCATION_HEADER)
    reading = _read(raw)
    return Delivery(
        key=f"{account or '-'}:{webhook or '-'}:{invocation or _digest(raw, headers)}",
        account_id=account,
        webhook_id=webhook,
        invocation_id=invocation,
        ticket_id=reading.ticket_id,
        kind=reading.kind,
        event_type=reading.event_type,
        actor_id=reading.actor_id,
        detail=reading.detail,
    )


def _read(raw: bytes) -> _Reading:
    try:
        body = json.loads(raw, object_pairs_hook=_first_wins)
    except (ValueError, RecursionError):
        return _read_broken(raw, "the body is not JSON")
    if not isinstance(body, dict):
        return _read_broken(raw, "the body is no JSON object")
    event_type = body.get("type")
    if isinstance(event_type, str) and _EVENT_TYPE.fullmatch(event_type):
        return _read_event(event_type, body)
    ticket_id = as_id(body.get("ticket_id"))
    if ticket_id is None and TEST_KEY in body:
        return _Reading("other", "a test message of our own")
    if ticket_id is None:
        return _Reading("unreadable", "the body names no ticket")
    return _Reading("trigger", "a trigger", ticket_id, actor_id=as_id(body.get("current_user_id")))


def _read_event(event_type: str, body: dict[str, Any]) -> _Reading:
    if not event_type.startswith(_TICKET_EVENT):
        return _Reading("other", "an event that is not about a ticket", event_type=event_type)
    detail = body.get("detail")
    fields = detail if isinstance(detail, dict) else {}
    ticket_id = as_id(fields.get("id"))
    if ticket_id is None:
        subject = body.get("subject")
        named = _TICKET_SUBJECT.fullmatch(subject) if isinstance(subject, str) else None
        ticket_id = as_id(named[1]) if named else None
    actor_id = as_id(fields.get("actor_id"))
    if ticket_id is None:
        return _Reading("unreadable", "the ticket event names no ticket", event_type=event_type)
    return _Reading("event", "a ticket event", ticket_id, event_type, actor_id)


def _read_broken(raw: bytes, why: str) -> _Reading:
    found = _TICKET_ID.search(raw)
    ticket_id = as_id(found[1].decode("ascii")) if found else None
    if ticket_id is None:
        return _Reading("unreadable", f"{why} and names no ticket")
    return _Reading("trigger", f"{why}, but it names its ticket", ticket_id)


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The first of two equal names stands: what a placeholder smuggled in comes after ours."""
    return dict(reversed(pairs))


def as_id(value: object) -> int | None:
    """A positive 64-bit id, written as a number or as text; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= _LARGEST_ID else None


def _header_id(headers: Mapping[str, str], name: str) -> str | None:
    for key, value in headers.items():
        if str(key).lower() == name.lower():
            text = str(value).strip()
            return text if _HEADER_ID.fullmatch(text) else None
    return None


def _digest(raw: bytes, headers: Mapping[str, str]) -> str:
    """Stands in for a missing invocation id: the timestamp and the body, which are signed."""
    stamps = [str(v) for k, v in headers.items() if str(k).lower() == TIMESTAMP_HEADER.lower()]
    start = "".join(stamps[:1]).encode("utf-8", "surrogatepass")
    return f"sha256-{hashlib.sha256(start + raw).hexdigest()}"
