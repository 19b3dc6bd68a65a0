"""Whatever bytes come to Slack's door, they get an answer that says what they are."""

import json
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from integration import ledger
from integration.app import create_app
from integration.brake import Brake, read_brake, set_brake
from integration.drift import DriftOfTheHour
from integration.intake import Intake
from integration.services import WebServices
from integration.settings import Settings
from integration.slack_door import build_door
from integration.slack_installation import purpose_of
from integration.store import Store, deliveries, policies, workspaces
from integration.vault import Vault
from tests.connectors.slack.requests_of import a_click, a_command, as_form
from tests.fakes.helpdesk import FakeClock
from tests.fakes.secrets import secrets_of
from tests.fakes.web import broken

SECRET, KEY = "the-signing-secret", "k" * 32
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def web(store: Store) -> FlaskClient:
    return an_app(store).test_client()


def an_app(store: Store) -> Flask:
    clock = FakeClock(datetime.now(UTC))
    token = Vault(KEY).seal("xoxb-1", purpose=purpose_of("T1"))
    with store.write() as connection:
        workspaces.put(
            connection, workspaces.Workspace("T1", "Acme", "UBOT", frozenset(), token, 1.0)
        )
    settings = Settings(slack_signing_secret=SECRET, secret_key=KEY)
    intake, drift = Intake(store, clock, secrets_of(store, clock, "s")), DriftOfTheHour(store)
    door = build_door(settings, store, clock)
    return create_app(WebServices(store, intake, clock, "", drift, settings=settings, slack=door))


def told(web: FlaskClient, raw: bytes, content_type: str = FORM, *, secret: str = SECRET) -> int:
    return answered(web, raw, content_type, secret=secret).status_code


def answered(
    web: FlaskClient, raw: bytes, content_type: str = FORM, *, secret: str = SECRET
) -> TestResponse:
    stamp = str(int(datetime.now(UTC).timestamp()))
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(raw, stamp, secret)}
    return web.post("/slack/events", data=raw, headers=headers, content_type=content_type)


def brake_of(store: Store) -> Brake:
    with store.read() as connection:
        return read_brake(connection)


HOSTILE = [  # bytes, and what they are answered once Slack has signed them
    (b"a=1&" * 100_000, 400),
    (b'{"a":' * 100_000, 400),
    (b"payload=" + b"[" * 100_000, 400),
    (b"\xff\xfe{", 400),
    (b"{" + b'"type":"x",' * 50_000 + b'"type":"y"}', 200),
    (b'{"event":' + b"9" * 10_000 + b"}", 400),
    (b'{"event": NaN, "team_id": "T1"}', 200),
    (a_command() + b"&text=other", 400),
    (a_command(text=f"why {'9' * 500}"), 200),
    (a_command(text="reply 9223372036854775807 \U0001f600\0"), 200),
    (a_click(user=[]), 400),
    (as_form({"type": ["block_actions"]}), 200),
    (json.dumps({"event": {"type": "message", "text": "&command=/x&payload={}"}}).encode(), 200),
]


@pytest.mark.parametrize("content_type", [FORM, JSON, "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize(("raw", "answer"), HOSTILE, ids=range(len(HOSTILE)))
def test_odd_bytes_that_slack_signed_are_taken_or_refused(
    web: FlaskClient, raw: bytes, answer: int, content_type: str
) -> None:
    assert told(web, raw, content_type) == answer


@pytest.mark.parametrize("raw", [raw for raw, _ in HOSTILE], ids=range(len(HOSTILE)))
def test_odd_bytes_that_slack_did_not_sign_are_refused(web: FlaskClient, raw: bytes) -> None:
    assert told(web, raw, secret="guessed") == 401


def test_what_can_not_be_stored_is_put_off(store: Store) -> None:
    web = an_app(store).test_client()
    with broken(store):
        assert told(web, a_command()) == 503


def test_pause_is_pulled_when_it_is_acknowledged_however_many_tickets_wait(
    any_store: Store,
) -> None:
    web = an_app(any_store).test_client()
    with any_store.write() as connection:
        for number in range(180):
            row = {"key": f"k{number}", "source": "webhook", "kind": "trigger", "event_type": None}
            row |= {"ticket_id": number, "body": b"{}", "body_digest": "0", "received_at": 1.0}
            deliveries.insert(connection, {**row, "state": deliveries.STORED})
    answer = answered(web, a_command(text="pause"))
    assert brake_of(any_store).everything
    assert answer.text == "Automatic replies are paused. Decisions and notes go on."
    [entry] = list(ledger.read_entries(any_store))
    assert (entry["kind"], entry["body"]) == ("paused", {"by": "Slack user U1"})


def test_pause_of_one_answer_is_pulled_at_once_if_there_is_such_an_answer(store: Store) -> None:
    web = an_app(store).test_client()
    with store.write() as connection:
        policies.activate(connection, "v", {"faqs.yaml": "faqs: [{id: find_iban}]"}, 1.0)
    assert "“find_iban” are paused" in answered(web, a_command(text="pause find_iban")).text
    told_later = answered(web, a_command(text="pause find_ibn", trigger_id="t2"))
    assert (told_later.status_code, told_later.text) == (200, "")
    assert brake_of(store).answers == ("find_iban",)


def test_a_pause_that_comes_again_undoes_no_release(store: Store) -> None:
    web = an_app(store).test_client()
    answered(web, a_command(text="pause"))
    with store.write() as connection:
        set_brake(connection, datetime.now(UTC), "Ada", pulled=False)
    assert answered(web, a_command(text="pause")).text == ""
    assert not brake_of(store).everything


@pytest.mark.parametrize(
    ("text", "more", "secret"),
    [
        ("pause", {}, "guessed"),
        ("pause", {"team_id": "T9"}, SECRET),
        ("resume", {}, SECRET),
        ("pose", {}, SECRET),
        ("why 42 pause", {}, SECRET),
    ],
)
def test_nothing_else_moves_the_brake_at_the_door(
    store: Store, text: str, more: dict[str, str], secret: str
) -> None:
    answered(an_app(store).test_client(), a_command(text=text, **more), secret=secret)
    assert not brake_of(store).everything
    assert list(ledger.read_entries(store)) == []
