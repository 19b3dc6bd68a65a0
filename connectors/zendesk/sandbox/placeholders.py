"""The `{{…}}` placeholders of trigger actions.

https://support.zendesk.com/hc/en-us/articles/4408886858138 : values go in as unformatted text.
Whether they are escaped inside JSON isn't documented; `SandboxConfig.escape_placeholders` chooses.
"""

import json
import re
from dataclasses import dataclass

from connectors.zendesk.sandbox.records import CommentRecord, TicketRecord, UserRecord
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]{1,80})\s*\}\}")


@dataclass(frozen=True, slots=True)
class Moment:
    """An update as triggers see it. `before` is None when the ticket was just created."""

    before: TicketRecord | None
    ticket: TicketRecord
    actor: UserRecord
    comment: CommentRecord | None


def _person(prefix: str, user: UserRecord) -> dict[str, str]:
    first, _, last = user.name.partition(" ")
    return {
        f"{prefix}.id": str(user.id),
        f"{prefix}.name": user.name,
        f"{prefix}.first_name": first,
        f"{prefix}.last_name": last,
        f"{prefix}.email": user.email or "",
        f"{prefix}.role": user.role,
    }


def placeholder_values(world: World, moment: Moment) -> dict[str, str]:
    """Every known placeholder with its text for this update."""
    ticket = moment.ticket
    comments = world.comments.get(ticket.id, [])
    public = [item for item in comments if item.public]
    group = world.groups.get(ticket.group_id) or {}
    organization = world.organizations.get(ticket.organization_id) or {}
    values = {
        "ticket.id": str(ticket.id),
        "ticket.title": ticket.subject,
        "ticket.description": ticket.description,
        "ticket.url": f"{world.base_url}/tickets/{ticket.id}",
        "ticket.link": f"{world.base_url}/tickets/{ticket.id}",
        "ticket.status": ticket.status.capitalize(),
        "ticket.priority": (ticket.priority or "").capitalize(),
        "ticket.ticket_type": (ticket.type or "").capitalize(),
        "ticket.tags": " ".join(ticket.tags),
        "ticket.via": ticket.channel.capitalize(),
        "ticket.external_id": ticket.external_id or "",
        "ticket.created_at_with_timestamp": stamp(ticket.created_at),
        "ticket.updated_at_with_timestamp": stamp(ticket.updated_at),
        "ticket.latest_comment": comments[-1].body if comments else "",
        "ticket.latest_public_comment": public[-1].body if public else "",
        "ticket.group.id": str(group.get("id", "")),
        "ticket.group.name": str(group.get("name", "")),
        "ticket.organization.id": str(organization.get("id", "")),
        "ticket.organization.name": str(organization.get("name", "")),
    }
    values |= _person("ticket.requester", world.users[ticket.requester_id])
    values |= _person("ticket.submitter", world.users[ticket.submitter_id])
    if ticket.assignee_id is not None:
        values |= _person("ticket.assignee", world.users[ticket.assignee_id])
    return values | _person("current_user", moment.actor)


def render(world: World, moment: Moment, template: str) -> str:
    """The template with its placeholders filled in; unknown ones become empty."""
    values = placeholder_values(world, moment)

    def fill(match: re.Match[str]) -> str:
        text = values.get(match.group(1), "")
        return json.dumps(text)[1:-1] if world.config.escape_placeholders else text

    return _PLACEHOLDER.sub(fill, template)
