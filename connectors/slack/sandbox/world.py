"""The state of the sandbox Slack: who and what is there, and the clock."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.slack.sandbox.config import ChannelSeed, Json, SlackSandboxConfig, UserSeed
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.records import (
    SLACKBOT,
    Address,
    Channel,
    Code,
    Message,
    Sent,
    Token,
    Trigger,
    User,
    View,
)

TEAM = "T0SANDBOX"
APP = "A0SANDBOX"
BOT = "U0APP"
BOT_ID = "B0APP"
_TRIGGER_S = 3.0  # https://docs.slack.dev/interactivity/handling-user-interaction
_KEPT = 2000  # requests and calls that are remembered


def _id_of(letter: str, name: str) -> str:
    return f"{letter}0{''.join(sign for sign in name.upper() if sign.isascii() and sign.isalnum())}"


class World:
    """Everything there is. Read and change it under `lock`."""

    def __init__(self, config: SlackSandboxConfig) -> None:
        self.config = config
        self.lock = threading.RLock()
        self.base_url = "http://127.0.0.1"
        self.request_url = config.request_url
        self.rates = config.rates
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.views: dict[str, list[View]] = {}  # by user; the last one is on top
        self.triggers: dict[str, Trigger] = {}
        self.addresses: dict[str, Address] = {}
        self.tokens = {config.bot_token: Token(config.scopes)}
        self.codes: dict[str, Code] = {}
        self.sent: list[Sent] = []
        self.calls: list[Json] = []  # of the Web API: method, error, time
        self.read_marks: dict[tuple[str, str], str] = {}
        self._ahead = timedelta()
        self._count = 0
        self._seed()

    def _seed(self) -> None:
        config = self.config
        self.users[SLACKBOT] = User(SLACKBOT, "slackbot", "Slackbot", is_bot=True)
        self.users[BOT] = User(BOT, config.app_name.lower(), config.app_name, is_bot=True)
        for seed in config.users:
            self.add_user(seed)
        for channel in config.channels:
            self.add_channel(channel)

    def add_user(self, seed: UserSeed) -> User:
        """A new user of the team; joins no channel."""
        user = User(
            _id_of("U", seed.handle),
            seed.handle,
            seed.name,
            seed.email,
            seed.is_confirmed,
            seed.is_admin,
            seed.is_guest,
        )
        self.users[user.id] = user
        return user

    def add_channel(self, seed: ChannelSeed) -> Channel:
        """A new channel, with everybody in it who belongs there."""
        members = {user.id for user in self.people() if seed.has_guests or not user.is_guest}
        if seed.has_app:
            members.add(BOT)
        key = _id_of("C", seed.name)
        created = int(self.now().timestamp())
        return self.put_channel(
            Channel(key, seed.name, frozenset(members), created, seed.topic, seed.is_private)
        )

    def put_channel(self, channel: Channel) -> Channel:
        """Add a channel, or replace it."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        return channel

    def people(self) -> list[User]:
        """Everybody who isn't a bot, in the order in which they came."""
        return [user for user in self.users.values() if not user.is_bot]

    def now(self) -> datetime:
        """The sandbox's own time."""
        return self.config.clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        self._ahead += timedelta(seconds=seconds)

    def new_number(self) -> int:
        """A number that was not used before."""
        self._count += 1
        return self._count

    def new_stamp(self, channel: str) -> str:
        """A message's time stamp: its time in microseconds, later than all others there."""
        micros = int(self.now().timestamp() * 1_000_000)
        last = next(reversed(self.messages[channel]), "0.000000")
        seconds, _, rest = last.partition(".")
        micros = max(micros, int(seconds) * 1_000_000 + int(rest) + 1)
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def put_message(self, message: Message) -> Message:
        """Add a message, or replace it."""
        self.messages[message.channel][message.ts] = message
        return message

    def speak(self, channel: str, user: str, text: str, *, only_for: str = "") -> Message:
        """A message without blocks."""
        return self.put_message(
            Message(self.new_stamp(channel), channel, user, text, only_for=only_for, autolinks=True)
        )

    def conversation_of(self, user: str) -> Channel:
        """The conversation of the app and one person, made if it isn't there."""
        key = f"D{user[1:]}"
        if key not in self.channels:
            created = int(self.now().timestamp())
            pair = frozenset({BOT, user})
            self.put_channel(Channel(key, "", pair, created, is_private=True, partner=user))
        return self.channels[key]

    def visible(self, channel: str, user: str) -> Iterator[Message]:
        """The messages of a channel that a user sees, oldest first."""
        for message in self.messages[channel].values():
            if message.only_for in {"", user}:
                yield message

    def new_trigger(self, user: str, view: str = "") -> str:
        """The right to open a modal for a user within three seconds."""
        text = f"{self.new_number()}.{TEAM[2:]}.{len(self.triggers):032x}"
        self.triggers[text] = Trigger(user, self.now(), view)
        return text

    def use_trigger(self, text: str) -> Trigger:
        """Use a trigger up; raises SlackError if it is unknown, used or too old."""
        trigger = self.triggers.get(text)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if (self.now() - trigger.issued_at).total_seconds() > _TRIGGER_S:
            raise SlackError("expired_trigger_id")
        self.triggers[text] = replace(trigger, is_used=True)
        return trigger

    def new_address(self, kind: str, user: str, channel: str, message: str = "") -> str:
        """The address at which a command or a click is answered."""
        key = f"{kind}/{TEAM}/{self.new_number()}/{len(self.addresses):024x}"
        self.addresses[key] = Address(user, channel, self.now(), message)
        return f"{self.base_url}/response/{key}"

    def note_call(self, method: str, channel: str, error: str) -> None:
        """Remember a call of the Web API; never what was in it."""
        at = self.now().timestamp()
        self.calls.append({"method": method, "channel": channel, "error": error, "at": at})
        del self.calls[:-_KEPT]

    def note_sent(self, sent: Sent) -> None:
        """Remember a request to the service."""
        self.sent.append(sent)
        del self.sent[:-_KEPT]
