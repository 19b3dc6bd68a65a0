"""Zendesk's records as values of the house. Total: odd parts get defaults, vital ones an error.

Vital are the ticket's id, its stamp, and the ids of comments and audits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from connectors.ports import Audit, Changed, ChangePage, Receipt, Snapshot, TicketUpdate
from connectors.zendesk.answers import (
    Json,
    instant_of,
    objects_at,
    rows_at,
    tags_of,
    text_at,
    vital_id,
)
from connectors.zendesk.errors import UnreadableError
from connectors.zendesk.events import as_id
from connectors.zendesk.people import People
from rules.model import PRIORITIES, Comment, Organization, Requester, Status, Ticket

UNKNOWN_CHANNEL: Final = "unknown"  # on no list of channels that may be answered
_EPOCH = datetime.fromtimestamp(0, UTC)
_COUNTRY_LENGTH = 2  # ISO 3166-1 alpha-2
# https://developer.zendesk.com/documentation/ticketing/reference-guides/ticket-audit-events-reference/
_FIELD_EVENTS = frozenset({"Change", "Create"})
_COMMENT_EVENTS = frozenset({"Comment", "VoiceComment"})
# https://developer.zendesk.com/documentation/ticketing/reference-guides/via-object-reference/
_RULE_CHANNELS = frozenset({"rule", "system"})
_PERSONS_RELATIONS = frozenset({"merge", "follow_up"})  # a person's act that the system carries out
_SYSTEM_USER = -1
_SHORT = 200  # characters of a field's value


def is_deleted(shown: Json) -> bool:
    """Whether the ticket says that it is deleted."""
    row = shown.get("ticket")
    return isinstance(row, dict) and row.get("status") == "deleted"


def snapshot_of(
    shown: Json, comments: Sequence[Json], people: People, server_time: datetime | None
) -> Snapshot:
    """A ticket, as `GET tickets/{id}?include=users,organizations` and its comments show it.

    Raises UnreadableError without id and stamp.
    https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
    """
    row = shown.get("ticket")
    if not isinstance(row, dict):
        raise UnreadableError("it holds no ticket")
    stamp, ticket_id = row.get("updated_at"), as_id(row.get("id"))
    if ticket_id is None or not isinstance(stamp, str) or not stamp:
        raise UnreadableError("the ticket lacks its id or its updated_at")
    return Snapshot(
        ticket=_ticket_of(ticket_id, row, shown, comments, people),
        stamp=stamp,
        server_time=server_time,
        comment_ids=tuple(vital_id(comment, "a comment") for comment in comments),
        group_id=as_id(row.get("group_id")),
        assignee_id=as_id(row.get("assignee_id")),
        requester_id=as_id(row.get("requester_id")),
        submitter_id=as_id(row.get("submitter_id")),
    )


def _ticket_of(
    ticket_id: int, row: Json, shown: Json, comments: Sequence[Json], people: People
) -> Ticket:
    requester_id, via = as_id(row.get("requester_id")), row.get("via")
    channel = text_at(via, "channel") if isinstance(via, dict) else ""
    return Ticket(
        id=str(ticket_id),
        subject=text_at(row, "subject"),
        comments=tuple(comment_of(comment, people, requester_id) for comment in comments),
        channel=channel or UNKNOWN_CHANNEL,
        created_at=instant_of(row.get("created_at")),
        status=status_of(row.get("status")),
        priority=_priority_of(row.get("priority")),
        tags=tags_of(row.get("tags")),
        requester=_requester_of(requester_id, people.users),
        organization=_organization_of(as_id(row.get("organization_id")), shown),
        has_ccs=_has_ccs(row),
        assignee_id=_text_or_none(as_id(row.get("assignee_id"))),
        group_id=_text_or_none(as_id(row.get("group_id"))),
        fields=_custom_fields(row.get("custom_fields")),
    )


def comment_of(row: Json, people: People, requester_id: int | None) -> Comment:
    """A comment. One that doesn't say that it is public is taken for private.

    https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
    """
    html_body = text_at(row, "html_body")
    return Comment(
        author=people.author_of(as_id(row.get("author_id")), requester_id),
        body=text_at(row, "body") or text_at(row, "plain_body"),
        public=row.get("public") is True,
        id=str(vital_id(row, "a comment")),
        html_body=html_body or None,
        created_at=instant_of(row.get("created_at")),
        has_attachments=bool(row.get("attachments")),
    )


def audit_of(row: Json) -> Audit:
    """An audit without its texts. Raises UnreadableError without an id.

    https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
    `metadata.system` holds the author's address and place: it is not read.
    """
    metadata = row.get("metadata")
    custom = metadata.get("custom") if isinstance(metadata, dict) else None
    ours = custom if isinstance(custom, dict) else {}
    author_id = row.get("author_id")
    return Audit(
        id=vital_id(row, "an audit"),
        author_id=as_id(author_id),
        created_at=instant_of(row.get("created_at")) or _EPOCH,
        decision_id=text_at(ours, "decision_id") or None,
        effect=text_at(ours, "effect") or None,
        changes=frozenset(_changes(objects_at(row, "events"))),
        by_rule=author_id == _SYSTEM_USER or _is_by_rule(row.get("via")),
    )


def _changes(events: Iterable[Json]) -> Iterable[str]:
    for event in events:
        kind, field_name = text_at(event, "type"), text_at(event, "field_name")
        if kind in _COMMENT_EVENTS:
            yield "comment"
            if event.get("public") is True:
                yield "public_comment"
        elif kind in _FIELD_EVENTS and field_name:
            yield field_name


def _is_by_rule(via: object) -> bool:
    if not isinstance(via, dict) or text_at(via, "channel") not in _RULE_CHANNELS:
        return False
    source = via.get("source")
    return not (isinstance(source, dict) and text_at(source, "rel") in _PERSONS_RELATIONS)


def fields_of(update: TicketUpdate) -> dict[str, Any]:
    """What a PUT sends for an update.

    https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket : without
    `public` a comment is as public as the ticket's first one, so it is always said. `tags`
    replaces all tags. Zendesk keeps group and assignee in step: setting one alone may move the
    other, so both are named and nothing moves by itself.
    """
    fields: dict[str, Any] = {
        "id": update.ticket_id,
        "comment": {"body": update.comment.body, "public": update.comment.public},
        "metadata": {"custom": {"decision_id": update.decision_id, "effect": str(update.effect)}},
        "safe_update": True,
        "updated_stamp": update.stamp,
    }
    if update.tags is not None:
        fields["tags"] = sorted(update.tags)
    if update.group_id is not None:
        fields |= {"group_id": update.group_id, "assignee_id": None}
    if update.assignee_id is not None:
        fields["assignee_id"] = update.assignee_id
    if update.author_id is not None:
        fields["comment"]["author_id"] = update.author_id
    if update.priority is not None:
        fields["priority"] = update.priority
    return fields


def receipt_of(payload: Json, ticket_id: int, server_time: datetime | None) -> Receipt:
    """What `PUT tickets/{id}` answers. Raises UnreadableError unless it proves the write."""
    ticket, audit = payload.get("ticket"), payload.get("audit")
    if not isinstance(ticket, dict) or not isinstance(audit, dict):
        raise UnreadableError("it holds no ticket or no audit")
    stamp = ticket.get("updated_at")
    if as_id(ticket.get("id")) != ticket_id or not isinstance(stamp, str) or not stamp:
        raise UnreadableError("it is about another ticket or lacks updated_at")
    return Receipt(vital_id(audit, "the audit"), stamp, server_time)


def groups_of(rows: Iterable[Json]) -> dict[str, int]:
    """The names of the groups that can be assigned to, with their ids.

    https://developer.zendesk.com/api-reference/ticketing/groups/groups/
    """
    found: dict[str, int] = {}
    for row in rows:
        key, name = as_id(row.get("id")), text_at(row, "name")
        if key is not None and name and row.get("deleted") is not True:
            found.setdefault(name, key)
    return found


def change_page_of(payload: Json, cursor: str | None) -> ChangePage:
    """A page of the change feed. Raises UnreadableError without its list of tickets.

    https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
    """
    after = payload.get("after_cursor")
    return ChangePage(
        changed=tuple(
            Changed(
                ticket_id=vital_id(row, "a ticket"),
                updated_at=instant_of(row.get("updated_at")) or _EPOCH,
                status=text_at(row, "status") or Status.OPEN.value,
                tags=tags_of(row.get("tags")),
            )
            for row in rows_at(payload, "tickets")
        ),
        cursor=after if isinstance(after, str) and after else (cursor or ""),
        end=payload.get("end_of_stream") is not False or not after,
    )


def status_of(value: object) -> Status:
    """A status; one that isn't known counts as open."""
    try:
        return Status(value.lower() if isinstance(value, str) else "")
    except ValueError:
        return Status.OPEN


