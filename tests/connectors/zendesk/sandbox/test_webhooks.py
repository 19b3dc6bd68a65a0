"""Webhooks: signed, repeated, broken off and recorded as Zendesk does."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from connectors.zendesk.sandbox import Breaker
from connectors.zendesk.sandbox.config import HookAnswer
from tests.connectors.zendesk.sandbox.desks import Delivery, Desk, OpenDesk

BUSY = HookAnswer(503, {"Retry-After": "10"})
SLOW = HookAnswer(0, timed_out=True)


def _signature(secret: str, delivery: Delivery) -> Any:
    stamp = delivery.headers["X-Zendesk-Webhook-Signature-Timestamp"]
    mac = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    mac.update(stamp.encode("ascii"))
    mac.update(delivery.body)
    return base64.b64encode(mac.digest()).decode("ascii")


def _hook(desk: Desk) -> Any:
    return desk.ok("GET", "/webhooks")["webhooks"][0]["id"]


def _invocations(desk: Desk, query: str = "") -> Any:
    return desk.ok("GET", f"/webhooks/{_hook(desk)}/invocations{query}")["invocations"]


def _until_quiet(desk: Desk) -> Any:
    """Let time pass until nothing is queued; all that arrived."""
    start = len(desk.endpoint.got)
    for _ in range(200):
        desk.deliver()
        if not desk.sandbox.dispatcher.pending():
            break
        desk.clock.tick(1)
    return desk.endpoint.got[start:]


def test_a_delivery_is_signed_over_time_stamp_and_body_and_names_its_origin(desk: Desk) -> None:
    desk.ticket()
    desk.clock.tick(90)
    (delivery,) = desk.deliver()
    assert delivery.headers["X-Zendesk-Webhook-Signature"] == _signature(
        desk.sandbox.config.webhook_secret, delivery
    )
    assert delivery.headers["X-Zendesk-Webhook-Signature-Timestamp"] == "2026-11-23T09:01:30Z"
    assert delivery.headers["X-Zendesk-Account-Id"] == str(desk.sandbox.config.account_id)
    assert delivery.headers["X-Zendesk-Webhook-Id"] == _hook(desk)
    assert len(delivery.headers["X-Zendesk-Webhook-Invocation-Id"]) == 26
    assert delivery.headers["User-Agent"] == "Zendesk Webhook"
    assert delivery.method == "POST"


def test_each_try_is_signed_anew_under_the_same_invocation(desk: Desk) -> None:
    desk.endpoint.answers = [BUSY]
    desk.ticket()
    first, second = _until_quiet(desk)
    names = ("X-Zendesk-Webhook-Invocation-Id", "X-Zendesk-Webhook-Signature-Timestamp")
    assert first.headers[names[0]] == second.headers[names[0]]
    assert first.headers[names[1]] != second.headers[names[1]]
    assert second.headers["X-Zendesk-Webhook-Signature"] == _signature(
        desk.sandbox.config.webhook_secret, second
    )


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        (HookAnswer(202), 1),
        (HookAnswer(409), 4),
        (BUSY, 4),
        (HookAnswer(429, {"retry-after": "1"}), 4),
        (HookAnswer(503), 1),
        (HookAnswer(503, {"Retry-After": "60"}), 1),
        (HookAnswer(503, {"Retry-After": "soon"}), 1),
        (SLOW, 6),
        (HookAnswer(500), 1),
        (HookAnswer(401), 1),
        (HookAnswer(301), 1),
        (HookAnswer(0), 1),
    ],
)
def test_only_documented_answers_are_tried_again(
    desk: Desk, answer: HookAnswer, tries: int
) -> None:
    desk.endpoint.always = answer
    desk.ticket()
    assert len(_until_quiet(desk)) == tries
    assert _invocations(desk)[0]["status"] == ("success" if answer.status == 202 else "failed")


def test_a_retry_waits_as_long_as_the_answer_says(desk: Desk) -> None:
    desk.endpoint.answers = [BUSY]
    desk.ticket()
    assert len(desk.deliver()) == 1
    desk.clock.tick(9.9)
    assert desk.deliver() == []
    assert _invocations(desk)[0]["status"] == "pending"
    desk.clock.tick(0.2)
    assert len(desk.deliver()) == 1


def test_every_try_is_recorded_with_what_was_sent_and_answered(desk: Desk) -> None:
    desk.endpoint.answers = [BUSY, HookAnswer(202, {"X-A": "b"}, "thanks")]
    desk.ticket()
    _until_quiet(desk)
    (row,) = _invocations(desk, "?filter[status]=success&page[size]=10")
    assert _invocations(desk, "?filter[status]=failed") == []
    path = f"/webhooks/{_hook(desk)}/invocations/{row['id']}/attempts"
    first, second = desk.ok("GET", path)["attempts"]
    assert (first["status_code"], second["status_code"]) == (503, 202)
    assert json.loads(second["request"]["payload"])["ticket_id"] == "1"
    assert second["response"] == {"headers": [{"key": "X-A", "value": "b"}], "payload": "thanks"}
    keys = {pair["key"] for pair in second["request"]["headers"]}
    assert "X-Zendesk-Webhook-Signature" in keys
    assert desk.call("GET", f"/webhooks/{_hook(desk)}/invocations/x/attempts").status_code == 404


def test_the_circuit_breaks_when_most_deliveries_fail_and_closes_after_a_good_probe(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(breaker=Breaker(min_sample=4, pause_s=5))
    desk.endpoint.always = HookAnswer(500)
    for _ in range(6):
        desk.ticket()
    desk.deliver()
    states = [row["status"] for row in _invocations(desk)]
    assert states == ["circuit broken"] * 2 + ["failed"] * 4
    assert "webhook.circuit_broken" in desk.events()
    desk.clock.tick(5)
    desk.ticket()
    desk.deliver()  # the probe fails: broken again
    desk.ticket()
    assert desk.deliver() == []
    desk.clock.tick(5)
    desk.endpoint.always = HookAnswer(202)
    desk.ticket()
    desk.ticket()
    assert len(desk.deliver()) == 2


def test_the_circuit_holds_while_few_of_many_fail_and_forgets_old_errors(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(breaker=Breaker(min_sample=2, window_s=60, max_errors=3))
    desk.endpoint.answers = [HookAnswer(202), HookAnswer(500), HookAnswer(500)]
    for _ in range(3):
        desk.ticket()
    assert len(desk.deliver()) == 3
    desk.clock.tick(61)
    desk.endpoint.answers = [HookAnswer(202), HookAnswer(500), HookAnswer(500)]
    for _ in range(4):
        desk.ticket()
    assert len(desk.deliver()) == 4


def test_too_many_errors_break_the_circuit_whatever_their_share(open_desk: OpenDesk) -> None:
    desk = open_desk(breaker=Breaker(max_errors=1))
    desk.endpoint.always = HookAnswer(500)
    for _ in range(3):
        desk.ticket()
    assert len(desk.deliver()) == 2


def test_a_circuit_that_probes_lets_one_delivery_through_at_a_time(desk: Desk) -> None:
    circuits = desk.sandbox.dispatcher._circuits
    for _ in range(100):
        circuits.record("w", desk.clock(), good=False)
    assert not circuits.admits("w", desk.clock())
    desk.clock.tick(5)
    assert circuits.admits("w", desk.clock())
    assert not circuits.admits("w", desk.clock())


def test_deliveries_of_a_deleted_webhook_are_terminated(desk: Desk) -> None:
    desk.ticket()
    hook = _hook(desk)
    desk.ok("DELETE", f"/webhooks/{hook}")
    assert desk.deliver() == []
    assert desk.ok("GET", "/sandbox/checks")["webhooks"]["invocations"] == {"terminated": 1}
    desk.ticket()
    assert desk.sandbox.dispatcher.pending() == 0


def test_an_inactive_webhook_is_not_called(desk: Desk) -> None:
    desk.ok("PATCH", f"/webhooks/{_hook(desk)}", {"webhook": {"status": "inactive"}})
    desk.ticket()
    assert _until_quiet(desk) == []


def _subscribe(desk: Desk, *names: str, **more: Any) -> Any:
    body = {
        "name": "events",
        "status": "active",
        "endpoint": "http://127.0.0.1:9/events",
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": [f"zen:event-type:ticket.{name}" for name in names],
        **more,
    }
    return desk.ok("POST", "/webhooks", {"webhook": body})["webhook"]


def _events(desk: Desk) -> Any:
    return [item.json for item in desk.deliver() if item.url.endswith("/events")]


def test_a_webhook_can_subscribe_to_what_happens_to_tickets(desk: Desk) -> None:
    _subscribe(
        desk, "created", "comment_added", "status_changed", "tags_changed", "priority_changed"
    )
    desk.ticket(tags=["a"])
    first, second = _events(desk)
    assert {first["type"], second["type"]} == {
        "zen:event-type:ticket.created",
        "zen:event-type:ticket.comment_added",
    }
    assert first["detail"]["id"] == "1"
    assert first["subject"] == "zen:ticket:1"
    assert first["event"]["meta"]["sequence"]["position"] == 1
    desk.put(1, tags=["b"], priority="high", assignee_id=desk.user("Grace Agent"))
    changes = {row["type"].rpartition(".")[2]: row["event"] for row in _events(desk)}
    assert (changes["status_changed"]["previous"], changes["status_changed"]["current"]) == (
        "new",
        "open",
    )
    assert changes["tags_changed"]["tags_added"] == ["b"]
    assert changes["tags_changed"]["tags_removed"] == ["a"]
    assert changes["priority_changed"]["previous"] is None


def test_event_deliveries_are_signed_with_the_webhooks_own_secret(desk: Desk) -> None:
    hook = _subscribe(desk, "created")["id"]
    secret = desk.ok("GET", f"/webhooks/{hook}/signing_secret")["signing_secret"]["secret"]
    desk.ticket()
    delivery = next(item for item in desk.deliver() if item.url.endswith("/events"))
    assert delivery.headers["X-Zendesk-Webhook-Signature"] == _signature(secret, delivery)


def test_a_webhooks_life_over_the_api(desk: Desk) -> None:
    made = _subscribe(
        desk, "created", authentication={"type": "bearer_token", "data": {"token": "t"}}
    )
    assert "signing_secret" not in made
    assert "data" not in made["authentication"]
    one = f"/webhooks/{made['id']}"
    assert desk.ok("GET", one)["webhook"] == made
    secret = desk.ok("GET", f"{one}/signing_secret")["signing_secret"]
    assert (len(secret["secret"]), secret["algorithm"]) == (44, "SHA256")
    reset = desk.ok("POST", f"{one}/signing_secret")["signing_secret"]["secret"]
    assert reset != secret["secret"]
    assert desk.call("PATCH", one, {"webhook": {"name": "other"}}).status_code == 204
    found = desk.ok("GET", "/webhooks?filter[name_contains]=OTH&page[size]=5")["webhooks"]
    assert [row["name"] for row in found] == ["other"]
    clone = desk.ok("POST", f"/webhooks?clone_webhook_id={made['id']}")["webhook"]
    assert (clone["name"], clone["id"] != made["id"]) == ("other", True)
    assert desk.call("DELETE", one).status_code == 204
    for path in (one, f"{one}/signing_secret", f"{one}/invocations"):
        assert desk.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("authentication", "header", "value"),
    [
        ({"type": "bearer_token", "data": {"token": "t"}}, "Authorization", "Bearer t"),
        (
            {"type": "basic_auth", "data": {"username": "u", "password": "p"}},
            "Authorization",
            "Basic dTpw",
        ),
        ({"type": "api_key", "data": {"name": "X-K", "value": "v"}}, "X-K", "v"),
    ],
)
def test_deliveries_carry_the_webhooks_credentials(
    desk: Desk, authentication: dict[str, Any], header: str, value: Any
) -> None:
    _subscribe(desk, "created", authentication=authentication, custom_headers={"X-Mine": "1"})
    desk.ticket()
    delivery = next(item for item in desk.deliver() if item.url.endswith("/events"))
    assert (delivery.headers[header], delivery.headers["X-Mine"]) == (value, "1")


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": 5},
        {"status": "asleep"},
        {"http_method": "YELL"},
        {"request_format": "morse"},
        {"endpoint": "http://example.com/x"},
        {"endpoint": "ftp://127.0.0.1/x"},
        {"endpoint": "http://[broken"},
        {"endpoint": 5},
        {"subscriptions": "x"},
        {"subscriptions": ["unknown"]},
        {"subscriptions": ["conditional_ticket_events", "zen:event-type:ticket.created"]},
        {"http_method": "PUT"},
        {"authentication": "x"},
        {"custom_headers": "x"},
    ],
)
def test_a_bad_webhook_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    good = {
        "name": "n",
        "status": "active",
        "endpoint": "https://example.com/x",
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": ["zen:event-type:ticket.created"],
    }
    assert desk.call("POST", "/webhooks", {"webhook": good}).status_code == 201
    answer = desk.call("POST", "/webhooks", {"webhook": {**good, **change}})
    assert (answer.status_code, list(answer.json)) == (400, ["errors"])


def test_how_a_webhook_is_connected_cannot_be_changed(desk: Desk) -> None:
    body = {"webhook": {"subscriptions": ["zen:event-type:ticket.created"]}}
    assert desk.call("PATCH", f"/webhooks/{_hook(desk)}", body).status_code == 400


def test_webhook_paths_have_no_json_twin(desk: Desk) -> None:
    assert desk.call("GET", "/webhooks.json").status_code == 404


def test_the_test_button_sends_at_once_and_shows_the_answer(desk: Desk) -> None:
    desk.endpoint.always = HookAnswer(202, {"X-A": "b"}, "ok")
    answer = desk.ok("POST", f"/webhooks/test?webhook_id={_hook(desk)}", {"request": {}})
    assert answer["response"]["status"] == "202"
    (delivery,) = desk.endpoint.got
    assert delivery.headers["X-Zendesk-Webhook-Signature"] == _signature(
        desk.sandbox.config.webhook_secret, delivery
    )


def test_an_unsaved_webhook_is_tested_with_the_publicly_known_secret(desk: Desk) -> None:
    request = {"endpoint": "http://127.0.0.1:9/t", "http_method": "POST", "payload": "{}"}
    desk.ok("POST", "/webhooks/test", {"request": request})
    (delivery,) = desk.endpoint.got
    known = base64.b64encode(b"this_secret_is_for_testing_only").decode()
    assert delivery.headers["X-Zendesk-Webhook-Signature"] == _signature(known, delivery)
    assert desk.call("POST", "/webhooks/test", {"request": 5}).status_code == 400


def test_faults_lose_double_and_delay_deliveries(desk: Desk) -> None:
    desk.faults(lose_webhooks=1.0, count=1)
    desk.ticket()
    assert desk.deliver() == []
    assert "webhook.lost" in desk.events()
    desk.faults(duplicate_webhooks=2, count=1)
    desk.ticket()
    ids = [item.headers["X-Zendesk-Webhook-Invocation-Id"] for item in desk.deliver()]
    assert len(ids) == 3
    assert len(set(ids)) == 1
    desk.faults(duplicate_webhooks=1, duplicate_new_ids=True)
    desk.ticket()
    assert len({item.headers["X-Zendesk-Webhook-Invocation-Id"] for item in desk.deliver()}) == 2


def test_the_reorder_fault_turns_the_order_of_deliveries_around(desk: Desk) -> None:
    desk.faults(reorder_webhooks=10.0, seed=3)
    for _ in range(8):
        desk.ticket()
    order = [item.json["ticket_id"] for item in _until_quiet(desk)]
    assert sorted(order) == [str(number) for number in range(1, 9)]
    assert order != sorted(order)


def test_old_invocations_are_forgotten_when_there_are_too_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.zendesk.sandbox.delivery._INVOCATIONS_KEPT", 2)
    for _ in range(4):
        desk.ticket()
    assert len(desk.deliver()) == 2
    assert len(_invocations(desk)) == 2


def test_a_loop_of_our_own_replies_ends_at_the_limit_of_updates(desk: Desk) -> None:
    desk.ticket()
    answers = []
    for _ in range(40):
        for delivery in desk.deliver():
            reply = {"comment": {"body": "automatic", "public": True}}
            path = f"/tickets/{delivery.json['ticket_id']}"
            answers.append(desk.call("PUT", path, {"ticket": reply}).status_code)
    assert answers == [200] * 30 + [429]
    assert desk.sandbox.dispatcher.pending() == 0
