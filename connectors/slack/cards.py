"""What is shown in Slack, as values without any of Slack's own form.

`connectors.slack.messages` turns them into messages, `connectors.slack.forms` into forms. Every
text may come from strangers: none of them can ping, link or format anything.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What a button does: its `action_id` at Slack. Its value is what the card is about."""

    TAKE = "take"
    NOT_THIS = "not_this"
    WHY = "why"
    SEND = "send"
    EDIT = "edit"
    ANOTHER = "another"
    NOT_A_QUESTION = "not_a_question"
    ESCALATE = "escalate"
    NAME_CASE = "name_case"
    SHARE = "share"
    OPEN = "open"  # leads to the helpdesk; Slack reports the click all the same


# These only show something, once more if they are pressed once more.
SHOWING = frozenset(
    {Action.WHY, Action.NOT_THIS, Action.NAME_CASE, Action.EDIT, Action.ANOTHER, Action.OPEN}
)


@dataclass(frozen=True, slots=True)
class Strong:
    """Words in bold."""

    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address; plain words if the address is none of http or https."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, shown in the reader's own time zone."""

    at: datetime


Piece = str | Strong | Link | Moment
Line = str | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DueLine:
    """A clock that runs, and when it is over."""

    clock: str  # in words
    due: datetime


@dataclass(frozen=True, slots=True)
class EscalationCard:
    """A ticket that people must look at."""

    ticket_id: int
    ticket_url: str
    decision_id: str
    headline: str
    reasons: tuple[str, ...] = ()
    evidence: str = ""  # the customer's words; never shown if `restricted`
    deadline: DueLine | None = None
    group: str = ""
    standing: str = "Waiting"
    is_open: bool = True  # whether there is anything left to do: buttons
    restricted: bool = False
    is_held: bool = True  # whether a guard holds the ticket, that a person may lift


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """An approved answer that waits for a person's yes."""

    ticket_id: int
    ticket_url: str
    decision_id: str
    faq: str
    title: str
    language: str
    reply: str  # as it would go out, character for character
    question: str = ""  # the customer's words; never shown if `restricted`
    expires: datetime | None = None
    standing: str = "Waiting"
    is_open: bool = True
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class ReminderCard:
    """A clock of which a share has run."""

    ticket_id: int
    ticket_url: str
    clock: str
    due: datetime
    share: str  # "50 %", "90 %" or "breached"
    whom: tuple[str, ...] = ()  # Slack ids of users who are to be pinged


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One ticket of a digest."""

    ticket_id: int
    ticket_url: str
    headline: str
    due: datetime | None = None
    standing: str = ""  # what became of it; nothing while it waits


@dataclass(frozen=True, slots=True)
class DigestCard:
    """Tickets that wait, the most urgent first."""

    title: str
    entries: tuple[DigestEntry, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """An answer to a command or a click. `share`, if given, is the value of a Share button."""

    title: str
    lines: tuple[Line, ...] = ()
    share: str | None = None


Card = EscalationCard | ApprovalCard | ReminderCard | DigestCard | Plain