def _text_or_none(key: int | None) -> str | None:
    return None if key is None else str(key)


def _priority_of(value: object) -> str | None:
    priority = value.lower() if isinstance(value, str) else None
    return priority if priority in PRIORITIES else None


def _requester_of(requester_id: int | None, users: Mapping[int, Json]) -> Requester:
    if requester_id is None:
        return Requester()
    row = users.get(requester_id, {})
    # https://developer.zendesk.com/api-reference/ticketing/users/users/ : there is no country, but
    # accounts that need one keep it in a user field.
    fields = row.get("user_fields")
    country = text_at(fields, "country").upper() if isinstance(fields, dict) else ""
    is_code = len(country) == _COUNTRY_LENGTH and country.isascii() and country.isalpha()
    return Requester(
        name=text_at(row, "name"),
        email=text_at(row, "email"),
        tags=tags_of(row.get("tags")),
        country=country if is_code else None,
        id=str(requester_id),
    )


def _organization_of(organization_id: int | None, shown: Json) -> Organization:
    for row in objects_at(shown, "organizations"):
        if organization_id is not None and as_id(row.get("id")) == organization_id:
            own = row.get("organization_fields")
            return Organization(
                tags=tags_of(row.get("tags")),
                name=text_at(row, "name"),
                fields=_plain_pairs(own.items() if isinstance(own, dict) else ()),
            )
    return Organization()


