"""The register: decisions and acts, listed for people, page by page."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from integration.store.decisions import ACT, SUPERSEDED, DecisionRow
from integration.store.tables import act, decision


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register. `act` and `agent` are set for what a person decided."""

    id: str
    ticket_id: int
    decided_at: float
    state: str
    outcome: str
    guarded: bool
    faq: str | None
    language: str | None
    decision: str | None  # JSON; None where it was erased
    act: str | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. None takes all."""

    ticket_id: int | None = None
    outcome: str | None = None
    faq: str | None = None
    guarded: bool | None = None


_ROW = [
    decision.c.id,
    decision.c.ticket_id,
    decision.c.decided_at,
    decision.c.state,
    decision.c.outcome,
    decision.c.guarded,
    sa.func.coalesce(decision.c.faq, act.c.faq),
    decision.c.language,
    decision.c.decision,
    act.c.kind,
    act.c.agent_name,
]
_DECISION = [decision.c[name] for name in DecisionRow.__slots__]


def listed(
    connection: sa.Connection, wanted: Wanted, before: tuple[float, str] | None, *, limit: int
) -> list[Entry]:
    """The newest lines that are wanted, a page of them: those before a place in time."""
    query = sa.select(*_ROW).outerjoin(act, act.c.id == decision.c.id)
    query = query.where(decision.c.state != SUPERSEDED)
    if wanted.ticket_id is not None:
        query = query.where(decision.c.ticket_id == wanted.ticket_id)
    if wanted.outcome is not None:
        query = query.where(decision.c.outcome == wanted.outcome)
    if wanted.faq is not None:
        query = query.where(sa.func.coalesce(decision.c.faq, act.c.faq) == wanted.faq)
    if wanted.guarded is not None:
        query = query.where(decision.c.guarded == wanted.guarded)
    if before is not None:
        place = sa.tuple_(decision.c.decided_at, decision.c.id)
        query = query.where(place < sa.tuple_(*before))
    query = query.order_by(decision.c.decided_at.desc(), decision.c.id.desc()).limit(limit)
    return [Entry(*row) for row in connection.execute(query)]


def marked(
    connection: sa.Connection, tickets: Collection[int], marks: Collection[str]
) -> list[tuple[int, str | None, str | None]]:
    """Of these tickets what is kept with one of these words in it: ticket, snapshot, decision."""
    texts = (decision.c.snapshot, decision.c.decision)
    found = sa.or_(*(text.contains(mark, autoescape=True) for text in texts for mark in marks))
    query = sa.select(decision.c.ticket_id, *texts).where(decision.c.ticket_id.in_(tickets), found)
    return [(ticket, snapshot, text) for ticket, snapshot, text in connection.execute(query)]


def in_full(
    connection: sa.Connection, ids: Collection[str]
) -> dict[str, tuple[DecisionRow, str | None, str | None]]:
    """Decisions by their ids, with snapshot and decision as JSON; None where erased."""
    texts = (decision.c.snapshot, decision.c.decision)
    query = sa.select(*_DECISION, *texts).where(decision.c.id.in_(ids))
    return {row[0]: (DecisionRow(*row[:-2]), row[-2], row[-1]) for row in connection.execute(query)}


def of_ticket(connection: sa.Connection, ticket_id: int) -> list[DecisionRow]:
    """Every decision and act on a ticket, also those that were superseded, oldest first."""
    query = (
        sa.select(*_DECISION)
        .where(decision.c.ticket_id == ticket_id)
        .order_by(decision.c.decided_at, decision.c.id)
    )
    return [DecisionRow(*row) for row in connection.execute(query)]


def by_answer(connection: sa.Connection, since: float) -> dict[str, dict[str, int]]:
    """How often each question was recognised since an instant, by outcome."""
    query = (
        sa.select(decision.c.faq, decision.c.outcome, sa.func.count())
        .where(
            decision.c.decided_at >= since,
            decision.c.state != SUPERSEDED,
            decision.c.outcome != ACT,
            decision.c.faq.is_not(None),
        )
        .group_by(decision.c.faq, decision.c.outcome)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for faq, outcome, number in connection.execute(query):
        found[faq][outcome] = number
    return dict(found)
