"""The pages by which the app gets into a workspace, with Bolt's own flow and a stand-in Slack."""

import json
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connectors.slack.sandbox import Fault, SlackSandboxConfig, SlackSandboxServer
from connectors.slack.sandbox.oauth import read_wish, send_back
from connectors.slack.sandbox.world import TEAM
from integration.app import create_app
from integration.drift import DriftOfTheHour
from integration.intake import Intake
from integration.services import WebServices
from integration.settings import Settings
from integration.slack_access import SlackAccess
from integration.store import Store, nonces, workspaces
from tests.fakes.helpdesk import FakeClock
from tests.fakes.secrets import secrets_of
from tests.fakes.web import broken

HERE = "http://127.0.0.1:8000"
SECRETS = {
    "slack_signing_secret": "canary-signing-secret",
    "slack_client_id": SlackSandboxConfig().client_id,
    "slack_client_secret": SlackSandboxConfig().client_secret,
    "secret_key": "canary-secret-key-of-32-characters",
}
Web = Callable[..., FlaskClient]


@pytest.fixture
def slack() -> Iterator[SlackSandboxServer]:
    with SlackSandboxServer() as server:
        yield server


@pytest.fixture
def web(store: Store, clock: FakeClock, slack: SlackSandboxServer) -> Web:
    """The web service with some settings, without cookies of its own."""

    def make(**changes: Any) -> FlaskClient:
        settings = settings_for(slack, **changes)
        intake, drift = Intake(store, clock, secrets_of(store, clock, "s")), DriftOfTheHour(store)
        services = WebServices(store, intake, clock, "", drift, settings)
        return create_app(services).test_client(use_cookies=False)

    return make


def settings_for(slack: SlackSandboxServer, **changes: Any) -> Settings:
    values: dict[str, Any] = {"public_url": HERE, "slack_base_url": slack.url, **SECRETS}
    return Settings(**values | changes)


def begun(web: FlaskClient) -> tuple[str, str]:
    """Begin an installation: where the browser is sent, and the cookie it got."""
    answer = web.get("/slack/install")
    assert answer.status_code == HTTPStatus.FOUND
    return answer.headers["Location"], answer.headers["Set-Cookie"]


def allowed(slack: SlackSandboxServer, address: str, *, allow: bool = True) -> str:
    """Press Allow at Slack: path and query that the browser is sent back to."""
    world = slack.sandbox.world
    wish = read_wish(world, dict(parse_qsl(urlsplit(address).query)))
    parts = urlsplit(send_back(world, wish, "U0ADA", allowed=allow))
    return f"{parts.path}?{parts.query}"


def back(web: FlaskClient, path: str, cookie: str) -> TestResponse:
    return web.get(path, headers={"Cookie": cookie.partition(";")[0]})


def installed(store: Store) -> list[str]:
    with store.read() as connection:
        return [row.team_id for row in workspaces.listed(connection)]


def test_add_to_slack_leads_to_an_installed_app(
    web: Web, slack: SlackSandboxServer, store: Store
) -> None:
    client = web()
    address, cookie = begun(client)
    answer = back(client, allowed(slack, address), cookie)
    assert answer.status_code == HTTPStatus.OK
    assert "The app is installed" in answer.text
    assert "Sandbox team" in answer.text
    assert installed(store) == [TEAM]
    chat = SlackAccess(settings_for(slack), store).chat_of()
    assert chat is not None
    assert chat.identify().team == TEAM


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(web: Web) -> None:
    _, cookie = begun(web())
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))


def test_slack_is_asked_for_the_bot_s_permissions_alone(web: Web) -> None:
    query = dict(parse_qsl(urlsplit(begun(web())[0]).query, keep_blank_values=True))
    assert "chat:write" in query["scope"].split(",")
    assert query["user_scope"] == ""
    assert query["redirect_uri"] == f"{HERE}/slack/oauth_redirect"


