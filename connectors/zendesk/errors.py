"""Zendesk's failures, mapped to what there is to do about them. All of it stands here.

No message holds anything Zendesk or a customer wrote: only a status and, where it is one of those
known below, Zendesk's error code.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from connectors import transport
from connectors.errors import (
    AskPerson,
    ConnectorError,
    OutcomeUnknown,
    ReadAgain,
    RetryLater,
    Stop,
    StopKind,
)

TRANSPORT_ERRORS: Final = transport.TRANSPORT_ERRORS
READ_AGAIN_S: Final = transport.READ_AGAIN_S
read_object = transport.read_object

GOOD: Final = range(200, 300)
_RATE_WAIT_S: Final = 10.0


class UnreadableError(ValueError):
    """An answer lacks what it must hold. Says which part, and quotes nothing."""


# https://developer.zendesk.com/api-reference/introduction/requests/#response-format and the
# errors sections of the endpoints. Codes that tell answers of one status apart, or help a person.
_CODES: Final = frozenset(
    {
        "APIRateLimitExceeded",
        "Forbidden",
        "InvalidEndpoint",
        "InvalidValue",
        "RecordInvalid",
        "RecordNotFound",
        "TooManyRequests",
        "TooManyValues",
        "UpdateConflict",
        "WebhookNotFound",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "invalid_token",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)

_Make = Callable[[str], ConnectorError]


def _stop(kind: StopKind) -> _Make:
    return lambda message: Stop(message, kind=kind)


def _later(after_s: float) -> _Make:
    return lambda message: RetryLater(message, after_s=after_s)


# https://developer.zendesk.com/api-reference/introduction/requests/#response-format : these say
# the same for reads and writes, and for all of them nothing was done. A 3xx means that the
# account moved to another address: it is not followed.
_SAME_FOR_ALL: Final[Mapping[int, tuple[_Make, str]]] = {
    301: (AskPerson, "the account answers at another address"),
    302: (AskPerson, "the account answers at another address"),
    303: (AskPerson, "the account answers at another address"),
    307: (AskPerson, "the account answers at another address"),
    308: (AskPerson, "the account answers at another address"),
    401: (AskPerson, "the OAuth token is refused, even a fresh one"),
    402: (AskPerson, "the account is suspended"),
    403: (AskPerson, "the user of this OAuth client lacks a permission, or the token a scope"),
    410: (_stop(StopKind.GONE), "it is gone"),
    423: (_later(READ_AGAIN_S), "it is locked for a moment"),
    429: (_later(_RATE_WAIT_S), "too many calls"),
}

# https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket and
# https://developer.zendesk.com/documentation/ticketing/managing-tickets/creating-and-updating-tickets/
# 409 is what `safe_update` answers, and what two writes at one moment get; nothing was written.
# 408 and all 5xx may come from a proxy after the write went through.
_WRITES: Final[Mapping[int, tuple[_Make, str]]] = {
    408: (OutcomeUnknown, "the write was given up on its way"),
    409: (ReadAgain, "the ticket changed since it was read"),
}

# The same pages. A read that went wrong did nothing, so it may be repeated.
_READS: Final[Mapping[int, tuple[_Make, str]]] = {
    408: (_later(READ_AGAIN_S), "the read was given up on its way"),
    409: (_later(READ_AGAIN_S), "the read met a change"),
}


def of_refusal(status: int, body: bytes, *, writing: bool) -> ConnectorError:
    """What an answer means that is none of GOOD.

    `writing` is true if the call could have changed anything. Total over any status and bytes.
    """
    payload = read_object(body)
    code = _code_of(payload)
    named = f"{status} {code}" if code in _CODES else str(status)
    if status == 404:  # noqa: PLR2004 - a status
        return _not_found(code, named)
    if status == 422 and _says_closed(payload):  # noqa: PLR2004 - a status
        return Stop(f"Zendesk answers {named}: the ticket is closed", kind=StopKind.CLOSED)
    table = _WRITES if writing else _READS
    make, why = table.get(status) or _SAME_FOR_ALL.get(status) or _of_family(status, writing)
    return make(f"Zendesk answers {named}: {why}")


def _of_family(status: int, writing: bool) -> tuple[_Make, str]:  # noqa: FBT001 - private
    if status in range(400, 500):
        return _stop(StopKind.INVALID), "the call is refused by validation"
    if writing:
        return OutcomeUnknown, "the write may or may not have happened"
    return _later(READ_AGAIN_S), "Zendesk has a fault of its own"


def _not_found(code: str | None, named: str) -> ConnectorError:
    """Only a missing record is gone: a wrong address and a wrong plan answer 404 as well."""
    if code in {"RecordNotFound", "WebhookNotFound"}:
        return Stop(f"Zendesk answers {named}: there is no such record", kind=StopKind.GONE)
    return AskPerson(f"Zendesk answers {named}: the address or the plan lacks this endpoint")


def unreadable(why: str, *, writing: bool) -> ConnectorError:
    """A 2xx that can't be read. After a write it proves nothing."""
    if writing:
        return OutcomeUnknown(f"Zendesk answers 2xx to a write, but {why}")
    return RetryLater(f"Zendesk answers 2xx, but {why}", after_s=READ_AGAIN_S)


def no_json(*, writing: bool) -> ConnectorError:
    """A 2xx that is not the API's: a proxy's page, say."""
    why = "the answer is no JSON object: see that the account's address is right, and that no proxy"
    return unreadable(f"{why} answers in its place", writing=writing)


@contextmanager
def reading(*, writing: bool = False) -> Iterator[None]:
    """Inside it, UnreadableError becomes what `unreadable` makes of it."""
    try:
        yield
    except UnreadableError as error:
        raise unreadable(str(error), writing=writing) from error


def of_transport(error: Exception, *, writing: bool) -> ConnectorError:
    """What it means that no whole answer came: an error of requests or urllib3."""
    return transport.of_transport(error, vendor="Zendesk", writing=writing)


def _code_of(payload: Mapping[str, Any] | None) -> str | None:
    """The error code in any of Zendesk's four envelopes."""
    if payload is None:
        return None
    error, errors = payload.get("error"), payload.get("errors")
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        title = error.get("title")
        return title if isinstance(title, str) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        code = errors[0].get("code")
        return code if isinstance(code, str) else None
    return None


def _says_closed(payload: Mapping[str, Any] | None) -> bool:
    """Whether validation names the closed status: `Status: closed prevents ticket update`."""
    details = None if payload is None else payload.get("details")
    return isinstance(details, dict) and any(
        "closed" in text for text in _descriptions(details.get("status"))
    )


def _descriptions(entries: object) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield str(entry.get("description")).lower()
