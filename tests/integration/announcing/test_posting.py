"""One message, whatever happens between us and the chat."""

import io
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import AskPerson, RetryLater, Stop, StopKind
from integration.announcing.posting import Shown
from integration.logs import configure_logs
from integration.store import StoreUnavailable, facts, posts
from rules.model import Status
from tests.fakes.chat import unclear
from tests.fakes.chat_desk import ChatDesk, a_policy, drafted, escalated


def told(desk: ChatDesk, ticket_id: int = 1) -> ChatDesk:
    desk.helpdesk.customer_opens(ticket_id, "a complaint about you")
    desk.decided(ticket_id)
    return desk


def row_of(desk: ChatDesk) -> dict[str, object]:
    (row,) = desk.rows("post")
    return row


def test_a_channel_that_is_full_for_now_is_asked_again_when_it_says(
    any_chat_desk: ChatDesk,
) -> None:
    desk = told(any_chat_desk)
    desk.chat.before_write = [RetryLater("slow down", after_s=30)] * 3
    desk.pass_time(20)
    assert desk.chat.calls.count("post") == 1
    desk.pass_time(120)
    assert len(desk.chat.standing) == 1
    assert "find" not in desk.chat.calls


def test_nothing_else_is_tried_in_a_channel_that_asked_to_wait(chat_desk: ChatDesk) -> None:
    told(told(chat_desk, 1), 2)
    chat_desk.chat.before_write = [RetryLater("slow down", after_s=30)]
    chat_desk.pass_time(20)
    assert chat_desk.chat.calls.count("post") == 1
    chat_desk.pass_time(60)
    assert len(chat_desk.chat.standing) == 2


def test_a_message_whose_answer_was_lost_is_found_and_not_repeated(any_chat_desk: ChatDesk) -> None:
    desk = told(any_chat_desk)
    desk.chat.after_write = [unclear()]
    desk.pass_time(90)
    assert len(desk.chat.standing) == 1
    assert desk.chat.calls.count("post") == 1
    assert row_of(desk)["state"] == posts.POSTED


def test_a_message_that_got_lost_is_written_again(chat_desk: ChatDesk) -> None:
    desk = told(chat_desk)
    desk.chat.before_write = [unclear(), unclear()]
    desk.pass_time(200)
    assert len(desk.chat.standing) == 1
    assert desk.chat.calls.count("find") == 2


