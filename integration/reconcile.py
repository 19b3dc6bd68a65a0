"""The sweep: finds what webhooks, workers or people left behind.

Tickets whose webhook never came, work that was left lying, and tags that nobody decided on. It
reads the helpdesk's change feed from where the last sweep ended.

Deliveries do get lost: Zendesk lists invocations as "circuit broken", "throttled", "terminated"
and sends them no more (webhook invocations API).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import structlog

from connectors.errors import ConnectorError, Stop
from connectors.ports import Changed, ChangePage, Helpdesk
from integration import ledger
from integration.clock import Clock, iso
from integration.engine import Queue
from integration.recording import digest
from integration.settling import Later, Settling
from integration.store import Store, decisions, deliveries, facts
from integration.tasks import MAX_ATTEMPTS, TRIAGE, triage_key

_FIRST_LOOK_BACK = timedelta(hours=1)
_MAX_PAGES = 50
_LEFT_LYING_S = 120.0
_ENDED = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "SUCCESS"})
OWN_TAG_PREFIX = "deskclerk_"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What a sweep found."""

    checked: int
    left_lying: int
    foreign_tags: int
    corrections: int


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Sweeps one installation."""

    store: Store
    queue: Queue
    helpdesk: Helpdesk
    settling: Settling
    clock: Clock

    def sweep(self) -> Found:
        """One sweep. Raises ConnectorError when the helpdesk can't be read; the cursor stays."""
        left_lying = self._take_up_left_lying()
        checked = foreign = 0
        for page in self._pages():
            for changed in page.changed:
                checked += self._take_up(changed)
            foreign += self._report_foreign_tags(page)
            with self.store.write() as connection:
                facts.put(connection, facts.SWEEP_CURSOR, page.cursor, self.clock.now().timestamp())
        with self.store.write() as connection:
            now = self.clock.now().timestamp()
            facts.put(connection, facts.SWEPT, checked, now)
        corrections = self._write_corrections()
        found = Found(checked, left_lying, foreign, corrections)
        _log.info("sweep.done", found=checked, requeued=left_lying, count=foreign)
        return found

    def _pages(self) -> Iterator[ChangePage]:
        with self.store.read() as connection:
            cursor = facts.get(connection, facts.SWEEP_CURSOR)
        since: datetime | None = None if cursor else self.clock.now() - _FIRST_LOOK_BACK
        for _ in range(_MAX_PAGES):
            try:
                page = self.helpdesk.read_changes(since=since, cursor=cursor)
            except Stop:
                if cursor is None:
                    raise
                # A cursor of another account or an older store: begin again, a little earlier.
                _log.warning("sweep.cursor_refused")
                since, cursor = self._restart(), None
                continue
            yield page
            if page.end or not page.cursor:
                return
            since, cursor = None, page.cursor

    def _restart(self) -> datetime:
        with self.store.read() as connection:
            at = facts.get_at(connection, facts.SWEEP_CURSOR)
        known = self.clock.now() if at is None else datetime.fromtimestamp(at, UTC)
        return known - _FIRST_LOOK_BACK

    def _take_up(self, changed: Changed) -> bool:
        """Have a changed ticket read once more, unless a run that will read it waits already.

        That a delivery came lately proves nothing: it may have been another update's, and whole
        seconds don't tell which came first. One more read per change is cheap; a decision comes of
        it only when the newest message has none.
        """
        if changed.status in {"closed", "deleted"}:
            return False
        key = f"sweep:{changed.ticket_id}:{changed.updated_at.isoformat()}"
        with self.store.write() as connection:
            if deliveries.is_waiting(connection, changed.ticket_id):
                return False
            stored = deliveries.insert(
                connection,
                {
                    "key": key,
                    "source": "sweep",
                    "kind": "trigger",
                    "event_type": None,
                    "ticket_id": changed.ticket_id,
                    "body": None,
                    "body_digest": digest(key),
                    "received_at": self.clock.now().timestamp(),
                    "state": deliveries.STORED,
                },
            )
        return stored is not None

    def _report_foreign_tags(self, page: ChangePage) -> int:
        """Tags of ours on tickets without a decision: set by others, or a store was lost."""
        tagged = [
            changed.ticket_id
            for changed in page.changed
            if any(tag.startswith(OWN_TAG_PREFIX) for tag in changed.tags)
        ]
        if not tagged:
            return 0
        now = self.clock.now()
        with self.store.read() as connection:
            known = decisions.known_tickets(connection, tagged)
        unknown = sorted(set(tagged) - known)
        if unknown:
            with self.store.write() as connection:
                entries = [ledger.Entry("tag_without_decision", {}, ticket) for ticket in unknown]
                ledger.append(connection, iso(now), entries)
                alarm = {"why": "tag_without_decision", "tickets": unknown[:20]}
                facts.put(connection, facts.ALARM, alarm, now.timestamp())
            _log.warning("sweep.tag_without_decision", count=len(unknown))
        return len(unknown)

    def _take_up_left_lying(self) -> int:
        """Deliveries whose task ended without an end of their own get a task again."""
        before = self.clock.now().timestamp() - _LEFT_LYING_S
        with self.store.read() as connection:
            lying = deliveries.unfinished(connection, before=before, limit=1000)
        keys = {row.id: triage_key(row.id, row.round, row.attempts) for row in lying}
        states = self.queue.states(list(keys.values()))
        count = 0
        for row in lying:
            state = states.get(keys[row.id])
            if state is not None and state not in _ENDED:
                continue
            with self.store.write() as connection:
                current = deliveries.get(connection, row.id)
                if current is None or current != row:
                    continue
                attempts = row.attempts + 1
                if attempts >= MAX_ATTEMPTS:
                    self._give_up(connection, row)
                    continue
                deliveries.count_attempt(connection, row.id, attempts, "left lying")
                self.queue.put(
                    connection,
                    task=TRIAGE,
                    key=triage_key(row.id, row.round, attempts),
                    lane=deliveries.lane_of(row),
                    argument={"delivery": row.id},
                )
            count += 1
        return count

    def _give_up(self, connection: sa.Connection, row: deliveries.DeliveryRow) -> None:
        now = self.clock.now()
        why = "its task ended again and again without an end of its own"
        entry = ledger.Entry("failed", {"delivery": row.id, "why": why}, row.ticket_id)
        ledger.append(connection, iso(now), [entry])
        deliveries.finish(connection, row.id, deliveries.FAILED, now=now.timestamp(), error=why)

    def _write_corrections(self) -> int:
        """Correcting notes that could not be written when their delivery was given up."""
        with self.store.read() as connection:
            waiting = decisions.waiting_corrections(connection, limit=50)
        written = 0
        for row in waiting:
            try:
                written += self.settling.correct(row)
            except (ConnectorError, Later) as error:
                _log.info("sweep.correction_waits", ticket=row.ticket_id,
                          error=type(error).__name__)  # fmt: skip
        return written
