"""The app is installed through the page with Allow, by the real client."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from slack_sdk import WebClient

from tests.connectors.slack_sandbox.team import Team
from tests.connectors.slack_sandbox.test_messages import refusal

BACK = "http://127.0.0.1:9/slack/oauth_redirect"
WISH = {
    "client_id": "1234567890.sandbox",
    "scope": "commands,chat:write",
    "state": "s-1",
    "redirect_uri": BACK,
}


def decide(team: Team, do: str, **changes: str) -> dict[str, list[str]]:
    answer = requests.post(
        f"{team.server.url}/oauth/v2/authorize",
        params=WISH | changes,
        data={"do": do, "user": "U0ADA"},
        allow_redirects=False,
        timeout=5,
    )
    target = answer.headers["Location"]
    assert target.startswith(BACK)
    return parse_qs(urlsplit(target).query)


def exchange(team: Team, **arguments: Any) -> Any:
    client = WebClient(base_url=team.server.api_url)
    known = {"client_id": "1234567890.sandbox", "client_secret": "sandbox-client-secret"}
    return client.oauth_v2_access(**(known | arguments))


def test_the_page_names_who_asks_and_for_what(team: Team) -> None:
    answer = requests.get(f"{team.server.url}/oauth/v2/authorize", params=WISH, timeout=5)
    assert "Deskclerk asks to be installed in Sandbox team" in answer.text
    assert "<code>chat:write</code>" in answer.text
    assert "http://127.0.0.1:9" in answer.headers["Content-Security-Policy"]


def test_allow_gives_a_code_that_becomes_a_token_once(team: Team) -> None:
    told = decide(team, "allow")
    assert told["state"] == ["s-1"]
    (code,) = told["code"]
    granted = exchange(team, code=code, redirect_uri=BACK)
    assert granted["scope"] == "chat:write,commands"
    assert granted["authed_user"]["id"] == "U0ADA"
    client = WebClient(granted["access_token"], base_url=team.server.api_url)
    client.chat_postMessage(channel="C0SUPPORT", text="installed")
    assert refusal(client.users_info, user="U0GRACE") == "missing_scope"
    assert refusal(exchange, team=team, code=code) == "code_already_used"


def test_nobody_unknown_allows(team: Team) -> None:
    url = f"{team.server.url}/oauth/v2/authorize"
    form = {"do": "allow", "user": "U0NOBODY"}
    answer = requests.post(url, params=WISH, data=form, allow_redirects=False, timeout=5)
    assert answer.status_code == 400


def test_deny_says_so_and_gives_no_code(team: Team) -> None:
    query = f"{BACK}?a=b"
    assert decide(team, "deny", redirect_uri=query) == {
        "a": ["b"],
        "error": ["access_denied"],
        "state": ["s-1"],
    }


def test_a_code_lives_ten_minutes_and_for_its_address(team: Team) -> None:
    (code,) = decide(team, "allow")["code"]
    wrong = "http://127.0.0.1:9/other"
    assert refusal(exchange, team=team, code=code, redirect_uri=wrong) == "bad_redirect_uri"
    team.control("POST", "/clock", {"seconds": 601})
    assert refusal(exchange, team=team, code=code) == "invalid_code"
    assert refusal(exchange, team=team, code="x") == "invalid_code"


def test_the_client_must_prove_itself(team: Team) -> None:
    assert refusal(exchange, team=team, code="x", client_id="y") == "invalid_client_id"
    assert refusal(exchange, team=team, code="x", client_secret="y") == "bad_client_secret"
    url = f"{team.server.api_url}oauth.v2.access"
    form = {"client_id": WISH["client_id"], "client_secret": "sandbox-client-secret"}
    assert requests.post(url, data=form, timeout=5).json()["error"] == "invalid_code"
    broken = {"Authorization": "Basic abc"}
    answer = requests.post(url, headers=broken, timeout=5)
    assert answer.json()["error"] == "invalid_client_id"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "x"}, "invalid_client_id"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "bad_redirect_uri"),
    ],
)
def test_a_wrong_wish_is_refused(team: Team, changes: dict[str, str], error: str) -> None:
    answer = requests.get(f"{team.server.url}/oauth/v2/authorize", params=WISH | changes, timeout=5)
    assert answer.status_code == 400
    assert error in answer.text
