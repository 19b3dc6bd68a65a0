"""What is known when a person's wish is looked at: read in the transaction that records the act."""

import json
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from connectors.ports import Snapshot
from integration.restriction import is_restricted_ticket_here
from integration.store import acts, approvals, counts, decisions
from integration.store.acts import ActRow
from integration.store.approvals import ApprovalRow
from integration.store.decisions import DecisionRow
from integration.wishes import Declined, Situation, Wish
from rules.exchange import ticket_from_json
from rules.model import Ticket
from rules.policy import Policy
from rules.routing import REVIEW_TAG


def situation_of(
    connection: sa.Connection, wish: Wish, snapshot: Snapshot, policy: Policy, now: datetime
) -> Situation:
    """The caller holds the ledger's lock, so nobody decides meanwhile. Raises Declined."""
    newest = decisions.latest_for_ticket(connection, wish.ticket_id)
    decision = decisions.get(connection, wish.about) if wish.about else newest
    if decision is not None and decision.ticket_id != wish.ticket_id:
        raise Declined("That card is about another ticket.")
    kept, text = decisions.text_of(connection, decision.id) if decision else (None, None)
    approval, settled_by = _draft_of(connection, decision)
    shown_at = _shown_at(wish, decision, now)
    before = counts.count_before(
        connection,
        ticket_id=wish.ticket_id,
        requester_id=snapshot.requester_id,
        since=now.timestamp(),
        hour_ago=now.timestamp(),
    )
    return Situation(
        snapshot=snapshot,
        decision=decision,
        decided=json.loads(text) if text else {},
        newest=decision is not None and newest is not None and decision.id == newest.id,
        approval=approval,
        settled_by=settled_by,
        guarded=before.guarded,
        guarded_since=counts.is_guarded_since(connection, wish.ticket_id, shown_at),
        written_at=_written_at(decision, snapshot, kept) if wish.about and decision else None,
        seen_at=_seen_at(decision, snapshot, shown_at, now),
        restricted=REVIEW_TAG in snapshot.ticket.tags
        or is_restricted_ticket_here(connection, wish.ticket_id),
        policy=policy,
        now=now,
    )


def _draft_of(
    connection: sa.Connection, decision: DecisionRow | None
) -> tuple[ApprovalRow | None, ActRow | None]:
    """A decision's draft and who settled it; one whose act came to nothing waits still.

    One that was to be sent and was withheld went to nobody: the ticket had gone on without it.
    """
    approval = approvals.get(connection, decision.id) if decision else None
    if approval is None or not approval.act_id:
        return approval, None
    if acts.state_of(connection, approval.act_id) in decisions.CAME_TO_NOTHING:
        return replace(approval, state=approvals.OPEN), None
    effects = decisions.effects_of(connection, approval.act_id)
    if any(effect.state == decisions.WITHHELD for effect in effects):
        return replace(approval, state=approvals.WITHDRAWN), None
    return approval, acts.get(connection, approval.act_id)


def _shown_at(wish: Wish, decision: DecisionRow | None, now: datetime) -> float:
    """When what the person looked at was decided; of a command, when it was given."""
    if wish.seen_at is None and wish.about and decision is not None:
        return decision.decided_at
    return now.timestamp() if wish.seen_at is None else min(wish.seen_at, now.timestamp())


def _written_at(decision: DecisionRow, snapshot: Snapshot, kept: str | None) -> datetime | None:
    """When the message that was decided on was written; None where that can't be told.

    A message that is gone from the helpdesk may stand in the ticket that was kept.
    """
    found = _time_of(decision.comment_id, snapshot.ticket)
    if found is None and kept is not None:
        return _time_of(decision.comment_id, ticket_from_json(json.loads(kept), 1))
    return found


def _time_of(comment_id: int, ticket: Ticket) -> datetime | None:
    wanted = (each for each in ticket.comments if each.id == str(comment_id))
    return next((each.created_at for each in wanted), None)


def _seen_at(
    decision: DecisionRow | None, snapshot: Snapshot, shown_at: float, now: datetime
) -> float:
    """Until when the person had seen the ticket.

    The helpdesk's clock may be ahead of ours: what was judged before was seen, whatever it says.
    """
    judged = decision.seen_comments if decision and decision.decided_at <= shown_at else frozenset()
    written = [
        comment.created_at.timestamp()
        for comment_id, comment in zip(snapshot.comment_ids, snapshot.ticket.comments, strict=False)
        if comment_id in judged and comment.created_at is not None
    ]
    return min(max([shown_at, *written]), now.timestamp())
