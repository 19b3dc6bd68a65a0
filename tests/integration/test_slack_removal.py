"""The app is removed at Slack: the service hears of it at its door, and forgets the token."""

import json
from datetime import UTC, datetime

import pytest
from flask import Flask

from connectors.loopback import ServedApp
from connectors.slack.probe import Taken, send_challenge
from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from integration import ledger
from integration.app import create_app
from integration.drift import DriftOfTheHour
from integration.intake import Intake
from integration.services import WebServices
from integration.settings import Settings
from integration.slack_door import build_door
from integration.slack_installation import purpose_of
from integration.store import Store, workspaces
from integration.vault import Vault
from tests.fakes.helpdesk import FakeClock
from tests.fakes.web import broken

SECRET, KEY = "the-signing-secret", "k" * 32


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def app(store: Store, clock: FakeClock) -> Flask:
    settings = Settings(slack_signing_secret=SECRET, secret_key=KEY)
    intake, drift = Intake(store, clock, ("s",)), DriftOfTheHour(store)
    door = build_door(settings, store, clock)
    return create_app(WebServices(store, intake, clock, "", drift, settings=settings, slack=door))


@pytest.fixture
def installed(store: Store) -> None:
    token = Vault(KEY).seal("xoxb-1", purpose=purpose_of("T1"))
    with store.write() as connection:
        row = workspaces.Workspace("T1", "Acme", "UBOT", frozenset(), token, 1.0)
        workspaces.put(connection, row)


def told(app: Flask, clock: FakeClock, *, secret: str = SECRET) -> int:
    """Tell the service that the app was removed from T1; its answer."""
    at = int(clock.now().timestamp())
    event = {"type": "event_callback", "team_id": "T1", "event_time": at,
             "event": {"type": "app_uninstalled"}}  # fmt: skip
    raw = json.dumps(event).encode()
    headers = {TIMESTAMP_HEADER: str(at), SIGNATURE_HEADER: sign(raw, str(at), secret)}
    answer = app.test_client().post(
        "/slack/events", data=raw, headers=headers, content_type="application/json"
    )
    return answer.status_code


def teams(store: Store) -> list[str]:
    with store.read() as connection:
        return [row.team_id for row in workspaces.listed(connection)]


@pytest.mark.usefixtures("installed")
def test_the_workspace_and_its_token_are_forgotten_once(
    app: Flask, store: Store, clock: FakeClock
) -> None:
    assert [told(app, clock), told(app, clock)] == [200, 200]
    assert teams(store) == []
    kinds = [entry["kind"] for entry in ledger.read_entries(store)]
    assert kinds == ["slack_removed"]


@pytest.mark.usefixtures("installed")
def test_who_is_not_slack_removes_nothing(app: Flask, store: Store, clock: FakeClock) -> None:
    assert told(app, clock, secret="guessed") == 401
    assert teams(store) == ["T1"]


@pytest.mark.usefixtures("installed")
def test_a_removal_that_can_not_be_kept_is_asked_for_again(
    app: Flask, store: Store, clock: FakeClock
) -> None:
    with broken(store):
        assert told(app, clock) == 503
    assert teams(store) == ["T1"]


def test_the_service_answers_the_doctor_as_it_answers_slack(app: Flask, clock: FakeClock) -> None:
    with ServedApp(app) as server:
        url = f"{server.url}/slack/events"
        assert send_challenge(url, SECRET, clock.now()) is Taken.ANSWERED
        assert send_challenge(url, "guessed", clock.now()) is Taken.REFUSED
