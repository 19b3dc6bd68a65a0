"""A ticket that is finished stops its clocks; opened again it has them back as they were."""

from dataclasses import replace

import sqlalchemy as sa

from integration.store import clocks, tables
from integration.wishes import ActKind
from rules.model import Status
from tests.fakes.chat_desk import ChatDesk, due_in, escalated
from tests.integration.announcing.test_watch import HOUR, clocked, jump, reminders


def turn(desk: ChatDesk, status: Status) -> None:
    desk.helpdesk.agent_sets_status(1, status)
    desk.seen(1)


def as_kept(desk: ChatDesk) -> list[dict[str, object]]:
    return sorted(desk.rows("clock"), key=lambda row: str(row["due_at"]))


def test_a_reopened_ticket_has_its_clocks_back_as_they_were(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    before = as_kept(desk)
    turn(desk, Status.SOLVED)
    assert [row["state"] for row in as_kept(desk)] == [clocks.STOPPED]
    desk.clock.pass_time(3 * HOUR)
    turn(desk, Status.OPEN)
    assert as_kept(desk) == before


def test_of_a_reopened_ticket_people_are_reminded_by_the_first_start(
    any_chat_desk: ChatDesk,
) -> None:
    desk = clocked(any_chat_desk)
    turn(desk, Status.SOLVED)
    jump(desk, 3)
    turn(desk, Status.OPEN)
    jump(desk, 2.1)
    assert reminders(desk) == [("CCOMPLAINTS", "50 %")]


def test_of_a_share_that_passed_while_it_was_solved_people_hear_at_once(
    chat_desk: ChatDesk,
) -> None:
    desk = clocked(chat_desk)
    turn(desk, Status.SOLVED)
    jump(desk, 11)
    assert reminders(desk) == []
    turn(desk, Status.OPEN)
    jump(desk, 0)
    assert sorted(reminders(desk)) == [("CCOMPLAINTS", "100"), ("CLEADS", "100")]


def test_nobody_is_reminded_twice_of_a_share_because_a_ticket_was_reopened(
    chat_desk: ChatDesk,
) -> None:
    desk = clocked(chat_desk)
    jump(desk, 11)
    told = reminders(desk)
    turn(desk, Status.SOLVED)
    turn(desk, Status.OPEN)
    jump(desk, 5)
    assert reminders(desk) == told


def test_a_status_that_only_changes_moves_no_clock(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    before = as_kept(desk)
    for status in (Status.PENDING, Status.HOLD, Status.OPEN):
        turn(desk, status)
    assert as_kept(desk) == before


def test_what_a_person_cleared_stays_stopped_when_the_ticket_is_reopened(
    any_chat_desk: ChatDesk,
) -> None:
    desk = clocked(any_chat_desk)
    desk.acts(ActKind.CLEAR, 1, written="a joke")
    turn(desk, Status.SOLVED)
    turn(desk, Status.OPEN)
    assert [row["state"] for row in as_kept(desk)] == [clocks.STOPPED]


def test_what_was_cleared_while_it_was_solved_stays_stopped(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    turn(desk, Status.SOLVED)
    desk.acts(ActKind.CLEAR, 1, written="a joke")
    turn(desk, Status.OPEN)
    assert [row["state"] for row in as_kept(desk)] == [clocks.STOPPED]


def test_a_decision_that_was_made_anew_gives_no_clock_back(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.helpdesk.customer_opens(1, "a complaint about you")
    first = desk.decided(1, escalated(deadlines=(due_in(desk.clock, 9),)))
    turn(desk, Status.SOLVED)
    desk.supersede(first)
    turn(desk, Status.OPEN)
    assert [row["state"] for row in as_kept(desk)] == [clocks.STOPPED]


def test_a_message_on_a_solved_ticket_starts_no_second_clock_about_the_same(
    any_chat_desk: ChatDesk,
) -> None:
    desk = clocked(any_chat_desk)
    turn(desk, Status.SOLVED)
    desk.clock.pass_time(60)
    desk.decided(1, escalated(deadlines=(due_in(desk.clock, 10),)))
    turn(desk, Status.OPEN)
    assert [row["state"] for row in as_kept(desk)] == [clocks.RUNNING]


def test_a_message_that_reopens_a_ticket_finds_its_clock_running(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    before = as_kept(desk)
    turn(desk, Status.SOLVED)
    desk.clock.pass_time(60)
    desk.helpdesk.agent_sets_status(1, Status.OPEN)
    desk.decided(1, escalated(deadlines=(due_in(desk.clock, 10),)))
    assert as_kept(desk) == before


def test_a_clock_that_an_older_release_stopped_comes_back_once(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    turn(desk, Status.SOLVED)
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.clock).values(next_at=None))
        (row,) = clocks.kept(connection, 1, 0.0)
        clocks.start(connection, [replace(row, position=1)])
    turn(desk, Status.OPEN)
    states = {row["position"]: (row["state"], row["next_at"]) for row in as_kept(desk)}
    half = row.started_at + 5 * HOUR
    assert states == {0: (clocks.RUNNING, half), 1: (clocks.STOPPED, None)}


def test_a_run_looks_at_a_ticket_whose_clocks_were_stopped_with_it(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    turn(desk, Status.SOLVED)
    desk.pass_time(3)
    with desk.store.read() as connection:
        assert desk.parts.announcer.concerns(connection, 1)
        assert not desk.parts.announcer.concerns(connection, 2)


def test_a_new_matter_after_one_that_had_run_out_has_a_clock_of_its_own(
    any_chat_desk: ChatDesk,
) -> None:
    desk = clocked(any_chat_desk)
    turn(desk, Status.SOLVED)
    desk.clock.pass_time(11 * HOUR)
    desk.helpdesk.agent_sets_status(1, Status.OPEN)
    desk.decided(1, escalated(deadlines=(due_in(desk.clock, 10),)))
    assert [row["state"] for row in as_kept(desk)] == [clocks.RUNNING, clocks.RUNNING]
    desk.pass_time(2)
    jump(desk, 5)
    assert ("CCOMPLAINTS", "50 %") in reminders(desk)
    before = as_kept(desk)
    turn(desk, Status.SOLVED)
    turn(desk, Status.OPEN)
    assert as_kept(desk) == before


def test_a_deadline_that_had_passed_when_it_was_seen_has_one_clock(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.helpdesk.customer_opens(1, "a complaint about you")
    passed = replace(due_in(desk.clock, -1), started=None)
    desk.decided(1, escalated(deadlines=(passed,)))
    desk.decided(1, escalated(deadlines=(passed,)))
    assert len(desk.rows("clock")) == 1


def test_the_card_of_a_reopened_ticket_stands_open_again(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    turn(desk, Status.SOLVED)
    desk.pass_time(2)
    assert "Solved" in desk.chat.one("escalation").text
    turn(desk, Status.OPEN)
    desk.pass_time(2)
    assert "Solved" not in desk.chat.one("escalation").text
    assert "Not this" in desk.chat.one("escalation").text


def test_of_a_message_that_reopens_a_ticket_people_hear_by_a_new_card(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    turn(desk, Status.SOLVED)
    desk.pass_time(2)
    turn(desk, Status.OPEN)
    desk.decided(1, escalated())
    desk.pass_time(5)
    cards = [each for each in desk.chat.standing if each.key.startswith("escalation")]
    assert ["Not this" in card.text for card in cards] == [False, True]


def test_a_reminder_that_nobody_saw_is_shown_when_the_ticket_is_reopened(
    chat_desk: ChatDesk,
) -> None:
    desk = clocked(chat_desk)
    desk.clock.pass_time(11 * HOUR)
    desk.watch()
    turn(desk, Status.SOLVED)
    desk.pass_time(5)
    assert reminders(desk) == []
    turn(desk, Status.OPEN)
    desk.pass_time(5)
    assert sorted(reminders(desk)) == [("CCOMPLAINTS", "100"), ("CLEADS", "100")]
