"""What the page shows, as values: the channels, the talk, the modal, the requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.mrkdwn import Reader
from connectors.slack.sandbox.records import Channel, Message, Sent, User, View
from connectors.slack.sandbox.view_kit import inputs_of, values_of
from connectors.slack.sandbox.world import BOT, World

_SHOWN = 200  # messages of a channel
_LOGGED = 30  # requests


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel in the list at the side; a talk is the one with the app alone."""

    channel: Channel
    name: str
    is_here: bool
    unread: int

    @property
    def is_locked(self) -> bool:
        """Whether a lock stands before the name."""
        return self.channel.is_private and not self.channel.partner


@dataclass(frozen=True, slots=True)
class Line:
    """A message with its author and the answers in its thread."""

    message: Message
    author: User
    at: datetime
    replies: tuple["Line", ...] = ()

    @property
    def anchor(self) -> str:
        """An id for the page, the same as long as the message stands."""
        return f"m{self.message.ts.replace('.', '-')}"

    @property
    def initials(self) -> str:
        """Up to two letters for the badge."""
        return "".join(part[0] for part in self.author.name.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that one person sees in one channel."""

    me: User
    here: Channel
    title: str
    people: tuple[User, ...]
    rows: tuple[ChannelRow, ...]
    lines: tuple[Line, ...]
    view: View | None
    typed: Json  # what stands in the modal's inputs, by block id
    sent: tuple[Sent, ...]
    trouble: str
    reader: Reader


def read_page(world: World, me: User, here: Channel) -> Page:
    """What a person sees in a channel, which is read by it. Call it under the world's lock."""
    seen = list(world.visible(here.id, me.id))[-_SHOWN:]
    if seen:
        world.read_marks[me.id, here.id] = seen[-1].ts
    view = next(reversed(world.views.get(me.id, [])), None)
    typed = values_of(view.content, {}, view.typed) if view else {}
    rows = [
        _row(world, me, channel, here)
        for channel in world.channels.values()
        if me.id in channel.members
    ]
    return Page(
        me=me,
        here=here,
        title=_name(world, here),
        people=tuple(world.people()),
        rows=tuple(row for row in rows if not row.channel.is_archived),
        lines=_lines(world, seen),
        view=view,
        typed={key: _value(entry) for key, entry in typed.items()},
        sent=tuple(reversed(world.sent[-_LOGGED:])),
        trouble=_trouble(world),
        reader=read_as(world, me),
    )


def read_as(world: World, me: User) -> Reader:
    """Who reads, and whom names mean."""
    return Reader(
        me.id,
        {user.id: user.name for user in world.users.values()},
        {channel.id: channel.name for channel in world.channels.values()},
        world.now(),
    )


def first_channel(world: World, me: User) -> Channel:
    """Where somebody begins: where the app is, else anywhere. Raises SlackError."""
    mine = [item for item in world.channels.values() if me.id in item.members]
    if not mine:
        raise SlackError("channel_not_found")
    return next((item for item in mine if BOT in item.members), mine[0])


def _name(world: World, channel: Channel) -> str:
    return world.config.app_name if channel.partner else channel.name


def _row(world: World, me: User, channel: Channel, here: Channel) -> ChannelRow:
    mark = world.read_marks.get((me.id, channel.id), "")
    visible = world.visible(channel.id, me.id)
    unread = sum(item.ts > mark and item.user != me.id for item in visible)
    return ChannelRow(channel, _name(world, channel), channel.id == here.id, unread)


def _lines(world: World, seen: list[Message]) -> tuple[Line, ...]:
    stamps = {message.ts for message in seen}
    tops = [item for item in seen if not _is_reply(item, stamps)]
    return tuple(
        _line(world, top, tuple(item for item in seen if item.thread_ts == top.ts != item.ts))
        for top in tops
    )


def _is_reply(message: Message, stamps: set[str]) -> bool:
    return message.thread_ts in stamps and message.thread_ts != message.ts


def _line(world: World, message: Message, replies: tuple[Message, ...] = ()) -> Line:
    at = datetime.fromtimestamp(float(message.ts), UTC)
    return Line(
        message, world.users[message.user], at, tuple(_line(world, item) for item in replies)
    )


def _value(entry: Mapping[str, Json]) -> object:
    """What stands in an input: a text, a value, or a list of values."""
    state = next(iter(entry.values()))
    if "value" in state:
        return state["value"] or ""
    if "selected_options" in state:
        return [row["value"] for row in state["selected_options"]]
    return (state["selected_option"] or {}).get("value", "")


def _trouble(world: World) -> str:
    """Why the service can't be reached, if its last request says so."""
    if world.request_url is None:
        return "No service is attached to this team."
    if world.sent and world.sent[-1].trouble:
        trouble = world.sent[-1].trouble
        status = f", HTTP {world.sent[-1].status}" if world.sent[-1].status else ""
        return f"The service doesn't answer as it should ({trouble}{status})."
    return ""


def form_values(view: View, given: dict[str, list[str]]) -> dict[str, object]:
    """What was typed into a modal's form, by block id; fields are named by their number."""
    values: dict[str, object] = {}
    for number, block in enumerate(inputs_of(view.content)):
        texts = given.get(f"input-{number}", [])
        several = block["element"]["type"] == "checkboxes"
        # browsers send line ends of two signs
        values[block["block_id"]] = (
            texts if several else (texts[0] if texts else "").replace("\r\n", "\n")
        )
    return values
