"""`/sandbox/…`: JSON without authentication, for tests and demonstrations on this machine."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from flask import Blueprint, Response, request

from connectors.slack.sandbox import control, payloads
from connectors.slack.sandbox.config import ChannelSeed, Json, Rates
from connectors.slack.sandbox.courier import JSON, Parcel
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.faults import FaultError, read_fault
from connectors.slack.sandbox.gate import json_response, revoke
from connectors.slack.sandbox.parts import Parts
from connectors.slack.sandbox.people import send_events
from connectors.slack.sandbox.records import Sent
from connectors.slack.sandbox.wire import channel_json, user_json

T = TypeVar("T")

_USER_SWITCHES: Final = ("is_confirmed", "is_admin", "is_guest", "is_deleted")
_YEAR_S = 366 * 86_400


def _body() -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _field(body: Json, name: str, kind: type[T], default: T) -> T:
    value = body.get(name, default)
    wrong = isinstance(value, bool) and kind is not bool
    if wrong or not isinstance(value, kind):
        raise SlackError("bad_value", field=name)
    return value


def _switch(body: Json, name: str) -> bool | None:
    return _field(body, name, bool, default=False) if name in body else None


def _shown(sent: Sent | None) -> Json:
    return {"sent": control.show_sent(sent) if sent else None}


class ControlViews:
    """The views; registered by `control_blueprint`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._world = parts.world

    def world(self) -> Json:
        """Everything that is there."""
        with self._world.lock:
            return control.show_world(self._world)

    def sent(self) -> Json:
        """The requests to the service, oldest first, with their answers."""
        with self._world.lock:
            return {"sent": [control.show_sent(sent) for sent in self._world.sent]}

    def calls(self) -> Json:
        """The calls of the Web API: method, channel, error; never what was in them."""
        with self._world.lock:
            return {"calls": list(self._world.calls)}

    def checks(self) -> Json:
        """What must never be."""
        with self._world.lock:
            return control.check_world(self._world, self._parts.rates)

    def show_faults(self) -> Json:
        """What is still to go wrong."""
        return {"faults": self._parts.faults.show()}

    def add_fault(self) -> Json:
        """Let the next calls of a method suffer."""
        try:
            self._parts.faults.add(read_fault(_body()))
        except FaultError as error:
            raise SlackError("bad_fault", detail=str(error)) from None
        return self.show_faults()

    def clear_faults(self) -> Json:
        """No more faults."""
        self._parts.faults.clear()
        return self.show_faults()

    def advance(self) -> Json:
        """Put the clock forward: {"seconds": …}."""
        seconds = _field(_body(), "seconds", int, 0)
        if not 0 <= seconds <= _YEAR_S:
            raise SlackError("bad_value", field="seconds")
        with self._world.lock:
            self._world.advance(seconds)
            return {"now": self._world.now().isoformat()}

    def channel(self) -> Json:
        """Change a channel, or make it: {"channel", "has_app", "is_archived", "is_private"}."""
        body = _body()
        name = _field(body, "channel", str, "")
        has_app, is_archived = _switch(body, "has_app"), _switch(body, "is_archived")
        with self._world.lock:
            known = [item for item in self._world.channels.values() if name in {item.id, item.name}]
            if not known and not name:
                raise SlackError("bad_value", field="channel")
            private = bool(_switch(body, "is_private"))
            found = (
                known[0]
                if known
                else self._world.add_channel(ChannelSeed(name, is_private=private))
            )
            found = control.set_channel(
                self._world, found, has_app=has_app, is_archived=is_archived
            )
            return {"channel": channel_json(found)}

    def user(self) -> Json:
        """Change a user: {"user", "email"} and the switches."""
        body = _body()
        with self._world.lock:
            key = _field(body, "user", str, "")
            named = [item for item in self._world.people() if key in {item.id, item.handle}]
            if not named:
                raise SlackError("user_not_found")
            changes: Json = {name: _switch(body, name) for name in _USER_SWITCHES if name in body}
            if "email" in body:
                changes["email"] = _field(body, "email", str, "") or None
            changed = control.set_user(self._world, named[0], **changes)
            return {"user": user_json(changed, with_email=True)}

    def token(self) -> Json:
        """{"refusal": an error code or ""} for all tokens, {"scopes": […]} of the first."""
        body = _body()
        with self._world.lock:
            if "refusal" in body:
                revoke(self._world, _field(body, "refusal", str, ""))
            if "scopes" in body:
                scopes = frozenset(str(scope) for scope in _field(body, "scopes", list, []))
                first = self._world.config.bot_token
                self._world.tokens[first] = replace(self._world.tokens[first], scopes=scopes)
        return {}

    def limits(self) -> Json:
        """{"per_second", "burst"} for messages to a channel; {"off": true}: none."""
        body = _body()
        rates = Rates(
            float(_field(body, "per_second", int | float, 1)),  # type: ignore[arg-type] # a union
            _field(body, "burst", int, 10),
        )
        if rates.per_second <= 0 or rates.burst < 1:
            raise SlackError("bad_value", field="per_second")
        with self._world.lock:
            self._world.rates = None if _switch(body, "off") else rates
        return {}

    def request_url(self) -> Json:
        """{"url"}: attach another service, after it answered Slack's question, or not at all."""
        body = _body()
        url = _field(body, "url", str, "")
        with self._world.lock:
            before, self._world.request_url = self._world.request_url, url
        if _field(body, "verify", bool, default=True):
            challenge = secrets.token_hex(16)
            asked = Parcel("url_verification", payloads.challenge_body(challenge), JSON)
            sent = self._parts.courier.send(asked)
            if sent.trouble or challenge not in sent.answer:
                with self._world.lock:
                    self._world.request_url = before
                raise SlackError("url_not_verified", detail=sent.trouble or "no challenge")
        return {"request_url": url}

    def say(self) -> Json:
        """{"user", "channel", "text"}: words or a command."""
        body = _body()
        words = [_field(body, name, str, "") for name in ("user", "channel", "text")]
        return _shown(self._parts.people.say(*words))

    def click(self) -> Json:
        """{"user", "channel", "ts", "action", "block", "value"}; without `ts` in a modal."""
        body = _body()
        user, where, ts, action, block = (
            _field(body, name, str, "") for name in ("user", "channel", "ts", "action", "block")
        )
        people = self._parts.people
        if not ts:
            values = _field(body, "values", dict, {})
            return _shown(people.click_in_view(user, "", action, values, block=block))
        value = body.get("value")
        return _shown(people.click(user, where, ts, action, block=block, value=value))

    def submit(self) -> Json:
        """{"user", "values": by block id}: send the modal on top."""
        body = _body()
        user, view = _field(body, "user", str, ""), _field(body, "view", str, "")
        return _shown(self._parts.people.submit(user, view, _field(body, "values", dict, {})))

    def close(self) -> Json:
        """{"user"}: close the modal on top."""
        body = _body()
        user, view = _field(body, "user", str, ""), _field(body, "view", str, "")
        return _shown(self._parts.people.close(user, view))

    def resend(self) -> Json:
        """{"number", "retry", "age_s", "spoilt"}: a request again; without number the last one."""
        body = _body()
        number = _field(body, "number", int, 0)
        with self._world.lock:
            rows = [sent for sent in self._world.sent if number in {0, sent.number}]
        if not rows:
            raise SlackError("nothing_sent")
        old = rows[-1]
        parcel = Parcel(
            old.kind,
            old.body,
            old.content_type,
            old.user,
            _field(body, "retry", int, 0),
            age_s=_field(body, "age_s", int, 0),
            spoilt=_field(body, "spoilt", bool, default=False),
        )
        return _shown(self._parts.courier.send(parcel))

    def event(self) -> Json:
        """{"event": {…}}: an event, with Slack's three retries where it isn't taken."""
        event = _field(_body(), "event", dict, {})
        rows = send_events(self._world, self._parts.courier, event)
        return {"sent": [control.show_sent(sent) for sent in rows]}


