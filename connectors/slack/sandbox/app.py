"""Puts the sandbox Slack together: state, Web API, control and page in one WSGI application."""

import threading

from flask import Flask, Response

from connectors.loopback import is_stranger
from connectors.slack.sandbox import (
    api_chat,
    api_conversations,
    api_people,
    api_views,
    oauth,
)
from connectors.slack.sandbox.answers import AnswerDesk
from connectors.slack.sandbox.config import SlackSandboxConfig
from connectors.slack.sandbox.control_routes import control_blueprint
from connectors.slack.sandbox.courier import Courier
from connectors.slack.sandbox.faults import FaultBox
from connectors.slack.sandbox.gate import Gate, json_response
from connectors.slack.sandbox.pages import page_blueprint
from connectors.slack.sandbox.parts import Parts
from connectors.slack.sandbox.people import People
from connectors.slack.sandbox.rates import PostRates
from connectors.slack.sandbox.world import World

_BODY_LIMIT = 4 * 1024 * 1024


def _refuse_strangers() -> Response | None:
    """Only this machine is served; no foreign web page may reach through the user's browser."""
    if is_stranger():
        return json_response({"error": "the sandbox serves this machine only"}, 403)
    return None


class SlackSandbox:
    """A whole stand-in Slack. `app` is a WSGI application, `world` what is in it."""

    def __init__(self, config: SlackSandboxConfig) -> None:
        self.config = config
        self.world = World(config)
        self.faults = FaultBox()
        self.rates = PostRates(self.world)
        self.courier = Courier(self.world)
        self.modals = api_views.Modals(self.world)
        self.people = People(self.world, self.courier, self.modals)
        self.parts = Parts(self.world, self.faults, self.rates, self.courier, self.people)
        self._closing = threading.Event()
        self.app = self._build(Gate(self.world, self.faults, config.sleep or self._wait))

    def _build(self, gate: Gate) -> Flask:
        app = Flask(__name__, static_folder="static", static_url_path="/static")
        app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
        app.before_request(_refuse_strangers)
        api_chat.register(gate, self.world, self.rates)
        api_conversations.register(gate, self.world)
        api_people.register(gate, self.world)
        api_views.register(gate, self.world, self.modals)
        oauth.register(gate, self.world)
        answers = AnswerDesk(self.world, gate)
        app.add_url_rule("/api/<name>", "api", gate.dispatch, methods=["GET", "POST"])
        app.add_url_rule("/response/<path:key>", "response", answers.take, methods=["POST"])
        app.register_blueprint(control_blueprint(self.parts))
        app.register_blueprint(page_blueprint(self.parts))
        return app

    def _wait(self, seconds: float) -> None:
        self._closing.wait(seconds)

    def close(self) -> None:
        """End all waiting."""
        self._closing.set()


def create_slack_sandbox(config: SlackSandboxConfig | None = None) -> SlackSandbox:
    """A fresh sandbox Slack; close it after use."""
    return SlackSandbox(config or SlackSandboxConfig())
