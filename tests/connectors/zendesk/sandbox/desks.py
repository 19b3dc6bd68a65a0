"""A sandbox whose clock stands still, whose webhooks wait, and whose endpoint is a list."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from connectors.zendesk.sandbox import Sandbox
from connectors.zendesk.sandbox.config import HookAnswer

HOOK = "http://127.0.0.1:9/webhooks/zendesk"


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Delivery:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Endpoint:
    """The receiving end of webhooks: keeps what came, answers what it is told."""

    answers: list[HookAnswer] = field(default_factory=list)
    got: list[Delivery] = field(default_factory=list)
    always: HookAnswer = field(default_factory=lambda: HookAnswer(202))

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HookAnswer:
        self.got.append(Delivery(method, url, dict(headers), body))
        return self.answers.pop(0) if self.answers else self.always


class Desk:
    """A sandbox with an API client of the bot."""

    def __init__(self, sandbox: Sandbox, clock: Clock, endpoint: Endpoint) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.endpoint = endpoint
        self.http = sandbox.app.test_client()
        self.token = sandbox.token(ttl_s=10**6)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.token}"}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        if path.startswith(("/sandbox", "/oauth")):
            return self.http.open(path, method=method, json=body)
        return self.http.open(f"/api/v2{path}", method=method, json=body, headers=sent)

    def ok(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.call(method, path, body)
        assert 200 <= answer.status_code < 300, (method, path, answer.status_code, answer.json)
        return answer.json if answer.data else {}

    def ticket(self, **body: Any) -> dict[str, Any]:
        """A customer's ticket, as the API shows it."""
        made = self.ok("POST", "/sandbox/tickets", {"body": "Hello", **body})["ticket"]
        return self.ok("GET", f"/tickets/{made['id']}")["ticket"]

    def put(self, ticket_id: int, **ticket: Any) -> dict[str, Any]:
        return self.ok("PUT", f"/tickets/{ticket_id}.json", {"ticket": ticket})

    def refused(self, ticket_id: int, **ticket: Any) -> tuple[int, dict[str, Any]]:
        answer = self.call("PUT", f"/tickets/{ticket_id}.json", {"ticket": ticket})
        return answer.status_code, answer.json

    def group(self, name: str) -> int:
        rows = self.ok("GET", "/groups")["groups"]
        return next(row["id"] for row in rows if row["name"] == name)

    def user(self, name: str) -> int:
        rows = self.ok("GET", "/users")["users"]
        return next(row["id"] for row in rows if row["name"] == name)

    def say(self, ticket_id: int, **body: Any) -> dict[str, Any]:
        """A comment or change by a person."""
        return self.ok("POST", f"/sandbox/tickets/{ticket_id}/comments", body)["ticket"]

    def deliver(self) -> list[Delivery]:
        """Send what is due; what arrived by it."""
        before = len(self.endpoint.got)
        self.sandbox.deliver_due()
        return self.endpoint.got[before:]

    def events(self) -> list[str]:
        return [row["kind"] for row in self.ok("GET", "/sandbox/events")["events"]]

    def faults(self, **body: Any) -> None:
        self.ok("POST", "/sandbox/faults", body)


OpenDesk = Callable[..., Desk]
