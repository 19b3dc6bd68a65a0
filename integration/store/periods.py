"""What was decided in a stretch of time, counted: no text is read for it."""

from typing import Any

import sqlalchemy as sa

from integration.store.decisions import SUPERSEDED
from integration.store.tables import decision
from rules.drift import Period


def period(connection: sa.Connection, since: float, until: float) -> Period:
    """The standing decisions from an instant to before another, in seconds since the epoch."""

    def counted(column: sa.Column[Any], *more: sa.ColumnElement[bool]) -> dict[Any, int]:
        query = sa.select(column, sa.func.count()).where(
            decision.c.decided_at >= since,
            decision.c.decided_at < until,
            decision.c.state != SUPERSEDED,
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
