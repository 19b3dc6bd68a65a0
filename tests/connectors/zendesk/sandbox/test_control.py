"""The controls under /sandbox: customers, agents, log and counts."""

from typing import Any

import pytest

from tests.connectors.zendesk.sandbox.desks import Desk


def test_a_customers_ticket_can_say_everything(desk: Desk) -> None:
    ticket = desk.ok(
        "POST",
        "/sandbox/tickets",
        {
            "requester": {
                "name": "Eve Adams",
                "email": "eve@x.example",
                "tags": ["VIP"],
                "country": "GB",
                "locale": "en-GB",
            },
            "organization": {"name": "Acme", "tags": ["gold"]},
            "subject": "Hello",
            "html_body": "<p>Hi</p>",
            "channel": "web",
            "tags": ["x"],
            "priority": "high",
            "attachments": [
                {"file_name": "a.png", "content_type": "image/png", "size": 7},
                "b.txt",
            ],
            "ccs": ["boss@x.example", {"email": "two@x.example", "name": "Two"}],
        },
    )["ticket"]
    assert ticket["requester"]["tags"] == ["vip"]
    assert ticket["requester"]["locale"] == "en-GB"
    assert ticket["via"]["channel"] == "web"
    assert len(ticket["email_cc_ids"]) == 2
    assert ticket["collaborator_ids"] == ticket["email_cc_ids"]
    files = ticket["comments"][0]["attachments"]
    assert [(row["file_name"], row["size"]) for row in files] == [("a.png", 7), ("b.txt", 1024)]
    assert ticket["comments"][0]["body"] == "Hi"


def test_the_same_customer_is_recognised_by_address(desk: Desk) -> None:
    first = desk.ticket(requester="Eve@x.example")
    second = desk.ticket(requester={"email": "eve@X.example", "tags": ["late"]})
    assert first["requester_id"] == second["requester_id"]
    assert desk.ok("GET", f"/users/{first['requester_id']}")["user"]["tags"] == ["late"]


def test_attachments_may_be_just_a_fact(desk: Desk) -> None:
    desk.ticket(attachments=True)
    desk.ticket(attachments=False)
    counts = [len(desk.sandbox.state.comments[key][0].attachments) for key in (1, 2)]
    assert counts == [1, 0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": "b", "requester": 5},
        {"body": "b", "organization": 5},
        {"body": "b", "subject": 5},
        {"body": "b", "requester": {"email": 5}},
        {"body": "b", "requester": {"email": "a@x.example", "country": 5}},
        {"body": "b", "channel": 5},
    ],
)
def test_a_bad_ticket_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert desk.http.post("/sandbox/tickets", json=body).status_code in {400, 422}
    assert desk.ok("GET", "/sandbox/tickets")["tickets"] == []


def test_agents_and_customers_write_and_change(desk: Desk) -> None:
    desk.ticket()
    ticket = desk.say(
        1,
        **{
            "as": "agent",
            "author": "omar@sandbox.example",
            "body": "looking",
            "public": False,
            "group": "Billing",
            "assignee": "Omar Agent",
            "priority": "low",
            "add_tags": ["a", "b"],
        },
    )
    assert (ticket["group"], ticket["assignee"], ticket["status"]) == (
        "Billing",
        "Omar Agent",
        "open",
    )
    assert ticket["comments"][1]["public"] is False
    ticket = desk.say(1, **{"as": "agent", "assignee": None, "group": None, "remove_tags": ["a"]})
    assert (ticket["group"], ticket["assignee"], ticket["tags"]) == (None, None, ["b"])
    ticket = desk.say(1, body="thanks", public=False)
    assert ticket["comments"][2]["public"] is True
    ticket = desk.say(1, body="me too", author={"name": "Other", "email": "o@x.example"})
    assert ticket["comments"][3]["author_id"] != ticket["requester_id"]
    assert desk.say(1, **{"as": "agent", "tags": ["z"]})["tags"] == ["z"]


@pytest.mark.parametrize(
    "body",
    [
        {"as": "king", "body": "x"},
        {"as": "agent", "author": "nobody", "body": "x"},
        {"as": "agent", "group": "nowhere"},
        {"as": "agent", "assignee": "nobody"},
        {"body": ""},
        {"body": 5},
    ],
)
def test_a_bad_comment_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    desk.ticket()
    answer = desk.http.post("/sandbox/tickets/1/comments", json=body)
    assert answer.status_code in {400, 422}
    assert len(desk.sandbox.state.audits[1]) == 1


def test_controls_want_json_and_know_their_tickets(desk: Desk) -> None:
    assert desk.http.post("/sandbox/tickets", data=b"x").status_code == 422
    assert desk.http.get("/sandbox/tickets/7").status_code == 404
    assert desk.http.get("/sandbox/events?after=x").status_code == 400
    desk.ticket()
    assert desk.ok("DELETE", "/sandbox/tickets/1") == {"deleted": 1}
    assert desk.ok("GET", "/sandbox/tickets/1")["ticket"]["deleted"] is True


def test_the_log_tells_what_happened_without_the_customers_words(desk: Desk) -> None:
    desk.ticket(subject="canary-subject", body="canary-body", requester="canary@x.example")
    desk.say(1, body="canary-more")
    desk.deliver()
    page = desk.ok("GET", "/sandbox/events")
    assert "canary" not in str(page)
    kinds = [row["kind"] for row in page["events"]]
    assert kinds == [
        "ticket.created",
        "trigger.fired",
        "comment.public",
        "trigger.fired",
        "webhook.delivered",
        "webhook.delivered",
    ]
    assert desk.ok("GET", f"/sandbox/events?after={page['last']}")["events"] == []
    assert desk.ok("GET", "/sandbox/events?ticket=2")["events"] == []


def test_checks_count_what_the_bot_wrote_by_decision(desk: Desk) -> None:
    desk.ticket()
    for decision, public in (("d1", False), ("d1", True), ("d2", False), ("d2", False)):
        desk.put(
            1,
            comment={"body": "x", "public": public},
            metadata={"custom": {"decision_id": decision}},
        )
    desk.say(1, **{"as": "agent", "body": "by a person"})
    checks = desk.ok("GET", "/sandbox/checks")
    row = checks["tickets"]["1"]
    assert (row["public_by_bot"], row["notes_by_bot"]) == (1, 3)
    assert row["notes_by_decision"] == {"d1": 1, "d2": 2}
    assert row["replies_by_decision"] == {"d1": 1}
    assert checks["total"] == {"tickets": 1, "public_by_bot": 1, "notes_by_bot": 3}
    assert checks["webhooks"]["pending"] == 3
    assert desk.ok("POST", "/sandbox/deliver") == {"delivered": 3}


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Host": "helpdesk.example"}, 403),
        ("POST", {"Origin": "https://evil.example"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "http://localhost"}, 201),
        ("GET", {"Host": "127.0.0.1:9000"}, 200),
        ("GET", {"Host": "[::1]:9000"}, 200),
    ],
)
def test_only_this_machine_and_its_own_page_are_served(
    desk: Desk, method: str, headers: dict[str, str], status: int
) -> None:
    answer = desk.http.open("/sandbox/tickets", method=method, headers=headers, json={"body": "x"})
    assert answer.status_code == status
