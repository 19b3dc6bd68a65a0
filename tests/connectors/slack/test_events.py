"""What people did, read from requests."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.events import (
    Click,
    Command,
    Other,
    Submission,
    UnreadableError,
    from_json,
    parse,
    to_json,
)
from connectors.slack.forms import opened_in, reason_form
from tests.connectors.slack.requests_of import (
    RESPONSE_URL,
    a_click,
    a_command,
    a_press,
    a_submission,
    as_form,
    click_payload,
    submission_payload,
)

COMMAND = Command(
    "T1",
    "U1",
    "C1",
    "/deskclerk",
    "why 42",
    RESPONSE_URL,
    "13345224609.738474920.8088930838d88f008e0",
)
CLICK = Click(
    "T1",
    "U1",
    "C1",
    "1795424400.000100",
    "",
    "take",
    "d-1",
    RESPONSE_URL,
    "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    "1795424401.123456",
)
SUBMISSION = Submission(
    "T1", "U1", "edit", "d-1", {"reply": "Hello,\n\nbye", "answer": "refund", "reason": ""}, "V1"
)


def key_of(raw: bytes) -> str:
    event = parse(raw)
    assert not isinstance(event, Other)
    return event.key


# -- reading ------------------------------------------------------------------------------------


def test_a_command_is_read() -> None:
    assert parse(a_command()) == COMMAND


def test_a_click_is_read() -> None:
    assert parse(a_click()) == CLICK


def test_a_submission_is_read() -> None:
    assert parse(a_submission()) == SUBMISSION


def test_a_submission_says_in_which_channel_its_form_was_opened() -> None:
    opened = opened_in("C7", reason_form("edit", "d-1", "Why", "Why?"))
    submission = parse(a_submission(private_metadata=opened["private_metadata"]))
    assert submission == replace(SUBMISSION, opened_in="C7")
    assert from_json(to_json(submission)) == submission


def test_a_form_that_a_former_release_stored_names_no_channel() -> None:
    stored = to_json(SUBMISSION)
    del stored["opened_in"]
    assert from_json(stored) == SUBMISSION


def test_a_click_in_a_whispered_message_is_read_without_the_message() -> None:
    payload = click_payload()
    del payload["message"]
    assert parse(as_form(payload)) == CLICK


def test_a_changed_message_has_the_stamp_of_its_change() -> None:
    message = {"ts": "1795424400.000100", "edited": {"user": "U9", "ts": "1795424500.000000"}}
    click = parse(a_click(message=message))
    assert isinstance(click, Click)
    assert click.edited_stamp == "1795424500.000000"


def test_an_app_of_a_whole_organisation_reads_the_users_team() -> None:
    click = parse(a_click(team=None))
    assert isinstance(click, Click)
    assert click.team == "T1"


def test_a_url_button_without_a_value_is_read() -> None:
    payload = click_payload()
    del payload["actions"][0]["value"]
    click = parse(as_form(payload))
    assert isinstance(click, Click)
    assert click.value == ""


def test_words_keep_what_they_say_but_for_what_no_store_takes() -> None:
    command = parse(a_command(text="search payload=1&command=x \0é\n"))
    assert isinstance(command, Command)
    assert command.text == "search payload=1&command=x é\n"
    submission = from_json(to_json(SUBMISSION) | {"fields": {"reply": "a\ud800\0b"}})
    assert isinstance(submission, Submission)
    assert submission.fields == {"reply": "a?b"}


def test_a_command_says_what_was_typed() -> None:
    command = parse(a_command(text="search fees &amp; &lt;5 &amp;lt;"))
    assert isinstance(command, Command)
    assert command.text == "search fees & <5 &lt;"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", ""),
        (b"ssl_check=1&token=x", ""),
        (b'{"type": "event_callback", "event": {"type": "message"}}', "event_callback"),
        (b'{"type": 5}', ""),
        (as_form({"type": "view_closed", "view": {}}), "view_closed"),
        (as_form({"type": "shortcut"}), "shortcut"),
        (as_form({"type": "<script>"}), ""),
        (a_click(container={"type": "view", "view_id": "V1"}), "block_actions"),
        (a_click(actions=[]), "block_actions"),
        (a_click(actions=[{"type": "static_select"}]), "block_actions"),
        (a_click(actions=[{"type": "button"}, {"type": "button"}]), "block_actions"),
    ],
)
def test_what_asks_for_nothing_is_told_apart(raw: bytes, kind: str) -> None:
    assert parse(raw) == Other(kind)


def test_a_challenge_is_kept() -> None:
    raw = b'{"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvF"}'
    assert parse(raw) == Other("url_verification", "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvF")


@pytest.mark.parametrize("words", [a_command(), a_click(), a_submission(), b"a=1&" * 200])
def test_an_event_in_which_words_look_like_a_form_is_no_form(words: bytes) -> None:
    event = {"type": "event_callback", "event": {"text": f"x&{words.decode()}&x"}}
    assert parse(json.dumps(event).encode()) == Other("event_callback")


def test_a_form_is_never_read_as_an_event() -> None:
    assert parse(b"type=url_verification&challenge=abc") == Other("")


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff",
        b"a=1&" * 200,
        b"payload=\xff",
        b'{"type": "\xff"}',
        b'{"type": ' + b"9" * 5000 + b"}",
        b"payload=" + b'{"a":' * 50_000,
        a_command() + b"&command=/other",
        a_click() + b"&" + a_click(),
        b"{",
        b"{" * 100_000,
        b"payload=",
        b"payload=[]",
        b"payload=" + b"[" * 100_000,
        a_command(user_id="u1"),
        a_command(user_id=""),
        a_command(team_id="T1:x"),
        a_command(trigger_id="a b"),
        a_command(command="deskclerk"),
        a_command(text="x" * 8001),
        a_command(response_url="https://a b"),
        a_click(container={"type": "message", "message_ts": "now", "channel_id": "C1"}),
        a_click(user="U1"),
        a_click(message={"edited": {"ts": "x"}}),
        a_submission(id=None),
        a_submission(callback_id="a b"),
        a_submission(private_metadata="x" * 3001),
        a_submission(state={"values": {str(number): {} for number in range(21)}}),
        a_submission(state={"values": {"a b": {}}}),
    ],
)
def test_what_is_not_in_slacks_form_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(raw)


def test_a_refusal_quotes_nothing() -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(a_command(user_id="canary", text="canary"))
    assert "canary" not in str(caught.value)


# -- keys ---------------------------------------------------------------------------------------


def test_a_command_sent_again_has_the_same_key() -> None:
    assert key_of(a_command()) == key_of(a_command())
    assert key_of(a_command()) != key_of(a_command(trigger_id="2.2.y"))


def test_a_double_click_has_one_key() -> None:
    again = click_payload(trigger_id="9.9.z", response_url=RESPONSE_URL + "y")
    again["actions"][0]["action_ts"] = "1795424401.999999"
    assert key_of(a_click()) == key_of(as_form(again))


@pytest.mark.parametrize(
    "other",
    [
        a_click(user={"id": "U2"}),
        a_click(team={"id": "T2"}),
        a_click(container={"type": "message", "message_ts": "1.0", "channel_id": "C1"}),
        a_click(
            container={"type": "message", "message_ts": "1795424400.000100", "channel_id": "C2"}
        ),
        a_click(message={"edited": {"ts": "1795424500.000000"}}),
        a_press("send"),
    ],
)
def test_another_click_has_another_key(other: bytes) -> None:
    assert key_of(a_click()) != key_of(other)


@pytest.mark.parametrize("action", ["why", "edit", "another", "not_this", "name_case", "open"])
def test_what_only_shows_something_may_be_pressed_again(action: str) -> None:
    assert key_of(a_press(action)) == key_of(a_press(action))
    assert key_of(a_press(action)) != key_of(a_press(action, trigger_id="9.9.z"))


def test_a_form_is_sent_off_once() -> None:
    changed = {"values": {"reply": {"text": {"type": "plain_text_input", "value": "other"}}}}
    assert key_of(a_submission()) == key_of(a_submission(state=changed))
    assert key_of(a_submission()) != key_of(a_submission(id="V2"))


def test_keys_are_short_and_hold_nobodys_words() -> None:
    key = key_of(a_submission(private_metadata="canary" * 400))
    assert key.startswith("slack:submission:")
    assert len(key) < 100
    assert "canary" not in key


# -- storing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [COMMAND, CLICK, SUBMISSION])
def test_what_was_stored_reads_as_it_was(act: Any) -> None:
    assert from_json(json.loads(json.dumps(to_json(act)))) == act


@pytest.mark.parametrize("stored", [None, 5, [], {}, {"act": "x"}, {"act": ["command"]}])
def test_what_is_no_act_is_refused(stored: object) -> None:
    with pytest.raises(UnreadableError):
        from_json(stored)


@pytest.mark.parametrize("act", [COMMAND, CLICK, SUBMISSION])
def test_an_act_without_a_part_is_refused(act: Any) -> None:
    for name in to_json(act):
        left = {key: value for key, value in to_json(act).items() if key != name}
        if name in {"text", "value", "edited_stamp", "response_url", "opened_in"}:
            from_json(left)  # may be empty
        else:
            with pytest.raises(UnreadableError):
                from_json(left)


# -- properties ---------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)


@given(st.binary() | st.binary().map(lambda rest: b"payload=" + rest))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        parse(raw)
    except UnreadableError:
        return


@given(st.sampled_from([click_payload(), submission_payload()]), st.data(), JSON)
def test_any_change_of_a_payload_is_read_or_refused(
    payload: dict[str, Any], data: st.DataObject, odd: Any
) -> None:
    changed = json.loads(json.dumps(payload))
    place: Any = changed
    while True:
        name = data.draw(st.sampled_from(sorted(place)))
        inner = place[name]
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if not isinstance(inner, dict) or not inner or data.draw(st.booleans()):
            place[name] = odd
            break
        place = inner
    try:
        event = parse(as_form(changed))
    except UnreadableError:
        return
    if not isinstance(event, Other):
        assert from_json(json.loads(json.dumps(to_json(event)))) == event


@given(JSON)
def test_any_json_is_an_act_or_refused(stored: Any) -> None:
    with pytest.raises(UnreadableError):
        from_json(stored)
