"""The Slack app, described so that Slack makes it from a link.

https://docs.slack.dev/reference/app-manifest
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from connectors.slack.removal import REVOKED, UNINSTALLED

EVENTS_PATH: Final = "/slack/events"
REDIRECT_PATH: Final = "/slack/oauth_redirect"
BOT_NAME: Final = "Deskclerk"

# What the app may do, and what for. Each scope is shown to the person who installs it.
SCOPES: Final[Mapping[str, str]] = {
    "channels:history": "finds its own messages again after a connection broke",
    "channels:read": "finds the channels that the policy names",
    "chat:write": "writes cards and reminders into channels that it was invited to",
    "commands": "offers the slash command",
    "groups:history": "the same as channels:history, in private channels that it was invited to",
    "groups:read": "the same as channels:read, for private channels that it was invited to",
    "users:read": "tells colleagues from guests, bots and people who left",
    "users:read.email": "finds the agent of the helpdesk who a colleague is",
}

_CREATE: Final = "https://api.slack.com/apps"
_COLOUR: Final = "#1f3a5f"


def manifest(public_url: str, command: str = "/deskclerk") -> dict[str, Any]:
    """The app for a service at a public address."""
    address = public_url.rstrip("/")
    events = address + EVENTS_PATH
    return {
        "display_information": {
            "name": BOT_NAME,
            "description": "Escalations, approvals and deadlines of the support desk",
            "background_color": _COLOUR,
        },
        "features": {
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "url": events,
                    "description": "Look up, approve, correct and pause",
                    "usage_hint": "help | why 42 | queue | reply 42 answer | pause",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {
            "redirect_urls": [address + REDIRECT_PATH],
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "interactivity": {"is_enabled": True, "request_url": events},
            "event_subscriptions": {"request_url": events, "bot_events": [UNINSTALLED, REVOKED]},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def creation_link(public_url: str, command: str = "/deskclerk") -> str:
    """The page on which Slack makes the app, once a person has said yes."""
    described = json.dumps(manifest(public_url, command), separators=(",", ":"))
    return f"{_CREATE}?{urlencode({'new_app': 1, 'manifest_json': described}, quote_via=quote)}"