def test_variables_of_the_environment_change_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_USER_SCOPES", "SLACK_SCOPES", "SLACK_REDIRECT_URI", "SLACK_CLIENT_ID"):
        monkeypatch.setenv(name, "canary")
    assert "canary" not in begun(web())[0]


def test_what_stands_in_the_query_does_not_reach_the_address(web: Web) -> None:
    answer = web().get("/slack/install?team=%0d%0aX-Evil:%201")
    assert "Evil" not in answer.headers["Location"]


def test_coming_back_twice_installs_once(web: Web, slack: SlackSandboxServer) -> None:
    client = web()
    address, cookie = begun(client)
    path = allowed(slack, address)
    back(client, path, cookie)
    again = back(client, path, cookie)
    assert again.status_code == HTTPStatus.UNAUTHORIZED
    assert "was used already" in again.text


def test_another_browser_can_not_finish_it(
    web: Web, slack: SlackSandboxServer, store: Store
) -> None:
    client = web()
    address, _ = begun(client)
    _, others = begun(client)
    answer = back(client, allowed(slack, address), others)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "This browser did not begin" in answer.text
    assert installed(store) == []


def test_after_ten_minutes_it_begins_again(
    web: Web, slack: SlackSandboxServer, clock: FakeClock
) -> None:
    client = web()
    address, cookie = begun(client)
    clock.pass_time(601)
    assert "older than ten minutes" in back(client, allowed(slack, address), cookie).text


def test_deny_is_told_plainly(web: Web, slack: SlackSandboxServer) -> None:
    client = web()
    address, cookie = begun(client)
    answer = back(client, allowed(slack, address, allow=False), cookie)
    assert "declined at Slack" in answer.text
    assert "Max-Age" not in answer.headers["Set-Cookie"]
    assert "1970" in answer.headers["Set-Cookie"]


def test_a_reason_that_nobody_knows_is_not_quoted(web: Web) -> None:
    answer = web().get("/slack/oauth_redirect?error=call-0800-fraud")
    assert "Slack could not install it" in answer.text
    assert "0800" not in answer.text


def test_without_a_code_nothing_happens(web: Web, store: Store) -> None:
    client = web()
    address, cookie = begun(client)
    state = dict(parse_qsl(urlsplit(address).query))["state"]
    answer = back(client, f"/slack/oauth_redirect?state={state}", cookie)
    assert "no code" in answer.text
    assert installed(store) == []


def test_wrong_credentials_are_told_by_the_settings_names(
    web: Web, slack: SlackSandboxServer
) -> None:
    client = web(slack_client_secret="canary-wrong")
    address, cookie = begun(client)
    answer = back(client, allowed(slack, address), cookie)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert "SLACK_CLIENT_SECRET" in answer.text
    assert "canary" not in answer.text


@pytest.mark.parametrize("kind", ["http_503", "drop", "drop_after", "unreadable_after"])
def test_a_slack_that_does_not_answer_is_told_plainly(
    web: Web, slack: SlackSandboxServer, store: Store, kind: str
) -> None:
    client = web()
    address, cookie = begun(client)
    path = allowed(slack, address)
    slack.sandbox.faults.add(Fault("oauth.v2.access", kind))
    answer = back(client, path, cookie)
    assert answer.status_code == HTTPStatus.BAD_GATEWAY
    assert "Slack did not answer" in answer.text
    assert installed(store) == []


def test_a_second_workspace_is_refused_in_a_sentence(
    web: Web, slack: SlackSandboxServer, store: Store
) -> None:
    client = web(slack_workspaces="TOTHER")
    address, cookie = begun(client)
    answer = back(client, allowed(slack, address), cookie)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "SLACK_WORKSPACES" in answer.text
    assert installed(store) == []


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect?code=1&state=2"])
def test_what_is_missing_is_named(web: Web, path: str) -> None:
    answer = web(slack_client_secret="", secret_key="").get(path)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "SLACK_CLIENT_SECRET is not set" in answer.text
    assert "SECRET_KEY is not set" in answer.text


