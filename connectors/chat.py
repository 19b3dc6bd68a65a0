"""What the service needs of a chat, and what people do there, in words that fit any vendor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is shown: blocks in the vendor's form, and the same as plain text for notifications."""

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that stands in a channel."""

    channel: str  # the vendor's id
    stamp: str  # the vendor's id of the message within its channel


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user of the chat, as the vendor knows them."""

    id: str
    name: str
    email: str | None  # None unless the vendor shows it, and says that it was confirmed
    is_person: bool  # neither a bot nor somebody who left or is a guest from another company


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by its name, without the sign before it."""

    id: str
    name: str
    is_member: bool  # whether this service may write there


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this service is in the chat, and what it may do."""

    team: str
    user: str
    scopes: frozenset[str]


class Chat(Protocol):
    """Reads raise RetryLater, Stop or AskPerson; what writes a message also OutcomeUnknown."""

    def post(self, channel: str, message: Message, *, key: str, under: str | None = None) -> Posted:
        """Write a message, sent at most once by this call; `key` finds it again.

        `under` is the stamp of the message whose thread it goes to.
        """
        ...

    def find(
        self, channel: str, key: str, *, since: datetime, under: str | None = None
    ) -> Posted | None:
        """The message that was written under a key since an instant, if it stands.

        `under` must be what it was written with.
        """
        ...

    def change(self, posted: Posted, message: Message) -> None:
        """Show another content in a message's place; the same again changes nothing."""
        ...

    def whisper(self, channel: str, user: str, message: Message) -> None:
        """Show a message to one user alone."""
        ...

    def answer(self, address: str, message: Message, *, everybody: bool = False) -> None:
        """Answer a command or a click at its own address, to its user alone or to `everybody`.

        Raises Stop of kind GONE when the address is used up or too old.
        """
        ...

    def ask(self, trigger: str, form: Mapping[str, Any]) -> None:
        """Open a form for the user whose click gave the trigger; it is good for seconds."""
        ...

    def read_colleague(self, user: str) -> Colleague:
        """A user of the chat, read fresh."""
        ...

    def read_channels(self) -> Mapping[str, Channel]:
        """Every public channel, and the private ones that this service is in, by name."""
        ...

    def identify(self) -> Identity:
        """Who we are, by the vendor."""
        ...
