"""What comes up by the passing of time."""

from datetime import UTC, datetime

import pytest

from connectors.errors import RetryLater, Stop, StopKind
from integration.drift import DriftOfTheHour
from integration.metrics import exposition
from integration.store import approvals, clocks
from rules.model import Status
from tests.fakes.chat_desk import ChatDesk, a_policy, drafted, due_in, escalated, restricted

HOUR = 3600.0


def clocked(desk: ChatDesk, hours: float = 10, ticket_id: int = 1) -> ChatDesk:
    desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
    desk.decided(ticket_id, escalated(deadlines=(due_in(desk.clock, hours),)))
    desk.pass_time(2)
    return desk


def jump(desk: ChatDesk, hours: float) -> None:
    desk.clock.pass_time(hours * HOUR)
    desk.watch()
    desk.pass_time(5)


def reminders(desk: ChatDesk) -> list[tuple[str, str]]:
    """Channel and share of every reminder, in order."""
    return [
        (m.channel, "100" if "is over" in m.message.text else m.message.text.split(", ")[1][:4])
        for m in desk.chat.standing
        if m.key.startswith("reminder")
    ]


def test_people_are_reminded_at_half_at_nine_tenths_and_at_the_end(
    any_chat_desk: ChatDesk,
) -> None:
    desk = clocked(any_chat_desk)
    jump(desk, 4.9)
    assert reminders(desk) == []
    jump(desk, 0.1)
    assert reminders(desk) == [("CCOMPLAINTS", "50 %")]
    jump(desk, 4)
    assert sorted(reminders(desk)[1:]) == [("CCOMPLAINTS", "90 %"), ("CLEADS", "90 %")]
    jump(desk, 1)
    assert sorted(reminders(desk)[3:]) == [("CCOMPLAINTS", "100"), ("CLEADS", "100")]
    jump(desk, 100)
    assert len(reminders(desk)) == 5


