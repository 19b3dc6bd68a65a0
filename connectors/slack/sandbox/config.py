"""What a sandbox Slack is built from: its people, its channels, its limits, its clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

Json = dict[str, Any]  # a vendor's JSON object

# What an app of this kind asks for: https://docs.slack.dev/reference/scopes
SCOPES: Final = frozenset(
    {
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "users:read",
        "users:read.email",
    }
)


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class UserSeed:
    """Somebody of the team. A guest sees only the channels that let guests in."""

    handle: str
    name: str
    email: str | None
    is_confirmed: bool = True
    is_admin: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class ChannelSeed:
    """A channel; `has_app` says whether the app was invited."""

    name: str
    topic: str = ""
    is_private: bool = False
    has_app: bool = True
    has_guests: bool = False


# The first three are the staff of the sandbox helpdesk, by their addresses.
USERS: Final = (
    UserSeed("grace", "Grace Agent", "grace@sandbox.example"),
    UserSeed("omar", "Omar Agent", "omar@sandbox.example"),
    UserSeed("ada", "Ada Admin", "ada@sandbox.example", is_admin=True),
    UserSeed("kim", "Kim Newcomer", "kim@elsewhere.example"),
    UserSeed("una", "Una Unconfirmed", "una@sandbox.example", is_confirmed=False),
    UserSeed("gus", "Gus Guest", "gus@partner.example", is_guest=True),
)
CHANNELS: Final = (
    ChannelSeed("general", "Everybody", has_app=False, has_guests=True),
    ChannelSeed("support", "Answers that wait for a person"),
    ChannelSeed("complaints", "Complaints and disputes"),
    ChannelSeed("legal", "Letters from lawyers and authorities"),
    ChannelSeed("safety", "Where somebody may be in danger"),
    ChannelSeed("leads", "What the team leads watch", is_private=True),
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages that a channel takes: about one a second, in short bursts more.

    https://docs.slack.dev/apis/web-api/rate-limits ; how long a burst may be is an assumption.
    """

    per_second: float = 1.0
    burst: int = 10


@dataclass(frozen=True, slots=True)
class SlackSandboxConfig:
    """Everything a sandbox Slack may be told. The defaults make a team that works on its own.

    Commands, clicks and forms go to `request_url`; without it the page says that no service is
    attached.
    """

    request_url: str | None = None
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - a toy's secret
    bot_token: str = "xoxb-sandbox-bot-token"  # noqa: S105 - a toy's secret
    scopes: frozenset[str] = SCOPES
    client_id: str = "1234567890.sandbox"
    client_secret: str = "sandbox-client-secret"  # noqa: S105 - a toy's secret
    team: str = "Sandbox team"
    app_name: str = "Deskclerk"
    command: str = "/deskclerk"
    users: tuple[UserSeed, ...] = USERS
    channels: tuple[ChannelSeed, ...] = CHANNELS
    rates: Rates | None = field(default_factory=Rates)  # None: no limit
    timeout_s: float = 3.0  # https://docs.slack.dev/interactivity/implementing-slash-commands
    escapes_commands: bool = True  # write & < > of a command as entities: undocumented
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] | None = None  # None: a wait that ends when the sandbox closes
