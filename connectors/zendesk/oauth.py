"""OAuth tokens of the `client_credentials` grant, renewed in time and shared by all threads.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ : this grant has no
refresh token, one just asks again. API tokens can't be made any more:
https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import requests
from requests.auth import AuthBase

from connectors.errors import AskPerson, RetryLater
from connectors.http import settle
from connectors.zendesk import errors

# A scope that doesn't exist still yields a token, which is then refused everywhere.
# https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes
DEFAULT_SCOPE: Final = (
    "tickets:read tickets:write triggers:read triggers:write "
    "webhooks:read webhooks:write hc:read users:read"
)

_LONGEST_MARGIN_S = 60.0
_MARGIN_SHARE = 0.2
# For answers that name no lifetime; 30 minutes is Zendesk's own default for new clients.
_ASSUMED_LIFETIME_S = 1800.0
_LIFETIME_RANGE_S = (1.0, 172_800.0)
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}", re.ASCII)
_UNAUTHORIZED = 401
_RETRY_S = 10.0

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    renew_at: datetime


class TokenSource:
    """Hands out one valid token, however many threads ask."""

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        clock: Clock,
        scope: str = DEFAULT_SCOPE,
    ) -> None:
        self._session = session
        self._url = f"{base_url}/oauth/tokens"
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._clock = clock
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def __repr__(self) -> str:
        return f"TokenSource({self._url!r})"

    def token(self) -> str:
        """A token that is good for a while yet. Raises RetryLater or AskPerson."""
        kept = self._token
        if kept is not None and self._clock() < kept.renew_at:
            return kept.text
        return self._renew(None if kept is None else kept.text)

    def renew(self, refused: str) -> str:
        """A token other than the one that was refused. Raises RetryLater or AskPerson."""
        return self._renew(refused)

    def _renew(self, stale: str | None) -> str:
        with self._lock:
            kept = self._token
            # While this thread waited, another one may have done it.
            if kept is not None and kept.text != stale and self._clock() < kept.renew_at:
                return kept.text
            self._token = None
            self._token = self._ask()
            return self._token.text

    def _ask(self) -> _Token:
        asked_at = self._clock()
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "scope": self._scope,
        }
        try:
            response = self._session.post(self._url, json=wanted)
            body = response.content
        except errors.TRANSPORT_ERRORS as error:
            # A token too many harms nobody: whatever happened, asking again is safe.
            raise errors.of_transport(error, writing=False) from error
        payload = _token_answer(response.status_code, body)
        text = token_in(payload)
        lifetime_s = _lifetime_s(payload.get("expires_in"))
        margin_s = min(_LONGEST_MARGIN_S, lifetime_s * _MARGIN_SHARE)
        return _Token(text, asked_at + timedelta(seconds=lifetime_s - margin_s))


def _token_answer(status: int, body: bytes) -> dict[str, Any]:
    if status in {400, 401, 403, 404, 422}:
        raise AskPerson(
            f"Zendesk answers {status} to the OAuth client: check its identifier, its secret, "
            "that it is confidential, and the subdomain"
        )
    if status not in errors.GOOD:
        raise errors.of_refusal(status, body, writing=False)
    payload = errors.read_object(body)
    if payload is None:
        raise errors.no_json(writing=False)
    return payload


def token_in(payload: dict[str, Any]) -> str:
    """The token that an answer gives. Raises RetryLater."""
    text = payload.get("access_token")
    if not isinstance(text, str) or _TOKEN.fullmatch(text) is None:
        raise RetryLater("Zendesk's token answer holds no token", after_s=_RETRY_S)
    return text


def _lifetime_s(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return _ASSUMED_LIFETIME_S
    low, high = _LIFETIME_RANGE_S
    return min(max(float(min(value, high)), low), high)


class Bearer(AuthBase):
    """Puts a token on each call; one that is answered with 401 is sent once more with a new token.

    A 401 means that the call was not looked at, so sending it again does nothing twice.
    """

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The call with its token. Raises RetryLater or AskPerson if there is none to be had."""
        token = self._tokens.token()
        request.headers["Authorization"] = f"Bearer {token}"

        def again(response: requests.Response, **options: Any) -> requests.Response:
            if response.status_code != _UNAUTHORIZED:
                return response
            settle(response)
            repeated = response.request.copy()
            repeated.headers["Authorization"] = f"Bearer {self._tokens.renew(token)}"
            # Below the session: what is sent here doesn't come back to this hook.
            answer: requests.Response = response.connection.send(repeated, **options)
            answer.history.append(response)
            answer.request = repeated
            return answer

        request.hooks["response"].append(again)
        return request
