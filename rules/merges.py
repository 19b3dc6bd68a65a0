"""Tickets that were merged, and the notes that Zendesk writes on both of them.

The note on the ticket that stays quotes the other one's last comment, as an agent's words. Whose it
was the note doesn't say, and agents may change its text: so it is a quotation, and said by nobody
here. The note on the ticket that was closed names the one that stays. Whoever merges writes them:
an agent, or a program with this service's own user.
"""

import re

from rules.model import Author, Ticket
from rules.utterance import readable
from rules.view import View

OURS = frozenset({Author.AGENT, Author.BOT})
_TAG = "closed_by_merge"  # Zendesk sets it on the ticket that was closed

# In the words of an agent's English; of several tickets at once it quotes nothing.
_OPENING = re.compile(
    r"[\s\ufeff]*Request #\d{1,20} .{0,1000}?was closed and merged into this request\."
    r"\s{1,10}Last comment in request #\d{1,20}:",
    re.DOTALL,
)
_CLOSING = re.compile(
    r"[\s\ufeff]*This request was closed and merged into request #([1-9]\d{0,17})\b"
)


def is_merged(ticket: Ticket) -> bool:
    """Whether a ticket was merged into another one, which closed it for good."""
    return any(tag.lower() == _TAG for tag in ticket.tags)


def merged_into(ticket: Ticket) -> int | None:
    """The number of the ticket that a merged one became part of; None if no note names it."""
    if not is_merged(ticket):
        return None
    notes = (_CLOSING.match(each.body) for each in reversed(ticket.comments) if each.author in OURS)
    return next((int(found[1]) for found in notes if found is not None), None)


def quotes_ticket(body: str) -> bool:
    """Whether a comment is such a note that quotes the other ticket."""
    return _OPENING.match(body) is not None


def merged_words(body: str) -> View | None:
    """What such a note quotes; None if a comment is none."""
    found = _OPENING.match(body)
    return None if found is None else readable(View.of(body[found.end() :])).stripped()
