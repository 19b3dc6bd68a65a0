"""What shall stand in the chat: planned in the transaction that records why.

Nothing here reads or writes at a vendor, so nothing here can hold up a ticket.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from connectors.ports import Snapshot
from integration.announcing.discretion import is_restricted
from integration.announcing.moved_on import moved_on
from integration.announcing.telling import (
    of_act,
    of_decision,
    plan_message,
    reopen,
    restrict,
    retire_superseded,
    stays_restricted,
    tell,
)
from integration.last_look import is_finished
from integration.store import acts, approvals, clocks, decisions, digests, posts
from integration.store.clocks import ClockRow
from integration.store.decisions import DecisionRow
from integration.wishes import ActKind, Plan
from rules.merges import merged_into
from rules.model import Deadline, Decision, Outcome, Status
from rules.policy import Policy

_HANDED_OVER = frozenset({Outcome.ESCALATE, Outcome.ACKNOWLEDGE})
SUPERSEDED = "superseded"  # why a draft is withdrawn: the ticket was decided anew
DELETED = "deleted"  # the status that is kept of a ticket that is no more
FINISHED = frozenset({Status.SOLVED.value, Status.CLOSED.value, DELETED})


@dataclass(frozen=True, slots=True)
class Announcer:
    """Plans the messages about tickets, the drafts that wait, and the clocks that run.

    `policy` gives the policy that judged last. It is asked within transactions, so it must not
    use the store.
    """

    policy: Callable[[], Policy]

    def announce(self, connection: sa.Connection, row: DecisionRow, decision: Decision) -> None:
        """Plan what follows from a decision, in the transaction that records it."""
        posts.hold(connection, row.ticket_id)
        clocks.stop_void(connection, row.ticket_id, 0.0)
        if decision.outcome not in _HANDED_OVER:
            retire_superseded(connection, row.ticket_id)
        if decision.outcome is Outcome.IGNORE:
            return
        if is_restricted(decision):
            restrict(connection, row.ticket_id)
        for waiting in approvals.open_of_ticket(connection, row.ticket_id):
            _withdraw(connection, waiting.decision_id, SUPERSEDED)
        _start_clocks(connection, row, decision.deadlines)
        if decision.outcome is Outcome.SUGGEST and decision.reply is not None:
            self._ask(connection, row, decision)
        if decision.outcome in _HANDED_OVER:
            tell(connection, self.policy(), of_decision(row, decision))
        _touch(connection, row.ticket_id)

    def touch(self, connection: sa.Connection, ticket_id: int) -> None:
        """People did something with a ticket: its messages must be looked at again."""
        _stop_cleared(connection, ticket_id)
        _touch(connection, ticket_id)

    def on_act(self, connection: sa.Connection, row: DecisionRow, plan: Plan) -> None:
        """A person decided something, in the transaction that records it."""
        posts.hold(connection, row.ticket_id)
        self.touch(connection, row.ticket_id)
        _start_clocks(connection, row, plan.deadlines)
        act = acts.get(connection, row.id)
        if act is None or not (plan.guards or act.kind == ActKind.ESCALATE):
            return
        matter = of_act(row, plan, datetime.fromtimestamp(row.decided_at, UTC))
        if matter.restricted:
            restrict(connection, row.ticket_id)
        tell(connection, self.policy(), matter)

    def concerns(self, connection: sa.Connection, ticket_id: int) -> bool:
        """Whether there is anything to follow on a ticket: a cheap look before a write."""
        return (
            bool(approvals.open_of_ticket(connection, ticket_id))
            or bool(clocks.kept(connection, ticket_id, _cleared_at(connection, ticket_id)))
            or bool(posts.of_ticket(connection, ticket_id, (*posts.LIVE, posts.FOLDED)))
        )

    def follow(self, connection: sa.Connection, snapshot: Snapshot) -> None:
        """A ticket was read afresh: its drafts and clocks go the way it went."""
        ticket_id = int(snapshot.ticket.id)
        posts.hold(connection, ticket_id)
        for waiting in approvals.open_of_ticket(connection, ticket_id):
            row = decisions.get(connection, waiting.decision_id)
            why = moved_on(row, snapshot) if row is not None else SUPERSEDED
            if why is not None:
                _withdraw(connection, waiting.decision_id, why)
                _touch(connection, ticket_id)
        _stop_cleared(connection, ticket_id)
        if is_finished(snapshot):
            stays = merged_into(snapshot.ticket)
            if stays is not None:
                self._carry(connection, ticket_id, stays)
            clocks.stop(connection, ticket_id)
        elif clocks.resume(connection, ticket_id, _cleared_at(connection, ticket_id)):
            reopen(connection, ticket_id)
        self._see(connection, ticket_id, seen_of(snapshot))

    def _carry(self, connection: sa.Connection, ticket_id: int, stays: int) -> None:
        """What ran on a merged ticket runs on with the one that it became part of."""
        posts.hold(connection, stays)
        clocks.carry(connection, ticket_id, stays, _cleared_at(connection, stays))
        _touch(connection, stays)

    def gone(self, connection: sa.Connection, ticket_id: int) -> None:
        """A ticket was deleted: nothing waits any more."""
        posts.hold(connection, ticket_id)
        for waiting in approvals.open_of_ticket(connection, ticket_id):
            _withdraw(connection, waiting.decision_id, "withheld.ticket_finished")
        clocks.stop(connection, ticket_id)
        self._see(connection, ticket_id, {"status": DELETED})

    def _see(self, connection: sa.Connection, ticket_id: int, seen: dict[str, Any]) -> None:
        """Keep what was seen of a ticket with its messages; show it where it changed."""
        ends = seen["status"] in FINISHED
        for known in posts.of_ticket(connection, ticket_id, (*posts.LIVE, posts.FOLDED)):
            details = known.details
            if details.get("seen") == seen:
                continue
            details["seen"] = seen
            if known.state != posts.FOLDED:
                posts.change(connection, known.id, details=details)
            else:
                state = posts.ENDED if ends else posts.FOLDED
                posts.change(connection, known.id, details=details, state=state, changed=False)
                digests.wake(connection, known)

    def _ask(self, connection: sa.Connection, row: DecisionRow, decision: Decision) -> None:
        """A draft waits for a yes, whether the chat may tell of it or not."""
        policy, matter = self.policy(), of_decision(row, decision)
        chat = policy.settings.chat
        # A draft that came in the quiet hours must not expire before anybody hears of it.
        shown_at = chat.quiet_until(matter.at, policy.settings.hours.timezone) or matter.at
        expires_at = shown_at.timestamp() + chat.approval_hours * 3600.0
        approvals.ask(connection, row.id, row.ticket_id, expires_at)
        channel = chat.approvals_of(matter.group)
        if not chat.speaks or channel is None or stays_restricted(connection, matter):
            return  # a draft of a restricted ticket waits in the helpdesk alone
        for earlier in posts.of_superseded(connection, row.ticket_id):
            if earlier.kind == posts.APPROVAL and earlier.channel == channel:
                posts.change(connection, earlier.id, decision_id=row.id)
                return
        plan_message(connection, policy, matter, posts.APPROVAL, channel)


def seen_of(snapshot: Snapshot) -> dict[str, Any]:
    """What is kept of a ticket with its messages."""
    return {
        "status": snapshot.ticket.status.value,
        "group": snapshot.group_id,
        "assignee": snapshot.assignee_id,
    }


def _touch(connection: sa.Connection, ticket_id: int) -> None:
    """All that is shown of a ticket must be looked at again."""
    posts.touch(connection, ticket_id)
    digests.wake_of_ticket(connection, ticket_id)


def _cleared_at(connection: sa.Connection, ticket_id: int) -> float:
    cleared = acts.latest_done(connection, ticket_id, ActKind.CLEAR)
    return 0.0 if cleared is None else cleared.at


def _stop_cleared(connection: sa.Connection, ticket_id: int) -> None:
    """Stop the clocks of what was cleared: once that is noted, for until then it may yet fail."""
    cleared_at = _cleared_at(connection, ticket_id)
    if not cleared_at:
        return
    clocks.stop_void(connection, ticket_id, cleared_at)
    for known in posts.of_ticket(connection, ticket_id, (posts.FOLDED,)):
        if known.created_at <= cleared_at:
            posts.change(connection, known.id, state=posts.ENDED, changed=False)
            digests.wake(connection, known)


def _withdraw(connection: sa.Connection, decision_id: str, why: str) -> None:
    approvals.settle(connection, decision_id, approvals.WITHDRAWN, why=why)


def _start_clocks(
    connection: sa.Connection, row: DecisionRow, deadlines: Sequence[Deadline]
) -> None:
    """Every deadline runs once: a second message about the same matter starts none anew.

    Nor does one on a ticket that is finished: what had stopped with it goes on when it is opened.
    """
    known = clocks.kept(connection, row.ticket_id, _cleared_at(connection, row.ticket_id))
    started: list[ClockRow] = []
    for position, one in enumerate(deadlines):
        due = one.due.timestamp()
        began = min(due, one.started.timestamp() if one.started else row.decided_at)
        fresh = ClockRow(
            decision_id=row.id,
            position=position,
            ticket_id=row.ticket_id,
            pack=one.pack,
            name=one.clock,
            started_at=began,
            due_at=due,
            state=clocks.RUNNING,
            reminded=0,
            next_at=None,
        )
        if not any(clocks.covers(each, fresh) for each in known):
            started.append(replace(fresh, next_at=clocks.next_share(fresh)))
    clocks.start(connection, started)
