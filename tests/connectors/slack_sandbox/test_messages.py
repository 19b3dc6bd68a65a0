"""Messages by the real client: posted, found, changed, taken back, refused in Slack's words."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from connectors.slack.sandbox import Rates
from tests.connectors.slack_sandbox.conftest import OpenTeam
from tests.connectors.slack_sandbox.team import Button, Team, marked

KEY = {"event_type": "deskclerk_message", "event_payload": {"key": "decision-1"}}


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    error: str = caught.value.response["error"]
    return error


def test_a_posted_message_is_found_by_its_metadata(team: Team) -> None:
    ts = team.post("first", metadata=KEY, blocks=Button().blocks)
    found = team.client.conversations_history(channel="C0SUPPORT", include_all_metadata=True)
    (message,) = found["messages"]
    assert (message["ts"], message["metadata"], message["text"]) == (ts, KEY, "first")
    assert message["blocks"][0]["elements"][0]["action_id"] == "take"


def test_metadata_is_shown_only_when_asked_for(team: Team) -> None:
    team.post(metadata=KEY)
    (message,) = team.client.conversations_history(channel="C0SUPPORT")["messages"]
    assert "metadata" not in message


def test_stamps_rise_although_the_clock_stands_still(team: Team) -> None:
    stamps = [team.post() for _ in range(5)]
    assert sorted(set(stamps)) == stamps
    assert all(len(stamp.partition(".")[2]) == 6 for stamp in stamps)


def test_a_changed_message_keeps_its_place_and_its_metadata(team: Team) -> None:
    first = team.post("a", metadata=KEY)
    team.post("b")
    team.client.chat_update(channel="C0SUPPORT", ts=first, text="c", blocks=[])
    assert team.seen("C0SUPPORT") == ["c", "b"]
    assert team.world.messages["C0SUPPORT"][first].metadata == KEY


def test_blocks_that_are_not_named_stay(team: Team) -> None:
    ts = team.post("a", blocks=Button().blocks)
    changed = team.client.chat_update(channel="C0SUPPORT", ts=ts, text="b")
    assert changed["message"]["blocks"][0]["block_id"] == "acts"


def test_new_blocks_and_metadata_take_the_place_of_the_old(team: Team) -> None:
    ts = team.post("a", blocks=Button().blocks, metadata=KEY)
    other = {"event_type": "x", "event_payload": {}}
    section = {"type": "section", "text": marked("done")}
    place = {"channel": "C0SUPPORT", "ts": ts}
    team.client.chat_update(**place, text="done", blocks=[section], metadata=other)
    message = team.world.messages["C0SUPPORT"][ts]
    assert (message.blocks[0]["type"], message.metadata) == ("section", other)


def test_a_deleted_message_is_gone(team: Team) -> None:
    ts = team.post()
    team.client.chat_delete(channel="C0SUPPORT", ts=ts)
    assert team.seen("C0SUPPORT") == []
    call = team.client.chat_delete
    assert refusal(call, channel="C0SUPPORT", ts=ts) == "message_not_found"


def test_others_messages_can_be_neither_changed_nor_deleted(team: Team) -> None:
    team.people.say("grace", "support", "mine")
    (message,) = team.client.conversations_history(channel="C0SUPPORT")["messages"]
    assert "bot_id" not in message
    ts = message["ts"]
    place = {"channel": "C0SUPPORT", "ts": ts}
    assert refusal(team.client.chat_update, **place, text="x") == "cant_update_message"
    assert refusal(team.client.chat_delete, **place) == "cant_delete_message"


def test_a_whisper_is_seen_by_one_and_stands_in_no_history(team: Team) -> None:
    team.client.chat_postEphemeral(channel="C0SUPPORT", user="U0GRACE", text="psst")
    assert team.seen("C0SUPPORT", "U0GRACE") == ["psst"]
    assert team.seen("C0SUPPORT", "U0OMAR") == []
    assert team.client.conversations_history(channel="C0SUPPORT")["messages"] == []
    (ts,) = team.world.messages["C0SUPPORT"]
    call = team.client.chat_update
    assert refusal(call, channel="C0SUPPORT", ts=ts, text="x") == "message_not_found"


def test_nobody_outside_a_channel_is_whispered_to(team: Team) -> None:
    call = team.client.chat_postEphemeral
    arguments = {"channel": "C0SUPPORT", "user": "U0GUS", "text": "x"}
    assert refusal(call, **arguments) == "user_not_in_channel"


def test_a_reply_goes_to_the_thread_of_a_message_that_is_there(team: Team) -> None:
    ts = team.post("top")
    team.post("below", thread_ts=ts)
    (top,) = team.client.conversations_history(channel="C0SUPPORT")["messages"]
    assert top["text"] == "top"
    call = team.client.chat_postMessage
    arguments = {"channel": "C0SUPPORT", "text": "x", "thread_ts": "1.000001"}
    assert refusal(call, **arguments) == "cannot_reply_to_message"


def test_where_the_app_is_not_it_neither_writes_nor_reads(team: Team) -> None:
    post, read = team.client.chat_postMessage, team.client.conversations_history
    assert refusal(post, channel="C0GENERAL", text="x") == "not_in_channel"
    assert refusal(read, channel="C0GENERAL") == "not_in_channel"
    assert refusal(post, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refusal(post, channel="U0NOBODY", text="x") == "channel_not_found"
    team.control("POST", "/channels", {"channel": "leads", "has_app": False})
    assert refusal(post, channel="C0LEADS", text="x") == "channel_not_found"
    team.control("POST", "/channels", {"channel": "legal", "is_archived": True})
    assert refusal(post, channel="C0LEGAL", text="x") == "is_archived"


def test_a_person_is_written_to_by_their_id(team: Team) -> None:
    team.post("hello you", "U0GRACE")
    assert team.seen("D0GRACE") == ["hello you"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": "[not json"}, "invalid_json"),
        ({"text": "x", "attachments": [{"text": "y"}]}, "invalid_arguments"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "A b", "event_payload": {}}},
         "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": "v" * 16_001}}},
         "metadata_too_large"),
    ],
)  # fmt: skip
def test_what_slack_refuses_is_refused(team: Team, arguments: Any, error: str) -> None:
    sent = {"channel": "C0SUPPORT", **arguments}
    assert refusal(team.client.api_call, api_method="chat.postMessage", json=sent) == error
    assert team.seen("C0SUPPORT") == []


def test_a_change_takes_less_text_than_a_new_message(team: Team) -> None:
    ts = team.post("x" * 5000)
    place = {"channel": "C0SUPPORT", "ts": ts}
    assert refusal(team.client.chat_update, **place, text="é" * 2001) == "msg_too_long"
    assert refusal(team.client.api_call, api_method="chat.update", json=place) == "no_text"
    team.client.chat_update(**place, text="é" * 2000)


def test_a_burst_is_taken_and_then_one_message_a_second(open_team: OpenTeam) -> None:
    team = open_team(rates=Rates(per_second=1.0, burst=3))
    for _ in range(3):
        team.post()
    with pytest.raises(SlackApiError) as caught:
        team.post()
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "1"
    team.post(channel="C0LEADS")
    with pytest.raises(SlackApiError):
        team.post()
    checks = team.control("GET", "/checks")
    assert (checks["posted_too_fast"], checks["waits_ignored"]) == (2, 1)
    team.clock.tick(1)
    team.post()
    team.control("POST", "/limits", {"off": True})
    for _ in range(5):
        team.post()
    team.control("POST", "/limits", {"per_second": 0.5, "burst": 1})


def test_pages_of_history_lead_to_the_last_message(team: Team) -> None:
    for number in range(7):
        team.post(str(number))
    seen: list[str] = []
    for page in team.client.conversations_history(channel="C0SUPPORT", limit=3):
        seen += [message["text"] for message in page["messages"]]
        assert page["has_more"] == bool(page["response_metadata"]["next_cursor"])
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_history_between_two_times_leaves_out_the_rest(team: Team) -> None:
    stamps = []
    for number in range(4):
        stamps.append(team.post(str(number)))
        team.clock.tick(1)
    call = team.client.conversations_history

    def texts(**bounds: Any) -> list[str]:
        rows = call(channel="C0SUPPORT", **bounds)["messages"]
        return [message["text"] for message in rows]

    assert texts(oldest=stamps[1]) == ["3", "2"]
    assert texts(oldest=stamps[1], inclusive=True) == ["3", "2", "1"]
    assert texts(latest=stamps[1]) == ["0"]
    assert texts(latest=stamps[1], inclusive=True) == ["1", "0"]
    assert texts(oldest=stamps[1].partition(".")[0]) == ["3", "2"]
    assert refusal(call, channel="C0SUPPORT", oldest="x") == "invalid_ts_oldest"
    assert refusal(call, channel="C0SUPPORT", latest="x") == "invalid_ts_latest"


def test_a_token_is_needed_and_must_be_good(team: Team) -> None:
    assert refusal(WebClient(base_url=team.server.api_url).auth_test) == "not_authed"
    stranger = WebClient("xoxb-stranger", base_url=team.server.api_url)
    assert refusal(stranger.auth_test) == "invalid_auth"
    team.control("POST", "/token", {"refusal": "token_revoked"})
    assert refusal(team.client.auth_test) == "token_revoked"
    team.control("POST", "/token", {"refusal": ""})
    assert team.client.auth_test()["user_id"] == "U0APP"


def test_a_missing_scope_is_named(team: Team) -> None:
    team.control("POST", "/token", {"scopes": ["users:read"]})
    with pytest.raises(SlackApiError) as caught:
        team.post()
    response = caught.value.response
    named = (response["error"], response["needed"], response["provided"])
    assert named == ("missing_scope", "chat:write", "users:read")
    assert response.headers["x-accepted-oauth-scopes"] == "chat:write"
