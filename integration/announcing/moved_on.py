"""Whether a ticket went on without the draft that waits for it. Pure."""

from connectors.ports import Snapshot
from integration.store.decisions import DecisionRow
from rules.merges import is_merged
from rules.model import Author, Status

_FINISHED = frozenset({Status.SOLVED, Status.CLOSED})


def is_finished(snapshot: Snapshot) -> bool:
    """Whether nobody works on the ticket any more."""
    return snapshot.ticket.status in _FINISHED


def moved_on(decided: DecisionRow, snapshot: Snapshot) -> str | None:
    """Why a draft must not go out any more, as a reason code, or None.

    Softer than the last look before a reply: a private note by a colleague withdraws nothing.
    """
    if is_finished(snapshot):
        return "withheld.ticket_finished"
    if is_merged(snapshot.ticket):
        return "withheld.ticket_merged"
    if snapshot.assignee_id is not None and snapshot.assignee_id != decided.assignee_id:
        return "withheld.person_assigned"
    seen = decided.seen_comments
    for comment_id, comment in zip(snapshot.comment_ids, snapshot.ticket.comments, strict=False):
        if comment.public and comment_id not in seen and comment.author is not Author.BOT:
            by_requester = comment.author is Author.REQUESTER
            return "withheld.newer_message" if by_requester else "withheld.person_commented"
    return None
