"""About a message a second and channel, and crowds in one message."""

import threading
from datetime import UTC, datetime

import pytest

from integration.store import acts, posts
from integration.store.acts import ActRow
from integration.wishes import ActKind
from rules.model import Outcome, Reason, Route, Status
from tests.fakes.chat_desk import ChatDesk, a_policy, drafted, due_in, escalated, restricted

QUIET = "slack: { channels: { default: support }, quiet_hours: { from: '20:00', to: '07:00' } }"
NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 7, 0, 1, tzinfo=UTC)


def crowd(desk: ChatDesk, count: int, first: int = 1, **changes: object) -> None:
    for ticket_id in range(first, first + count):
        desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
        desk.decided(ticket_id, escalated(**changes))


def test_a_channel_gets_about_one_message_a_second(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 5)
    counts = []
    for _ in range(20):
        chat_desk.clock.pass_time(0.25)
        chat_desk.work()
        counts.append(len(chat_desk.chat.standing))
    assert counts[-1] == 5
    assert counts[7] <= 2


def test_one_channel_s_crowd_holds_up_no_other_channel(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 4)
    crowd(chat_desk, 1, 10, route=Route("Support", "high", ()))
    chat_desk.pass_time(1)
    chat_desk.work()
    assert {m.channel for m in chat_desk.chat.standing} == {"CCOMPLAINTS", "CSUPPORT"}


def test_what_is_urgent_goes_first(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 3)
    crowd(chat_desk, 1, 10, route=Route("Complaints", "urgent", ()))
    chat_desk.pass_time(4)
    assert "Ticket 10" in chat_desk.chat.standing[0].message.text


