"""The circuit breaker of webhook deliveries: stops them for a while when most of them fail."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.zendesk.sandbox.config import Breaker


@dataclass(slots=True)
class _Circuit:
    """The last minutes of one webhook."""

    recent: deque[tuple[datetime, bool]] = field(default_factory=deque)
    errors: int = 0  # among `recent`
    open_until: datetime | None = None
    probing: bool = False

    def clear(self) -> None:
        self.recent.clear()
        self.errors = 0


class Circuits:
    """The circuit breakers, one a webhook. Call it under the dispatcher's lock."""

    def __init__(self, settings: Breaker) -> None:
        self._settings = settings
        self._circuits: dict[str, _Circuit] = {}

    def admits(self, webhook_id: str, now: datetime) -> bool:
        """Whether a delivery may be tried; after the pause a single probe may."""
        circuit = self._circuits.setdefault(webhook_id, _Circuit())
        if circuit.open_until is None:
            return True
        if now < circuit.open_until or circuit.probing:
            return False
        circuit.probing = True
        return True

    def record(self, webhook_id: str, now: datetime, *, good: bool) -> bool:
        """Count an answer; True if the circuit broke by it."""
        circuit = self._circuits.setdefault(webhook_id, _Circuit())
        if circuit.probing:
            circuit.probing = False
            circuit.open_until = None if good else now + timedelta(seconds=self._settings.pause_s)
            circuit.clear()
            return not good
        circuit.recent.append((now, good))
        circuit.errors += not good
        oldest = now - timedelta(seconds=self._settings.window_s)
        while circuit.recent and circuit.recent[0][0] < oldest:
            circuit.errors -= not circuit.recent.popleft()[1]
        total = len(circuit.recent)
        broken = circuit.errors > self._settings.max_errors or (
            total >= self._settings.min_sample
            and circuit.errors > self._settings.error_share * total
        )
        if broken and circuit.open_until is None:
            circuit.open_until = now + timedelta(seconds=self._settings.pause_s)
            circuit.clear()
            return True
        return False
