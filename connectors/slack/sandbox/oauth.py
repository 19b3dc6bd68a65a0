"""How the app is installed: a page with Allow, a code, a token.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from flask import request

from connectors.addresses import is_loopback
from connectors.slack.sandbox.checking import is_web_address
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.gate import Call, Gate
from connectors.slack.sandbox.records import Code, Token
from connectors.slack.sandbox.world import APP, BOT, TEAM, World

_CODE_LIFE_S = 600


@dataclass(frozen=True, slots=True)
class Wish:
    """What an app asks for at the page."""

    scopes: tuple[str, ...]
    state: str
    redirect_uri: str

    @property
    def origin(self) -> str:
        """Where the browser is sent afterwards."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"


def read_wish(world: World, args: Mapping[str, str]) -> Wish:
    """The query of `/oauth/v2/authorize`; raises SlackError.

    The sandbox sends browsers to this machine only.
    """
    if args.get("client_id") != world.config.client_id:
        raise SlackError("invalid_client_id")
    scopes = tuple(part for part in args.get("scope", "").replace(" ", "").split(",") if part)
    if not scopes:
        raise SlackError("no_scopes")
    unknown = [scope for scope in scopes if scope not in world.config.scopes]
    if unknown:
        raise SlackError("invalid_scope", unknown=",".join(unknown)[:200])
    target = args.get("redirect_uri", "")
    if not is_web_address(target) or not is_loopback(urlsplit(target).hostname):
        raise SlackError("bad_redirect_uri")
    return Wish(scopes, args.get("state", ""), target)


def send_back(world: World, wish: Wish, user: str, *, allowed: bool) -> str:
    """The address to which the browser goes after Allow or Deny."""
    told = {"state": wish.state}
    if allowed:
        if user not in world.users:
            raise SlackError("user_not_found")
        code = f"{world.new_number()}.{len(world.codes):032x}"
        scopes = frozenset(wish.scopes)
        world.codes[code] = Code(scopes, wish.redirect_uri, user, world.now())
        told = {"code": code, **told}
    else:
        told = {"error": "access_denied", **told}
    joint = "&" if urlsplit(wish.redirect_uri).query else "?"
    return f"{wish.redirect_uri}{joint}{urlencode(told)}"


def _credentials(call: Call) -> tuple[str, str]:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(text).decode().partition(":")
        except (ValueError, binascii.Error):
            return "", ""
        return name, secret
    return call.option("client_id") or "", call.option("client_secret") or ""


class OAuthMethods:
    """The method; registered by `register`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def access(self, call: Call) -> Json:
        """`oauth.v2.access`: a code for a token, once, within ten minutes."""
        world = self._world
        name, secret = _credentials(call)
        if name != world.config.client_id:
            raise SlackError("invalid_client_id")
        if not hmac.compare_digest(secret.encode(), world.config.client_secret.encode()):
            raise SlackError("bad_client_secret")
        key = call.option("code") or ""
        code = world.codes.get(key)
        if code is None or (world.now() - code.issued_at).total_seconds() > _CODE_LIFE_S:
            raise SlackError("invalid_code")
        if code.is_used:
            raise SlackError("code_already_used")
        if call.option("redirect_uri") not in {None, code.redirect_uri}:
            raise SlackError("bad_redirect_uri")
        world.codes[key] = replace(code, is_used=True)
        token = f"xoxb-sandbox-{world.new_number()}"
        world.tokens[token] = Token(code.scopes)
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(code.scopes)),
            "bot_user_id": BOT,
            "app_id": APP,
            "team": {"id": TEAM, "name": world.config.team},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": code.user},
        }


def register(gate: Gate, world: World) -> None:
    """Register the method."""
    gate.on("oauth.v2.access", OAuthMethods(world).access, anonymous=True)
