"""Of which tickets nothing may be said. What was restricted once on a ticket stays so."""

import json
from collections.abc import Collection

import sqlalchemy as sa

from integration.announcing.discretion import is_restricted_json
from integration.store import decisions, register
from rules.routing import REVIEW_TAG


def restricted_tickets(connection: sa.Connection, tickets: Collection[int]) -> frozenset[int]:
    """Those that the rules, or a person who named a pack, have restricted.

    What was decided may be erased; that its note set the mark on the ticket is kept.
    """
    texts = register.texts_of(connection, tickets)
    by_rules = {ticket for ticket, text in texts if is_restricted_json(json.loads(text))}
    return frozenset(by_rules) | decisions.tickets_tagged(connection, tickets, REVIEW_TAG)


def is_restricted_ticket_here(connection: sa.Connection, ticket_id: int) -> bool:
    """The same of one ticket."""
    return ticket_id in restricted_tickets(connection, (ticket_id,))
