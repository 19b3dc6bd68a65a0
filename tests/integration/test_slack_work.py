"""What people ask for in Slack, from the stored request to the sentence they read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from connectors.chat import Channel, Colleague, Identity, Message, Posted
from connectors.errors import AskPerson, OutcomeUnknown, RetryLater, Stop, StopKind
from connectors.ports import Agent
from connectors.slack.events import Act, Click, Command, Submission, parse
from integration.brake import read_brake, set_brake
from integration.effects import FuseBlown
from integration.failures import Failures
from integration.people import People, remember
from integration.slack_answers import Desk as Answers
from integration.slack_intake import SlackIntake
from integration.slack_work import SlackWork
from integration.store import approvals, clocks, decisions, deliveries, policies, posts
from integration.store.clocks import ClockRow
from rules.policy import parse_policy
from tests.connectors.slack.requests_of import as_form, submission_payload
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import AGENT
from tests.fakes.judge import ANSWER, POLICY_FILES

GRACE = Agent(AGENT, "Grace Agent", is_lead=False)
ADA = Agent(502, "Ada Admin", is_lead=True)


@dataclass
class Chat:
    """A chat of which only what is answered matters."""

    people: dict[str, Colleague] = field(default_factory=dict)
    answers: list[tuple[str, str, bool]] = field(default_factory=list)
    whispers: list[tuple[str, str, str]] = field(default_factory=list)
    forms: list[Mapping[str, Any]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    asked: int = 0

    def read_colleague(self, user: str) -> Colleague:
        self.asked += 1
        self._fault()
        return self.people[user]

    def answer(self, address: str, message: Message, *, everybody: bool = False) -> None:
        self._fault()
        self.answers.append((address, text_of(message), everybody))

    def whisper(self, channel: str, user: str, message: Message) -> None:
        self._fault()
        self.whispers.append((channel, user, text_of(message)))

    def ask(self, trigger: str, form: Mapping[str, Any]) -> None:
        assert trigger
        self._fault()
        self.forms.append(form)

    def _fault(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    def post(self, channel: str, message: Message, *, key: str, under: str | None = None) -> Posted:
        raise NotImplementedError

    def find(self, *_args: Any, **_more: Any) -> Posted | None:
        raise NotImplementedError

    def change(self, posted: Posted, message: Message) -> None:
        raise NotImplementedError

    def read_channels(self) -> Mapping[str, Channel]:
        raise NotImplementedError

    def identify(self) -> Identity:
        raise NotImplementedError


def text_of(message: Message) -> str:
    return message.text + "\n" + json.dumps([dict(block) for block in message.blocks], default=str)


class Roster:
    """The agents of the helpdesk, by address."""

    def __init__(self) -> None:
        self.agents = {"grace@example.org": GRACE, "ada@example.org": ADA}
        self.faults: list[Exception] = []

    def find_agent(self, email: str) -> Agent | None:
        if self.faults:
            raise self.faults.pop(0)
        return self.agents.get(email)


@dataclass
class Slack:
    """Slack's side of an installation."""

    desk: Desk
    chat: Chat
    roster: Roster
    intake: SlackIntake
    counter: int = 0

    def says(self, text: str, user: str = "U1") -> str:
        """Type a command, let the worker work, and read the answer."""
        self.counter += 1
        trigger = f"t{self.counter}"
        return self.does(
            Command("T1", user, "C1", "/deskclerk", text, "https://hooks.slack.com/x", trigger)
        )

    def clicks(self, action: str, value: str, user: str = "U1", stamp: str = "1.1") -> str:
        self.counter += 1
        return self.does(
            Click(
                "T1", user, "C1", stamp, "", action, value, "https://hooks.slack.com/x",
                f"t{self.counter}", "1.2",
            )
        )  # fmt: skip

    def does(self, act: Act) -> str:
        acknowledged = self.intake.take(act)
        for delivery_id in self.waiting():
            self.desk.run_to_end(delivery_id)
        if acknowledged.said:
            return acknowledged.said
        return self.chat.answers[-1][1] if self.chat.answers else ""

    def waiting(self) -> list[int]:
        return [row["id"] for row in self.desk.rows("delivery") if row["state"] == "stored"]


@pytest.fixture
def slack(desk: Desk) -> Slack:
    return connected(desk)