def control_blueprint(parts: Parts) -> Blueprint:
    """The blueprint with all of it."""
    views = ControlViews(parts)
    blueprint = Blueprint("control", __name__, url_prefix="/sandbox")

    def on(method: str, rule: str, view: Callable[[], Json]) -> None:
        def run() -> Response:
            try:
                return json_response(view(), 200, {"Cache-Control": "no-store"})
            except SlackError as error:
                return json_response(error.body, 400)

        blueprint.add_url_rule(rule, f"{method}{rule}", run, methods=[method])

    on("GET", "/world", views.world)
    on("GET", "/sent", views.sent)
    on("GET", "/calls", views.calls)
    on("GET", "/checks", views.checks)
    on("GET", "/faults", views.show_faults)
    on("POST", "/faults", views.add_fault)
    on("DELETE", "/faults", views.clear_faults)
    on("POST", "/clock", views.advance)
    on("POST", "/channels", views.channel)
    on("POST", "/users", views.user)
    on("POST", "/token", views.token)
    on("POST", "/limits", views.limits)
    on("POST", "/request_url", views.request_url)
    on("POST", "/say", views.say)
    on("POST", "/click", views.click)
    on("POST", "/submit", views.submit)
    on("POST", "/close", views.close)
    on("POST", "/resend", views.resend)
    on("POST", "/events", views.event)
    return blueprint
