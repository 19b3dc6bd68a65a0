"""Puts the sandbox together: state, API, control and page in one WSGI application."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter

from connectors.loopback import is_stranger
from connectors.zendesk.sandbox import (
    api_help_center,
    api_misc,
    api_people,
    api_rules,
    api_tickets,
    api_views,
    api_webhooks,
)
from connectors.zendesk.sandbox.config import SandboxConfig, Transport
from connectors.zendesk.sandbox.control import Stage
from connectors.zendesk.sandbox.control_routes import control_blueprint
from connectors.zendesk.sandbox.delivery import Dispatcher
from connectors.zendesk.sandbox.desk import TicketDesk
from connectors.zendesk.sandbox.errors import ApiError
from connectors.zendesk.sandbox.faults import FaultBox
from connectors.zendesk.sandbox.gate import Gate, Services, json_response
from connectors.zendesk.sandbox.limits import RateLimits
from connectors.zendesk.sandbox.notices import Announcer
from connectors.zendesk.sandbox.oauth import TokenOffice
from connectors.zendesk.sandbox.pages import page_blueprint
from connectors.zendesk.sandbox.seed import seed_world
from connectors.zendesk.sandbox.sign_in import add_sign_in
from connectors.zendesk.sandbox.transport import HttpTransport
from connectors.zendesk.sandbox.world import World

_BODY_LIMIT = 4 * 1024 * 1024
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _IdConverter(BaseConverter):
    """A record's id in a path: digits of a 64-bit number."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        return int(value)


def _without_suffix(inner: Wsgi) -> Wsgi:
    """Every API path also answers with `.json` at its end, but those of webhooks."""

    def run(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path.startswith("/api/v2/"):
            environ["sandbox.path"] = path
            if path.endswith(".json") and not path.startswith("/api/v2/webhooks"):
                environ["PATH_INFO"] = path.removesuffix(".json")
        return inner(environ, start)

    return run


def _refuse_strangers() -> Response | None:
    """Only this machine is served; no foreign web page may reach through the user's browser."""
    if is_stranger():
        return json_response({"error": "the sandbox serves this machine only"}, 403, {})
    return None


class Sandbox:
    """A whole stand-in helpdesk. `app` is a WSGI application, `state` the world inside it."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.state = World(config)
        self._closing = threading.Event()
        self.faults = FaultBox()
        self._http = HttpTransport(config.webhook_timeout_s, remote=config.remote_endpoints)
        self._transport: Transport = config.transport or self._http
        self.dispatcher = Dispatcher(self.state, self.faults, self._transport)
        self.services = Services(
            world=self.state,
            desk=TicketDesk(self.state, Announcer(self.state, self.dispatcher).tell),
            tokens=TokenOffice(self.state),
            limits=RateLimits(self.state),
            faults=self.faults,
            wait=config.sleep or self._wait,
        )
        self.stage = Stage(self.services, self.dispatcher)
        with self.state.lock:
            seed_world(self.state)
        self.app = self._build(Gate(self.services))

    def _build(self, gate: Gate) -> Flask:
        app = Flask(__name__, static_folder="static", static_url_path="/static")
        app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
        app.url_map.converters["id"] = _IdConverter
        app.before_request(_refuse_strangers)
        for views in (api_tickets, api_people, api_rules, api_help_center, api_misc, api_views):
            views.register(gate)
        api_webhooks.register(gate, self.dispatcher, self._transport)
        app.register_blueprint(control_blueprint(self.services, self.stage, self.dispatcher))
        pages = page_blueprint(self.services, self.stage)
        add_sign_in(pages, self.services)
        app.register_blueprint(pages)
        app.add_url_rule(
            "/api/v2/<path:path>",
            "api",
            gate.dispatch,
            methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        )
        app.add_url_rule(
            "/oauth/tokens", "tokens", lambda: gate.carry_out(self._mint), methods=["POST"]
        )
        app.wsgi_app = _without_suffix(app.wsgi_app)  # type: ignore[assignment,method-assign] # as Flask documents
        return app

    def _mint(self) -> Response:
        try:
            with self.state.lock:
                body = self.services.tokens.exchange(request.get_json(silent=True))
        except ApiError as error:
            return json_response(error.body, error.status, error.headers)
        return json_response(body, 200, {"Cache-Control": "no-store"})

    def _wait(self, seconds: float) -> None:
        self._closing.wait(seconds)

    def token(self, scopes: str = "read write", ttl_s: int | None = None) -> str:
        """An access token of the bot, without going through `/oauth/tokens`."""
        with self.state.lock:
            return self.services.tokens.mint(self.state.bot_id, scopes, ttl_s)

    def deliver_due(self) -> int:
        """Send the webhooks that are due now, in this thread; how many were tried."""
        return self.dispatcher.deliver_due()

    def close(self) -> None:
        """End all waiting, threads and connections of the sandbox."""
        self._closing.set()
        self.dispatcher.close()
        self._http.close()


def create_sandbox(config: SandboxConfig | None = None) -> Sandbox:
    """A fresh sandbox helpdesk; close it after use."""
    return Sandbox(config or SandboxConfig())
