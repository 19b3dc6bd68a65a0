"""Signing in with an account of Zendesk: the authorization code grant with PKCE.

https://developer.zendesk.com/documentation/api-basics/authentication/oauth-pkce/ . The token that
comes of it is used once, to ask who somebody is, and then forgotten: it lives 300 seconds, the
shortest that Zendesk gives. Later the same question is asked with the service's own token.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from requests.auth import AuthBase

from connectors.errors import AskPerson, Stop, StopKind
from connectors.http import create_session
from connectors.plain_text import one_line
from connectors.zendesk import errors
from connectors.zendesk.answers import Json, tags_of, text_at
from connectors.zendesk.events import as_id
from connectors.zendesk.oauth import Bearer, TokenSource, token_in
from connectors.zendesk.people import LEAD_TAG

# Enough to be told who somebody is, and no more.
SCOPE: Final = "users:read"
AUTHORIZE_PATH: Final = "/oauth/authorizations/new"
_SHORTEST_LIFE_S: Final = 300
_LONGEST_CODE: Final = 2000
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as the helpdesk knows them. `role` is end-user, agent or admin."""

    id: int
    name: str = field(repr=False)
    role: str
    leads: bool  # carries the tag of leads
    active: bool  # neither suspended nor deleted


class RefusedCode(Exception):  # noqa: N818 - named by what happened
    """Zendesk does not take the code: it is used, too old, or was asked for by somebody else."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The account's own OAuth client."""

    base_url: str
    id: str
    secret: str = field(repr=False)


def challenge_of(verifier: str) -> str:
    """What is sent ahead of a verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class SignInDesk:
    """Asks Zendesk who somebody is. Call it from any thread."""

    def __init__(self, client: OAuthClient, *, clock: Callable[[], datetime]) -> None:
        self._client = client
        own = create_session(None, base_url=client.base_url)
        self._own = Bearer(
            TokenSource(own, client.base_url, client.id, client.secret, clock=clock, scope=SCOPE)
        )

    def address(self, *, state: str, challenge: str, redirect_uri: str) -> str:
        """Where the browser is sent to."""
        query = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._client.base_url}{AUTHORIZE_PATH}?{urlencode(query)}"

    def account_of(self, code: str, *, verifier: str, redirect_uri: str) -> Account:
        """Who came back with this code.

        Raises RefusedCode, RetryLater, and AskPerson where the client itself is refused.
        """
        if not 0 < len(code) <= _LONGEST_CODE:
            raise RefusedCode
        wanted = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._client.id,
            "client_secret": self._client.secret,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "code_verifier": verifier,
            "expires_in": _SHORTEST_LIFE_S,
        }
        token = self._exchanged(wanted)
        found = self._get("/api/v2/users/me.json", None, {"Authorization": f"Bearer {token}"})
        if found is None:
            raise AskPerson("Zendesk does not say who signed in")
        return found

    def account(self, user_id: int) -> Account | None:
        """Somebody as they are known now; None if they are no more. Raises as reads do."""
        try:
            found = self._get(f"/api/v2/users/{user_id}.json", self._own, {})
        except Stop as stop:
            if stop.kind is StopKind.GONE:
                return None
            raise
        if found is None or found.id != user_id:  # a page of a proxy's, say: it proves nothing
            raise errors.unreadable("it does not hold the user", writing=False)
        return found

    def _exchanged(self, wanted: dict[str, Any]) -> str:
        try:
            with create_session(None, base_url=self._client.base_url) as session:
                response = session.post("/oauth/tokens", json=wanted)
        except errors.TRANSPORT_ERRORS as error:
            # A token too many harms nobody, and the code can be asked for again.
            raise errors.of_transport(error, writing=False) from error
        payload = errors.read_object(response.content) or {}
        if response.status_code not in errors.GOOD:
            raise _refused(response.status_code, payload, response.content)
        return token_in(payload)

    def _get(self, path: str, auth: AuthBase | None, headers: dict[str, str]) -> Account | None:
        try:
            with create_session(auth, base_url=self._client.base_url) as session:
                response = session.get(path, headers=headers)
        except errors.TRANSPORT_ERRORS as error:
            raise errors.of_transport(error, writing=False) from error
        if response.status_code not in errors.GOOD:
            raise errors.of_refusal(response.status_code, response.content, writing=False)
        row = (errors.read_object(response.content) or {}).get("user")
        return _account(row) if isinstance(row, dict) else None


def _refused(status: int, payload: dict[str, Any], body: bytes) -> Exception:
    """What a refused exchange means: the code, the client, or a moment's trouble."""
    if payload.get("error") == "invalid_grant":
        return RefusedCode()
    if status in {400, 401, 403, 404, 422}:
        return AskPerson(
            f"Zendesk answers {status} to the OAuth client: check its identifier, its secret and "
            "its redirect URL"
        )
    return errors.of_refusal(status, body, writing=False)


def _account(row: Json) -> Account | None:
    """A user's record; None for nobody. `users/me` answers 200 to nobody too, without an id."""
    key = as_id(row.get("id"))
    if key is None:
        return None
    return Account(
        id=key,
        name=one_line(text_at(row, "name"))[:_LONGEST_NAME] or f"user {key}",
        role=text_at(row, "role"),
        leads=LEAD_TAG in tags_of(row.get("tags")),
        active=row.get("suspended") is not True and row.get("active") is not False,
    )
