"""The chat at Slack, over a real socket."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.chat import Channel, Chat, Colleague, Identity, Message, Posted
from connectors.errors import AskPerson, ConnectorError, OutcomeUnknown, RetryLater, Stop, StopKind
from connectors.slack.client import SlackChat, connect_slack
from tests.contract.socket_stub import Arrival, Drop, Hang, Reply, SocketStub, Step

TOKEN = "xoxb-1-canary"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CARD = Message("Ticket 42", ({"type": "divider"},))
OK = Reply(200, {"ok": True, "ts": "1.000100", "channel": "C1"})
ME = Reply(200, {"ok": True, "team_id": "T1", "user_id": "U9"}, {"x-oauth-scopes": "commands,a:b"})
HTML = Reply(200, b"<html>canary</html>")


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        yield running


@pytest.fixture
def chat(stub: SocketStub) -> Iterator[SlackChat]:
    connected = connect_slack(TOKEN, address=stub.url, timeout=(5.0, 1.5))
    yield connected
    connected.close()


def form_of(arrival: Arrival) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(arrival.body.decode()).items()}


def test_it_is_a_chat(chat: SlackChat) -> None:
    kept: Chat = chat
    assert kept is chat


@pytest.mark.parametrize("token", ["", " ", "xoxb-1\n", "xoxb-é", "a b"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(AskPerson):
        connect_slack(token)


# -- writing ------------------------------------------------------------------------------------


def test_a_message_is_posted_with_its_key(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/chat.postMessage", OK)
    assert chat.post("C1", CARD, key="k") == Posted("C1", "1.000100")
    (call,) = stub.arrivals
    assert call.headers["Authorization"] == f"Bearer {TOKEN}"
    assert call.json == {
        "channel": "C1",
        "text": "Ticket 42",
        "blocks": [{"type": "divider"}],
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": "deskclerk_message", "event_payload": {"key": "k"}},
    }


def test_a_message_may_go_to_a_thread(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/chat.postMessage", Reply(200, {"ok": True, "ts": "1.2"}))
    assert chat.post("C1", Message("x"), key="k", under="1.0") == Posted("C1", "1.2")
    assert stub.arrivals[0].json["thread_ts"] == "1.0"


def test_a_changed_message_loses_its_old_blocks(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/chat.update", OK)
    chat.change(Posted("C1", "1.000100"), Message("done"))
    assert stub.arrivals[0].json == {
        "channel": "C1",
        "ts": "1.000100",
        "text": "done",
        "blocks": [],
        "parse": "none",
        "link_names": False,
    }


def test_a_whisper_goes_to_one_user(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/chat.postEphemeral", OK)
    chat.whisper("C1", "U1", CARD)
    assert stub.arrivals[0].json["user"] == "U1"


def test_a_form_opens(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/views.open", OK)
    chat.ask("1.2.x", {"type": "modal"})
    assert stub.arrivals[0].json == {"trigger_id": "1.2.x", "view": {"type": "modal"}}


@pytest.mark.parametrize(("everybody", "kind"), [(False, "ephemeral"), (True, "in_channel")])
def test_an_answer_goes_where_it_is_wanted(
    stub: SocketStub,
    chat: SlackChat,
    everybody: bool,  # noqa: FBT001 - a parameter of the test
    kind: str,
) -> None:
    stub.on("/response/commands/T1/1/x", Reply(200, b"ok"))
    chat.answer(f"{stub.url}/response/commands/T1/1/x", CARD, everybody=everybody)
    (call,) = stub.arrivals
    assert call.json["response_type"] == kind
    assert call.json["replace_original"] is False
    assert "Authorization" not in call.headers


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://127.0.0.1:1/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com:444/x",
        "https://hooks.slack.com\\@evil.example/x",
        "https://hooks.slack.com/x\n",
        "https://hooks.slack.com/x?y#z",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com/",
        "file:///etc/passwd",
    ],
)
def test_answers_go_to_slack_alone(address: str) -> None:
    with pytest.raises(Stop) as caught:
        connect_slack(TOKEN).answer(address, CARD)
    assert caught.value.kind is StopKind.INVALID


def test_a_stand_in_gets_only_its_own_answers(stub: SocketStub, chat: SlackChat) -> None:
    for address in ("https://hooks.slack.com/actions/x", f"{stub.url}9/x", f"{stub.url}@a/x"):
        with pytest.raises(Stop):
            chat.answer(address, CARD)
    assert stub.arrivals == []


@pytest.mark.parametrize(
    "gone",
    [
        Reply(404, {"ok": False, "error": "used_url"}),
        Reply(404, b"expired_url"),
        Reply(200, {"ok": False, "error": "expired_url"}),
    ],
)
def test_an_address_that_is_used_up_is_gone(stub: SocketStub, chat: SlackChat, gone: Reply) -> None:
    stub.on("/response/x", gone)
    with pytest.raises(Stop) as caught:
        chat.answer(f"{stub.url}/response/x", CARD)
    assert caught.value.kind is StopKind.GONE


# -- failures -----------------------------------------------------------------------------------

WRITES: list[tuple[str, Callable[[SlackChat, str], object]]] = [
    ("/api/chat.postMessage", lambda chat, _url: chat.post("C1", CARD, key="k")),
    ("/api/chat.update", lambda chat, _url: chat.change(Posted("C1", "1.0"), CARD)),
    ("/api/chat.postEphemeral", lambda chat, _url: chat.whisper("C1", "U1", CARD)),
    ("/response/x", lambda chat, url: chat.answer(f"{url}/response/x", CARD)),
]
READS: list[tuple[str, Callable[[SlackChat, str], object]]] = [
    ("/api/views.open", lambda chat, _url: chat.ask("1.2.x", {})),
    ("/api/conversations.history", lambda chat, _url: chat.find("C1", "k", since=NOW)),
    ("/api/conversations.replies", lambda chat, _url: chat.find("C1", "k", since=NOW, under="1")),
    ("/api/users.info", lambda chat, _url: chat.read_colleague("U1")),
    ("/api/conversations.list", lambda chat, _url: chat.read_channels()),
    ("/api/auth.test", lambda chat, _url: chat.identify()),
]
LOST = [
    Drop(),
    Drop(reset=True),
    Hang(),
    Reply(200, {"ok": True}, cut=5),
    Reply(500, b"<html>"),
    Reply(503, {"ok": False, "error": "service_unavailable"}),
    Reply(200, {"ok": False, "error": "fatal_error"}),
    Reply(200, {"ok": False, "error": "internal_error"}),
    Reply(408, b""),
    HTML,
    Reply(200, b"[" * 100_000),
    Reply(200, []),
    Reply(200, {}),
    Reply(200, {"ok": "true"}),
    Reply(204, b""),
]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize(("path", "call"), WRITES)
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once(
    stub: SocketStub, chat: SlackChat, path: str, call: Callable[..., object], lost: Step
) -> None:
    stub.on(path, lost)
    with pytest.raises(OutcomeUnknown):
        call(chat, stub.url)
    assert len(stub.arrivals) == 1


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize(("path", "call"), READS)
def test_a_read_without_a_clear_answer_may_be_repeated(
    stub: SocketStub, chat: SlackChat, path: str, call: Callable[..., object], lost: Step
) -> None:
    stub.on(path, lost)
    with pytest.raises(RetryLater):
        call(chat, stub.url)
    assert len(stub.arrivals) == 1


@pytest.mark.parametrize(("path", "call"), [*WRITES, *READS])
def test_whoever_is_asked_to_slow_down_does(
    stub: SocketStub, chat: SlackChat, path: str, call: Callable[..., object]
) -> None:
    stub.on(path, Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}))
    with pytest.raises(RetryLater) as caught:
        call(chat, stub.url)
    assert caught.value.after_s == 30
    assert len(stub.arrivals) == 1


@pytest.mark.parametrize(("path", "call"), [*WRITES, *READS])
def test_nothing_follows_a_redirect(
    stub: SocketStub, chat: SlackChat, path: str, call: Callable[..., object]
) -> None:
    stub.on(path, Reply(307, b"", {"Location": f"{stub.url}/elsewhere"}))
    with pytest.raises(AskPerson):
        call(chat, stub.url)
    assert len(stub.arrivals) == 1


def test_where_nobody_listens_nothing_was_done() -> None:
    with SocketStub() as gone:
        url = gone.url
    with pytest.raises(RetryLater):
        connect_slack(TOKEN, address=url).post("C1", CARD, key="k")


def test_a_post_that_names_no_message_is_unknown(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/chat.postMessage", Reply(200, {"ok": True}))
    with pytest.raises(OutcomeUnknown):
        chat.post("C1", CARD, key="k")


@pytest.mark.parametrize(
    "answer",
    [HTML, Reply(500, b"canary"), Reply(200, {"ok": False, "error": "canary canary"}), Drop()],
)
def test_no_failure_tells_of_tokens_or_answers(
    stub: SocketStub, chat: SlackChat, caplog: pytest.LogCaptureFixture, answer: Step
) -> None:
    caplog.set_level(logging.INFO)
    stub.on("/api/chat.postMessage", answer)
    with pytest.raises(ConnectorError) as caught:
        chat.post("C1", Message("canary"), key="k")
    assert "canary" not in str(caught.value)
    assert "canary" not in caplog.text


# -- finding ------------------------------------------------------------------------------------


def a_message(stamp: str, key: Any, event_type: str = "deskclerk_message") -> dict[str, Any]:
    payload = {"event_type": event_type, "event_payload": {"key": key}}
    return {"type": "message", "ts": stamp, "metadata": payload}


def test_a_message_is_found_by_its_key_on_any_page(stub: SocketStub, chat: SlackChat) -> None:
    first = [
        {"ts": "5"},
        None,
        a_message("4", "k", "other"),
        a_message("3", "other"),
        {"metadata": 1},
    ]
    stub.on(
        "/api/conversations.history",
        Reply(
            200, {"ok": True, "messages": first, "response_metadata": {"next_cursor": "dXNlcg=="}}
        ),
        Reply(200, {"ok": True, "messages": [a_message("2", "k")], "has_more": False}),
    )
    assert chat.find("C1", "k", since=NOW) == Posted("C1", "2")
    asked = [form_of(arrival) for arrival in stub.arrivals]
    assert asked[0]["include_all_metadata"] == "1"
    assert asked[0]["oldest"] == f"{(NOW - timedelta(minutes=5)).timestamp():.6f}"
    assert [form.get("cursor") for form in asked] == [None, "dXNlcg=="]


def test_a_message_that_is_not_there_is_not_found(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/conversations.history", Reply(200, {"ok": True, "messages": []}))
    assert chat.find("C1", "k", since=datetime(1970, 1, 1, tzinfo=UTC)) is None
    assert form_of(stub.arrivals[0])["oldest"] == "0.000000"


def test_a_message_in_a_thread_is_found_there(stub: SocketStub, chat: SlackChat) -> None:
    stub.on(
        "/api/conversations.replies", Reply(200, {"ok": True, "messages": [a_message("2", "k")]})
    )
    assert chat.find("C1", "k", since=NOW, under="1.0") == Posted("C1", "2")
    assert form_of(stub.arrivals[0])["ts"] == "1.0"


def test_pages_that_do_not_end_are_given_up(
    stub: SocketStub, chat: SlackChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.slack.answers._MOST_PAGES", 3)
    more = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "x"}}
    stub.on("/api/conversations.history", Reply(200, more))
    with pytest.raises(RetryLater):
        chat.find("C1", "k", since=NOW)
    assert len(stub.arrivals) == 3


# -- people, channels, ourselves ------------------------------------------------------------------


def a_user(**changes: Any) -> Reply:
    user: dict[str, Any] = {
        "id": "U1",
        "team_id": "T1",
        "name": "ada",
        "deleted": False,
        "is_bot": False,
        "is_restricted": False,
        "is_email_confirmed": True,
        "profile": {"email": "ada@acme.example", "display_name": "Ada", "real_name": "Ada L"},
    }
    return Reply(200, {"ok": True, "user": user | changes})


def read_user(stub: SocketStub, chat: SlackChat, answer: Reply) -> Colleague:
    stub.on("/api/auth.test", ME)
    stub.on("/api/users.info", answer)
    return chat.read_colleague("U1")


def test_a_colleague_is_read(stub: SocketStub, chat: SlackChat) -> None:
    expected = Colleague("U1", "Ada", "ada@acme.example", is_person=True)
    assert read_user(stub, chat, a_user()) == expected
    assert read_user(stub, chat, a_user()) == expected
    assert len(stub.calls(path="users")) == 0
    assert [a.path for a in stub.arrivals].count("/api/auth.test") == 1  # our team stays ours


@pytest.mark.parametrize(
    "mark", ["is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger"]
)
def test_bots_guests_and_those_who_left_are_no_colleagues(
    stub: SocketStub, chat: SlackChat, mark: str
) -> None:
    assert not read_user(stub, chat, a_user(**{mark: True})).is_person


def test_people_of_another_company_are_no_colleagues(stub: SocketStub, chat: SlackChat) -> None:
    assert not read_user(stub, chat, a_user(team_id="T2")).is_person
    assert not read_user(stub, chat, a_user(team_id=None)).is_person


def test_people_of_another_workspace_of_ours_are_colleagues(
    stub: SocketStub, chat: SlackChat
) -> None:
    elsewhere = a_user(team_id="T2", enterprise_user={"teams": ["T1", "T2"]})
    assert read_user(stub, chat, elsewhere).is_person


def test_slackbot_is_nobody(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/users.info", a_user(id="USLACKBOT"))
    assert not chat.read_colleague("USLACKBOT").is_person


@pytest.mark.parametrize(
    "changes",
    [
        {"is_email_confirmed": False},
        {"is_email_confirmed": None},
        {"is_email_confirmed": "yes"},
        {"profile": {}},
        {"profile": None},
        {"profile": {"email": 5}},
        {"profile": {"email": "no address"}},
    ],
)
def test_an_address_counts_only_if_it_is_shown_and_confirmed(
    stub: SocketStub, chat: SlackChat, changes: dict[str, Any]
) -> None:
    assert read_user(stub, chat, a_user(**changes)).email is None


def test_a_colleague_without_a_name_is_called_by_the_id(stub: SocketStub, chat: SlackChat) -> None:
    assert read_user(stub, chat, a_user(profile={"display_name": "\n"})).name == "U1"
    named = read_user(stub, chat, a_user(profile={"real_name": "A\n" * 500}))
    assert len(named.name) <= 80


def test_another_user_than_asked_for_proves_nothing(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/users.info", a_user(id="U2"))
    with pytest.raises(RetryLater):
        chat.read_colleague("U1")


def test_channels_are_read_from_all_pages(stub: SocketStub, chat: SlackChat) -> None:
    row = {"id": "C1", "name": "support", "is_member": True}
    odd = [{"id": "C3"}, {"name": "x"}, 5]
    stub.on(
        "/api/conversations.list",
        Reply(
            200, {"ok": True, "channels": [row, *odd], "response_metadata": {"next_cursor": "x"}}
        ),
        Reply(200, {"ok": True, "channels": [{"id": "C2", "name": "legal"}]}),
    )
    assert chat.read_channels() == {
        "support": Channel("C1", "support", is_member=True),
        "legal": Channel("C2", "legal", is_member=False),
    }
    assert form_of(stub.arrivals[0])["exclude_archived"] == "1"


def test_we_know_who_we_are_and_what_we_may(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/auth.test", ME)
    assert chat.identify() == Identity("T1", "U9", frozenset({"commands", "a:b"}))


def test_an_answer_that_names_nobody_proves_nothing(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/auth.test", Reply(200, {"ok": True, "team_id": "T1"}))
    with pytest.raises(RetryLater):
        chat.identify()


def test_a_page_without_its_list_proves_nothing(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/conversations.list", Reply(200, {"ok": True, "channels": None}))
    with pytest.raises(RetryLater):
        chat.read_channels()


def test_without_a_list_of_scopes_there_are_none(stub: SocketStub, chat: SlackChat) -> None:
    stub.on("/api/auth.test", Reply(200, {"ok": True, "team_id": "T1", "user_id": "U9"}))
    assert chat.identify().scopes == frozenset()


def test_the_surroundings_choose_no_proxy(
    stub: SocketStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    stub.on("/api/auth.test", ME)
    assert connect_slack(TOKEN, address=stub.url).identify().team == "T1"
    assert json.dumps(form_of(stub.arrivals[0])) == "{}"
