"""The door: what is stored, what is refused, and what the sender hears."""

import io
import json

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from connectors.zendesk.signature import sign
from integration.app import create_app
from integration.dispatch import Dispatcher
from integration.drift import DriftOfTheHour
from integration.engine import Queue
from integration.intake import MAX_BODY_BYTES, Intake
from integration.services import WebServices
from integration.store import Store, facts, tables, workers
from tests.fakes.helpdesk import OWN_USER, FakeClock
from tests.fakes.secrets import secrets_of

SECRET, OLD_SECRET = "the-present-secret", "the-former-secret"
METRICS_TOKEN = "scrape"
URL = "/webhooks/zendesk"


@pytest.fixture
def web(any_store: Store, clock: FakeClock) -> FlaskClient:
    intake = Intake(any_store, clock, secrets_of(any_store, clock, SECRET, OLD_SECRET))
    drift = DriftOfTheHour(any_store)
    services = WebServices(any_store, intake, clock, METRICS_TOKEN, drift)
    return create_app(services).test_client()


def headers_for(
    raw: bytes, clock: FakeClock, *, secret: str = SECRET, invocation: str = "01INV"
) -> dict[str, str]:
    stamp = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "X-Zendesk-Webhook-Signature": sign(raw, stamp, secret),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Account-Id": "18",
        "X-Zendesk-Webhook-Id": "01HOOK",
        "X-Zendesk-Webhook-Invocation-Id": invocation,
        "Content-Type": "application/json",
    }


def body_for(ticket: int, actor: int = 100) -> bytes:
    return json.dumps({"ticket_id": str(ticket), "current_user_id": str(actor)}).encode()


def stored(store: Store) -> list[sa.RowMapping]:
    with store.read() as connection:
        return list(connection.execute(sa.select(tables.delivery)).mappings())


def tasks(store: Store) -> int:
    """How many tasks a worker makes of what is stored."""
    return Dispatcher(store, Queue(store)).dispatch()


