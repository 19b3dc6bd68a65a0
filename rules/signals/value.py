"""Whose ticket it is: requesters and organizations that weigh more."""

from rules.model import Signal, Ticket
from rules.policy_schema import Value

RULE = "vip_tags"
_SCORE = 0.2


def detect(ticket: Ticket, value: Value) -> tuple[Signal, ...]:
    """A signal if a VIP tag is on the requester, the organization or the ticket."""
    tags = {
        tag.lower() for tag in (*ticket.requester.tags, *ticket.organization.tags, *ticket.tags)
    }
    if not tags & value.vip_tags:
        return ()
    detail = "The requester or the organization carries a VIP tag."
    return (Signal("value", RULE, _SCORE, not value.auto_answer, detail),)
