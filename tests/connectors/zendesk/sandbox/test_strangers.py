"""Whatever is sent, the sandbox answers, and its records stay sound."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.zendesk.sandbox import Sandbox, SandboxConfig, create_sandbox
from connectors.zendesk.sandbox.config import HookAnswer
from connectors.zendesk.sandbox.errors import ApiError
from connectors.zendesk.sandbox.reading import read_change
from connectors.zendesk.sandbox.richtext import html_of, text_of
from connectors.zendesk.sandbox.wire import stamp

NAMES = st.sampled_from(
    [
        "subject", "status", "priority", "type", "tags", "assignee_id", "group_id", "comment",
        "custom_fields", "fields", "metadata", "safe_update", "updated_stamp", "requester_id",
        "email_cc_ids", "body", "html_body", "public", "author_id", "id", "value", "custom",
        "title", "actions", "conditions", "all", "any", "field", "operator", "name", "email",
        "endpoint", "subscriptions", "requester", "organization", "attachments", "ccs", "as",
        "role", "authentication", "custom_headers", "custom_field_options", "request", "payload",
    ]
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["open", "high", "true", "POST", "json", "active", "http://127.0.0.1:9/"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
CALLS = st.sampled_from(
    [
        ("PUT", "/api/v2/tickets/1", "ticket"),
        ("POST", "/api/v2/tickets", "ticket"),
        ("PUT", "/api/v2/tickets/1/tags", None),
        ("PUT", "/api/v2/tickets/update_many?ids=1", "ticket"),
        ("POST", "/api/v2/triggers", "trigger"),
        ("POST", "/api/v2/webhooks", "webhook"),
        ("POST", "/api/v2/webhooks/test", None),
        ("POST", "/api/v2/users", "user"),
        ("POST", "/api/v2/groups", "group"),
        ("POST", "/api/v2/macros", "macro"),
        ("POST", "/api/v2/ticket_fields", "ticket_field"),
        ("POST", "/api/v2/trigger_categories", "trigger_category"),
        ("POST", "/oauth/tokens", None),
        ("POST", "/sandbox/tickets", None),
        ("POST", "/sandbox/tickets/1/comments", None),
        ("POST", "/sandbox/tickets/1/rating", None),
        ("POST", "/sandbox/suspended", None),
        ("POST", "/sandbox/articles", None),
        ("POST", "/sandbox/faults", None),
    ]
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Any]:
    made = create_sandbox(
        SandboxConfig(delivery_threads=0, sleep=lambda _: None, transport=_nobody)
    )
    yield made
    made.close()


def _nobody(*_: Any) -> Any:
    return HookAnswer(0)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=CALLS, value=VALUES)
def test_no_json_whatever_makes_the_sandbox_crash(sandbox: Sandbox, call: Any, value: Any) -> None:
    client = sandbox.app.test_client()
    if not sandbox.state.tickets:
        client.post("/sandbox/tickets", json={"body": "x"})
    method, path, key = call
    headers = {"Authorization": f"Bearer {sandbox.token()}"}
    body = value if key is None else {key: value}
    answer = client.open(path, method=method, json=body, headers=headers)
    assert answer.status_code < 500 or answer.headers.get("X-Sandbox-Dropped")
    client.delete("/sandbox/faults")
    assert client.get("/").status_code == 200
    assert client.get("/sandbox/tickets").status_code == 200


@given(VALUES)
def test_a_change_is_read_or_refused(value: Any) -> None:
    body = value if isinstance(value, dict) else {"comment": value}
    try:
        change = read_change(body)
    except ApiError as error:
        change = None
        refusal = error.status
    if change is None:
        assert refusal in {400, 422}
        return
    assert set(change.fields) <= set(body) | {"custom_fields"}


@given(st.text(max_size=60))
def test_plain_text_survives_the_way_through_html(text: str) -> None:
    back = text_of(html_of(text))
    assert back.split() == text.split()


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)))  # noqa: DTZ001 - hypothesis wants it bare
def test_stamps_have_whole_seconds(moment: datetime) -> None:
    assert datetime.fromisoformat(stamp(moment)) == moment.replace(microsecond=0)
