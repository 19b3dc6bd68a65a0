"""Proof that a delivery comes from our Zendesk account.

https://developer.zendesk.com/documentation/webhooks/verifying/ : the signature is the base64 text
of HMAC-SHA256 over the timestamp header followed by the raw body, without a separator. The key is
the secret's own text as UTF-8; it looks like base64 but is not decoded. An older edition of that
page put the body first: such signatures are refused.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from connectors.signed import (
    SignatureError,
    SignedAt,
    check_age,
    matching_secret,
    octets,
    only_header,
)

SIGNATURE_HEADER: Final = "X-Zendesk-Webhook-Signature"
TIMESTAMP_HEADER: Final = "X-Zendesk-Webhook-Signature-Timestamp"

# The same page names the secret that signs tests of webhooks which don't exist yet. Everybody can
# read it, so what it signs proves nothing.
PUBLIC_TEST_SECRET: Final = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105 - public

# As recorded deliveries show it: 2023-09-18T23:38:13Z. Fractions are allowed for.
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


def sign(raw: bytes, timestamp: str, secret: str) -> str:
    """The signature Zendesk would send with this body and timestamp header."""
    mac = hmac.new(octets(secret), octets(timestamp) + raw, hashlib.sha256)
    return base64.b64encode(mac.digest()).decode("ascii")


def usable_secrets(secrets: Sequence[str]) -> tuple[str, ...]:
    """The secrets that prove something: empty ones and the public test secret are left out."""
    given = (secrets,) if isinstance(secrets, str) else tuple(secrets)
    return tuple(secret for secret in given if secret.strip() not in {"", PUBLIC_TEST_SECRET})


def verify(
    raw: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    now: datetime,
    *,
    window_s: int = 300,
) -> SignedAt:
    """When the delivery was signed with one of the secrets; raises SignatureError otherwise.

    Total over any bytes and headers. `now` is UTC-aware. Zendesk documents no window against
    replays; `window_s` seconds on either side allow for clocks that disagree. Zendesk signs anew
    at each attempt, so an honest delivery is never older than its journey.
    """
    timestamp = only_header(headers, TIMESTAMP_HEADER)
    given = only_header(headers, SIGNATURE_HEADER)
    known = usable_secrets(secrets)
    if not known:
        raise SignatureError("no usable webhook secret is configured")
    index = matching_secret([sign(raw, timestamp, secret) for secret in known], given)
    instant = _instant(timestamp)
    check_age(instant, now, window_s)
    return SignedAt(instant, index)


def _instant(timestamp: str) -> datetime:
    if _TIMESTAMP.fullmatch(timestamp) is None:
        raise SignatureError("the signature's timestamp is not in the documented form")
    try:
        return datetime.fromisoformat(timestamp).astimezone(UTC)
    except (ValueError, OverflowError):
        raise SignatureError("the signature's timestamp names no instant") from None
