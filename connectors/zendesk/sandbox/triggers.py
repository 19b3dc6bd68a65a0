"""Triggers: after each creation and update of a ticket, their conditions are looked at in order.

https://support.zendesk.com/hc/en-us/articles/4408883223322 : each trigger fires at most once an
update, and a change made by one starts the round again from the first. They run for every update,
also for those that an integration makes itself.
"""

from dataclasses import dataclass, replace

from connectors.zendesk.sandbox.conditions import check_conditions, conditions_hold
from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import record_invalid
from connectors.zendesk.sandbox.placeholders import Moment, render
from connectors.zendesk.sandbox.reading import (
    PRIORITIES,
    STATUSES,
    read_bool,
    read_choice,
    read_optional_id,
    read_tags,
    read_text,
)
from connectors.zendesk.sandbox.records import TicketRecord
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

_TAG_ACTIONS = frozenset({"current_tags", "set_tags", "remove_tags"})
_FIELD_ACTIONS = frozenset({"group_id", "assignee_id", "priority", "status"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook that a trigger wants notified, with the rendered body."""

    webhook_id: str
    trigger_id: int
    body: str


@dataclass(frozen=True, slots=True)
class Firing:
    """One trigger that fired, with the ticket before and after its actions."""

    trigger: Json
    before: TicketRecord
    after: TicketRecord


@dataclass(frozen=True, slots=True)
class Round:
    """What all triggers together did to one update."""

    ticket: TicketRecord
    firings: tuple[Firing, ...] = ()
    notices: tuple[Notice, ...] = ()


def _check_action(world: World, action: object) -> Json:
    if not isinstance(action, dict) or not isinstance(action.get("field"), str):
        raise record_invalid("actions", "Actions: must be a list of fields and values")
    field, value = action["field"], action.get("value")
    if field == "notification_webhook":
        pair = value if isinstance(value, list) else []
        known = len(pair) == 2 and world.webhooks.get(pair[0]) is not None  # noqa: PLR2004 - id, body
        if not known or not isinstance(pair[1], str):
            raise record_invalid("actions", "Actions: the webhook is not valid")
    elif field in _TAG_ACTIONS:
        read_tags(field, value)
    elif field == "priority":
        read_choice(field, value, PRIORITIES)
    elif field == "status":
        read_choice(field, value, STATUSES)
    elif field in _FIELD_ACTIONS:
        read_optional_id(field, value or None)
    elif not field.startswith("notification_"):
        raise record_invalid("actions", "Actions: a field is not valid")
    return {"field": field, "value": value}


def check_trigger(world: World, wanted: Json, old: Json | None = None) -> Json:
    """A trigger as it will stand: `wanted` over `old`. 422 if a part of it isn't valid."""
    base: Json = old or {
        "id": world.new_id(),
        "active": True,
        "default": False,
        "description": None,
        "category_id": None,
        "created_at": stamp(world.now()),
        "position": len(world.triggers) + 1,
    }
    title = read_text("title", wanted.get("title", base.get("title", "")))
    actions = wanted.get("actions", base.get("actions"))
    if not title.strip():
        raise record_invalid("title", "Title: cannot be blank", "BlankValue")
    if not isinstance(actions, list) or not actions:
        raise record_invalid("actions", "Actions: cannot be blank", "BlankValue")
    category = wanted.get("category_id", base["category_id"])
    category = category or next((row["id"] for row in world.trigger_categories), None)
    return {
        **base,
        "url": f"{world.base_url}/api/v2/triggers/{base['id']}.json",
        "title": title,
        "raw_title": title,
        "description": wanted.get("description", base["description"]),
        "active": read_bool("active", wanted.get("active", base["active"])),
        "category_id": None if category is None else str(category),
        "conditions": check_conditions(wanted.get("conditions", base.get("conditions"))),
        "actions": [_check_action(world, action) for action in actions],
        "updated_at": stamp(world.now()),
    }


def _acted(ticket: TicketRecord, action: Json) -> TicketRecord:
    field, value = action["field"], action["value"]
    if field in _TAG_ACTIONS:
        tags = set(read_tags(field, value))
        if field == "current_tags":
            tags |= set(ticket.tags)
        elif field == "remove_tags":
            tags = set(ticket.tags) - tags
        return replace(ticket, tags=tuple(sorted(tags)))
    if field == "group_id":
        return replace(ticket, group_id=read_optional_id(field, value or None))
    if field == "assignee_id":
        return replace(ticket, assignee_id=read_optional_id(field, value or None))
    if field == "priority":
        return replace(ticket, priority=str(value))
    if field == "status":
        return replace(ticket, status=str(value))
    return ticket


def run_triggers(world: World, moment: Moment) -> Round:
    """What the active triggers make of an update. The world itself isn't changed."""
    waiting = sorted(
        (row for row in world.triggers if row["active"]), key=lambda row: int(row["position"])
    )
    firings: list[Firing] = []
    notices: list[Notice] = []
    ticket = moment.ticket
    index = 0
    while index < len(waiting):
        trigger = waiting[index]
        seen = replace(moment, ticket=ticket)
        if not conditions_hold(trigger["conditions"], seen):
            index += 1
            continue
        waiting.pop(index)
        before = ticket
        for action in trigger["actions"]:
            ticket = _acted(ticket, action)
            if action["field"] == "notification_webhook":
                webhook_id, template = action["value"]
                body = render(world, replace(moment, ticket=ticket), template)
                notices.append(Notice(webhook_id, trigger["id"], body))
        firings.append(Firing(trigger, before, ticket))
        if ticket != before:
            index = 0
    return Round(ticket, tuple(firings), tuple(notices))
