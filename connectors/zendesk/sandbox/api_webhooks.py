"""`/api/v2/webhooks`: webhooks, their secrets and what became of their deliveries.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/ . These paths have no
`.json` twin, and need an administrator.
"""

import json

from connectors.addresses import is_protected
from connectors.zendesk.sandbox.config import PUBLIC_TEST_SECRET, Json, Transport
from connectors.zendesk.sandbox.delivery import Attempt, Dispatcher, Invocation
from connectors.zendesk.sandbox.errors import ApiError, coded_error, invalid_endpoint
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.reading import object_at
from connectors.zendesk.sandbox.signing import credential_headers, signed_headers
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_FORMATS = frozenset({"json", "xml", "form_encoded"})
TRIGGERED = "conditional_ticket_events"
_CHANGEABLE = (
    "name", "description", "status", "endpoint", "http_method", "request_format", "subscriptions",
    "authentication", "custom_headers",
)  # fmt: skip


def _invalid(what: str) -> ApiError:
    return coded_error(400, "InvalidRequest", f"{what} is not valid")


def _check_endpoint(url: object) -> None:
    if not isinstance(url, str) or not is_protected(url):
        raise _invalid("endpoint")  # Zendesk wants https; the sandbox takes http on this machine


def check_webhook(row: Json) -> None:
    """400 unless the webhook may stand so."""
    if not isinstance(row.get("name"), str) or not row["name"].strip():
        raise _invalid("name")
    if row.get("status") not in {"active", "inactive"}:
        raise _invalid("status")
    if row.get("http_method") not in _METHODS:
        raise _invalid("http_method")
    if row.get("request_format") not in _FORMATS:
        raise _invalid("request_format")
    _check_endpoint(row.get("endpoint"))
    names = row.get("subscriptions")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _invalid("subscriptions")
    events = [name for name in names if name.startswith("zen:event-type:")]
    if len(events) + names.count(TRIGGERED) != len(names) or (events and TRIGGERED in names):
        raise _invalid("subscriptions")
    if events and (row["http_method"], row["request_format"]) != ("POST", "json"):
        raise _invalid("request_format")
    for name in ("authentication", "custom_headers"):
        if row.get(name) is not None and not isinstance(row[name], dict):
            raise _invalid(name)


def make_webhook(world: World, wanted: Json, by: int) -> Json:
    """A new webhook with a secret of its own."""
    now = stamp(world.now())
    row: Json = {name: wanted.get(name) for name in _CHANGEABLE}
    row["subscriptions"] = wanted.get("subscriptions") or []
    check_webhook(row)
    key = world.new_ulid()
    row |= {"id": key, "created_at": now, "created_by": str(by)}
    row |= {"updated_at": now, "updated_by": str(by)}
    world.webhook_secrets[key] = world.new_secret()
    return world.webhooks.put(row)


def _pairs(headers: object) -> list[Json]:
    return [{"key": key, "value": value} for key, value in dict(headers).items()]  # type: ignore[call-overload] # a mapping of strings


def _shown(row: Json) -> Json:
    """A webhook as it is shown: never with credentials or a secret."""
    shown = {key: value for key, value in row.items() if value is not None}
    if row.get("authentication"):
        credentials = row["authentication"]
        shown["authentication"] = {
            "type": credentials.get("type"),
            "add_position": credentials.get("add_position", "header"),
        }
    return shown


def _invocation_json(item: Invocation) -> Json:
    return {
        "id": item.id,
        "status": item.status,
        "status_code": item.status_code,
        "latest_completed_at": stamp(item.completed_at or item.created_at),
    }


def _attempt_json(item: Attempt, invocation: Invocation) -> Json:
    good = 200 <= item.answer.status < 300  # noqa: PLR2004 - the success range
    return {
        "id": item.id,
        "invocation_id": invocation.id,
        "status": "success" if good else "failed",
        "status_code": item.answer.status,
        "completed_at": stamp(item.completed_at),
        "request": {
            "headers": _pairs(item.request_headers),
            "payload": invocation.body.decode(errors="replace"),
        },
        "response": {"headers": _pairs(item.answer.headers), "payload": item.answer.body},
    }


