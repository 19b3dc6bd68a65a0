"""What the sandbox Slack remembers, as values; a change is a new value in the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.slack.sandbox.config import Json

SLACKBOT = "USLACKBOT"  # speaks for Slack itself


@dataclass(frozen=True, slots=True)
class User:
    """A user of the team, or an app's bot."""

    id: str
    handle: str
    name: str
    email: str | None = None
    is_confirmed: bool = True
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, or a conversation of two (`partner` is the person in it)."""

    id: str
    name: str
    members: frozenset[str]
    created: int
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message. With `only_for` a single user sees it, and no history holds it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    metadata: Json | None = None
    thread_ts: str = ""
    only_for: str = ""
    edited_ts: str = ""
    autolinks: bool = False  # bare addresses in `text` become links


@dataclass(frozen=True, slots=True)
class View:
    """A modal as one user sees it, with what they typed so far and what was wrong with it."""

    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None
    typed: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """The right to open a modal for a user, once."""

    user: str
    issued_at: datetime
    view: str = ""  # the modal in which it was given
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """Where a command or a click is answered."""

    user: str
    channel: str
    issued_at: datetime
    message: str = ""  # the time stamp of the message that was clicked
    used: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A bot's access token; `refusal` is the error code that it gets, if any."""

    scopes: frozenset[str]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code that is exchanged for a token, once."""

    scopes: frozenset[str]
    redirect_uri: str
    user: str
    issued_at: datetime
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One request to the service, and what came back. `status` 0: nothing came back."""

    number: int
    at: datetime
    kind: str
    user: str
    content_type: str
    body: bytes
    retry: int
    status: int
    answer: str
    first_byte_s: float
    trouble: str  # "", or the error that Slack would show
