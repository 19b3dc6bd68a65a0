"""Tokens, scopes, roles and rate limits."""

from typing import Any

import pytest

from connectors.zendesk.sandbox import Limits
from tests.connectors.zendesk.sandbox.desks import Desk, OpenDesk

CREDENTIALS = {
    "grant_type": "client_credentials",
    "client_id": "deskclerk_sandbox",
    "client_secret": "sandbox-client-secret",
    "scope": "read write",
}


def _as(desk: Desk, token: Any, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return desk.http.open(f"/api/v2{path}", method=method, json=body, headers=headers)


def test_client_credentials_give_a_token_that_acts_as_the_bot(desk: Desk) -> None:
    answer = desk.ok("POST", "/oauth/tokens", CREDENTIALS)
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == (
        "bearer",
        1800,
        "read write",
    )
    me = _as(desk, answer["access_token"], "GET", "/users/me").json["user"]
    assert (me["name"], me["id"]) == ("Deskclerk", desk.sandbox.state.bot_id)


def test_a_token_expires(desk: Desk) -> None:
    token = desk.ok("POST", "/oauth/tokens", {**CREDENTIALS, "expires_in": 300})["access_token"]
    desk.clock.tick(299)
    assert _as(desk, token, "GET", "/tickets").status_code == 200
    desk.clock.tick(1)
    answer = _as(desk, token, "GET", "/tickets")
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"expires_in": 299}, 400, "invalid_request"),
        ({"expires_in": 172_801}, 400, "invalid_request"),
        ({"expires_in": True}, 400, "invalid_request"),
        ({"scope": ["read"]}, 400, "invalid_scope"),
    ],
)
def test_bad_token_requests_are_refused(
    desk: Desk, change: dict[str, Any], status: int, error: str
) -> None:
    answer = desk.http.post("/oauth/tokens", json={**CREDENTIALS, **change})
    assert (answer.status_code, answer.json["error"]) == (status, error)


def test_a_token_request_that_is_no_json_is_refused(desk: Desk) -> None:
    assert desk.http.post("/oauth/tokens", data=b"{").json["error"] == "invalid_request"


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic abc", "Bearer", "Bearer \u00e9"])
def test_every_call_with_a_bad_credential_is_refused(desk: Desk, header: str) -> None:
    answer = desk.http.get("/api/v2/tickets", headers={"Authorization": header})
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_nobody_is_anonymous_at_users_me_and_refused_elsewhere(desk: Desk) -> None:
    me = _as(desk, None, "GET", "/users/me.json")
    assert (me.status_code, me.json["user"]["id"], me.json["user"]["name"]) == (
        200,
        None,
        "Anonymous user",
    )
    assert _as(desk, None, "GET", "/tickets").status_code == 401
    assert _as(desk, None, "GET", "/help_center/articles.json").status_code == 200


@pytest.mark.parametrize(
    ("scopes", "method", "path", "allowed"),
    [
        ("read", "GET", "/tickets", True),
        ("read", "PUT", "/tickets/1", False),
        ("tickets:read", "GET", "/tickets/1/comments", True),
        ("tickets:read", "GET", "/groups", True),
        ("tickets:read", "GET", "/triggers", False),
        ("tickets:write", "PUT", "/tickets/1", True),
        ("tickets:write", "GET", "/tickets/1", False),
        ("users:read", "GET", "/users/me", True),
        ("webhooks:read", "GET", "/webhooks", True),
        ("triggers:read webhooks:read", "GET", "/trigger_categories", True),
        ("hc:read", "GET", "/help_center/articles/search.json?query=x", True),
        ("macros:read", "GET", "/macros.json?active=true", True),
        ("hc:read tickets:read", "GET", "/macros", False),
        ("macros:read", "GET", "/help_center/articles.json", False),
        ("tikets:read", "GET", "/tickets", False),
    ],
)
def test_scopes_decide_what_a_token_may_do(
    desk: Desk, scopes: str, method: str, path: str, allowed: Any
) -> None:
    desk.ticket()
    token = desk.ok("POST", "/oauth/tokens", {**CREDENTIALS, "scope": scopes})["access_token"]
    body = {"ticket": {"tags": ["a"]}} if method == "PUT" else None
    assert _as(desk, token, method, path, body).status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    "path", ["/webhooks", "/incremental/tickets/cursor?start_time=0", "/suspended_tickets"]
)
def test_an_agent_may_not_do_what_administrators_may(open_desk: OpenDesk, path: str) -> None:
    assert open_desk(bot_role="agent").call("GET", path).status_code == 403
    assert open_desk().call("GET", path).status_code == 200


def test_all_tokens_can_be_expired_at_once_without_touching_other_faults(desk: Desk) -> None:
    desk.faults(latency_s=0.5)
    desk.faults(expire_tokens=True)
    assert desk.call("GET", "/tickets").status_code == 401
    assert desk.ok("GET", "/sandbox/faults")["faults"]["latency_s"] == 0.5


def test_the_account_limit_ends_in_429_until_the_minute_is_over(open_desk: OpenDesk) -> None:
    desk = open_desk(limits=Limits(account_per_minute=2))
    first = desk.call("GET", "/tickets")
    assert first.headers["X-Rate-Limit"] == "2"
    assert first.headers["ratelimit-remaining"] == "1"
    desk.call("GET", "/tickets")
    desk.clock.tick(20)
    refused = desk.call("GET", "/tickets")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert refused.headers["X-Rate-Limit-Remaining"] == "0"
    desk.clock.tick(40)
    assert desk.call("GET", "/tickets").status_code == 200
    assert "rate.limited" in desk.events()


def test_the_31st_update_of_a_ticket_in_ten_minutes_is_refused_but_not_of_another(
    desk: Desk,
) -> None:
    desk.ticket()
    desk.ticket()
    for number in range(30):
        answer = desk.call("PUT", "/tickets/1", {"ticket": {"tags": [f"t{number}"]}})
        assert answer.status_code == 200
    assert answer.headers["zendesk-ratelimit-tickets-update"].startswith("total=30; remaining=0;")
    refused = desk.call("PUT", "/tickets/1", {"ticket": {"tags": ["x"]}})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert desk.ok("GET", "/tickets/1")["ticket"]["tags"] == ["t29"]
    desk.put(2, tags=["fine"])
    desk.clock.tick(600)
    desk.put(1, tags=["x"])


def test_updates_of_the_whole_account_can_be_limited(open_desk: OpenDesk) -> None:
    desk = open_desk(limits=Limits(updates_per_minute=1, ticket_updates_per_10_minutes=None))
    desk.ticket()
    desk.ticket()
    desk.put(1, tags=["a"])
    assert desk.refused(2, tags=["a"])[0] == 429


def test_all_limits_can_be_switched_off(open_desk: OpenDesk) -> None:
    desk = open_desk(limits=Limits(None, None, None, None))
    desk.ticket()
    for number in range(40):
        answer = desk.call("PUT", "/tickets/1", {"ticket": {"tags": [f"t{number}"]}})
    assert answer.status_code == 200
    assert "X-Rate-Limit" not in answer.headers
    assert desk.call("GET", "/incremental/tickets/cursor?start_time=0").status_code == 200


def test_a_clock_that_goes_back_starts_a_new_window(open_desk: OpenDesk) -> None:
    desk = open_desk(limits=Limits(account_per_minute=1))
    desk.call("GET", "/tickets")
    desk.clock.tick(-3600)
    assert desk.call("GET", "/tickets").status_code == 200
