"""What every call of the Web API passes: faults, token, scopes; and how it is answered.

https://docs.slack.dev/apis/web-api/ : arguments come as query, form or JSON; answers are HTTP 200
with `ok`, but 429 for too many calls.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask import Response, request

from connectors.loopback import hang_up
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import RateLimitedError, SlackError, invalid_arguments
from connectors.slack.sandbox.faults import Fault, FaultBox
from connectors.slack.sandbox.records import Token
from connectors.slack.sandbox.world import World

_NESTED: Final = ("blocks", "view", "metadata")  # JSON within a form
_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Call:
    """One call as a method sees it."""

    args: Json
    token: Token

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.args.get(name)
        if not isinstance(value, str) or not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def option(self, name: str) -> str | None:
        """A text that may be there."""
        value = self.args.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid_arguments(f"must be a string: {name}")
        return value

    def flag(self, name: str) -> bool:
        """A truth value, as JSON or as clients write it into forms."""
        return str(self.args.get(name)).lower() in {"1", "true"}

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 on."""
        text = str(self.args.get(name, default))
        good = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
        if not good or not 1 <= int(text) <= most:
            raise SlackError("invalid_limit")
        return int(text)

    def demand(self, *scopes: str) -> None:
        """Raise `missing_scope` unless the token has one of the scopes."""
        if self.token.scopes.isdisjoint(scopes):
            raise SlackError(
                "missing_scope",
                needed=",".join(scopes),
                provided=",".join(sorted(self.token.scopes)),
            )


Method = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and the scopes of which it wants one; an anonymous one has its own proof."""

    method: Method
    scopes: tuple[str, ...] = ()
    anonymous: bool = False


def json_response(body: Json, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    text = json.dumps(body, separators=(",", ":"))
    response = Response(text, status, content_type="application/json; charset=utf-8")
    response.headers.update(headers or {})
    return response


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise SlackError("invalid_json") from None


def read_arguments(raw: bytes) -> Json:
    """The arguments of the request at hand; raises SlackError."""
    args: Json = request.args.to_dict()
    if request.mimetype == "application/json":
        try:
            body = _decoded(raw.decode())
        except UnicodeDecodeError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        args |= body
    else:
        args |= request.form.to_dict()
    for name in _NESTED:
        if isinstance(args.get(name), str):
            args[name] = _decoded(args[name])
    return args


class Gate:
    """Knows all methods and carries out calls to them under the world's lock."""

    def __init__(self, world: World, faults: FaultBox, wait: Callable[[float], None]) -> None:
        self._world = world
        self._faults = faults
        self._wait = wait
        self._routes: dict[str, Route] = {}

    def on(self, name: str, method: Method, *scopes: str, anonymous: bool = False) -> None:
        """Register a method."""
        self._routes[name] = Route(method, scopes, anonymous)

    def dispatch(self, name: str) -> Response:
        """Answer a call of a method."""
        return self.suffer(name, lambda: self._answer(name))

    def suffer(self, name: str, answer: Callable[[], Response]) -> Response:
        """Answer, with the fault that waits for calls of this name."""
        fault = self._faults.next(name)
        if fault is None:
            return answer()
        if fault.kind.endswith("_after"):
            answer()
        else:
            with self._world.lock:
                self._world.note_call(name, "", f"fault:{fault.kind}")
        return self._broken(fault)

    def _broken(self, fault: Fault) -> Response:
        kind = fault.kind.removesuffix("_after")
        if kind == "limited":
            headers = {"Retry-After": str(fault.after_s)}
            return json_response({"ok": False, "error": "ratelimited"}, 429, headers)
        if kind == "refused":
            return json_response({"ok": False, "error": fault.error}, 200)
        if kind == "unreadable":
            return Response("<html>Slack is away</html>", 200, content_type="text/html")
        if kind.startswith("http_"):
            status = int(kind.removeprefix("http_"))
            return Response("<html>Server error</html>", status, content_type="text/html")
        if kind == "silence":
            self._wait(fault.silence_s)
        return hang_up()

    def _answer(self, name: str) -> Response:
        world = self._world
        headers: dict[str, str] = {}
        error, channel = "", ""
        try:
            args = read_arguments(request.get_data())
            channel = str(args.get("channel", ""))[:40]
            route = self._route(name)
            with world.lock:
                call = Call(args, Token(frozenset()) if route.anonymous else self._token(args))
                headers["x-oauth-scopes"] = ",".join(sorted(call.token.scopes))
                headers["x-accepted-oauth-scopes"] = ",".join(route.scopes)
                if route.scopes:
                    call.demand(*route.scopes)
                body, status = {"ok": True, **route.method(call)}, 200
        except SlackError as refusal:
            body, status, error = refusal.body, 200, refusal.code
            if isinstance(refusal, RateLimitedError):
                status = 429
                headers["Retry-After"] = str(refusal.after_s)
        with world.lock:
            world.note_call(name, channel, error)
        return json_response(body, status, headers)

    def _route(self, name: str) -> Route:
        if name not in self._routes:
            raise SlackError("unknown_method", req_method=name[:80])
        return self._routes[name]

    def _token(self, args: Json) -> Token:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        given = text.strip() if kind.lower() == "bearer" else args.get("token")
        if not given:
            raise SlackError("not_authed")
        token = self._world.tokens.get(str(given))
        if token is None:
            raise SlackError("invalid_auth")
        if token.refusal:
            raise SlackError(token.refusal)
        return token


def revoke(world: World, refusal: str) -> None:
    """Give every token the same refusal from now on; "" makes all of them good again."""
    for text, token in world.tokens.items():
        world.tokens[text] = replace(token, refusal=refusal)
