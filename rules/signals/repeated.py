"""Customers who write again and again without an answer by a person."""

from rules.model import Author, Signal, Ticket
from rules.policy_schema import Tone

RULE = "unanswered_messages"
_FULL = 4.0  # messages in a row at which the score is 0.8


def detect(ticket: Ticket, tone: Tone) -> tuple[Signal, ...]:
    """A signal if the last public messages are all the customer's; many of them block."""
    waiting = 0
    for comment in reversed([c for c in ticket.comments if c.public]):
        if comment.author is not Author.REQUESTER:
            break
        waiting += 1
    if waiting < 2:  # noqa: PLR2004 - one message is what a ticket begins with
        return ()
    blocks = waiting >= tone.unanswered_messages
    detail = f"The customer has written {waiting} messages without an answer."
    score = min(1.0, 0.8 * waiting / _FULL)
    return (Signal("repeated", RULE, score, blocks, detail),)