def connected(desk: Desk, chat: Chat | None = None) -> Slack:
    chat = chat or Chat()
    for user, email in (("U1", "grace@example.org"), ("U2", "ada@example.org")):
        chat.people[user] = Colleague(user, "x", email, is_person=True)
    chat.people["U3"] = Colleague("U3", "x", "nobody@example.org", is_person=True)
    chat.people["U4"] = Colleague("U4", "x", None, is_person=True)
    chat.people["U5"] = Colleague("U5", "x", "grace@example.org", is_person=False)
    roster = Roster()
    chats: dict[str, Chat | None] = {"T1": chat}
    judge, clock = desk.acting.judge, desk.clock
    answers = Answers(
        desk.store,
        lambda: judge.policy,
        lambda ticket: f"https://acme.zendesk.com/agent/tickets/{ticket}",
        clock,
        "/deskclerk",
    )
    work = SlackWork(
        desk.store,
        desk.acting,
        People(chats.get, roster, clock, partial(remember, desk.store, clock)),
        chats.get,
        answers,
        clock,
        "/deskclerk",
    )
    desk.runs = replace(desk.runs, slack=work)
    intake = SlackIntake(desk.store, clock, chats.get, "/deskclerk")
    return Slack(desk, chat, roster, intake)


@pytest.fixture
def any_slack(any_desk: Desk) -> Slack:
    """The same on either database."""
    return connected(any_desk)


def a_draft(desk: Desk) -> str:
    desk.helpdesk.customer_opens(1, "draft: where can I find the number of my account, please?")
    desk.handle(1)
    with desk.store.write() as connection:
        row = decisions.latest_for_ticket(connection, 1)
        assert row is not None
        approvals.ask(connection, row.id, 1, desk.clock.now().timestamp() + 86400)
    desk.clock.pass_time(60)
    return row.id


def test_a_draft_is_sent_by_a_click(slack: Slack) -> None:
    about = a_draft(slack.desk)
    assert "Sent “reset_password” to ticket 1." in slack.clicks("send", about)
    assert slack.desk.helpdesk.public_replies(1) == [ANSWER]
    assert "Grace Agent approved" in slack.desk.helpdesk.notes(1)[-1]


def test_who_acted_is_known_by_their_user_until_they_are_an_agent_no_more(
    any_slack: Slack,
) -> None:
    def kept() -> list[tuple[str, str, int, bool]]:
        rows = any_slack.desk.rows("colleague")
        return [(r["team_id"], r["user_id"], r["agent_id"], bool(r["is_lead"])) for r in rows]

    any_slack.says("status", "U1")
    any_slack.says("status", "U2")
    any_slack.says("status", "U3")
    assert sorted(kept()) == [("T1", "U1", AGENT, False), ("T1", "U2", 502, True)]
    del any_slack.roster.agents["ada@example.org"]
    any_slack.desk.clock.pass_time(3600)
    any_slack.says("status", "U1")
    any_slack.says("status", "U2")
    assert kept() == [("T1", "U1", AGENT, False)]


def test_a_double_click_is_one_delivery(any_slack: Slack) -> None:
    about = a_draft(any_slack.desk)
    any_slack.clicks("send", about)
    any_slack.clicks("send", about)
    assert any_slack.desk.helpdesk.public_replies(1) == [ANSWER]
    assert [row["source"] for row in any_slack.desk.rows("delivery")].count("slack") == 1


def test_a_command_that_slack_repeats_runs_once(slack: Slack) -> None:
    command = Command("T1", "U1", "C1", "/deskclerk", "help", "https://hooks.slack.com/x", "t")
    slack.does(command)
    slack.does(command)
    assert len(slack.chat.answers) == 1


