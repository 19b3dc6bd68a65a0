"""Slack's OAuth through Bolt's flow: what is granted, and what can't be used."""

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, Response, jsonify

from connectors.errors import RetryLater
from connectors.loopback import ServedApp
from connectors.slack.oauth import Ended, Grant, InstallationRefused, Installing, OAuthApp

GRANTED: dict[str, Any] = {
    "ok": True,
    "access_token": "xoxb-canary",
    "scope": "commands,chat:write",
    "bot_user_id": "UBOT",
    "team": {"id": "T1", "name": "Acme"},
    "authed_user": {"id": "UADMIN"},
}


class AllStates:
    """Every state is good."""

    def issue(self) -> str:
        return "state"

    def consume(self, state: str) -> bool:
        return state == "state"


def ended(answer: Any, kept: list[Grant] | None = None) -> Ended:
    """How it ends when Slack answers so to the code."""
    slack = Flask(__name__)
    slack.post("/api/oauth.v2.access", endpoint="access")(lambda: jsonify(answer))
    slack.post("/api/auth.test", endpoint="test")(
        lambda: jsonify({"ok": True, "bot_id": "B1", "url": "https://acme.slack.com/"})
    )
    with ServedApp(slack) as server:
        app = OAuthApp("1.2", "secret", "https://desk.example", server.url, ("commands",))
        begun = Installing(app, AllStates(), lambda _: None).begin()
        assert parse_qs(urlsplit(begun.address).query)["state"] == ["state"]
        attempt = Installing(app, AllStates(), [].append if kept is None else kept.append)
        return attempt.finish("state=state&code=1", [begun.cookie.partition(";")[0]])


def test_what_was_granted_is_handed_on() -> None:
    kept: list[Grant] = []
    result = ended(GRANTED, kept)
    grant = Grant(
        "T1", "Acme", "UBOT", "xoxb-canary", frozenset({"commands", "chat:write"}), "UADMIN"
    )
    assert (result.status, result.grant, kept) == (HTTPStatus.OK, grant, [grant])
    assert "xoxb-canary" not in repr(result)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"team": None}, "one workspace"),
        ({"is_enterprise_install": True, "enterprise": {"id": "E1"}}, "one workspace"),
        ({"team": {"id": "no id", "name": "x"}}, "one workspace"),
        ({"access_token": None}, "manifest"),
        ({"bot_user_id": None}, "manifest"),
        ({"refresh_token": "xoxe-1", "expires_in": 43200}, "rotation"),
    ],
)
def test_what_can_not_be_used_is_refused_in_a_sentence(changes: Any, said: str) -> None:
    kept: list[Grant] = []
    result = ended(GRANTED | changes, kept)
    assert (result.status, result.grant, kept) == (HTTPStatus.FORBIDDEN, None, [])
    assert said in result.refusal


def test_strange_names_and_scopes_are_handed_on_within_bounds() -> None:
    named = {"id": "T1", "name": "\x1b[2J" + "n" * 999}
    grant = ended(GRANTED | {"team": named, "scope": "chat:write,<b>,"}).grant
    assert grant is not None
    assert len(grant.team_name) == 200
    assert grant.team_name.isprintable()
    assert grant.scopes == {"chat:write"}


def test_a_workspace_without_a_name_is_called_by_its_id() -> None:
    grant = ended(GRANTED | {"team": {"id": "T1"}, "authed_user": None}).grant
    assert grant is not None
    assert (grant.team_name, grant.by) == ("T1", "")


@pytest.mark.parametrize("odd", [["a list"], GRANTED | {"team": "T1"}])
def test_an_answer_of_another_shape_leads_to_another_attempt(odd: Any) -> None:
    with pytest.raises(RetryLater, match="no answer that can be read"):
        ended(odd)


@pytest.mark.parametrize("part", ["access_token", "scope", "bot_user_id", "team"])
@pytest.mark.parametrize("value", [5, [5], {"id": 5, "name": 5}])
def test_parts_of_another_kind_never_make_it_fall_over(part: str, value: Any) -> None:
    try:
        result = ended(GRANTED | {part: value})
    except RetryLater:
        return
    assert result.grant is None or (part == "scope" and result.grant.scopes == set())


def test_who_keeps_may_refuse() -> None:
    def refuse(_grant: Grant) -> None:
        raise InstallationRefused("Not here.")

    slack = Flask(__name__)

    def answer() -> Response:
        return jsonify(GRANTED)

    slack.post("/api/oauth.v2.access", endpoint="access")(answer)
    slack.post("/api/auth.test", endpoint="test")(answer)
    with ServedApp(slack) as server:
        app = OAuthApp("1.2", "secret", "https://desk.example", server.url, ("commands",))
        cookie = Installing(app, AllStates(), refuse).begin().cookie.partition(";")[0]
        result = Installing(app, AllStates(), refuse).finish("state=state&code=1", [cookie])
    assert (result.status, result.refusal) == (HTTPStatus.FORBIDDEN, "Not here.")