def test_with_a_token_nothing_is_to_be_installed(web: Web) -> None:
    answer = web(slack_bot_token="xoxb-canary").get("/slack/install")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "SLACK_BOT_TOKEN is set" in answer.text


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect?code=1"])
def test_a_database_that_does_not_answer_is_told_plainly(
    web: Web, store: Store, slack: SlackSandboxServer, path: str
) -> None:
    client = web()
    cookie = ""
    if "redirect" in path:
        address, cookie = begun(client)
        path = allowed(slack, address)
    with broken(store):
        answer = back(client, path, cookie)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "database does not answer" in answer.text


def test_a_flood_of_attempts_is_told_to_wait(web: Web, store: Store, clock: FakeClock) -> None:
    with store.write() as connection:
        for number in range(1000):
            until = clock.now().timestamp() + 600
            nonces.keep(connection, str(number), "slack.install", until=until)
    answer = web().get("/slack/install")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "wait a little" in answer.text


def test_the_manifest_has_the_address_and_the_command_filled_in(web: Web) -> None:
    made = json.loads(web(slack_command="/desk").get("/slack/manifest").text)
    command = made["features"]["slash_commands"][0]
    assert command["command"] == "/desk"
    assert command["url"] == f"{HERE}/slack/events"
    assert made["oauth_config"]["redirect_urls"] == [f"{HERE}/slack/oauth_redirect"]
    events = made["settings"]["event_subscriptions"]
    assert events["bot_events"] == ["app_uninstalled", "tokens_revoked"]


def test_without_an_address_the_manifest_says_what_to_set(web: Web) -> None:
    answer = web(public_url="").get("/slack/manifest")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "PUBLIC_URL is not set" in answer.text


def test_the_page_begins_with_the_address_when_there_is_none(web: Web) -> None:
    text = web(public_url="").get("/slack").text
    assert "First set <code>PUBLIC_URL</code>" in text
    assert "api.slack.com" not in text


def test_the_page_leads_to_the_app_s_creation_with_the_manifest(web: Web) -> None:
    found = re.search(r'href="(https://api\.slack\.com/apps[^"]+)"', web().get("/slack").text)
    assert found is not None
    query = dict(parse_qsl(urlsplit(found[1].replace("&amp;", "&")).query))
    assert json.loads(query["manifest_json"])["display_information"]["name"] == "Deskclerk"


def test_the_page_says_how_far_it_is(web: Web, slack: SlackSandboxServer) -> None:
    fresh = dict.fromkeys(SECRETS, "")
    assert web(**fresh).get("/slack").text.count('class="done"') == 0
    client = web()
    assert client.get("/slack").text.count('class="done"') == 2
    assert "in no workspace yet" in client.get("/slack").text
    address, cookie = begun(client)
    back(client, allowed(slack, address), cookie)
    assert client.get("/slack").text.count('class="done"') == 3
    assert "in one workspace" in client.get("/slack").text


def test_with_a_token_every_step_is_done(web: Web) -> None:
    text = web(slack_bot_token="xoxb-canary", slack_client_id="").get("/slack").text
    assert text.count('class="done"') == 3
    assert "in one workspace, by its token" in text


def test_the_page_is_shown_without_a_database_too(web: Web, store: Store) -> None:
    with broken(store):
        assert "the database does not answer now" in web().get("/slack").text


@pytest.mark.parametrize(
    "path", ["/slack", "/slack/manifest", "/slack/install", "/slack/oauth_redirect"]
)
def test_no_page_shows_a_secret_or_lets_a_script_run(web: Web, path: str) -> None:
    answer = web(slack_bot_token="xoxb-canary").get(path)
    assert "canary" not in answer.text
    assert SECRETS["slack_client_secret"] not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
