"""Which tags this service's writes were to set on a ticket, and what was there before."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from integration.store.decisions import ACT, APPLIED, DECIDED, DONE
from integration.store.tables import decision, effect, ledger

_NOTE = effect.alias("note")
_OF_TICKET = (
    sa.select(
        decision.c.decided_at,
        decision.c.guarded,
        decision.c.outcome,
        decision.c.snapshot,
        _NOTE.c.tags,
        ledger.c.body,
    )
    .select_from(decision)
    .join(_NOTE, sa.and_(_NOTE.c.decision_id == decision.c.id, _NOTE.c.kind == "note"))
    .outerjoin(ledger, sa.and_(ledger.c.decision_id == decision.c.id, ledger.c.kind == "decided"))
    .where(
        decision.c.ticket_id == sa.bindparam("ticket"),
        # What was superseded or refused has set nothing; a refused reply comes after its note.
        sa.or_(decision.c.state.in_([DECIDED, APPLIED]), _NOTE.c.state == DONE),
    )
    .order_by(decision.c.decided_at, decision.c.id)
)


@dataclass(frozen=True, slots=True)
class Tagging:
    """What a decision or an act asked for. The ledger keeps it when the rest is erased."""

    at: float
    guards: bool
    before: frozenset[str]  # on the ticket as it was judged; nothing where that was erased
    asked: frozenset[str]


def of_ticket(connection: sa.Connection, ticket_id: int) -> list[Tagging]:
    """All that was asked for on a ticket and stands, oldest first."""
    found = []
    for at, guards, outcome, snapshot, tags, body in connection.execute(
        _OF_TICKET, {"ticket": ticket_id}
    ):
        before = json.loads(snapshot)["tags"] if snapshot else ()
        # Of an act only what it adds is planned; of a decision the whole set.
        asked = json.loads(tags or "[]") if outcome == ACT else _route_tags(body)
        found.append(Tagging(at, bool(guards), frozenset(before), frozenset(asked)))
    return found


def _route_tags(body: str | None) -> list[str]:
    return list(json.loads(body)["route"]["tags"]) if body else []