def test_the_second_of_two_people_is_told_who_was_faster(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.clicks("send", about, "U1")
    assert "Grace Agent was faster" in slack.clicks("not_a_question", about, "U2")


@pytest.mark.parametrize(
    ("user", "said"),
    [("U3", "not known as an agent"), ("U4", "no confirmed e-mail"), ("U5", "no guests")],
)
def test_who_is_no_agent_does_nothing(slack: Slack, user: str, said: str) -> None:
    about = a_draft(slack.desk)
    assert said in slack.clicks("send", about, user)
    assert said in slack.says("take 1", user)
    assert said in slack.says("why 1", user)
    assert slack.desk.helpdesk.public_replies(1) == []


def test_a_button_that_did_nothing_may_be_pressed_again(slack: Slack) -> None:
    about = a_draft(slack.desk)
    assert "not known as an agent" in slack.clicks("send", about, "U3")
    slack.roster.agents["nobody@example.org"] = GRACE
    assert "Sent" in slack.clicks("send", about, "U3")
    assert slack.desk.helpdesk.public_replies(1) == [ANSWER]


def test_another_workspace_does_nothing(slack: Slack) -> None:
    command = Command("T9", "U1", "C1", "/deskclerk", "pause", "https://hooks.slack.com/x", "t")
    slack.does(command)
    assert not slack.chat.answers
    with slack.desk.store.read() as connection:
        assert not read_brake(connection).everything


def test_who_somebody_is_is_asked_once_in_five_minutes(slack: Slack) -> None:
    slack.says("help")
    slack.says("help")
    assert slack.chat.asked == 1
    slack.desk.clock.pass_time(301)
    slack.says("help")
    assert slack.chat.asked == 2


def test_an_edited_draft_comes_from_its_form(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.clicks("edit", about)
    assert slack.waiting() == []
    ack = slack.intake.take(Click("T1", "U1", "C1", "1.1", "", "edit", about, "", "t", "1.2"))
    assert ack.after is not None
    ack.after()
    assert ANSWER in json.dumps(slack.chat.forms[-1])
    slack.does(Submission("T1", "U1", "edit", about, {"reply": "My own words."}, "V1"))
    assert slack.desk.helpdesk.tickets[1].ticket.comments[-1].body == "My own words."


def test_the_forms_offer_what_there_is(slack: Slack) -> None:
    about = a_draft(slack.desk)
    with slack.desk.store.write() as connection:
        policies.activate(connection, "v", POLICY_FILES, 1.0)
    offered = (
        ("another", "Find the IBAN"),
        ("not_this", "special care"),
        ("name_case", "Complaint to a UK financial firm"),
    )
    for action, shown in offered:
        ack = slack.intake.take(Click("T1", "U1", "C1", "1.1", "", action, about, "", "t", "1.2"))
        assert ack.after is not None
        ack.after()
        assert shown in json.dumps(slack.chat.forms[-1])


def test_a_case_is_named_in_a_form_and_its_clocks_begin(slack: Slack) -> None:
    about = a_draft(slack.desk)
    fields = {"answer": "uk_fca_disp_complaint", "reason": "wants redress"}
    said = slack.does(Submission("T1", "U1", "name_case", about, fields, "V1", "C1"))
    assert said or "is held for people" in slack.chat.whispers[0][2]
    assert "Deadline:" in slack.desk.helpdesk.notes(1)[-1]
    assert "wants redress" in slack.desk.helpdesk.notes(1)[-1]


def test_what_was_seen_in_a_ticket_is_offered_first_as_its_case(slack: Slack) -> None:
    slack.desk.helpdesk.customer_opens(1, "complaint")
    slack.desk.handle(1)
    [decision] = slack.desk.rows("decision")
    with slack.desk.store.write() as connection:
        policies.activate(connection, "v", POLICY_FILES, 1.0)
        connection.exec_driver_sql(
            """UPDATE decision SET decision = replace(decision, '"test"', '"packs/app_scam"')"""
        )
    click = Click("T1", "U1", "C1", "1.1", "", "name_case", decision["id"], "", "t", "1.2")
    ack = slack.intake.take(click)
    assert ack.after is not None
    ack.after()
    options = slack.chat.forms[-1]["blocks"][1]["element"]["options"]
    assert options[0]["value"] == "app_scam"


def test_without_a_policy_no_case_can_be_named(slack: Slack) -> None:
    about = a_draft(slack.desk)
    ack = slack.intake.take(Click("T1", "U1", "C1", "1.1", "", "name_case", about, "", "t", "1.2"))
    assert ack.after is not None
    ack.after()
    assert "No packs are in force" in json.dumps(slack.chat.forms[-1])


def test_a_form_that_cant_be_opened_loses_nothing(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.chat.faults = [Stop("expired", kind=StopKind.GONE)]
    click = Click("T1", "U1", "C1", "1.1", "", "edit", about, "", "t", "1.2")
    ack = slack.intake.take(click)
    assert ack.after is not None
    ack.after()
    assert slack.chat.forms == []
    unknown = slack.intake.take(replace(click, team="T9"))
    assert unknown.after is not None
    unknown.after()
    assert slack.chat.forms == []


def test_the_answer_to_a_form_stands_where_its_card_does(slack: Slack) -> None:
    about = a_draft(slack.desk)
    with slack.desk.store.write() as connection:
        now = slack.desk.clock.now().timestamp()
        posts.plan(
            connection, "p", posts.APPROVAL, "support", now=now, ticket_id=1, decision_id=about
        )
        posts.change(connection, "p", channel_id="C7")
    slack.does(Submission("T1", "U1", "another", about, {"answer": "find_iban"}, "V1"))
    assert slack.chat.whispers[0][:2] == ("C7", "U1")
    assert "Sent “find_iban”" in slack.chat.whispers[0][2]


def test_the_answer_to_a_form_stands_where_it_was_opened(slack: Slack) -> None:
    about = a_draft(slack.desk)
    ack = slack.intake.take(Click("T1", "U1", "C5", "1.1", "", "another", about, "", "t", "1.2"))
    assert ack.after is not None
    ack.after()
    body = submission_payload(private_metadata=slack.chat.forms[-1]["private_metadata"])
    form = parse(as_form(body))
    assert isinstance(form, Submission)
    slack.does(replace(form, callback="another", fields={"answer": "find_iban"}))
    assert [whisper[:2] for whisper in slack.chat.whispers] == [("C5", "U1")]
    assert "Sent “find_iban”" in slack.chat.whispers[0][2]


@pytest.mark.parametrize("text", ["click", "command"])
def test_what_came_too_late_for_its_own_address_is_whispered_in_its_channel(
    slack: Slack, text: str
) -> None:
    about = a_draft(slack.desk)
    slack.says("help")
    slack.chat.faults = [Stop("used up", kind=StopKind.GONE)]
    slack.says("status") if text == "command" else slack.clicks("send", about)
    assert [whisper[:2] for whisper in slack.chat.whispers] == [("C1", "U1")]
    assert ("Status" if text == "command" else "Sent") in slack.chat.whispers[0][2]


def test_a_channel_without_the_app_makes_no_failure_of_what_came_too_late(slack: Slack) -> None:
    slack.says("help")
    slack.chat.faults = [Stop("used up", kind=StopKind.GONE), AskPerson("not in the channel")]
    slack.says("status")
    assert {row["state"] for row in slack.desk.rows("delivery")} == {"done"}
    assert slack.chat.whispers == []


def test_a_link_is_only_a_link(slack: Slack) -> None:
    slack.clicks("open", "x")
    assert slack.waiting() == []


@pytest.mark.parametrize("act", ["click", "form", "gone"])
def test_what_another_release_showed_is_answered_in_plain_words(slack: Slack, act: str) -> None:
    about = a_draft(slack.desk)
    if act == "click":
        assert "another release" in slack.clicks("juggle", about)
    elif act == "gone":
        assert "kept no longer" in slack.clicks("take", "0" * 32)
    else:
        slack.does(Submission("T1", "U1", "juggle", about, {}, "V1"))
        assert slack.desk.rows("act") == []


def test_a_click_with_the_button_of_a_form_is_answered(slack: Slack) -> None:
    assert "can't be shown" in slack.clicks("share", "pause")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "/deskclerk why"),
        ("wy 42", "Did you mean"),
        ("why", "needs a ticket"),
        ("why 99", "Nothing was decided about ticket 99"),
        ("take 99", "no such ticket"),
        ("search iban", "find_iban"),
        ("search xyzzyxyzzy", "No approved answer is near"),
        ("status", "Automatic replies"),
        ("queue", "Nothing waits"),
        ("stats 30", "0 decisions in the last 30 days"),
        ("pause nothing_like_it", "There is no answer"),
    ],
)
def test_a_command_is_answered(slack: Slack, text: str, said: str) -> None:
    assert said in slack.says(text)


