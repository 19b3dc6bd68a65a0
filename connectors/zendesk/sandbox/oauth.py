"""OAuth tokens and what they allow.

https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ : tokens live
300 to 172,800 seconds; those of the `client_credentials` grant act as the user who owns the
client, and have no refresh token. A scope that doesn't exist still yields a token, which is then
refused everywhere.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError, invalid_token, missing_scope
from connectors.zendesk.sandbox.records import UserRecord
from connectors.zendesk.sandbox.world import World

_TTL_RANGE_S = (300, 172_800)

# Which scope names open a resource. Zendesk lists no scope for groups, fields, search and jobs;
# that they go along with tickets is an assumption, and that views and schedules want the wide ones.
_RESOURCES: dict[str, frozenset[str]] = {
    "tickets": frozenset({"tickets"}),
    "incremental": frozenset({"tickets"}),
    "suspended_tickets": frozenset({"tickets"}),
    "ticket_fields": frozenset({"tickets"}),
    "job_statuses": frozenset({"tickets"}),
    "search": frozenset({"tickets"}),
    "groups": frozenset({"tickets", "users"}),
    "group_memberships": frozenset({"tickets", "users"}),
    "users": frozenset({"users"}),
    "organizations": frozenset({"organizations", "users"}),
    "macros": frozenset({"macros"}),
    "triggers": frozenset({"triggers"}),
    "trigger_categories": frozenset({"triggers"}),
    "webhooks": frozenset({"webhooks"}),
    "help_center": frozenset({"hc"}),
    "views": frozenset(),
    "business_hours": frozenset(),
    "satisfaction_ratings": frozenset({"satisfaction_ratings", "tickets"}),
}


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; its text is only the key under which it is kept."""

    user_id: int
    scopes: frozenset[str]
    expires_at: datetime


def _refusal(status: int, code: str, description: str) -> ApiError:
    return ApiError(status, {"error": code, "error_description": description})


class TokenOffice:
    """Mints, checks and expires tokens. `grants` maps a grant type to its minting function."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tokens: dict[str, Token] = {}
        self.revoked = False  # the client's tokens, also those that are yet to be minted
        self.grants: dict[str, Callable[[Json], Json]] = {
            "client_credentials": self._client_credentials
        }

    def exchange(self, body: object) -> Json:
        """The answer to `POST /oauth/tokens`."""
        if not isinstance(body, dict):
            raise _refusal(400, "invalid_request", "The request body is no JSON object.")
        grant = self.grants.get(str(body.get("grant_type")))
        if grant is None:
            raise _refusal(
                400, "unsupported_grant_type", "The authorization grant type is not supported."
            )
        return grant(body)

    def mint(self, user_id: int, scopes: str = "read write", ttl_s: int | None = None) -> str:
        """A fresh access token for a user; `ttl_s` seconds long, without the range check."""
        world = self._world
        text = f"{world.random.getrandbits(256):064x}"
        lifetime = world.config.token_ttl_s if ttl_s is None else ttl_s
        self._tokens[text] = Token(
            user_id, frozenset(scopes.split()), world.now() + timedelta(seconds=lifetime)
        )
        return text

    def expire_all(self) -> int:
        """Forget every token; how many there were."""
        count = len(self._tokens)
        self._tokens.clear()
        return count

    def bearer(self, header: str | None) -> Token | None:
        """The token of an `Authorization` header; None without a header, 401 for a bad one."""
        if not header:
            return None
        kind, _, text = header.partition(" ")
        token = self._tokens.get(text.strip())
        is_bearer = kind.lower() == "bearer" and not self.revoked
        if not is_bearer or token is None or token.expires_at <= self._world.now():
            raise invalid_token()
        return token

    def require_client(self, body: Json) -> None:
        """401 unless the body names the client and its secret."""
        config = self._world.config
        known = hmac.compare_digest(
            str(body.get("client_id")).encode(), config.client_id.encode()
        ) and hmac.compare_digest(
            str(body.get("client_secret")).encode(), config.client_secret.encode()
        )
        if not known:
            raise _refusal(401, "invalid_client", "Client authentication failed.")

    def issued(self, user_id: int, scopes: str, wanted: object) -> Json:
        """A fresh token as `POST /oauth/tokens` answers it; `wanted` is its lifetime, if given."""
        low, high = _TTL_RANGE_S
        if wanted is not None and (
            isinstance(wanted, bool) or not isinstance(wanted, int) or not low <= wanted <= high
        ):
            raise _refusal(400, "invalid_request", f"expires_in must be from {low} to {high}.")
        allowed = self._world.config.client_scopes
        if allowed is not None:
            scopes = " ".join(name for name in scopes.split() if name in set(allowed.split()))
        ttl = wanted if isinstance(wanted, int) else self._world.config.token_ttl_s
        self._world.note("oauth.token", None, f"issued for {ttl} s")
        return {
            "access_token": self.mint(user_id, scopes, ttl),
            "token_type": "bearer",
            "scope": " ".join(scopes.split()),
            "expires_in": ttl,
        }

    def _client_credentials(self, body: Json) -> Json:
        self.require_client(body)
        scopes = body.get("scope") or "read"
        if not isinstance(scopes, str):
            raise _refusal(400, "invalid_scope", "The requested scope is invalid.")
        return self.issued(self._world.bot_id, scopes, body.get("expires_in"))


def check_scope(token: Token, resource: str, *, write: bool) -> None:
    """403 unless one of the token's scopes covers reading or writing the resource.

    https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes
    """
    verb = "write" if write else "read"
    good = {verb, *(f"{name}:{verb}" for name in _RESOURCES.get(resource, frozenset()))}
    if good.isdisjoint(token.scopes):
        raise missing_scope()


def acting_user(world: World, token: Token) -> UserRecord:
    """The user that a token acts as."""
    return world.users[token.user_id]
