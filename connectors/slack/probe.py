"""Looking at an installation from outside: does it take what is signed, does the clock agree."""

import json
from datetime import datetime
from enum import Enum
from typing import Final

import requests

from connectors.http import Timeout, create_session, http_date
from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from connectors.transport import TRANSPORT_ERRORS, of_transport

_TIMEOUT: Final[Timeout] = (3.05, 5.0)
_CHALLENGE: Final = "deskclerk-looks-at-itself"
_WHOM: Final = "the service"


class Taken(Enum):
    """What became of a signed request."""

    ANSWERED = "answered"  # as Slack wants it
    REFUSED = "refused"  # 401: not signed with its secret
    ABSENT = "absent"  # 404: nobody there who knows Slack
    OTHERWISE = "otherwise"


def send_challenge(address: str, secret: str, now: datetime) -> Taken:
    """What the service at an address makes of Slack's own first question, signed with a secret.

    https://docs.slack.dev/reference/events/url_verification : it asks for nothing but its
    challenge back. Raises RetryLater when no answer comes.
    """
    raw = json.dumps({"type": "url_verification", "challenge": _CHALLENGE}).encode("ascii")
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: stamp,
        SIGNATURE_HEADER: sign(raw, stamp, secret),
    }
    response = _send("POST", address, raw, headers)
    if response.status_code == requests.codes.ok and _CHALLENGE in response.text:
        return Taken.ANSWERED
    return {401: Taken.REFUSED, 404: Taken.ABSENT}.get(response.status_code, Taken.OTHERWISE)


def read_time(address: str) -> datetime | None:
    """The time at Slack, to the second, by any answer's date; None if it has none.

    Raises RetryLater when no answer comes. https://docs.slack.dev/reference/methods/api.test
    """
    return http_date(_send("POST", f"{address}/api/api.test", b"", {}).headers.get("Date"))


def _send(method: str, address: str, raw: bytes, headers: dict[str, str]) -> requests.Response:
    with create_session(None, timeout=_TIMEOUT) as session:
        try:
            return session.request(method, address, data=raw, headers=headers)
        except TRANSPORT_ERRORS as error:
            raise of_transport(error, vendor=_WHOM, writing=False) from error
