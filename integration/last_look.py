"""The last look before a public reply: did anybody act since the message was written.

Pure: what was read then, what is read now, and out comes a reason to withhold, or None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.ports import Audit, Snapshot
from rules.merges import is_merged
from rules.model import Author, Status

_ACTS_OF_RULES = frozenset({"comment", "public_comment", "status", "assignee_id"})


@dataclass(frozen=True, slots=True)
class AsDecided:
    """What was there when the decision was made."""

    comment_ids: frozenset[int]
    assignee_id: int | None
    requester_id: int | None
    watched_from: float  # when the message was written, seconds since the epoch


def is_finished(snapshot: Snapshot) -> bool:
    """Whether nobody works on the ticket any more."""
    return snapshot.ticket.status in {Status.SOLVED, Status.CLOSED}


def taken_over(assignee_id: int | None, snapshot: Snapshot) -> str | None:
    """Why a ticket wants no answer of ours any more, whatever was written on it, or None.

    `assignee_id` is who had it when the decision was made.
    """
    if is_finished(snapshot):
        return "withheld.ticket_finished"
    if is_merged(snapshot.ticket):
        return "withheld.ticket_merged"
    if snapshot.assignee_id is not None and snapshot.assignee_id != assignee_id:
        return "withheld.person_assigned"
    return None


def reason_to_withhold(
    decided: AsDecided, snapshot: Snapshot, audits: Sequence[Audit], own: frozenset[str]
) -> str | None:
    """Why the reply must not go out now, as a reason code, or None.

    `own` holds the ids of all decisions this service made on the ticket. An audit is ours only by
    its decision id, never by its author: a person may be signed in as the same user.
    """
    taken = taken_over(decided.assignee_id, snapshot)
    if taken is not None:
        return taken
    for comment_id, comment in zip(snapshot.comment_ids, snapshot.ticket.comments, strict=False):
        ours = comment.author is Author.BOT and not comment.public
        if comment_id not in decided.comment_ids and not ours:
            by_requester = comment.author is Author.REQUESTER
            return "withheld.newer_message" if by_requester else "withheld.person_commented"
    if any(_is_foreign_act(audit, decided, own) for audit in audits[1:]):
        return "withheld.person_changed"
    return None


def _is_foreign_act(audit: Audit, decided: AsDecided, own: frozenset[str]) -> bool:
    # Audits carry whole seconds: one of the very second in which the message was written may be
    # newer, so it counts. At worst a reply is withheld that could have gone out.
    if audit.created_at.timestamp() < int(decided.watched_from):
        return False
    if audit.decision_id is not None and audit.decision_id in own:
        return False
    if audit.by_rule:
        return bool(audit.changes & _ACTS_OF_RULES)
    # The requester's own comments are told apart above; rating a ticket or the like is no act.
    return audit.author_id is None or audit.author_id != decided.requester_id


def seconds_until_next(stamp: str, now: datetime) -> float:
    """How long until the second that a stamp names is over; 0 when it is, or can't be read.

    Stamps carry whole seconds, so a change within the stamp's own second would pass `safe_update`
    unseen. Only when that second is over does every later change show.
    """
    try:
        second = datetime.fromisoformat(stamp).replace(microsecond=0)
    except ValueError:
        return 0.0
    if second.tzinfo is None:
        second = second.replace(tzinfo=UTC)
    return max(0.0, second.timestamp() + 1.0 - now.timestamp())
