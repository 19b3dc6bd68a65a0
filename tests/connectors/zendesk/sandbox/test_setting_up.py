"""What setting up an account needs of the sandbox: views, groups, categories, and its refusals."""

from dataclasses import replace
from typing import Any

import pytest

from tests.connectors.zendesk.sandbox.desks import HOOK, Desk, OpenDesk

NARROW = [{"field": "status", "operator": "less_than", "value": "solved"}]
HOOK_BODY = {
    "webhook": {
        "name": "n", "status": "active", "endpoint": HOOK, "http_method": "POST",
        "request_format": "json", "subscriptions": ["conditional_ticket_events"],
    }
}  # fmt: skip


def test_views_are_made_shown_changed_and_deleted(desk: Desk) -> None:
    wanted = {"title": "Open", "all": NARROW, "description": "d", "output": {"columns": ["status"]}}
    made = desk.ok("POST", "/views.json", {"view": wanted})["view"]
    assert made["conditions"] == {"all": NARROW, "any": []}
    assert desk.ok("GET", f"/views/{made['id']}.json")["view"] == made
    changed = desk.ok("PUT", f"/views/{made['id']}", {"view": {"title": "Mine", "active": False}})
    assert changed["view"] == made | {"title": "Mine", "raw_title": "Mine", "active": False}
    assert [row["id"] for row in desk.ok("GET", "/views")["views"]] == [made["id"]]
    desk.ok("DELETE", f"/views/{made['id']}")
    assert desk.call("GET", f"/views/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"title": " ", "all": NARROW},
        {"title": "t"},
        {"title": "t", "all": [{"field": "current_tags", "operator": "includes", "value": "x"}]},
        {"title": "t", "all": NARROW, "output": {"columns": ["subject"]}},
        {"title": "t", "all": NARROW, "output": {"columns": 5}},
        {"title": "t", "all": 5},
        {"title": 5, "all": NARROW},
    ],
)
def test_a_bad_view_is_refused(desk: Desk, wanted: dict[str, Any]) -> None:
    assert desk.call("POST", "/views", {"view": wanted}).status_code in {400, 422}


def test_groups_are_changed_and_deleted_but_the_default_one_stays(desk: Desk) -> None:
    made = desk.ok("POST", "/groups", {"group": {"name": "Fraud", "description": "d"}})["group"]
    assert made["description"] == "d"
    changed = desk.ok("PUT", f"/groups/{made['id']}", {"group": {"name": "Fraud 2"}})["group"]
    assert (changed["name"], changed["description"]) == ("Fraud 2", "d")
    desk.ok("PUT", f"/groups/{made['id']}", {"group": {"name": "Fraud 2"}})
    taken = desk.call("PUT", f"/groups/{made['id']}", {"group": {"name": "Legal"}})
    assert taken.status_code == 422
    desk.ok("DELETE", f"/groups/{made['id']}")
    assert desk.call("DELETE", f"/groups/{made['id']}").status_code == 404
    assert desk.call("DELETE", f"/groups/{desk.group('Support')}").status_code == 422


def test_trigger_categories_are_renamed(desk: Desk) -> None:
    made = desk.ok("POST", "/trigger_categories", {"trigger_category": {"name": "A"}})
    path = f"/trigger_categories/{made['trigger_category']['id']}"
    changed = desk.ok("PATCH", path, {"trigger_category": {"name": "B"}})["trigger_category"]
    assert changed["name"] == "B"
    assert desk.call("PATCH", path, {"trigger_category": {"name": " "}}).status_code == 400
    desk.ok("DELETE", path)
    assert desk.call("PATCH", path, {"trigger_category": {"name": "C"}}).status_code == 404


def test_a_plan_without_webhooks_has_no_such_address(open_desk: OpenDesk) -> None:
    desk = open_desk(max_webhooks=0, webhook_url=None)
    answer = desk.call("GET", "/webhooks")
    assert (answer.status_code, answer.json["error"]) == (404, "InvalidEndpoint")
    assert desk.call("POST", "/webhooks", HOOK_BODY).status_code == 404


def test_more_webhooks_than_the_plan_has_are_refused(open_desk: OpenDesk) -> None:
    desk = open_desk(max_webhooks=2)
    desk.ok("POST", "/webhooks", HOOK_BODY)
    assert desk.call("POST", "/webhooks", HOOK_BODY).status_code == 400


def test_a_client_gets_only_the_scopes_that_it_may_have(open_desk: OpenDesk) -> None:
    desk = open_desk(client_scopes="tickets:read users:read")
    config = desk.sandbox.config
    wanted = {
        "grant_type": "client_credentials",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "scope": "tickets:read tickets:write",
    }
    minted = desk.ok("POST", "/oauth/tokens", wanted)
    assert minted["scope"] == "tickets:read"
    desk.token = minted["access_token"]
    desk.ok("GET", "/tickets")
    assert desk.call("PUT", "/tickets/5.json", {}).status_code == 403


def test_what_has_no_scope_of_its_own_wants_the_wide_ones(desk: Desk) -> None:
    desk.token = desk.sandbox.token("tickets:read tickets:write")
    assert desk.call("GET", "/views").status_code == 403
    desk.token = desk.sandbox.token("read")
    desk.ok("GET", "/views")


def test_a_suspended_user_may_only_ask_who_they_are(desk: Desk) -> None:
    world = desk.sandbox.state
    world.users[world.bot_id] = replace(world.users[world.bot_id], suspended=True)
    assert desk.ok("GET", "/users/me")["user"]["suspended"] is True
    assert desk.call("GET", "/tickets").status_code == 403


def test_revoked_tokens_are_refused_also_fresh_ones(desk: Desk) -> None:
    desk.sandbox.services.tokens.revoked = True
    assert desk.call("GET", "/tickets").status_code == 401
    desk.token = desk.sandbox.token()
    assert desk.call("GET", "/users/me").status_code == 401


def test_a_field_may_be_required(desk: Desk) -> None:
    wanted = {"type": "text", "title": "Product", "required": True}
    made = desk.ok("POST", "/ticket_fields", {"ticket_field": wanted})["ticket_field"]
    assert made["required"] is True


def test_schedules_are_shown_to_administrators(open_desk: OpenDesk) -> None:
    desk = open_desk()
    answer = desk.ok("GET", "/business_hours/schedules.json")
    [schedule] = answer["schedules"]
    assert (schedule["name"], schedule["time_zone"]) == ("Support hours", "London")
    assert schedule["intervals"][0] == {"start_time": 1980, "end_time": 2460}
    assert desk.ok("GET", f"/business_hours/schedules/{schedule['id']}")["schedule"] == schedule
    assert desk.call("GET", "/business_hours/schedules/9").status_code == 404
    desk = open_desk(bot_role="agent")
    assert desk.call("GET", "/business_hours/schedules").status_code == 403


def test_a_plan_without_schedules_has_no_such_address(open_desk: OpenDesk) -> None:
    desk = open_desk(schedules=None)
    for path in ("/business_hours/schedules", "/business_hours/schedules/1"):
        answer = desk.call("GET", path)
        assert (answer.status_code, answer.json["error"]) == (404, "InvalidEndpoint")


def test_schedules_want_the_wide_scope(desk: Desk) -> None:
    desk.token = desk.sandbox.token("tickets:read users:read")
    assert desk.call("GET", "/business_hours/schedules").status_code == 403
    desk.token = desk.sandbox.token("read")
    desk.ok("GET", "/business_hours/schedules")
