"""What people want in the console, done: by the durable queue, in the lane of its ticket.

As with the chat, what was wanted stands in the store before the browser is answered, so that it is
done once however often the button is pressed and whatever dies meanwhile.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from connectors.errors import Stop, StopKind
from connectors.ports import Agent
from integration.acting import Acting, Order
from integration.clock import Clock
from integration.judge import Judge
from integration.store import Store, deliveries
from integration.store.deliveries import DeliveryRow
from integration.wishes import ActKind, Declined, Wish
from rules.exchange import decision_to_json
from rules.model import Author, Comment, History, Requester, Ticket

ACT: Final = "act"
TRIAL: Final = "trial"
DRAFTS: Final = "drafts"
ORIGIN: Final = "console"


class UnreadableError(ValueError):
    """What is stored is no wish."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish with who has it, as it is stored."""

    wish: Wish
    agent: Agent

    def to_json(self) -> dict[str, Any]:
        """As it stands in a delivery's body."""
        wish, agent = self.wish, self.agent
        return {
            "kind": ACT,
            "act": wish.kind.value,
            "ticket": wish.ticket_id,
            "about": wish.about,
            "faq": wish.faq,
            "written": wish.written,
            "seen": wish.seen_at,
            "agent": {"id": agent.id, "name": agent.name, "lead": agent.is_lead},
        }


def wanted_from(body: dict[str, Any]) -> Wanted:
    """The way back; raises UnreadableError, and nothing else."""
    try:
        who = body["agent"]
        seen = body.get("seen")  # former releases stored none
        wish = Wish(
            ActKind(body["act"]),
            int(body["ticket"]),
            body["about"],
            body["faq"],
            body["written"],
            None if seen is None else float(seen),
        )
        return Wanted(wish, Agent(int(who["id"]), str(who["name"]), is_lead=bool(who["lead"])))
    except (KeyError, TypeError, ValueError):
        raise UnreadableError from None


@dataclass(frozen=True, slots=True)
class ConsoleWork:
    """Works on what was stored, for one worker."""

    store: Store
    acting: Acting
    judge: Judge
    clock: Clock
    drafted: Callable[[], dict[str, Any]]  # drafts from what the helpdesk keeps for answering
    agent_of: Callable[[int], Agent | None]  # as the helpdesk knows somebody now, by their id

    def advance(self, delivery: DeliveryRow) -> None:
        """Bring a delivery to its end; raises what `Acting.act` raises but for what it declines."""
        with self.store.read() as connection:
            body = deliveries.body_of(connection, delivery.id)
        try:
            told = self._done(delivery, _object(body))
        except UnreadableError:
            self._end(delivery, deliveries.UNREADABLE, None)
            return
        self._end(delivery, deliveries.DONE, json.dumps(told))

    def _done(self, delivery: DeliveryRow, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("kind") == TRIAL:
            return {"decision": self._tried(str(body.get("text", "")))}
        if body.get("kind") == DRAFTS:
            return self.drafted()
        wanted = wanted_from(body)
        key, round_ = delivery.key, delivery.round
        try:
            order = Order(wanted.wish, wanted.agent, key, delivery.id, ORIGIN, round_)
            if not self.acting.has_begun(order):
                order = replace(order, agent=self._agent(wanted))
            return {"done": True, "said": self.acting.act(order)}
        except Declined as said:
            return {"done": False, "said": str(said)}
        except Stop as stop:
            if stop.kind is not StopKind.GONE:
                raise
            said_so = "The helpdesk has no such ticket, or it was deleted."
            return {"done": False, "said": said_so}

    def _agent(self, wanted: Wanted) -> Agent:
        """Who wants it. Whether they may lift a guard is asked now: much may pass since a click."""
        if wanted.wish.kind is not ActKind.CLEAR:
            return wanted.agent
        agent = self.agent_of(wanted.agent.id)
        if agent is None:
            raise Declined("Nothing is lifted: you are no active agent of the helpdesk any more.")
        return agent

    def _tried(self, text: str) -> dict[str, Any]:
        """What would be decided about a message that nobody sent. Nothing is recorded of it."""
        now = self.clock.now()
        decision = self.judge.ready().decide(trial_ticket(text, now), History(), now)
        return decision_to_json(decision)

    def _end(self, delivery: DeliveryRow, state: str, said: str | None) -> None:
        with self.store.write() as connection:
            if said is not None:
                deliveries.answer(connection, delivery.id, said)
            now = self.clock.now().timestamp()
            deliveries.finish(connection, delivery.id, state, now=now)


def trial_ticket(text: str, now: datetime) -> Ticket:
    """A ticket that holds one message alone, as if it had just come by mail."""
    message = Comment(Author.REQUESTER, text, id="1", created_at=now)
    requester = Requester(name="Sam Sample")
    return Ticket("0", "", (message,), created_at=now, requester=requester)


def _object(body: bytes | None) -> dict[str, Any]:
    try:
        value = json.loads(body or b"null")
    except ValueError:
        raise UnreadableError from None
    if not isinstance(value, dict):
        raise UnreadableError
    return value
