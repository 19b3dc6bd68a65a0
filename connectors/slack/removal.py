"""How Slack tells that the app was removed from a workspace, or its token revoked.

https://docs.slack.dev/reference/events/app_uninstalled and
https://docs.slack.dev/reference/events/tokens_revoked : neither needs a permission. They come as
other events do, signed, in an envelope that names the workspace and the second.
"""

import re
from dataclasses import dataclass
from typing import Final

from connectors.transport import read_object

UNINSTALLED: Final = "app_uninstalled"
REVOKED: Final = "tokens_revoked"

_TEAM = re.compile(r"[A-Z0-9]{2,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Removal:
    """The app's token for a workspace is void. `at`: seconds since the epoch, None if not said."""

    team: str
    why: str  # the event's name
    at: float | None


def read_removal(raw: bytes) -> Removal | None:
    """The removal that these bytes tell of, or None. Total; they must have been verified before."""
    envelope = read_object(raw) or {}
    event = envelope.get("event")
    team, at = envelope.get("team_id"), envelope.get("event_time")
    if not isinstance(event, dict) or not isinstance(team, str) or not _TEAM.fullmatch(team):
        return None
    kind = event.get("type")
    if kind == UNINSTALLED or (kind == REVOKED and _names_bot(event.get("tokens"))):
        return Removal(team, kind, _instant(at))
    return None


def _names_bot(tokens: object) -> bool:
    """Whether the bot's own token is among those revoked; users' tokens are none of ours."""
    return isinstance(tokens, dict) and bool(tokens.get("bot"))


def _instant(at: object) -> float | None:
    return float(at) if isinstance(at, int) and 0 <= at < 1 << 40 else None
