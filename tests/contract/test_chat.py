"""What a chat promises, held by the client at the sandbox Slack."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from slack_bolt import App

from connectors.chat import Identity, Message, Posted
from connectors.errors import AskPerson, OutcomeUnknown, RetryLater, Stop, StopKind
from connectors.loopback import ServedApp
from connectors.slack.app import Ack, Door, create_bolt
from connectors.slack.cards import (
    Action,
    ApprovalCard,
    Card,
    DigestCard,
    DigestEntry,
    DueLine,
    EscalationCard,
    Link,
    Moment,
    Plain,
    ReminderCard,
    Strong,
)
from connectors.slack.client import SlackChat, connect_slack
from connectors.slack.events import Act, Click, Command, Submission
from connectors.slack.forms import choose_answer_form, edit_form, reason_form
from connectors.slack.manifest import SCOPES
from connectors.slack.messages import message_of
from connectors.slack.sandbox import Fault, SlackSandboxConfig, SlackSandboxServer

NOW = datetime.now(UTC)
URL = "https://acme.zendesk.com/agent/tickets/42"
CARDS: list[Card] = [
    EscalationCard(
        42, URL, "d-1", "Complaint", ("A complaint",), "<!here> it's bad", DueLine("Reply", NOW)
    ),
    ApprovalCard(42, URL, "d-1", "refund", "Refunds", "en", "Hello,\n\n  <b> & bye", "how?", NOW),
    ReminderCard(42, URL, "Reply", NOW, "90 %", ("U0GRACE",)),
    DigestCard("Waiting", tuple(DigestEntry(n, URL, "Complaint", NOW) for n in range(1, 40))),
    Plain(
        "Ticket 42", (("see ", Link(URL, "it"), Moment(NOW), Strong("now")), "a"), share="why 42"
    ),
]


@pytest.fixture
def slack() -> Iterator[SlackSandboxServer]:
    config = SlackSandboxConfig(rates=None, scopes=frozenset(SCOPES))
    with SlackSandboxServer(config) as server:
        yield server


@pytest.fixture
def chat(slack: SlackSandboxServer) -> Iterator[SlackChat]:
    connected = connect_slack(slack.sandbox.config.bot_token, address=slack.url, timeout=(1, 2))
    yield connected
    connected.close()


def channel_of(chat: SlackChat, name: str = "support") -> str:
    return chat.read_channels()[name].id


def shown(slack: SlackSandboxServer, posted: Posted) -> Any:
    return slack.sandbox.world.messages[posted.channel][posted.stamp]


# -- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("card", CARDS)
def test_slack_takes_every_card(slack: SlackSandboxServer, chat: SlackChat, card: Card) -> None:
    message = message_of(card, NOW)
    posted = chat.post(channel_of(chat), message, key="k")
    assert len(shown(slack, posted).blocks) == len(message.blocks)
    chat.change(posted, message)


def test_the_sandbox_shows_instants_as_slack_does(
    slack: SlackSandboxServer, chat: SlackChat
) -> None:
    chat.post(channel_of(chat), Message("x", message_of(CARDS[0], NOW).blocks), key="k")
    page = requests.get(f"{slack.url}/as/grace/{channel_of(chat)}", timeout=10).text
    assert re.search(r"<time>\w[^<]* at \d\d:\d\d</time>", page)


def test_a_posted_message_is_found_by_its_key_even_after_a_change(chat: SlackChat) -> None:
    channel = channel_of(chat)
    chat.post(channel, Message("one"), key="k-1")
    posted = chat.post(channel, Message("two"), key="k-2")
    chat.change(posted, Message("three"))
    assert chat.find(channel, "k-2", since=NOW) == posted
    assert chat.find(channel, "k-3", since=NOW) is None


def test_a_change_leaves_nothing_of_what_stood_there(
    slack: SlackSandboxServer, chat: SlackChat
) -> None:
    posted = chat.post(channel_of(chat), message_of(CARDS[0], NOW), key="k")
    chat.change(posted, Message("done"))
    assert (shown(slack, posted).text, shown(slack, posted).blocks) == ("done", ())


@pytest.mark.parametrize("kind", ["http_500_after", "drop_after", "unreadable_after"])
def test_a_message_whose_answer_was_lost_is_found(
    slack: SlackSandboxServer, chat: SlackChat, kind: str
) -> None:
    channel = channel_of(chat)
    slack.sandbox.faults.add(Fault("chat.postMessage", kind))
    with pytest.raises(OutcomeUnknown):
        chat.post(channel, Message("one"), key="k")
    found = chat.find(channel, "k", since=NOW)
    assert found is not None
    assert shown(slack, found).text == "one"


def test_whoever_writes_too_fast_is_told_to_wait(
    slack: SlackSandboxServer, chat: SlackChat
) -> None:
    channel = channel_of(chat)
    slack.sandbox.faults.add(Fault("chat.postMessage", "limited", after_s=7))
    with pytest.raises(RetryLater) as caught:
        chat.post(channel, Message("one"), key="k")
    assert caught.value.after_s == 7
    assert chat.find(channel, "k", since=NOW) is None


def test_a_whisper_is_for_one_alone(slack: SlackSandboxServer, chat: SlackChat) -> None:
    channel = channel_of(chat)
    chat.whisper(channel, "U0GRACE", Message("psst"))
    world = slack.sandbox.world
    assert [m.text for m in world.visible(channel, "U0GRACE")] == ["psst"]
    assert [m.text for m in world.visible(channel, "U0OMAR")] == []


def test_where_the_app_is_not_a_person_must_invite_it(chat: SlackChat) -> None:
    with pytest.raises(AskPerson, match="invite"):
        chat.post(channel_of(chat, "general"), Message("x"), key="k")


def test_what_is_not_there_is_gone(chat: SlackChat) -> None:
    with pytest.raises(Stop) as caught:
        chat.change(Posted(channel_of(chat), "1.000100"), Message("x"))
    assert caught.value.kind is StopKind.GONE
    with pytest.raises(Stop) as caught:
        chat.post("C0NOWHERE", Message("x"), key="k")
    assert caught.value.kind is StopKind.GONE


def test_a_token_of_nobody_needs_a_person(slack: SlackSandboxServer) -> None:
    with pytest.raises(AskPerson):
        connect_slack("xoxb-other", address=slack.url).identify()


# -- people, channels, ourselves ----------------------------------------------------------------


def test_the_manifests_scopes_are_all_there_is_and_suffice(chat: SlackChat) -> None:
    identity = chat.identify()
    assert isinstance(identity, Identity)
    assert identity.scopes == frozenset(SCOPES)


def test_colleagues_are_told_from_guests_and_bots(chat: SlackChat) -> None:
    grace = chat.read_colleague("U0GRACE")
    assert (grace.email, grace.is_person) == ("grace@sandbox.example", True)
    assert chat.read_colleague("U0UNA").email is None
    assert not chat.read_colleague("U0GUS").is_person
    assert not chat.read_colleague(chat.identify().user).is_person


def test_somebody_who_left_is_no_colleague(slack: SlackSandboxServer, chat: SlackChat) -> None:
    world = slack.sandbox.world
    world.users["U0GRACE"] = replace(world.users["U0GRACE"], is_deleted=True)
    assert not chat.read_colleague("U0GRACE").is_person


def test_channels_are_known_by_name(chat: SlackChat) -> None:
    channels = chat.read_channels()
    assert channels["support"].is_member
    assert not channels["general"].is_member
    assert channels["leads"].is_member  # private


# -- what people do -----------------------------------------------------------------------------


class Service:
    """The door of a service, attached to the sandbox without a socket in between."""

    def __init__(self, slack: SlackSandboxServer, chat: SlackChat) -> None:
        self.acts: list[Act] = []
        self.chat = chat
        self.form: dict[str, Any] = reason_form("not_this", "d-1", "Not this", "Why?")
        config = slack.sandbox.config
        self.door = Door(self._bolt(config), [config.signing_secret], lambda: datetime.now(UTC))

    def _bolt(self, config: SlackSandboxConfig) -> App:
        return create_bolt(config.signing_secret, lambda _team: config.bot_token, self.take)

    def take(self, act: Act) -> Ack:
        self.acts.append(act)
        if isinstance(act, Click) and act.action == Action.NOT_THIS:
            self.chat.ask(act.trigger_id, self.form)
        if isinstance(act, Submission) and not act.fields.get("reason", "x").strip("?"):
            return Ack(errors={"reason": "A few words, please."})
        return Ack()


@pytest.fixture
def service(slack: SlackSandboxServer, chat: SlackChat) -> Iterator[Service]:
    attached = Service(slack, chat)
    app = Flask(__name__)

    def receive() -> Response:
        reply = attached.door.receive(request.get_data(), dict(request.headers))
        return Response(reply.body, reply.status, content_type=reply.content_type)

    app.add_url_rule("/slack/events", "receive", receive, methods=["POST"])
    with ServedApp(app) as server:
        slack.sandbox.world.request_url = f"{server.url}/slack/events"
        yield attached


def test_a_command_is_read_and_answered_at_its_address(
    slack: SlackSandboxServer, chat: SlackChat, service: Service
) -> None:
    sent = slack.sandbox.people.say("grace", "support", "/deskclerk search payload & <fees>")
    assert sent is not None
    assert (sent.status, sent.trouble) == (200, "")
    (act,) = service.acts
    assert isinstance(act, Command)
    assert act.text == "search payload & <fees>"
    for _ in range(5):
        chat.answer(act.response_url, message_of(CARDS[4], NOW))
    with pytest.raises(Stop) as caught:
        chat.answer(act.response_url, Message("x"))
    assert caught.value.kind is StopKind.GONE


def test_an_answer_for_everybody_is_seen_by_everybody(
    slack: SlackSandboxServer, chat: SlackChat, service: Service
) -> None:
    slack.sandbox.people.say("grace", "support", "/deskclerk status")
    act = service.acts[0]
    assert isinstance(act, Command)
    chat.answer(act.response_url, Message("mine"))
    chat.answer(act.response_url, Message("ours"), everybody=True)
    seen = [m.text for m in slack.sandbox.world.visible(act.channel, "U0OMAR")]
    assert seen == ["ours"]


def test_a_click_is_read_and_changes_its_key_with_the_message(
    slack: SlackSandboxServer, chat: SlackChat, service: Service
) -> None:
    posted = chat.post(channel_of(chat), message_of(CARDS[0], NOW), key="k")
    for _ in range(2):
        slack.sandbox.people.click("grace", "support", posted.stamp, "take")
    chat.change(posted, message_of(CARDS[0], NOW + timedelta(hours=1)))
    slack.sandbox.people.click("grace", "support", posted.stamp, "take")
    first, again, later = service.acts
    assert isinstance(first, Click)
    assert (first.action, first.value, first.message_stamp) == ("take", "d-1", posted.stamp)
    assert first.key == again.key != later.key


@pytest.mark.parametrize(
    ("form", "typed", "fields"),
    [
        (reason_form("not_this", "d-1", "Not this", "Why?"), {"reason": "a quote"}, None),
        (edit_form("d-1", "Hello,\n\nbye"), {}, {"reply": "Hello,\n\nbye"}),
        (choose_answer_form("d-1", [("refund", "Refunds")]), {"answer": "refund"}, None),
    ],
)
def test_a_form_opens_and_comes_back(
    slack: SlackSandboxServer,
    chat: SlackChat,
    service: Service,
    form: dict[str, Any],
    typed: dict[str, str],
    fields: dict[str, str] | None,
) -> None:
    service.form = form
    posted = chat.post(channel_of(chat), message_of(CARDS[0], NOW), key="k")
    slack.sandbox.people.click("grace", "support", posted.stamp, "not_this")
    (view,) = slack.sandbox.world.views["U0GRACE"]
    slack.sandbox.people.submit("grace", view.id, typed)
    submission = service.acts[-1]
    assert isinstance(submission, Submission)
    assert (submission.value, submission.fields) == ("d-1", fields or typed)
    assert submission.callback == form["callback_id"]


@pytest.mark.usefixtures("service")
def test_a_form_with_mistakes_stays_open(slack: SlackSandboxServer, chat: SlackChat) -> None:
    posted = chat.post(channel_of(chat), message_of(CARDS[0], NOW), key="k")
    slack.sandbox.people.click("grace", "support", posted.stamp, "not_this")
    (view,) = slack.sandbox.world.views["U0GRACE"]
    slack.sandbox.people.submit("grace", view.id, {"reason": "???"})
    assert len(slack.sandbox.world.views["U0GRACE"]) == 1


def test_a_form_opens_once_for_a_click(
    slack: SlackSandboxServer, chat: SlackChat, service: Service
) -> None:
    posted = chat.post(channel_of(chat), message_of(CARDS[0], NOW), key="k")
    slack.sandbox.people.click("grace", "support", posted.stamp, "not_this")
    click = service.acts[0]
    assert isinstance(click, Click)
    with pytest.raises(Stop) as caught:
        chat.ask(click.trigger_id, service.form)
    assert caught.value.kind is StopKind.GONE
