"""Slows down who tries too often: counted in the store, so that more processes allow no more."""

import hashlib
import ipaddress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from integration.clock import Clock
from integration.store import Store, attempts

_EVERYBODY: Final = "*"
_KEEP_S: Final = 86_400.0
# Of an IPv6 address: the rest is one household's or one machine's to choose.
_HOUSE_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be tried within a time, from one address and from all."""

    what: str
    each: int
    everybody: int
    within_s: float


class Pace(Enum):
    """How an attempt stands."""

    WELL = auto()
    CROWDED = auto()  # from all addresses together there were too many
    TOO_OFTEN = auto()  # from this address


# A code of 16 characters drawn by chance is out of reach at this pace; a person mistypes less.
CODE: Final = Limit("code", each=5, everybody=50, within_s=900.0)
SIGN_IN: Final = Limit("sign_in", each=20, everybody=300, within_s=600.0)


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts attempts."""

    store: Store
    clock: Clock

    def allows(self, limit: Limit, address: str) -> bool:
        """Count an attempt from an address; false where there were too many."""
        return self.pace(limit, address) is Pace.WELL

    def pace(self, limit: Limit, address: str) -> Pace:
        """Count an attempt from an address, unless it tried too often; how it stands."""
        now = self.clock.now().timestamp()
        since = now - limit.within_s
        own, all_of = _bucket(limit, _house(address)), _bucket(limit, _EVERYBODY)
        with self.store.write() as connection:
            attempts.prune(connection, before=now - _KEEP_S)
            if attempts.count(connection, own, since=since) >= limit.each:
                return Pace.TOO_OFTEN
            attempts.add(connection, own, now=now)
            if attempts.count(connection, all_of, since=since) >= limit.everybody:
                return Pace.CROWDED
            attempts.add(connection, all_of, now=now)
        return Pace.WELL


def _house(address: str) -> str:
    """What counts as one address: of IPv6 the network, as whoever has one has all addresses in it.

    https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(known), _HOUSE_BITS), strict=False))


def _bucket(limit: Limit, address: str) -> str:
    """The address is a person's: only its digest is kept."""
    digest = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{limit.what}:{digest}"
