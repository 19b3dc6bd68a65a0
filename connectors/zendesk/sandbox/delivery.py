"""Sends webhooks: signed at the moment of sending, tried again, and broken off, as Zendesk does.

https://developer.zendesk.com/api-reference/webhooks/introduction/
"""

import heapq
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.zendesk.sandbox.breaker import Circuits
from connectors.zendesk.sandbox.config import HookAnswer, Json, Transport
from connectors.zendesk.sandbox.faults import FaultBox
from connectors.zendesk.sandbox.signing import credential_headers, signed_headers
from connectors.zendesk.sandbox.world import World

_INVOCATIONS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery."""

    id: str
    completed_at: datetime
    request_headers: Mapping[str, str]
    answer: HookAnswer


@dataclass(frozen=True, slots=True)
class Invocation:
    """One message to a webhook; its id stays the same over all tries."""

    id: str
    webhook_id: str
    ticket_id: int | None
    body: bytes
    created_at: datetime
    status: str = "pending"
    status_code: int = 0
    completed_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()


class Dispatcher:
    """Queue and senders of all webhooks. Thread-safe."""

    def __init__(self, world: World, faults: FaultBox, transport: Transport) -> None:
        self._world = world
        self._faults = faults
        self._transport = transport
        self._ready = threading.Condition()
        self._queue: list[tuple[datetime, int, str]] = []
        self._places = 0
        self._busy = 0
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._circuits = Circuits(world.config.breaker)
        self.invocations: dict[str, Invocation] = {}

    def send(self, webhook_id: str, body: bytes, ticket_id: int | None) -> None:
        """Queue a message for an active webhook."""
        webhook = self._world.webhooks.get(webhook_id)
        if webhook is None or webhook["status"] != "active":
            return
        fault = self._faults.for_webhook()
        if fault.lost:
            self._world.note("webhook.lost", ticket_id, "fault")
            return
        now = self._world.now()
        first = Invocation(self._world.new_ulid(), webhook_id, ticket_id, body, now)
        due = now + timedelta(seconds=fault.delay_s)
        self._put(first, due)
        for _ in range(fault.copies):
            new_id = self._world.new_ulid() if fault.new_ids else first.id
            self._put(replace(first, id=new_id), due)

    def _put(self, invocation: Invocation, due: datetime) -> None:
        with self._ready:
            self.invocations.setdefault(invocation.id, invocation)
            if len(self.invocations) > _INVOCATIONS_KEPT:
                del self.invocations[next(iter(self.invocations))]
            self._push(invocation.id, due)

    def _push(self, invocation_id: str, due: datetime) -> None:
        self._places += 1
        heapq.heappush(self._queue, (due, self._places, invocation_id))
        while len(self._threads) < self._world.config.delivery_threads and not self._closed:
            thread = threading.Thread(target=self._run, daemon=True, name="sandbox-webhooks")
            self._threads.append(thread)
            thread.start()
        self._ready.notify()

    def pending(self) -> int:
        """How many deliveries are queued or under way."""
        with self._ready:
            return len(self._queue) + self._busy

    def deliver_due(self) -> int:
        """Send what is due now, in this thread; how many were tried."""
        count = 0
        while True:
            with self._ready:
                if not self._queue or self._queue[0][0] > self._world.now():
                    return count
                _, _, key = heapq.heappop(self._queue)
                self._busy += 1
            self._attempt(key)
            count += 1

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._closed:
                    wait_s = None
                    if self._queue:
                        wait_s = (self._queue[0][0] - self._world.now()).total_seconds()
                        if wait_s <= 0:
                            break
                    self._ready.wait(wait_s)
                if self._closed:
                    return
                _, _, key = heapq.heappop(self._queue)
                self._busy += 1
            self._attempt(key)

    def _attempt(self, key: str) -> None:
        try:
            with self._ready:
                invocation = self.invocations.get(key)
                admitted = invocation is not None and self._circuits.admits(
                    invocation.webhook_id, self._world.now()
                )
            if invocation is None:
                return
            webhook = self._world.webhooks.get(invocation.webhook_id)
            if webhook is None:
                self._close(invocation, "terminated")
            elif not admitted:
                self._close(invocation, "circuit broken")
            else:
                self._finish(invocation, self._try(invocation, webhook))
        finally:
            with self._ready:
                self._busy -= 1

    def _try(self, invocation: Invocation, webhook: Json) -> Attempt:
        world = self._world
        ids = {
            "account": str(world.config.account_id),
            "webhook": invocation.webhook_id,
            "invocation": invocation.id,
        }
        with world.lock:
            attempt_id = world.new_ulid()
            secret = world.webhook_secrets[invocation.webhook_id]
        headers = credential_headers(webhook) | signed_headers(
            secret, invocation.body, world.now(), ids
        )
        answer = self._transport(
            webhook["http_method"], webhook["endpoint"], headers, invocation.body
        )
        return Attempt(attempt_id, world.now(), headers, answer)

    def _retry_delay(self, attempts: tuple[Attempt, ...]) -> float | None:
        """Seconds until the next try, or None: no more."""
        retries = self._world.config.retries
        last = attempts[-1].answer
        if last.timed_out:
            again = sum(item.answer.timed_out for item in attempts) <= retries.timeout
            return retries.pause_s if again else None
        same = sum(item.answer.status == last.status for item in attempts)
        if last.status == 409:  # noqa: PLR2004 - Conflict
            return retries.pause_s if same <= retries.conflict else None
        if last.status in {429, 503}:
            after = {key.lower(): value for key, value in last.headers.items()}.get(
                "retry-after", ""
            )
            short = after.isascii() and after.isdigit() and len(after) < 6  # noqa: PLR2004 - digits
            if short and int(after) < retries.retry_after_below_s and same <= retries.busy:
                return float(after)
        return None

    def _finish(self, tried: Invocation, attempt: Attempt) -> None:
        key = tried.id
        answer = attempt.answer
        good = 200 <= answer.status < 300  # noqa: PLR2004 - the success range
        with self._ready:
            invocation = self.invocations.get(key, tried)
            broke = self._circuits.record(invocation.webhook_id, attempt.completed_at, good=good)
            invocation = replace(
                invocation,
                attempts=(*invocation.attempts, attempt),
                status_code=answer.status,
                completed_at=attempt.completed_at,
                status="success" if good else "failed",
            )
            delay_s = None if good else self._retry_delay(invocation.attempts)
            if delay_s is not None:
                invocation = replace(invocation, status="pending")
                self._push(key, attempt.completed_at + timedelta(seconds=delay_s))
            self.invocations[key] = invocation
        said = "time-out" if answer.timed_out else str(answer.status or "no connection")
        kind = {"success": "delivered", "failed": "failed"}.get(invocation.status, "retried")
        with self._world.lock:
            self._world.note(f"webhook.{kind}", invocation.ticket_id, f"answer: {said}")
            if broke:
                self._world.note("webhook.circuit_broken", None, invocation.webhook_id)

    def _close(self, invocation: Invocation, status: str) -> None:
        with self._ready:
            self.invocations[invocation.id] = replace(
                invocation, status=status, completed_at=self._world.now()
            )
        with self._world.lock:
            self._world.note(f"webhook.{status.replace(' ', '_')}", invocation.ticket_id, "")

    def close(self) -> None:
        """Stop sending; waits for deliveries under way."""
        with self._ready:
            self._closed = True
            self._queue.clear()
            self._ready.notify_all()
        for thread in self._threads:
            thread.join(self._world.config.webhook_timeout_s + 1)