class WebhookViews:
    """The views; registered by `register`."""

    def __init__(self, services: Services, dispatcher: Dispatcher, transport: Transport) -> None:
        self._world = services.world
        self._dispatcher = dispatcher
        self._transport = transport

    def _find(self, webhook_id: str) -> Json:
        row = self._world.webhooks.get(webhook_id)
        if row is None:
            raise coded_error(404, "WebhookNotFound", "Webhook not found")
        return row

    def _require_plan(self) -> None:
        if self._world.config.max_webhooks == 0:
            raise invalid_endpoint()

    def index(self, call: Call) -> Answer:
        """All webhooks, or those whose name holds `filter[name_contains]`."""
        self._require_plan()
        part = call.args.get("filter[name_contains]", "").casefold()
        rows = [row for row in self._world.webhooks if part in row["name"].casefold()]
        args = {"page[size]": "100", **call.args}
        return Answer(page_of("webhooks", rows, _shown, args, call.base, call.path))

    def create(self, call: Call) -> Answer:
        """A new webhook; the answer does not hold its secret."""
        self._require_plan()
        if len(self._world.webhooks) == self._world.config.max_webhooks:
            raise coded_error(400, "WebhookLimitExceeded", "The account has no more webhooks")
        cloned = call.args.get("clone_webhook_id")
        wanted = self._find(cloned) if cloned else object_at(call.body(), "webhook")
        row = make_webhook(self._world, wanted, call.source().actor.id)
        return Answer({"webhook": _shown(row)}, 201)

    def show(self, call: Call, webhook_id: str) -> Answer:
        """One webhook."""
        del call
        return Answer({"webhook": _shown(self._find(webhook_id))})

    def change(self, call: Call, webhook_id: str) -> Answer:
        """Change properties; how it is connected can't be changed."""
        old = self._find(webhook_id)
        wanted = object_at(call.body(), "webhook")
        row = old | {name: wanted[name] for name in _CHANGEABLE if name in wanted}
        check_webhook(row)
        if (TRIGGERED in row["subscriptions"]) != (TRIGGERED in old["subscriptions"]):
            raise _invalid("subscriptions")
        row |= {
            "updated_at": stamp(self._world.now()),
            "updated_by": str(call.source().actor.id),
        }
        self._world.webhooks.put(row)
        return Answer(None, 204)

    def delete(self, call: Call, webhook_id: str) -> Answer:
        """No more webhook."""
        del call
        self._find(webhook_id)
        self._world.webhooks.remove(webhook_id)
        return Answer(None, 204)

    def show_secret(self, call: Call, webhook_id: str) -> Answer:
        """The signing secret."""
        del call
        self._find(webhook_id)
        secret = {"secret": self._world.webhook_secrets[webhook_id], "algorithm": "SHA256"}
        return Answer({"signing_secret": secret})

    def reset_secret(self, call: Call, webhook_id: str) -> Answer:
        """A fresh signing secret; the old one is void at once."""
        self._find(webhook_id)
        self._world.webhook_secrets[webhook_id] = self._world.new_secret()
        return Answer(self.show_secret(call, webhook_id).body, 201)

    def invocations(self, call: Call, webhook_id: str) -> Answer:
        """What became of the messages, newest first; `filter[status]` narrows them."""
        self._find(webhook_id)
        status = call.args.get("filter[status]")
        rows = [
            item
            for item in reversed(list(self._dispatcher.invocations.values()))
            if item.webhook_id == webhook_id and status in {None, item.status}
        ]
        args = {"page[size]": "100", **call.args}
        return Answer(page_of("invocations", rows, _invocation_json, args, call.base, call.path))

    def attempts(self, call: Call, webhook_id: str, invocation_id: str) -> Answer:
        """All tries of one message."""
        del call
        found = self._dispatcher.invocations.get(invocation_id)
        if found is None or found.webhook_id != webhook_id:
            raise coded_error(404, "InvocationNotFound", "Invocation not found")
        return Answer({"attempts": [_attempt_json(item, found) for item in found.attempts]})

    def test(self, call: Call) -> Answer:
        """Send a test message at once; an unsaved webhook is signed with the public test secret.

        The lock isn't held meanwhile: the receiver may call the sandbox before it answers.
        """
        request = call.body().get("request")
        request = request if isinstance(request, dict) else {}
        webhook_id = call.args.get("webhook_id", call.args.get("test_webhook_id"))
        payload = request.get("payload", {"message": "This is a test of the webhook."})
        body = (payload if isinstance(payload, str) else json.dumps(payload)).encode()
        with self._world.lock:
            row = self._find(webhook_id) if webhook_id else {}
            secret = self._world.webhook_secrets[webhook_id] if webhook_id else PUBLIC_TEST_SECRET
            ids = {
                "account": str(self._world.config.account_id),
                "webhook": str(webhook_id or ""),
                "invocation": self._world.new_ulid(),
            }
        url = request.get("endpoint", row.get("endpoint"))
        _check_endpoint(url)
        headers = credential_headers(row | request)
        headers |= signed_headers(secret, body, self._world.now(), ids)
        method = str(request.get("http_method", row.get("http_method", "POST")))
        answer = self._transport(method, str(url), headers, body)
        shown = {
            "status": str(answer.status),
            "headers": _pairs(answer.headers),
            "payload": answer.body,
        }
        return Answer({"response": shown})


def register(gate: Gate, dispatcher: Dispatcher, transport: Transport) -> None:
    """Put the views at their addresses."""
    views = WebhookViews(gate.services, dispatcher, transport)
    one = "/webhooks/<webhook_id>"
    gate.on("GET", "/webhooks", Route(views.index, admin=True))
    gate.on("POST", "/webhooks", Route(views.create, admin=True))
    gate.on("POST", "/webhooks/test", Route(views.test, admin=True, unlocked=True))
    gate.on("GET", one, Route(views.show, admin=True))
    gate.on("PATCH PUT", one, Route(views.change, admin=True))
    gate.on("DELETE", one, Route(views.delete, admin=True))
    gate.on("GET", f"{one}/signing_secret", Route(views.show_secret, admin=True))
    gate.on("POST", f"{one}/signing_secret", Route(views.reset_secret, admin=True))
    gate.on("GET", f"{one}/invocations", Route(views.invocations, admin=True))
    gate.on("GET", f"{one}/invocations/<invocation_id>/attempts", Route(views.attempts, admin=True))
