"""One ticket through, with everything that can happen on the way."""

import pytest

from connectors.errors import AskPerson, ReadAgain, RetryLater, Stop, StopKind
from connectors.ports import Receipt, TicketUpdate
from integration.effects import LEASE_S
from integration.judge import Judge
from integration.policy_folder import activate
from integration.store import decisions, deliveries, facts
from rules.model import Status
from rules.policy import parse_policy
from rules.risk_modes import LEXICAL
from tests.fakes.desk import Desk, a_desk
from tests.fakes.helpdesk import unknown
from tests.fakes.judge import ACKNOWLEDGEMENT, ANSWER
from tests.faults.harness import ANSWERABLE, FAQS


def test_an_answerable_ticket_gets_its_note_first_and_then_the_answer(any_desk: Desk) -> None:
    any_desk.helpdesk.customer_opens(1, "how do I reset my password")
    assert any_desk.handle(1) == deliveries.DONE
    bodies = [(c.public, c.body[:9]) for c in any_desk.helpdesk.tickets[1].ticket.comments[1:]]
    assert bodies == [(False, "Deskclerk"), (True, ANSWER[:9])]
    assert any_desk.ledger_kinds() == ["decided", "applied"]


def test_a_complaint_is_moved_tagged_and_never_answered(any_desk: Desk) -> None:
    any_desk.helpdesk.customer_opens(1, "this is a complaint about my password")
    any_desk.handle(1)
    kept = any_desk.helpdesk.tickets[1]
    assert any_desk.helpdesk.public_replies(1) == []
    assert kept.group_id == any_desk.helpdesk.group_ids["Complaints"]
    assert "deskclerk_escalate" in kept.ticket.tags


def test_an_acknowledgement_goes_out_and_the_ticket_is_moved(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "I go to the ombudsman")
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == [ACKNOWLEDGEMENT]
    assert desk.helpdesk.tickets[1].group_id == 2


def test_in_shadow_the_note_names_the_answer_by_title_and_id_without_a_word_of_the_message(
    desk: Desk,
) -> None:
    files = {"policy.yaml": "", "faqs.yaml": FAQS.replace("stage: auto", "stage: shadow")}
    activate(desk.store, parse_policy(files).version, files, desk.clock)
    judge = Judge(desk.store, desk.clock, mode=LEXICAL)
    shadowing = a_desk(desk.store, desk.clock, desk.helpdesk, judge)
    desk.helpdesk.customer_opens(1, ANSWERABLE)
    shadowing.handle(1)
    (note,) = desk.helpdesk.notes(1)
    assert "Recognised: “Reset a password” (reset_password)." in note
    assert "At the stage auto for all its tickets the approved answer would have" in note
    assert "do I" not in note
    assert desk.helpdesk.public_replies(1) == []


def test_a_draft_stands_in_the_note_only(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "draft please")
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == []
    assert ANSWER in desk.helpdesk.notes(1)[0]


def test_what_is_not_ours_is_recorded_and_left_alone(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "spam")
    assert desk.handle(1) == deliveries.DONE
    assert desk.helpdesk.notes(1) == []
    assert desk.ledger_kinds() == ["decided"]


