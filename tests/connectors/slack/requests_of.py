"""Requests as Slack sends them."""

import json
from typing import Any
from urllib.parse import urlencode

RESPONSE_URL = "https://hooks.slack.com/actions/T1/1/x"


def a_command(**changes: str) -> bytes:
    """A slash command."""
    form = {
        "token": "deprecated",
        "team_id": "T1",
        "team_domain": "acme",
        "channel_id": "C1",
        "channel_name": "support",
        "user_id": "U1",
        "user_name": "ada",
        "command": "/deskclerk",
        "text": "why 42",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": RESPONSE_URL,
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    }
    return urlencode(form | changes).encode()


def click_payload(**changes: Any) -> dict[str, Any]:
    """A pressed button in a message, as JSON."""
    payload: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": "T1", "domain": "acme"},
        "user": {"id": "U1", "username": "ada", "name": "ada", "team_id": "T1"},
        "api_app_id": "A1",
        "token": "deprecated",
        "enterprise": None,
        "is_enterprise_install": False,
        "container": {
            "type": "message",
            "message_ts": "1795424400.000100",
            "channel_id": "C1",
            "is_ephemeral": False,
        },
        "trigger_id": "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
        "channel": {"id": "C1", "name": "support"},
        "message": {
            "type": "message",
            "ts": "1795424400.000100",
            "text": "Ticket 42",
            "user": "U9",
        },
        "state": {"values": {}},
        "response_url": RESPONSE_URL,
        "actions": [
            {
                "type": "button",
                "action_id": "take",
                "block_id": "b",
                "text": {"type": "plain_text", "text": "Take"},
                "value": "d-1",
                "action_ts": "1795424401.123456",
            }
        ],
    }
    return payload | changes


def a_click(**changes: Any) -> bytes:
    """A pressed button in a message."""
    return as_form(click_payload(**changes))


def a_press(action: str, **changes: Any) -> bytes:
    """The button of this action, pressed."""
    payload = click_payload(**changes)
    payload["actions"][0]["action_id"] = action
    return as_form(payload)


def submission_payload(**changes: Any) -> dict[str, Any]:
    """A form that was sent off, as JSON."""
    view: dict[str, Any] = {
        "id": "V1",
        "team_id": "T1",
        "type": "modal",
        "callback_id": "edit",
        "private_metadata": "d-1",
        "hash": "1.x",
        "state": {
            "values": {
                "reply": {"text": {"type": "plain_text_input", "value": "Hello,\n\nbye"}},
                "answer": {
                    "answer": {
                        "type": "static_select",
                        "selected_option": {
                            "text": {"type": "plain_text", "text": "Refunds"},
                            "value": "refund",
                        },
                    }
                },
                "reason": {"text": {"type": "plain_text_input", "value": None}},
            }
        },
    }
    payload: dict[str, Any] = {
        "type": "view_submission",
        "team": {"id": "T1", "domain": "acme"},
        "user": {"id": "U1", "name": "ada", "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": "1.2.x",
        "view": view | changes,
        "response_urls": [],
    }
    return payload


def a_submission(**changes: Any) -> bytes:
    """A form that was sent off; changes are of its view."""
    return as_form(submission_payload(**changes))


def as_form(payload: Any) -> bytes:
    """A payload as the field in which it travels."""
    return urlencode({"payload": json.dumps(payload)}).encode()
