"""Requests again, too old, spoilt; events with retries; the question whose address it is."""

from typing import Any

from tests.connectors.slack_sandbox.team import Button, Team, modal, text_field

FORM = [text_field(), *Button(action="more").blocks]


def command(team: Team) -> None:
    team.control("POST", "/say", {"user": "grace", "channel": "support", "text": "/deskclerk x"})


def test_a_request_is_sent_again_as_slack_does_it(team: Team) -> None:
    command(team)
    again = team.control("POST", "/resend", {"retry": 1})["sent"]
    first, second = team.service.got
    assert first == second
    assert (again["retry"], again["status"]) == (1, 200)
    assert team.service.retries == ["1 http_timeout"]


def test_a_spoilt_or_old_request_is_refused_by_the_real_verifier(team: Team) -> None:
    command(team)
    number = team.control("GET", "/sent")["sent"][0]["number"]
    for change in ({"spoilt": True}, {"age_s": 301}):
        sent = team.control("POST", "/resend", {"number": number, **change})["sent"]
        assert sent["status"] == 401
    assert len(team.service.got) == 1


def test_there_must_be_a_request_to_send_again(team: Team) -> None:
    assert team.send("POST", "/resend", {}).json()["error"] == "nothing_sent"


def test_what_was_sent_is_listed_with_the_answer_and_its_time(team: Team) -> None:
    team.service.on_command = lambda ack, **_: ack("done")
    command(team)
    (sent,) = team.control("GET", "/sent")["sent"]
    assert (sent["kind"], sent["answer"], sent["user"]) == ("slash_command", "done", "U0GRACE")
    assert 0 < sent["first_byte_s"] < 3
    assert "command=%2Fdeskclerk" in sent["body"]
    assert team.control("GET", "/checks")["slowest_s"] == sent["first_byte_s"]


def test_an_event_is_sent_once_where_it_is_taken(team: Team) -> None:
    sent = team.control("POST", "/events", {"event": {"type": "app_uninstalled"}})["sent"]
    assert [item["status"] for item in sent] == [200]
    assert team.service.got[0]["type"] == "event_callback"


def test_an_event_is_sent_three_times_more_where_it_is_not(team: Team) -> None:
    sent = team.control("POST", "/events", {"event": {"type": "unheard_of"}})["sent"]
    assert [item["retry"] for item in sent] == [0, 1, 2, 3]
    assert team.service.retries == ["1 http_error", "2 http_error", "3 http_error"]
    team.get_stuck()
    sent = team.control("POST", "/events", {"event": {"type": "app_uninstalled"}})["sent"]
    assert {item["trouble"] for item in sent} == {"operation_timeout"}


def test_an_address_is_attached_once_it_answers_slacks_question(team: Team) -> None:
    url = team.world.request_url
    team.world.request_url = None
    assert team.control("POST", "/request_url", {"url": url})["request_url"] == url
    command(team)
    assert len(team.service.got) == 1
    answer = team.send("POST", "/request_url", {"url": "http://127.0.0.1:9/x"}).json()
    assert answer["error"] == "url_not_verified"
    assert team.world.request_url == url


def test_an_address_can_be_attached_without_a_question(team: Team) -> None:
    body: dict[str, Any] = {"url": "http://127.0.0.1:9/x", "verify": False}
    team.control("POST", "/request_url", body)
    assert team.world.request_url == body["url"]


def test_tests_can_click_and_fill_in_forms_by_the_controls(team: Team) -> None:
    team.service.on_action = lambda ack, body, client: (
        ack(),
        client.views_open(trigger_id=body["trigger_id"], view=modal(*FORM)),
    )
    ts = team.post("card", blocks=Button(action="ask").blocks)
    grace = {"user": "grace"}
    click = {**grace, "channel": "support", "ts": ts, "action": "ask"}
    assert team.control("POST", "/click", click)["sent"]["status"] == 200
    (view,) = team.control("GET", "/world")["views"]
    assert (view["user"], view["errors"]) == ("U0GRACE", {})
    team.service.on_action = lambda ack, **_: ack()
    inner = {**grace, "action": "more", "values": {"reason": "half"}}
    assert team.control("POST", "/click", inner)["sent"]["kind"] == "block_actions"
    assert team.control("POST", "/submit", grace)["sent"] is not None
    team.control("POST", "/click", click)
    team.service.on_action = lambda ack, body, client: (
        ack(),
        client.views_open(trigger_id=body["trigger_id"], view=modal()),
    )
    team.control("POST", "/click", click)
    assert team.control("POST", "/close", grace) == {"sent": None}
