"""Slack's requests, from raw bytes to what Slack is answered, by way of Bolt.

In front of Bolt stands a door: what isn't signed or not in Slack's form never reaches it. Bolt
answers 500 to headers of another form, stumbles over bodies of another form, takes a command in
whose words `payload` stands for one without any, and writes bodies to its log. So it gets a
request's outline only, in which nobody's words stand; what was read at the door goes along.

What a person did is given to `take` before Slack is answered. Only when `take` has returned is the
request acknowledged; if it raises, Slack tells the person that it didn't work.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, assert_never
from urllib.parse import urlencode

from slack_bolt import Ack as BoltAck
from slack_bolt import App, BoltContext, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from connectors.signed import SignatureError
from connectors.slack.events import (
    Act,
    Click,
    Command,
    Event,
    Other,
    Submission,
    UnreadableError,
    parse,
)
from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign, verify

NOT_INSTALLED: Final = (
    "Deskclerk isn't installed in this workspace. Ask whoever looks after it to add it at its "
    "page /slack, or to name this workspace in the setting SLACK_WORKSPACES."
)
MAX_BODY_BYTES: Final = 1024 * 1024

_THREADS: Final = 16
_ACT: Final = "act"  # the name under which Bolt carries what was read at the door
_ANY: Final = re.compile("")
_FORM: Final = "application/x-www-form-urlencoded"
_VERIFICATION: Final = "url_verification"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ack:
    """What Slack is told at once, and what is done right after."""

    errors: Mapping[str, str] = field(default_factory=dict)  # by field: the form stays open
    after: Callable[[], None] | None = None  # opens a form; nothing is decided by it
    said: str = ""  # shown to whoever gave a command


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


Take = Callable[[Act], Ack]
TokenOf = Callable[[str], str | None]  # the bot's token in a workspace; None if there is none


class Door:
    """Receives Slack's requests. For any number of threads."""

    def __init__(self, bolt: App, secrets: Sequence[str], clock: Callable[[], datetime]) -> None:
        """`secrets` begins with the one Bolt has; others are those that it replaces."""
        self._bolt = bolt
        self._secrets = tuple(secrets)
        self._clock = clock

    def receive(self, raw: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to one POST.

        401 without a word to what Slack didn't sign for us, 413 to what is too large, 400 to what
        is not in Slack's form, 200 to what asks for nothing.
        """
        if len(raw) > MAX_BODY_BYTES:
            return Reply(413)
        try:
            signed = verify(raw, headers, self._secrets, self._clock())
            event = parse(raw)
        except SignatureError:
            return Reply(401)
        except UnreadableError:
            return Reply(400)
        if isinstance(event, Other) and event.kind != _VERIFICATION:
            return Reply(200)
        stamp = str(int(signed.instant.timestamp()))
        answer = self._bolt.dispatch(_bolt_request(event, stamp, self._secrets[0]))
        content_type = answer.headers.get("content-type", ["text/plain"])[0]
        return Reply(answer.status, answer.body, content_type)


def create_bolt(secret: str, token_of: TokenOf, take: Take) -> App:
    """The Bolt app that gives every command, click and form to `take`.

    It calls nobody. `SLACK_…` variables of the environment, which Bolt reads by itself, don't
    change what it answers.
    """

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        token = token_of(team_id or "")
        if token is None:
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    def listen(ack: BoltAck, context: BoltContext) -> None:
        taken = take(context[_ACT])
        if taken.errors:
            ack(response_action="errors", errors=dict(taken.errors))
        else:
            ack(taken.said)
        if taken.after is not None:
            afterwards.submit(_logged, taken.after)

    # Apart from what acknowledges: forms that open slowly hold up nothing that comes next.
    afterwards = ThreadPoolExecutor(_THREADS, thread_name_prefix="slack-after")
    bolt = App(
        name="Deskclerk",
        signing_secret=secret,
        authorize=authorize,  # type: ignore[arg-type] # Bolt takes None for "not installed"
        token_verification_enabled=False,
        user_facing_authorize_error_message=NOT_INSTALLED,
        listener_executor=ThreadPoolExecutor(_THREADS, thread_name_prefix="slack"),
    )
    bolt.command(_ANY)(listen)
    bolt.block_action(_ANY)(listen)
    bolt.view_submission(_ANY)(listen)
    return bolt


def _logged(after: Callable[[], None]) -> None:
    """Nobody waits for it, so that what it raises is told to the log; nobody's words are in it."""
    try:
        after()
    except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on
        _log.error("what comes after an acknowledgement failed: %s", type(error).__name__)


def _bolt_request(event: Event, stamp: str, secret: str) -> BoltRequest:
    """The outline of a verified request, signed anew for Bolt."""
    body = _outline(event)
    headers = {
        "Content-Type": "application/json" if body.startswith("{") else _FORM,
        TIMESTAMP_HEADER: stamp,
        SIGNATURE_HEADER: sign(body.encode(), stamp, secret),
    }
    return BoltRequest(body=body, headers=dict(headers), context={_ACT: event})


def _outline(event: Event) -> str:
    match event:
        case Command():
            whom = {"team_id": event.team, "user_id": event.user, "channel_id": event.channel}
            return urlencode({"command": event.command, **whom})
        case Click():
            pressed = {"type": "button", "action_id": event.action, "block_id": "-"}
            return _payload(event, type="block_actions", actions=[pressed])
        case Submission():
            view = {"type": "modal", "id": event.view_id, "callback_id": event.callback}
            return _payload(event, type="view_submission", view=view)
        case Other():
            return json.dumps({"type": event.kind, "challenge": event.challenge})
        case _:
            assert_never(event)


def _payload(act: Click | Submission, **parts: Any) -> str:
    whom = {"team": {"id": act.team}, "user": {"id": act.user, "team_id": act.team}}
    return urlencode({"payload": json.dumps(whom | parts)})
