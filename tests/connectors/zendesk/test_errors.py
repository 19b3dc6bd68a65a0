"""What Zendesk's failures mean."""

import json
import ssl
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from connectors.errors import (
    AskPerson,
    ConnectorError,
    OutcomeUnknown,
    ReadAgain,
    RetryLater,
    Stop,
    StopKind,
)
from connectors.zendesk import errors

POOL = HTTPConnectionPool("127.0.0.1", 9)


def answer(status: int, payload: Any = None, *, writing: bool = True) -> ConnectorError:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return errors.of_refusal(status, body, writing=writing)


def closed() -> dict[str, Any]:
    text = "Status: closed prevents ticket update"
    return {"error": "RecordInvalid", "details": {"status": [{"description": text}]}}


# -- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599, 408])
def test_a_fault_of_the_server_leaves_a_write_unknown_and_a_read_to_repeat(status: int) -> None:
    assert isinstance(answer(status, b"<html>"), OutcomeUnknown)
    assert isinstance(answer(status, b"<html>", writing=False), RetryLater)


def test_a_conflict_means_read_again_to_a_write_and_later_to_a_read() -> None:
    assert isinstance(answer(409, {"error": "UpdateConflict"}), ReadAgain)
    assert isinstance(answer(409, {}, writing=False), RetryLater)


@pytest.mark.parametrize("status", [401, 402, 403, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("writing", [True, False])
def test_credentials_permissions_and_addresses_need_a_person(status: int, *, writing: bool) -> None:
    assert isinstance(answer(status, {}, writing=writing), AskPerson)


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("writing", [True, False])
def test_locks_and_limits_pass_and_nothing_was_done(status: int, *, writing: bool) -> None:
    assert isinstance(answer(status, {}, writing=writing), RetryLater)


def stopped(status: int, payload: Any = None) -> StopKind:
    failure = answer(status, payload)
    assert isinstance(failure, Stop)
    return failure.kind


def test_a_closed_ticket_is_told_from_other_invalid_updates() -> None:
    assert stopped(422, closed()) is StopKind.CLOSED
    assert stopped(422, {"error": "RecordInvalid", "details": {"group": []}}) is StopKind.INVALID


@pytest.mark.parametrize("details", [None, [], {"status": None}, {"status": ["closed"]}])
def test_odd_details_are_invalid_and_not_closed(details: Any) -> None:
    assert stopped(422, {"error": "RecordInvalid", "details": details}) is StopKind.INVALID


@pytest.mark.parametrize("status", [400, 405, 406, 413, 415, 418, 422])
def test_other_refusals_are_for_good(status: int) -> None:
    assert stopped(status, ["x"]) is StopKind.INVALID


def test_a_missing_record_is_gone() -> None:
    assert stopped(404, {"error": "RecordNotFound", "description": "Not found"}) is StopKind.GONE
    assert stopped(404, {"errors": [{"code": "RecordNotFound"}]}) is StopKind.GONE
    assert stopped(410) is StopKind.GONE


@pytest.mark.parametrize(
    "payload",
    [
        {"error": "InvalidEndpoint"},
        {"error": {"title": "No help desk at acme.zendesk.com", "message": "…"}},
        b"<html>There is no help desk here</html>",
        {"error": {"title": 5}},
        {"errors": []},
        {"errors": [{"code": None}]},
        {"errors": ["RecordNotFound"]},
        [],
    ],
)
def test_a_wrong_address_is_no_missing_ticket(payload: Any) -> None:
    assert isinstance(answer(404, payload), AskPerson)


def test_known_error_codes_are_named_and_others_are_not() -> None:
    assert "409 UpdateConflict" in str(answer(409, {"error": "UpdateConflict"}))
    assert "canary" not in str(answer(400, {"error": "canary", "description": "canary"}))
    assert "canary" not in str(answer(400, {"error": {"title": "canary"}}))


@given(
    st.integers(100, 999).filter(lambda status: status not in range(200, 300)),
    st.one_of(
        st.binary(),
        st.recursive(
            st.none() | st.booleans() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(["error", "errors", "code", "title", "details", "status"]),
                    inner,
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    ),
    st.booleans(),
)
def test_any_refusal_has_a_meaning(status: int, body: bytes, writing: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    assert isinstance(errors.of_refusal(status, body, writing=writing), ConnectorError)


@given(st.integers(500, 999), st.binary())
def test_no_fault_of_the_server_makes_a_write_look_undone(status: int, body: bytes) -> None:
    assert isinstance(errors.of_refusal(status, body, writing=True), OutcomeUnknown)


# -- transport ----------------------------------------------------------------------------------


def wrapped(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(POOL, "/", reason))


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout(),
        wrapped(NewConnectionError(POOL.ConnectionCls("127.0.0.1"), "refused")),
        wrapped(ConnectTimeoutError()),
    ],
)
def test_what_was_never_sent_may_be_sent_later(error: requests.RequestException) -> None:
    assert isinstance(errors.of_transport(error, writing=True), RetryLater)


@pytest.mark.parametrize(
    "error",
    [
        requests.ReadTimeout(),
        requests.ConnectionError(ProtocolError("Connection aborted.")),
        requests.ConnectionError(),
        wrapped(ProtocolError("x")),
        requests.exceptions.ChunkedEncodingError(),
        requests.exceptions.ContentDecodingError(),
        requests.exceptions.SSLError(ssl.SSLError(1, "bad record mac")),
        ReadTimeoutError(POOL, "/", "slow"),
    ],
)
def test_what_may_have_been_sent_is_unknown_to_a_write(error: Exception) -> None:
    assert isinstance(errors.of_transport(error, writing=True), OutcomeUnknown)
    assert isinstance(errors.of_transport(error, writing=False), RetryLater)


def test_a_bad_certificate_ends_the_call_before_anything_is_sent() -> None:
    inner = ssl.SSLCertVerificationError(1, "self-signed certificate")
    error = requests.exceptions.SSLError(MaxRetryError(POOL, "/", inner))
    failure = errors.of_transport(error, writing=True)
    assert isinstance(failure, RetryLater)
    assert "certificate" in str(failure)


# -- answers that can't be read -----------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b"\xff", b"[" * 100_000, b"1"])
def test_what_is_no_json_object_reads_as_nothing(body: bytes) -> None:
    assert errors.read_object(body) is None


def test_an_unreadable_answer_proves_nothing_about_a_write() -> None:
    with pytest.raises(OutcomeUnknown, match="it is odd"), errors.reading(writing=True):
        raise errors.UnreadableError("it is odd")


def test_an_unreadable_answer_to_a_read_is_read_again() -> None:
    with pytest.raises(RetryLater, match="it is odd"), errors.reading():
        raise errors.UnreadableError("it is odd")
