"""What people escalate by hand is told like what the rules escalate."""

from datetime import UTC, datetime

import pytest

from connectors.errors import Stop, StopKind
from integration.settling import Refused
from integration.store import clocks, posts
from integration.wishes import ActKind, Declined
from rules.model import Route, Status
from tests.fakes.chat_desk import (
    GROUPS,
    SLACK,
    ChatDesk,
    a_policy,
    drafted,
    escalated,
    restricted,
)

PACK = "uk_fca_disp_complaint"
NEUTRAL = "aml_sanctions_tipping_off"
HOUR = 3600.0


def a_draft(desk: ChatDesk, ticket_id: int = 1) -> str:
    """A draft waits in the chat; returns its decision."""
    desk.policy = a_policy(f"{GROUPS}\n{SLACK}")
    desk.helpdesk.customer_opens(ticket_id, "how do i reset my password, kanarienvogel")
    row = desk.decided(ticket_id, drafted())
    desk.pass_time(3)
    return row.id


def an_escalation(desk: ChatDesk, group: str = "Complaints", ticket_id: int = 1) -> str:
    desk.policy = a_policy(f"{GROUPS}\n{SLACK}")
    desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
    row = desk.decided(ticket_id, escalated(route=Route(group, "high", ("deskclerk_escalate",))))
    desk.pass_time(3)
    return row.id


def live_cards(desk: ChatDesk) -> list[str]:
    """The channels in which somebody is still asked to take the ticket."""
    shown = [m for m in desk.chat.standing if m.key.startswith(posts.ESCALATION)]
    return [m.channel for m in shown if '"Take"' in m.text]


def test_a_pack_that_a_person_names_is_told_in_its_owners_channel(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    a_draft(desk)
    desk.acts(ActKind.CORRECT, 1, faq=PACK, written="they threaten to complain")
    desk.pass_time(4)
    card = desk.chat.one("escalation")
    assert card.channel == "CCOMPLAINTS"
    assert "Ticket 1: Complaint" in card.message.text
    assert "Said by Grace: they threaten to complain" in card.text
    assert "Group: Complaints" in card.text
    assert "days" in card.text
    assert live_cards(desk) == ["CCOMPLAINTS"]


def test_its_card_counts_down_and_its_clock_is_called_out(chat_desk: ChatDesk) -> None:
    a_draft(chat_desk)
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK)
    chat_desk.pass_time(4)
    first = chat_desk.chat.one("escalation").text
    with chat_desk.store.read() as connection:
        due = clocks.running(connection, 1)[0].due_at
    half = (due - chat_desk.clock.now().timestamp()) / 2
    chat_desk.clock.pass_time(half + 60)
    chat_desk.watch()
    chat_desk.pass_time(5)
    assert chat_desk.chat.one("escalation").text != first
    assert "50 % of the time is gone" in chat_desk.chat.one("reminder").text


def test_a_draft_that_a_person_escalates_is_told_where_it_goes(chat_desk: ChatDesk) -> None:
    about = a_draft(chat_desk)
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(4)
    card = chat_desk.chat.one("escalation")
    assert card.channel == "CSUPPORT"
    assert "Handed to people by Grace" in card.message.text
    assert "It asks that" not in card.text
    assert "Edit and send" not in chat_desk.chat.one("approval").text


def test_the_customers_words_stay_where_they_were(chat_desk: ChatDesk) -> None:
    """Nothing was seen in them, so they are told in no further channel."""
    about = a_draft(chat_desk)
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(4)
    assert "kanarienvogel" not in chat_desk.chat.one("escalation").text


def test_a_restricted_pack_is_told_without_a_word_of_it(chat_desk: ChatDesk) -> None:
    a_draft(chat_desk)
    chat_desk.acts(ActKind.CORRECT, 1, faq=NEUTRAL, written="kanarienvogel is laundering")
    chat_desk.pass_time(4)
    text = chat_desk.chat.one("escalation").text
    assert "Needs a specialist" in text
    for message in chat_desk.chat.standing:
        for word in ("kanarienvogel", "launder", "sanction", "Legal", "Grace says"):
            assert word not in message.text


