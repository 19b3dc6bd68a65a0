"""The list of failures and the way back."""

import pytest

from connectors.errors import AskPerson, RetryLater, Stop, StopKind
from integration.failures import Failures, NotAFailureError
from integration.store import deliveries
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import unknown


@pytest.fixture
def listing(desk: Desk) -> Failures:
    return Failures(desk.store, desk.clock)


def fail(desk: Desk, times: int = 100) -> int:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [AskPerson("403") for _ in range(times)]
    delivery = desk.arrive(1)
    desk.run_to_end(delivery)
    desk.helpdesk.before_write = []
    return delivery


def test_a_failure_is_listed_with_its_reason(desk: Desk, listing: Failures) -> None:
    delivery = fail(desk)
    (row,) = listing.listed()
    assert (row.id, row.ticket_id) == (delivery, 1)
    assert "403" in (row.error or "")


def test_a_retry_starts_afresh_and_ends_well(desk: Desk, listing: Failures) -> None:
    delivery = fail(desk)
    listing.retry(delivery)
    assert listing.listed() == []
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_what_was_refused_is_tried_again(desk: Desk, listing: Failures) -> None:
    desk.helpdesk.customer_opens(1, "password")
    desk.helpdesk.before_write = [Stop("422", kind=StopKind.INVALID)]
    delivery = desk.arrive(1)
    assert desk.run_to_end(delivery) == deliveries.FAILED
    listing.retry(delivery)
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert len(desk.helpdesk.notes(1)) == 1


def test_what_is_not_on_the_list_cant_be_retried(desk: Desk, listing: Failures) -> None:
    desk.helpdesk.customer_opens(1, "password")
    delivery = desk.arrive(1)
    with pytest.raises(NotAFailureError):
        listing.retry(delivery)
    with pytest.raises(NotAFailureError):
        listing.retry(999)


def test_an_unreadable_delivery_is_taken_off_the_list(desk: Desk, listing: Failures) -> None:
    delivery = desk.arrive(1)
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET ticket_id = NULL, state = 'unreadable'")
    listing.retry(delivery)
    assert listing.listed() == []
    assert desk.state(delivery) == deliveries.IGNORED


def test_a_retry_is_recorded(desk: Desk, listing: Failures) -> None:
    listing.retry(fail(desk))
    assert desk.ledger_kinds()[-2:] == ["failed", "retried"]


def test_a_reply_that_may_have_gone_out_is_looked_for_and_not_sent_again(
    desk: Desk, listing: Failures
) -> None:
    """It was applied, its answer got lost, and audits could not be read until it was given up."""
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def lose_reply_and_sight(name: str) -> None:
        calls.append(name)
        updates = calls.count("update_ticket")
        if name == "update_ticket" and updates == 2:
            desk.helpdesk.after_write = [unknown()]
        if name == "read_audits" and updates >= 2:
            raise RetryLater("busy", after_s=1)

    desk.helpdesk.on_call = lose_reply_and_sight
    delivery = desk.arrive(1)
    assert desk.run_to_end(delivery) == deliveries.FAILED
    desk.helpdesk.on_call = lambda _name: None
    listing.retry(delivery)
    assert desk.run_to_end(delivery) == deliveries.DONE
    assert len(desk.helpdesk.public_replies(1)) == 1
    assert len(desk.helpdesk.notes(1)) == 1
