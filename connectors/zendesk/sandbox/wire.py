"""Records as Zendesk shows them: property names and types of its published API description."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.records import (
    AttachmentRecord,
    AuditRecord,
    CommentRecord,
    TicketRecord,
    UserRecord,
)
from connectors.zendesk.sandbox.world import World


def stamp(moment: datetime) -> str:
    """An instant in Zendesk's form: whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def via(channel: str) -> Json:
    """The `via` object."""
    return {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}}


_UNUSED: Json = {  # parts of a ticket that the sandbox has no use for
    "followup_ids": [],
    "sharing_agreement_ids": [],
    "problem_id": None,
    "due_at": None,
    "has_incidents": False,
    "allow_channelback": False,
    "allow_attachments": True,
}


def ticket_json(ticket: TicketRecord, base: str) -> Json:
    """A ticket.

    https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
    """
    fields = [{"id": key, "value": value} for key, value in ticket.custom_fields]
    return {
        **_UNUSED,
        "url": f"{base}/api/v2/tickets/{ticket.id}.json",
        "id": ticket.id,
        "external_id": ticket.external_id,
        "via": via(ticket.channel),
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
        "generated_timestamp": int(ticket.updated_at.timestamp()),
        "type": ticket.type,
        "subject": ticket.subject,
        "raw_subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority,
        "status": ticket.status,
        "recipient": ticket.recipient,
        "requester_id": ticket.requester_id,
        "submitter_id": ticket.submitter_id,
        "assignee_id": ticket.assignee_id,
        "organization_id": ticket.organization_id,
        "group_id": ticket.group_id,
        "collaborator_ids": list(ticket.collaborator_ids),
        "follower_ids": list(ticket.follower_ids),
        "email_cc_ids": list(ticket.email_cc_ids),
        "is_public": ticket.is_public,
        "tags": list(ticket.tags),
        "custom_fields": fields,
        "fields": fields,
        "satisfaction_rating": {"score": ticket.rating or "unoffered"},
        "from_messaging_channel": ticket.channel in {"native_messaging", "chat", "messaging"},
    }


def attachment_json(attachment: AttachmentRecord, base: str) -> Json:
    """An attachment; its content is not kept, so its address answers 404."""
    return {
        "url": f"{base}/api/v2/attachments/{attachment.id}.json",
        "id": attachment.id,
        "file_name": attachment.file_name,
        "content_url": f"{base}/attachments/token/{attachment.id}/",
        "content_type": attachment.content_type,
        "size": attachment.size,
        "inline": False,
        "deleted": False,
        "thumbnails": [],
    }


def comment_json(comment: CommentRecord, base: str, custom: Json) -> Json:
    """A comment.

    https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
    """
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
        "via": via(comment.channel),
        "created_at": stamp(comment.created_at),
        "metadata": {"system": {}, "custom": custom},
    }


def audit_json(audit: AuditRecord) -> Json:
    """An audit.

    https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
    """
    return {
        "id": audit.id,
        "ticket_id": audit.ticket_id,
        "created_at": stamp(audit.created_at),
        "author_id": audit.author_id,
        "metadata": {"system": {}, "custom": audit.custom},
        "events": list(audit.events),
        "via": via(audit.channel),
    }


def user_json(user: UserRecord, base: str) -> Json:
    """A user.

    https://developer.zendesk.com/api-reference/ticketing/users/users/ . A country has no field of
    its own at Zendesk; it stands in the user field `country`.
    """
    return {
        "id": user.id,
        "url": f"{base}/api/v2/users/{user.id}.json",
        "name": user.name,
        "email": user.email,
        "created_at": stamp(user.created_at),
        "updated_at": stamp(user.updated_at),
        "time_zone": user.time_zone,
        "iana_time_zone": user.iana_time_zone,
        "phone": None,
        "photo": None,
        "locale": user.locale,
        "organization_id": user.organization_id,
        "role": user.role,
        "verified": True,
        "active": True,
        "shared": False,
        "shared_agent": False,
        "tags": list(user.tags),
        "suspended": user.suspended,
        "default_group_id": user.default_group_id,
        "user_fields": {"country": user.country} if user.country else {},
    }


def anonymous_json() -> Json:
    """What `users/me` answers to a caller without credentials: 200, and nobody."""
    return {
        "id": None,
        "name": "Anonymous user",
        "email": "invalid@example.com",
        "role": "end-user",
    }


def sideload(world: World, tickets: Iterable[TicketRecord], include: str, base: str) -> Json:
    """The records that `?include=users,groups,organizations` adds to tickets.

    https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/
    """
    tickets = list(tickets)
    ids: dict[str, set[int | None]] = {
        "users": {
            key
            for ticket in tickets
            for key in (
                ticket.requester_id,
                ticket.submitter_id,
                ticket.assignee_id,
                *ticket.collaborator_ids,
            )
        },
        "groups": {ticket.group_id for ticket in tickets},
        "organizations": {ticket.organization_id for ticket in tickets},
    }
    finders: dict[str, Callable[[object], Json | None]] = {
        "groups": world.groups.get,
        "organizations": world.organizations.get,
    }
    out: Json = {}
    for name in include.split(","):
        if name == "users":
            found = sorted(key for key in ids["users"] if key in world.users)
            out["users"] = [user_json(world.users[key], base) for key in found]
        elif name in finders:
            rows = (finders[name](key) for key in sorted(key for key in ids[name] if key))
            out[name] = [row for row in rows if row is not None]
    return out