def test_a_restricted_pack_takes_the_words_off_the_card_that_stands(chat_desk: ChatDesk) -> None:
    an_escalation(chat_desk, "Legal")
    assert "a compla" in chat_desk.chat.one().text
    chat_desk.acts(ActKind.CORRECT, 1, faq=NEUTRAL)
    chat_desk.pass_time(4)
    assert all("a compla" not in message.text for message in chat_desk.chat.standing)
    assert live_cards(chat_desk) == ["CSUPPORT"]


def test_a_card_in_the_same_channel_is_changed(chat_desk: ChatDesk) -> None:
    an_escalation(chat_desk)
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK, written="a formal one")
    chat_desk.pass_time(4)
    card = chat_desk.chat.one("escalation")
    assert "a formal one" in card.text
    assert "Complaint: seen in the message." in card.text
    assert live_cards(chat_desk) == ["CCOMPLAINTS"]


def test_a_card_in_another_channel_says_where_the_ticket_went(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    an_escalation(desk, "Support")
    desk.acts(ActKind.CORRECT, 1, faq=PACK)
    desk.pass_time(4)
    old, new = (m for m in desk.chat.standing if m.key.startswith("escalation"))
    assert "Decided anew: look in #" in old.text
    assert "complaints" in old.text
    assert new.channel == "CCOMPLAINTS"
    assert live_cards(desk) == ["CCOMPLAINTS"]


def test_of_a_restricted_ticket_the_old_card_does_not_say_where_it_went(
    chat_desk: ChatDesk,
) -> None:
    chat_desk.policy = a_policy(f"{GROUPS}\n{SLACK}")
    chat_desk.helpdesk.customer_opens(1, "money")
    chat_desk.decided(1, restricted())
    chat_desk.pass_time(3)
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK)
    chat_desk.pass_time(4)
    old = chat_desk.chat.standing[0]
    assert "look in another channel" in old.text
    assert "complaints" not in old.text


def test_who_had_the_ticket_has_it_no_more_in_another_group(chat_desk: ChatDesk) -> None:
    an_escalation(chat_desk, "Support")
    chat_desk.acts(ActKind.TAKE, 1)
    chat_desk.pass_time(4)
    assert "Taken by Grace" in chat_desk.chat.one("escalation").text
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK)
    chat_desk.seen(1)
    chat_desk.pass_time(4)
    assert "Taken by Grace" not in chat_desk.chat.standing[-1].text
    assert "Waiting" in chat_desk.chat.standing[-1].text


def test_who_has_the_ticket_keeps_it_in_the_same_group(chat_desk: ChatDesk) -> None:
    an_escalation(chat_desk)
    chat_desk.helpdesk.tickets[1].group_id = chat_desk.helpdesk.group_ids["Complaints"]
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK)
    chat_desk.seen(1)
    chat_desk.pass_time(4)
    assert "Assigned in the helpdesk" in chat_desk.chat.one("escalation").text


def test_a_ticket_escalated_by_hand_is_taken_and_solved_like_any(chat_desk: ChatDesk) -> None:
    about = a_draft(chat_desk)
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(4)
    row = next(row for row in chat_desk.rows("post") if row["kind"] == "escalation")
    chat_desk.acts(ActKind.TAKE, 1, about=row["decision_id"])
    chat_desk.pass_time(4)
    assert "Taken by Grace" in chat_desk.chat.one("escalation").text
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    chat_desk.pass_time(4)
    assert "Solved" in chat_desk.chat.one("escalation").text
    assert live_cards(chat_desk) == []


def test_an_act_that_could_not_be_written_is_said_on_its_card(chat_desk: ChatDesk) -> None:
    about = a_draft(chat_desk)
    chat_desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)]
    with pytest.raises(Refused):
        chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(4)
    card = chat_desk.chat.one("escalation")
    assert "What Grace did could not be written to the ticket" in card.text
    assert live_cards(chat_desk) == ["CSUPPORT"]


