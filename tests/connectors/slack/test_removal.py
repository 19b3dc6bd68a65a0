"""Slack tells that the app was removed: what is understood, and what never raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.removal import Removal, read_removal


def told(event: Any, **more: Any) -> bytes:
    envelope = {"type": "event_callback", "team_id": "T1", "event_time": 1_790_000_000}
    return json.dumps(envelope | {"event": event} | more).encode()


def test_an_app_that_was_removed_is_understood() -> None:
    assert read_removal(told({"type": "app_uninstalled"})) == Removal(
        "T1", "app_uninstalled", 1_790_000_000.0
    )


def test_a_bot_s_token_that_was_revoked_is_understood() -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U1"]}}
    found = read_removal(told(event))
    assert found is not None
    assert found.why == "tokens_revoked"


def test_an_event_without_its_second_is_understood_too() -> None:
    found = read_removal(told({"type": "app_uninstalled"}, event_time="soon"))
    assert found == Removal("T1", "app_uninstalled", None)


@pytest.mark.parametrize(
    "raw",
    [
        told({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}),
        told({"type": "tokens_revoked", "tokens": ["U1"]}),
        told({"type": "message"}),
        told({"type": ["app_uninstalled"]}),
        told("app_uninstalled"),
        told({"type": "app_uninstalled"}, team_id=None),
        told({"type": "app_uninstalled"}, team_id="no id"),
        b"payload=%7B%7D",
    ],
)
def test_everything_else_removes_nothing(raw: bytes) -> None:
    assert read_removal(raw) is None


@given(raw=st.binary())
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    assert read_removal(raw) is None
