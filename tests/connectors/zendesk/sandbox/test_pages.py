"""The agent's page."""

from typing import Any

import pytest

from tests.connectors.zendesk.sandbox.desks import Desk

MARKUP = "<script>alert(1)</script>"


def _page(desk: Desk, path: str = "/") -> Any:
    answer = desk.http.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_list_shows_tickets_with_group_tags_priority_and_log(desk: Desk) -> None:
    desk.ticket(subject="Password please", tags=["blue"], priority="urgent")
    desk.put(1, group_id=desk.group("Legal"), comment={"body": "answer", "public": True})
    page = _page(desk)
    for text in ("Password please", "blue", "urgent", "Legal", "ticket.created", "automatically"):
        assert text in page


def test_an_empty_desk_says_so(desk: Desk) -> None:
    assert "No tickets yet" in _page(desk)


def test_the_thread_tells_public_from_private_and_shows_the_audit(desk: Desk) -> None:
    desk.ticket(subject="S", organization="Acme", ccs=["boss@x.example"], attachments=["a.pdf"])
    desk.put(
        1,
        comment={"body": "inner words", "public": False},
        tags=["a"],
        assignee_id=desk.user("Grace Agent"),
        metadata={"custom": {"decision_id": "d-77"}},
    )
    page = _page(desk, "/tickets/1")
    for text in ("inner words", "private note", "d-77", "Grace Agent", "Acme", "boss", "a.pdf"):
        assert text in page


def test_everything_a_customer_writes_is_escaped(desk: Desk) -> None:
    desk.ticket(
        subject=MARKUP, body=MARKUP, requester={"name": MARKUP, "email": f"{MARKUP}@x.example"},
        organization=MARKUP, tags=[MARKUP], attachments=[MARKUP], channel=MARKUP,
    )  # fmt: skip
    for path in ("/", "/tickets/1", "/fragments/desk", "/fragments/tickets/1"):
        page = _page(desk, path)
        assert MARKUP not in page
        assert "&lt;script&gt;" in page


def test_pages_forbid_foreign_and_inline_scripts_and_load_nothing_from_elsewhere(
    desk: Desk,
) -> None:
    answer = desk.http.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "same-origin"  # else our own forms lack an Origin
    page = answer.get_data(as_text=True)
    assert "https://" not in page
    for name in ("sandbox.css", "sandbox.js"):
        with desk.http.get(f"/static/{name}") as file:
            assert file.status_code == 200


def test_a_visitor_writes_as_customer_and_as_agent(desk: Desk) -> None:
    form = {"name": "Eve", "email": "eve@x.example", "subject": "S", "body": "Help"}
    made = desk.http.post("/tickets", data=form)
    assert (made.status_code, made.headers["Location"]) == (303, "/tickets/1")
    for role, body in (("customer", "one"), ("agent", "two"), ("note", "three")):
        sent = desk.http.post("/tickets/1/comments", data={"as": role, "body": body})
        assert sent.status_code == 303
    told = [
        (row["body"], row["public"]) for row in desk.ok("GET", "/tickets/1/comments")["comments"]
    ]
    assert told == [("Help", True), ("one", True), ("two", True), ("three", False)]


def test_a_visitor_changes_status_group_priority_and_assignee(desk: Desk) -> None:
    desk.ticket()
    form = {"status": "pending", "group": str(desk.group("Legal")), "priority": "high"}
    assert desk.http.post("/tickets/1/changes", data=form).status_code == 303
    form = {"status": "", "group": "", "priority": "", "assignee": str(desk.user("Grace Agent"))}
    assert desk.http.post("/tickets/1/changes", data=form).status_code == 303
    ticket = desk.ok("GET", "/tickets/1")["ticket"]
    assert (ticket["status"], ticket["priority"]) == ("pending", "high")
    assert ticket["assignee_id"] == desk.user("Grace Agent")


def test_a_closed_ticket_offers_no_forms(desk: Desk) -> None:
    desk.ticket()
    desk.http.post("/tickets/1/changes", data={"status": "closed"})
    page = _page(desk, "/tickets/1")
    assert "<form" not in page


@pytest.mark.parametrize(
    ("method", "path", "form", "status", "text"),
    [
        ("GET", "/tickets/7", {}, 404, "Not found"),
        ("POST", "/tickets/1/comments", {"as": "customer", "body": " "}, 422, "cannot be blank"),
        ("POST", "/tickets", {"name": "n", "email": "e@x.example"}, 422, "cannot be blank"),
        ("POST", "/tickets/1/changes", {"group": "x"}, 422, "Group: is not valid"),
    ],
)
def test_refusals_are_told_in_words(
    desk: Desk, method: str, path: str, form: dict[str, str], status: int, text: str
) -> None:
    desk.ticket()
    answer = desk.http.open(path, method=method, data=form)
    assert answer.status_code == status
    assert text in answer.get_data(as_text=True)
