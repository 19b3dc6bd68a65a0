"""The addresses of commands and clicks take five answers within half an hour."""

from typing import Any

import requests
from slack_sdk.webhook import WebhookClient

from tests.connectors.slack_sandbox.team import Button, Team


def command_address(team: Team) -> str:
    team.people.say("grace", "support", "/deskclerk status")
    address: str = team.service.got[-1]["response_url"]
    return address


def click_address(team: Team) -> str:
    ts = team.post("card", blocks=Button().blocks)
    team.people.click("grace", "support", ts, "take")
    address: str = team.service.got[-1]["response_url"]
    return address


def send(address: str, **body: Any) -> tuple[int, str]:
    answer = requests.post(address, json=body, timeout=5)
    return answer.status_code, answer.text


def test_an_answer_is_for_one_unless_it_says_otherwise(team: Team) -> None:
    client = WebhookClient(command_address(team))
    assert client.send(text="quiet").body == "ok"
    client.send(text="loud", response_type="in_channel")
    assert team.seen("C0SUPPORT", "U0GRACE") == ["quiet", "loud"]
    assert team.seen("C0SUPPORT", "U0OMAR") == ["loud"]


def test_the_clicked_message_is_replaced_or_deleted(team: Team) -> None:
    address = click_address(team)
    send(address, text="done", replace_original=True)
    assert team.seen("C0SUPPORT", "U0OMAR") == ["done"]
    send(address, delete_original="true")
    assert team.seen("C0SUPPORT", "U0OMAR") == []


def test_the_sixth_answer_is_refused(team: Team) -> None:
    address = command_address(team)
    for number in range(5):
        assert send(address, text=str(number)) == (200, "ok")
    status, body = send(address, text="too much")
    assert (status, "used_url" in body) == (404, True)
    assert len(team.seen("C0SUPPORT")) == 5


def test_after_half_an_hour_no_answer_is_taken(team: Team) -> None:
    address = command_address(team)
    team.control("POST", "/clock", {"seconds": 1801})
    status, body = send(address, text="late")
    assert (status, "expired_url" in body) == (404, True)


def test_an_unknown_address_is_refused(team: Team) -> None:
    status, body = send(f"{team.server.url}/response/commands/T0SANDBOX/1/2", text="x")
    assert (status, "no_such_url" in body) == (404, True)


def test_a_wrong_answer_does_not_use_the_address_up(team: Team) -> None:
    address = command_address(team)
    for body in ({}, {"text": 5}, {"text": "x" * 40_001}, {"blocks": [{"type": "x"}]}):
        assert send(address, **body)[0] == 400
    assert requests.post(address, data=b"{", headers={"Content-Type": "application/json"},
                         timeout=5).status_code == 400  # fmt: skip
    for number in range(5):
        assert send(address, text=str(number))[0] == 200


def test_faults_hit_answers_too(team: Team) -> None:
    address = command_address(team)
    team.fault(method="response_url", kind="http_503")
    assert send(address, text="x")[0] == 503
    assert send(address, text="x")[0] == 200
