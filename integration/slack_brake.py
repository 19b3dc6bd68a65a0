"""The brake, moved from Slack: pulled at the door, released by a lead through the queue.

Off is off within a second, so a pause waits for no worker and asks nobody who somebody is: it is
done in the transaction that stores the command, for whoever the workspace lets give it. Pulling is
always safe; releasing is not, so that is for leads, whom the helpdesk names.
"""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from connectors.errors import ConnectorError
from connectors.ports import Agent
from connectors.slack.commands import Call
from connectors.slack.events import Command
from integration import ledger
from integration.brake import PulledSince, read_brake, set_brake, still_stopped
from integration.clock import Clock, iso
from integration.people import People
from integration.store import Store, deliveries, lock_head
from integration.store.deliveries import DeliveryRow
from integration.wishes import Declined


def pull_at_door(
    connection: sa.Connection, clock: Clock, delivery_id: int, command: Command, call: Call
) -> str:
    """Pull it for a command that was just stored; the sentence that Slack shows at once."""
    said = f"{_what(call)} are paused. Decisions and notes go on."
    set_brake(connection, clock.now(), _user(command), pulled=True, answer=call.answer)
    deliveries.answer(connection, delivery_id, json.dumps({"said": said, "shown": True}))
    return said


@dataclass(frozen=True, slots=True)
class SlackBrake:
    """What a worker does about it."""

    store: Store
    people: People
    clock: Clock

    def name_puller(self, delivery: DeliveryRow, command: Command) -> bool:
        """Whether it was pulled at the door; then the ledger gets the person's name, if known."""
        with self.store.read() as connection:
            before = json.loads(deliveries.said_of(connection, delivery.id) or "{}")
        if not before.get("shown"):
            return False
        name = self._name_of(command)
        if name is not None and not before.get("named"):
            with self.store.write() as connection:
                entry = ledger.Entry("paused_by", {"by": name, "user": _user(command)})
                ledger.append(connection, iso(self.clock.now()), [entry])
                said = json.dumps({**before, "named": True})
                deliveries.answer(connection, delivery.id, said)
        return True

    def pull(self, delivery: DeliveryRow, command: Command, call: Call) -> str:
        """What the door left: if nobody can say who somebody is, it is pulled all the same.

        Raises Declined for who is known to be no agent.
        """
        try:
            by = self.people.agent_of(command.team, command.user).name
        except ConnectorError:
            by = _user(command)
        return self._move(delivery, by, call, pulled=True)

    def release(self, delivery: DeliveryRow, agent: Agent, call: Call) -> str:
        """Release it. Raises Declined."""
        if not agent.is_lead:
            raise Declined(
                "Only a lead lets automatic replies go out again: an administrator of the "
                "helpdesk, or an agent with the tag deskclerk_lead there."
            )
        return self._move(delivery, agent.name, call, pulled=False)

    def _name_of(self, command: Command) -> str | None:
        try:
            return self.people.agent_of(command.team, command.user).name
        except (ConnectorError, Declined):
            return None

    def _move(self, delivery: DeliveryRow, by: str, call: Call, *, pulled: bool) -> str:
        """Move the brake, once: a delivery that is run again undoes nothing that came after it."""
        what = _what(call)
        said = f"{what} {'are paused. Decisions and notes go on.' if pulled else 'go out again.'}"
        now, asked_at = self.clock.now(), delivery.received_at
        with self.store.write() as connection:
            lock_head(connection)
            before = deliveries.said_of(connection, delivery.id)
            if before is not None:
                return f"{json.loads(before)['said']} `status` shows how it stands now."
            try:
                set_brake(connection, now, by, pulled=pulled, answer=call.answer, asked_at=asked_at)
            except PulledSince:
                raise Declined(
                    f"{what} were paused after you asked for this, so they stay paused. See why, "
                    "then resume again."
                ) from None
            if not pulled:
                said += still_stopped(read_brake(connection), call.answer)
            deliveries.answer(connection, delivery.id, json.dumps({"said": said}))
        return said


def _what(call: Call) -> str:
    return f"Automatic replies with “{call.answer}”" if call.answer else "Automatic replies"


def _user(command: Command) -> str:
    return f"Slack user {command.user}"
