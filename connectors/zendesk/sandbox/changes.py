"""How the fields of a ticket depend on each other, and how changes read in an audit."""

from collections.abc import Iterable
from dataclasses import replace

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import record_invalid
from connectors.zendesk.sandbox.reading import Change
from connectors.zendesk.sandbox.records import CommentRecord, TicketRecord, UserRecord
from connectors.zendesk.sandbox.wire import attachment_json
from connectors.zendesk.sandbox.world import World

_AUDITED = (
    "subject", "status", "priority", "type", "tags", "requester_id", "assignee_id", "group_id",
    "organization_id", "external_id", "email_cc_ids", "collaborator_ids", "follower_ids",
)  # fmt: skip
_IDS = frozenset({"requester_id", "assignee_id", "group_id", "organization_id"})


def _check_references(world: World, fields: Json) -> None:
    assignee = world.users.get(fields.get("assignee_id") or 0)
    if fields.get("assignee_id") is not None and (assignee is None or not assignee.is_staff):
        raise record_invalid("assignee_id", "Assignee: is not valid")
    if fields.get("group_id") is not None and world.groups.get(fields["group_id"]) is None:
        raise record_invalid("group_id", "Group: is not valid")
    if "requester_id" in fields and fields["requester_id"] not in world.users:
        raise record_invalid("requester_id", "Requester: is not valid")
    organization = fields.get("organization_id")
    if organization is not None and world.organizations.get(organization) is None:
        raise record_invalid("organization_id", "Organization: is not valid")


def _merged_custom_fields(ticket: TicketRecord, fields: Json) -> tuple[tuple[int, object], ...]:
    return tuple(sorted({**dict(ticket.custom_fields), **dict(fields["custom_fields"])}.items()))


def _with_assignment(world: World, ticket: TicketRecord, fields: Json) -> TicketRecord:
    """Zendesk's side effects of assigning.

    Assigning sets the assignee's group and opens a new ticket; a group without the assignee
    clears the assignee; setting a group alone leaves the status.
    """
    if ticket.assignee_id is not None and "assignee_id" in fields:
        if fields.get("group_id") is None:
            group = world.users[ticket.assignee_id].default_group_id
            ticket = replace(ticket, group_id=group or ticket.group_id)
        elif ticket.assignee_id not in world.group_members(fields["group_id"]):
            raise record_invalid("assignee_id", "Assignee: is not a member of the group")
        if ticket.status == "new":
            ticket = replace(ticket, status="open")
    elif "group_id" in fields and ticket.assignee_id is not None:
        members = world.group_members(ticket.group_id or 0)
        if ticket.assignee_id not in members:
            ticket = replace(ticket, assignee_id=None)
    return ticket


def changed_ticket(
    world: World, ticket: TicketRecord, change: Change, author: UserRecord, *, public: bool | None
) -> TicketRecord:
    """The ticket after the named fields and their side effects; refuses with 422.

    `public` is the publicity of the comment that comes with the update, None without one.
    """
    fields = dict(change.fields)
    _check_references(world, fields)
    if "custom_fields" in fields:
        fields["custom_fields"] = _merged_custom_fields(ticket, fields)
    if "subject" in fields:
        fields["subject"] = fields["subject"] or ""
    tags = set(fields.get("tags", ticket.tags)) | set(change.add_tags)
    fields["tags"] = tuple(sorted(tags - set(change.drop_tags)))
    after = _with_assignment(world, replace(ticket, **fields), change.fields)
    if public and not author.is_staff and ticket.status in {"pending", "hold", "solved"}:
        after = replace(after, status="open")
    if after.status == "solved" and after.assignee_id is None and author.is_staff:
        group = after.group_id or author.default_group_id
        after = replace(after, assignee_id=author.id, group_id=group)
    return after


def _audit_value(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if name in _IDS and value is not None else value


def change_events(
    world: World, before: TicketRecord | None, after: TicketRecord, via: Json | None = None
) -> list[Json]:
    """The audit events that lead from one state to the next; `before` None means creation."""
    events: list[Json] = []
    for name in _AUDITED:
        new = getattr(after, name)
        old = getattr(before, name) if before is not None else None
        if new == old or (before is None and new in (None, ())):
            continue
        event: Json = {"id": world.new_id(), "field_name": name, "value": _audit_value(name, new)}
        if before is None:
            event["type"] = "Create"
        else:
            event |= {"type": "Change", "previous_value": _audit_value(name, old)}
        events.append(event if via is None else {**event, "via": via})
    old_fields = dict(before.custom_fields) if before is not None else {}
    for key, value in after.custom_fields:
        if value != old_fields.get(key):
            event = {
                "id": world.new_id(),
                "type": "Create" if before is None else "Change",
                "field_name": str(key),
                "value": value,
            }
            if before is not None:
                event["previous_value"] = old_fields.get(key)
            events.append(event)
    return events


def comment_event(comment: CommentRecord, base: str) -> Json:
    """The audit event of a comment."""
    return {
        "id": comment.id,
        "type": "Comment",
        "author_id": comment.author_id,
        "body": comment.body,
        "html_body": comment.html_body,
        "plain_body": comment.body,
        "public": comment.public,
        "attachments": [attachment_json(item, base) for item in comment.attachments],
        "audit_id": comment.audit_id,
    }


def rule_via(trigger: Json) -> Json:
    """The `via` of an event that a trigger caused."""
    source = {"id": trigger["id"], "title": trigger["title"], "deleted": False}
    return {"channel": "rule", "source": {"from": source, "to": {}, "rel": "trigger"}}


def names_of(events: Iterable[Json]) -> str:
    """The names of changed fields, for the event log."""
    return ", ".join(event["field_name"] for event in events if "field_name" in event)