def test_a_second_delivery_of_the_same_message_changes_nothing(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    for _ in range(3):
        assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_a_new_message_is_decided_anew_but_answered_once_in_a_window(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.handle(1)
    desk.helpdesk.customer_writes(1, "password again")
    desk.handle(1)
    assert len(desk.helpdesk.notes(1)) == 2
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_two_tickets_of_one_requester_get_one_answer(desk: Desk) -> None:
    for ticket in (1, 2):
        desk.helpdesk.customer_opens(ticket, "password")
        desk.handle(ticket)
    assert len(desk.helpdesk.public_replies(1) + desk.helpdesk.public_replies(2)) == 1


def test_a_reply_planned_between_judging_and_recording_counts(desk: Desk) -> None:
    """Two workers judge two tickets of one requester at once; the lock makes one of them look."""
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.customer_opens(2, "password")
    other, first = desk.worker("w-2"), desk.arrive(1)
    second = desk.arrive(2)
    judge = desk.runs.triage.judge
    decide, calls = judge.decide, []

    def slow_decide(*arguments: object) -> object:
        if not calls:
            calls.append(1)
            other.triage_ticket({"delivery": second})
        return decide(*arguments)  # type: ignore[arg-type]

    judge.decide = slow_decide  # type: ignore[method-assign,assignment]
    desk.run_to_end(first)
    assert len(desk.helpdesk.public_replies(1) + desk.helpdesk.public_replies(2)) == 1


def test_a_guard_stays_on_the_ticket(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "this is a complaint")
    desk.handle(1)
    desk.helpdesk.customer_writes(1, "and my password?")
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == []


def test_a_priority_is_never_lowered(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "complaint", priority="urgent")
    desk.handle(1)
    assert desk.rows("effect")[0]["priority"] is None


def test_a_group_that_does_not_exist_is_named_in_the_note(desk: Desk) -> None:
    del desk.helpdesk.group_ids["Complaints"]
    desk.helpdesk.customer_opens(1, "complaint")
    desk.handle(1)
    assert "“Complaints” does not exist" in desk.helpdesk.notes(1)[0]
    assert desk.helpdesk.tickets[1].group_id is None


def test_a_deleted_ticket_ends_quietly(desk: Desk) -> None:
    assert desk.handle(404) == deliveries.DONE
    assert desk.ledger_kinds() == ["gone"]


def test_a_ticket_deleted_after_its_decision_ends_too(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [RetryLater("busy", after_s=1)]
    delivery = desk.arrive(1)
    desk.run(delivery)
    desk.helpdesk.delete(1)
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert desk.rows("decision")[0]["state"] == decisions.FAILED


def test_a_delivery_without_a_ticket_is_set_aside(desk: Desk) -> None:
    delivery = desk.arrive(1)
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET ticket_id = NULL")
    assert desk.run_to_end(delivery) == deliveries.IGNORED


def test_a_run_on_a_finished_delivery_does_nothing(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    desk.run_to_end(delivery)
    desk.helpdesk.on_call = pytest.fail  # type: ignore[assignment]
    desk.run(delivery)
    desk.run(10_000)


@pytest.mark.parametrize("text", ["\x00 password", "\ud800 password", "😀\u202e password" * 2000])
def test_text_that_no_database_likes_goes_through(any_desk: Desk, text: str) -> None:
    any_desk.helpdesk.customer_opens(1, text, subject=text)
    assert any_desk.handle(1) == deliveries.DONE
    assert len(any_desk.helpdesk.public_replies(1)) == 1


def test_what_somebody_in_copy_writes_gets_a_decision_too(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.handle(1)
    desk.helpdesk.somebody_writes(1, "I am in copy and not happy")
    desk.handle(1)
    assert len(desk.helpdesk.notes(1)) == 2


# -- the outcome of a write is unknown ----------------------------------------------------------


def test_a_note_whose_answer_got_lost_is_found_and_not_repeated(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "nothing we know")
    desk.helpdesk.after_write = [unknown()]
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1


def test_a_reply_whose_answer_got_lost_is_found_and_not_repeated(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def lose_second(name: str) -> None:
        if name == "update_ticket":
            calls.append(name)
            if len(calls) == 2:
                desk.helpdesk.after_write = [unknown()]

    desk.helpdesk.on_call = lose_second
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.public_replies(1)) == 1
    assert desk.ledger_kinds() == ["decided", "applied"]


def test_a_write_that_never_arrived_is_repeated(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [unknown(), unknown(), unknown()]
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_while_audits_cant_be_read_nothing_is_repeated(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "nothing we know")
    desk.helpdesk.after_write = [unknown()]

    def no_audits(name: str) -> None:
        if name == "read_audits":
            raise RetryLater("busy", after_s=1)

    desk.helpdesk.on_call = no_audits
    delivery = desk.arrive(1)
    for _ in range(3):
        desk.run(delivery)
        desk.clock.pass_time(60)
    assert len(desk.helpdesk.notes(1)) == 1
    desk.helpdesk.on_call = lambda _name: None
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1


def test_a_worker_that_dies_after_its_write_is_followed_by_one_that_finds_it(desk: Desk) -> None:
    class Killed(BaseException):
        pass

    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.after_write = [Killed()]  # type: ignore[list-item]
    delivery = desk.arrive(1)
    with pytest.raises(Killed):
        desk.run(delivery)
    other = desk.worker("w-2")
    other.triage_ticket({"delivery": delivery})  # the dead one's lease still holds
    assert desk.state(delivery) == deliveries.STORED
    desk.clock.pass_time(LEASE_S + 1)
    other.triage_ticket({"delivery": delivery})
    assert desk.state(delivery) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1
    assert len(desk.helpdesk.public_replies(1)) == 1


# -- the ticket changes meanwhile -----------------------------------------------------------------


def test_a_ticket_changed_before_the_note_is_decided_anew(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    acted = []

    def agent_first(name: str) -> None:
        if name == "update_ticket" and not acted:
            acted.append(1)
            desk.clock.pass_time(1)
            desk.helpdesk.rule_tags(1, "vip")

    desk.helpdesk.on_call = agent_first
    assert desk.handle(1) == deliveries.DONE
    assert desk.ledger_kinds() == ["decided", "superseded", "decided", "applied"]
    assert len(desk.helpdesk.notes(1)) == 1
    assert "vip" in desk.helpdesk.tickets[1].ticket.tags


def test_who_acted_between_message_and_reading_silences_the_reply(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.clock.pass_time(30)
    desk.helpdesk.agent_tags(1, "mine")
    desk.clock.pass_time(30)
    assert desk.handle(1) == deliveries.DONE
    assert desk.helpdesk.public_replies(1) == []


def test_a_ticket_that_never_holds_still_is_tried_again_later(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [ReadAgain("changed") for _ in range(20)]
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1


@pytest.mark.parametrize("act", ["comment", "note", "assign", "tag", "solve", "customer"])
def test_who_acts_between_note_and_reply_silences_the_reply(desk: Desk, act: str) -> None:
    desk.helpdesk.customer_opens(1, "password")
    acts = {
        "comment": lambda: desk.helpdesk.agent_comments(1, public=True),
        "note": lambda: desk.helpdesk.agent_comments(1, public=False),
        "assign": lambda: desk.helpdesk.agent_assigns(1),
        "tag": lambda: desk.helpdesk.agent_tags(1, "mine"),
        "solve": lambda: desk.helpdesk.agent_sets_status(1, Status.SOLVED),
        "customer": lambda: desk.helpdesk.customer_writes(1, "forget it"),
    }
    calls = []

    def act_once(name: str) -> None:
        calls.append(name)
        if name == "read_ticket" and calls.count("update_ticket") == 1 and "acted" not in calls:
            calls.append("acted")
            acts[act]()

    desk.helpdesk.on_call = act_once
    assert desk.handle(1) == deliveries.DONE
    assert desk.helpdesk.public_replies(1) == []
    assert "was not sent" in desk.helpdesk.notes(1)[1]
    assert "withheld" in desk.ledger_kinds()


def test_a_tag_set_by_an_automation_does_not_silence_the_reply(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def automation(name: str) -> None:
        calls.append(name)
        if name == "read_ticket" and calls.count("update_ticket") == 1 and "acted" not in calls:
            calls.append("acted")
            desk.helpdesk.rule_tags(1, "auto")

    desk.helpdesk.on_call = automation
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_the_brake_silences_a_reply_that_is_under_way(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")

    def pull(name: str) -> None:
        if name == "update_ticket":
            with desk.store.write() as connection:
                facts.put(connection, facts.PAUSED, value=True, now=0.0)

    desk.helpdesk.on_call = pull
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == []
    assert "paused" in desk.helpdesk.notes(1)[1]


def test_a_correcting_note_that_a_closed_ticket_refuses_is_no_failure(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def close(name: str) -> None:
        calls.append(name)
        if name == "read_ticket" and calls.count("update_ticket") == 1:
            desk.helpdesk.agent_sets_status(1, Status.CLOSED)

    desk.helpdesk.on_call = close
    assert desk.handle(1) == deliveries.DONE
    assert desk.ledger_kinds() == ["decided", "withheld", "applied"]


# -- failures -----------------------------------------------------------------------------------


def test_a_busy_helpdesk_is_waited_for(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [RetryLater("429", after_s=3) for _ in range(5)]
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_missing_permission_ends_on_the_list_of_failures(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [AskPerson("403") for _ in range(100)]
    assert desk.handle(1) == deliveries.FAILED
    assert "403" in desk.rows("delivery")[0]["error"]
    assert desk.ledger_kinds()[-1] == "failed"


def test_a_refused_note_ends_on_the_list_of_failures(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [Stop("422", kind=StopKind.INVALID)]
    assert desk.handle(1) == deliveries.FAILED
    assert desk.helpdesk.public_replies(1) == []


def test_a_refused_reply_gets_a_correcting_note(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def refuse_reply(name: str) -> None:
        if name == "update_ticket":
            calls.append(name)
            if len(calls) == 2:
                desk.helpdesk.before_write = [Stop("422", kind=StopKind.INVALID)]

    desk.helpdesk.on_call = refuse_reply
    assert desk.handle(1) == deliveries.FAILED
    desk.reconciler.sweep()
    assert "the helpdesk refused it" in desk.helpdesk.notes(1)[1]


def test_what_was_given_up_does_not_go_out_later_by_itself(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def busy_replies(name: str) -> None:
        if name == "update_ticket":
            calls.append(name)
            if len(calls) > 1:
                desk.helpdesk.before_write = [AskPerson("403")]

    desk.helpdesk.on_call = busy_replies
    assert desk.handle(1) == deliveries.FAILED
    desk.helpdesk.on_call = lambda _name: None
    desk.helpdesk.before_write = []
    desk.reconciler.sweep()
    desk.helpdesk.rule_tags(1, "auto")
    assert desk.handle(1) == deliveries.DONE
    assert desk.helpdesk.public_replies(1) == []
    assert len(desk.helpdesk.notes(1)) == 2


def test_a_stuck_reply_does_not_hold_up_a_later_complaint(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def lose_replies(name: str) -> None:
        if name == "update_ticket":
            calls.append(name)
            if len(calls) > 1 and "complaint" not in calls:
                desk.helpdesk.before_write = [unknown()]

    desk.helpdesk.on_call = lose_replies
    first = desk.arrive(1)
    for _ in range(3):
        desk.run(first)
        desk.clock.pass_time(40)
    calls.append("complaint")
    desk.helpdesk.customer_writes(1, "I make a complaint")
    assert desk.handle(1) == deliveries.DONE
    assert desk.helpdesk.tickets[1].group_id == desk.helpdesk.group_ids["Complaints"]
    assert desk.run_to_end(first) == deliveries.DONE
    assert desk.helpdesk.public_replies(1) == []


def test_a_reply_that_arrives_late_is_known_as_our_own(desk: Desk) -> None:
    """The answer got lost, the audits showed nothing yet, and then it stood there after all."""
    desk.helpdesk.customer_opens(1, "password")
    update_ticket, late = desk.helpdesk.update_ticket, []

    def lose_reply(update: TicketUpdate) -> Receipt:
        if update.comment.public and not late:
            late.append(update)
            raise unknown()
        return update_ticket(update)

    desk.helpdesk.update_ticket = lose_reply  # type: ignore[method-assign]
    delivery = desk.arrive(1)
    desk.run(delivery)
    reads: list[str] = []

    def arrive_at_last_look(name: str) -> None:
        reads.append(name)
        if reads == ["read_ticket", "read_audits", "read_ticket"]:
            update_ticket(late[0])

    desk.clock.pass_time(60)
    desk.helpdesk.on_call = arrive_at_last_look
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert len(desk.helpdesk.public_replies(1)) == 1
    assert len(desk.helpdesk.notes(1)) == 1


def test_a_run_that_slept_too_long_does_not_write_over_its_successor(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    first, other = desk.arrive(1), desk.worker("w-2")
    calls = []

    def sleep_before_reply(name: str) -> None:
        calls.append(name)
        if name == "update_ticket" and calls.count("update_ticket") == 2:
            desk.clock.pass_time(LEASE_S + 1)
            other.triage_ticket({"delivery": first})

    desk.helpdesk.on_call = sleep_before_reply
    desk.run(first)
    desk.helpdesk.on_call = lambda _name: None
    assert desk.run_to_end(first) == deliveries.DONE
    assert len(desk.helpdesk.public_replies(1)) == 1
    assert len(desk.helpdesk.notes(1)) == 1
    assert desk.ledger_kinds() == ["decided", "applied"]


def test_a_run_that_slept_before_its_note_supersedes_nothing(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    first, other = desk.arrive(1), desk.worker("w-2")
    calls = []

    def sleep_before_note(name: str) -> None:
        calls.append(name)
        if name == "update_ticket" and calls.count("update_ticket") == 1:
            desk.clock.pass_time(LEASE_S + 1)
            other.triage_ticket({"delivery": first})

    desk.helpdesk.on_call = sleep_before_note
    desk.run(first)
    desk.helpdesk.on_call = lambda _name: None
    assert desk.run_to_end(first) == deliveries.DONE
    assert len(desk.helpdesk.public_replies(1)) == 1
    assert len(desk.helpdesk.notes(1)) == 1


def test_the_brake_pulled_during_the_last_look_still_holds(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def pull(name: str) -> None:
        calls.append(name)
        if name == "read_audits" and calls.count("update_ticket") == 1:
            with desk.store.write() as connection:
                facts.put(connection, facts.PAUSED, value=True, now=0.0)

    desk.helpdesk.on_call = pull
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == []


def test_an_exhausted_reply_gets_a_correcting_note(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def lose_replies(name: str) -> None:
        if name == "update_ticket":
            calls.append(name)
            if len(calls) > 1:
                desk.helpdesk.before_write = [unknown()]

    desk.helpdesk.on_call = lose_replies
    assert desk.handle(1) == deliveries.FAILED
    desk.helpdesk.on_call = lambda _name: None
    desk.reconciler.sweep()
    assert desk.helpdesk.public_replies(1) == []
    assert "could not be delivered" in desk.helpdesk.notes(1)[1]


def test_a_fault_of_our_own_is_tried_again_and_then_seen(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")

    def break_down(_name: str) -> None:
        raise ZeroDivisionError

    desk.helpdesk.on_call = break_down
    assert desk.handle(1) == deliveries.FAILED
    assert "ZeroDivisionError" in desk.rows("delivery")[0]["error"]


def write_many(desk: Desk, text: str) -> list[str]:
    desk.helpdesk.customer_opens(1, "hello")
    states = []
    for _ in range(14):
        desk.helpdesk.customer_writes(1, text)
        delivery = desk.arrive(1)
        desk.run(delivery)
        states.append(desk.state(delivery))
        desk.clock.pass_time(2)
    return states


def test_too_many_writes_to_one_ticket_wait_for_the_fuse(desk: Desk) -> None:
    states = write_many(desk, "hello again")
    assert states.count(deliveries.STORED) >= 3
    assert len(desk.helpdesk.notes(1)) <= 11
    assert desk.run_to_end(desk.arrive(1)) == deliveries.DONE


def test_a_complaint_does_not_wait_for_the_fuse(desk: Desk) -> None:
    assert set(write_many(desk, "complaint")) == {deliveries.DONE}


def test_two_automatic_repliers_stop_after_one_reply_from_us(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    for turn in range(20):
        desk.handle(1)
        desk.helpdesk.customer_writes(1, f"automatic: your message {turn} on password arrived")
    assert len(desk.helpdesk.public_replies(1)) == 1
