"""Rate limits and the headers that speak of them.

https://developer.zendesk.com/api-reference/introduction/rate-limits/ : headers are sent with
every answer; a 429 carries `Retry-After` in seconds.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from connectors.zendesk.sandbox.errors import ApiError, too_many_requests
from connectors.zendesk.sandbox.world import World

_TEN_MINUTES_S = 600


@dataclass(frozen=True, slots=True)
class _Window:
    started: datetime
    used: int


class RateLimits:
    """Fixed windows that start with their first call. Call it under the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: dict[tuple[object, ...], _Window] = {}

    def _take(self, key: tuple[object, ...], limit: int, window_s: int) -> tuple[int, int]:
        """Use one call up: (calls left or -1 when none was, seconds until the window ends)."""
        now = self._world.now()
        window = self._windows.get(key)
        age = (now - window.started).total_seconds() if window is not None else 0.0
        if window is None or not 0 <= age < window_s:
            window, age = _Window(now, 0), 0.0
        resets = max(1, math.ceil(window_s - age))
        if window.used >= limit:
            return -1, resets
        self._windows[key] = _Window(window.started, window.used + 1)
        return limit - window.used - 1, resets

    def account(self) -> dict[str, str]:
        """Count one call of the account; the headers to send, or 429."""
        limit = self._world.config.limits.account_per_minute
        if limit is None:
            return {}
        left, resets = self._take(("account",), limit, 60)
        headers = {
            "X-Rate-Limit": str(limit),
            "X-Rate-Limit-Remaining": str(max(left, 0)),
            "ratelimit-limit": str(limit),
            "ratelimit-remaining": str(max(left, 0)),
            "ratelimit-reset": str(resets),
        }
        if left < 0:
            raise self._exceeded(resets, headers)
        return headers

    def ticket_update(self, user_id: int, ticket_id: int) -> dict[str, str]:
        """Count one update of a ticket by a user; the headers to send, or 429."""
        limits = self._world.config.limits
        headers: dict[str, str] = {}
        bounds = (
            (("update", user_id, ticket_id), limits.ticket_updates_per_10_minutes, _TEN_MINUTES_S),
            (("updates",), limits.updates_per_minute, 60),
        )
        for key, limit, window_s in bounds:
            if limit is None:
                continue
            left, resets = self._take(key, limit, window_s)
            text = f"total={limit}; remaining={max(left, 0)}; resets={resets}"
            headers.setdefault("zendesk-ratelimit-tickets-update", text)
            if left < 0:
                raise self._exceeded(resets, {"zendesk-ratelimit-tickets-update": text})
        return headers

    def export(self) -> dict[str, str]:
        """Count one incremental export; the headers to send, or 429."""
        limit = self._world.config.limits.exports_per_minute
        if limit is None:
            return {}
        left, resets = self._take(("export",), limit, 60)
        text = f"total={limit}; remaining={max(left, 0)}; resets={resets}"
        headers = {"zendesk-ratelimit-incremental-exports": text}
        if left < 0:
            raise self._exceeded(resets, headers)
        return headers

    def _exceeded(self, retry_after_s: int, headers: dict[str, str]) -> ApiError:
        self._world.note("rate.limited", None, f"retry after {retry_after_s} s")
        error = too_many_requests(retry_after_s)
        error.headers.update(headers)
        return error