def test_why_tells_what_was_decided_and_who_did_what(any_slack: Slack) -> None:
    slack = any_slack
    about = a_draft(slack.desk)
    slack.clicks("send", about)
    told = slack.says("why 1")
    for part in ("a draft for an agent", "Seen.", "Grace Agent sent the draft", about, "Policy"):
        assert part in told
    assert '"value": "why 1"' in told


def test_why_is_shown_to_everybody_by_its_button(slack: Slack) -> None:
    about = a_draft(slack.desk)
    told = slack.clicks("why", about)
    assert "Share" in told
    slack.clicks("share", "why 1")
    assert slack.chat.answers[-1][2]
    assert "a draft for an agent" in slack.chat.answers[-1][1]


def test_why_says_nothing_of_a_restricted_ticket(slack: Slack) -> None:
    slack.desk.helpdesk.customer_opens(1, "complaint")
    slack.desk.handle(1)
    with slack.desk.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE decision SET decision = replace(decision, 'regulatory.complaint', "
            "'regulatory.review')"
        )
        row = decisions.latest_for_ticket(connection, 1)
        assert row is not None
        clocks.start(
            connection,
            [ClockRow(row.id, 0, 1, "p", "SECRET CLOCK", 0.0, 9e9, "running", 0, 8e9)],
        )
    told = slack.says("why 1")
    assert "Seen." not in told
    assert "SECRET" not in told
    assert "Review" in told


def test_why_says_nothing_of_a_ticket_that_a_person_had_restricted(any_slack: Slack) -> None:
    slack = any_slack
    a_draft(slack.desk)
    neutral = next(pack for pack in slack.desk.acting.judge.policy.packs if pack.neutral)
    slack.says(f"correct 1 {neutral.id} CANARY")
    [act] = slack.desk.rows("act")
    clock = ClockRow(act["id"], 0, 1, neutral.id, "SECRET CLOCK", 0.0, 9e9, "running", 0, 8e9)
    with slack.desk.store.write() as connection:
        clocks.start(connection, [clock])
    told = slack.says("why 1")
    for secret in ("Seen.", "SECRET", "CANARY", neutral.id, neutral.title):
        assert secret not in told
    assert "Review" in told
    assert "Grace Agent corrected the decision" in told


