"""What the proofs of all vendors share: that a request was signed with a secret of ours, lately."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


class SignatureError(Exception):
    """A request is not proven to be ours. Says why in words that quote nothing of it."""


@dataclass(frozen=True, slots=True)
class SignedAt:
    """A good signature: when it was made, and which of the secrets (by position) made it."""

    instant: datetime
    secret_index: int


def octets(text: str) -> bytes:
    """A text of any origin as bytes. Total."""
    return text.encode("utf-8", "surrogatepass")


def only_header(headers: Mapping[str, str], name: str) -> str:
    """The header's one value; header names are case-insensitive. Raises SignatureError."""
    wanted = name.lower()
    found = {value for key, value in headers.items() if str(key).lower() == wanted}
    if len(found) != 1:
        raise SignatureError(f"the header {name} is missing or stands there twice")
    return str(found.pop())


def matching_secret(expected: Sequence[str], given: str) -> int:
    """Which of the expected signatures was given; raises SignatureError.

    Every one is tried, so that the time taken doesn't tell which secret is in use.
    """
    matches = [hmac.compare_digest(octets(one), octets(given)) for one in expected]
    if not any(matches):
        raise SignatureError("the signature matches none of the secrets")
    return matches.index(True)


def check_age(instant: datetime, now: datetime, window_s: int) -> None:
    """Raise SignatureError unless it was signed within `window_s` seconds on either side of now."""
    if abs(now - instant) > timedelta(seconds=window_s):
        raise SignatureError("the signature's timestamp is too far from the present")
