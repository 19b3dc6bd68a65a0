"""An in-memory chat that keeps the contract of `connectors.chat.Chat`.

Faults are injected by switches. `person_*` acts as somebody in the workspace would.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.chat import Channel, Colleague, Identity, Message, Posted
from connectors.errors import OutcomeUnknown, Stop, StopKind
from tests.fakes.helpdesk import FakeClock


@dataclass
class Standing:
    """A message as it stands in a channel."""

    channel: str
    stamp: str
    key: str
    at: datetime
    message: Message
    before: list[Message] = field(default_factory=list)  # what it showed earlier

    @property
    def text(self) -> str:
        """Everything that it shows, as it was sent."""
        return content(self.message)


class FakeChat:
    """See the module."""

    def __init__(self, clock: FakeClock, *names: str) -> None:
        self.clock = clock
        self.channels = {name: Channel(f"C{name.upper()}", name, is_member=True) for name in names}
        self.standing: list[Standing] = []
        self.whispers: list[tuple[str, str, Message]] = []
        self.answers: list[tuple[str, Message, bool]] = []
        self.forms: list[Mapping[str, Any]] = []
        self.colleagues: dict[str, Colleague] = {}
        self.calls: list[str] = []
        self.on_call: Callable[[str], None] = lambda _name: None
        self.after_call: Callable[[str], None] = lambda _name: None
        self.before_write: list[Exception] = []  # raised instead of writing
        self.after_write: list[Exception] = []  # raised after the write was done
        self.before_read: list[Exception] = []
        self.broken: Exception | None = None  # raised by everything

    # -- the port ---------------------------------------------------------------------------

    def post(self, channel: str, message: Message, *, key: str, under: str | None = None) -> Posted:
        del under
        self._begin("post", self.before_write)
        self._member(channel)
        stamp = f"{self.clock.now().timestamp():.6f}{len(self.standing):03d}"
        self.standing.append(Standing(channel, stamp, key, self.clock.now(), message))
        self._end("post", self.after_write)
        return Posted(channel, stamp)

    def find(
        self, channel: str, key: str, *, since: datetime, under: str | None = None
    ) -> Posted | None:
        del under
        self._begin("find", self.before_read)
        found = (m for m in self.standing if m.channel == channel and m.key == key)
        first = next((m for m in found if m.at >= since), None)
        self._end("find", [])
        return None if first is None else Posted(first.channel, first.stamp)

    def change(self, posted: Posted, message: Message) -> None:
        self._begin("change", self.before_write)
        for known in self.standing:
            if (known.channel, known.stamp) == (posted.channel, posted.stamp):
                known.before.append(known.message)
                known.message = message
                self._end("change", self.after_write)
                return
        raise Stop("no such message", kind=StopKind.GONE)

    def whisper(self, channel: str, user: str, message: Message) -> None:
        self._begin("whisper", self.before_write)
        self.whispers.append((channel, user, message))

    def answer(self, address: str, message: Message, *, everybody: bool = False) -> None:
        self._begin("answer", self.before_write)
        self.answers.append((address, message, everybody))

    def ask(self, trigger: str, form: Mapping[str, Any]) -> None:
        self._begin("ask", self.before_write)
        self.forms.append({"trigger": trigger, **form})

    def read_colleague(self, user: str) -> Colleague:
        self._begin("read_colleague", self.before_read)
        return self.colleagues[user]

    def read_channels(self) -> Mapping[str, Channel]:
        self._begin("read_channels", self.before_read)
        return dict(self.channels)

    def identify(self) -> Identity:
        self._begin("identify", self.before_read)
        return Identity("T1", "UBOT", frozenset({"chat:write"}))

    # -- people -----------------------------------------------------------------------------

    def person_deletes(self, key: str) -> None:
        self.standing = [message for message in self.standing if not message.key.startswith(key)]

    # -- what stands there ------------------------------------------------------------------

    def one(self, key: str = "") -> Standing:
        """The only message whose key begins so."""
        (found,) = [message for message in self.standing if message.key.startswith(key)]
        return found

    def everything(self) -> str:
        """All that was ever shown to anybody."""
        shown = [m for known in self.standing for m in (*known.before, known.message)]
        shown += [message for _, _, message in self.whispers]
        shown += [message for _, message, _ in self.answers]
        return "\n".join(map(content, shown))

    def _begin(self, name: str, faults: list[Exception]) -> None:
        self.calls.append(name)
        self.on_call(name)
        if self.broken is not None:
            raise self.broken
        if faults:
            raise faults.pop(0)

    def _end(self, name: str, faults: list[Exception]) -> None:
        self.after_call(name)
        if faults:
            raise faults.pop(0)

    def _member(self, channel: str) -> None:
        if not any(known.id == channel for known in self.channels.values()):
            raise Stop("no such channel", kind=StopKind.GONE)


def content(message: Message) -> str:
    """What a message shows, in one text."""
    return json.dumps([message.text, [dict(block) for block in message.blocks]])


def unclear() -> OutcomeUnknown:
    """A write whose answer never came."""
    return OutcomeUnknown("no answer")
