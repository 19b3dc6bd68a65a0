"""What comes after a run: the next attempt, or the list; and a store that goes away meanwhile."""

import pytest

from connectors.errors import OutcomeUnknown, ReadAgain, RetryLater
from integration.effects import LEASE_S
from integration.store import StoreUnavailable, deliveries
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import unknown


def test_a_store_that_goes_away_for_a_while_is_waited_for(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    missing = [StoreUnavailable("down"), StoreUnavailable("down")]
    read = desk.helpdesk.read_ticket

    def read_or_fail(ticket_id: int) -> object:
        if missing:
            raise missing.pop()
        return read(ticket_id)

    desk.helpdesk.read_ticket = read_or_fail  # type: ignore[method-assign,assignment]
    desk.run(delivery)
    assert desk.state(delivery) == deliveries.DONE


def test_a_store_that_stays_away_ends_the_task_and_keeps_the_delivery(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)

    def fail(_ticket_id: int) -> object:
        raise StoreUnavailable("down")

    desk.helpdesk.read_ticket = fail  # type: ignore[method-assign,assignment]
    with pytest.raises(StoreUnavailable):
        desk.run(delivery)
    assert desk.state(delivery) == deliveries.STORED


def test_a_reply_on_a_ticket_that_never_holds_still_waits_without_a_second_note(
    desk: Desk,
) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def keep_changing(name: str) -> None:
        calls.append(name)
        if name == "update_ticket" and calls.count("update_ticket") > 1:
            desk.helpdesk.before_write = [ReadAgain("changed")]

    desk.helpdesk.on_call = keep_changing
    delivery = desk.arrive(1)
    desk.run(delivery)
    assert desk.state(delivery) == deliveries.STORED
    desk.helpdesk.on_call = lambda _name: None
    desk.helpdesk.before_write = []
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_a_correcting_note_on_a_busy_ticket_is_written_in_the_end(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def agent_then_changes(name: str) -> None:
        calls.append(name)
        updates = calls.count("update_ticket")
        if name == "read_ticket" and updates == 1 and "acted" not in calls:
            calls.append("acted")
            desk.helpdesk.agent_comments(1, public=True)
        if name == "update_ticket" and updates == 2:
            desk.helpdesk.before_write = [ReadAgain("changed")]

    desk.helpdesk.on_call = agent_then_changes
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 2


def test_a_late_first_try_is_recognised_when_the_second_is_refused(desk: Desk) -> None:
    """The first try is applied only after it was looked for; then the stamps differ."""
    desk.helpdesk.customer_opens(1, "nothing we know")
    late: list[object] = []
    update_ticket = desk.helpdesk.update_ticket
    read_audits = desk.helpdesk.read_audits
    looks: list[int] = []

    def lose_first(update: object) -> object:
        if not late:
            late.append(update)
            raise OutcomeUnknown("no answer")
        return update_ticket(update)  # type: ignore[arg-type]

    def arrive_after_third_look(ticket_id: int) -> object:
        seen = read_audits(ticket_id)
        looks.append(1)
        if len(looks) == 2:
            update_ticket(late[0])  # type: ignore[arg-type]
        return seen

    desk.helpdesk.update_ticket = lose_first  # type: ignore[method-assign,assignment]
    desk.helpdesk.read_audits = arrive_after_third_look  # type: ignore[method-assign,assignment]
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1
    assert desk.ledger_kinds() == ["decided", "applied"]


def test_a_write_held_by_another_live_worker_is_left_to_it(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    desk.helpdesk.before_write = [RetryLater("busy", after_s=1)]
    desk.run(delivery)
    with desk.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE effect SET state = 'sending', owner = 'w-2', lease_until = ?",
            (desk.clock.now().timestamp() + LEASE_S,),
        )
    desk.run(delivery)
    assert desk.helpdesk.notes(1) == []
    desk.clock.pass_time(LEASE_S + 1)
    desk.run(delivery)
    assert len(desk.helpdesk.notes(1)) == 1


def test_a_decision_that_another_worker_recorded_meanwhile_stands(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    first, second = desk.arrive(1), desk.arrive(1)
    other = desk.worker("w-2")
    judge = desk.runs.triage.judge
    decide, calls = judge.decide, []

    def slow_decide(*arguments: object) -> object:
        if not calls:
            calls.append(1)
            other.triage_ticket({"delivery": second})
        return decide(*arguments)  # type: ignore[arg-type]

    judge.decide = slow_decide  # type: ignore[method-assign,assignment]
    desk.run_to_end(first)
    assert len(desk.helpdesk.notes(1)) == 1
    assert desk.ledger_kinds().count("decided") == 1


def test_a_correction_that_was_lost_on_the_way_is_found(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def agent_first(name: str) -> None:
        calls.append(name)
        if name == "read_ticket" and calls.count("update_ticket") == 1 and "acted" not in calls:
            calls.append("acted")
            desk.helpdesk.agent_comments(1, public=True)
        if name == "update_ticket" and calls.count("update_ticket") == 2:
            desk.helpdesk.after_write = [unknown()]

    desk.helpdesk.on_call = agent_first
    assert desk.handle(1) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 2


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (deliveries.SLACK, "Slack is not connected"),
        (deliveries.CONSOLE, "this worker does nothing for the console"),
    ],
)
def test_a_worker_that_lacks_a_part_says_which(desk: Desk, source: str, why: str) -> None:
    delivery = desk.arrive(1)
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET source = ?", (source,))
    desk.run(delivery)
    with desk.store.read() as connection:
        row = deliveries.get(connection, delivery)
    assert row is not None
    assert (row.state, row.attempts) == (deliveries.STORED, 1)
    assert (row.error or "").startswith(why)
