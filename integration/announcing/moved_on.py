"""Whether a ticket went on without the draft that waits for it. Pure."""

from connectors.ports import Snapshot
from integration.last_look import taken_over
from integration.store.decisions import DecisionRow
from rules.model import Author


def moved_on(decided: DecisionRow, snapshot: Snapshot) -> str | None:
    """Why a draft must not go out any more, as a reason code, or None.

    Softer than the last look before a reply: a private note by a colleague withdraws nothing.
    """
    taken = taken_over(decided.assignee_id, snapshot)
    if taken is not None:
        return taken
    seen = decided.seen_comments
    for comment_id, comment in zip(snapshot.comment_ids, snapshot.ticket.comments, strict=False):
        if comment.public and comment_id not in seen and comment.author is not Author.BOT:
            by_requester = comment.author is Author.REQUESTER
            return "withheld.newer_message" if by_requester else "withheld.person_commented"
    return None
