"""A small part of Zendesk's search.

https://support.zendesk.com/hc/en-us/articles/4408886879258 : `type:ticket status<solved
tags:a -tags:b group:x requester:me@example.com created>2026-01-01 some words`. At most 1,000
results. The index is always fresh here; Zendesk's lags by minutes.
"""

import re
from collections.abc import Callable

from connectors.zendesk.sandbox.errors import ApiError
from connectors.zendesk.sandbox.reading import PRIORITIES, STATUSES
from connectors.zendesk.sandbox.records import TicketRecord
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

_TERM = re.compile(r'(-?)([a-z_]+)(:|<=|>=|<|>)("[^"]*"|\S+)|(-?)("[^"]*"|\S+)')
_ORDERS = {"status": STATUSES, "priority": PRIORITIES}
_LIMIT = 1000


def _ordered(operator: str, actual: int, wanted: int) -> bool:
    """Whether `actual` stands to `wanted` as the operator says."""
    return {
        ":": actual == wanted,
        "<": actual < wanted,
        ">": actual > wanted,
        "<=": actual <= wanted,
        ">=": actual >= wanted,
    }[operator]


def _digits(moment: str) -> int:
    """The digits of a date or an instant as one number, to compare by."""
    return int("".join(re.findall(r"[0-9]", moment))[:14] or "0")


def _field_test(
    world: World, key: str, operator: str, value: str
) -> Callable[[TicketRecord], bool]:
    if key in _ORDERS:
        order = _ORDERS[key]
        rank = {name: place for place, name in enumerate(order)}
        wanted = rank.get(value.lower(), -1)
        return lambda ticket: _ordered(operator, rank.get(getattr(ticket, key) or "", -2), wanted)
    if key in {"created", "updated", "created_at", "updated_at"}:
        name = key.removesuffix("_at") + "_at"
        width = len(value)
        return lambda ticket: _ordered(
            operator, _digits(stamp(getattr(ticket, name))[:width]), _digits(value)
        )
    if key == "tags":
        return lambda ticket: value.lower() in ticket.tags
    if key == "group":
        ids = {row["id"] for row in world.groups if value in {str(row["id"]), row["name"]}}
        return lambda ticket: ticket.group_id in ids
    if key in {"requester", "assignee", "submitter"}:
        if key == "assignee" and value == "none":
            return lambda ticket: ticket.assignee_id is None
        found = world.user_by_email(value)
        wanted_id = str(found.id) if found is not None else value
        return lambda ticket: str(getattr(ticket, f"{key}_id")) == wanted_id
    raise ApiError(422, {"error": "invalid", "description": "Invalid search: unknown keyword"})


def _words_test(text: str) -> Callable[[TicketRecord], bool]:
    wanted = text.casefold()
    return lambda ticket: wanted in f"{ticket.subject}\n{ticket.description}".casefold()


def _negated(test: Callable[[TicketRecord], bool]) -> Callable[[TicketRecord], bool]:
    return lambda ticket: not test(ticket)


def search_tickets(world: World, query: str) -> list[TicketRecord]:
    """Tickets that fit the query, newest first; 422 beyond 1,000 or for an unknown keyword."""
    tests: list[Callable[[TicketRecord], bool]] = []
    for match in _TERM.finditer(query):
        minus, key, operator, value, other_minus, word = match.groups()
        if key in {"type", "order_by", "sort"}:
            continue
        if key is not None:
            test = _field_test(world, key, operator, value.strip('"'))
        else:
            test = _words_test(word.strip('"'))
        tests.append(_negated(test) if minus or other_minus else test)
    found = [
        ticket
        for ticket in reversed(world.tickets.values())
        if not ticket.deleted and all(test(ticket) for test in tests)
    ]
    if len(found) > _LIMIT:
        text = "Invalid search: Requested response size was greater than Search Response Limits"
        raise ApiError(422, {"error": "invalid", "description": text})
    return found
