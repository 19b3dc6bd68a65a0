"""Of which tickets nothing may be said. What was restricted once on a ticket stays so."""

import json
from collections.abc import Collection

import sqlalchemy as sa

from integration.announcing.discretion import MARKS, is_restricted_json, is_restricted_ticket
from integration.store import decisions, register
from rules.routing import REVIEW_TAG


def restricted_tickets(connection: sa.Connection, tickets: Collection[int]) -> frozenset[int]:
    """Those that the rules, or a person who named a pack, have restricted.

    What was decided may be erased; that its note set the mark on the ticket is kept.
    """
    by_rules = {
        ticket
        for ticket, snapshot, decided in register.marked(connection, tickets, MARKS)
        if (decided and is_restricted_json(json.loads(decided)))
        or (snapshot and is_restricted_ticket(json.loads(snapshot)))
    }
    return frozenset(by_rules) | decisions.tickets_tagged(connection, tickets, REVIEW_TAG)


def is_restricted_ticket_here(connection: sa.Connection, ticket_id: int) -> bool:
    """The same of one ticket."""
    return ticket_id in restricted_tickets(connection, (ticket_id,))
