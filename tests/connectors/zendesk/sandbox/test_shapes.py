"""What the sandbox says and takes has the shape that Zendesk publishes."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from connectors.zendesk.sandbox.api_webhooks import TRIGGERED
from tests.connectors.zendesk.sandbox.desks import Desk

SHAPES = Path(__file__).parent.parent / "shapes"
RECORDS = json.loads((SHAPES / "records.json").read_text())
REQUESTS = json.loads((SHAPES / "requests.json").read_text())


def _fits(name: str, value: Any, shapes: Any = None) -> None:
    Draft202012Validator((shapes or RECORDS)[name]).validate(value)


@pytest.fixture
def full(desk: Desk) -> Any:
    """A desk where everything has happened."""
    desk.ticket(
        subject="S", organization="Acme", tags=["a"], attachments=["a.pdf"], ccs=["c@x.example"]
    )
    desk.ticket(requester={"name": "E", "email": "e@x.example", "country": "GB"})
    desk.put(
        1,
        comment={"body": "n", "public": False},
        assignee_id=desk.user("Grace Agent"),
        priority="high",
        type="question",
        custom_fields=[{"id": 5, "value": "x"}],
        metadata={"custom": {"decision_id": "d"}},
    )
    desk.ok("POST", "/sandbox/tickets/1/rating", {"score": "good"})
    desk.ok("POST", "/sandbox/suspended", {"subject": "s", "name": "n", "email": "e@x.example"})
    desk.deliver()
    return desk


@pytest.mark.parametrize(
    ("path", "plural", "shape"),
    [
        ("/tickets", "tickets", "ticket"),
        ("/tickets/1/comments", "comments", "comment"),
        ("/tickets/1/audits", "audits", "audit"),
        ("/users", "users", "user"),
        ("/groups", "groups", "group"),
        ("/group_memberships", "group_memberships", "group_membership"),
        ("/organizations", "organizations", "organization"),
        ("/triggers", "triggers", "trigger"),
        ("/trigger_categories", "trigger_categories", "trigger_category"),
        ("/macros", "macros", "macro"),
        ("/ticket_fields", "ticket_fields", "ticket_field"),
        ("/satisfaction_ratings", "satisfaction_ratings", "satisfaction_rating"),
        ("/suspended_tickets", "suspended_tickets", "suspended_ticket"),
        ("/help_center/articles", "articles", "article"),
        ("/webhooks", "webhooks", "webhook"),
    ],
)
def test_records_have_the_published_names_and_types(
    full: Desk, path: str, plural: str, shape: str
) -> None:
    page = full.ok("GET", path)
    assert page[plural]
    for record in page[plural]:
        _fits(shape, record)
    _fits("cursor_page", full.ok("GET", f"{path}?page[size]=1"))
    if "count" in page:
        _fits("offset_page", page)


def test_attachments_jobs_exports_and_secrets_have_the_published_shape(full: Desk) -> None:
    comment = full.ok("GET", "/tickets/1/comments")["comments"][0]
    for attachment in comment["attachments"]:
        _fits("attachment", attachment)
    change = {"ticket": {"additional_tags": ["z"]}}
    job = full.ok("PUT", "/tickets/update_many?ids=1", change)["job_status"]
    _fits("job_status", job)
    _fits("job_status", full.ok("GET", f"/job_statuses/{job['id']}")["job_status"])
    full.clock.tick(61)
    _fits("ticket_export", full.ok("GET", "/incremental/tickets/cursor?start_time=0"))
    hook = f"/webhooks/{full.ok('GET', '/webhooks')['webhooks'][0]['id']}"
    _fits("signing_secret", full.ok("GET", f"{hook}/signing_secret")["signing_secret"])
    row = full.ok("GET", f"{hook}/invocations")["invocations"][0]
    _fits("invocation", row)
    for attempt in full.ok("GET", f"{hook}/invocations/{row['id']}/attempts")["attempts"]:
        _fits("invocation_attempt", attempt)


def test_schedules_have_the_published_shape(desk: Desk) -> None:
    for schedule in desk.ok("GET", "/business_hours/schedules")["schedules"]:
        _fits("schedule", schedule)


def test_translations_have_the_published_shape(desk: Desk) -> None:
    for article in desk.ok("GET", "/help_center/articles?include=translations")["articles"]:
        for translation in article.pop("translations"):
            _fits("translation", translation)
        _fits("article", article)


def test_event_payloads_have_the_published_shape(desk: Desk) -> None:
    names = ("created", "comment_added", "status_changed", "group_assignment_changed")
    hook = {
        "name": "e",
        "status": "active",
        "endpoint": "http://127.0.0.1:9/e",
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": [f"zen:event-type:ticket.{name}" for name in names],
    }
    desk.ok("POST", "/webhooks", {"webhook": hook})
    desk.ticket()
    desk.put(1, assignee_id=desk.user("Grace Agent"), priority="low", type="task")
    payloads = [item.json for item in desk.deliver() if item.url.endswith("/e")]
    assert len(payloads) == 4
    for payload in payloads:
        _fits("ticket_event", payload)


@pytest.mark.parametrize(
    "ticket",
    [
        {"comment": {"body": "x", "public": False}, "tags": ["a"], "priority": "high"},
        {"status": "open", "assignee_id": None, "group_id": None, "type": None},
        {"metadata": {"custom": {"a": "b"}}, "custom_fields": [{"id": 1, "value": "x"}]},
        {"comment": {"body": 5}},
        {"comment": {"body": "x", "public": "nope"}},
        {"comment": {"html_body": ["x"]}},
        {"comment": {"body": "x", "author_id": "me"}},
        {"comment": "text"},
        {"status": "gone"},
        {"priority": "soon"},
        {"type": 5},
        {"tags": [5]},
        {"tags": 5},
        {"assignee_id": "me"},
        {"group_id": [1]},
        {"requester_id": {}},
        {"custom_fields": [5]},
        {"metadata": "x"},
        {"subject": 5},
        {"external_id": 5},
    ],
)
def test_updates_are_taken_if_and_only_if_their_shape_is_published(
    desk: Desk, ticket: dict[str, Any]
) -> None:
    desk.ticket()
    try:
        _fits("ticket_update", {"ticket": ticket}, REQUESTS)
        fits = True
    except ValidationError:
        fits = ticket == {"comment": "text"}  # Zendesk's older short form, documented elsewhere
    answer = desk.call("PUT", "/tickets/1", {"ticket": ticket})
    assert (answer.status_code == 200) is fits


def test_what_setup_sends_has_the_published_shape_and_is_taken(desk: Desk) -> None:
    hook = {
        "name": "n",
        "status": "active",
        "endpoint": "https://example.com/w",
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": [TRIGGERED],
    }
    _fits("webhook_create", {"webhook": hook}, REQUESTS)
    key = desk.ok("POST", "/webhooks", {"webhook": hook})["webhook"]["id"]
    trigger = {
        "title": "t",
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "new"}], "any": []},
        "actions": [{"field": "notification_webhook", "value": [key, "{}"]}],
    }
    _fits("trigger_create", {"trigger": trigger}, REQUESTS)
    desk.ok("POST", "/triggers", {"trigger": trigger})
    token = {
        "grant_type": "client_credentials",
        "client_id": "deskclerk_sandbox",
        "client_secret": "sandbox-client-secret",
        "scope": "read",
        "expires_in": 300,
    }
    _fits("token", token, REQUESTS)
    desk.ok("POST", "/oauth/tokens", token)


@pytest.mark.parametrize("name", ["name", "endpoint", "http_method", "request_format", "status"])
def test_a_webhook_without_a_mandatory_property_is_refused_as_published(
    desk: Desk, name: str
) -> None:
    hook = {
        "name": "n",
        "status": "active",
        "endpoint": "https://example.com/w",
        "http_method": "POST",
        "request_format": "json",
    }
    del hook[name]
    with pytest.raises(ValidationError):
        _fits("webhook_create", {"webhook": hook}, REQUESTS)
    assert desk.call("POST", "/webhooks", {"webhook": hook}).status_code == 400


def test_a_record_with_a_foreign_name_would_be_noticed(desk: Desk) -> None:
    ticket = desk.ticket()
    with pytest.raises(ValidationError):
        _fits("ticket", {**ticket, "invented": 1})
    with pytest.raises(ValidationError):
        _fits("ticket", {**ticket, "id": "1"})
