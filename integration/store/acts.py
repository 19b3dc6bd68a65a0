"""What people decided. The effects of an act stand beside those of the machine's decisions."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.decisions import APPLIED
from integration.store.tables import act, decision


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as recorded."""

    id: str
    kind: str
    ticket_id: int
    about: str | None
    agent_id: int
    agent_name: str
    origin: str
    faq: str | None
    argument: str | None
    at: float

    @property
    def written(self) -> dict[str, Any]:
        """What the agent wrote; nothing where it was erased."""
        return dict(json.loads(self.argument)) if self.argument else {}


_ROW = [act.c[name] for name in ActRow.__slots__]


def insert(connection: sa.Connection, row: ActRow) -> None:
    """Record an act. Raises IntegrityError when it is recorded already."""
    values = {name: getattr(row, name) for name in ActRow.__slots__}
    connection.execute(sa.insert(act).values(**values))


def get(connection: sa.Connection, act_id: str) -> ActRow | None:
    """An act by its id."""
    row = connection.execute(sa.select(*_ROW).where(act.c.id == act_id)).first()
    return None if row is None else ActRow(*row)


def of_ticket(connection: sa.Connection, ticket_id: int) -> list[ActRow]:
    """What people did with a ticket here, oldest first."""
    query = sa.select(*_ROW).where(act.c.ticket_id == ticket_id).order_by(act.c.at, act.c.id)
    return [ActRow(*row) for row in connection.execute(query)]


def latest_done(connection: sa.Connection, ticket_id: int, kind: str) -> ActRow | None:
    """The last act of a kind that came to its end on a ticket."""
    # An act without effects of its own has no row beside it: then it is done.
    state = sa.func.coalesce(decision.c.state, APPLIED)
    query = (
        sa.select(*_ROW)
        .outerjoin(decision, decision.c.id == act.c.id)
        .where(act.c.ticket_id == ticket_id, act.c.kind == kind, state == APPLIED)
        .order_by(act.c.at.desc(), act.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else ActRow(*row)


def since(connection: sa.Connection, since_: float) -> dict[str, int]:
    """How often each kind of act was done since an instant."""
    query = sa.select(act.c.kind, sa.func.count()).where(act.c.at >= since_).group_by(act.c.kind)
    return dict(connection.execute(query).all())


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What a person said of a decision, with the ticket as it was judged."""

    about: str
    kind: str
    faq: str | None
    guards: bool
    snapshot: str | None  # JSON; None where it was erased
    decision: str | None  # in full, as JSON; None where it was erased


def saying(connection: sa.Connection, kinds: list[str], since_: float) -> list[LabelRow]:
    """What was said of decisions by acts of these kinds since an instant, oldest first."""
    own, judged = decision.alias("own"), decision.alias("judged")
    query = (
        sa.select(
            judged.c.id,
            act.c.kind,
            act.c.faq,
            own.c.guarded,
            judged.c.snapshot,
            judged.c.decision,
        )
        .select_from(act)
        .join(own, own.c.id == act.c.id)
        .join(judged, judged.c.id == act.c.about)
        .where(act.c.kind.in_(kinds), act.c.at >= since_)
        .order_by(act.c.at, act.c.id)
    )
    return [LabelRow(*row) for row in connection.execute(query)]


def state_of(connection: sa.Connection, act_id: str) -> str | None:
    """How far an act's effects have come: a state of decisions."""
    found: str | None = connection.execute(
        sa.select(decision.c.state).where(decision.c.id == act_id)
    ).scalar()
    return found