def test_the_form_of_an_old_card_shows_no_draft_of_a_restricted_ticket(slack: Slack) -> None:
    about = a_draft(slack.desk)
    neutral = next(pack for pack in slack.desk.acting.judge.policy.packs if pack.neutral)
    slack.says(f"correct 1 {neutral.id}")
    ack = slack.intake.take(Click("T1", "U1", "C1", "1.1", "", "edit", about, "", "t", "1.2"))
    assert ack.after is not None
    ack.after()
    assert len(slack.chat.forms) == 1
    assert ANSWER not in json.dumps(slack.chat.forms)


def test_the_queue_begins_with_the_earliest_deadline(any_slack: Slack) -> None:
    slack = any_slack
    about = a_draft(slack.desk)
    with slack.desk.store.write() as connection:
        clocks.start(
            connection,
            [
                ClockRow("d2", 0, 2, "p", "c", 0.0, 2e9, "running", 0, None),
                ClockRow("d3", 0, 3, "p", "c", 0.0, 1.9e9, "running", 0, None),
            ],
        )
        now = slack.desk.clock.now().timestamp()
        posts.plan(connection, "e", posts.ESCALATION, "support", now=now, ticket_id=4,
                   decision_id=about)  # fmt: skip
    told = slack.says("queue")
    order = [told.index(f"Ticket {number}") for number in (1, 3, 2, 4)]
    assert order == sorted(order)
    assert "a draft waits for a yes, expires" in told
    assert "(in 23 h)" in told


def escalation(slack: Slack, ticket_id: int) -> None:
    """A complaint that people were told of."""
    slack.desk.helpdesk.customer_opens(ticket_id, "a complaint")
    slack.desk.handle(ticket_id)
    with slack.desk.store.write() as connection:
        row = decisions.latest_for_ticket(connection, ticket_id)
        assert row is not None
        now = slack.desk.clock.now().timestamp()
        posts.plan(connection, f"e{ticket_id}", posts.ESCALATION, "support", now=now,
                   ticket_id=ticket_id, decision_id=row.id)  # fmt: skip
        clock = ClockRow(row.id, 0, ticket_id, "p", "c", 0.0, 2e9, "running", 0, None)
        clocks.start(connection, [clock])


def test_the_queue_names_who_has_a_ticket(any_slack: Slack) -> None:
    escalation(any_slack, 1)
    assert "waits for a person" in any_slack.says("queue")
    any_slack.says("take 1")
    told = any_slack.says("queue")
    assert "Taken by Grace Agent, due" in told
    assert "waits for a person" not in told


def test_the_queue_names_who_has_a_ticket_of_which_only_the_clock_is_known(slack: Slack) -> None:
    escalation(slack, 1)
    slack.says("take 1")
    with slack.desk.store.write() as connection:
        posts.change(connection, "e1", state=posts.ENDED)
    assert "Taken by Grace Agent, due" in slack.says("queue")


@pytest.mark.parametrize(
    ("channels", "times"),
    [("{ default: support }", 0), ("{ Complaints: complaints }", 1), ("{}", 1)],
)
def test_the_queue_says_what_it_does_not_list(slack: Slack, channels: str, times: int) -> None:
    files = {**POLICY_FILES, "policy.yaml": f"slack: {{ channels: {channels} }}\n"}
    slack.desk.acting.judge.policy = parse_policy(files)  # type: ignore[misc] # a scripted judge
    told = slack.says("queue")
    assert "Nothing waits" in told
    assert told.count("Not listed") == times


def test_a_long_queue_is_cut(slack: Slack) -> None:
    with slack.desk.store.write() as connection:
        rows = [
            ClockRow(f"d{n}", 0, n, "p", "c", 0.0, 2e9 + n, "running", 0, None)
            for n in range(1, 40)
        ]
        clocks.start(connection, rows)
    assert "and 14 more" in slack.says("queue")


def test_status_tells_of_the_brake_and_of_what_failed(slack: Slack) -> None:
    slack.says("pause")
    slack.says("pause find_iban")
    with slack.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET state = 'failed' WHERE id = 1")
        now = slack.desk.clock.now().timestamp()
        posts.plan(connection, "e", posts.ESCALATION, "x", now=now, ticket_id=4, decision_id="d")
        posts.change(connection, "e", state=posts.FAILED)
    told = slack.says("status")
    for part in ("are paused", "find_iban", "1 failure", "1 message"):
        assert part in told


