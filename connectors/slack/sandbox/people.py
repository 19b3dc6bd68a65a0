"""What people do in the sandbox: write, command, click, fill in forms; and what Slack then does.

Each act sends one request to the service, without holding the world's lock, and Slack sends none
of them again.
"""

import html
import json
from collections.abc import Mapping
from dataclasses import replace

from connectors.slack.sandbox import payloads
from connectors.slack.sandbox.answers import show_answer
from connectors.slack.sandbox.api_views import Modals
from connectors.slack.sandbox.block_kit import interactive
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.courier import Courier, Parcel
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.records import SLACKBOT, Address, Channel, Sent, User, View
from connectors.slack.sandbox.view_kit import complaint_about, inputs_of, state_of, values_of
from connectors.slack.sandbox.world import World

_TEXT_MAX = 12_000
_NO_ANSWER = "We had some trouble connecting. Try again?"


def _read_answer(sent: Sent) -> Json:
    """An answer's JSON object; empty if there is none. Raises SlackError if none can be read."""
    if sent.trouble:
        raise SlackError(sent.trouble)
    if not sent.answer.strip():
        return {}
    try:
        body = json.loads(sent.answer)
    except (ValueError, RecursionError):
        raise SlackError("invalid_answer") from None
    if not isinstance(body, dict):
        raise SlackError("invalid_answer")
    return body


class People:
    """Everybody's hands."""

    def __init__(self, world: World, courier: Courier, modals: Modals) -> None:
        self._world = world
        self._courier = courier
        self._modals = modals

    def who(self, key: str) -> User:
        """A person by id or handle; raises SlackError."""
        for user in self._world.people():
            if key in {user.id, user.handle} and not user.is_deleted:
                return user
        raise SlackError("user_not_found")

    def where(self, key: str, user: User) -> Channel:
        """A channel by id or name that a person is in; raises SlackError."""
        for channel in self._world.channels.values():
            if key and key in {channel.id, channel.name} and user.id in channel.members:
                return channel
        raise SlackError("channel_not_found")

    def say(self, who: str, where: str, text: str) -> Sent | None:
        """Write into a channel; what begins with a stroke is a command."""
        text = text.strip()[:_TEXT_MAX]
        with self._world.lock:
            user = self.who(who)
            channel = self.where(where, user)
            if not text:
                raise SlackError("no_text")
            if not text.startswith("/"):
                self._world.speak(channel.id, user.id, html.escape(text, quote=False))
                return None
            command, _, rest = text.partition(" ")
            if command != self._world.config.command:
                self._slackbot(user, channel, f"{command} is not a valid command.")
                return None
            typed = rest.strip()
            if self._world.config.escapes_commands:
                typed = html.escape(typed, quote=False)
            body = payloads.command_body(self._world, user, channel, command, typed)
        sent = self._courier.send(Parcel("slash_command", body, user=user.id))
        with self._world.lock:
            self._after_command(sent, user, channel, command)
        return sent

    def _after_command(self, sent: Sent, user: User, channel: Channel, command: str) -> None:
        if sent.trouble:
            self._slackbot(
                user, channel, f"{command} failed with the error \u201c{sent.trouble}\u201d."
            )
        elif sent.answer.strip():
            address = Address(user.id, channel.id, sent.at)
            try:
                body = _read_answer(sent)
            except SlackError:
                body = {"text": sent.answer}
            try:
                show_answer(self._world, address, body)
            except SlackError as refusal:
                self._slackbot(user, channel, f"{command} answered something wrong: {refusal.code}")

    def _slackbot(self, user: User, channel: Channel, text: str) -> None:
        self._world.speak(channel.id, SLACKBOT, text, only_for=user.id)

    def click(
        self, who: str, where: str, ts: str, action: str, *, block: str = "", value: object = None
    ) -> Sent:
        """Use a button or a choice in a message, named by `action_id` and perhaps `block_id`."""
        with self._world.lock:
            user = self.who(who)
            channel = self.where(where, user)
            message = self._world.messages[channel.id].get(ts)
            if message is None or message.only_for not in {"", user.id}:
                raise SlackError("message_not_found")
            frame, element = _find_element(message.blocks, action, block)
            state = {} if element["type"] == "button" else state_of(element, value)
            state.pop("type", None)
            body = payloads.click_body(self._world, user, message, frame, element, state)
        sent = self._courier.send(Parcel("block_actions", body, user=user.id))
        if sent.trouble:
            with self._world.lock:
                self._slackbot(
                    user, channel, f"That button didn't work: the app answered {sent.trouble}."
                )
        return sent

    def click_in_view(
        self, who: str, key: str, action: str, values: Mapping[str, object], *, block: str = ""
    ) -> Sent:
        """Use a button in the modal on top; what was typed stays."""
        with self._world.lock:
            user, view = self._view(who, key)
            frame, element = _find_element(view.content["blocks"], action, block)
            typed = values_of(view.content, values, view.typed)
            self._modals.put(replace(view, typed=typed))
            body = payloads.view_click_body(self._world, user, view, frame, element, typed)
        sent = self._courier.send(Parcel("block_actions", body, user=user.id))
        with self._world.lock:
            now = self._still_open(view)
            if sent.trouble and now is not None:
                self._modals.put(replace(now, trouble=_NO_ANSWER))
        return sent

    def _still_open(self, view: View) -> View | None:
        """A modal as it stands now, for the service may have changed or closed it meanwhile."""
        stack = self._world.views.get(view.user, [])
        return next((other for other in stack if other.id == view.id), None)

    def submit(self, who: str, key: str, values: Mapping[str, object]) -> Sent | None:
        """Send the modal on top, with values by block id; None if Slack itself finds it wrong."""
        with self._world.lock:
            user, view = self._view(who, key)
            typed = values_of(view.content, values, view.typed)
            errors = {}
            for block in inputs_of(view.content):
                own = block["block_id"]
                complaint = complaint_about(block, _plain(typed[own]))
                if complaint:
                    errors[own] = complaint
            view = self._modals.put(replace(view, typed=typed, errors=errors, trouble=""))
            if errors:
                return None
            body = payloads.submission_body(self._world, user, view, typed)
        sent = self._courier.send(Parcel("view_submission", body, user=user.id))
        with self._world.lock:
            self._after_submission(sent, view)
        return sent

    def _after_submission(self, sent: Sent, view: View) -> None:
        now = self._still_open(view)
        if now is None:
            return
        try:
            self._obey(now, _read_answer(sent))
        except SlackError:
            self._modals.put(replace(now, trouble=_NO_ANSWER))

    def _obey(self, view: View, body: Json) -> None:
        """Do what an answer to a submission says.

        https://docs.slack.dev/surfaces/modals#close_current_view
        """
        action = body.get("response_action")
        if action is None:
            self._drop(view)
        elif action == "clear":
            self._world.views[view.user] = []
        elif action == "errors":
            errors, known = body.get("errors"), {row["block_id"] for row in inputs_of(view.content)}
            if not isinstance(errors, dict) or not errors or not set(errors) <= known:
                raise SlackError("invalid_answer")
            told = {key: str(text) for key, text in errors.items()}
            self._modals.put(replace(view, errors=told))
        elif action == "update":
            self._modals.change(view, body.get("view"))
        elif action == "push":
            self._modals.push(view.user, body.get("view"))
        else:
            raise SlackError("invalid_answer")

    def close(self, who: str, key: str) -> Sent | None:
        """Close the modal on top; the service hears of it only where it asked to."""
        with self._world.lock:
            user, view = self._view(who, key)
            self._drop(view)
            if not view.content.get("notify_on_close"):
                return None
            body = payloads.closing_body(self._world, user, view, cleared=False)
        return self._courier.send(Parcel("view_closed", body, user=user.id))

    def _drop(self, view: View) -> None:
        stack = self._world.views[view.user]
        stack[:] = [other for other in stack if other.id != view.id]
        if view.content.get("clear_on_close"):
            stack.clear()

    def _view(self, who: str, key: str) -> tuple[User, View]:
        user = self.who(who)
        stack = self._world.views.get(user.id, [])
        if not stack or key not in {"", stack[-1].id}:
            raise SlackError("not_found")
        return user, stack[-1]


