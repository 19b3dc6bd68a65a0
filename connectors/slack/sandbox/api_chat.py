"""`chat.…`: messages written, changed and taken back by the app.

https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

import json
import re
from dataclasses import replace
from typing import Final

from connectors.slack.sandbox.block_kit import MESSAGE_BLOCKS, check_blocks, is_too_long
from connectors.slack.sandbox.checking import Check
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError, invalid_arguments
from connectors.slack.sandbox.gate import Call, Gate
from connectors.slack.sandbox.rates import PostRates
from connectors.slack.sandbox.records import Channel, Message
from connectors.slack.sandbox.wire import message_json
from connectors.slack.sandbox.world import BOT, World

_TEXT_MAX = 40_000
_UPDATED_TEXT_MAX = 4_000  # bytes, and of chat.update alone; stricter than what is documented
_METADATA_MAX = 16_000
_EVENT_TYPE: Final = re.compile(r"[a-z0-9_]{1,255}", re.ASCII)


def read_blocks(world: World, given: object) -> tuple[Json, ...]:
    """Checked blocks with all ids; raises SlackError."""
    check = Check()
    blocks = check_blocks(given, check, lambda: f"b{world.new_number()}", most=MESSAGE_BLOCKS)
    if check.problems:
        messages = [f"[ERROR] {problem}" for problem in check.problems]
        raise SlackError(
            "invalid_blocks", errors=check.problems, response_metadata={"messages": messages}
        )
    if is_too_long(check):
        raise SlackError("msg_blocks_too_long")
    return blocks


def _read_metadata(given: object) -> Json | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not _EVENT_TYPE.fullmatch(str(given.get("event_type"))):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given)) > _METADATA_MAX:
        raise SlackError("metadata_too_large")
    return given


def _refuse_unknown(call: Call) -> None:
    if call.args.get("attachments"):
        raise invalid_arguments("attachments are not part of this sandbox")


def find_channel(world: World, key: str) -> Channel:
    """A channel that the app may know of, by its id; a person's id means the talk with them."""
    if key in world.users and not world.users[key].is_bot:
        return world.conversation_of(key)
    channel = world.channels.get(key)
    if channel is None or (channel.is_private and BOT not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def _writable(world: World, call: Call) -> Channel:
    channel = find_channel(world, call.text("channel"))
    if BOT not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _content(world: World, call: Call, most: int) -> tuple[str, tuple[Json, ...]]:
    _refuse_unknown(call)
    text = call.option("text") or ""
    given = call.args.get("blocks")
    blocks = read_blocks(world, given) if given else ()
    if not text.strip() and not blocks:
        raise SlackError("no_text")
    if len(text) > most:
        raise SlackError("msg_too_long")
    return text, blocks


class ChatMethods:
    """The methods; registered by `register`."""

    def __init__(self, world: World, rates: PostRates) -> None:
        self._world = world
        self._rates = rates

    def post(self, call: Call) -> Json:
        """`chat.postMessage`."""
        world = self._world
        channel = _writable(world, call)
        self._rates.take(channel.id)
        text, blocks = _content(world, call, _TEXT_MAX)
        thread = call.option("thread_ts") or ""
        if thread and thread not in world.messages[channel.id]:
            raise SlackError("cannot_reply_to_message")
        message = world.put_message(
            Message(
                world.new_stamp(channel.id),
                channel.id,
                BOT,
                text,
                blocks,
                _read_metadata(call.args.get("metadata")),
                thread,
                autolinks=call.args.get("parse") != "none",
            )
        )
        return {"channel": channel.id, "ts": message.ts, "message": message_json(message)}

    def update(self, call: Call) -> Json:
        """`chat.update`; blocks that aren't named stay, an empty list removes them."""
        world = self._world
        channel = _writable(world, call)
        message = self._own(channel, call.text("ts"), "cant_update_message")
        text = call.option("text")
        if text is not None and len(text.encode(errors="replace")) > _UPDATED_TEXT_MAX:
            raise SlackError("msg_too_long")
        if call.args.get("blocks") is None:
            _refuse_unknown(call)
            blocks = message.blocks
            if not text:
                raise SlackError("no_text")
        else:
            text, blocks = _content(world, call, _TEXT_MAX)
        metadata = call.args.get("metadata")
        changed = replace(
            message,
            text=message.text if text is None else text,
            blocks=blocks,
            metadata=message.metadata if metadata is None else _read_metadata(metadata),
            edited_ts=f"{world.now().timestamp():.6f}",
        )
        world.put_message(changed)
        return {
            "channel": channel.id,
            "ts": changed.ts,
            "text": changed.text,
            "message": message_json(changed),
        }

    def delete(self, call: Call) -> Json:
        """`chat.delete`."""
        channel = _writable(self._world, call)
        message = self._own(channel, call.text("ts"), "cant_delete_message")
        del self._world.messages[channel.id][message.ts]
        return {"channel": channel.id, "ts": message.ts}

    def whisper(self, call: Call) -> Json:
        """`chat.postEphemeral`."""
        world = self._world
        channel = _writable(world, call)
        user = call.text("user")
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        text, blocks = _content(world, call, _TEXT_MAX)
        message = world.put_message(
            Message(world.new_stamp(channel.id), channel.id, BOT, text, blocks, only_for=user)
        )
        return {"message_ts": message.ts}

    def _own(self, channel: Channel, ts: str, refusal: str) -> Message:
        message = self._world.messages[channel.id].get(ts)
        if message is None or message.only_for:
            raise SlackError("message_not_found")
        if message.user != BOT:
            raise SlackError(refusal)
        return message


def register(gate: Gate, world: World, rates: PostRates) -> None:
    """Register the methods."""
    methods = ChatMethods(world, rates)
    gate.on("chat.postMessage", methods.post, "chat:write")
    gate.on("chat.update", methods.update, "chat:write")
    gate.on("chat.delete", methods.delete, "chat:write")
    gate.on("chat.postEphemeral", methods.whisper, "chat:write")