def test_stats_count_what_was_decided_and_done(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.clicks("send", about)
    told = slack.says("stats")
    assert "1 decision in the last 7 days" in told
    assert "sent the draft: 1" in told


def test_everybody_may_pause_and_a_lead_resumes(slack: Slack) -> None:
    assert "are paused" in slack.says("pause")
    refused = slack.says("resume")
    assert "Only a lead" in refused
    assert "an agent with the tag deskclerk_lead" in refused
    with slack.desk.store.read() as connection:
        assert read_brake(connection).everything
    assert "go out again" in slack.says("resume", "U2")
    with slack.desk.store.read() as connection:
        assert not read_brake(connection).everything


def test_the_ledger_names_the_user_at_once_and_the_person_when_they_are_known(
    any_slack: Slack,
) -> None:
    any_slack.says("pause")
    named = {"by": "Grace Agent", "user": "Slack user U1"}
    bodies = [json.loads(row["body"]) for row in any_slack.desk.rows("ledger")]
    assert bodies == [{"by": "Slack user U1"}, named]
    assert any_slack.chat.answers == []


def test_whoever_the_workspace_lets_use_the_command_may_pause(slack: Slack) -> None:
    assert "are paused" in slack.says("pause", "U5")
    assert slack.desk.ledger_kinds() == ["paused"]
    assert {row["state"] for row in slack.desk.rows("delivery")} == {"done"}


def test_who_releases_everything_is_told_what_stays_paused(slack: Slack) -> None:
    slack.says("pause find_iban")
    slack.says("pause")
    told = slack.says("resume", "U2")
    assert "go out again. These answers stay paused: find_iban." in told


def test_who_releases_one_answer_is_told_that_all_are_paused(slack: Slack) -> None:
    slack.says("pause find_iban")
    slack.says("pause")
    assert "But all automatic replies are paused still." in slack.says("resume find_iban", "U2")


def test_the_brake_works_though_nobody_can_say_who_pulls_it(slack: Slack) -> None:
    slack.chat.faults = [RetryLater("down", after_s=1.0)]
    slack.says("pause find_iban")
    with slack.desk.store.read() as connection:
        assert read_brake(connection).answers == ("find_iban",)
    assert any("Slack user U1" in row["body"] for row in slack.desk.rows("ledger"))


def test_a_release_that_is_run_again_undoes_no_pause_that_came_after_it(any_slack: Slack) -> None:
    slack = any_slack
    slack.says("pause")
    slack.says("help", "U2")  # who they are is known now
    slack.desk.clock.pass_time(5)
    slack.chat.faults = [RetryLater("busy", after_s=1.0)]  # the answer can't be shown yet
    resume = Command("T1", "U2", "C1", "/deskclerk", "resume", "https://hooks.slack.com/x", "t9")
    slack.intake.take(resume)
    [delivery_id] = slack.waiting()
    slack.desk.run(delivery_id)
    slack.desk.clock.pass_time(5)
    with slack.desk.store.write() as connection:
        assert not read_brake(connection).everything
        set_brake(connection, slack.desk.clock.now(), "Grace Agent", pulled=True)
    slack.desk.run_to_end(delivery_id)
    with slack.desk.store.read() as connection:
        assert read_brake(connection).everything
    assert "shows how it stands now" in slack.chat.answers[-1][1]
    assert slack.desk.ledger_kinds() == ["paused", "paused_by", "resumed", "paused"]


def test_a_release_that_comes_late_undoes_no_newer_pause(slack: Slack) -> None:
    slack.says("pause find_iban")
    slack.desk.clock.pass_time(5)
    resume = "resume find_iban"
    slack.intake.take(
        Command("T1", "U2", "C1", "/deskclerk", resume, "https://hooks.slack.com/x", "t9")
    )
    [delivery_id] = slack.waiting()
    slack.chat.faults = [RetryLater("busy", after_s=1.0)]  # who asks can't be told yet
    slack.desk.run(delivery_id)
    slack.desk.clock.pass_time(5)
    with slack.desk.store.write() as connection:
        set_brake(connection, slack.desk.clock.now(), "Ada", pulled=True, answer="find_iban")
    slack.desk.run_to_end(delivery_id)
    assert "stay paused" in slack.chat.answers[-1][1]
    with slack.desk.store.read() as connection:
        assert read_brake(connection).answers == ("find_iban",)


def test_commands_act_on_tickets(slack: Slack) -> None:
    slack.desk.helpdesk.customer_opens(1, "complaint")
    slack.desk.handle(1)
    slack.desk.clock.pass_time(60)
    assert "is yours" in slack.says("take #1")
    assert "Lift the guard" in slack.says("reply 1 find_iban")
    assert "lifted" in slack.says("clear 1 a quotation")
    slack.desk.clock.pass_time(60)
    assert "Sent" in slack.says("reply 1 find_iban")
    assert "Recorded" in slack.says("correct 1 none it was spam")
    assert len(slack.desk.helpdesk.public_replies(1)) == 1


def test_a_command_lifts_no_guard_that_fired_after_it_was_given(slack: Slack) -> None:
    desk = slack.desk
    desk.helpdesk.customer_opens(1, "complaint")
    desk.handle(1)
    desk.clock.pass_time(60)
    text = "clear 1 a quotation"
    slack.intake.take(
        Command("T1", "U1", "C1", "/deskclerk", text, "https://hooks.slack.com/x", "t9")
    )
    [delivery_id] = slack.waiting()
    desk.clock.pass_time(1)
    desk.helpdesk.customer_writes(1, "another complaint")
    desk.handle(1)
    desk.run_to_end(delivery_id)
    assert "something else holds ticket 1" in slack.chat.answers[-1][1]


def away(attempts: int = 3) -> list[Exception]:
    return [RetryLater("Zendesk can't be reached; nothing was sent", after_s=1.0)] * attempts


def test_who_acts_is_told_once_that_it_waits_and_then_what_became_of_it(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.desk.helpdesk.before_write = away()
    assert "Sent “reset_password”" in slack.clicks("send", about)
    waits, sent = (text for _address, text, _everybody in slack.chat.answers)
    assert "Zendesk can't be reached now, or asks to wait. What you asked for is kept" in waits
    assert "Sent" in sent


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (AskPerson("Slack answers missing_scope (users:read.email): the app"), "missing_scope"),
        (OutcomeUnknown("the write was sent"), "gave no clear answer"),
        (Stop("Zendesk answers 422: it is refused", kind=StopKind.INVALID), "list of failures"),
        (FuseBlown("too many"), "Too much was written to this ticket"),
    ],
)
def test_every_reason_to_wait_is_told_in_words(slack: Slack, error: Exception, said: str) -> None:
    slack.desk.helpdesk.customer_opens(1, "hello")
    slack.roster.faults = [error] * 2
    assert "is yours" in slack.says("take 1")
    assert [said in text for _, text, _ in slack.chat.answers] == [True, False]
    assert "is kept" in slack.chat.answers[0][1]


