"""The door in front of Bolt, with the real Bolt behind it."""

import json
import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.slack.app import MAX_BODY_BYTES, Ack, Door, Reply, Take, create_bolt
from connectors.slack.events import Act, Click, Command, Submission
from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tests.connectors.slack.requests_of import (
    a_click,
    a_command,
    a_press,
    a_submission,
    as_form,
    click_payload,
)

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def now() -> datetime:
    return datetime.now(UTC)


def headers_for(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(now().timestamp()))
    return {
        TIMESTAMP_HEADER: stamp,
        SIGNATURE_HEADER: sign(raw, stamp, secret),
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Bolt-Lazy-Only": "1",  # would make Bolt skip the listener
    }


class Desk:
    """Takes acts, and keeps what it took."""

    def __init__(self, ack: Ack | None = None, fault: Exception | None = None) -> None:
        self.taken: list[Act] = []
        self._ack = ack or Ack()
        self._fault = fault

    def take(self, act: Act) -> Ack:
        self.taken.append(act)
        if self._fault is not None:
            raise self._fault
        return self._ack


def a_door(
    take: Take,
    secrets: tuple[str, ...] = (SECRET,),
    token: str | None = "xoxb-1",  # noqa: S107 - invented
) -> Door:
    return Door(create_bolt(secrets[0], lambda _team: token, take), secrets, now)


def knock(desk: Desk, raw: bytes, headers: Mapping[str, str] | None = None) -> Reply:
    return a_door(desk.take).receive(raw, headers_for(raw) if headers is None else headers)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(a_command(), Command), (a_click(), Click), (a_submission(), Submission)],
)
def test_what_a_person_did_is_taken_and_acknowledged(raw: bytes, kind: type[Act]) -> None:
    desk = Desk()
    assert knock(desk, raw) == Reply(200, "", "text/plain;charset=utf-8")
    assert [type(act) for act in desk.taken] == [kind]


def test_a_command_that_speaks_of_a_payload_is_a_command() -> None:
    desk = Desk()
    assert knock(desk, a_command(text="search payload=x")).status == 200
    assert isinstance(desk.taken[0], Command)
    assert desk.taken[0].text == "search payload=x"


def test_any_command_and_any_button_are_taken() -> None:
    desk = Desk()
    for raw in (a_command(command="/desk"), a_press("a:b.c")):
        assert knock(desk, raw).status == 200
    assert len(desk.taken) == 2


def test_errors_of_a_form_are_shown_in_it() -> None:
    reply = knock(Desk(Ack(errors={"reason": "A few more words"})), a_submission())
    assert reply.status == 200
    assert reply.content_type.startswith("application/json")
    assert json.loads(reply.body) == {
        "response_action": "errors",
        "errors": {"reason": "A few more words"},
    }


def test_what_is_said_at_once_goes_back_with_the_acknowledgement() -> None:
    reply = knock(Desk(Ack(said="Automatic replies are paused.")), a_command(text="pause"))
    assert (reply.status, reply.body) == (200, "Automatic replies are paused.")
    assert reply.content_type.startswith("text/plain")
    assert knock(Desk(), a_command()).body == ""


def test_what_comes_after_is_done_once_slack_was_answered() -> None:
    answered, done = threading.Event(), threading.Event()

    def after() -> None:
        assert answered.wait(30)
        done.set()

    desk = Desk(Ack(after=after))
    assert knock(desk, a_press("edit")).status == 200
    answered.set()
    assert done.wait(30)


def test_forms_that_open_slowly_hold_up_no_acknowledgement() -> None:
    go_on = threading.Event()
    door = a_door(Desk(Ack(after=lambda: assert_set(go_on))).take)
    try:
        for _ in range(40):
            raw = a_press("edit")
            assert door.receive(raw, headers_for(raw)).status == 200
    finally:
        go_on.set()


def assert_set(event: threading.Event) -> None:
    assert event.wait(60)


