"""What a delivery is about."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk.events import Delivery, as_id, parse
from connectors.zendesk.signature import TIMESTAMP_HEADER

HEADERS = {
    "X-Zendesk-Account-Id": "18525119",
    "X-Zendesk-Webhook-Id": "01HAP4V5Q0000000000000000A",
    "X-Zendesk-Webhook-Invocation-Id": "01HAP4V5Q0000000000000000B",
}


def trigger(**fields: Any) -> Delivery:
    body = {"ticket_id": "35", "updated_at": "…", "via": "Mail", "current_user_id": "77"}
    return parse(json.dumps(body | fields).encode(), HEADERS)


def event(event_type: str, **fields: Any) -> Delivery:
    body = {
        "account_id": 18525119,
        "id": "3f5a",
        "type": event_type,
        "subject": "zen:ticket:35",
        "time": "2026-11-23T09:00:00Z",
        "detail": {"id": "35", "actor_id": "77"},
        "event": {},
    }
    return parse(json.dumps(body | fields).encode(), HEADERS)


def test_a_trigger_names_its_ticket_and_who_caused_it() -> None:
    delivery = trigger()
    assert (delivery.kind, delivery.ticket_id, delivery.actor_id) == ("trigger", 35, 77)


def test_ids_may_be_numbers() -> None:
    delivery = trigger(ticket_id=35, current_user_id=77)
    assert (delivery.ticket_id, delivery.actor_id) == (35, 77)


def test_a_trigger_without_a_current_user_has_no_actor() -> None:
    assert trigger(current_user_id="").actor_id is None


def test_the_key_is_made_of_the_three_ids_in_the_headers() -> None:
    assert trigger().key == ":".join(HEADERS.values())


def test_header_names_are_case_insensitive() -> None:
    headers = {name.lower(): value for name, value in HEADERS.items()}
    assert parse(b"", headers).invocation_id == "01HAP4V5Q0000000000000000B"


def test_two_attempts_of_one_invocation_have_one_key() -> None:
    first = parse(b'{"ticket_id": 1}', HEADERS | {TIMESTAMP_HEADER: "2026-11-23T09:00:00Z"})
    again = parse(b'{"ticket_id": 1}', HEADERS | {TIMESTAMP_HEADER: "2026-11-23T09:08:00Z"})
    assert first.key == again.key


def test_without_an_invocation_id_the_key_is_a_digest_of_what_was_signed() -> None:
    at_nine = parse(b"a", {TIMESTAMP_HEADER: "2026-11-23T09:00:00Z"})
    at_ten = parse(b"a", {TIMESTAMP_HEADER: "2026-11-23T10:00:00Z"})
    assert at_nine.key.startswith("-:-:sha256-")
    assert at_nine.key != at_ten.key


@pytest.mark.parametrize("bad", ["", "a b", "x" * 65, "é", "a\nb", "'; --"])
def test_ids_with_odd_characters_count_as_missing(bad: str) -> None:
    delivery = parse(b"{}", HEADERS | {"X-Zendesk-Webhook-Invocation-Id": bad})
    assert delivery.invocation_id is None
    assert "sha256-" in delivery.key


@pytest.mark.parametrize(
    "raw",
    [
        b'{"ticket_id":"35","note":"she said "hello""}',
        b'{"ticket_id": 35, "note": "line\nbreak"}',
        b'[{"ticket_id" : "35"}]',
        b'{"ticket_id":"35"',
        b'\xff{"ticket_id":"35"}',
    ],
)
def test_a_broken_body_still_names_its_ticket(raw: bytes) -> None:
    delivery = parse(raw, HEADERS)
    assert (delivery.kind, delivery.ticket_id) == ("trigger", 35)


def test_the_first_of_two_ticket_ids_counts() -> None:
    assert parse(b'{"ticket_id":"35","via":"x","ticket_id":"99"}', HEADERS).ticket_id == 35
    assert parse(b'{"ticket_id":"35","via":"","ticket_id":"99""}', HEADERS).ticket_id == 35


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"ticket_id":"abc"}',
        b'{"ticket_id":0}',
        b'{"ticket_id":-35}',
        b'{"ticket_id":true}',
        b'{"ticket_id":3.5}',
        b'{"ticket_id":"9223372036854775808"}',
        b'{"ticket_id":99999999999999999999999999}',
        b'{"ticket_id": "123456789012345678901234567890" broken',
    ],
)
def test_a_body_that_names_no_ticket_is_unreadable_and_kept(raw: bytes) -> None:
    delivery = parse(raw, HEADERS)
    assert (delivery.kind, delivery.ticket_id) == ("unreadable", None)
    assert delivery.detail


def test_the_largest_64_bit_id_is_accepted() -> None:
    assert trigger(ticket_id=str(2**63 - 1)).ticket_id == 2**63 - 1


def test_a_ticket_event_names_its_ticket_type_and_actor() -> None:
    delivery = event("zen:event-type:ticket.comment_added")
    assert (delivery.kind, delivery.ticket_id, delivery.actor_id) == ("event", 35, 77)
    assert delivery.event_type == "zen:event-type:ticket.comment_added"


@pytest.mark.parametrize("detail", [{}, None, [], {"id": "x"}])
def test_a_ticket_event_without_a_detail_is_read_from_its_subject(detail: Any) -> None:
    assert event("zen:event-type:ticket.created", detail=detail).ticket_id == 35


def test_a_ticket_event_without_any_ticket_is_unreadable() -> None:
    delivery = event("zen:event-type:ticket.created", detail={}, subject="zen:user:5")
    assert (delivery.kind, delivery.ticket_id) == ("unreadable", None)


def test_an_event_about_something_else_is_other() -> None:
    delivery = event("zen:event-type:user.deleted")
    assert (delivery.kind, delivery.ticket_id) == ("other", None)


def test_a_type_that_is_no_event_type_leaves_a_trigger() -> None:
    assert trigger(type="incident").kind == "trigger"


def test_the_detail_quotes_nothing() -> None:
    assert "canary" not in parse(b'{"canary": "canary" broken', HEADERS).detail


def test_an_id_as_text_may_have_spaces_around_it() -> None:
    assert as_id(" 35 ") == 35


# -- properties ---------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.binary(max_size=400), st.dictionaries(st.text(), st.text(st.characters(codec=None))))
def test_any_bytes_and_headers_give_a_delivery(raw: bytes, headers: dict[str, str]) -> None:
    delivery = parse(raw, headers)
    assert delivery.ticket_id is None or 0 < delivery.ticket_id < 2**63
    assert len(delivery.key) <= 3 * 64 + 80


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("ticket_id", "current_user_id", "type", "detail", "subject"), JSON),
    )
)
def test_any_json_gives_a_delivery(body: dict[str, Any]) -> None:
    delivery = parse(json.dumps(body).encode(), {})
    assert (delivery.ticket_id is None) == (delivery.kind in {"other", "unreadable"})


@given(st.integers(1, 2**63 - 1), st.text(), st.text())
def test_whatever_follows_the_ticket_id_cannot_change_it(ticket: int, via: str, user: str) -> None:
    # The template of the trigger with its placeholders filled in and nothing escaped.
    body = f'{{"ticket_id":"{ticket}","via":"{via}","current_user_id":"{user}"}}'
    assert parse(body.encode(), {}).ticket_id == ticket
