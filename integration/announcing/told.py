"""What a message is about: a decision, or what a person said in place of one."""

import json
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from integration.announcing.discretion import is_neutral_pack, is_restricted_ticket
from integration.announcing.standing import WAITING, Deed, Seen, Standing, of_escalation
from integration.announcing.words import headline_of, reasons_by_hand, reasons_of, seen_words
from integration.restriction import is_restricted_ticket_here
from integration.store import acts, decisions, posts
from integration.store.acts import ActRow
from integration.store.posts import PostRow
from integration.wishes import ActKind
from rules.policy import Policy
from rules.policy_schema import Pack


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of what a message is about. None where it was erased."""

    ticket_id: int
    decision_id: str  # of the act, where it is one
    decided_at: float
    assignee_id: int | None
    snapshot: dict[str, Any] | None  # as judged; of an act, what it says something about
    decision: dict[str, Any] | None  # likewise
    restricted: bool
    by: ActRow | None = None
    pack: Pack | None = None  # that a person named

    @property
    def headline(self) -> str:
        """What it is about in a few words."""
        if self.by is None or self.restricted:
            return headline_of(self.decision, restricted=self.restricted)
        return self.pack.title if self.pack else f"Handed to people by {self.by.agent_name}"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why people must look at it."""
        if self.by is None or self.restricted:
            return reasons_of(self.decision, restricted=self.restricted)
        written = str(self.by.written.get("written") or "")
        return reasons_by_hand(self.decision, self.by.agent_name, written)

    @property
    def evidence(self) -> str:
        """The customer's words in which it was seen."""
        return "" if self.restricted else seen_words(self.snapshot, self.decision)


def told_of(connection: sa.Connection, row: PostRow, policy: Policy) -> Told:
    """What a message is about, as far as it is still kept."""
    shown = decisions.get(connection, row.decision_id or "")
    if shown is None:
        raise AssertionError("a message about a decision that is not there")
    by = acts.get(connection, shown.id)
    judged = shown.id if by is None else by.about or ""
    snapshot, decision = (
        None if text is None else json.loads(text) for text in decisions.text_of(connection, judged)
    )
    labelled = by is not None and by.kind == ActKind.CORRECT
    named = (by.faq or "") if by is not None and labelled else ""
    return Told(
        ticket_id=shown.ticket_id,
        decision_id=shown.id,
        decided_at=shown.decided_at,
        assignee_id=shown.assignee_id,
        snapshot=snapshot,
        decision=decision,
        restricted=bool(row.details.get("restricted"))
        or decision is None
        or is_restricted_ticket(snapshot)
        or is_restricted_ticket_here(connection, shown.ticket_id)
        or (labelled and is_neutral_pack(policy, named)),
        by=by,
        pack=next((pack for pack in policy.packs if pack.id == named), None),
    )


def escalation_standing(connection: sa.Connection, row: PostRow, told: Told) -> Standing:
    """Where an escalated ticket stands."""
    details = row.details
    seen = details.get("seen") or {}
    deeds = [deed_of(connection, act) for act in acts.of_ticket(connection, told.ticket_id)]
    own = next((deed for deed in deeds if deed.act.id == told.decision_id), None)
    # An act that moved the ticket nowhere took it from nobody.
    had = None if own is not None and not own.moved else told.assignee_id
    moved_to = str(details.get("moved_to") or "")
    standing = of_escalation(
        deeds,
        told.decided_at,
        Seen(
            status=str(seen.get("status") or ""),
            assigned=seen.get("assignee") not in {None, had},
            replaced=bool(details.get("replaced")),
            moved_to="" if moved_to == row.channel else moved_to,
            restricted=told.restricted,
        ),
    )
    if own is not None and own.failed and standing.words == WAITING:
        return replace(standing, words=own.words)
    return standing


def ticket_standing(connection: sa.Connection, ticket_id: int, policy: Policy) -> Standing:
    """Where an escalated ticket stands, whether it has a card or only clocks."""
    cards = posts.open_cards(connection, ticket_id)
    if cards:
        return escalation_standing(connection, cards[-1], told_of(connection, cards[-1], policy))
    newest = decisions.latest_for_ticket(connection, ticket_id)
    deeds = [deed_of(connection, act) for act in acts.of_ticket(connection, ticket_id)]
    return of_escalation(deeds, newest.decided_at if newest else 0.0, Seen())


def deed(connection: sa.Connection, act_id: str | None) -> Deed | None:
    """An act by its id, with how far it has come."""
    act = acts.get(connection, act_id) if act_id else None
    return None if act is None else deed_of(connection, act)


def deed_of(connection: sa.Connection, act: ActRow) -> Deed:
    """An act with how far it has come."""
    # An act without effects of its own has no row beside it: then it is done.
    state = acts.state_of(connection, act.id) or decisions.APPLIED
    return Deed(act, state, decisions.effects_of(connection, act.id))
