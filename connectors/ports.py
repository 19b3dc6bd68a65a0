"""What the service needs of a helpdesk, in words that fit any vendor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rules.model import Ticket


class EffectKind(StrEnum):
    """What one write is for. Sent along with the decision id so that it can be found again."""

    NOTE = "note"  # tags, group, priority and the private audit note, in one update
    REPLY = "reply"  # the public reply
    CORRECTION = "correction"  # a private note that corrects an earlier note


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A ticket as read from the helpdesk, with what is needed to write to it safely."""

    ticket: Ticket
    stamp: str  # `updated_at` exactly as the helpdesk wrote it (1 s resolution at Zendesk)
    server_time: datetime | None  # the helpdesk's clock when it answered; None if it didn't say
    comment_ids: tuple[int, ...]  # of all comments, public and private, oldest first
    group_id: int | None
    assignee_id: int | None
    requester_id: int | None
    submitter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """One change of a ticket, as far as it matters here. Holds no text."""

    id: int
    author_id: int | None
    created_at: datetime
    decision_id: str | None  # ours, if this service wrote it
    effect: str | None
    changes: frozenset[str]  # names of fields changed; "comment" and "public_comment" for comments
    by_rule: bool  # made by a trigger, automation or the system, not by a person


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment to write. `public` is always said."""

    body: str
    public: bool


@dataclass(frozen=True, slots=True)
class TicketUpdate:
    """One update. None leaves a field as it is. `tags` is the whole set to stand afterwards."""

    ticket_id: int
    decision_id: str
    effect: EffectKind
    comment: Draft
    stamp: str  # the write is refused with ReadAgain unless the ticket still carries this stamp
    tags: frozenset[str] | None = None
    group_id: int | None = None  # sets the group and clears the assignee
    priority: str | None = None
    assignee_id: int | None = None  # who takes the ticket; its group goes along
    author_id: int | None = None  # in whose name the comment stands; None: this service's


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a write."""

    audit_id: int
    stamp: str  # the ticket's new `updated_at`
    server_time: datetime | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A ticket named by the change feed."""

    ticket_id: int
    updated_at: datetime
    status: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of the change feed; pass `cursor` to get the next one."""

    changed: tuple[Changed, ...]
    cursor: str
    end: bool


class TextKind(StrEnum):
    """What holds a prepared text."""

    MACRO = "macro"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Wording:
    """A prepared text in one language: printable plain text with blanks of the house."""

    locale: str  # in lower case, such as en-us; empty if the helpdesk doesn't say
    title: str
    body: str
    headings: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()  # what could not be kept, in words


@dataclass(frozen=True, slots=True)
class PreparedText:
    """What the helpdesk keeps for answering: the public comment of a macro, or an article."""

    kind: TextKind
    id: int
    wordings: tuple[Wording, ...]  # at least one; the one it was written in first
    labels: tuple[str, ...] = ()
    url: str = ""
    restricted: bool = False  # not everybody at the helpdesk may use or read it


@dataclass(frozen=True, slots=True)
class Unusable:
    """A macro or an article that holds no answer, and why."""

    kind: TextKind
    id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who may decide on tickets, as the helpdesk knows them."""

    id: int
    name: str
    is_lead: bool  # an administrator, or somebody whom the helpdesk marks as a lead


class Agents(Protocol):
    """Raises RetryLater, Stop or AskPerson."""

    def find_agent(self, email: str) -> Agent | None:
        """The active agent whose confirmed address this is, or None."""
        ...


class Helpdesk(Protocol):
    """Reads raise RetryLater, Stop or AskPerson; writes also ReadAgain and OutcomeUnknown."""

    def read_ticket(self, ticket_id: int) -> Snapshot:
        """The ticket with all comments, requester and organization, read fresh."""
        ...

    def read_audits(self, ticket_id: int) -> tuple[Audit, ...]:
        """Every audit of the ticket, oldest first."""
        ...

    def update_ticket(self, update: TicketUpdate) -> Receipt:
        """One write, sent at most once by this call."""
        ...

    def read_groups(self) -> Mapping[str, int]:
        """Names of the groups with their ids."""
        ...

    def read_changes(self, *, since: datetime | None, cursor: str | None) -> ChangePage:
        """A page of tickets changed since an instant, or after a cursor."""
        ...

    def own_user_id(self) -> int:
        """The id of the user this service writes as."""
        ...
