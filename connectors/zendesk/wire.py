"""Calls of Zendesk's API for setting up, beside those for tickets: JSON in, JSON out, sent once.

zenpy knows no trigger categories and no scopes, and reads answers its own way; these calls need
nothing of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import requests

from connectors.http import (
    DEFAULT_TIMEOUT,
    Budget,
    OnRate,
    Timeout,
    create_session,
    http_date,
    origin_of,
    settle,
    tell_budget,
)
from connectors.zendesk import errors
from connectors.zendesk.answers import Json, pages, rows_at
from connectors.zendesk.oauth import Bearer, Clock, TokenSource

_NOT_FOUND: Final = 404
_OWN_FAULTS: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered. `server_time` is Zendesk's clock, None if it didn't say."""

    payload: Json
    server_time: datetime | None


class Wire:
    """Calls below `/api/v2/`. For one thread at a time.

    Every call raises RetryLater, Stop or AskPerson; those that may change something also
    OutcomeUnknown and ReadAgain.
    """

    def __init__(  # noqa: PLR0913 - a connection is made of these
        self,
        address: str,
        client_id: str,
        client_secret: str,
        *,
        clock: Clock,
        scope: str,
        limiter: Budget | None = None,
        on_rate: OnRate | None = None,
        timeout: Timeout = DEFAULT_TIMEOUT,
    ) -> None:
        """Makes no call yet. Raises AskPerson for an address that can't be used."""
        base = origin_of(address, vendor_domain="zendesk.com")
        self._minting = create_session(None, timeout=timeout, base_url=base)
        tokens = TokenSource(
            self._minting, base, client_id, client_secret, clock=clock, scope=scope
        )
        tell = tell_budget(limiter, on_rate)
        self._session = create_session(Bearer(tokens), timeout=timeout, base_url=base, on_rate=tell)
        self._limiter = limiter

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """What one read answers."""
        response = self._send("GET", path, params=dict(params or {}))
        return self._answer(response, writing=False)

    def rows(self, path: str, name: str) -> Iterator[Json]:
        """The records of a list, over all its pages."""
        with errors.reading():
            for page in pages(lambda page: self.get(path, page).payload):
                yield from rows_at(page, name)

    def write(
        self, method: str, path: str, body: Json, params: Mapping[str, str] | None = None
    ) -> Json:
        """What one write answers; empty where Zendesk answers without content."""
        response = self._send(method, path, json=dict(body), params=dict(params or {}))
        return self._answer(response, writing=True).payload

    def delete(self, path: str) -> bool:
        """Delete a record; False if there is none."""
        response = self._send("DELETE", path)
        if response.status_code == _NOT_FOUND:
            settle(response)
            return False
        self._answer(response, writing=True)
        return True

    def status(self, method: str, path: str) -> int:
        """The status that a call without content is answered with, if it is below 500."""
        options: dict[str, Any] = {} if method == "GET" else {"json": {}}
        response = self._send(method, path, **options)
        if response.status_code >= _OWN_FAULTS:
            raise errors.of_refusal(response.status_code, settle(response), writing=False)
        body = settle(response)
        if response.status_code in errors.GOOD and body and errors.read_object(body) is None:
            raise errors.no_json(writing=False)
        return response.status_code

    def close(self) -> None:
        """Close all connections."""
        self._session.close()
        self._minting.close()

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        if self._limiter is not None:
            self._limiter.take()
        try:
            response = self._session.request(method, f"/api/v2/{path}", **options)
            response.content  # noqa: B018 - read to its end, so that what breaks breaks here
        except errors.TRANSPORT_ERRORS as error:
            raise errors.of_transport(error, writing=method != "GET") from error
        return response

    def _answer(self, response: requests.Response, *, writing: bool) -> Answer:
        body = response.content
        if response.status_code not in errors.GOOD:
            raise errors.of_refusal(response.status_code, body, writing=writing)
        payload = errors.read_object(body) if body else {}
        if payload is None:
            raise errors.no_json(writing=writing)
        return Answer(payload, http_date(response.headers.get("Date")))