def test_what_only_shows_is_answered_while_the_helpdesk_is_away(any_slack: Slack) -> None:
    any_slack.says("status")
    any_slack.desk.clock.pass_time(3600)  # who they are must be asked anew
    for text, said in (
        ("help", "What Deskclerk can do"),
        ("status", "Automatic replies"),
        ("queue", "Escalated tickets and drafts"),
        ("search iban", "find_iban"),
        ("stats", "in the last 7 days"),
    ):
        any_slack.roster.faults = away(1)
        answered = len(any_slack.chat.answers)
        assert said in any_slack.says(text)
        assert len(any_slack.chat.answers) == answered + 1


def test_who_was_never_an_agent_here_is_shown_the_commands_alone_meanwhile(slack: Slack) -> None:
    slack.roster.faults = away(1)
    assert "What Deskclerk can do" in slack.says("help")
    slack.roster.faults = away(1)
    slack.says("status", "U3")
    assert "can't be reached" in slack.chat.answers[-2][1]
    assert "not known as an agent" in slack.chat.answers[-1][1]


def test_work_goes_on_when_slack_is_back(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.says("help")
    slack.chat.faults = [RetryLater("busy", after_s=1.0), AskPerson("revoked")]
    assert "Sent" in slack.clicks("send", about)
    assert slack.desk.helpdesk.public_replies(1) == [ANSWER]
    assert slack.desk.ledger_kinds().count("act") == 1


@pytest.mark.parametrize(
    "fault", [Stop("used up", kind=StopKind.GONE), OutcomeUnknown("no answer")]
)
def test_an_answer_that_cant_be_shown_is_no_failure(slack: Slack, fault: Exception) -> None:
    about = a_draft(slack.desk)
    slack.says("help")
    slack.chat.faults = [fault]
    slack.clicks("send", about)
    assert slack.desk.helpdesk.public_replies(1) == [ANSWER]
    assert {row["state"] for row in slack.desk.rows("delivery")} == {"done"}


def test_a_body_that_was_tampered_with_is_unreadable(slack: Slack) -> None:
    slack.intake.take(
        Command("T1", "U1", "C1", "/deskclerk", "help", "https://hooks.slack.com/x", "t")
    )
    with slack.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET body = NULL")
    [delivery_id] = slack.waiting()
    slack.desk.run(delivery_id)
    assert slack.desk.state(delivery_id) == deliveries.UNREADABLE


def test_without_slack_what_was_stored_waits_for_it(slack: Slack) -> None:
    slack.intake.take(
        Command("T1", "U1", "C1", "/deskclerk", "help", "https://hooks.slack.com/x", "t")
    )
    [delivery_id] = slack.waiting()
    work, slack.desk.runs = slack.desk.runs.slack, replace(slack.desk.runs, slack=None)
    slack.desk.run(delivery_id)
    assert slack.waiting() == [delivery_id]
    slack.desk.runs = replace(slack.desk.runs, slack=work)
    slack.desk.run_to_end(delivery_id)
    assert slack.chat.answers


def test_a_failed_act_is_started_afresh_by_a_person(slack: Slack) -> None:
    about = a_draft(slack.desk)
    slack.desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)]
    slack.clicks("send", about)
    [failed] = [row for row in slack.desk.rows("delivery") if row["state"] == "failed"]
    Failures(slack.desk.store, slack.desk.clock).retry(failed["id"])
    slack.desk.clock.pass_time(60)
    slack.desk.run_to_end(failed["id"])
    assert slack.desk.helpdesk.public_replies(1) == [ANSWER]


