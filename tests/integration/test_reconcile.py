"""The sweep: what webhooks, workers or people left behind."""

from typing import Any

import pytest

from connectors.errors import RetryLater, Stop, StopKind
from integration.store import deliveries, facts
from rules.model import Status
from tests.fakes.desk import Desk


def test_a_ticket_whose_webhook_never_came_is_found_and_decided(any_desk: Desk) -> None:
    any_desk.helpdesk.customer_opens(1, "password")
    any_desk.clock.pass_time(120)
    assert any_desk.reconciler.sweep().checked == 1
    (row,) = any_desk.rows("delivery")
    assert row["source"] == "sweep"
    assert any_desk.run_to_end(row["id"]) == deliveries.DONE
    assert len(any_desk.helpdesk.notes(1)) == 1


def test_a_message_lost_behind_our_own_update_is_found(desk: Desk) -> None:
    """The customer writes, that webhook is lost, and our own write moves the stamp on."""
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def customer_writes(name: str) -> None:
        calls.append(name)
        if calls.count("update_ticket") == 1 and "wrote" not in calls:
            calls.append("wrote")
            desk.helpdesk.customer_writes(1, "complaint")

    desk.helpdesk.on_call = customer_writes
    desk.handle(1)
    desk.clock.pass_time(120)
    desk.reconciler.sweep()
    sweep = [row["id"] for row in desk.rows("delivery") if row["source"] == "sweep"]
    desk.run_to_end(sweep[0])
    assert "escalate" in [row["outcome"] for row in desk.rows("decision")]


def test_a_ticket_that_waits_for_a_run_is_not_taken_up_twice(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.arrive(1)
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().checked == 0


def test_what_a_sweep_had_to_find_is_no_sign_of_life_of_the_webhook(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().checked == 1
    with desk.store.read() as connection:
        assert deliveries.newest_at(connection) is None
        assert deliveries.waiting(connection) == 1


@pytest.mark.parametrize("source", deliveries.PEOPLE)
def test_what_a_person_wants_of_a_ticket_is_no_run_that_reads_it(desk: Desk, source: str) -> None:
    desk.helpdesk.customer_opens(1, "password")
    wish = {"key": "w", "source": source, "kind": "act", "event_type": None, "ticket_id": 1}
    stored = {"body": b"{}", "body_digest": "", "received_at": 0.0, "state": deliveries.STORED}
    with desk.store.write() as connection:
        assert deliveries.insert(connection, wish | stored) is not None
        assert deliveries.newest_at(connection) is None
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().checked == 1


def test_one_change_is_taken_up_once(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.clock.pass_time(120)
    desk.reconciler.sweep()
    with desk.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM fact")
        connection.exec_driver_sql("UPDATE delivery SET state = 'done'")
    assert desk.reconciler.sweep().checked == 0


def test_the_next_sweep_goes_on_where_the_last_one_ended(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.clock.pass_time(120)
    desk.reconciler.sweep()
    desk.helpdesk.customer_opens(2, "password", requester_id=2)
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().checked == 1


def test_a_feed_that_cant_be_read_leaves_the_cursor(desk: Desk) -> None:
    def busy(**_options: object) -> None:
        raise RetryLater("busy", after_s=1)

    desk.helpdesk.read_changes = busy  # type: ignore[method-assign,assignment]
    with pytest.raises(RetryLater):
        desk.reconciler.sweep()
    with desk.store.read() as connection:
        assert facts.get(connection, facts.SWEEP_CURSOR) is None


def test_our_tag_on_a_ticket_without_a_decision_raises_an_alarm(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello", tags=frozenset({"deskclerk_reply"}))
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().foreign_tags == 1
    assert "tag_without_decision" in desk.ledger_kinds()
    with desk.store.read() as connection:
        assert facts.get(connection, facts.ALARM)["tickets"] == [1]


def test_our_tag_on_a_ticket_with_a_decision_is_as_it_should_be(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.handle(1)
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().foreign_tags == 0


def test_a_delivery_whose_task_was_lost_gets_a_new_one(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    with desk.store.write() as connection:  # dispatched, and then its task is gone
        connection.exec_driver_sql("UPDATE delivery SET dispatched = true")
    desk.clock.pass_time(200)
    assert desk.reconciler.sweep().left_lying == 1
    queue = desk.runs.queue
    assert queue.states([f"delivery-{delivery}.0.1"]) == {f"delivery-{delivery}.0.1": "ENQUEUED"}
    assert desk.reconciler.sweep().left_lying == 0


def test_closed_tickets_are_left_alone(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password", status=Status.CLOSED)
    desk.clock.pass_time(120)
    assert desk.reconciler.sweep().checked == 0


def test_a_correction_that_still_cant_be_written_waits_for_the_next_sweep(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def refuse_reply(name: str) -> None:
        if name == "update_ticket":
            calls.append(name)
            if len(calls) == 2:
                desk.helpdesk.before_write = [Stop("422", kind=StopKind.INVALID)]
            if len(calls) == 3:
                desk.helpdesk.before_write = [RetryLater("busy", after_s=1)]

    desk.helpdesk.on_call = refuse_reply
    desk.handle(1)
    assert desk.reconciler.sweep().corrections == 0
    desk.clock.pass_time(60)
    assert desk.reconciler.sweep().corrections == 1
    assert desk.reconciler.sweep().corrections == 0
    assert len(desk.helpdesk.notes(1)) == 2


def test_a_cursor_that_is_refused_starts_the_feed_anew(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.clock.pass_time(120)
    with desk.store.write() as connection:
        facts.put(
            connection, facts.SWEEP_CURSOR, "of-another-account", desk.clock.now().timestamp()
        )
    read = desk.helpdesk.read_changes

    def refuse(**options: Any) -> Any:
        if options["cursor"] == "of-another-account":
            raise Stop("bad cursor", kind=StopKind.INVALID)
        return read(**options)

    desk.helpdesk.read_changes = refuse  # type: ignore[method-assign]
    assert desk.reconciler.sweep().checked == 1
    with desk.store.read() as connection:
        assert facts.get_at(connection, facts.SWEPT) == desk.clock.now().timestamp()


def test_a_feed_that_is_refused_altogether_is_said(desk: Desk) -> None:
    def refuse(**_options: Any) -> Any:
        raise Stop("no feed", kind=StopKind.INVALID)

    desk.helpdesk.read_changes = refuse  # type: ignore[method-assign]
    with pytest.raises(Stop):
        desk.reconciler.sweep()


def test_what_is_left_lying_again_and_again_is_put_on_the_list(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET dispatched = true, attempts = 39")
    desk.clock.pass_time(200)
    desk.reconciler.sweep()
    assert desk.state(delivery) == deliveries.FAILED