def test_a_crowd_is_told_in_one_message_with_every_ticket_in_it(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    crowd(desk, 7)
    crowd(desk, 1, 20, route=Route("Complaints", "urgent", ()))
    desk.pass_time(10)
    crowd(desk, 2, 30)
    desk.pass_time(90)
    (urgent,) = [m for m in desk.chat.standing if m.key.startswith("escalation")]
    digest = desk.chat.one("digest")
    assert "Ticket 20" in urgent.message.text
    assert "9 tickets wait for people" in digest.text
    assert all(f'tickets/{n}"' in digest.text for n in (*range(1, 8), 30, 31))
    assert desk.states().count(("escalation", "folded")) == 9


def test_as_many_as_the_policy_lets_are_told_one_by_one(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 5)
    chat_desk.pass_time(10)
    assert len(chat_desk.chat.standing) == 5


def test_a_night_s_tickets_are_told_in_one_message_at_its_end(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.policy = a_policy(QUIET)
    desk.clock.instant = NIGHT
    crowd(desk, 2)
    crowd(desk, 1, 3, deadlines=(due_in(desk.clock, 48),))
    crowd(desk, 1, 4)
    desk.pass_time(30)
    desk.helpdesk.agent_sets_status(4, Status.SOLVED)
    desk.seen(4)
    assert desk.chat.standing == []
    desk.clock.instant = MORNING
    desk.pass_time(10)
    text = desk.chat.one("digest").text
    assert "3 tickets wait" in text
    assert text.index("Ticket 3") < text.index("Ticket 1") < text.index("Ticket 2")


def test_a_single_ticket_of_a_night_gets_its_card(chat_desk: ChatDesk) -> None:
    chat_desk.policy = a_policy(QUIET)
    chat_desk.clock.instant = NIGHT
    crowd(chat_desk, 1)
    chat_desk.helpdesk.customer_opens(2, "how do i reset my password")
    chat_desk.decided(2, drafted())
    chat_desk.clock.instant = MORNING
    chat_desk.pass_time(5)
    assert {m.key.partition("-")[0] for m in chat_desk.chat.standing} == {"escalation", "approval"}


def test_a_digest_of_tickets_that_are_all_done_is_not_written(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 6)
    chat_desk.pass_time(1)
    for ticket_id in range(1, 7):
        chat_desk.helpdesk.agent_sets_status(ticket_id, Status.SOLVED)
        chat_desk.seen(ticket_id)
    chat_desk.pass_time(90)
    assert chat_desk.chat.standing == []
    assert ("digest", "ended") in chat_desk.states()


def test_a_restricted_ticket_in_a_digest_shows_nothing(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 6, route=Route("Support", "high", ()))
    chat_desk.helpdesk.customer_opens(9, "kanarienvogel", subject="kanarienvogel")
    chat_desk.decided(9, restricted())
    chat_desk.pass_time(90)
    text = chat_desk.chat.one("digest").text
    assert "Ticket 9" in text
    assert "kanarienvogel" not in text
    assert "laundering" not in text


def test_a_digest_for_a_channel_that_is_missing_waits_for_it(chat_desk: ChatDesk) -> None:
    del chat_desk.chat.channels["complaints"]
    crowd(chat_desk, 6)
    chat_desk.watch()
    chat_desk.pass_time(90)
    assert ("digest", "failed") in chat_desk.states()
    chat_desk.chat.channels["complaints"] = chat_desk.chat.channels["support"]
    chat_desk.token = "t2"
    chat_desk.pass_time(60)
    assert "6 tickets" in chat_desk.chat.one("digest").text


def test_a_channel_that_is_mended_is_not_flooded(chat_desk: ChatDesk) -> None:
    kept = chat_desk.chat.channels.pop("complaints")
    for ticket_id in range(1, 9):
        crowd(chat_desk, 1, ticket_id)
        chat_desk.pass_time(70, every=10)
    crowd(chat_desk, 1, 20, route=Route("Complaints", "urgent", ()))
    chat_desk.pass_time(20)
    assert chat_desk.states() == [("escalation", "failed")] * 9
    chat_desk.chat.channels["complaints"] = kept
    chat_desk.token = "t2"
    chat_desk.pass_time(60)
    assert "8 tickets" in chat_desk.chat.one("digest").text
    assert "Ticket 20" in chat_desk.chat.one("escalation").message.text


def test_a_folded_ticket_that_is_done_waits_no_more(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 7)
    chat_desk.pass_time(90)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    with chat_desk.store.write() as connection:
        now = chat_desk.clock.now().timestamp()
        act = ActRow("a", "clear", 2, None, 5, "Grace", "slack", None, None, now)
        acts.insert(connection, act)
        chat_desk.parts.announcer.touch(connection, 2)
    assert chat_desk.states().count(("escalation", "folded")) == 5
    chat_desk.pass_time(700, every=20)
    assert len(chat_desk.chat.standing) == 1
    assert all(row["next_look_at"] is None for row in chat_desk.rows("post"))


def test_two_dispatchers_give_each_message_one_task(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    for number in range(40):
        with desk.store.write() as connection:
            posts.plan(connection, f"p{number}", posts.APPROVAL, f"channel{number}", now=0.0)
    counts: list[int] = []

    def dispatch() -> None:
        worker = desk.worker()
        counts.append(sum(worker.dispatcher.dispatch() for _ in range(3)))

    threads = [threading.Thread(target=dispatch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    assert len(desk.queue.waiting()) == 40


def test_the_dispatcher_outlives_a_fault_and_stops_when_told(
    chat_desk: ChatDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()
    looks: list[int] = []

    def failing(_self: object) -> int:
        looks.append(1)
        if len(looks) > 1:
            stopped.set()
        raise ValueError

    dispatcher = chat_desk.parts.dispatcher
    monkeypatch.setattr(type(dispatcher), "dispatch", failing)
    monkeypatch.setattr(stopped, "wait", lambda _seconds: stopped.is_set())
    dispatcher.run(stopped)
    assert len(looks) == 2


def a_digest(desk: ChatDesk, count: int = 7, **changes: object) -> ChatDesk:
    crowd(desk, count, **changes)
    desk.pass_time(90)
    return desk


def test_a_digest_says_who_took_a_ticket_and_what_was_solved(any_chat_desk: ChatDesk) -> None:
    desk = a_digest(any_chat_desk)
    desk.acts(ActKind.TAKE, 2)
    desk.helpdesk.agent_sets_status(3, Status.SOLVED)
    desk.seen(3)
    desk.pass_time(5)
    text = desk.chat.one("digest").text
    assert "5 tickets wait for people" in text
    assert "Taken by Grace" in text
    assert "Solved" in text
    assert text.index("Ticket 7") < text.index("Ticket 3")


def test_a_digest_says_what_was_cleared_and_what_is_assigned(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk)
    desk.acts(ActKind.CLEAR, 1, written="a joke")
    desk.helpdesk.agent_assigns(2)
    desk.seen(2)
    desk.pass_time(5)
    assert "Cleared by Grace: a joke" in desk.chat.one("digest").text
    assert "Assigned in the helpdesk" in desk.chat.one("digest").text


def test_a_digest_s_ticket_that_went_elsewhere_says_so(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk)
    desk.decided(1, escalated(route=Route("Legal", "high", ())))
    desk.decided(2, escalated(route=Route("Complaints", "urgent", ())))
    desk.pass_time(5)
    text = desk.chat.one("digest").text
    assert "Decided anew: look in #" in text
    assert "5 tickets wait" in text
    assert len([m for m in desk.chat.standing if m.key.startswith("escalation")]) == 2


def test_a_second_message_on_a_digest_s_ticket_changes_its_line(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk)
    danger = Reason("regulatory.other", "packs/own", "Warranty: seen in the message.")
    desk.decided(1, escalated(reasons=(danger,)))
    desk.pass_time(5)
    assert "Warranty" in desk.chat.one("digest").text
    assert len(desk.chat.standing) == 1


def test_a_digest_whose_ticket_becomes_restricted_shows_it_no_more(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk, 7, reasons=(Reason("risk.suspected", "r", "Kanarienvogel."),))
    assert desk.chat.one("digest").text.count("Kanarienvogel") == 7
    desk.decided(1, restricted())
    desk.pass_time(5)
    assert desk.chat.one("digest").text.count("Kanarienvogel") == 6


def test_a_digest_of_which_all_is_taken_or_settled_says_so_and_ends(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk)
    for ticket_id in range(1, 7):
        desk.helpdesk.agent_sets_status(ticket_id, Status.SOLVED)
        desk.seen(ticket_id)
    desk.acts(ActKind.TAKE, 7)
    desk.pass_time(10)
    assert "people have them all" in desk.chat.one("digest").message.text
    assert ("digest", "posted") in desk.states()
    desk.helpdesk.agent_sets_status(7, Status.SOLVED)
    desk.seen(7)
    desk.pass_time(5)
    assert "All tickets of this message are settled" in desk.chat.one("digest").text
    assert ("digest", "ended") in desk.states()


def test_a_digest_in_which_nothing_changed_is_not_written_again(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk)
    before = desk.chat.calls.count("change")
    for ticket_id in range(1, 8):
        desk.helpdesk.customer_writes(ticket_id, "hello?")
        desk.seen(ticket_id)
        desk.decided(ticket_id)
    desk.pass_time(30)
    assert desk.chat.calls.count("change") == before


def test_many_changes_of_a_digest_are_few_writes(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk, 40)
    before = desk.chat.calls.count("change")
    for ticket_id in range(1, 41):
        desk.helpdesk.agent_assigns(ticket_id)
        desk.seen(ticket_id)
    desk.pass_time(30)
    assert desk.chat.calls.count("change") - before == 1


def test_a_digest_counts_down(chat_desk: ChatDesk) -> None:
    desk = a_digest(chat_desk, 7, deadlines=(due_in(chat_desk.clock, 10),))
    assert "in 9 h" in desk.chat.one("digest").text
    desk.clock.pass_time(3 * 3600)
    desk.pass_time(3)
    assert "in 6 h" in desk.chat.one("digest").text


def test_a_digest_that_somebody_deleted_comes_back_at_its_next_change(
    chat_desk: ChatDesk,
) -> None:
    desk = a_digest(chat_desk)
    desk.chat.person_deletes("digest")
    desk.helpdesk.agent_assigns(1)
    desk.seen(1)
    desk.pass_time(5)
    assert "6 tickets wait" in desk.chat.one("digest").text


def test_a_ticket_of_a_digest_that_has_ended_gets_a_card(chat_desk: ChatDesk) -> None:
    """Nobody looks at that digest any more."""
    desk = a_digest(chat_desk)
    with desk.store.write() as connection:
        (digest,) = (row for row in desk.rows("post") if row["kind"] == posts.DIGEST)
        posts.change(connection, digest["id"], state=posts.ENDED, changed=False)
    desk.decided(1)
    desk.pass_time(5)
    assert "Ticket 1" in desk.chat.one("escalation").message.text


def test_a_digest_s_ticket_that_is_decided_anew_needs_nobody(chat_desk: ChatDesk) -> None:
    crowd(chat_desk, 6)
    chat_desk.helpdesk.customer_opens(9, "a complaint about you")
    first = chat_desk.decided(9)
    chat_desk.pass_time(90)
    chat_desk.supersede(first)
    chat_desk.decided(9, escalated(outcome=Outcome.IGNORE))
    chat_desk.pass_time(5)
    assert "6 tickets wait" in chat_desk.chat.one("digest").text
    assert "Decided anew" in chat_desk.chat.one("digest").text
