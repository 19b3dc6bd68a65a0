"""What people asked for in Slack, done: by the durable queue, in the lane of its ticket.

What was asked for is done once, and told once: but twice if a worker dies right after it was shown.
"""

import json
from contextlib import suppress
from dataclasses import dataclass

import structlog

from connectors.chat import Chat, Message
from connectors.errors import AskPerson, ConnectorError, OutcomeUnknown, Stop, StopKind
from connectors.ports import Agent
from connectors.slack.cards import Action, Plain
from connectors.slack.commands import Call, Misread, Name, read_command
from connectors.slack.events import Act, Click, Command, Submission, UnreadableError, from_json
from connectors.slack.forms import ANSWER_FIELD, REASON_FIELD, REPLY_FIELD
from connectors.slack.messages import message_of
from integration.acting import Acting, Order
from integration.clock import Clock
from integration.effects import FuseBlown
from integration.people import ChatOf, People, is_remembered
from integration.put_off import put_off
from integration.settling import Refused
from integration.slack_answers import SHOWING, Desk, shown
from integration.slack_brake import SlackBrake
from integration.store import Store, decisions, deliveries, posts
from integration.store.deliveries import DeliveryRow
from integration.wishes import ActKind, Declined, Wish

_log = structlog.get_logger(__name__)

_CLICKS = {
    Action.TAKE: ActKind.TAKE,
    Action.SEND: ActKind.SEND,
    Action.NOT_A_QUESTION: ActKind.REFUSE,
    Action.ESCALATE: ActKind.ESCALATE,
}
_FORMS = {
    Action.EDIT: ActKind.EDIT,
    Action.ANOTHER: ActKind.ANOTHER,
    Action.NOT_THIS: ActKind.CLEAR,
    Action.NAME_CASE: ActKind.CORRECT,
}
_COMMANDS = {
    Name.REPLY: ActKind.REPLY,
    Name.CORRECT: ActKind.CORRECT,
    Name.CLEAR: ActKind.CLEAR,
    Name.TAKE: ActKind.TAKE,
}


