"""How people sign in to another service with their account: a page, a code, a token.

https://developer.zendesk.com/documentation/api-basics/authentication/oauth-pkce/ : a code is good
for 120 seconds and once, for the address it was asked for; with a challenge only for whoever knows
its verifier (RFC 7636, section 4.6).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from connectors.addresses import is_loopback
from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError
from connectors.zendesk.sandbox.gate import Services
from connectors.zendesk.sandbox.pages import PAGE_POLICY
from connectors.zendesk.sandbox.records import UserRecord

_CODE_LIFE = timedelta(seconds=120)
_PATH = "/oauth/authorizations/new"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a service asks for at the page."""

    scope: str
    state: str
    redirect_uri: str
    challenge: str

    @property
    def origin(self) -> str:
        """Where the browser is sent afterwards."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class _Code:
    wish: Wish
    user_id: int
    until: datetime


def _refusal(code: str, description: str) -> ApiError:
    return ApiError(400, {"error": code, "description": description})


class SignIn:
    """The page, and the grant that takes its codes; registers itself at the token office."""

    def __init__(self, services: Services) -> None:
        self._world = services.world
        self._tokens = services.tokens
        self._codes: dict[str, _Code] = {}
        services.tokens.grants["authorization_code"] = self._exchange

    def ask(self) -> Response:
        """`GET /oauth/authorizations/new`: asks who somebody is, and whether they allow it."""
        with self._world.lock:
            wish = self._read(request.args)
            people = sorted(self._world.users.values(), key=_staff_first)
        page = render_template(
            "sandbox/allow.html",
            wish=wish,
            client=self._world.config.client_id,
            people=[user for user in people if user.id != self._world.bot_id],
            asked=request.query_string.decode(),
            action=_PATH,
        )
        response = make_response(page)
        # browsers hold the address after a form's redirect against this rule too
        policy = PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {wish.origin}")
        response.headers["Content-Security-Policy"] = policy
        return response

    def decide(self) -> AnyResponse:
        """`POST` of the same: Allow or Deny."""
        user = request.form.get("user", "")
        with self._world.lock:
            wish = self._read(request.args)
            told = {"error": "access_denied", "state": wish.state}
            if request.form.get("do") == "allow":
                told = {"code": self._code(wish, user), "state": wish.state}
        joint = "&" if urlsplit(wish.redirect_uri).query else "?"
        return redirect(f"{wish.redirect_uri}{joint}{urlencode(told)}", 302)

    def _read(self, args: Mapping[str, str]) -> Wish:
        """The query; refuses what Zendesk refuses, and to send a browser to another machine."""
        if args.get("client_id") != self._world.config.client_id:
            raise _refusal("invalid_client", "No such client.")
        if args.get("response_type") != "code":
            raise _refusal("unsupported_response_type", "The response type is not supported.")
        target = args.get("redirect_uri", "")
        parts = urlsplit(target)
        if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname):
            raise _refusal("invalid_request", "The redirect address is not allowed.")
        if args.get("code_challenge_method", "S256") != "S256":
            raise _refusal("invalid_request", "The challenge must be made with S256.")
        challenge = args.get("code_challenge", "")
        return Wish(args.get("scope") or "read", args.get("state", ""), target, challenge)

    def _code(self, wish: Wish, user: str) -> str:
        key = int(user) if user.isascii() and user.isdigit() else 0
        if key not in self._world.users:
            raise _refusal("access_denied", "There is no such user.")
        code = f"{self._world.random.getrandbits(160):040x}"
        self._codes[code] = _Code(wish, key, self._world.now() + _CODE_LIFE)
        return code

    def _exchange(self, body: Json) -> Json:
        self._tokens.require_client(body)
        code = self._codes.pop(str(body.get("code")), None)
        if code is None or code.until <= self._world.now():
            raise _refusal("invalid_grant", "The code is invalid, used or expired.")
        if body.get("redirect_uri") != code.wish.redirect_uri:
            raise _refusal("invalid_grant", "The redirect address is another one.")
        if code.wish.challenge and not _proves(body.get("code_verifier"), code.wish.challenge):
            raise _refusal("invalid_grant", "The code verifier does not fit.")
        self._world.note("oauth.signed_in", None, f"user {code.user_id}")
        return self._tokens.issued(code.user_id, code.wish.scope, body.get("expires_in"))


def _staff_first(user: UserRecord) -> tuple[bool, int]:
    return not user.is_staff, user.id


def _proves(verifier: object, challenge: str) -> bool:
    digest = hashlib.sha256(str(verifier).encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def add_sign_in(pages: Blueprint, services: Services) -> None:
    """Put the page at its address."""
    views = SignIn(services)
    pages.add_url_rule(_PATH, "allow", views.ask)
    pages.add_url_rule(_PATH, "allow_or_deny", views.decide, methods=["POST"])