def test_a_search_that_fails_is_repeated_before_anything_is_written(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.after_write = [unclear()]
    chat_desk.pass_time(5)
    chat_desk.chat.before_read = [RetryLater("down", after_s=5), AskPerson("revoked")]
    chat_desk.pass_time(120)
    assert row_of(chat_desk)["state"] == posts.FAILED
    chat_desk.token = "t2"
    chat_desk.pass_time(60)
    assert len(chat_desk.chat.standing) == 1
    assert row_of(chat_desk)["state"] == posts.POSTED


def test_a_change_whose_answer_was_lost_is_made_again(chat_desk: ChatDesk) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.seen(1)
    chat_desk.chat.before_write = [unclear()]
    chat_desk.pass_time(60)
    assert "Assigned" in chat_desk.chat.one().text


def test_a_revoked_token_is_seen_and_the_message_comes_with_the_next_one(
    any_chat_desk: ChatDesk,
) -> None:
    desk = told(any_chat_desk)
    desk.watch()
    desk.chat.broken = AskPerson("the token was revoked: install the app again")
    desk.pass_time(30)
    assert row_of(desk)["state"] == posts.FAILED
    assert "install the app again" in str(row_of(desk)["error"])
    with desk.store.read() as connection:
        assert facts.get(connection, facts.ALARM) == {"why": "chat", "post": row_of(desk)["id"]}
    desk.chat.broken, desk.token = None, "t2"
    desk.pass_time(30)
    assert len(desk.chat.standing) == 1
    assert row_of(desk)["error"] is None


def test_a_failure_is_tried_again_after_an_hour(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.broken = AskPerson("not now")
    chat_desk.pass_time(30)
    chat_desk.chat.broken = None
    chat_desk.pass_time(1800, every=20)
    assert chat_desk.chat.standing == []
    chat_desk.pass_time(1900, every=20)
    assert len(chat_desk.chat.standing) == 1


def test_a_day_old_escalation_is_still_told(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.broken = RetryLater("down", after_s=60)
    chat_desk.pass_time(24 * 3600, every=600)
    chat_desk.chat.broken = None
    chat_desk.pass_time(400, every=5)
    assert len(chat_desk.chat.standing) == 1


def test_patience_grows_while_the_chat_is_down(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.broken = RetryLater("down", after_s=1)
    chat_desk.pass_time(3600, every=15)
    assert chat_desk.chat.calls.count("post") < 120


def test_a_missing_channel_is_named_and_the_policy_s_next_one_is_taken(
    chat_desk: ChatDesk,
) -> None:
    chat_desk.policy = a_policy("slack: { channels: { default: nowhere } }")
    told(chat_desk)
    chat_desk.helpdesk.customer_opens(2, "how do i reset my password")
    chat_desk.decided(2, drafted())
    chat_desk.pass_time(30)
    errors = {str(row["error"]) for row in chat_desk.rows("post")}
    assert errors == {
        (
            "there is no channel #nowhere that the app can see: make it, invite the app if it is "
            "private, or name another one in the policy"
        )
    }
    chat_desk.policy = a_policy()
    chat_desk.token = "another setup"
    chat_desk.pass_time(60)
    assert {m.channel for m in chat_desk.chat.standing} == {"CCOMPLAINTS", "CSUPPORT"}


def test_a_channel_that_the_app_is_not_in_says_how_to_invite_it(chat_desk: ChatDesk) -> None:
    channels = chat_desk.chat.channels
    channels["complaints"] = replace(channels["complaints"], is_member=False)
    told(chat_desk).pass_time(5)
    assert "/invite" in str(row_of(chat_desk)["error"])


def test_a_channel_that_vanished_is_looked_up_anew(chat_desk: ChatDesk) -> None:
    told(chat_desk, 1).pass_time(3)
    chat_desk.chat.channels["complaints"] = replace(
        chat_desk.chat.channels["complaints"], id="CNEW"
    )
    told(chat_desk, 2).pass_time(3)
    assert ("escalation", "failed") in chat_desk.states()
    chat_desk.pass_time(3700, every=20)
    assert {m.channel for m in chat_desk.chat.standing} == {"CCOMPLAINTS", "CNEW"}


def test_channels_are_not_asked_for_at_every_message(chat_desk: ChatDesk) -> None:
    for ticket_id in range(1, 4):
        told(chat_desk, ticket_id)
    chat_desk.pass_time(10)
    assert chat_desk.chat.calls.count("read_channels") == 1


def test_without_an_installation_messages_wait_for_one(chat_desk: ChatDesk) -> None:
    chat_desk.connected = False
    told(chat_desk).pass_time(30)
    assert "installed in no workspace" in str(row_of(chat_desk)["error"])
    chat_desk.connected, chat_desk.token = True, "t2"
    chat_desk.pass_time(30)
    assert len(chat_desk.chat.standing) == 1


def test_a_card_that_somebody_deleted_comes_back_while_the_ticket_waits(
    chat_desk: ChatDesk,
) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.chat.person_deletes("escalation")
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.seen(1)
    chat_desk.pass_time(60)
    assert "Assigned" in chat_desk.chat.one().text
    assert row_of(chat_desk)["state"] == posts.POSTED


def test_a_card_that_somebody_deleted_is_not_needed_any_more_when_it_is_closed(
    chat_desk: ChatDesk,
) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.chat.person_deletes("escalation")
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    chat_desk.pass_time(60)
    assert chat_desk.chat.standing == []
    assert row_of(chat_desk)["state"] == posts.ENDED


def test_a_message_that_comes_while_its_card_is_being_closed_is_told(chat_desk: ChatDesk) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)

    def meanwhile(name: str) -> None:
        if name == "change":
            chat_desk.chat.after_call = lambda _name: None
            chat_desk.helpdesk.agent_sets_status(1, Status.OPEN)
            chat_desk.helpdesk.customer_writes(1, "still a complaint")
            chat_desk.decided(1)

    chat_desk.chat.after_call = meanwhile
    chat_desk.pass_time(10)
    assert "Take" in chat_desk.chat.one().text
    assert row_of(chat_desk)["state"] == posts.POSTED


def test_a_message_that_comes_while_its_card_is_given_up_is_told(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    poster, calls = chat_desk.parts.poster, []

    def slow(*arguments: Any) -> Shown:
        shown = poster.render(*arguments)
        calls.append(1)
        if len(calls) == 1:
            chat_desk.helpdesk.agent_sets_status(1, Status.OPEN)
            chat_desk.decided(1)
        return shown

    chat_desk.parts = replace(chat_desk.parts, poster=replace(poster, render=slow))
    chat_desk.pass_time(10)
    assert "Take" in chat_desk.chat.one().text


def test_a_change_that_is_refused_is_a_failure(chat_desk: ChatDesk) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.watch()
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.seen(1)
    chat_desk.chat.before_write = [Stop("too long", kind=StopKind.INVALID)]
    chat_desk.pass_time(60)
    assert row_of(chat_desk)["state"] == posts.FAILED
    chat_desk.token = "t2"
    chat_desk.pass_time(60)
    assert row_of(chat_desk)["state"] == posts.POSTED
    assert "Assigned" in chat_desk.chat.one().text


def test_a_fault_of_ours_is_kept_by_its_kind_alone_and_tried_again(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.before_write = [ValueError("kanarienvogel")]
    chat_desk.pass_time(2)
    assert row_of(chat_desk)["error"] == "ValueError"
    chat_desk.pass_time(60)
    assert len(chat_desk.chat.standing) == 1


def test_a_run_that_finds_another_at_work_leaves_the_message_alone(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    other = chat_desk.worker()
    task = {"post": row_of(chat_desk)["id"]}
    chat_desk.chat.on_call = lambda name: (
        other.poster.chat_post(task) if name == "post" and len(chat_desk.chat.calls) < 5 else None
    )
    chat_desk.pass_time(60)
    assert len(chat_desk.chat.standing) == 1


def test_two_runs_that_look_at_one_moment_write_once(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    other = chat_desk.worker()
    task = {"post": row_of(chat_desk)["id"]}
    chat_desk.chat.on_call = lambda _name: (
        other.poster.chat_post(task) if chat_desk.chat.calls == ["read_channels"] else None
    )
    chat_desk.pass_time(60)
    assert len(chat_desk.chat.standing) == 1


def test_a_change_made_by_two_runs_is_shown_as_it_is_last(chat_desk: ChatDesk) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.seen(1)
    other = chat_desk.worker()
    task = {"post": row_of(chat_desk)["id"]}

    def meanwhile(name: str) -> None:
        chat_desk.chat.on_call = lambda _name: None
        if name == "change":
            other.poster.chat_post(task)

    chat_desk.chat.on_call = meanwhile
    chat_desk.pass_time(60)
    assert "Assigned" in chat_desk.chat.one().text
    assert row_of(chat_desk)["shown"] is not None


def test_a_finding_that_another_run_made_too_is_left_to_it(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.after_write = [unclear()]
    chat_desk.pass_time(5)
    other = chat_desk.worker()
    task = {"post": row_of(chat_desk)["id"]}

    def meanwhile(name: str) -> None:
        if name == "find":
            chat_desk.chat.after_call = lambda _name: None
            other.poster.chat_post(task)
            with chat_desk.store.write() as connection:
                posts.change(connection, str(task["post"]), tried_at=1.0)

    chat_desk.chat.after_call = meanwhile
    chat_desk.pass_time(120)
    assert len(chat_desk.chat.standing) == 1


def test_two_runs_that_search_at_one_moment_write_once(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.chat.before_write = [unclear()]
    chat_desk.pass_time(3)
    other = chat_desk.worker()
    task = {"post": row_of(chat_desk)["id"]}

    def meanwhile(name: str) -> None:
        if name == "find":
            chat_desk.chat.after_call = lambda _name: None
            other.poster.chat_post(task)

    chat_desk.chat.after_call = meanwhile
    chat_desk.pass_time(120)
    assert len(chat_desk.chat.standing) == 1


def test_a_store_that_is_away_for_a_moment_is_waited_for(
    chat_desk: ChatDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(chat_desk)
    read, faults = chat_desk.store.read, [StoreUnavailable("away")] * 3

    def failing() -> object:
        if faults:
            raise faults.pop()
        return read()

    task = {"post": row_of(chat_desk)["id"]}
    monkeypatch.setattr(chat_desk.store, "read", failing)
    chat_desk.parts.poster.chat_post(task)
    assert len(chat_desk.chat.standing) == 1


def test_a_store_that_stays_away_fails_the_task(
    chat_desk: ChatDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(chat_desk)
    task = {"post": row_of(chat_desk)["id"]}

    def failing() -> object:
        raise StoreUnavailable("away")

    monkeypatch.setattr(chat_desk.store, "read", failing)
    with pytest.raises(StoreUnavailable):
        chat_desk.parts.poster.chat_post(task)


def test_a_message_that_ended_is_looked_at_no_more(chat_desk: ChatDesk) -> None:
    told(chat_desk).pass_time(3)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    chat_desk.pass_time(3)
    with chat_desk.store.write() as connection:
        posts.change(connection, str(row_of(chat_desk)["id"]))
    chat_desk.pass_time(30)
    assert (row_of(chat_desk)["changed"], row_of(chat_desk)["next_look_at"]) == (False, None)


def test_a_message_that_is_not_there_is_nothing_to_do(chat_desk: ChatDesk) -> None:
    chat_desk.parts.poster.chat_post({"post": "escalation-none"})
    assert chat_desk.chat.calls == []


def test_a_task_that_was_lost_is_given_again(any_chat_desk: ChatDesk) -> None:
    desk = told(any_chat_desk)
    desk.parts.dispatcher.dispatch()
    for key, _ in desk.queue.waiting():
        desk.queue.finish(key)
    desk.pass_time(560, every=5)
    assert desk.chat.standing == []
    desk.pass_time(60, every=5)
    assert len(desk.chat.standing) == 1


def test_a_solved_ticket_is_not_told_of_any_more(chat_desk: ChatDesk) -> None:
    told(chat_desk)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    chat_desk.pass_time(5)
    assert chat_desk.chat.standing == []


def test_nothing_of_the_message_reaches_the_log(chat_desk: ChatDesk) -> None:
    logs = io.StringIO()
    configure_logs("debug", logs)
    chat_desk.helpdesk.customer_opens(1, "a kanarienvogel complaint")
    chat_desk.decided(1, escalated())
    chat_desk.chat.before_write = [ValueError("kanarienvogel"), RetryLater("x", after_s=1)]
    chat_desk.pass_time(30)
    assert "kanarienvogel" not in logs.getvalue()
    assert "chat.shown" in logs.getvalue()
