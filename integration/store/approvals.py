"""Drafts that wait for a person's yes. Each is settled once: by whoever comes first."""

from dataclasses import dataclass

import sqlalchemy as sa

from integration.store.tables import approval

OPEN = "open"
GIVEN = "given"  # sent as it was, edited, or replaced by another answer
REFUSED = "refused"  # a person said no
WITHDRAWN = "withdrawn"  # the ticket went on without it
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A draft, or what became of it."""

    decision_id: str
    ticket_id: int
    state: str
    act_id: str | None
    why: str | None
    expires_at: float


_ROW = [approval.c[name] for name in ApprovalRow.__slots__]


def ask(connection: sa.Connection, decision_id: str, ticket_id: int, expires_at: float) -> None:
    """A draft waits from now on."""
    connection.execute(
        sa.insert(approval).values(
            decision_id=decision_id, ticket_id=ticket_id, state=OPEN, expires_at=expires_at
        )
    )


def get(connection: sa.Connection, decision_id: str) -> ApprovalRow | None:
    """The draft of a decision."""
    query = sa.select(*_ROW).where(approval.c.decision_id == decision_id)
    row = connection.execute(query).first()
    return None if row is None else ApprovalRow(*row)


def open_of_ticket(connection: sa.Connection, ticket_id: int) -> list[ApprovalRow]:
    """The drafts of a ticket that still wait."""
    query = sa.select(*_ROW).where(approval.c.ticket_id == ticket_id, approval.c.state == OPEN)
    return [ApprovalRow(*row) for row in connection.execute(query)]


def waiting(connection: sa.Connection, *, limit: int) -> list[ApprovalRow]:
    """All drafts that wait, what expires first before the others."""
    query = (
        sa.select(*_ROW)
        .where(approval.c.state == OPEN)
        .order_by(approval.c.expires_at, approval.c.decision_id)
        .limit(limit)
    )
    return [ApprovalRow(*row) for row in connection.execute(query)]


def settle(
    connection: sa.Connection,
    decision_id: str,
    state: str,
    *,
    act_id: str | None = None,
    why: str | None = None,
    in_place_of: str | None = None,
) -> bool:
    """End the waiting of a draft: true for one caller only, whoever comes first.

    `in_place_of` is the act that had settled it and came to nothing: so the draft waits still.
    """
    waits = approval.c.state == OPEN
    if in_place_of is not None:
        waits = sa.or_(waits, approval.c.act_id == in_place_of)
    changed = connection.execute(
        sa.update(approval)
        .where(approval.c.decision_id == decision_id, waits)
        .values(state=state, act_id=act_id, why=why)
    )
    return changed.rowcount == 1


def expire(connection: sa.Connection, now: float) -> list[ApprovalRow]:
    """End the waiting of the drafts whose time is over, and return them."""
    changed = connection.execute(
        sa.update(approval)
        .where(approval.c.state == OPEN, approval.c.expires_at <= now)
        .values(state=EXPIRED)
        .returning(*_ROW)
    )
    return [ApprovalRow(*row) for row in changed]
