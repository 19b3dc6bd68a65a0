"""What shall go wrong with the next calls of the Web API."""

import threading
from dataclasses import asdict, dataclass
from typing import Final

from connectors.slack.sandbox.config import Json

_COUNT_MAX = 10_000
_AFTER_MAX_S = 3600

KINDS: Final = (
    "limited",  # HTTP 429 with Retry-After; nothing is done
    "http_500",  # an HTML page; nothing is done
    "http_503",
    "drop",  # the connection is closed; nothing is done
    "silence",  # held, then closed; nothing is done
    "http_500_after",  # done, and the answer is an HTML page
    "drop_after",  # done, and the connection is closed
    "silence_after",  # done, then held and closed
    "unreadable_after",  # done, and the answer with status 200 is no JSON
    "refused",  # `{"ok": false, "error": …}` with the error given
)


class FaultError(ValueError):
    """A fault that makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next `count` calls of a method ("*": of any)."""

    method: str
    kind: str
    count: int = 1
    error: str = "invalid_auth"  # of kind `refused`
    after_s: int = 1  # of kind `limited`
    silence_s: float = 30.0


def read_fault(body: object) -> Fault:
    """A fault from JSON; raises FaultError."""
    if not isinstance(body, dict):
        raise FaultError("a fault must be a JSON object")
    for name in body.keys() - set(Fault.__dataclass_fields__):
        raise FaultError(f"unknown key: {str(name)[:40]}")
    for name in ("method", "kind"):
        if not isinstance(body.get(name), str):
            raise FaultError(f"{name} must be a string")
    if body["kind"] not in KINDS:
        raise FaultError(f"kind must be one of {', '.join(KINDS)}")
    if not isinstance(body.get("error", ""), str):
        raise FaultError("error must be a string")
    for name, high in (("count", _COUNT_MAX), ("after_s", _AFTER_MAX_S), ("silence_s", 600)):
        value = body.get(name, 1)
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = whole or (isinstance(value, float) and name == "silence_s")
        if not (fits and 0 <= value <= high):
            raise FaultError(f"{name} must be a number from 0 to {high}")
    return Fault(**body)


class FaultBox:
    """The faults that are still to happen. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[list[Fault]] = []

    def add(self, fault: Fault) -> None:
        """Let the next calls suffer; faults of one method happen in the order they were added."""
        with self._lock:
            self._waiting.append([fault] * fault.count)

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self._waiting.clear()

    def show(self) -> list[Json]:
        """What is still to happen."""
        with self._lock:
            rows = [rest for rest in self._waiting if rest]
            return [{**asdict(rest[0]), "count": len(rest)} for rest in rows]

    def next(self, method: str) -> Fault | None:
        """What happens to this call."""
        with self._lock:
            for rest in self._waiting:
                if rest and rest[0].method in {"*", method}:
                    return rest.pop()
            return None
