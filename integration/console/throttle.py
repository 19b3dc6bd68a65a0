"""Slows down who tries too often: counted in the store, so that more processes allow no more."""

import hashlib
from dataclasses import dataclass
from typing import Final

from integration.clock import Clock
from integration.store import Store, attempts

_EVERYBODY: Final = "*"
_KEEP_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be tried within a time, from one address and from all."""

    what: str
    each: int
    everybody: int
    within_s: float


# A code of 16 characters drawn by chance is out of reach at this pace; a person mistypes less.
CODE: Final = Limit("code", each=5, everybody=50, within_s=900.0)
SIGN_IN: Final = Limit("sign_in", each=20, everybody=300, within_s=600.0)


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts attempts."""

    store: Store
    clock: Clock

    def allows(self, limit: Limit, address: str) -> bool:
        """Count an attempt from an address; false, and uncounted, where there were too many."""
        now = self.clock.now().timestamp()
        since = now - limit.within_s
        own, all_of = _bucket(limit, address), _bucket(limit, _EVERYBODY)
        with self.store.write() as connection:
            attempts.prune(connection, before=now - _KEEP_S)
            if attempts.count(connection, own, since=since) >= limit.each:
                return False
            if attempts.count(connection, all_of, since=since) >= limit.everybody:
                return False
            for bucket in (own, all_of):
                attempts.add(connection, bucket, now=now)
        return True


def _bucket(limit: Limit, address: str) -> str:
    """The address is a person's: only its digest is kept."""
    digest = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{limit.what}:{digest}"
