"""What became of a ticket or a draft, in words for its card."""

from collections.abc import Sequence
from dataclasses import dataclass

from integration.announcing.announcer import CLEAR, DELETED
from integration.store import approvals, decisions
from integration.store.acts import ActRow
from integration.store.approvals import ApprovalRow
from integration.store.decisions import EffectRow
from rules.model import Status

_WAITING = "Waiting"
_ANSWERING = frozenset({"send", "edit", "another", "reply"})
_DONE = {
    "take": "Taken by {name}",
    "send": "Sent by {name}",
    "edit": "Edited and sent by {name}",
    "another": "Answered otherwise by {name}",
    "reply": "Answered by {name}",
    "not_a_question": "No question for us, says {name}",
    "escalate": "Handed to people by {name}",
    "correct": "Corrected by {name}",
    CLEAR: "Cleared by {name}",
}
_FINISHED = {
    Status.SOLVED.value: "Solved",
    Status.CLOSED.value: "Closed",
    DELETED: "The ticket was deleted",
}
_WITHDRAWN = {
    "withheld.ticket_finished": "Withdrawn: the ticket is solved or closed",
    "withheld.ticket_merged": "Withdrawn: the ticket was merged",
    "withheld.person_assigned": "Withdrawn: a person took the ticket",
    "withheld.newer_message": "Withdrawn: the customer wrote again",
    "withheld.person_commented": "Withdrawn: a person answered",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """An act with how far it has come."""

    act: ActRow
    state: str  # of decisions
    effects: Sequence[EffectRow]

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is under way any more."""
        return self.state != decisions.DECIDED

    @property
    def words(self) -> str:
        """What was done and by whom, and whether it came through."""
        name = self.act.agent_name
        if self.act.kind in _ANSWERING:
            states = {effect.state for effect in self.effects if effect.public}
            if decisions.WITHHELD in states:
                return f"Not sent for {name}: the ticket had gone on"
            if self.state == decisions.FAILED:
                return f"{name}'s answer could not be sent: see the ticket"
            if not self.is_settled:
                return f"{name} is sending an answer"
        by_default = f"{self.act.kind.replace('_', ' ').capitalize()}: {{name}}"
        return _DONE.get(self.act.kind, by_default).format(name=name)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands."""

    words: str
    is_open: bool = True  # whether there is anything left to decide
    is_final: bool = False  # whether it will never be another


def of_escalation(
    deeds: Sequence[Deed], *, decided_at: float, status: str, replaced: bool, assigned: bool,
    restricted: bool,
) -> Standing:  # fmt: skip
    """Where an escalated ticket stands. `deeds` are all of the ticket, oldest first."""
    if replaced:
        return Standing("Replaced: decided anew", is_open=False, is_final=True)
    if status in _FINISHED:
        return Standing(_FINISHED[status], is_open=False, is_final=True)
    since = [deed for deed in deeds if deed.act.at >= decided_at]
    cleared = _last(since, {CLEAR})
    if cleared is not None:
        words = cleared.words if restricted else _with_reason(cleared)
        return Standing(words, is_open=False, is_final=cleared.is_settled)
    answered = _last(since, _ANSWERING)
    if answered is not None:
        return Standing(answered.words, is_open=False, is_final=answered.is_settled)
    taken = _last(deeds, {"take"})
    if taken is not None:
        return Standing(taken.words)
    return Standing("Assigned in the helpdesk" if assigned else _WAITING)


def of_approval(approval: ApprovalRow, deed: Deed | None) -> Standing:
    """Where a draft stands; `deed` is the act that settled it."""
    if approval.state == approvals.OPEN:
        return Standing(_WAITING)
    if deed is not None:
        return Standing(deed.words, is_open=False, is_final=deed.is_settled)
    if approval.state == approvals.EXPIRED:
        return Standing("Expired: answer it in the helpdesk", is_open=False, is_final=True)
    words = _WITHDRAWN.get(approval.why or "", "Withdrawn: the ticket was decided anew")
    return Standing(words, is_open=False, is_final=True)


def _last(deeds: Sequence[Deed], kinds: set[str] | frozenset[str]) -> Deed | None:
    return next((deed for deed in reversed(deeds) if deed.act.kind in kinds), None)


def _with_reason(deed: Deed) -> str:
    reason = str(deed.act.written.get("reason") or "").strip()
    return f"{deed.words}: {reason}" if reason else deed.words