def _custom_fields(rows: object) -> tuple[tuple[str, str], ...]:
    """A ticket's custom fields by id: `[{"id": 1, "value": "x"}, ...]`."""
    listed = rows if isinstance(rows, list) else []
    return _plain_pairs(
        (str(as_id(row.get("id"))), row.get("value"))
        for row in listed
        if isinstance(row, dict) and as_id(row.get("id")) is not None
    )


def _plain_pairs(pairs: Iterable[tuple[object, object]]) -> tuple[tuple[str, str], ...]:
    """Names with short plain values, sorted; lists, nulls and long texts decide nothing."""
    kept = {
        str(name): value if isinstance(value, str) else json.dumps(value)
        for name, value in pairs
        if isinstance(value, str | int | float | bool)
    }
    return tuple(sorted((name, value) for name, value in kept.items() if len(value) <= _SHORT))


def _has_ccs(row: Json) -> bool:
    """Whether a public comment would be mailed to more people than the requester.

    `collaborator_ids` holds CCs and followers alike; followers are agents.
    """

    def ids(name: str) -> set[int | None]:
        rows = row.get(name)
        return {as_id(key) for key in rows} if isinstance(rows, list) else set()

    return bool(ids("email_cc_ids") or ids("collaborator_ids") - ids("follower_ids"))
