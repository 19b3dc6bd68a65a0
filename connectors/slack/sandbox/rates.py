"""How fast messages may come to a channel, and who was too fast.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
from dataclasses import dataclass
from datetime import datetime

from connectors.slack.sandbox.errors import RateLimitedError
from connectors.slack.sandbox.world import World


@dataclass(frozen=True, slots=True)
class _Bucket:
    left: float
    at: datetime


class PostRates:
    """A bucket for each channel, filled at a steady rate. Call it under the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets: dict[str, _Bucket] = {}
        self._blocked: dict[str, datetime] = {}
        self.refused = 0  # calls that came too fast
        self.ignored = 0  # calls that came although Retry-After had said to wait

    def take(self, channel: str) -> None:
        """Count one message; raises RateLimitedError."""
        rates = self._world.rates
        if rates is None:
            return
        now = self._world.now()
        if now < self._blocked.get(channel, now):
            self.ignored += 1
        bucket = self._buckets.get(channel, _Bucket(rates.burst, now))
        passed = max(0.0, (now - bucket.at).total_seconds())
        left = min(float(rates.burst), bucket.left + passed * rates.per_second)
        if left < 1:
            self.refused += 1
            wait_s = max(1, math.ceil((1 - left) / rates.per_second))
            self._buckets[channel] = _Bucket(left, now)
            self._blocked[channel] = datetime.fromtimestamp(now.timestamp() + wait_s, now.tzinfo)
            raise RateLimitedError(wait_s)
        self._buckets[channel] = _Bucket(left - 1, now)
