"""The list of failures: what a person must look at, and the way back."""

from dataclasses import dataclass

from integration import ledger
from integration.clock import Clock, iso
from integration.store import Store, decisions, deliveries, lock_head


class NotAFailureError(Exception):
    """The delivery named is not on the list."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Lists and retries."""

    store: Store
    clock: Clock

    def listed(self) -> list[deliveries.DeliveryRow]:
        """What waits for a person, oldest first."""
        with self.store.read() as connection:
            return list(deliveries.failures(connection))

    def retry(self, delivery_id: int) -> None:
        """Start a delivery afresh. Raises NotAFailureError when it is not on the list.

        A delivery of the helpdesk without a ticket id (its body could not be read) can't be run
        again: the ticket is found by reconciliation, so the entry is taken off the list instead.
        """
        now = self.clock.now()
        with self.store.write() as connection:
            lock_head(connection)
            row = deliveries.get(connection, delivery_id)
            if row is None or row.state not in {deliveries.FAILED, deliveries.UNREADABLE}:
                raise NotAFailureError(
                    f"delivery {delivery_id} is not on the list of failures; see "
                    "`deskclerk failures list`"
                )
            entry = ledger.Entry("retried", {"delivery": row.id}, row.ticket_id)
            ledger.append(connection, iso(now), [entry])
            if row.ticket_id is None and row.source not in deliveries.PEOPLE:
                deliveries.finish(
                    connection, row.id, deliveries.IGNORED, now=now.timestamp(), error=row.error
                )
                return
            for failed in decisions.failed_for_ticket(connection, row.ticket_id or 0):
                decisions.reopen(connection, failed.id, now.timestamp())
            deliveries.reopen(connection, row.id)
