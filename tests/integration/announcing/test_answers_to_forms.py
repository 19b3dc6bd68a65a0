"""Whoever sends off a form hears of it once, though its card tells of a newer decision by then."""

import pytest

from connectors.chat import Colleague
from connectors.ports import Agent
from connectors.slack.events import Submission
from integration.people import People
from integration.slack_answers import Desk
from integration.slack_intake import SlackIntake
from integration.slack_work import SlackWork
from integration.store import deliveries
from tests.fakes.chat_desk import GRACE, ChatDesk, drafted
from tests.integration.announcing.test_announcer import opened


class Roster:
    def find_agent(self, email: str) -> Agent | None:
        return GRACE if email == "grace@example.org" else None


def sends_off(desk: ChatDesk, form: Submission) -> None:
    """The form is stored, and a worker does what it asks for."""
    desk.chat.colleagues["U1"] = Colleague("U1", "x", "grace@example.org", is_person=True)
    answers = Desk(desk.store, lambda: desk.policy, str, desk.clock, "/deskclerk")
    people = People(lambda _team: desk.chat, Roster(), desk.clock)
    work = SlackWork(
        desk.store, desk.acting(), people, lambda _team: desk.chat, answers, desk.clock, "/d"
    )
    SlackIntake(desk.store, desk.clock, lambda _team: desk.chat, "/d").take(form)
    with desk.store.read() as connection:
        found = deliveries.of_key(connection, form.key)
    assert found is not None
    work.advance(found[0])


def whispered(desk: ChatDesk) -> list[tuple[str, str, str]]:
    return [(channel, user, message.text) for channel, user, message in desk.chat.whispers]


@pytest.mark.parametrize("channel", ["CSUPPORT", ""])  # a form of a former release names none
def test_an_edited_reply_that_comes_too_late_is_told_once(
    chat_desk: ChatDesk, channel: str
) -> None:
    first = chat_desk.decided(opened(chat_desk), drafted())
    chat_desk.pass_time(2)
    chat_desk.supersede(first)
    chat_desk.decided(1, drafted())
    chat_desk.pass_time(2)
    form = Submission("T1", "U1", "edit", first.id, {"reply": "My own words."}, "V1", channel)
    sends_off(chat_desk, form)
    [(where, user, said)] = whispered(chat_desk)
    assert (user, "withdrawn" in said) == ("U1", True)
    assert where == chat_desk.chat.one().channel


def test_a_guard_that_is_lifted_from_a_card_of_before_is_told_once(chat_desk: ChatDesk) -> None:
    first = chat_desk.decided(opened(chat_desk))
    chat_desk.pass_time(2)
    chat_desk.supersede(first)
    chat_desk.decided(1)
    chat_desk.pass_time(2)
    form = Submission("T1", "U1", "not_this", first.id, {"reason": "a quotation"}, "V1")
    sends_off(chat_desk, form)
    [(where, user, said)] = whispered(chat_desk)
    assert (where, user) == (chat_desk.chat.one().channel, "U1")
    assert "ticket 1" in said
