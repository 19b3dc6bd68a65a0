"""What every API call passes: faults, rate limits, token, scope, role; and how it is answered."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request

from connectors.loopback import hang_up
from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.desk import Source, TicketDesk
from connectors.zendesk.sandbox.errors import (
    ApiError,
    forbidden,
    invalid_endpoint,
    invalid_token,
    unreadable_body,
)
from connectors.zendesk.sandbox.faults import CallFault, FaultBox
from connectors.zendesk.sandbox.limits import RateLimits
from connectors.zendesk.sandbox.oauth import TokenOffice, acting_user, check_scope
from connectors.zendesk.sandbox.records import UserRecord
from connectors.zendesk.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """One call as a view sees it. `actor` is None only where a view allows nobody."""

    actor: UserRecord | None
    args: Mapping[str, str]
    key: str  # of idempotency; "" without one
    raw: bytes
    base: str
    path: str  # with the suffix that the client wrote

    def body(self) -> Json:
        """The body as a JSON object, else 422."""
        try:
            value = json.loads(self.raw)
        except (ValueError, RecursionError):
            raise unreadable_body() from None
        if not isinstance(value, dict):
            raise unreadable_body()
        return value

    def source(self) -> Source:
        """The caller as the author of a ticket update."""
        if self.actor is None:  # pragma: no cover - routes that write never allow nobody
            raise invalid_token()
        return Source(self.actor, "api")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers; `body` None means no content."""

    body: Json | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: who may call it."""

    view: View
    admin: bool = False
    anonymous: bool = False
    update: bool = False  # counts as an update of the ticket in the path
    export: bool = False
    unlocked: bool = False  # the view waits for others, and takes the lock itself


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a sandbox that views use."""

    world: World
    desk: TicketDesk
    tokens: TokenOffice
    limits: RateLimits
    faults: FaultBox
    wait: Callable[[float], None]


def json_response(body: Json | None, status: int, headers: Mapping[str, str]) -> Response:
    """A JSON answer, or an empty one."""
    text = "" if body is None else json.dumps(body, separators=(",", ":"))
    response = Response(text, status, content_type="application/json; charset=utf-8")
    response.headers.update(headers)
    return response


def _html_error(status: int) -> Response:
    page = f"<html><head><title>{status}</title></head><body><h1>Zendesk is away</h1></body></html>"
    return Response(page, status, content_type="text/html; charset=utf-8")


@functools.cache
def _pattern(rule: str) -> re.Pattern[str]:
    """A rule as a pattern: `<id:name>` is a number of 64 bits, `<name>` any one part."""

    def part(match: re.Match[str]) -> str:
        number, name = match.groups()
        return f"(?P<id_{name}>[0-9]{{1,19}})" if number else f"(?P<{name}>[^/]+)"

    return re.compile(re.sub(r"<(id:)?([a-z_]+)>", part, rule))


class Gate:
    """Knows all views under `/api/v2` and carries out calls to them under the world's lock.

    It finds the view itself: a router of this size is slow to build, and tests build many.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self._routes: dict[str, list[tuple[re.Pattern[str], Route]]] = {}

    def on(self, methods: str, rule: str, route: Route) -> None:
        """Register a view for methods ("GET" or "PUT POST") and a rule."""
        for method in methods.split():
            self._routes.setdefault(method, []).append((_pattern(rule), route))

    def dispatch(self, path: str) -> Response:
        """Answer a call to a path below `/api/v2`."""
        method = "GET" if request.method == "HEAD" else request.method
        for pattern, route in self._routes.get(method, ()):
            match = pattern.fullmatch(f"/{path}")
            if match is not None:
                params: dict[str, int | str] = {
                    name.removeprefix("id_"): int(value) if name.startswith("id_") else value
                    for name, value in match.groupdict().items()
                }
                return self.carry_out(functools.partial(self._answer, route, params))
        return self.carry_out(self._unknown)

    def carry_out(self, answer: Callable[[], Response]) -> Response:
        """Answer a call, with the faults that are switched on."""
        faults = self.services.faults
        write = request.method not in {"GET", "HEAD"}
        fault = faults.for_call(write=write, path=request.path)
        if fault.latency_s > 0:
            self.services.wait(fault.latency_s)
        if fault.before:
            return self._break(fault.before, fault)
        response = answer()
        return self._break(fault.after, fault) if fault.after else response

    def _break(self, kind: str, fault: CallFault) -> Response:
        with self.services.world.lock:
            self.services.world.note(f"fault.{kind}", None, f"{request.method} {request.path}")
        if kind == "limited":
            body = {"error": "TooManyRequests", "description": "Rate limit exceeded"}
            return json_response(body, 429, {"Retry-After": str(fault.retry_after_s)})
        if kind == "error":
            return _html_error(fault.status)
        if kind == "silence":
            self.services.wait(fault.silence_s)
        return hang_up()

    def _answer(self, route: Route, params: Mapping[str, Any]) -> Response:
        services = self.services
        headers: dict[str, str] = {}
        raw = request.get_data()
        try:
            with services.world.lock:
                headers |= services.limits.account()
                call = self._call(route, raw)
                if route.update and call.actor is not None:
                    headers |= services.limits.ticket_update(call.actor.id, params["ticket_id"])
                if route.export:
                    headers |= services.limits.export()
                if not route.unlocked:
                    answer = route.view(call, **params)
            if route.unlocked:
                answer = route.view(call, **params)
        except ApiError as error:
            return json_response(error.body, error.status, headers | error.headers)
        return json_response(answer.body, answer.status, headers | dict(answer.headers))

    def _call(self, route: Route, raw: bytes) -> Call:
        world = self.services.world
        token = self.services.tokens.bearer(request.headers.get("Authorization"))
        actor: UserRecord | None = None
        if token is not None:
            resource = request.path.removeprefix("/api/v2/").partition("/")[0]
            check_scope(token, resource, write=request.method not in {"GET", "HEAD"})
            actor = acting_user(world, token)
            if (route.admin and actor.role != "admin") or (actor.suspended and not route.anonymous):
                raise forbidden()
        elif not route.anonymous:
            raise invalid_token()
        written = str(request.environ.get("sandbox.path", request.path))
        base = request.host_url.rstrip("/")
        key = request.headers.get("Idempotency-Key", "")
        return Call(actor, request.args, key, raw, base, written)

    def _unknown(self) -> Response:
        error = invalid_endpoint()
        return json_response(error.body, error.status, error.headers)
