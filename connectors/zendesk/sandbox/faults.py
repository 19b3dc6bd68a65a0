"""Switches for everything that can go wrong between a client and a helpdesk."""

import random
import threading
from dataclasses import asdict, dataclass, fields
from typing import Final

from connectors.zendesk.sandbox.config import Json

_PROBABILITIES: Final = (
    "drop_before", "drop_after", "silence_before", "silence_after", "rate_limited",
    "server_error", "server_error_after", "lose_webhooks",
)  # fmt: skip
_ONLY: Final = ("all", "reads", "writes")
_SERVER_ERRORS: Final = (500, 502, 503, 504)


class FaultError(ValueError):
    """A fault setting that makes no sense; the message says which."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What shall go wrong. Probabilities are from 0 to 1, times in seconds.

    "before" means: nothing was done; "after": the call was carried out, and its answer is lost.
    "drop" closes the connection, "silence" holds it for `silence_s` and then closes it.
    """

    latency_s: float = 0.0
    drop_before: float = 0.0
    drop_after: float = 0.0
    silence_before: float = 0.0
    silence_after: float = 0.0
    silence_s: float = 30.0
    rate_limited: float = 0.0
    retry_after_s: int = 1
    server_error: float = 0.0
    server_error_after: float = 0.0
    server_status: int = 0  # 0: one of 500, 502, 503, 504 by chance
    duplicate_webhooks: int = 0  # this many more copies of each delivery
    duplicate_new_ids: bool = False  # copies with invocation ids of their own
    reorder_webhooks: float = 0.0  # each delivery is held back for up to this long
    lose_webhooks: float = 0.0
    only: str = "all"  # calls: all, reads or writes
    path: str = ""  # calls: only paths that contain this
    count: int | None = None  # this many faults and no more; None: no end
    seed: int = 1


@dataclass(frozen=True, slots=True)
class CallFault:
    """What happens to one call: `before` and `after` are "", drop, silence, limited or error."""

    latency_s: float = 0.0
    before: str = ""
    after: str = ""
    status: int = 500
    retry_after_s: int = 1
    silence_s: float = 0.0


@dataclass(frozen=True, slots=True)
class HookFault:
    """What happens to one webhook delivery."""

    lost: bool = False
    copies: int = 0
    new_ids: bool = False
    delay_s: float = 0.0


def read_faults(body: object) -> Faults:
    """Fault settings from JSON; raises `FaultError` for unknown names and bad values."""
    if not isinstance(body, dict):
        raise FaultError("faults must be a JSON object")
    kinds = {item.name: item.type for item in fields(Faults)}
    values: Json = {}
    for name, value in body.items():
        if name not in kinds:
            raise FaultError(f"unknown fault: {str(name)[:40]}")
        values[name] = _read_value(name, str(kinds[name]), value)
    return Faults(**values)


def _read_value(name: str, kind: str, value: object) -> object:
    if "str" in kind:
        good = isinstance(value, str) and (name != "only" or value in _ONLY)
    elif "bool" in kind:
        good = isinstance(value, bool)
    elif name == "count" and value is None:
        good = True
    else:
        whole = isinstance(value, int) and not isinstance(value, bool)
        number = whole or (isinstance(value, float) and "float" in kind)
        good = number and 0 <= float(str(value)) <= (1 if name in _PROBABILITIES else 10**6)
    if name == "server_status":
        good = good and (value == 0 or value in range(500, 600))
    if not good:
        raise FaultError(f"bad value for {name}")
    return value


class FaultBox:
    """The switches as they stand. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.set(Faults())

    def set(self, faults: Faults) -> None:
        """Replace all switches; starts the chances anew from `seed`."""
        with self._lock:
            self._faults = faults
            self._left = faults.count
            self._hit = 0
            self._random = random.Random(faults.seed)  # noqa: S311 - repeatable faults
            self._idle = faults == Faults(seed=faults.seed)

    def show(self) -> Json:
        """The switches, and how many faults they caused so far."""
        with self._lock:
            return {**asdict(self._faults), "caused": self._hit}

    def _chance(self, probability: float) -> bool:
        if probability <= 0 or self._left == 0 or self._random.random() >= probability:
            return False
        self._spend()
        return True

    def _spend(self) -> None:
        self._hit += 1
        if self._left is not None:
            self._left -= 1

    def for_call(self, *, write: bool, path: str) -> CallFault:
        """What happens to an API call."""
        if self._idle:
            return CallFault()
        with self._lock:
            faults = self._faults
            aimed = faults.only == "all" or (faults.only == "writes") == write
            if not aimed or faults.path not in path:
                return CallFault()
            before, after = "", ""
            for name, kind in (
                ("drop_before", "drop"),
                ("silence_before", "silence"),
                ("rate_limited", "limited"),
                ("server_error", "error"),
            ):
                before = before or (kind if self._chance(getattr(faults, name)) else "")
            for name, kind in (
                ("drop_after", "drop"),
                ("silence_after", "silence"),
                ("server_error_after", "error"),
            ):
                done = before or after
                after = after or (kind if not done and self._chance(getattr(faults, name)) else "")
            status = faults.server_status or self._random.choice(_SERVER_ERRORS)
            return CallFault(
                faults.latency_s, before, after, status, faults.retry_after_s, faults.silence_s
            )

    def for_webhook(self) -> HookFault:
        """What happens to a webhook delivery."""
        if self._idle:
            return HookFault()
        with self._lock:
            faults = self._faults
            if self._chance(faults.lose_webhooks):
                return HookFault(lost=True)
            copies, delay = 0, 0.0
            if faults.duplicate_webhooks and self._left != 0:
                copies = faults.duplicate_webhooks
                self._spend()
            if faults.reorder_webhooks and self._left != 0:
                delay = self._random.uniform(0.0, faults.reorder_webhooks)
                self._spend()
            return HookFault(copies=copies, new_ids=faults.duplicate_new_ids, delay_s=delay)