def test_what_is_about_no_ticket_is_started_afresh_too(slack: Slack) -> None:
    slack.says("help", "U2")
    slack.says("pause")
    slack.desk.clock.pass_time(400)
    slack.chat.faults = [RetryLater("down", after_s=1.0)] * 41  # one of them as it is told
    slack.says("resume", "U2")
    [failed] = [row["id"] for row in slack.desk.rows("delivery") if row["state"] == "failed"]
    Failures(slack.desk.store, slack.desk.clock).retry(failed)
    slack.desk.run_to_end(failed)
    assert "go out again" in slack.chat.answers[-1][1]
    with slack.desk.store.read() as connection:
        assert not read_brake(connection).everything


def test_status_counts_the_deliveries_of_the_helpdesk_that_wait(slack: Slack) -> None:
    slack.desk.arrive(1)
    slack.desk.clock.pass_time(1)
    slack.intake.take(
        Command("T1", "U1", "C1", "/deskclerk", "status", "https://hooks.slack.com/x", "t")
    )
    slack.desk.clock.pass_time(1)
    slack.desk.run_to_end(max(slack.waiting()))
    assert "1 delivery waiting" in slack.chat.answers[-1][1]


@pytest.mark.parametrize("fault", [None, RetryLater("busy", after_s=1.0)])
def test_a_person_is_told_at_once_that_the_helpdesk_refused_an_act(
    slack: Slack, fault: Exception | None
) -> None:
    about = a_draft(slack.desk)
    slack.says("help")
    slack.desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)]
    slack.chat.faults = [fault] if fault else []
    told = slack.clicks("send", about)
    assert ("refused it. It is on the list of failures" in told) is (fault is None)
    assert [row["state"] for row in slack.desk.rows("delivery")] == ["done", "done", "failed"]


def test_an_act_whose_reply_may_have_gone_out_is_gone_on_with_when_started_afresh(
    any_slack: Slack,
) -> None:
    desk, helpdesk = any_slack.desk, any_slack.desk.helpdesk
    helpdesk.customer_opens(1, "hello")
    desk.handle(1)
    desk.clock.pass_time(60)

    def lose_the_reply(name: str) -> None:
        if name == "update_ticket" and len(helpdesk.notes(1)) == 2:
            helpdesk.after_write = [OutcomeUnknown("no answer")]
        if name == "read_audits" and helpdesk.public_replies(1):
            raise RetryLater("down", after_s=1.0)

    helpdesk.on_call = lose_the_reply
    any_slack.says("reply 1 find_iban")
    helpdesk.on_call = lambda _name: None
    [failed] = [row["id"] for row in desk.rows("delivery") if row["state"] == "failed"]
    Failures(desk.store, desk.clock).retry(failed)
    assert desk.run_to_end(failed) == deliveries.DONE
    assert len(helpdesk.public_replies(1)) == 1
    assert desk.ledger_kinds().count("act") == 1
    assert "Sent “find_iban”" in any_slack.chat.answers[-1][1]


def test_an_act_that_was_done_is_only_told_when_started_afresh(slack: Slack) -> None:
    slack.desk.helpdesk.customer_opens(1, "hello")
    slack.desk.handle(1)
    slack.says("help")
    slack.chat.faults = [AskPerson("revoked")] * 40
    slack.says("take 1")
    [failed] = [row["id"] for row in slack.desk.rows("delivery") if row["state"] == "failed"]
    Failures(slack.desk.store, slack.desk.clock).retry(failed)
    slack.desk.run_to_end(failed)
    assert "Ticket 1 is yours." in slack.chat.answers[-1][1]
    assert "already" not in slack.chat.answers[-1][1]
    assert slack.desk.ledger_kinds().count("act") == 1
