"""Messages that waited too long, and messages that an agent answered before they were judged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.model import Author, Comment, Outcome, Status, Ticket
from tests.rules.build import NOW, SETTINGS, a_policy, a_ticket, codes, judge

RECEIPT = """
acknowledgement:
  stage: auto
  statutory:
    - packs: [uk_psd_emd_complaint]
      states: [receipt, timetable, contact, how_to_add]
      answers: [{language: en, body: "We have it."}]
"""
COMPLAINT = "I want to make a formal complaint"
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


def answered(ticket: Ticket, **more: Any) -> Ticket:
    """The ticket after an agent's public answer."""
    reply = Comment(Author.AGENT, "Hello, I look into it.")
    return replace(ticket, comments=(*ticket.comments, reply), **more)


def test_a_message_is_answered_up_to_the_longest_wait_and_not_an_instant_longer() -> None:
    assert judge(a_ticket(written_at=NOW - 72 * HOUR)).outcome is Outcome.REPLY
    late = judge(a_ticket(written_at=NOW - 72 * HOUR - INSTANT))
    assert late.outcome is Outcome.SUGGEST
    assert "bar.old_message" in codes(late)


def test_the_policy_says_how_long_a_message_may_wait() -> None:
    hasty = a_policy(SETTINGS + "guards: {max_message_age_hours: 1}\n")
    assert judge(a_ticket(written_at=NOW - HOUR), hasty).outcome is Outcome.REPLY
    assert "bar.old_message" in codes(judge(a_ticket(written_at=NOW - 2 * HOUR), hasty))
    patient = a_policy(SETTINGS + "guards: {max_message_age_hours: 8760}\n")
    assert judge(a_ticket(written_at=NOW - 8760 * HOUR), patient).outcome is Outcome.REPLY


def test_a_message_without_a_date_or_from_the_future_is_not_too_old() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert judge(a_ticket(created_at=long_ago)).outcome is Outcome.REPLY
    assert judge(a_ticket(written_at=NOW + 1000 * HOUR)).outcome is Outcome.REPLY


def test_a_new_message_on_an_old_ticket_is_not_too_old() -> None:
    first = Comment(Author.REQUESTER, "hello", created_at=NOW - 1000 * HOUR)
    ticket = a_ticket(before=(first,), created_at=NOW - 1000 * HOUR, written_at=NOW - HOUR)
    assert "bar.old_message" not in codes(judge(ticket))


def test_the_age_of_a_message_does_not_depend_on_its_time_zone() -> None:
    naive = (NOW - 73 * HOUR).replace(tzinfo=None)
    assert "bar.old_message" in codes(judge(a_ticket(written_at=naive)))
    beginning = datetime(1, 1, 1, tzinfo=UTC)
    assert "bar.old_message" in codes(judge(a_ticket(written_at=beginning)))


def test_an_old_complaint_is_handed_over_with_its_clocks_but_gets_no_receipt() -> None:
    policy = a_policy(SETTINGS + RECEIPT)
    assert judge(a_ticket(COMPLAINT, written_at=NOW), policy).outcome is Outcome.ACKNOWLEDGE
    old = judge(a_ticket(COMPLAINT, written_at=NOW - 73 * HOUR), policy)
    assert old.outcome is Outcome.ESCALATE
    assert old.reply is None
    assert old.route.group == "Complaints"
    assert old.deadlines
    assert "bar.old_message" in codes(old)


@pytest.mark.parametrize(
    "ticket",
    [a_ticket(COMPLAINT), a_ticket(subject=COMPLAINT), a_ticket("hi", html=f"<p>{COMPLAINT}</p>")],
    ids=["message", "subject", "html"],
)
def test_a_right_is_handed_over_though_an_agent_has_answered(ticket: Ticket) -> None:
    decision = judge(answered(ticket), a_policy(SETTINGS + RECEIPT))
    assert decision.outcome is Outcome.ESCALATE
    assert decision.blocked
    assert decision.packs == ("complaint", "uk_psd_emd_complaint")
    assert decision.deadlines
    assert "deskclerk_escalate" in decision.route.tags
    assert decision.route.priority == "high"
    assert codes(decision)[0] == "regulatory.complaint"


@pytest.mark.parametrize("wish", ["", " Let me talk to a human."])
def test_what_an_agent_has_answered_is_neither_moved_nor_written_to(wish: str) -> None:
    decision = judge(answered(a_ticket(COMPLAINT + wish)), a_policy(SETTINGS + RECEIPT))
    assert decision.outcome is Outcome.ESCALATE
    assert decision.route.group is None
    assert decision.reply is None
    assert "bar.person_acted" in codes(decision)


def test_weak_and_quoted_words_are_held_too_though_an_agent_has_answered() -> None:
    for body, code in (
        ("a complaint", "regulatory.weak"),
        ("hello\n\n> I will sue you", "regulatory.quoted"),
    ):
        decision = judge(answered(a_ticket(body)))
        assert decision.outcome is Outcome.ESCALATE
        assert decision.blocked
        assert codes(decision)[0] == code


@pytest.mark.parametrize(
    "body",
    ["I want to talk to a human", "USELESS!! THIS IS THE WORST, MOST TERRIBLE APP.",
     "how do i reset my password", "Thank you very much!"],
)  # fmt: skip
def test_anything_less_than_a_right_is_left_to_the_agent_who_answered(body: str) -> None:
    decision = judge(answered(a_ticket(body)))
    assert decision.outcome is Outcome.IGNORE
    assert codes(decision) == ["ignore.agent_update"]


def test_an_earlier_right_is_handed_over_once_though_an_agent_has_answered() -> None:
    ticket = answered(a_ticket("any news?", before=(Comment(Author.REQUESTER, COMPLAINT),)))
    assert judge(ticket).outcome is Outcome.ESCALATE
    assert codes(judge(ticket, guarded=True)) == ["ignore.agent_update"]


def test_a_new_right_on_a_guarded_ticket_is_handed_over_though_an_agent_has_answered() -> None:
    ticket = answered(a_ticket("I will sue you", before=(Comment(Author.REQUESTER, COMPLAINT),)))
    assert judge(ticket, guarded=True).outcome is Outcome.ESCALATE


@pytest.mark.parametrize(
    ("code", "fields"),
    [("ignore.closed", {"status": Status.CLOSED}),
     ("ignore.merged", {"tags": frozenset({"closed_by_merge"})}),
     ("ignore.spam", {"tags": frozenset({"spam"})})],
)  # fmt: skip
def test_an_answered_right_is_ignored_where_the_ticket_is_not_ours_anyway(
    code: str, fields: dict[str, Any]
) -> None:
    decision = judge(answered(a_ticket(COMPLAINT), **fields))
    assert decision.outcome is Outcome.IGNORE
    assert codes(decision) == [code]


def test_a_ticket_on_which_only_agents_wrote_is_ignored_whatever_its_subject() -> None:
    ticket = replace(a_ticket(subject=COMPLAINT), comments=())
    assert codes(judge(answered(ticket))) == ["ignore.no_message"]


def test_our_own_newest_comment_is_ignored_whatever_the_message_says() -> None:
    ticket = a_ticket(COMPLAINT)
    ours = replace(ticket, comments=(*ticket.comments, Comment(Author.BOT, "We have it.")))
    assert codes(judge(ours)) == ["ignore.own_update"]
