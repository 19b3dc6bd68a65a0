"""Values that are good once and for ten minutes: what ties a way to a vendor and back together."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from integration.clock import Clock
from integration.store import Store, nonces

SECONDS: Final = 600
_MOST_WAITING: Final = 1000  # more than people begin in ten minutes; else a page fills the store


@dataclass(frozen=True, slots=True)
class OneTime:
    """The values of one purpose. The store keeps their digests alone."""

    store: Store
    clock: Clock
    purpose: str

    def draw(self) -> str | None:
        """A new value; None while too many wait to be used. Raises StoreUnavailable."""
        value, now = secrets.token_urlsafe(32), self.clock.now().timestamp()
        with self.store.write() as connection:
            nonces.prune(connection, now=now)
            if nonces.open_count(connection, self.purpose, now=now) >= _MOST_WAITING:
                return None
            nonces.keep(connection, _digest(value), self.purpose, until=now + SECONDS)
        return value

    def use(self, value: str) -> bool:
        """Whether it was drawn, is in time and was not used; it is used up by this."""
        now = self.clock.now().timestamp()
        with self.store.write() as connection:
            return nonces.use(connection, _digest(value), self.purpose, now=now)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