def test_two_watches_remind_once(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    desk.clock.pass_time(5 * HOUR)
    with desk.store.read() as connection:
        (row,) = clocks.due(connection, desk.clock.now().timestamp(), limit=9)
    desk.watch()
    desk.worker().watch.reminders._plan(row, "Complaints")
    desk.pass_time(5)
    assert len(reminders(desk)) == 1


def test_a_sleep_over_all_shares_reminds_of_the_last_alone(chat_desk: ChatDesk) -> None:
    jump(clocked(chat_desk), 11)
    assert sorted(reminders(chat_desk)) == [("CCOMPLAINTS", "100"), ("CLEADS", "100")]


def test_a_solved_ticket_stops_the_clock_instead_of_a_reminder(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.agent_sets_status(1, Status.SOLVED)
    jump(chat_desk, 6)
    assert reminders(chat_desk) == []
    assert [row["state"] for row in chat_desk.rows("clock")] == [clocks.STOPPED]
    assert "Solved" in chat_desk.chat.one("escalation").text


def test_a_deleted_ticket_stops_the_clock(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.delete(1)
    jump(chat_desk, 6)
    assert [row["state"] for row in chat_desk.rows("clock")] == [clocks.STOPPED]
    assert "deleted" in chat_desk.chat.one("escalation").text


def test_a_ticket_that_can_t_be_read_is_reminded_of_all_the_same_but_later(
    chat_desk: ChatDesk,
) -> None:
    clocked(chat_desk)

    def down(_name: str) -> None:
        raise RetryLater("down", after_s=1)

    chat_desk.helpdesk.on_call = down
    jump(chat_desk, 5.05)
    assert reminders(chat_desk) == []
    jump(chat_desk, 0.25)
    assert reminders(chat_desk) == [("CCOMPLAINTS", "50 %")]


def test_a_ticket_that_the_helpdesk_refuses_is_reminded_of_later(chat_desk: ChatDesk) -> None:
    clocked(chat_desk)

    def refuses(_name: str) -> None:
        raise Stop("no", kind=StopKind.INVALID)

    chat_desk.helpdesk.on_call = refuses
    jump(chat_desk, 5.5)
    assert len(reminders(chat_desk)) == 1


def test_the_channel_of_the_group_that_has_the_ticket_now_is_reminded(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.tickets[1].group_id = 1
    jump(chat_desk, 5)
    assert reminders(chat_desk) == [("CSUPPORT", "50 %")]


def test_a_silent_chat_is_not_reminded(chat_desk: ChatDesk) -> None:
    chat_desk.policy = a_policy("slack: {}")
    jump(clocked(chat_desk), 11)
    assert chat_desk.chat.standing == []


def test_the_leads_own_channel_is_reminded_once(chat_desk: ChatDesk) -> None:
    chat_desk.policy = a_policy("slack: { channels: { default: leads }, leads: leads }")
    jump(clocked(chat_desk), 11)
    assert len(reminders(chat_desk)) == 1


def test_half_of_a_clock_lets_people_sleep_and_its_end_does_not(chat_desk: ChatDesk) -> None:
    chat_desk.policy = a_policy(
        "slack: { channels: { default: support }, quiet_hours: { from: '20:00', to: '07:00' } }"
    )
    chat_desk.clock.instant = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    clocked(chat_desk, 12)
    jump(chat_desk, 6.1)
    assert reminders(chat_desk) == []
    jump(chat_desk, 5)
    assert reminders(chat_desk) == [("CSUPPORT", "90 %")]


def test_a_reminder_that_was_held_back_until_the_ticket_is_solved_is_dropped(
    chat_desk: ChatDesk,
) -> None:
    del chat_desk.chat.channels["complaints"]
    clocked(chat_desk)
    jump(chat_desk, 5)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    chat_desk.pass_time(10)
    assert ("reminder", "ended") in chat_desk.states()


def test_reminders_for_a_missing_channel_go_to_the_policy_s_next_one(chat_desk: ChatDesk) -> None:
    del chat_desk.chat.channels["leads"]
    clocked(chat_desk)
    jump(chat_desk, 9)
    assert ("reminder", "failed") in chat_desk.states()
    chat_desk.policy = a_policy("slack: { channels: { default: support }, leads: drafts }")
    chat_desk.token = "t2"
    jump(chat_desk, 0.01)
    assert ("CDRAFTS", "90 %") in reminders(chat_desk)


def test_a_restricted_ticket_is_reminded_of_without_its_clock_s_name(chat_desk: ChatDesk) -> None:
    chat_desk.helpdesk.customer_opens(1, "money")
    deadline = due_in(chat_desk.clock, 10, "aml_sanctions_tipping_off")
    chat_desk.decided(1, restricted(deadlines=(deadline,)))
    chat_desk.pass_time(2)
    jump(chat_desk, 9)
    assert len(reminders(chat_desk)) == 2
    assert "final response" not in chat_desk.chat.everything()
    assert "Review" in chat_desk.chat.everything()


def test_a_draft_expires_and_its_card_says_so(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    desk.helpdesk.customer_opens(1, "how do i reset my password")
    desk.decided(1, drafted())
    desk.pass_time(2)
    jump(desk, 23)
    assert "Edit and send" in desk.chat.one().text
    jump(desk, 1.1)
    assert "Expired" in desk.chat.one().text
    assert "Edit and send" not in desk.chat.one().text
    assert [row["state"] for row in desk.rows("approval")] == [approvals.EXPIRED]


@pytest.mark.parametrize(("hours", "fewest", "most"), [(100, 3, 6), (2, 8, 12)])
def test_a_countdown_goes_on_in_sensible_steps(
    chat_desk: ChatDesk, hours: float, fewest: int, most: int
) -> None:
    clocked(chat_desk, hours)
    before = len(chat_desk.chat.one("escalation").before)
    for _ in range(50):
        chat_desk.clock.pass_time(hours * HOUR / 50)
        chat_desk.pass_time(3)
    changes = len(chat_desk.chat.one("escalation").before) - before
    assert fewest <= changes <= (most if hours < 48 else 50)
    assert "overdue" in chat_desk.chat.one("escalation").text


def test_the_metrics_count_messages_drafts_and_clocks_that_ran_out(chat_desk: ChatDesk) -> None:
    clocked(chat_desk)
    chat_desk.helpdesk.customer_opens(2, "how do i reset my password")
    chat_desk.decided(2, drafted())
    jump(chat_desk, 10.1)
    page = exposition(chat_desk.store, chat_desk.clock, DriftOfTheHour(chat_desk.store))[0].decode()
    assert 'deskclerk_posts{state="ended"} 2.0' in page
    assert 'deskclerk_posts{state="posted"} 2.0' in page
    assert 'deskclerk_approvals{state="open"} 1.0' in page
    assert "deskclerk_clocks_overdue 1.0" in page
