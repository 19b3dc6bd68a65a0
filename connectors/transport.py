"""What it means when no whole answer comes, at any vendor; and what a whole one holds."""

import json
import ssl
from typing import Any, Final

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from connectors.errors import ConnectorError, OutcomeUnknown, RetryLater

TRANSPORT_ERRORS: Final = (requests.RequestException, HTTPError)
READ_AGAIN_S: Final = 5.0  # a read that failed may work a moment later
_CERTIFICATE_WAIT_S: Final = 60.0


def of_transport(error: Exception, *, vendor: str, writing: bool) -> ConnectorError:
    """What it means that no whole answer came: an error of requests or urllib3."""
    if _is_bad_certificate(error):
        return RetryLater(
            f"{vendor}'s certificate can't be trusted; nothing was sent",
            after_s=_CERTIFICATE_WAIT_S,
        )
    if _was_never_sent(error):
        return RetryLater(f"{vendor} can't be reached; nothing was sent", after_s=READ_AGAIN_S)
    if writing:
        return OutcomeUnknown("the write was sent, but no whole answer came")
    return RetryLater(f"no whole answer came from {vendor}", after_s=READ_AGAIN_S)


def read_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in these bytes; None if there is none. Total."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _was_never_sent(error: BaseException) -> bool:
    """Whether the connection itself failed: then no byte of the call went out.

    A pool that repeats nothing wraps such failures in MaxRetryError; what broke after the
    connection stood comes as a ProtocolError or as a read time-out.
    """
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    return any(
        isinstance(cause, MaxRetryError)
        and isinstance(cause.reason, ConnectTimeoutError | NewConnectionError)
        for cause in error.args
    )


def _is_bad_certificate(error: BaseException) -> bool:
    """Whether the handshake failed at the certificate: that is before anything is sent."""
    seen: list[BaseException] = [error]
    for cause in seen:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        more = (*cause.args, getattr(cause, "reason", None))
        seen += [one for one in more if isinstance(one, BaseException) and one not in seen]
    return False
