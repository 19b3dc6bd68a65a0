"""Setting up over a socket: what is called, and what comes of answers that are odd."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.errors import AskPerson, OutcomeUnknown, RetryLater, Stop
from connectors.zendesk.parts import Kind, record_of, unsolved_with, written
from connectors.zendesk.permissions import PERMISSIONS, Allowed, Permission, ask
from connectors.zendesk.setup import ZendeskSetup
from connectors.zendesk.triggers import is_at_creation, place_of, tells_requester
from connectors.zendesk.wire import Wire
from tests.contract.socket_stub import Drop, Reply, SocketStub

NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


class Budget:
    def __init__(self) -> None:
        self.taken = 0

    def take(self) -> None:
        self.taken += 1

    def limit_seen(self, per_minute: int) -> None:
        del per_minute

    def refused(self, after_s: float) -> None:
        del after_s


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        yield running


@pytest.fixture
def budget() -> Budget:
    return Budget()


@pytest.fixture
def wire(stub: SocketStub, budget: Budget) -> Iterator[Wire]:
    made = Wire(stub.url, "client", "secret", clock=lambda: NOW, scope="read write", limiter=budget)
    yield made
    made.close()


@pytest.fixture
def setup(wire: Wire) -> ZendeskSetup:
    return ZendeskSetup(wire)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_page_of_a_proxy_allows_nothing(
    wire: Wire, stub: SocketStub, permission: Permission
) -> None:
    path = permission.path.partition("?")[0]
    stub.on(path, Reply(200, b"<html>"))
    with pytest.raises(RetryLater, match="no proxy answers in its place"):
        ask(wire, permission)


def test_each_call_is_counted_once(setup: ZendeskSetup, stub: SocketStub, budget: Budget) -> None:
    stub.on("users/me.json", Reply(200, {"user": {"id": 5, "role": "admin"}}))
    assert setup.me().is_administrator
    assert budget.taken == 1


@pytest.mark.parametrize("user", [None, {}, {"id": None}, {"id": "x"}])
def test_a_client_without_a_user_needs_a_person(
    setup: ZendeskSetup, stub: SocketStub, user: Any
) -> None:
    stub.on("users/me.json", Reply(200, {"user": user}))
    with pytest.raises(AskPerson, match="doesn't know the user"):
        setup.me()


def test_records_of_all_pages_are_read(setup: ZendeskSetup, stub: SocketStub) -> None:
    pages = iter(
        [
            Reply(200, {"groups": [{"id": 1, "name": "A"}],
                        "meta": {"has_more": True, "after_cursor": "c"}}),
            Reply(200, {"groups": [{"id": 2, "name": "B", "description": None}]}),
        ]
    )  # fmt: skip
    stub.on("groups", lambda _: next(pages))
    assert [(one.id, one.title) for one in setup.records(Kind.GROUP)] == [("1", "A"), ("2", "B")]


@pytest.mark.parametrize("rows", [None, 5, [5], [{"name": "no id"}], [{"id": True}]])
def test_a_list_that_can_t_be_read_is_asked_for_again(
    setup: ZendeskSetup, stub: SocketStub, rows: Any
) -> None:
    stub.on("groups", Reply(200, {"groups": rows}))
    with pytest.raises(RetryLater):
        setup.records(Kind.GROUP)


@pytest.mark.parametrize("answer", [{}, {"webhook": 5}, {"webhook": {"id": None}}])
def test_an_answer_without_an_id_leaves_open_what_was_made(
    setup: ZendeskSetup, stub: SocketStub, answer: Any
) -> None:
    stub.on("webhooks", Reply(201, answer))
    with pytest.raises(OutcomeUnknown):
        setup.create(Kind.WEBHOOK, {"name": "n"})


def test_a_write_whose_answer_is_lost_is_not_repeated(
    setup: ZendeskSetup, stub: SocketStub
) -> None:
    stub.on("webhooks", Drop())
    with pytest.raises(OutcomeUnknown):
        setup.create(Kind.WEBHOOK, {"name": "n"})
    assert len(stub.calls("POST", "webhooks")) == 1


def test_a_body_that_is_no_object_proves_nothing(setup: ZendeskSetup, stub: SocketStub) -> None:
    stub.on("webhooks/1", Reply(200, []))  # type: ignore[arg-type] # what it must not be
    with pytest.raises(OutcomeUnknown):
        setup.change(Kind.WEBHOOK, "1", {"status": "active"})


def test_deleting_what_is_gone_is_no_failure(setup: ZendeskSetup, stub: SocketStub) -> None:
    stub.on("triggers/1", Reply(404, {"error": "RecordNotFound"}))
    stub.on("triggers/2", Reply(200, {}))
    assert setup.delete(Kind.TRIGGER, "1") is False
    assert setup.delete(Kind.TRIGGER, "2") is True


def test_a_webhook_that_is_gone_is_gone(setup: ZendeskSetup, stub: SocketStub) -> None:
    stub.on("webhooks/1", Reply(404, {"errors": [{"code": "WebhookNotFound"}]}))
    with pytest.raises(Stop):
        setup.change(Kind.WEBHOOK, "1", {})


@pytest.mark.parametrize("answer", [{}, {"signing_secret": 5}, {"signing_secret": {"secret": ""}}])
def test_an_answer_without_a_secret_is_asked_for_again(
    setup: ZendeskSetup, stub: SocketStub, answer: Any
) -> None:
    stub.on("webhooks/1/signing_secret", Reply(200, answer))
    with pytest.raises(RetryLater):
        setup.signing_secret("1")


@pytest.mark.parametrize(
    ("response", "status"),
    [({"status": "202"}, 202), ({"status": 401}, 401), ({"status": "none"}, 0), (None, 0), ({}, 0),
     ({"status": "504 Gateway Timeout"}, 504)],
)  # fmt: skip
def test_how_a_test_message_was_answered_is_read(
    setup: ZendeskSetup, stub: SocketStub, response: Any, status: int
) -> None:
    stub.on("webhooks/test", Reply(200, {"response": response}))
    assert setup.send_test("1", "https://x", {"a": "b"}) == status


def test_a_count_that_can_t_be_read_is_none(setup: ZendeskSetup, stub: SocketStub) -> None:
    stub.on("groups/5/memberships", Reply(200, {"group_memberships": []}))
    stub.on("search/count.json", Reply(200, {"count": None}))
    assert setup.load_of("5").tickets == 0


@pytest.mark.parametrize(
    ("status", "method", "expected"),
    [
        (200, "GET", Allowed.YES),
        (403, "GET", Allowed.NO),
        (401, "GET", Allowed.NO),
        (404, "GET", Allowed.NOT_THERE),
        (404, "PUT", Allowed.YES),
        (422, "PUT", Allowed.YES),
        (403, "PUT", Allowed.NO),
    ],
)
def test_what_zendesk_says_to_a_permission(
    wire: Wire, stub: SocketStub, status: int, method: str, expected: Allowed
) -> None:
    scope = "tickets:read" if method == "GET" else "tickets:write"
    asked = next(one for one in PERMISSIONS if one.scope == scope)
    stub.on(asked.path.partition("?")[0], Reply(status, {}))
    assert ask(wire, asked) is expected


def test_a_fault_of_zendesk_s_is_no_answer(wire: Wire, stub: SocketStub) -> None:
    stub.on("tickets.json", Reply(503, {}))
    with pytest.raises(RetryLater):
        ask(wire, next(one for one in PERMISSIONS if one.scope == "tickets:read"))


def test_values_are_compared_as_text() -> None:
    row = {
        "id": 5,
        "title": "t",
        "active": True,
        "conditions": {"all": [{"field": "comment_is_public", "operator": "is", "value": True}]},
        "actions": [{"field": "notification_webhook", "value": ["H", 5]}, 7],
    }
    shown = record_of(Kind.TRIGGER, row).properties
    assert shown["conditions"]["all"][0]["value"] == "true"
    assert shown["actions"] == [{"field": "notification_webhook", "value": ["H", "5"]}]
    assert shown["conditions"]["any"] == []


@pytest.mark.parametrize("row", [{}, {"conditions": 5, "actions": 5, "subscriptions": 5}])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_record_of_any_shape_is_read(kind: Kind, row: dict[str, Any]) -> None:
    assert record_of(kind, {"id": "1", **row}).id == "1"


def test_a_view_is_written_with_its_conditions_apart() -> None:
    conditions = unsolved_with(["a", "b"])
    fields = written(Kind.VIEW, {"title": "t", "conditions": conditions})
    assert fields["all"] == conditions["all"]
    assert "conditions" not in fields
    assert written(Kind.VIEW, {"description": "d"}) == {"description": "d"}


@pytest.mark.parametrize(
    ("action", "tells"),
    [
        ({"field": "notification_user", "value": ["requester_id", "s", "b"]}, True),
        ({"field": "notification_user", "value": "requester_and_ccs"}, True),
        ({"field": "notification_user", "value": ["assignee_id", "s", "b"]}, False),
        ({"field": "notification_user", "value": []}, False),
        ({"field": "notification_group", "value": ["requester_id"]}, False),
    ],
)
def test_what_mails_the_customer_is_known(action: dict[str, Any], tells: bool) -> None:  # noqa: FBT001 - expected
    trigger = record_of(Kind.TRIGGER, {"id": 1, "actions": [action]})
    assert tells_requester(trigger) is tells
    assert not is_at_creation(trigger)
    assert place_of(trigger) == 0
