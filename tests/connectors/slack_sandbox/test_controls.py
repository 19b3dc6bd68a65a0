"""What tests may ask and change, and who may not."""

from typing import Any

import pytest
import requests

from connectors.slack.sandbox import SlackSandboxServer, create_slack_sandbox
from tests.connectors.slack_sandbox.team import Button, Team, marked

KEY = {"event_type": "deskclerk_message", "event_payload": {"key": "k"}}


def test_the_world_is_shown_with_everything_in_it(team: Team) -> None:
    team.post("hello", metadata=KEY)
    team.client.chat_postEphemeral(channel="C0SUPPORT", user="U0GRACE", text="psst")
    world = team.control("GET", "/world")
    support = next(row for row in world["channels"] if row["name"] == "support")
    first, second = support["messages"]
    assert (first["text"], first["metadata"]["event_payload"]["key"]) == ("hello", "k")
    assert (first["only_for"], second["only_for"]) == ("", "U0GRACE")
    assert "U0APP" in support["members"]
    assert len(world["users"]) == 6


def test_the_same_key_twice_in_a_channel_is_found(team: Team) -> None:
    for _ in range(2):
        team.post(metadata=KEY)
    team.post(metadata=KEY, channel="C0LEADS")
    checks = team.control("GET", "/checks")
    assert checks["duplicates"] == {"C0SUPPORT k": 2}
    assert checks["keys"] == 2


def test_calls_to_people_are_found_in_texts_and_in_blocks(team: Team) -> None:
    first = team.post("<!channel> look, not `<!here>`")
    leaf = {"type": "broadcast", "range": "everyone"}
    user = {"type": "user", "user_id": "U0GRACE"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section",
                                               "elements": [leaf, user]}]}  # fmt: skip
    blocks = [{"type": "section", "text": marked("<@U0OMAR>")}, rich]
    second = team.post("<!here>", blocks=blocks)
    team.post("&lt;!channel&gt; and <https://e.example|a link>", blocks=Button().blocks)
    assert team.control("GET", "/checks")["mentions"] == [
        ["C0SUPPORT", first, "!channel"],
        ["C0SUPPORT", second, "@U0OMAR"],
        ["C0SUPPORT", second, "!everyone"],
        ["C0SUPPORT", second, "@U0GRACE"],
    ]


def test_a_channel_is_made_and_changed(team: Team) -> None:
    made = team.control("POST", "/channels", {"channel": "new-one", "is_private": True})
    assert (made["channel"]["is_private"], made["channel"]["is_member"]) == (True, True)
    changed = team.control("POST", "/channels", {"channel": "new-one", "has_app": False})
    assert changed["channel"]["is_member"] is False
    again = team.control("POST", "/channels", {"channel": "general", "has_app": True})
    assert again["channel"]["is_member"] is True


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {"seconds": -1}),
        ("/clock", {"seconds": "x"}),
        ("/clock", {"seconds": True}),
        ("/clock", [1]),
        ("/channels", {}),
        ("/channels", {"channel": "support", "has_app": "yes"}),
        ("/users", {"user": "nobody"}),
        ("/users", {"user": "grace", "is_guest": "yes"}),
        ("/limits", {"per_second": 0}),
        ("/limits", {"burst": 0}),
        ("/limits", {"per_second": True}),
        ("/token", {"scopes": "all"}),
        ("/say", {"user": "nobody", "channel": "support", "text": "x"}),
        ("/submit", {"user": "grace"}),
        ("/submit", {"user": "grace", "values": 5}),
        ("/events", {"event": 5}),
    ],
)
def test_a_bad_request_is_refused(team: Team, path: str, body: Any) -> None:
    answer = team.send("POST", path, body)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False


def test_foreign_hosts_and_pages_are_refused(team: Team) -> None:
    url = team.server.url
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        answer = requests.post(f"{url}/sandbox/clock", json={}, headers=headers, timeout=5)
        assert answer.status_code == 403
    assert requests.get(url, headers={"Origin": "https://evil.example"}, timeout=5).ok


def test_only_loopback_addresses_are_bound() -> None:
    with pytest.raises(ValueError, match="loopback"):
        SlackSandboxServer(host="0.0.0.0")  # noqa: S104 - refused
    with SlackSandboxServer(host="::1") as server:
        assert server.url.startswith("http://[::1]:")
    SlackSandboxServer(sandbox=create_slack_sandbox()).stop()


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"\xff", "invalid_json"),
        ("application/json", b"[" * 100_000, "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("application/json", b'{"channel": 5}', "invalid_arguments"),
        ("application/json", b'{"channel": "C0SUPPORT", "text": 5}', "invalid_arguments"),
        ("application/x-www-form-urlencoded", b"channel=C0SUPPORT&blocks=%5B", "invalid_json"),
        ("text/plain", b"x", "invalid_arguments"),
    ],
)
def test_bad_bytes_get_an_answer_in_slacks_words(
    team: Team, kind: str, body: bytes, error: str
) -> None:
    headers = {
        "Content-Type": kind,
        "Authorization": f"Bearer {team.sandbox.config.bot_token}",
    }
    url = f"{team.server.api_url}chat.postMessage"
    answer = requests.post(url, data=body, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_form_with_its_token_in_it_is_taken(team: Team) -> None:
    form = {"token": team.sandbox.config.bot_token, "channel": "C0SUPPORT", "text": "by form"}
    answer = requests.post(f"{team.server.api_url}chat.postMessage", data=form, timeout=5)
    assert answer.json()["ok"] is True


def test_an_unknown_method_is_named_as_such(team: Team) -> None:
    answer = requests.post(f"{team.server.api_url}stars.add", timeout=5)
    assert answer.json()["error"] == "unknown_method"
