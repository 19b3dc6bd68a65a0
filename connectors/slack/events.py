"""What a person did in Slack, read from a request.

Slash commands come as a form (https://docs.slack.dev/interactivity/implementing-slash-commands),
clicks and submitted forms as JSON in the form's field `payload`
(https://docs.slack.dev/reference/interaction-payloads/). Whatever else comes asks for nothing.

What Slack sends is laid out flat first, and only then looked at value by value. What is stored has
that same flat form, so both are read by the same lines.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final
from urllib.parse import parse_qsl

from connectors.slack.cards import SHOWING
from connectors.slack.text import unescaped

Json = dict[str, Any]


class UnreadableError(ValueError):
    """The bytes hold no request of Slack's. Says which part, and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command."""

    team: str
    user: str
    channel: str
    command: str
    text: str
    response_url: str
    trigger_id: str

    @property
    def key(self) -> str:
        """The same for every attempt to deliver one command."""
        return _key("command", self.team, self.user, self.trigger_id)


@dataclass(frozen=True, slots=True)
class Click:
    """A button that was pressed in a message."""

    team: str
    user: str
    channel: str
    message_stamp: str
    edited_stamp: str  # of the message's latest change; empty if Slack names none
    action: str
    value: str
    response_url: str
    trigger_id: str
    action_ts: str

    @property
    def key(self) -> str:
        """The same for every press of one button by one user, while the message stays as it is.

        Buttons that only show something may be pressed again: theirs is the same for every attempt
        to deliver one press.
        """
        if self.action in SHOWING:
            return _key("click", self.team, self.user, self.trigger_id, self.action)
        shown = (self.channel, self.message_stamp, self.edited_stamp)
        return _key("click", self.team, *shown, self.action, self.value, self.user)


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent off."""

    team: str
    user: str
    callback: str
    value: str  # what the form was opened with
    fields: Mapping[str, str]  # by the form's own names
    view_id: str
    opened_in: str = ""  # a channel; empty if its form is of a former release

    @property
    def key(self) -> str:
        """One form is sent off once."""
        return _key("submission", self.team, self.user, self.view_id)


@dataclass(frozen=True, slots=True)
class Other:
    """A request that asks for nothing; `kind` is Slack's word for it, empty if it is no word.

    https://docs.slack.dev/reference/events/url_verification : its `challenge` wants to come back.
    """

    kind: str
    challenge: str = ""


Act = Command | Click | Submission  # what is stored and worked on
Event = Act | Other

_ACTS: Final[tuple[type[Act], ...]] = (Command, Click, Submission)
_KINDS: Final = {made.__name__.lower(): made for made in _ACTS}
_MOST_PARTS: Final = 100  # of a request's form; Slack sends about 15
_MOST_FIELDS: Final = 20

_ID: Final = re.compile(r"[A-Z0-9]{1,40}", re.ASCII)
_STAMP: Final = re.compile(r"\d{1,20}(?:\.\d{1,10})?", re.ASCII)
_OPENED_IN: Final = re.compile(r"(.*)\n([A-Z0-9]{1,40})", re.ASCII | re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,255}", re.ASCII)
_FREE: Final = re.compile(r".{0,8000}", re.DOTALL)
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "team": _ID,
    "user": _ID,
    "channel": _ID,
    "view_id": _ID,
    "opened_in": re.compile(f"(?:{_ID.pattern})?", re.ASCII),
    "message_stamp": _STAMP,
    "edited_stamp": re.compile(f"(?:{_STAMP.pattern})?", re.ASCII),
    "action_ts": _STAMP,
    "trigger_id": _WORD,
    "action": _WORD,
    "callback": _WORD,
    "command": re.compile(r"/[^\s/]{1,40}"),
    "text": _FREE,
    "value": re.compile(r".{0,3000}", re.DOTALL),
    "response_url": re.compile(r"\S{0,1000}"),
}


def parse(raw: bytes) -> Event:
    """What these bytes tell. Total: raises only UnreadableError.

    A form never begins with a brace. What does is JSON and nothing else: somebody's words stand
    in it, which may be written like a form. The header that names the type is not signed.
    """
    if raw.lstrip()[:1] == b"{":
        return _other(_json(raw))
    form = _form(raw)
    if "payload" in form:
        return _interaction(_json(form["payload"]))
    if "command" in form:
        return from_json(_flat_command(form))
    return Other("")


def to_json(act: Act) -> Json:
    """An act as a JSON object, to be stored."""
    kind = next(name for name, made in _KINDS.items() if isinstance(act, made))
    return asdict(act) | {"act": kind}


def from_json(stored: object) -> Act:
    """The act that was stored. Total: raises only UnreadableError."""
    body = _object(stored)
    made = _KINDS.get(str(body.get("act")))
    if made is None:
        raise UnreadableError("it is neither a command, a click nor a submission")
    values: Json = {
        field.name: _checked(field.name, body.get(field.name))
        for field in fields(made)
        if field.name != "fields"
    }
    if made is Submission:
        values["fields"] = _entered(_object(body.get("fields")))
    return made(**values)


def _entered(entries: Json) -> dict[str, str]:
    if len(entries) > _MOST_FIELDS:
        raise UnreadableError("the form has too many fields")
    return {_checked("callback", name): _checked("text", text) for name, text in entries.items()}


def _checked(name: str, value: object) -> str:
    """The value, if it has the shape of its field; without what no store takes."""
    text = value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
    text = text.replace("\0", "")
    if _SHAPES[name].fullmatch(text) is None:
        raise UnreadableError(f"the field {name} is missing, or not in Slack's form")
    return text


def _flat_command(form: Json) -> Json:
    """Slack writes `&`, `<` and `>` of what was typed as it does in messages."""
    same = {name: form.get(name) for name in ("command", "response_url", "trigger_id")}
    same["text"] = unescaped(str(form.get("text") or ""))
    whom = {name: form.get(f"{name}_id") for name in ("team", "user", "channel")}
    return {"act": "command", **same, **whom}


def _interaction(body: Json) -> Event:
    """Buttons within forms aren't ours; nor are shortcuts, menus, and forms that were closed."""
    kind, container = body.get("type"), _maybe(body.get("container"))
    if kind == "view_submission":
        return from_json(_flat_submission(body))
    if kind == "block_actions" and container.get("type") == "message":
        pressed = body.get("actions")
        action = _maybe(pressed[0]) if isinstance(pressed, list) and len(pressed) == 1 else {}
        if action.get("type") == "button":
            return from_json(_flat_click(body, container, action))
    return _other(body)