def test_a_signed_delivery_is_stored_with_its_task_and_answered_202(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    raw = body_for(7)
    assert web.post(URL, data=raw, headers=headers_for(raw, clock)).status_code == 202
    (row,) = stored(any_store)
    assert (row["ticket_id"], row["state"], bytes(row["body"])) == (7, "stored", raw)
    assert tasks(any_store) == 1


def test_a_known_delivery_gets_the_same_answer_and_changes_nothing(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    raw = body_for(7)
    answers = [web.post(URL, data=raw, headers=headers_for(raw, clock)) for _ in range(3)]
    assert {(answer.status_code, answer.data) for answer in answers} == {(202, b"")}
    assert len(stored(any_store)) == 1


def test_the_former_secret_holds_while_it_is_rotated(web: FlaskClient, clock: FakeClock) -> None:
    raw = body_for(7)
    answer = web.post(URL, data=raw, headers=headers_for(raw, clock, secret=OLD_SECRET))
    assert answer.status_code == 202


@pytest.mark.parametrize("change", ["body", "signature", "stamp", "missing", "late"])
def test_what_is_not_signed_by_us_is_refused_without_detail(
    web: FlaskClient, clock: FakeClock, any_store: Store, change: str
) -> None:
    raw = body_for(7)
    headers = headers_for(raw, clock)
    if change == "body":
        raw += b" "
    elif change == "signature":
        headers["X-Zendesk-Webhook-Signature"] = "é" * 44
    elif change == "stamp":
        headers["X-Zendesk-Webhook-Signature-Timestamp"] = "1700000000"
    elif change == "missing":
        del headers["X-Zendesk-Webhook-Signature"]
    else:
        clock.pass_time(301)
    answer = web.post(URL, data=raw, headers=headers)
    assert (answer.status_code, answer.data) == (401, b"")
    assert stored(any_store) == []


def test_a_body_that_is_too_large_is_refused(web: FlaskClient, clock: FakeClock) -> None:
    raw = b"x" * (MAX_BODY_BYTES + 1)
    assert web.post(URL, data=raw, headers=headers_for(raw, clock)).status_code == 413


def test_a_body_that_hides_its_length_is_refused_too(web: FlaskClient, clock: FakeClock) -> None:
    raw = b"x" * (MAX_BODY_BYTES + 1)
    answer = web.post(
        URL,
        input_stream=io.BytesIO(raw),
        headers=headers_for(raw, clock),
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


def test_a_signed_body_that_cant_be_read_is_stored_and_seen(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    raw = b"\xff not json"
    assert web.post(URL, data=raw, headers=headers_for(raw, clock)).status_code == 202
    (row,) = stored(any_store)
    assert row["state"] == "unreadable"
    assert tasks(any_store) == 0


def test_a_broken_body_that_names_its_ticket_is_worked_on(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    raw = b'{"ticket_id": "42", "via": "a " quote breaks it'
    web.post(URL, data=raw, headers=headers_for(raw, clock))
    assert stored(any_store)[0]["ticket_id"] == 42


def test_an_event_that_is_not_about_a_ticket_is_set_aside(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    raw = b'{"type": "zen:event-type:user.deleted", "detail": {"id": "5"}}'
    assert web.post(URL, data=raw, headers=headers_for(raw, clock)).status_code == 202
    assert stored(any_store)[0]["state"] == "ignored"


def test_an_update_of_our_own_needs_no_task(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    with any_store.write() as connection:
        facts.put(connection, facts.OWN_USER, OWN_USER, 0.0)
    raw = body_for(7, actor=OWN_USER)
    assert web.post(URL, data=raw, headers=headers_for(raw, clock)).status_code == 202
    assert stored(any_store)[0]["state"] == "ignored"
    assert tasks(any_store) == 0


def test_whoever_was_our_user_before_we_were_connected_anew_is_heard_again(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    for number, own in enumerate((OWN_USER, OWN_USER + 1)):
        with any_store.write() as connection:
            facts.put(connection, facts.OWN_USER, own, 0.0)
        clock.pass_time(31)
        for actor in (OWN_USER, OWN_USER + 1):
            raw = body_for(7, actor=actor)
            headers = headers_for(raw, clock, invocation=f"{number}{actor}")
            assert web.post(URL, data=raw, headers=headers).status_code == 202
    states = [row["state"] for row in stored(any_store)]
    assert states == ["ignored", "stored", "stored", "ignored"]


def test_a_store_that_cant_take_it_answers_503_and_when_to_come_back(
    web: FlaskClient, clock: FakeClock, any_store: Store
) -> None:
    with any_store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE delivery RENAME TO elsewhere")
    raw = body_for(7)
    answer = web.post(URL, data=raw, headers=headers_for(raw, clock))
    assert (answer.status_code, answer.headers["Retry-After"], answer.data) == (503, "10", b"")


def test_health_needs_nothing(web: FlaskClient) -> None:
    assert web.get("/healthz").json == {"status": "ok"}


def test_ready_says_what_is_missing(web: FlaskClient, clock: FakeClock, any_store: Store) -> None:
    assert web.get("/readyz").status_code == 503
    with any_store.write() as connection:
        workers.beat(connection, "w")
    raw = body_for(7)
    web.post(URL, data=raw, headers=headers_for(raw, clock))
    clock.pass_time(2)
    answer = web.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "store": "ok",
        "workers": 1,
        "last_delivery_age_s": 2.0,
        "last_sweep_age_s": None,
        "helpdesk": "not reached yet",
        "paused": False,
        "waits_for_start": False,
    }


def test_ready_survives_a_broken_store(web: FlaskClient, any_store: Store) -> None:
    with any_store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE worker RENAME TO elsewhere")
    assert web.get("/readyz").status_code == 503


def test_metrics_are_for_the_bearer_of_the_token(web: FlaskClient) -> None:
    assert web.get("/metrics").status_code == 401
    assert web.get("/metrics", headers={"Authorization": "Bearer \xe9"}).status_code == 401
    answer = web.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == 200
    assert "deskclerk_workers 0.0" in answer.text
    assert answer.text.endswith("# EOF\n")


def test_metrics_without_a_token_are_switched_off(store: Store, clock: FakeClock) -> None:
    intake = Intake(store, clock, secrets_of(store, clock, SECRET))
    web = create_app(WebServices(store, intake, clock, "", DriftOfTheHour(store))).test_client()
    assert web.get("/metrics").status_code == 404


def test_metrics_survive_a_broken_store(web: FlaskClient, any_store: Store) -> None:
    with any_store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE worker RENAME TO elsewhere")
    answer = web.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == 503


def test_an_unknown_page_says_no_more_than_that(web: FlaskClient) -> None:
    answer = web.get("/CANARY")
    assert (answer.status_code, answer.text) == (404, "Not Found\n")
