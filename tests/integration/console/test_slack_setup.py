"""The set-up's step for Slack: its app's secrets are tried, stored sealed, and hold at once."""

import json
from collections.abc import Iterator

import pytest

from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from integration import ledger, stored_settings
from integration.following import follow_settings
from integration.settings import Settings
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import Browser, Installation, app_for

SLACK = SlackSandboxConfig()
PATH = "/setup/slack"
APP = {
    "client_id": SLACK.client_id,
    "client_secret": SLACK.client_secret,
    "signing_secret": SLACK.signing_secret,
}


@pytest.fixture
def slack() -> Iterator[SlackSandboxServer]:
    with SlackSandboxServer() as server:
        yield server


@pytest.fixture
def ada(here: Installation, slack: SlackSandboxServer) -> Browser:
    """An administrator's browser, in front of an installation that Slack answers."""
    return administrator(here, slack)


def administrator(at: Installation, slack: SlackSandboxServer, **given: str) -> Browser:
    settings = settings_for(at.box, slack_base_url=slack.url, **given)
    browser = Installation(at.store, at.clock, at.box, at.desk, settings).browser()
    browser.sign_in()
    return browser


def present(browser: Browser) -> Settings:
    return stored_settings.complete(browser.at.settings, browser.at.store)


def test_the_step_leads_to_a_form_and_not_to_the_platform(ada: Browser) -> None:
    assert f'href="{PATH}"' in ada.get("/setup").text
    page = ada.get(PATH)
    assert "https://api.slack.com/apps?new_app=1" in page.text
    assert 'name="signing_secret"' in page.text


def test_the_apps_secrets_are_stored_sealed_and_hold_at_once(ada: Browser) -> None:
    answer = ada.submit(ada.get(PATH), PATH, **APP)
    assert answer.headers["Location"] == f"{PATH}?done=slack-stored"
    settings = present(ada)
    assert settings.slack_client_id == SLACK.client_id
    assert settings.slack_client_secret.get_secret_value() == SLACK.client_secret
    assert settings.slack_signing_secret.get_secret_value() == SLACK.signing_secret
    told = json.dumps(list(ledger.read_entries(ada.at.store)))
    assert SLACK.signing_secret not in told
    assert SLACK.client_secret not in told
    page = ada.get(answer.headers["Location"])
    assert "/slack/install" in page.text
    assert SLACK.signing_secret not in page.text
    assert ada.get("/slack/install").status_code == 302
    assert ada.client.post("/slack/events", data=b"{}").status_code == 401


def test_a_bots_token_is_tried_and_stored(ada: Browser) -> None:
    form = {"signing_secret": SLACK.signing_secret, "bot_token": "xoxb-canary-of-nobody"}
    page = ada.submit(ada.get(PATH), PATH, **form)
    assert 'role="alert"' in page.text
    assert "canary" not in page.text
    assert stored_settings.version(ada.at.store) == ""
    ada.submit(page, PATH, **(form | {"bot_token": SLACK.bot_token}))
    assert present(ada).slack_bot_token.get_secret_value() == SLACK.bot_token
    assert "in one workspace, by its token" in ada.get(PATH).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_secret": "canary"}, "client ID and client secret"),
        ({"client_id": "canary"}, "client ID and client secret"),
        ({"signing_secret": ""}, "signing secret"),
        ({"client_secret": ""}, "client secret"),
        ({"client_id": "", "client_secret": ""}, "token"),
        ({"bot_token": "xoxp-canary"}, "begins with xoxb-"),
    ],
)
def test_what_can_not_work_is_said_and_nothing_is_stored(
    ada: Browser, changes: dict[str, str], said: str
) -> None:
    page = ada.submit(ada.get(PATH), PATH, **(APP | changes))
    alert = page.text.partition('role="alert"')[2].partition("</div>")[0]
    assert said in alert
    assert stored_settings.version(ada.at.store) == ""


def test_a_slack_that_does_not_answer_is_told(
    here: Installation, slack: SlackSandboxServer
) -> None:
    browser = administrator(here, slack)
    slack.stop()
    page = browser.submit(browser.get(PATH), PATH, **APP)
    assert 'role="alert"' in page.text
    assert stored_settings.version(here.store) == ""


def test_one_secret_is_replaced_and_the_others_stay(ada: Browser) -> None:
    ada.submit(ada.get(PATH), PATH, **APP)
    ada.submit(ada.get(PATH), PATH, client_id="", signing_secret="another-signing-secret")
    settings = present(ada)
    assert settings.slack_signing_secret.get_secret_value() == "another-signing-secret"
    assert settings.slack_client_id == SLACK.client_id


def test_what_stands_in_the_platform_s_settings_is_changed_there(
    here: Installation, slack: SlackSandboxServer
) -> None:
    browser = administrator(here, slack, slack_signing_secret="given")
    page = browser.get(PATH)
    assert 'name="signing_secret"' not in page.text
    browser.submit(page, PATH, **APP)
    assert present(browser).slack_signing_secret.get_secret_value() == "given"
    assert present(browser).slack_client_id == SLACK.client_id


def test_what_is_stored_can_be_forgotten(ada: Browser) -> None:
    ada.submit(ada.get(PATH), PATH, **APP)
    answer = ada.submit(ada.get(PATH), PATH, forget="1")
    assert answer.headers["Location"] == f"{PATH}?done=slack-forgotten"
    assert not present(ada).has_slack
    assert ada.client.post("/slack/events", data=b"{}").status_code == 404


def test_only_administrators_give_them(fresh: Installation) -> None:
    browser = fresh.browser()
    browser.enter_code()
    assert browser.get(PATH).status_code == 403


def test_another_process_of_the_web_service_takes_them_up(ada: Browser) -> None:
    here = ada.at
    other = app_for(here.store, here.clock, here.settings)
    follow_settings(other, here.settings, stored_settings.version(here.store))
    assert other.test_client().post("/slack/events", data=b"{}").status_code == 404
    ada.submit(ada.get(PATH), PATH, **APP)
    here.clock.pass_time(6)
    assert other.test_client().post("/slack/events", data=b"{}").status_code == 401