def _flat_click(body: Json, container: Json, action: Json) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload ."""
    edited = _maybe(_maybe(body.get("message")).get("edited"))
    return {
        "act": "click",
        "team": _team(body),
        "user": _maybe(body.get("user")).get("id"),
        "channel": container.get("channel_id"),
        "message_stamp": container.get("message_ts"),
        "edited_stamp": edited.get("ts"),
        "action": action.get("action_id"),
        "value": action.get("value"),
        "response_url": body.get("response_url"),
        "trigger_id": body.get("trigger_id"),
        "action_ts": action.get("action_ts"),
    }


def _flat_submission(body: Json) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload ."""
    view = _maybe(body.get("view"))
    values = _maybe(_maybe(view.get("state")).get("values"))
    metadata = str(view.get("private_metadata") or "")
    opened = _OPENED_IN.fullmatch(metadata)
    return {
        "act": "submission",
        "team": _team(body),
        "user": _maybe(body.get("user")).get("id"),
        "callback": view.get("callback_id"),
        "value": opened[1] if opened else metadata,
        "opened_in": opened[2] if opened else "",
        "fields": {name: _entry(_maybe(block)) for name, block in values.items()},
        "view_id": view.get("id"),
    }


def _entry(block: Json) -> object:
    """What stands in a field, or the value of what was chosen there."""
    entered = _maybe(next(iter(block.values()), None))
    return _maybe(entered.get("selected_option")).get("value") or entered.get("value")


def _team(body: Json) -> object:
    """Where an app is installed for a whole organisation, only the user's team is named."""
    return _maybe(body.get("team")).get("id") or _maybe(body.get("user")).get("team_id")


def _other(body: Json) -> Other:
    kind, challenge = body.get("type"), body.get("challenge")
    return Other(
        kind if isinstance(kind, str) and _WORD.fullmatch(kind) else "",
        challenge if isinstance(challenge, str) and _WORD.fullmatch(challenge) else "",
    )


def _form(raw: bytes) -> Json:
    try:
        parts = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_PARTS)
    except ValueError:
        raise UnreadableError("the body is no form in UTF-8") from None
    form = dict(parts)
    if len(form) < len(parts):
        raise UnreadableError("a field of the form stands there twice")
    return form


def _json(text: str | bytes) -> Json:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("the body is no JSON") from None
    return _object(value)


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise UnreadableError("a part that must be a JSON object is none")
    return value


def _maybe(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _key(kind: str, *parts: str) -> str:
    """Short, and without anybody's words. The list is written as no other list is."""
    listed = json.dumps([kind, *parts]).encode()
    return f"slack:{kind}:{hashlib.sha256(listed).hexdigest()}"
