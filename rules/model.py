"""The vocabulary of the house: tickets, what was seen in them, and what was decided.

Everything here is a frozen value. Datetimes are UTC-aware. Text offsets ("spans") count
characters of the newest requester comment's original body, end exclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Span = tuple[int, int]


class Outcome(StrEnum):
    """What happens to a ticket."""

    REPLY = "reply"  # an approved answer goes out
    ACKNOWLEDGE = "acknowledge"  # a pack's acknowledgement goes out, the ticket is escalated
    SUGGEST = "suggest"  # a draft for an agent
    ESCALATE = "escalate"  # tagged and reassigned
    ABSTAIN = "abstain"  # left in its queue, noted
    IGNORE = "ignore"  # not ours: own update, spam, machine mail


class Author(StrEnum):
    """Who wrote a comment."""

    REQUESTER = "requester"
    AGENT = "agent"
    BOT = "bot"  # this service itself
    OTHER = "other"  # another end user, or the system


class Status(StrEnum):
    """The state of a ticket, in Zendesk's words."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Stage(StrEnum):
    """How far an answer may go on its own."""

    OFF = "off"
    SHADOW = "shadow"
    SUGGEST = "suggest"
    APPROVE = "approve"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment of a ticket, oldest first in `Ticket.comments`."""

    author: Author
    body: str
    public: bool = True
    id: str = ""
    html_body: str | None = None
    created_at: datetime | None = None
    has_attachments: bool = False
    settled: bool = False  # a person cleared what it invokes; never part of what is read


@dataclass(frozen=True, slots=True)
class Requester:
    """The person (or machine) who asks."""

    name: str = ""
    email: str = ""
    tags: frozenset[str] = frozenset()
    country: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """The requester's organization."""

    tags: frozenset[str] = frozenset()
    name: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # the organization's own fields, sorted by name


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it was read; `comments` holds at least the message to decide on.

    The message is the newest public comment written by the requester.
    """

    id: str
    subject: str
    comments: tuple[Comment, ...]
    channel: str = "email"
    language: str | None = None
    created_at: datetime | None = None
    status: Status = Status.NEW
    priority: str | None = None
    tags: frozenset[str] = frozenset()
    requester: Requester = field(default_factory=Requester)
    organization: Organization = field(default_factory=Organization)
    has_ccs: bool = False
    assignee_id: str | None = None
    group_id: str | None = None
    fields: tuple[tuple[str, str], ...] = ()  # custom fields by id, sorted

    @property
    def every_tag(self) -> frozenset[str]:
        """The tags of requester, organization and ticket, in lower case."""
        tags = (*self.requester.tags, *self.organization.tags, *self.tags)
        return frozenset(tag.lower() for tag in tags)

    @property
    def message(self) -> Comment | None:
        """The newest public comment by the requester, or None."""
        for comment in reversed(self.comments):
            if comment.author is Author.REQUESTER and comment.public:
                return comment
        return None


@dataclass(frozen=True, slots=True)
class History:
    """What this service did before, as far as the guards need it. Counts, never text."""

    replies_on_ticket: int = 0  # automatic public replies in the policy's window
    replies_to_requester: int = 0  # the same, over all tickets of this requester
    replies_last_hour: int = 0  # over the whole installation: the fuse
    guarded: bool = False  # an earlier decision on this ticket was blocked: sticky
    paused: bool = False  # the brake is pulled
    paused_answers: tuple[str, ...] = ()  # questions whose brake is pulled, sorted
    cleared_at: datetime | None = None  # when a person last cleared what held this ticket


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code, the rule that spoke, a plain sentence, and where it was seen.

    `detail` never quotes the customer; `evidence` points into the text instead.
    """

    code: str
    rule: str
    detail: str
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """Something a detector saw."""

    kind: str  # "regulatory", "risk", "sentiment", "value", "repeated"
    rule: str
    score: float  # 0..1
    blocks: bool
    detail: str
    evidence: tuple[Span, ...] = ()
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a ticket goes. `group` is a group's name as the helpdesk shows it, or None to stay."""

    group: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()  # sorted; to be added
    steps: tuple[Reason, ...] = ()  # why this group


@dataclass(frozen=True, slots=True)
class Deadline:
    """One running clock. `due` is UTC."""

    pack: str
    clock: str
    due: datetime
    started: datetime | None = None  # the receipt it runs from, UTC
    kind: str = "statutory"  # statutory, guidance, scheme, or internal: the firm's own target
    calendar: str = ""  # whose public holidays were left out, such as GB-ENG; empty if none were
    calendar_version: str = ""  # of the tables of holidays
    source: str = ""  # the law's section


@dataclass(frozen=True, slots=True)
class Versions:
    """What decided, by content."""

    policy: str
    model: str
    packs: str
    risk: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The one result of judging a ticket. `id` is a digest of everything that went in."""

    id: str
    ticket_id: str
    outcome: Outcome
    faq: str | None
    score: float
    packs: tuple[str, ...]
    blocked: bool
    risk: float
    sentiment: float  # -1 angry .. 1 pleased
    route: Route
    deadlines: tuple[Deadline, ...]
    reply: str | None
    reasons: tuple[Reason, ...]
    language: str | None
    versions: Versions
    decided_at: datetime


PRIORITIES: Mapping[str, int] = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
