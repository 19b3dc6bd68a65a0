"""What people type and click reaches the service signed, as Slack sends it; answers are shown."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from connectors.slack.sandbox import SlackSandboxServer
from connectors.slack.sandbox.courier import signature
from connectors.slack.sandbox.errors import SlackError
from tests.connectors.slack_sandbox.conftest import OpenTeam
from tests.connectors.slack_sandbox.team import Button, Team, config, marked, plain

FIELDS = {
    "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name",
    "command", "text", "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
}  # fmt: skip


def test_a_command_arrives_with_every_field_of_slack(team: Team) -> None:
    sent = team.people.say("grace", "support", "/deskclerk why #42 & more")
    assert sent is not None
    assert parse_qs(sent.body.decode()).keys() == FIELDS
    (body,) = team.service.got
    assert body["text"] == "why #42 &amp; more"
    assert (body["command"], body["user_id"], body["channel_id"], body["channel_name"]) == (
        "/deskclerk",
        "U0GRACE",
        "C0SUPPORT",
        "support",
    )


def test_a_command_may_arrive_as_it_was_typed(open_team: OpenTeam) -> None:
    team = open_team(escapes_commands=False)
    team.people.say("grace", "support", "/deskclerk search R&D")
    assert team.service.got[0]["text"] == "search R&D"


def test_the_signature_is_the_one_that_the_real_verifier_expects() -> None:
    made = signature("secret", "1700000000", b"a=b")
    verifier = SignatureVerifier("secret")
    assert made == verifier.generate_signature(timestamp="1700000000", body=b"a=b")


def test_what_the_service_says_at_once_is_shown_to_one_person(team: Team) -> None:
    team.service.on_command = lambda ack, **_: ack("42 waits")
    team.people.say("grace", "support", "/deskclerk status")
    assert team.seen("C0SUPPORT", "U0GRACE") == ["42 waits"]
    assert team.seen("C0SUPPORT", "U0OMAR") == []


def test_what_the_service_says_loudly_is_shown_to_all(team: Team) -> None:
    said = {"text": "for all", "response_type": "in_channel"}
    team.service.on_command = lambda ack, **_: ack(**said)
    team.people.say("grace", "support", "/deskclerk status")
    assert team.seen("C0SUPPORT", "U0OMAR") == ["for all"]


def test_plain_words_stay_in_the_channel_and_are_escaped(team: Team) -> None:
    assert team.people.say("grace", "support", "a <b> & c") is None
    assert team.seen("C0SUPPORT") == ["a &lt;b&gt; &amp; c"]
    assert team.service.got == []


def test_another_command_is_slackbots_business(team: Team) -> None:
    team.people.say("grace", "support", "/remind me")
    assert team.seen("C0SUPPORT") == ["/remind is not a valid command."]


@pytest.mark.parametrize(
    ("who", "where", "text", "error"),
    [
        ("nobody", "support", "x", "user_not_found"),
        ("gus", "support", "x", "channel_not_found"),
        ("grace", "nowhere", "x", "channel_not_found"),
        ("grace", "support", " ", "no_text"),
    ],
)
def test_what_nobody_can_do_is_refused(
    team: Team, who: str, where: str, text: str, error: str
) -> None:
    with pytest.raises(SlackError, match=error):
        team.people.say(who, where, text)


def test_a_service_that_is_too_slow_shows_as_a_time_out(team: Team) -> None:
    team.get_stuck()
    sent = team.people.say("grace", "support", "/deskclerk help")
    assert sent is not None
    assert (sent.trouble, sent.status) == ("operation_timeout", 0)
    assert "operation_timeout" in team.seen("C0SUPPORT")[0]
    assert team.control("GET", "/checks")["timeouts"] == [sent.number]


def test_a_service_that_fails_shows_as_a_failed_dispatch(team: Team) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    team.service.on_command = fail
    sent = team.people.say("grace", "support", "/deskclerk help")
    assert sent is not None
    assert (sent.trouble, sent.status) == ("dispatch_failed", 500)
    assert "dispatch_failed" in team.seen("C0SUPPORT")[0]


def test_a_service_that_is_not_there_shows_as_a_failed_connection() -> None:
    settings, _ = config(request_url="http://127.0.0.1:9/slack/events")
    with SlackSandboxServer(settings) as server:
        sent = server.sandbox.people.say("grace", "support", "/deskclerk help")
        assert sent is not None
        assert sent.trouble == "connection_failed"


@pytest.mark.parametrize("url", [None, "http://example.com/slack/events", "http://["])
def test_nothing_is_sent_off_this_machine(url: str | None) -> None:
    settings, _ = config(request_url=url)
    with SlackSandboxServer(settings) as server:
        sent = server.sandbox.people.say("grace", "support", "/deskclerk help")
        assert sent is not None
        assert sent.trouble == "no_request_url"


def test_an_answer_that_slack_cannot_show_is_named(team: Team) -> None:
    team.service.on_command = lambda ack, **_: ack(blocks=[{"type": "nonsense"}], text="x")
    team.people.say("grace", "support", "/deskclerk help")
    assert "invalid_blocks" in team.seen("C0SUPPORT")[0]


def test_a_click_says_who_clicked_what_and_where(team: Team) -> None:
    ts = team.post("card", blocks=Button(more={"style": "primary"}).blocks)
    team.people.click("omar", "support", ts, "take")
    (body,) = team.service.got
    (action,) = body["actions"]
    wanted = {"action_id": "take", "block_id": "acts", "value": "decision-1", "type": "button"}
    assert wanted.items() <= action.items()
    assert (action["text"], action["style"]) == (plain("Take"), "primary")
    assert body["user"]["id"] == "U0OMAR"
    assert body["message"]["ts"] == body["container"]["message_ts"] == ts
    assert body["container"]["is_ephemeral"] is False


def test_a_click_in_a_whisper_carries_no_message(team: Team) -> None:
    blocks = Button().blocks
    call = team.client.chat_postEphemeral
    ts = call(channel="C0SUPPORT", user="U0GRACE", text="x", blocks=blocks)["message_ts"]
    team.people.click("grace", "support", ts, "take")
    (body,) = team.service.got
    assert "message" not in body
    assert body["container"]["is_ephemeral"] is True
    with pytest.raises(SlackError, match="message_not_found"):
        team.people.click("omar", "support", ts, "take")


def test_a_choice_is_sent_as_it_was_made(team: Team) -> None:
    options = [{"text": plain(name), "value": name} for name in ("a", "b")]
    menu = {"type": "static_select", "action_id": "pick", "options": options}
    boxes = {"type": "checkboxes", "action_id": "tick", "options": options}
    ts = team.post("x", blocks=[{"type": "actions", "elements": [menu, boxes]}])
    team.people.click("grace", "support", ts, "pick", value="b")
    team.people.click("grace", "support", ts, "tick", value=["a", "b"])
    first, second = team.service.got
    assert first["actions"][0]["selected_option"] == options[1]
    assert second["actions"][0]["selected_options"] == options


def test_a_button_that_is_gone_cannot_be_clicked(team: Team) -> None:
    ts = team.post("card", blocks=Button().blocks)
    for arguments in ({"action": "other"}, {"action": "take", "block": "other"}):
        with pytest.raises(SlackError, match="action_not_found"):
            team.people.click("grace", "support", ts, **arguments)


def test_a_click_that_fails_is_told_to_who_clicked(team: Team) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    team.service.on_action = fail
    ts = team.post("card", blocks=Button().blocks)
    team.people.click("grace", "support", ts, "take")
    assert "dispatch_failed" in team.seen("C0SUPPORT", "U0GRACE")[-1]
    assert team.seen("C0SUPPORT", "U0OMAR") == ["card"]


def test_the_message_is_replaced_at_the_address_of_the_click(team: Team) -> None:
    def done(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        who = body["user"]["id"]
        ts, channel = body["container"]["message_ts"], body["container"]["channel_id"]
        client.chat_update(channel=channel, ts=ts, text=f"taken by <@{who}>", blocks=[])

    team.service.on_action = done
    ts = team.post("card", blocks=[{"type": "section", "text": marked("x")}, *Button().blocks])
    team.people.click("grace", "support", ts, "take")
    assert team.seen("C0SUPPORT") == ["taken by <@U0GRACE>"]