def test_what_fails_afterwards_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    over = threading.Event()

    def after() -> None:
        over.set()
        raise RuntimeError("CANARY")

    door = a_door(Desk(Ack(after=after)).take)
    raw = a_press("edit")
    assert door.receive(raw, headers_for(raw)).status == 200
    assert over.wait(30)
    while not caplog.records:
        threading.Event().wait(0.01)
    assert "RuntimeError" in caplog.text
    assert "CANARY" not in caplog.text


def test_what_was_not_taken_is_not_acknowledged(caplog: pytest.LogCaptureFixture) -> None:
    assert knock(Desk(fault=RuntimeError("the store is away")), a_command()).status == 500
    assert "the store is away" in caplog.text


# -- the door -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {TIMESTAMP_HEADER: "abc", SIGNATURE_HEADER: "v0=é"},
        {TIMESTAMP_HEADER: "9" * 5000, SIGNATURE_HEADER: "v0=" + "0" * 64},
        headers_for(b"other"),
        headers_for(a_command(), "other"),
    ],
)
def test_what_slack_did_not_sign_is_refused_without_a_word(headers: dict[str, str]) -> None:
    desk = Desk()
    assert knock(desk, a_command(), headers) == Reply(401)
    assert desk.taken == []


def test_an_old_request_is_refused() -> None:
    desk = Desk()
    raw = a_command()
    later = Door(create_bolt(SECRET, str, desk.take), [SECRET], lambda: now() + timedelta(hours=1))
    assert later.receive(raw, headers_for(raw)).status == 401


def test_what_the_previous_secret_signed_is_taken_while_it_is_replaced() -> None:
    desk = Desk()
    raw = a_command()
    door = a_door(desk.take, (SECRET, "previous"))
    assert door.receive(raw, headers_for(raw, "previous")).status == 200
    assert len(desk.taken) == 1


def test_what_is_not_in_slacks_form_is_refused() -> None:
    assert knock(Desk(), a_command(user_id="?")) == Reply(400)


def test_what_is_too_large_is_refused() -> None:
    assert knock(Desk(), b"x" * (MAX_BODY_BYTES + 1)) == Reply(413)


def test_what_asks_for_nothing_is_acknowledged() -> None:
    desk = Desk()
    for raw in (b"ssl_check=1", as_form({"type": "shortcut"}), a_click(actions=[])):
        assert knock(desk, raw) == Reply(200)
    assert desk.taken == []


def test_a_challenge_comes_back() -> None:
    reply = knock(Desk(), b'{"type": "url_verification", "challenge": "abc123"}')
    assert (reply.status, json.loads(reply.body)) == (200, {"challenge": "abc123"})


def test_a_workspace_without_an_installation_is_told_so() -> None:
    desk = Desk()
    raw = a_command()
    reply = a_door(desk.take, token=None).receive(raw, headers_for(raw))
    assert reply.status == 200
    assert "install" in reply.body
    assert desk.taken == []


def test_bolt_never_sees_anybodys_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    payload = click_payload()
    payload["actions"][0]["value"] = "canary"
    for raw in (
        a_command(text="canary", response_url="https://hooks.slack.com/canary"),
        as_form(payload),
        a_submission(private_metadata="canary"),
    ):
        knock(Desk(), raw)
        knock(Desk(fault=RuntimeError("x")), raw)
    assert "canary" not in caplog.text


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "SLACK_VERIFICATION_TOKEN",
    ):
        monkeypatch.setenv(name, "from the environment")
    desk = Desk()
    raw = a_command()
    assert knock(desk, raw).status == 200
    assert knock(desk, raw, headers_for(raw, "from the environment")).status == 401
    assert "install" in a_door(desk.take, token=None).receive(raw, headers_for(raw)).body
    assert len(desk.taken) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "", "é\0"])
def test_the_body_alone_says_how_it_is_read(content_type: str) -> None:
    desk = Desk()
    raw = a_command()
    assert knock(desk, raw, headers_for(raw) | {"Content-Type": content_type}).status == 200
    assert [type(act) for act in desk.taken] == [Command]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda rest: b"payload={" + rest))
def test_any_signed_bytes_get_an_answer(raw: bytes) -> None:
    assert knock(Desk(), raw).status in {200, 400}
