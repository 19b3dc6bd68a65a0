"""The page by which people allow another service to know who they are."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from connectors.zendesk.sandbox import Sandbox, SandboxConfig, create_sandbox
from tests.connectors.zendesk.sandbox.desks import Clock

PATH = "/oauth/authorizations/new"
BACK = "http://127.0.0.1:8000/back?x=1"
Wish = Callable[..., str]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return create_sandbox(SandboxConfig(clock=clock, delivery_threads=0))


@pytest.fixture
def client(sandbox: Sandbox) -> FlaskClient:
    return sandbox.app.test_client()


def wish(sandbox: Sandbox, **changes: str) -> str:
    values = {
        "response_type": "code",
        "client_id": sandbox.config.client_id,
        "redirect_uri": BACK,
        "scope": "users:read",
        "state": "s",
    }
    return f"{PATH}?{urlencode(values | changes)}"


def code(sandbox: Sandbox, client: FlaskClient, **changes: str) -> str:
    staff = next(u.id for u in sandbox.state.users.values() if u.is_staff)
    answer = client.post(wish(sandbox, **changes), data={"user": str(staff), "do": "allow"})
    told = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert (told["state"], told["x"]) == ("s", "1")
    return told["code"]


def exchange(sandbox: Sandbox, client: FlaskClient, **changes: object) -> tuple[int, str]:
    body = {
        "grant_type": "authorization_code",
        "client_id": sandbox.config.client_id,
        "client_secret": sandbox.config.client_secret,
        "redirect_uri": BACK,
    }
    answer = client.post("/oauth/tokens", json=body | changes)
    return answer.status_code, str(answer.json.get("error", "")) if answer.json else ""


def test_the_page_shows_who_asks_for_what(sandbox: Sandbox, client: FlaskClient) -> None:
    page = client.get(wish(sandbox))
    assert "users:read" in page.text
    assert "Ada Admin (admin)" in page.text
    assert "http://127.0.0.1:8000" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"},
        {"response_type": "token"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "javascript:1"},
        {"redirect_uri": ""},
        {"code_challenge_method": "plain"},
    ],
)
def test_what_zendesk_refuses_is_refused(
    sandbox: Sandbox, client: FlaskClient, changes: dict[str, str]
) -> None:
    assert client.get(wish(sandbox, **changes)).status_code == 400


@pytest.mark.parametrize("user", ["", "x", "5"])
def test_nobody_allows_nothing(sandbox: Sandbox, client: FlaskClient, user: str) -> None:
    answer = client.post(wish(sandbox), data={"user": user, "do": "allow"})
    assert answer.status_code == 400


def test_a_code_is_good_for_two_minutes_and_once(
    sandbox: Sandbox, client: FlaskClient, clock: Clock
) -> None:
    given = code(sandbox, client)
    assert exchange(sandbox, client, code=given)[0] == 200
    assert exchange(sandbox, client, code=given) == (400, "invalid_grant")
    late = code(sandbox, client)
    clock.tick(121)
    assert exchange(sandbox, client, code=late) == (400, "invalid_grant")


def test_a_code_without_a_challenge_needs_no_verifier(
    sandbox: Sandbox, client: FlaskClient
) -> None:
    assert exchange(sandbox, client, code=code(sandbox, client))[0] == 200
    challenged = code(sandbox, client, code_challenge="x" * 43)
    assert exchange(sandbox, client, code=challenged) == (400, "invalid_grant")


def test_a_client_is_asked_for_its_secret(sandbox: Sandbox, client: FlaskClient) -> None:
    given = code(sandbox, client)
    assert exchange(sandbox, client, code=given, client_secret="no") == (401, "invalid_client")


def test_a_code_for_another_address_is_refused(sandbox: Sandbox, client: FlaskClient) -> None:
    given = code(sandbox, client)
    wrong = "http://127.0.0.1:8000/other"
    assert exchange(sandbox, client, code=given, redirect_uri=wrong) == (400, "invalid_grant")


def test_deny_is_told(sandbox: Sandbox, client: FlaskClient) -> None:
    answer = client.post(wish(sandbox), data={"user": "1", "do": "deny"})
    assert "error=access_denied" in answer.headers["Location"]
