"""What was decided in a stretch of time: counted, without any text, or one by one."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.decisions import ACT, SUPERSEDED
from integration.store.tables import decision, ledger
from rules.drift import Period
from rules.model import Outcome


def period(connection: sa.Connection, since: float, until: float) -> Period:
    """The standing decisions from an instant to before another, in seconds since the epoch."""

    def counted(column: sa.Column[Any], *more: sa.ColumnElement[bool]) -> dict[Any, int]:
        query = sa.select(column, sa.func.count()).where(
            decision.c.decided_at >= since,
            decision.c.decided_at < until,
            decision.c.state != SUPERSEDED,
            decision.c.outcome != ACT,
            *more,
        )
        return dict(connection.execute(query.group_by(column)).all())

    asked = decision.c.score.is_not(None)
    return Period(
        outcomes=counted(decision.c.outcome),
        languages=counted(decision.c.language),
        questions=counted(decision.c.faq, asked),
        scores=counted(decision.c.score, asked),
    )


def made_with(connection: sa.Connection, since: float, until: float) -> list[dict[str, str]]:
    """By which versions the first and the last standing decision of a time were made."""
    query = (
        sa.select(decision.c.ticket_id, decision.c.id)
        .where(
            decision.c.decided_at >= since,
            decision.c.decided_at < until,
            decision.c.state != SUPERSEDED,
            decision.c.outcome != ACT,
        )
        .limit(1)
    )
    found = []
    for order in (decision.c.decided_at.asc(), decision.c.decided_at.desc()):
        end = query.order_by(order).subquery()
        entry = sa.select(ledger.c.body).where(
            ledger.c.ticket_id == end.c.ticket_id,
            ledger.c.decision_id == end.c.id,
            ledger.c.kind == "decided",
        )
        found += [json.loads(body)["versions"] for body in connection.execute(entry).scalars()]
    return found


def any_at_all(connection: sa.Connection) -> bool:
    """Whether anything was ever decided."""
    return connection.execute(sa.select(decision.c.id).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A decision that left a ticket to people, or to a person with a draft."""

    id: str
    ticket_id: int
    decided_at: float
    snapshot: str | None  # the ticket as JSON; None where it was erased


_ROW = [decision.c[name] for name in LeftRow.__slots__]


def left_to_people(
    connection: sa.Connection, since: float, before: LeftRow | None, *, limit: int
) -> list[LeftRow]:
    """The newest such decisions since an instant, a page of them: those before a given one."""
    query = sa.select(*_ROW).where(
        decision.c.decided_at >= since,
        decision.c.state != SUPERSEDED,
        decision.c.outcome.in_([Outcome.ABSTAIN.value, Outcome.SUGGEST.value]),
    )
    if before is not None:
        place = sa.tuple_(decision.c.decided_at, decision.c.id)
        query = query.where(place < sa.tuple_(before.decided_at, before.id))
    query = query.order_by(decision.c.decided_at.desc(), decision.c.id.desc()).limit(limit)
    return [LeftRow(*row) for row in connection.execute(query)]
