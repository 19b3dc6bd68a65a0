"""The headers of a webhook delivery.

https://developer.zendesk.com/documentation/webhooks/verifying/ : the signature is the base64 of
HMAC-SHA256 over time stamp and body, with the secret as it is written.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.wire import stamp


def signed_headers(
    secret: str, body: bytes, moment: datetime, ids: Mapping[str, str]
) -> dict[str, str]:
    """The headers of a delivery; `ids` holds account, webhook and invocation."""
    sent_at = stamp(moment)
    mac = hmac.new(secret.encode(), sent_at.encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Zendesk Webhook",
        "X-Zendesk-Account-Id": ids["account"],
        "X-Zendesk-Webhook-Id": ids["webhook"],
        "X-Zendesk-Webhook-Invocation-Id": ids["invocation"],
        "X-Zendesk-Webhook-Signature": base64.b64encode(mac).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": sent_at,
    }


def credential_headers(webhook: Json) -> dict[str, str]:
    """The webhook's own credentials and extra headers."""
    headers = {str(key): str(value) for key, value in (webhook.get("custom_headers") or {}).items()}
    credentials = webhook.get("authentication") or {}
    given = credentials.get("data") or {}
    kind = credentials.get("type")
    if kind == "bearer_token":
        headers["Authorization"] = f"Bearer {given.get('token', '')}"
    elif kind == "basic_auth":
        pair = f"{given.get('username', '')}:{given.get('password', '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    elif kind == "api_key":
        headers[str(given.get("name", "X-Api-Key"))] = str(given.get("value", ""))
    return headers
