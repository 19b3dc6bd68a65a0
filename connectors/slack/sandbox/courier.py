"""Sends signed requests to the service, each of them once, and remembers what came back.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeGuard
from urllib.parse import urlsplit

import requests

from connectors.addresses import is_loopback
from connectors.slack.sandbox.records import Sent
from connectors.slack.sandbox.world import World

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
_KEPT = 20_000  # characters of an answer


@dataclass(frozen=True, slots=True)
class Parcel:
    """A request that is to be sent. `age_s` and `spoilt` make it one that must be refused."""

    kind: str
    body: bytes
    content_type: str = FORM
    user: str = ""
    retry: int = 0
    reason: str = "http_timeout"  # of a retry
    age_s: int = 0
    spoilt: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """The signature of a body at a time in seconds."""
    signed = f"v0:{stamp}:".encode() + body
    return f"v0={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def _is_here(url: str | None) -> TypeGuard[str]:
    """Whether an address is one of this machine."""
    try:
        return is_loopback(urlsplit(url or "").hostname)
    except ValueError:
        return False


class Courier:
    """Sends to `world.request_url`, on this machine only; follows no redirect."""

    def __init__(self, world: World) -> None:
        self.timeout_s = world.config.timeout_s
        self._world = world

    def send(self, parcel: Parcel) -> Sent:
        """Send once and wait `timeout_s` for the answer; never raises."""
        world = self._world
        with world.lock:
            url, number, at = world.request_url, world.new_number(), world.now()
        status, answer, first_byte_s, trouble = self._post(url, parcel)
        sent = Sent(
            number,
            at,
            parcel.kind,
            parcel.user,
            parcel.content_type,
            parcel.body,
            parcel.retry,
            status,
            answer,
            first_byte_s,
            trouble,
        )
        with world.lock:
            world.note_sent(sent)
        return sent

    def _post(self, url: str | None, parcel: Parcel) -> tuple[int, str, float, str]:
        if not _is_here(url):
            return 0, "", 0.0, "no_request_url"
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = session.post(
                    url,
                    data=parcel.body,
                    headers=self._headers(parcel),
                    timeout=self.timeout_s,
                    allow_redirects=False,
                )
        except requests.Timeout:
            return 0, "", self.timeout_s, "operation_timeout"
        except (requests.RequestException, ValueError):
            return 0, "", 0.0, "connection_failed"
        trouble = "" if response.ok else "dispatch_failed"
        seconds = response.elapsed.total_seconds()
        return response.status_code, response.text[:_KEPT], seconds, trouble

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        # signed at the true time: the service holds it against its own clock, not the sandbox's
        stamp = str(int(self._world.config.clock().timestamp()) - parcel.age_s)
        signed = signature(self._world.config.signing_secret, stamp, parcel.body)
        headers = {
            "Content-Type": parcel.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={'0' * 64}" if parcel.spoilt else signed,
            **parcel.headers,
        }
        if parcel.retry:
            headers["X-Slack-Retry-Num"] = str(parcel.retry)
            headers["X-Slack-Retry-Reason"] = parcel.reason
        return headers