def _plain(entry: Mapping[str, Json]) -> object:
    """What stands in an input, empty if nothing does."""
    state = next(iter(entry.values()))
    return state.get("value") or state.get("selected_option") or state.get("selected_options")


def _find_element(blocks: object, action: str, block: str) -> tuple[Json, Json]:
    for frame in blocks if isinstance(blocks, (list, tuple)) else ():
        if block in {"", frame["block_id"]}:
            for element in interactive(frame):
                if element["action_id"] == action:
                    return frame, element
    raise SlackError("action_not_found")


def send_events(world: World, courier: Courier, event: Json) -> list[Sent]:
    """Send an event, and up to three times more where the service doesn't take it.

    https://docs.slack.dev/apis/events-api#retries ; Slack waits longer and longer between them,
    the sandbox doesn't. Call it without the world's lock.
    """
    with world.lock:
        body = payloads.event_body(world, event, world.new_number())
    sent = [courier.send(Parcel("event_callback", body, "application/json"))]
    while sent[-1].trouble and len(sent) <= 3:  # noqa: PLR2004 - the number is Slack's
        timed_out = sent[-1].trouble == "operation_timeout"
        reason = "http_timeout" if timed_out else "http_error"
        retry = len(sent)
        parcel = Parcel("event_callback", body, "application/json", retry=retry, reason=reason)
        sent.append(courier.send(parcel))
    return sent
