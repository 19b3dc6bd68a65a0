"""The addresses at which commands and clicks are answered.

https://docs.slack.dev/interactivity/handling-user-interaction : five answers within 30 minutes.
What comes back for a used-up address is not documented: 404 with `used_url` or `expired_url`.
"""

from dataclasses import replace

from flask import Response, request

from connectors.slack.sandbox.api_chat import read_blocks
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.gate import Gate, json_response, read_arguments
from connectors.slack.sandbox.records import Address, Message
from connectors.slack.sandbox.world import BOT, World

_LIFE_S = 1800
_USES = 5
_TEXT_MAX = 40_000


def is_true(value: object) -> bool:
    """A truth value as JSON, or as text in JSON."""
    return value is True or value == "true"


def show_answer(world: World, address: Address, body: Json) -> None:
    """Do what an answer says: a new message, another content, or a message gone.

    Call it under the world's lock; raises SlackError.
    """
    own = world.messages[address.channel].get(address.message)
    if own is not None and is_true(body.get("delete_original")):
        del world.messages[address.channel][own.ts]
        return
    text, given = body.get("text") or "", body.get("blocks")
    blocks = read_blocks(world, given) if given else ()
    if not isinstance(text, str) or (not text.strip() and not blocks):
        raise SlackError("no_text")
    if len(text) > _TEXT_MAX:
        raise SlackError("msg_too_long")
    if own is not None and is_true(body.get("replace_original")):
        edited = f"{world.now().timestamp():.6f}"
        world.put_message(replace(own, text=text, blocks=blocks, edited_ts=edited))
        return
    loud = body.get("response_type") == "in_channel"
    thread = body.get("thread_ts")
    world.put_message(
        Message(
            world.new_stamp(address.channel),
            address.channel,
            BOT,
            text,
            blocks,
            thread_ts=thread if isinstance(thread, str) else "",
            only_for="" if loud else address.user,
            autolinks=body.get("parse") != "none",
        )
    )


class AnswerDesk:
    """Takes what is posted to the addresses."""

    def __init__(self, world: World, gate: Gate) -> None:
        self._world = world
        self._gate = gate

    def take(self, key: str) -> Response:
        """`POST /response/…`; faults of the method `response_url` apply."""
        return self._gate.suffer("response_url", lambda: self._answer(key))

    def _answer(self, key: str) -> Response:
        world = self._world
        channel = ""
        try:
            body = read_arguments(request.get_data())
            with world.lock:
                address = self._usable(key)
                channel = address.channel
                show_answer(world, address, body)
                world.addresses[key] = replace(address, used=address.used + 1)
        except SlackError as refusal:
            gone = refusal.code in {"used_url", "expired_url", "no_such_url"}
            with world.lock:
                world.note_call("response_url", channel, refusal.code)
            return json_response(refusal.body, 404 if gone else 400)
        with world.lock:
            world.note_call("response_url", channel, "")
        return Response("ok", 200, content_type="text/plain")

    def _usable(self, key: str) -> Address:
        address = self._world.addresses.get(key)
        if address is None:
            raise SlackError("no_such_url")
        if (self._world.now() - address.issued_at).total_seconds() > _LIFE_S:
            raise SlackError("expired_url")
        if address.used >= _USES:
            raise SlackError("used_url")
        return address
