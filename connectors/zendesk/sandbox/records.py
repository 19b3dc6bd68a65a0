"""What the sandbox remembers about people, tickets and comments: frozen values, replaced whole."""

from dataclasses import dataclass, field
from datetime import datetime

from connectors.zendesk.sandbox.config import Json


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A person: `role` is end-user, agent or admin."""

    id: int
    name: str
    email: str | None
    role: str
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    organization_id: int | None = None
    default_group_id: int | None = None
    locale: str = "en-US"
    time_zone: str = "London"
    iana_time_zone: str = "Europe/London"
    country: str | None = None
    suspended: bool = False

    @property
    def is_staff(self) -> bool:
        """Agents and administrators."""
        return self.role in {"agent", "admin"}


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """A file at a comment; its content is never kept."""

    id: int
    file_name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """One comment. `channel` is how it came in, like email or api."""

    id: int
    audit_id: int
    author_id: int
    body: str
    html_body: str
    public: bool
    created_at: datetime
    channel: str
    attachments: tuple[AttachmentRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One update of a ticket, with everything that it changed."""

    id: int
    ticket_id: int
    author_id: int
    created_at: datetime
    channel: str
    events: tuple[Json, ...]
    custom: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A ticket. `updated_at` has whole seconds, as on Zendesk's wire."""

    id: int
    subject: str
    description: str
    requester_id: int
    submitter_id: int
    created_at: datetime
    updated_at: datetime
    channel: str
    status: str = "new"
    priority: str | None = None
    type: str | None = None
    tags: tuple[str, ...] = ()
    assignee_id: int | None = None
    group_id: int | None = None
    organization_id: int | None = None
    external_id: str | None = None
    recipient: str | None = None
    is_public: bool = True
    collaborator_ids: tuple[int, ...] = ()
    email_cc_ids: tuple[int, ...] = ()
    follower_ids: tuple[int, ...] = ()
    custom_fields: tuple[tuple[int, object], ...] = ()
    rating: str | None = None
    change_seq: int = 0  # place in the account's sequence of changes
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the event log. Holds ids and names of things, never what a customer wrote."""

    seq: int
    at: datetime
    kind: str
    ticket_id: int | None
    detail: str
