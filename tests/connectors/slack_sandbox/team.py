"""A sandbox Slack on a real socket, and a small service of the real Bolt attached to it."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import requests
from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

from connectors.loopback import ServedApp
from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer


class Clock:
    """Stands still until told otherwise; begins now, for signatures are held against true time."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def _ack(ack: Callable[..., Any], **_: Any) -> None:
    ack()


@dataclass
class Service:
    """What the tests' app does. `got` holds the bodies that Bolt let through."""

    sandbox: SlackSandboxServer
    got: list[dict[str, Any]] = field(default_factory=list)
    retries: list[str] = field(default_factory=list)
    on_command: Callable[..., Any] = _ack
    on_action: Callable[..., Any] = _ack
    on_view: Callable[..., Any] = _ack
    is_stuck: bool = False

    def __post_init__(self) -> None:
        config = self.sandbox.sandbox.config
        self.client = WebClient(config.bot_token, base_url=self.sandbox.api_url)
        bolt = App(
            client=self.client,
            signing_secret=config.signing_secret,
            token_verification_enabled=False,
            process_before_response=True,
        )

        def dispatch(ack: Any, body: Any, client: Any) -> None:
            self.got.append(body)
            if "command" in body:
                self.on_command(ack=ack, body=body, client=client)
            elif body["type"] == "block_actions":
                self.on_action(ack=ack, body=body, client=client)
            else:
                self.on_view(ack=ack, body=body, client=client)

        bolt.command(config.command)(dispatch)
        bolt.action({"action_id": _anything()})(dispatch)
        bolt.view(_anything())(dispatch)
        bolt.view_closed(_anything())(dispatch)
        bolt.event("app_uninstalled")(lambda ack, body: (self.got.append(body), ack()))
        handler = SlackRequestHandler(bolt)
        app = Flask(__name__)

        def receive() -> Response:
            if self.is_stuck:
                self._closing.wait(10)
                return Response("", 503)
            retry = request.headers.get("X-Slack-Retry-Num")
            if retry:
                self.retries.append(f"{retry} {request.headers['X-Slack-Retry-Reason']}")
            return handler.handle(request)

        app.add_url_rule("/slack/events", "receive", receive, methods=["POST"])
        self._closing = threading.Event()
        self._served = ServedApp(app)
        self.url = f"{self._served.url}/slack/events"

    def __enter__(self) -> Self:
        self._served.start()
        self.sandbox.sandbox.world.request_url = self.url
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._served.stop()


def _anything() -> Any:
    return re.compile(".*")


class Team:
    """The sandbox, the service, and hands for tests."""

    def __init__(self, server: SlackSandboxServer, clock: Clock, service: Service) -> None:
        self.server = server
        self.clock = clock
        self.service = service
        self.client = service.client
        self.sandbox = server.sandbox
        self.world = server.sandbox.world
        self.people = server.sandbox.people

    def get_stuck(self) -> None:
        """The service takes requests and doesn't answer."""
        self.service.is_stuck = True
        self.sandbox.courier.timeout_s = 0.2

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.send(method, path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{self.server.url}/sandbox{path}", json=body, timeout=10)

    def fault(self, **body: Any) -> None:
        self.control("POST", "/faults", body)

    def seen(self, channel: str, user: str = "U0GRACE") -> list[str]:
        """What a person reads in a channel."""
        return [message.text for message in self.world.visible(channel, user)]

    def post(self, text: str = "hello", channel: str = "C0SUPPORT", **more: Any) -> str:
        return self.client.chat_postMessage(channel=channel, text=text, **more)["ts"]


@dataclass(frozen=True)
class Button:
    """A block with one button."""

    action: str = "take"
    label: str = "Take"
    value: str = "decision-1"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        text = {"type": "plain_text", "text": self.label}
        element = {"type": "button", "action_id": self.action, "text": text, "value": self.value}
        return [{"type": "actions", "block_id": "acts", "elements": [element | self.more]}]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {
        "type": "modal",
        "title": plain("A form"),
        "submit": plain("Send"),
        "callback_id": "form",
        "blocks": list(blocks) or [text_field()],
    }
    return view | more


def text_field(key: str = "reason", **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed"} | more
    return {"type": "input", "block_id": key, "label": plain("Why"), "element": element}


def config(**settings: Any) -> tuple[SlackSandboxConfig, Clock]:
    clock = Clock()
    return SlackSandboxConfig(**{"clock": clock, "rates": None, **settings}), clock
