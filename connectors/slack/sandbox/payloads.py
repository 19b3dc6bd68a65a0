"""The bodies of what Slack sends to a service.

https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads
"""

import json
from urllib.parse import urlencode

from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.records import Channel, Message, User, View
from connectors.slack.sandbox.wire import message_json, view_json
from connectors.slack.sandbox.world import APP, TEAM, World

_TOKEN = "sandbox-deprecated-verification-token"  # noqa: S105 - Slack still sends such a field


def _domain(world: World) -> str:
    return world.config.team.lower().replace(" ", "-")


def _room(channel: Channel) -> str:
    return "directmessage" if channel.partner else channel.name


def command_body(world: World, user: User, channel: Channel, command: str, text: str) -> bytes:
    """A slash command, as a form."""
    return urlencode(
        {
            "token": _TOKEN,
            "team_id": TEAM,
            "team_domain": _domain(world),
            "channel_id": channel.id,
            "channel_name": _room(channel),
            "user_id": user.id,
            "user_name": user.handle,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": world.new_address("commands", user.id, channel.id),
            "trigger_id": world.new_trigger(user.id),
        }
    ).encode()


def _common(world: World, user: User, kind: str) -> Json:
    team = {"id": TEAM, "domain": _domain(world)}
    return {
        "type": kind,
        "team": team,
        "user": {
            "id": user.id,
            "username": user.handle,
            "name": user.handle,
            "team_id": TEAM,
        },
        "api_app_id": APP,
        "token": _TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def as_form(payload: Json) -> bytes:
    """A payload as the form field in which it travels."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def _action(world: World, block: Json, element: Json, state: Json) -> Json:
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{world.now().timestamp():.6f}",
    }
    for name in ("text", "value", "style", "url"):
        if name in element:
            action[name] = element[name]
    return action | state


def click_body(
    world: World, user: User, message: Message, block: Json, element: Json, state: Json
) -> bytes:
    """A click in a message; a whispered message isn't part of it."""
    channel = world.channels[message.channel]
    whispered = bool(message.only_for)
    payload = _common(world, user, "block_actions") | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": whispered,
        },
        "trigger_id": world.new_trigger(user.id),
        "channel": {"id": channel.id, "name": _room(channel)},
        "state": {"values": {}},
        "response_url": world.new_address("actions", user.id, channel.id, message.ts),
        "actions": [_action(world, block, element, state)],
    }
    if not whispered:
        payload["message"] = message_json(message)
    return as_form(payload)


def view_click_body(
    world: World, user: User, view: View, block: Json, element: Json, values: Json
) -> bytes:
    """A click within a modal."""
    payload = _common(world, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.new_trigger(user.id, view.id),
        "view": view_json(view, values),
        "actions": [_action(world, block, element, {})],
    }
    return as_form(payload)


def submission_body(world: World, user: User, view: View, values: Json) -> bytes:
    """A modal that was sent."""
    payload = _common(world, user, "view_submission") | {
        "trigger_id": world.new_trigger(user.id, view.id),
        "view": view_json(view, values),
        "response_urls": [],
    }
    return as_form(payload)


def closing_body(world: World, user: User, view: View, *, cleared: bool) -> bytes:
    """A modal that was closed; sent only where the app asked for it."""
    payload = _common(world, user, "view_closed") | {
        "view": view_json(view, {}),
        "is_cleared": cleared,
    }
    return as_form(payload)


def event_body(world: World, event: Json, number: int) -> bytes:
    """An event, as JSON."""
    return json.dumps(
        {
            "token": _TOKEN,
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev0{number:06d}",
            "event_time": int(world.now().timestamp()),
            "authorizations": [],
            "is_ext_shared_channel": False,
        }
    ).encode()


def challenge_body(challenge: str) -> bytes:
    """The question whether an address belongs to the app."""
    asked = {"token": _TOKEN, "challenge": challenge, "type": "url_verification"}
    return json.dumps(asked).encode()
