"""Everything that can go wrong between a client and Slack can be made to go wrong."""

from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError

from connectors.slack.sandbox.faults import FaultBox, FaultError, read_fault
from tests.connectors.slack_sandbox.conftest import OpenTeam
from tests.connectors.slack_sandbox.team import Team
from tests.connectors.slack_sandbox.test_messages import refusal


def post(team: Team) -> requests.Response:
    return requests.post(
        f"{team.server.api_url}chat.postMessage",
        json={"channel": "C0SUPPORT", "text": "x"},
        headers={"Authorization": f"Bearer {team.sandbox.config.bot_token}"},
        timeout=5,
    )


@pytest.mark.parametrize(
    ("kind", "status", "posted"),
    [
        ("limited", 429, 0),
        ("http_500", 500, 0),
        ("http_503", 503, 0),
        ("http_500_after", 500, 1),
        ("unreadable_after", 200, 1),
    ],
)
def test_a_call_goes_wrong_before_or_after_it_is_done(
    team: Team, kind: str, status: int, posted: int
) -> None:
    team.fault(method="chat.postMessage", kind=kind, after_s=7)
    answer = post(team)
    assert answer.status_code == status
    assert len(team.seen("C0SUPPORT")) == posted
    assert answer.headers.get("Retry-After") == ("7" if kind == "limited" else None)
    assert post(team).json()["ok"] is True


@pytest.mark.parametrize(
    ("kind", "posted"), [("drop", 0), ("drop_after", 1), ("silence", 0), ("silence_after", 1)]
)
def test_a_connection_ends_without_an_answer(open_team: OpenTeam, kind: str, posted: int) -> None:
    waited: list[float] = []
    team = open_team(sleep=waited.append)
    team.fault(method="*", kind=kind, silence_s=12.5)
    with pytest.raises(requests.ConnectionError):
        post(team)
    assert len(team.seen("C0SUPPORT")) == posted
    assert waited == ([12.5] if kind.startswith("silence") else [])


def test_silence_ends_when_the_sandbox_closes(team: Team) -> None:
    team.fault(method="*", kind="silence", silence_s=0.05)
    with pytest.raises(requests.ConnectionError):
        post(team)


def test_any_error_of_slacks_can_be_called_up(team: Team) -> None:
    team.fault(method="users.info", kind="refused", error="account_inactive")
    assert refusal(team.client.users_info, user="U0GRACE") == "account_inactive"
    team.fault(method="users.info", kind="refused")
    assert refusal(team.client.users_info, user="U0GRACE") == "invalid_auth"


def test_faults_hit_their_own_method_and_are_counted_down(team: Team) -> None:
    team.fault(method="chat.postMessage", kind="http_500", count=2)
    team.client.users_info(user="U0GRACE")
    assert team.control("GET", "/faults")["faults"][0]["count"] == 2
    for _ in range(2):
        with pytest.raises(SlackApiError):
            team.post()
    team.post()
    assert team.control("GET", "/faults")["faults"] == []


def test_faults_are_cleared(team: Team) -> None:
    team.fault(method="*", kind="http_500", count=5)
    team.control("DELETE", "/faults")
    team.post()


def test_calls_are_listed_without_what_was_in_them(team: Team) -> None:
    team.post("secret words")
    team.fault(method="*", kind="http_500")
    with pytest.raises(SlackApiError):
        team.post("secret words")
    rows = team.control("GET", "/calls")["calls"]
    assert [row["error"] for row in rows if row["method"] == "chat.postMessage"] == [
        "",
        "fault:http_500",
    ]
    assert "secret" not in str(rows)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"method": "*"},
        {"method": "*", "kind": "meteor"},
        {"method": 5, "kind": "drop"},
        {"method": "*", "kind": "drop", "count": -1},
        {"method": "*", "kind": "drop", "count": True},
        {"method": "*", "kind": "drop", "count": 1.5},
        {"method": "*", "kind": "drop", "error": 5},
        {"method": "*", "kind": "drop", "silence_s": "x"},
        {"method": "*", "kind": "drop", "bogus": 1},
    ],
)
def test_a_bad_fault_is_refused_with_its_reason(team: Team, body: dict[str, Any]) -> None:
    answer = team.send("POST", "/faults", body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_fault")


@given(
    st.dictionaries(
        st.sampled_from(["method", "kind", "count", "error", "after_s", "silence_s"]) | st.text(),
        st.integers() | st.text(max_size=5) | st.none() | st.floats() | st.sampled_from(["drop"]),
    )
    | st.integers()
)
def test_any_value_is_either_a_fault_or_a_fault_error(body: Any) -> None:
    box = FaultBox()
    try:
        box.add(read_fault(body))
    except FaultError:
        return
    assert len(box.show()) == (body.get("count", 1) > 0)
