"""People decide in Slack while processes are killed and Slack lies: nothing lost, nothing twice."""

import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from tests.faults.harness import ANSWERABLE, COMPLAINT, Installation, installation

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

_ACTION = {"support": "send", "complaints": "take"}


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """The buttons of a message with their values."""
    return {
        element["action_id"]: element.get("value", "")
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    }


def messages(slack: SlackSandboxServer, channel: str) -> list[dict[str, Any]]:
    world = requests.get(f"{slack.url}/sandbox/world", timeout=10).json()
    return next(list(c["messages"]) for c in world["channels"] if c["name"] == channel)


def cards(slack: SlackSandboxServer, channel: str) -> list[dict[str, Any]]:
    """The service's own messages; answers to one user are none."""
    return [m for m in messages(slack, channel) if re.match(r"Ticket \d+: ", m.get("text") or "")]


def click_everything(slack: SlackSandboxServer, chance: random.Random) -> int:
    """Press what waits, some buttons twice and by two people; returns how many there were."""
    pressed = 0
    for channel, action in _ACTION.items():
        for message in cards(slack, channel):
            if action not in buttons(message):
                continue
            pressed += 1
            for user in chance.choice((["grace"], ["grace", "grace"], ["grace", "omar"])):
                body = {"user": user, "channel": channel, "ts": message["ts"], "action": action}
                requests.post(f"{slack.url}/sandbox/click", json=body, timeout=10)
    return pressed


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_kills_and_lies_of_slack_lose_no_click_and_repeat_none(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    new_store_url: Callable[[str], str],
    database: str,
) -> None:
    long = request.config.getoption("--long")
    if database == "postgres" and not long:
        pytest.skip("short version: on SQLite alone; see make faults")
    wanted, kills = (60, 30) if long else (6, 3)
    chance = random.Random(4711)
    with (
        SlackSandboxServer(SlackSandboxConfig(rates=None)) as slack,
        installation(tmp_path, new_store_url(database), workers=2, slack=slack) as desk,
    ):
        for kind in ("drop_after", "http_500_after", "limited", "drop"):
            fault = {"method": "chat.postMessage", "kind": kind, "count": 2}
            requests.post(f"{slack.url}/sandbox/faults", json=fault, timeout=10)
        drafts = [a_ticket(desk, n, ANSWERABLE, "colleague@example.org") for n in range(wanted)]
        complaints = [a_ticket(desk, 1000 + n, COMPLAINT) for n in range(wanted // 2)]
        deadline = time.monotonic() + (1500 if long else 600)
        while time.monotonic() < deadline:
            click_everything(slack, chance)
            if desk.kills < kills:
                time.sleep(chance.uniform(0.2, 1.5))
                desk.kill_one(chance)
            elif is_done(desk, drafts, complaints):
                break
            time.sleep(1.0)
        assert_whole(desk, slack, drafts, complaints)


def a_ticket(desk: Installation, number: int, body: str, *ccs: str) -> int:
    ticket = {
        "requester": {"name": f"Customer {number}", "email": f"c{number}@example.org"},
        "subject": "A question",
        "body": body,
        "ccs": list(ccs),
    }
    answer = desk.session.post(f"{desk.sandbox_url}/sandbox/tickets", json=ticket, timeout=30)
    return int(answer.json()["ticket"]["id"])


def is_done(desk: Installation, drafts: list[int], complaints: list[int]) -> bool:
    """Every draft is sent, every complaint taken, and nothing is under way."""
    applied = [row for row in desk.rows("decision") if row["state"] == "applied"]
    acted = {row["ticket_id"] for row in applied if row["outcome"] == "act"}
    waiting = [row for row in desk.rows("delivery") if row["state"] == "stored"]
    changing = [row for row in desk.rows("post") if row["changed"]]
    return acted >= {*drafts, *complaints} and not waiting and not changing


def assert_whole(
    desk: Installation, slack: SlackSandboxServer, drafts: list[int], complaints: list[int]
) -> None:
    checks = desk.checks()["tickets"]
    assert [checks[str(ticket)]["public_by_bot"] for ticket in drafts] == [1] * len(drafts)
    assert [checks[str(ticket)]["public_by_bot"] for ticket in complaints] == [0] * len(complaints)
    for ticket in (*drafts, *complaints):
        assert set(checks[str(ticket)]["notes_by_decision"].values()) == {1}, ticket
    kinds = [(row["ticket_id"], row["kind"]) for row in desk.rows("act")]
    assert sorted(kinds) == sorted(
        [(ticket, "send") for ticket in drafts] + [(ticket, "take") for ticket in complaints]
    )
    assert len(cards(slack, "support")) == len(drafts)
    assert len(cards(slack, "complaints")) == len(complaints)
    assert desk.command("ledger", "verify").returncode == 0
    assert desk.command("failures", "list").stdout.strip() == "No failures."
