"""What Slack's refusals mean."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import AskPerson, ConnectorError, OutcomeUnknown, RetryLater, Stop, StopKind
from connectors.slack.errors import of_answer


def refusal(code: str, *, writing: bool = True, **parts: Any) -> ConnectorError:
    error = of_answer(200, {"ok": False, "error": code} | parts, writing=writing)
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("code", "way_out"),
    [
        ("invalid_auth", "install the app again"),
        ("token_revoked", "install the app again"),
        ("account_inactive", "install the app again"),
        ("missing_scope", "install it again to grant it"),
        ("not_in_channel", "invite it there"),
        ("is_archived", "name another one"),
        ("restricted_action", "ask one of its administrators"),
    ],
)
def test_what_a_person_must_change_says_how(code: str, way_out: str) -> None:
    error = refusal(code)
    assert isinstance(error, AskPerson)
    assert str(error).startswith(f"Slack answers {code}: ")
    assert way_out in str(error)


def test_a_missing_scope_is_named() -> None:
    error = refusal("missing_scope", needed="users:read.email", provided="canary")
    assert str(error).startswith("Slack answers missing_scope (users:read.email): ")


@pytest.mark.parametrize(
    "code",
    ["channel_not_found", "message_not_found", "cant_update_message", "expired_trigger_id"],
)
def test_what_is_no_more_is_gone(code: str) -> None:
    error = refusal(code)
    assert isinstance(error, Stop)
    assert error.kind is StopKind.GONE


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "no_text", "a_new_code"])
def test_everything_else_is_refused_for_good(code: str) -> None:
    error = refusal(code)
    assert isinstance(error, Stop)
    assert error.kind is StopKind.INVALID


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited", "request_timeout"])
def test_what_passes_may_be_tried_later(code: str) -> None:
    assert isinstance(refusal(code), RetryLater)


@pytest.mark.parametrize("code", ["fatal_error", "internal_error", "service_unavailable"])
def test_a_fault_of_slacks_leaves_a_write_unknown(code: str) -> None:
    assert isinstance(refusal(code), OutcomeUnknown)
    assert isinstance(refusal(code, writing=False), RetryLater)


@pytest.mark.parametrize(("status", "kind"), [(401, AskPerson), (403, AskPerson), (404, Stop)])
def test_a_status_without_a_code_means_what_it_says(
    status: int, kind: type[ConnectorError]
) -> None:
    assert isinstance(of_answer(status, None, writing=True), kind)


def test_a_good_answer_is_no_failure() -> None:
    assert of_answer(200, {"ok": True}, writing=True) is None


ANY = st.dictionaries(
    st.sampled_from(["ok", "error", "needed", "x"]),
    st.none() | st.booleans() | st.text() | st.lists(st.text()),
)


@given(st.integers(100, 999), st.none() | ANY, st.booleans())
def test_any_answer_means_something(
    status: int,
    payload: dict[str, Any] | None,
    writing: bool,  # noqa: FBT001 - drawn
) -> None:
    error = of_answer(status, payload, writing=writing)
    assert (error is None) == (status == 200 and bool(payload) and payload.get("ok") is True)


@given(st.integers(500, 599), st.none() | ANY)
def test_no_fault_of_the_server_makes_a_write_look_undone(
    status: int, payload: dict[str, Any] | None
) -> None:
    assert isinstance(of_answer(status, payload, writing=True), OutcomeUnknown)
