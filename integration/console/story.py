"""What happened to one ticket, in order: decisions with their evidence, acts, writes, clocks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa

from integration.announcing.discretion import is_restricted_json, is_restricted_ticket
from integration.restriction import is_restricted_ticket_here, restricted_tickets
from integration.store import Store, acts, approvals, clocks, counts, decisions, register
from integration.store.acts import ActRow
from integration.store.approvals import ApprovalRow
from integration.store.clocks import ClockRow
from integration.store.decisions import DecisionRow, EffectRow

_ROUTE: Final = "route."

Piece = tuple[str, bool]  # a part of a text, and whether something was seen in it


@dataclass(frozen=True, slots=True)
class Chapter:
    """A decision or an act. `hidden` says that what it is about may not be shown."""

    row: DecisionRow
    act: ActRow | None
    decided: dict[str, Any] = field(default_factory=dict)
    message: tuple[Piece, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    approval: ApprovalRow | None = None
    restricted: bool = False
    hidden: bool = False

    @property
    def is_superseded(self) -> bool:
        """Whether the ticket changed before anything of it was written."""
        return self.row.state == decisions.SUPERSEDED

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why, without the steps of the route."""
        found = self.decided.get("reasons") or []
        return [each for each in found if not each["code"].startswith(_ROUTE)]

    @property
    def rules(self) -> set[str]:
        """Which rules gave the reasons."""
        return {str(each["rule"]) for each in self.decided.get("reasons") or ()}

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Why this group."""
        found = self.decided.get("reasons") or []
        return [each for each in found if each["code"].startswith(_ROUTE)]

    @property
    def written(self) -> str:
        """What a person wrote."""
        return str(self.act.written.get("written") or "") if self.act else ""


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket's chapters, the newest first, and what is open about it."""

    ticket_id: int
    chapters: tuple[Chapter, ...]
    clocks: tuple[ClockRow, ...]
    restricted: bool
    hidden: bool
    guarded: bool  # kept from any answer until a person lifts it

    @property
    def seen_at(self) -> float:
        """Until when whoever reads the story has seen the ticket."""
        return self.chapters[0].row.decided_at

    @property
    def newest(self) -> Chapter | None:
        """The newest decision of the rules that stands."""
        return next(iter(reversed(self.standing)), None)

    @property
    def standing(self) -> list[Chapter]:
        """The decisions of the rules that stand, one a message, the oldest first."""
        return [c for c in reversed(self.chapters) if c.act is None and not c.is_superseded]

    @property
    def waiting(self) -> Chapter | None:
        """The draft that waits for a yes."""
        return next((c for c in self.chapters if is_waiting(c.approval)), None)


def is_waiting(approval: ApprovalRow | None) -> bool:
    """Whether a draft may still be sent."""
    return approval is not None and approval.state == approvals.OPEN


def story_of(store: Store, ticket_id: int, *, is_lead: bool) -> Story | None:
    """A ticket's story; None where nothing was decided about it. Raises StoreUnavailable."""
    with store.read() as connection:
        rows = register.of_ticket(connection, ticket_id)
        if not rows:
            return None
        done = {each.id: each for each in acts.of_ticket(connection, ticket_id)}
        chapters = [_chapter(connection, row, done.get(row.id)) for row in rows]
        running = tuple(clocks.running(connection, ticket_id))
        before = counts.count_before(
            connection, ticket_id=ticket_id, requester_id=None, since=0.0, hour_ago=0.0
        )
        marked = is_restricted_ticket_here(connection, ticket_id)
    restricted = marked or any(chapter.restricted for chapter in chapters)
    hidden = restricted and not is_lead
    if hidden:
        chapters = [Chapter(c.row, c.act, effects=c.effects, hidden=True) for c in chapters]
        running = ()
    return Story(ticket_id, tuple(reversed(chapters)), running, restricted, hidden, before.guarded)


def drafts_of(store: Store, waiting: Sequence[ApprovalRow], *, is_lead: bool) -> list[Chapter]:
    """Drafts as chapters, without what else happened; those that may not be seen are left out."""
    with store.read() as connection:
        tickets = {row.ticket_id for row in waiting}
        closed = frozenset() if is_lead else restricted_tickets(connection, tickets)
        shown = [row for row in waiting if row.ticket_id not in closed]
        found = register.in_full(connection, [row.decision_id for row in shown])
    return [_told(*found[row.decision_id], approval=row) for row in shown]


def _chapter(connection: sa.Connection, row: DecisionRow, act: ActRow | None) -> Chapter:
    effects = tuple(decisions.effects_of(connection, row.id))
    if act is not None:
        return Chapter(row, act, effects=effects)
    texts, approval = decisions.text_of(connection, row.id), approvals.get(connection, row.id)
    return replace(_told(row, *texts, approval=approval), effects=effects)


def _told(
    row: DecisionRow, shown: str | None, text: str | None, *, approval: ApprovalRow | None
) -> Chapter:
    snapshot, decided = _read(shown), _read(text) or {}
    return Chapter(
        row,
        None,
        decided=decided,
        message=pieces((snapshot or {}).get("body"), decided),
        approval=approval,
        restricted=_is_restricted(snapshot, decided),
    )


def _read(text: str | None) -> dict[str, Any] | None:
    return json.loads(text) if text else None


def _is_restricted(snapshot: dict[str, Any] | None, decided: dict[str, Any]) -> bool:
    return (bool(decided) and is_restricted_json(decided)) or is_restricted_ticket(snapshot)


def pieces(body: object, decided: dict[str, Any]) -> tuple[Piece, ...]:
    """A message cut where something was seen in it. Total: spans that don't fit mark nothing."""
    if not isinstance(body, str) or not body:
        return ()
    marked = [False] * len(body)
    for reason in decided.get("reasons") or ():
        for start, end in reason.get("evidence") or ():
            for at in range(max(0, start), min(end, len(body))):
                marked[at] = True
    cuts = [0, *(at for at in range(1, len(body)) if marked[at] != marked[at - 1]), len(body)]
    return tuple((body[start:end], marked[start]) for start, end in pairwise(cuts))
