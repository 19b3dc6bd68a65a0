"""What a person did in Slack, read from a request.

Slash commands come as a form (https://docs.slack.dev/interactivity/implementing-slash-commands),
clicks and submitted forms as JSON in the form's field `payload`
(https://docs.slack.dev/reference/interaction-payloads/).
"""

from collections.abc import Mapping
from dataclasses import dataclass


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
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Click:
    """A button that was pressed in a message."""

    team: str
    user: str
    channel: str
    message_stamp: str
    edited_stamp: str  # of the message's latest change; empty if it was never changed
    action: str
    value: str
    response_url: str
    trigger_id: str
    action_ts: str

    @property
    def key(self) -> str:
        """The same for every press of one button by one user, while the message stays as it is."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent off."""

    team: str
    user: str
    callback: str
    value: str  # what the form was opened with
    fields: Mapping[str, str]  # by the form's own names
    view_id: str

    @property
    def key(self) -> str:
        """One form is sent off once."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Other:
    """A request that asks for nothing; `kind` is Slack's word for it, if it is a short one."""

    kind: str


Act = Command | Click | Submission  # what is stored and worked on
Event = Act | Other


def parse(raw: bytes) -> Event:
    """What these bytes tell. Total: raises only UnreadableError."""
    raise NotImplementedError


def to_json(act: Act) -> dict[str, object]:
    """An act as a JSON object, to be stored."""
    raise NotImplementedError


def from_json(stored: object) -> Act:
    """The act that was stored. Total: raises only UnreadableError."""
    raise NotImplementedError