@dataclass(frozen=True, slots=True)
class SlackWork:
    """Works on what was stored, for one worker."""

    store: Store
    acting: Acting
    people: People
    chat_of: ChatOf
    desk: Desk
    clock: Clock
    slash: str

    def advance(self, delivery: DeliveryRow) -> None:
        """Bring a delivery to its end; raises what `Triage.advance` raises."""
        with self.store.read() as connection:
            body = deliveries.body_of(connection, delivery.id)
        try:
            act = from_json(json.loads(body or b"null"))
        except (UnreadableError, ValueError):
            self._end(delivery, deliveries.UNREADABLE)
            return
        answer: Plain | None
        try:
            answer, done = self._answer(delivery, act), True
        except Declined as said:
            answer, done = Plain(str(said)), False
        except Refused:
            self._tell(act, "The helpdesk refused it. It is on the list of failures.")
            raise
        except FuseBlown:
            self._tell_first(delivery, act, _FUSE)
            raise
        except ConnectorError as error:
            self._tell_first(delivery, act, put_off(error))
            raise
        if answer is not None:
            shares = isinstance(act, Click) and act.action == Action.SHARE
            self._say(act, answer, everybody=shares)
        # The same button may be pressed again when what was in the way is gone.
        self._end(delivery, deliveries.DONE, again=not done and isinstance(act, Click))

    def _answer(self, delivery: DeliveryRow, act: Act) -> Plain | None:
        """Do what is asked; the sentences for the person, None if told. Raises Declined."""
        try:
            if isinstance(act, Command):
                return self._command(delivery, act)
            if isinstance(act, Click):
                return self._click(delivery, act)
            return self._submission(delivery, act)
        except Stop as stop:
            if stop.kind is not StopKind.GONE:
                raise
            raise Declined("The helpdesk has no such ticket, or it was deleted.") from stop

    def _command(self, delivery: DeliveryRow, command: Command) -> Plain | None:
        call = read_command(command.text, slash=self.slash)
        if isinstance(call, Misread):
            return Plain(call.sentence)
        if call.name is Name.PAUSE:
            return self._pause(delivery, command, call)
        if call.name in SHOWING:
            self._let_look(command, call)
            return shown(self.desk, call, share=_shareable(command.text.strip()))
        agent = self.people.agent_of(command.team, command.user)
        if call.name is Name.RESUME:
            return Plain(self._brake.release(delivery, agent, call))
        wish = Wish(
            _COMMANDS[call.name],
            call.ticket or 0,
            faq=call.answer,
            written=call.text,
            seen_at=delivery.received_at,
        )
        return self._act(delivery, agent, wish, command.key)

    def _let_look(self, command: Command, call: Call) -> None:
        """Raises Declined for who is no agent.

        While nobody can say who somebody is, whoever was an agent of late is answered what holds no
        words of customers; and everybody, what the commands are.
        """
        try:
            self.people.agent_of(command.team, command.user)
        except ConnectorError:
            if call.name is Name.HELP:
                return
            known = is_remembered(self.store, self.clock, command.team, command.user)
            if call.name is Name.WHY or not known:
                raise

    def _click(self, delivery: DeliveryRow, click: Click) -> Plain:
        agent = self.people.agent_of(click.team, click.user)
        if click.action == Action.SHARE:
            call = read_command(click.value, slash=self.slash)
            if isinstance(call, Misread) or call.name not in SHOWING:
                raise Declined("This can't be shown again.")
            return shown(self.desk, call)
        ticket_id = self._ticket_of(click.value)
        if click.action == Action.WHY:
            call = Call(Name.WHY, ticket_id)
            return shown(self.desk, call, share=f"{Name.WHY} {ticket_id}")
        kind = _CLICKS.get(Action(click.action)) if click.action in _KNOWN else None
        if kind is None:
            raise Declined("This button is of another release. Use the command instead.")
        return self._act(delivery, agent, Wish(kind, ticket_id, click.value), click.key)

    def _submission(self, delivery: DeliveryRow, form: Submission) -> Plain:
        agent = self.people.agent_of(form.team, form.user)
        kind = _FORMS.get(Action(form.callback)) if form.callback in _KNOWN else None
        if kind is None:
            raise Declined("This form is of another release. Use the command instead.")
        written = form.fields.get(REPLY_FIELD) or form.fields.get(REASON_FIELD) or ""
        ticket_id = self._ticket_of(form.value)
        wish = Wish(kind, ticket_id, form.value, form.fields.get(ANSWER_FIELD), written)
        return self._act(delivery, agent, wish, form.key)

    def _act(self, delivery: DeliveryRow, agent: Agent, wish: Wish, key: str) -> Plain:
        order = Order(wish, agent, key, delivery.id, round=delivery.round)
        return Plain(self.acting.act(order))

    def _ticket_of(self, decision_id: str) -> int:
        with self.store.read() as connection:
            row = decisions.get(connection, decision_id)
        if row is None:
            raise Declined("What this card is about is kept no longer.")
        return row.ticket_id

    def _pause(self, delivery: DeliveryRow, command: Command, call: Call) -> Plain | None:
        """What was pulled and told at the door only wants a name for the ledger."""
        if self._brake.name_puller(delivery, command):
            return None
        if call.answer is not None and self.desk.policy().faq(call.answer) is None:
            raise Declined(
                f"There is no answer “{call.answer}”. `search` finds the ones there are."
            )
        return Plain(self._brake.pull(delivery, command, call))

    @property
    def _brake(self) -> SlackBrake:
        return SlackBrake(self.store, self.people, self.clock)

    def _tell_first(self, delivery: DeliveryRow, act: Act, said: str) -> None:
        """Tell why it waits, after the first attempt alone."""
        if delivery.attempts == 0:
            self._tell(act, said)

    def _tell(self, act: Act, said: str) -> None:
        """Tell what is on its way to be done or on the list, whether this shows or not."""
        with suppress(ConnectorError):
            self._say(act, Plain(said), everybody=False)

    def _say(self, act: Act, answer: Plain, *, everybody: bool) -> None:
        """Show the answer to the person. What can't be shown any more is not worth a failure."""
        chat = self.chat_of(act.team)
        if chat is None:
            return
        message = message_of(answer, self.clock.now())
        try:
            if isinstance(act, Submission):
                self._whisper(chat, act, message)
            else:
                chat.answer(act.response_url, message, everybody=everybody)
        except (Stop, OutcomeUnknown) as error:
            _log.warning("slack.answer_not_shown", error=type(error).__name__)
            if isinstance(error, Stop) and not isinstance(act, Submission):
                self._say_late(chat, act, message)

    def _say_late(self, chat: Chat, act: Command | Click, message: Message) -> None:
        """Its address is used up or too old; there is the channel still, if the app is in it."""
        try:
            chat.whisper(act.channel, act.user, message)
        except (Stop, OutcomeUnknown, AskPerson) as error:
            _log.warning("slack.answer_not_shown", error=type(error).__name__)

    def _whisper(self, chat: Chat, form: Submission, message: Message) -> None:
        """A form has no address of its own: its answer stands where it was opened."""
        with self.store.read() as connection:
            channel = form.opened_in or posts.channel_of(connection, form.value)
        if channel:
            chat.whisper(channel, form.user, message)
        else:
            _log.warning("slack.answer_not_shown", error="no channel")

    def _end(self, delivery: DeliveryRow, state: str, *, again: bool = False) -> None:
        with self.store.write() as connection:
            now = self.clock.now().timestamp()
            if again:
                deliveries.release_key(connection, delivery.id)
            deliveries.finish(connection, delivery.id, state, now=now)


def _shareable(text: str) -> str | None:
    """A button carries so much and no more; a longer command can only be typed again."""
    return text if len(text) <= _LONGEST_VALUE else None


_LONGEST_VALUE = 200
_FUSE = (
    "Too much was written to this ticket in a short time. What you asked for is kept and tried "
    "again by itself; see on the ticket what keeps changing it."
)
_KNOWN = frozenset(Action)
