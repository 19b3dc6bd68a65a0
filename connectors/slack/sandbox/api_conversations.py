"""`conversations.…`: channels, who is in them and what was written there.

https://docs.slack.dev/reference/methods/conversations.list and its neighbours.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from connectors.slack.sandbox.api_chat import find_channel
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.gate import Call, Gate
from connectors.slack.sandbox.records import Channel
from connectors.slack.sandbox.wire import channel_json, message_json
from connectors.slack.sandbox.world import BOT, World

_PAGE = 100
_PAGE_MAX = 999
# The scope that opens each kind of conversation, for reading about it and for reading in it.
_KINDS: Final = {
    "public_channel": ("channels:read", "channels:history"),
    "private_channel": ("groups:read", "groups:history"),
    "im": ("im:read", "im:history"),
}
_STAMP: Final = re.compile(r"(\d{1,11})(?:\.(\d{1,6}))?", re.ASCII)


def _kind(channel: Channel) -> str:
    if channel.partner:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _cursor(text: str | None) -> int:
    """The place that a cursor points to; raises SlackError."""
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text.encode()).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None


def _page(rows: Sequence[Json], call: Call, name: str) -> Json:
    start = max(0, _cursor(call.option("cursor")))
    end = start + call.number("limit", _PAGE, _PAGE_MAX)
    more = end < len(rows)
    cursor = base64.urlsafe_b64encode(f"next:{end}".encode()).decode() if more else ""
    return {
        name: list(rows[start:end]),
        "has_more": more,
        "response_metadata": {"next_cursor": cursor},
    }


def _micros(text: str | None, refusal: str) -> int | None:
    """A time stamp in microseconds; raises SlackError."""
    if not text:
        return None
    match = _STAMP.fullmatch(text)
    if match is None:
        raise SlackError(refusal)
    return int(match[1]) * 1_000_000 + int((match[2] or "").ljust(6, "0"))


class ConversationMethods:
    """The methods; registered by `register`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def list(self, call: Call) -> Json:
        """`conversations.list`: public channels, and the private ones that the app is in."""
        kinds = (call.option("types") or "public_channel").replace(" ", "").split(",")
        if not set(kinds) <= _KINDS.keys() | {"mpim"}:
            raise SlackError("invalid_types")
        for kind in kinds:
            if kind in _KINDS:
                call.demand(_KINDS[kind][0])
        hidden = call.flag("exclude_archived")
        rows = [
            channel_json(channel)
            for channel in self._world.channels.values()
            if _kind(channel) in kinds
            and not (hidden and channel.is_archived)
            and (not channel.is_private or BOT in channel.members)
        ]
        page = _page(rows, call, "channels")
        del page["has_more"]
        return page

    def info(self, call: Call) -> Json:
        """`conversations.info`."""
        channel = find_channel(self._world, call.text("channel"))
        call.demand(_KINDS[_kind(channel)][0])
        return {"channel": channel_json(channel)}

    def history(self, call: Call) -> Json:
        """`conversations.history`: newest first, without threads and without whispers."""
        channel = find_channel(self._world, call.text("channel"))
        call.demand(_KINDS[_kind(channel)][1])
        if BOT not in channel.members:
            raise SlackError("not_in_channel")
        oldest = _micros(call.option("oldest"), "invalid_ts_oldest")
        latest = _micros(call.option("latest"), "invalid_ts_latest")
        inclusive = call.flag("inclusive")
        wide = call.flag("include_all_metadata")
        rows = []
        for message in reversed(self._world.messages[channel.id].values()):
            at = _micros(message.ts, "") or 0
            early = oldest is not None and (at < oldest or (at == oldest and not inclusive))
            late = latest is not None and (at > latest or (at == latest and not inclusive))
            is_reply = message.thread_ts not in {"", message.ts}
            if not (early or late or is_reply or message.only_for):
                rows.append(message_json(message, with_metadata=wide))
        return {**_page(rows, call, "messages"), "pin_count": 0}

    def join(self, call: Call) -> Json:
        """`conversations.join`: public channels alone."""
        channel = find_channel(self._world, call.text("channel"))
        if channel.is_private:
            raise SlackError("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise SlackError("is_archived")
        joined = replace(channel, members=channel.members | {BOT})
        return {"channel": channel_json(self._world.put_channel(joined))}

    def open(self, call: Call) -> Json:
        """`conversations.open`: the talk with one person."""
        users = (call.option("users") or "").replace(" ", "").split(",")
        if users == [""]:
            raise SlackError("users_list_not_supplied")
        user = self._world.users.get(users[0])
        if len(users) > 1 or user is None or user.is_bot or user.is_deleted:
            raise SlackError("user_not_found")
        channel = self._world.conversation_of(user.id)
        shown = channel_json(channel)
        return {"channel": shown if call.flag("return_im") else {"id": channel.id}}


def register(gate: Gate, world: World) -> None:
    """Register the methods."""
    methods = ConversationMethods(world)
    gate.on("conversations.list", methods.list)
    gate.on("conversations.info", methods.info)
    gate.on("conversations.history", methods.history)
    gate.on("conversations.join", methods.join, "channels:join")
    gate.on("conversations.open", methods.open, "im:write")
