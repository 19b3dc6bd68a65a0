"""What people do in Slack: stored before Slack is answered, worked on by the durable queue.

A form is opened at once, for its trigger is good for three seconds; nothing is decided by that.
A pause is done at once too: the brake waits for no worker.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from connectors.errors import ConnectorError
from connectors.slack.app import Ack
from connectors.slack.cards import Action
from connectors.slack.commands import Call, Name, read_command
from connectors.slack.events import Act, Click, Command, Submission, to_json
from connectors.slack.forms import (
    choose_answer_form,
    edit_form,
    name_case_form,
    opened_in,
    reason_form,
)
from integration.clock import Clock
from integration.people import ChatOf
from integration.policy_folder import active_answers, active_policy
from integration.restriction import is_restricted_ticket_here
from integration.slack_brake import pull_at_door
from integration.store import Store, decisions, deliveries
from rules.by_hand import cases_by_hand

_KINDS = {Command: "command", Click: "click", Submission: "submission"}
_log = structlog.get_logger(__name__)

Form = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackIntake:
    """Takes what people do. `slash` is the command's name."""

    store: Store
    clock: Clock
    chat_of: ChatOf
    slash: str

    def take(self, act: Act) -> Ack:
        """Store it, once. Raises StoreUnavailable: then Slack tells the person so."""
        if isinstance(act, Click):
            form = _FORMS.get(act.action)
            if form is not None:
                return Ack(after=partial(self._open, act, form))
            if act.action == Action.OPEN:  # a link: Slack reports the click, nothing is asked
                return Ack()
        body = json.dumps(to_json(act)).encode()
        now = self.clock.now().timestamp()
        ticket_id, pause, said = self._ticket_of(act), self._pause_in(act), ""
        with self.store.write() as connection:
            stored = deliveries.insert(
                connection,
                {
                    "key": act.key,
                    "source": deliveries.SLACK,
                    "kind": _KINDS[type(act)],
                    "event_type": None,
                    "ticket_id": ticket_id,
                    "body": body,
                    "body_digest": hashlib.sha256(body).hexdigest(),
                    "received_at": now,
                    "state": deliveries.STORED,
                },
            )
            if stored is not None and pause is not None:
                said = pull_at_door(connection, self.clock, stored, *pause)
        _log.info(
            "intake.stored" if stored else "intake.known",
            request=act.key,
            delivery=stored,
            ticket=ticket_id,
            kind=_KINDS[type(act)],
        )
        return Ack(said=said)

    def _pause_in(self, act: Act) -> tuple[Command, Call] | None:
        """A pause that is done at once; a worker answers what asks for an unknown answer."""
        if not isinstance(act, Command):
            return None
        call = read_command(act.text, slash=self.slash)
        if not isinstance(call, Call) or call.name is not Name.PAUSE:
            return None
        known = call.answer is None or call.answer in active_answers(self.store)
        return (act, call) if known and self.chat_of(act.team) is not None else None

    def _ticket_of(self, act: Act) -> int | None:
        """The ticket that it is about: its lane."""
        if isinstance(act, Command):
            call = read_command(act.text, slash=self.slash)
            return call.ticket if isinstance(call, Call) else None
        with self.store.read() as connection:
            row = decisions.get(connection, act.value)
        return None if row is None else row.ticket_id

    def _open(self, click: Click, form: "Callable[[SlackIntake, str], Form]") -> None:
        """Open a form. If that fails, nothing is lost: the button is still there."""
        try:
            chat = self.chat_of(click.team)
            if chat is not None:
                chat.ask(click.trigger_id, opened_in(click.channel, form(self, click.value)))
        except ConnectorError as error:
            _log.warning("slack.form_not_opened", error=type(error).__name__)

    def edit(self, decision_id: str) -> Form:
        """The draft, to be changed; nothing of it where the ticket was restricted meanwhile."""
        reply = self._decided(decision_id).get("reply")
        return edit_form(decision_id, reply if isinstance(reply, str) else "")

    def another(self, decision_id: str) -> Form:
        """The answers there are."""
        policy = active_policy(self.store)
        faqs = policy.faqs if policy else ()
        return choose_answer_form(decision_id, [(faq.id, faq.title or faq.id) for faq in faqs])

    def not_this(self, decision_id: str) -> Form:
        """Why a guard is lifted."""
        return reason_form(
            Action.NOT_THIS, decision_id, "Lift the guard", "Why is this no case for special care?"
        )

    def name_case(self, decision_id: str) -> Form:
        """The packs in force, what was seen in the ticket first."""
        policy = active_policy(self.store)
        reasons = self._decided(decision_id).get("reasons") or ()
        seen = {str(reason["rule"]) for reason in reasons}
        packs = cases_by_hand(policy, seen) if policy else ()
        return name_case_form(decision_id, [(pack.id, pack.title) for pack in packs])

    def _decided(self, decision_id: str) -> dict[str, Any]:
        """A decision in full; empty where the ticket is restricted, or the text was erased."""
        with self.store.read() as connection:
            row = decisions.get(connection, decision_id)
            shown = row is not None and not is_restricted_ticket_here(connection, row.ticket_id)
            text = decisions.text_of(connection, decision_id)[1] if shown else None
        decided: dict[str, Any] = json.loads(text) if text else {}
        return decided


_FORMS: dict[str, Callable[[SlackIntake, str], Form]] = {
    Action.EDIT: SlackIntake.edit,
    Action.ANOTHER: SlackIntake.another,
    Action.NOT_THIS: SlackIntake.not_this,
    Action.NAME_CASE: SlackIntake.name_case,
}
