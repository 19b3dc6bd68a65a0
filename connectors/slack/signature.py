"""Proof that a request comes from Slack and is meant for our app.

https://docs.slack.dev/authentication/verifying-requests-from-slack : the signature is `v0=` and
the hexadecimal HMAC-SHA256 over `v0:`, the timestamp header, `:` and the raw body. The timestamp
counts seconds since 1970; what is older than five minutes is to be refused.

This stands before Bolt's own check, which raises on headers of another form than Slack's, and
knows of one secret only.
"""

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

SIGNATURE_HEADER: Final = "X-Slack-Signature"
TIMESTAMP_HEADER: Final = "X-Slack-Request-Timestamp"

_TIMESTAMP = re.compile(r"\d{1,11}", re.ASCII)  # until the year 5138
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def sign(raw: bytes, timestamp: str, secret: str) -> str:
    """The signature Slack would send with this body and timestamp header."""
    mac = hmac.new(octets(secret), b"v0:" + octets(timestamp) + b":" + raw, hashlib.sha256)
    return f"v0={mac.hexdigest()}"


def verify(
    raw: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    now: datetime,
    *,
    window_s: int = 300,
) -> SignedAt:
    """When the request was signed with one of the secrets; raises SignatureError otherwise.

    Total over any bytes and headers. `now` is UTC-aware. There are several secrets while one of
    them is replaced; empty ones prove nothing.
    """
    timestamp = only_header(headers, TIMESTAMP_HEADER)
    given = only_header(headers, SIGNATURE_HEADER)
    if _TIMESTAMP.fullmatch(timestamp) is None or _SIGNATURE.fullmatch(given) is None:
        raise SignatureError("the signature's headers are not in the documented form")
    known = [secret for secret in secrets if secret.strip()]
    if not known:
        raise SignatureError("no usable signing secret is configured")
    index = matching_secret([sign(raw, timestamp, secret) for secret in known], given)
    instant = datetime.fromtimestamp(int(timestamp), UTC)
    check_age(instant, now, window_s)
    return SignedAt(instant, index)