def test_the_next_message_changes_the_card_of_the_act(chat_desk: ChatDesk) -> None:
    about = a_draft(chat_desk)
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(4)
    chat_desk.helpdesk.customer_writes(1, "a complaint, now")
    chat_desk.decided(1, escalated(route=Route("Support", "high", ())))
    chat_desk.pass_time(4)
    assert "The customer complains" in chat_desk.chat.one("escalation").message.text


def test_a_ticket_told_in_a_digest_gets_a_card_when_a_person_picks_it(
    chat_desk: ChatDesk,
) -> None:
    chat_desk.policy = a_policy(f"{GROUPS}\n{SLACK}")
    for ticket_id in range(1, 8):
        chat_desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
        chat_desk.decided(ticket_id)
    chat_desk.pass_time(90)
    chat_desk.acts(ActKind.CORRECT, 3, faq=PACK)
    chat_desk.pass_time(5)
    assert "Ticket 3" in chat_desk.chat.one("escalation").message.text
    assert "6 tickets wait" in chat_desk.chat.one("digest").text


def test_a_policy_without_a_channel_for_the_group_keeps_the_card_where_it_is(
    chat_desk: ChatDesk,
) -> None:
    an_escalation(chat_desk, "Support")
    chat_desk.policy = a_policy(f"{GROUPS}\nslack: {{ channels: {{ Support: support }} }}")
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK)
    chat_desk.pass_time(4)
    assert "Group: Complaints" in chat_desk.chat.one("escalation").text


def test_a_chat_that_is_silent_is_told_nothing(chat_desk: ChatDesk) -> None:
    about = a_draft(chat_desk)
    chat_desk.policy = a_policy(GROUPS)
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    assert [kind for kind, _ in chat_desk.states()] == ["approval"]


def test_a_pack_that_the_policy_lost_is_told_neutrally(chat_desk: ChatDesk) -> None:
    a_draft(chat_desk)
    chat_desk.acts(ActKind.CORRECT, 1, faq=PACK)
    with chat_desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE act SET faq = 'of_old'")
    chat_desk.pass_time(4)
    assert "Needs a specialist" in chat_desk.chat.one("escalation").text


def test_a_card_of_a_restricted_ticket_is_cleared_by_a_lead_alone(chat_desk: ChatDesk) -> None:
    """Its button is about the act, whose own decision holds nothing that could say so."""
    a_draft(chat_desk)
    chat_desk.acts(ActKind.CORRECT, 1, faq=NEUTRAL)
    chat_desk.pass_time(4)
    row = next(row for row in chat_desk.rows("post") if row["kind"] == "escalation")
    with pytest.raises(Declined, match="Only a lead"):
        chat_desk.acts(ActKind.CLEAR, 1, about=row["decision_id"], written="a joke")


def test_a_crowd_by_hand_is_not_folded(chat_desk: ChatDesk) -> None:
    for ticket_id in range(1, 8):
        about = a_draft(chat_desk, ticket_id)
        chat_desk.acts(ActKind.ESCALATE, ticket_id, about=about)
    chat_desk.pass_time(90)
    assert len([m for m in chat_desk.chat.standing if m.key.startswith("escalation")]) == 7


def test_at_night_it_waits_for_the_morning(chat_desk: ChatDesk) -> None:
    about = a_draft(chat_desk)
    quiet = "slack: { channels: { default: support }, quiet_hours: { from: '20:00', to: '07:00' } }"
    chat_desk.policy = a_policy(f"{GROUPS}\n{quiet}")
    chat_desk.clock.instant = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(5)
    assert live_cards(chat_desk) == []
    chat_desk.clock.instant = datetime(2026, 11, 24, 7, 0, 1, tzinfo=UTC)
    chat_desk.pass_time(5)
    assert live_cards(chat_desk) == ["CSUPPORT"]
