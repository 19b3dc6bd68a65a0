"""What became of a ticket or a draft, in words for its card. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from integration.announcing.announcer import DELETED
from integration.store import approvals, decisions
from integration.store.acts import ActRow
from integration.store.approvals import ApprovalRow
from integration.store.decisions import EffectRow
from integration.wishes import ActKind
from rules.model import Status

WAITING = "Waiting"
_ANSWERING = frozenset({ActKind.SEND, ActKind.EDIT, ActKind.ANOTHER, ActKind.REPLY})
_NOTHING_CAME = frozenset({decisions.FAILED, decisions.SUPERSEDED})
_DONE = {
    ActKind.SEND: "Sent by {name}",
    ActKind.EDIT: "Edited and sent by {name}",
    ActKind.ANOTHER: "Answered otherwise by {name}",
    ActKind.REPLY: "Answered by {name}",
    ActKind.REFUSE: "No question for us, says {name}",
    ActKind.ESCALATE: "Handed to people by {name}",
    ActKind.CORRECT: "Corrected by {name}",
    ActKind.CLEAR: "Cleared by {name}",
    ActKind.TAKE: "Taken by {name}",
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
    effects: Sequence[EffectRow] = ()

    @property
    def under_way(self) -> bool:
        """Whether it is still being written to the ticket."""
        return self.state == decisions.DECIDED

    @property
    def failed(self) -> bool:
        """Whether nothing came of it."""
        return self.state in _NOTHING_CAME

    @property
    def withheld(self) -> bool:
        """Whether an answer was not sent, because the ticket had gone on."""
        return any(effect.state == decisions.WITHHELD for effect in self.effects)

    @property
    def moved(self) -> bool:
        """Whether the ticket went to another group by it; then nobody has it any more."""
        return not self.failed and any(effect.group_id is not None for effect in self.effects)

    @property
    def words(self) -> str:
        """What was done and by whom, and whether it came through."""
        name = self.act.agent_name
        if self.failed:
            return f"What {name} did could not be written to the ticket"
        if self.withheld:
            return f"Not sent for {name}: the ticket had gone on"
        if self.under_way and self.act.kind in _ANSWERING:
            return f"{name} is sending an answer"
        return _DONE[ActKind(self.act.kind)].format(name=name)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands."""

    words: str
    is_open: bool = True  # whether there is anything left to decide
    is_final: bool = False  # whether it will never be another
    under_way: bool = False  # whether it will be another in a moment


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a ticket besides the acts of people here."""

    status: str = ""  # as last read
    assigned: bool = False  # to another person than when it was decided
    replaced: bool = False  # another message tells of it, or nothing has to be told any more
    moved_to: str = ""  # the channel of that other message, if it is another one
    restricted: bool = False


def of_escalation(deeds: Sequence[Deed], decided_at: float, seen: Seen) -> Standing:
    """Where an escalated ticket stands. `deeds` are all of the ticket, oldest first."""
    if seen.replaced:
        return Standing(_elsewhere(seen), is_open=False, is_final=True)
    if seen.status in _FINISHED:
        return Standing(_FINISHED[seen.status], is_open=False, is_final=True)
    since = [deed for deed in deeds if deed.act.at >= decided_at]
    cleared = _last(since, {ActKind.CLEAR})
    if cleared is not None and not cleared.failed:
        return _closed(cleared, cleared.words if seen.restricted else _with_reason(cleared))
    answered = _last(since, _ANSWERING)
    if answered is not None and not answered.failed and not answered.withheld:
        return _closed(answered, answered.words)
    taken = _last(_since_moved(deeds), {ActKind.TAKE})
    last = taken or answered or cleared
    if last is not None:
        return Standing(last.words)
    return Standing("Assigned in the helpdesk" if seen.assigned else WAITING)


def of_approval(approval: ApprovalRow, deed: Deed | None, now: float) -> Standing:
    """Where a draft stands; `deed` is the act that settled it."""
    if approval.state == approvals.OPEN:
        return Standing(WAITING)
    if deed is not None and deed.failed and now < approval.expires_at:
        return Standing(f"{deed.words}. The draft still waits")
    if deed is not None:
        return _closed(deed, deed.words)
    if approval.state == approvals.EXPIRED:
        return Standing("Expired: answer it in the helpdesk", is_open=False, is_final=True)
    words = _WITHDRAWN.get(approval.why or "", "Withdrawn: the ticket was decided anew")
    return Standing(words, is_open=False, is_final=True)


def _closed(deed: Deed, words: str) -> Standing:
    return Standing(words, is_open=False, is_final=not deed.under_way, under_way=deed.under_way)


def _last(deeds: Sequence[Deed], kinds: set[ActKind] | frozenset[ActKind]) -> Deed | None:
    return next((deed for deed in reversed(deeds) if deed.act.kind in kinds), None)


def _since_moved(deeds: Sequence[Deed]) -> list[Deed]:
    """What was done, and not undone by moving the ticket to another group."""
    moved = [at for at, deed in enumerate(deeds) if deed.moved]
    return [deed for deed in deeds[moved[-1] if moved else 0 :] if not deed.failed]


def _elsewhere(seen: Seen) -> str:
    if not seen.moved_to:
        return "Decided anew"
    # The channel's name may tell whose business it is.
    where = "another channel" if seen.restricted else f"#{seen.moved_to}"
    return f"Decided anew: look in {where}"


def _with_reason(deed: Deed) -> str:
    reason = str(deed.act.written.get("written") or "").strip()
    return f"{deed.words}: {reason}" if reason else deed.words
