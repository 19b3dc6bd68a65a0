"""A ticket with clocks is merged into another one: there they run on."""

from integration.store import clocks
from integration.wishes import ActKind
from rules.model import Status
from tests.fakes.chat_desk import ChatDesk, due_in, escalated, restricted
from tests.integration.announcing.test_watch import HOUR, clocked, jump, reminders


def merged(desk: ChatDesk, ticket_id: int = 1, into: int = 2) -> None:
    desk.helpdesk.agent_merges(ticket_id, into)
    desk.seen(ticket_id)
    desk.pass_time(2)


def standing(desk: ChatDesk) -> list[tuple[object, object]]:
    return sorted((row["ticket_id"], row["state"]) for row in desk.rows("clock"))


def two_tickets(desk: ChatDesk, hours: float = 10) -> ChatDesk:
    desk.helpdesk.customer_opens(2, "where is my order")
    return clocked(desk, hours)


def test_the_clocks_of_a_merged_ticket_run_on_with_the_one_that_stays(
    any_chat_desk: ChatDesk,
) -> None:
    desk = two_tickets(any_chat_desk)
    (before,) = desk.rows("clock")
    merged(desk)
    merged(desk)
    assert desk.rows("clock") == [{**before, "ticket_id": 2}]


def test_people_are_reminded_of_the_ticket_that_stays(chat_desk: ChatDesk) -> None:
    desk = two_tickets(chat_desk)
    merged(desk)
    jump(desk, 5)
    assert reminders(desk) == [("CSUPPORT", "50 %")]  # the channel of its own group
    assert "tickets/2" in desk.chat.one("reminder").text


def test_a_clock_of_a_restricted_ticket_stays_unnamed_after_a_merge(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.helpdesk.customer_opens(1, "somebody told on you")
    desk.helpdesk.customer_opens(2, "where is my order")
    desk.decided(1, restricted(deadlines=(due_in(desk.clock, 10),)))
    merged(desk)
    jump(desk, 5)
    assert "tickets/2" in desk.chat.one("reminder").text
    assert "final response" not in desk.chat.one("reminder").text


def test_a_merge_that_only_the_reminder_sees_reminds_of_the_ticket_that_stays(
    chat_desk: ChatDesk,
) -> None:
    desk = two_tickets(chat_desk)
    desk.helpdesk.agent_merges(1, 2)
    jump(desk, 5)
    assert reminders(desk) == []
    jump(desk, 0)
    assert "tickets/2" in desk.chat.one("reminder").text


def test_they_stop_with_the_ticket_that_stays_and_come_back_with_it(
    any_chat_desk: ChatDesk,
) -> None:
    desk = two_tickets(any_chat_desk)
    merged(desk)
    for status, state in ((Status.SOLVED, clocks.STOPPED), (Status.OPEN, clocks.RUNNING)):
        desk.helpdesk.agent_sets_status(2, status)
        desk.seen(2)
        assert standing(desk) == [(2, state)]


def test_a_chain_of_merges_carries_them_to_its_end(chat_desk: ChatDesk) -> None:
    desk = two_tickets(chat_desk)
    desk.helpdesk.customer_opens(3, "hello")
    merged(desk)
    merged(desk, 2, into=3)
    assert standing(desk) == [(3, clocks.RUNNING)]


def test_of_two_clocks_about_the_same_the_one_that_is_due_first_stands(
    any_chat_desk: ChatDesk,
) -> None:
    desk = two_tickets(any_chat_desk)
    desk.clock.pass_time(HOUR)
    desk.decided(2, escalated(deadlines=(due_in(desk.clock, 10),)))
    merged(desk, 2, into=1)
    assert standing(desk) == [(1, clocks.RUNNING), (2, clocks.STOPPED)]


def test_an_earlier_clock_comes_beside_a_later_one_about_the_same(chat_desk: ChatDesk) -> None:
    desk = two_tickets(chat_desk)
    desk.clock.pass_time(HOUR)
    desk.decided(2, escalated(deadlines=(due_in(desk.clock, 10),)))
    merged(desk)
    assert standing(desk) == [(2, clocks.RUNNING), (2, clocks.RUNNING)]


def test_a_clock_that_had_run_out_keeps_no_younger_one_from_coming(chat_desk: ChatDesk) -> None:
    desk = two_tickets(chat_desk, hours=1)
    desk.clock.pass_time(2 * HOUR)
    desk.decided(2, escalated(deadlines=(due_in(desk.clock, 10),)))
    merged(desk, 2, into=1)
    assert standing(desk) == [(1, clocks.RUNNING), (1, clocks.RUNNING)]


def test_what_was_cleared_on_the_ticket_that_stays_says_nothing_of_the_other(
    chat_desk: ChatDesk,
) -> None:
    desk = two_tickets(chat_desk)
    desk.decided(2, escalated())
    desk.acts(ActKind.CLEAR, 2, written="a joke")
    merged(desk)
    desk.seen(2)
    assert standing(desk) == [(2, clocks.RUNNING)]


def test_what_had_stopped_before_the_merge_stays_stopped(chat_desk: ChatDesk) -> None:
    desk = two_tickets(chat_desk)
    desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    desk.seen(1)
    merged(desk)
    assert standing(desk) == [(1, clocks.STOPPED)]


def test_a_merge_that_names_no_other_ticket_ends_the_clocks(chat_desk: ChatDesk) -> None:
    desk = two_tickets(chat_desk)
    merged(desk, into=1)
    assert standing(desk) == [(1, clocks.STOPPED)]
