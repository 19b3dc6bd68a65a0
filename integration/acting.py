"""What people decide, done: recorded, noted on the ticket, and settled like the rules' decisions.

An act is a row beside a decision row of the same id and the outcome `act`. So everything that
holds for decisions holds for acts: the note first, once each, a last look before a public reply,
a correcting note, the list of failures, the ledger.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog

from connectors.ports import Agent, EffectKind, Helpdesk
from integration import ledger
from integration.act_plans import plan_of
from integration.audit_note import WITHHELD, cut
from integration.clock import Clock, iso
from integration.judge import Judge
from integration.lifting import lifted_tags
from integration.recording import digest, raised
from integration.settling import Settling
from integration.situation import situation_of
from integration.store import Store, acts, approvals, decisions, lock_head, tagging
from integration.store.acts import ActRow
from integration.store.decisions import DecisionRow
from integration.wishes import ActKind, Plan, Situation, Wish

_UNSAID = dict.fromkeys(("author_id", "assignee_id", "group_id", "priority", "tags", "tags_off"))
_NUMBERS = 2**62  # of the comments that acts have in place of real ones
_log = structlog.get_logger(__name__)

OnAct = Callable[[sa.Connection, DecisionRow, Plan], None]
OnDone = Callable[[sa.Connection, int], None]


def ignore_act(_connection: sa.Connection, _row: DecisionRow, _plan: Plan) -> None:
    """Nobody has to hear of an act."""


def ignore_done(_connection: sa.Connection, _ticket_id: int) -> None:
    """Nor that it is done."""


@dataclass(frozen=True, slots=True)
class Order:
    """A wish with who has it, and where it came from."""

    wish: Wish
    agent: Agent
    key: str  # the same order again has the same key
    delivery_id: int
    origin: str = "slack"
    round: int = 0  # raised when a person starts a failed act afresh

    @property
    def act_id(self) -> str:
        """The id of the act that the order becomes."""
        return self.act_id_of(self.round)

    def act_id_of(self, round_: int) -> str:
        """The same of an earlier round: what failed for good is another act when started afresh."""
        key = f"{self.key}#{round_}" if round_ else self.key
        return hashlib.sha256(f"act\0{key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Acting:
    """Does what people want, for one worker."""

    store: Store
    helpdesk: Helpdesk
    judge: Judge
    settling: Settling
    clock: Clock
    on_act: OnAct = ignore_act  # called in the transaction that records an act
    on_done: OnDone = ignore_done  # in the one that ends it, with its ticket

    def act(self, order: Order) -> str:
        """Do it, once; returns the sentence for the person.

        Raises Declined with a sentence when it can't be done, and what settling and the helpdesk
        raise: then it is recorded, or nothing is, and the same order may be given again.
        """
        with self.store.read() as connection:
            row = _begun(connection, order)
        if row is None:
            row = self._record(order)
        if row.state == decisions.DECIDED:
            self.settling.settle(
                row, also=lambda connection: self.on_done(connection, order.wish.ticket_id)
            )
        return self._told(row.id)

    def has_begun(self, order: Order) -> bool:
        """Whether it is recorded: then it is gone on with, whoever they are by now."""
        with self.store.read() as connection:
            return _begun(connection, order) is not None

    def _record(self, order: Order) -> DecisionRow:
        snapshot = self.helpdesk.read_ticket(order.wish.ticket_id)
        groups, policy = self.helpdesk.read_groups(), self.judge.policy
        with self.store.write() as connection:
            lock_head(connection)
            known = _begun(connection, order)
            if known is not None:
                return known
            now = self.clock.now()
            situation = situation_of(connection, order.wish, snapshot, policy, now)
            plan = plan_of(order.wish, order.agent, situation)
            self._settle_draft(connection, order, situation, plan)
            self._write_down(connection, order, situation, plan, dict(groups))
            row = decisions.get(connection, order.act_id)
            if row is None:
                raise AssertionError("an act that was just recorded is not there")
            self.on_act(connection, row, plan)
        _log.info("act.recorded", ticket=row.ticket_id, decision=row.id, kind=order.wish.kind)
        return row

    def _settle_draft(
        self, connection: sa.Connection, order: Order, situation: Situation, plan: Plan
    ) -> None:
        """What becomes of the draft, under the lock: whoever comes first."""
        if plan.draft is None or situation.approval is None:
            return
        if situation.approval.state == approvals.OPEN:
            approvals.settle(
                connection,
                situation.approval.decision_id,
                plan.draft,
                act_id=order.act_id,
                in_place_of=situation.approval.act_id,
            )

    def _write_down(
        self,
        connection: sa.Connection,
        order: Order,
        situation: Situation,
        plan: Plan,
        groups: dict[str, int],
    ) -> None:
        now, snapshot = situation.now, situation.snapshot
        decisions.insert_decision(
            connection,
            {
                "id": order.act_id,
                "delivery_id": order.delivery_id,
                "ticket_id": order.wish.ticket_id,
                "comment_id": -(int(order.act_id, 16) % _NUMBERS) - 1,
                "requester_id": snapshot.requester_id,
                "assignee_id": order.agent.id if plan.takes else snapshot.assignee_id,
                "state": decisions.DECIDED,
                "outcome": decisions.ACT,
                "guarded": plan.guards,
                "decided_at": now.timestamp(),
                "watched_from": _watched_from(order.wish, situation),
                "comment_ids": json.dumps(snapshot.comment_ids),
            },
        )
        row = _act_of(order, situation, plan)
        acts.insert(connection, row)
        off = _tags_to_take_off(connection, row, situation, plan)
        decisions.insert_effects(connection, _effects(order, row, situation, plan, groups, off))
        entry = ledger.Entry("act", _ledger_body(row, plan, off), row.ticket_id, row.id)
        ledger.append(connection, iso(now), [entry])

    def _told(self, act_id: str) -> str:
        """What became of it, in a sentence."""
        with self.store.read() as connection:
            effects = decisions.effects_of(connection, act_id)
            row = acts.get(connection, act_id)
            codes = [effect.error for effect in effects if effect.state == decisions.WITHHELD]
        if codes:
            why = WITHHELD.get(codes[0] or "", "the ticket went on meanwhile")
            return f"Not sent: {why}. It is noted on the ticket."
        if row is None or any(effect.state == decisions.REFUSED for effect in effects):
            return "The helpdesk refused it. It is on the list of failures."
        return str(row.written.get("said", "Done."))


def _begun(connection: sa.Connection, order: Order) -> DecisionRow | None:
    """What the order became already; started afresh, an act that did not fail is gone on with."""
    own = decisions.get(connection, order.act_id)
    earlier = (
        decisions.get(connection, order.act_id_of(round_))
        for round_ in reversed(range(order.round if own is None else 0))
    )
    return own or next(
        (row for row in earlier if row and row.state not in decisions.CAME_TO_NOTHING), None
    )


def _watched_from(wish: Wish, situation: Situation) -> float:
    """From when on what others do counts; of a guard that is lifted, what is seen from then on."""
    if wish.kind is ActKind.CLEAR:
        return situation.seen_at
    return min(situation.snapshot.server_time or situation.now, situation.now).timestamp()


def _act_of(order: Order, situation: Situation, plan: Plan) -> ActRow:
    return ActRow(
        id=order.act_id,
        kind=order.wish.kind.value,
        ticket_id=order.wish.ticket_id,
        about=situation.decision.id if situation.decision else None,
        agent_id=order.agent.id,
        agent_name=order.agent.name[:200],
        origin=order.origin,
        faq=plan.faq,
        argument=ledger.canonical({"written": order.wish.written, "said": plan.said}),
        at=situation.now.timestamp(),
    )


def _tags_to_take_off(
    connection: sa.Connection, row: ActRow, situation: Situation, plan: Plan
) -> frozenset[str]:
    """The tags of a guard that is lifted, as far as they stand on the ticket."""
    if not plan.stops_clocks:
        return frozenset()
    known = tagging.of_ticket(connection, row.ticket_id)
    return lifted_tags(known, row.at) & situation.snapshot.ticket.tags


def _effects(
    order: Order,
    row: ActRow,
    situation: Situation,
    plan: Plan,
    groups: dict[str, int],
    off: frozenset[str],
) -> list[dict[str, Any]]:
    snapshot = situation.snapshot
    group_id = groups.get(plan.group) if plan.group else None
    missing = f"\nGroup “{plan.group}” does not exist in the helpdesk: group unchanged."
    common = _UNSAID | {
        "decision_id": row.id,
        "ticket_id": row.ticket_id,
        "requester_id": snapshot.requester_id,
        "planned_at": row.at,
        "state": decisions.PLANNED,
    }
    note = common | {
        "kind": EffectKind.NOTE.value,
        "position": 0,
        "body": _note(row, plan, off) + (missing if plan.group and group_id is None else ""),
        "public": False,
        "assignee_id": order.agent.id if plan.takes else None,
        "group_id": None if group_id == snapshot.group_id else group_id,
        "priority": raised(snapshot.ticket.priority, plan.priority),
        "tags": json.dumps(sorted(plan.tags)) if plan.tags else None,
        "tags_off": json.dumps(sorted(off)) if off else None,
    }
    if plan.reply is None:
        return [note]
    reply = common | {
        "kind": EffectKind.REPLY.value,
        "position": 1,
        "body": plan.reply,
        "public": True,
        "author_id": order.agent.id if plan.as_agent else None,
    }
    return [note, reply]


def _note(row: ActRow, plan: Plan, off: frozenset[str]) -> str:
    """The note a person reads on the ticket."""
    lines = [f"Deskclerk: {row.agent_name} {plan.noted}", ""]
    if off:
        listed = ", ".join(sorted(off))
        lines += [f"Tags of the guard taken off, where nothing else asks for them: {listed}", ""]
    if plan.deadlines and not plan.restricts:
        first = plan.deadlines[0]
        lines += [f"Deadline: {first.clock}, {first.due:%Y-%m-%d %H:%M} UTC ({first.pack})", ""]
    about = f", about decision {row.about}" if row.about else ""
    return cut("\n".join([*lines, f"Act {row.id}, from {row.origin.capitalize()}{about}"]))


def _ledger_body(row: ActRow, plan: Plan, off: frozenset[str]) -> dict[str, Any]:
    return {
        **({"tags_off": sorted(off)} if off else {}),
        "act": row.kind,
        "by": row.agent_id,
        "name": row.agent_name,
        "from": row.origin,
        "about": row.about,
        "faq": row.faq,
        "guards": plan.guards,
        "reply_digest": None if plan.reply is None else digest(plan.reply),
        "written_digest": digest(row.argument or ""),
    }
