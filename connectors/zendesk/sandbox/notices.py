"""Turns a finished ticket update into messages for webhooks, of both kinds that Zendesk knows.

https://developer.zendesk.com/documentation/webhooks/creating-and-monitoring-webhooks/ : a webhook
is notified by triggers or subscribes to events. Payloads of events:
https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
"""

import json
import uuid

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.delivery import Dispatcher
from connectors.zendesk.sandbox.desk import Done
from connectors.zendesk.sandbox.records import TicketRecord
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

PREFIX = "zen:event-type:ticket."
_CHANGES = {
    "subject": "subject_changed",
    "status": "status_changed",
    "priority": "priority_changed",
    "type": "type_changed",
    "assignee_id": "agent_assignment_changed",
    "group_id": "group_assignment_changed",
    "requester_id": "requester_changed",
    "organization_id": "organization_changed",
}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def ticket_events(done: Done) -> list[tuple[str, Json]]:
    """(event name, `event` object) for everything that an update did."""
    before, ticket, comment = done.moment.before, done.moment.ticket, done.moment.comment
    events: list[tuple[str, Json]] = []
    if before is None:
        events.append(("created", {}))
    else:
        for field, name in _CHANGES.items():
            old, new = getattr(before, field), getattr(ticket, field)
            if old != new:
                events.append((name, {"previous": _text(old), "current": _text(new)}))
        if before.tags != ticket.tags:
            added = sorted(set(ticket.tags) - set(before.tags))
            removed = sorted(set(before.tags) - set(ticket.tags))
            events.append(("tags_changed", {"tags_added": added, "tags_removed": removed}))
    if comment is not None:
        author = {"id": str(comment.author_id), "is_staff": done.moment.actor.is_staff}
        shown = {
            "id": str(comment.id),
            "body": comment.body,
            "is_public": comment.public,
            "author": author,
        }
        events.append(("comment_added", {"comment": shown}))
    size = len(events)
    sequence = str(done.audit.id)
    return [
        (name, {**event, "meta": {"sequence": {"id": sequence, "position": place, "total": size}}})
        for place, (name, event) in enumerate(events, start=1)
    ]


def _detail(ticket: TicketRecord, actor_id: int) -> Json:
    """The `detail` of an event: ids are strings, the status is in capitals."""
    return {
        "actor_id": str(actor_id),
        "assignee_id": _text(ticket.assignee_id),
        "brand_id": None,
        "created_at": stamp(ticket.created_at),
        "custom_status": None,
        "description": ticket.description,
        "external_id": ticket.external_id,
        "form_id": None,
        "group_id": _text(ticket.group_id),
        "id": str(ticket.id),
        "is_public": ticket.is_public,
        "organization_id": _text(ticket.organization_id),
        "priority": _text(ticket.priority and ticket.priority.upper()),
        "requester_id": str(ticket.requester_id),
        "status": ticket.status.upper(),
        "subject": ticket.subject,
        "submitter_id": str(ticket.submitter_id),
        "tags": list(ticket.tags),
        "type": _text(ticket.type and ticket.type.upper()),
        "updated_at": stamp(ticket.updated_at),
        "via": {"channel": ticket.channel},
    }


class Announcer:
    """Tells the webhooks about finished updates."""

    def __init__(self, world: World, dispatcher: Dispatcher) -> None:
        self._world = world
        self._dispatcher = dispatcher

    def tell(self, done: Done) -> None:
        """Queue what triggers asked for, and the events that webhooks subscribed to."""
        ticket = done.moment.ticket
        for notice in done.notices:
            self._dispatcher.send(notice.webhook_id, notice.body.encode(), ticket.id)
        for webhook in self._world.webhooks:
            subscribed = set(webhook.get("subscriptions") or ())
            if not any(name.startswith(PREFIX) for name in subscribed):
                continue
            for name, event in ticket_events(done):
                if PREFIX + name in subscribed:
                    body = self._payload(name, event, ticket, done.moment.actor.id)
                    self._dispatcher.send(webhook["id"], body, ticket.id)

    def _payload(self, name: str, event: Json, ticket: TicketRecord, actor_id: int) -> bytes:
        payload = {
            "account_id": self._world.config.account_id,
            "id": str(uuid.UUID(int=self._world.random.getrandbits(128), version=4)),
            "type": PREFIX + name,
            "subject": f"zen:ticket:{ticket.id}",
            "time": self._world.now().isoformat().replace("+00:00", "Z"),
            "zendesk_event_version": "2022-11-06",
            "detail": _detail(ticket, actor_id),
            "event": event,
        }
        return json.dumps(payload).encode()
