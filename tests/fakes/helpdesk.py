"""An in-memory helpdesk that keeps the contract of `connectors.ports.Helpdesk`.

Stamps have whole seconds and `update_ticket` obeys them, as Zendesk does; faults are injected by
switches. `agent_*` and `customer_*` act as other people would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from connectors.errors import OutcomeUnknown, ReadAgain, Stop, StopKind
from connectors.ports import (
    Audit,
    Changed,
    ChangePage,
    Receipt,
    Snapshot,
    TicketUpdate,
)
from rules.model import Author, Comment, Requester, Status, Ticket

OWN_USER = 900
AGENT = 500
REQUESTER = 100


class FakeClock:
    """Time that passes only when somebody sleeps or says so."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 9, 0, 0, 300_000, UTC)) -> None:
        self.instant = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.instant

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.instant = datetime.fromtimestamp(self.instant.timestamp() + seconds, UTC)


@dataclass
class FakeTicket:
    ticket: Ticket
    updated_at: datetime
    requester_id: int = REQUESTER
    comment_ids: list[int] = field(default_factory=list)
    audits: list[Audit] = field(default_factory=list)
    assignee_id: int | None = None
    group_id: int | None = None


class FakeHelpdesk:
    """See the module."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.tickets: dict[int, FakeTicket] = {}
        self.next_id = 1000
        self.on_call: Callable[[str], None] = lambda _name: None
        self.before_write: list[Exception] = []  # raised instead of writing
        self.after_write: list[Exception] = []  # raised after the write was applied
        self.group_ids: dict[str, int] = {"Support": 1, "Complaints": 2, "Legal": 3, "Safety": 4}

    # -- the port ---------------------------------------------------------------------------

    def read_ticket(self, ticket_id: int) -> Snapshot:
        self.on_call("read_ticket")
        kept = self._kept(ticket_id)
        return Snapshot(
            ticket=kept.ticket,
            stamp=_stamp(kept.updated_at),
            server_time=self.clock.now().replace(microsecond=0),
            comment_ids=tuple(kept.comment_ids),
            group_id=kept.group_id,
            assignee_id=kept.assignee_id,
            requester_id=kept.requester_id,
        )

    def read_audits(self, ticket_id: int) -> tuple[Audit, ...]:
        self.on_call("read_audits")
        return tuple(self._kept(ticket_id).audits)

    def read_groups(self) -> Mapping[str, int]:
        return self.group_ids

    def own_user_id(self) -> int:
        return OWN_USER

    def read_changes(self, *, since: datetime | None, cursor: str | None) -> ChangePage:
        start = float(cursor) if cursor else (since.timestamp() if since else 0.0)
        horizon = self.clock.now().timestamp() - 60
        changed = tuple(
            Changed(ticket_id, kept.updated_at, kept.ticket.status.value, kept.ticket.tags)
            for ticket_id, kept in sorted(self.tickets.items())
            if start <= kept.updated_at.timestamp() <= horizon
        )
        return ChangePage(changed, str(max(start, horizon)), end=True)

    def update_ticket(self, update: TicketUpdate) -> Receipt:
        self.on_call("update_ticket")
        if self.before_write:
            raise self.before_write.pop(0)
        kept = self._kept(update.ticket_id)
        if kept.ticket.status is Status.CLOSED:
            raise Stop("closed", kind=StopKind.CLOSED)
        if update.stamp != _stamp(kept.updated_at):
            raise ReadAgain("the ticket changed")
        if update.tags is not None:
            kept.ticket = replace(kept.ticket, tags=update.tags)
        if update.group_id is not None:
            kept.group_id, kept.assignee_id = update.group_id, None
        if update.assignee_id is not None:
            kept.assignee_id = update.assignee_id
        author = Author.BOT if update.author_id is None else Author.AGENT
        self._comment(kept, author, update.comment.body, public=update.comment.public)
        audit = self._audit(kept, OWN_USER, {"comment"}, update.decision_id, update.effect)
        if self.after_write:
            raise self.after_write.pop(0)
        return Receipt(audit.id, _stamp(kept.updated_at), self.clock.now())

    # -- other people -----------------------------------------------------------------------

    def customer_opens(self, ticket_id: int, body: str, **changes: object) -> int:
        """A new ticket, as by e-mail."""
        requester_id = int(str(changes.pop("requester_id", REQUESTER)))
        ticket = Ticket(
            id=str(ticket_id),
            subject="",
            comments=(),
            created_at=self.clock.now(),
            requester=Requester(name="Ada", email="ada@example.org", id=str(requester_id)),
        )
        kept = FakeTicket(replace(ticket, **changes), self.clock.now(), requester_id)  # type: ignore[arg-type]
        self.tickets[ticket_id] = kept
        self._comment(kept, Author.REQUESTER, body)
        self._audit(kept, requester_id, {"comment", "public_comment"})
        return ticket_id

    def customer_writes(self, ticket_id: int, body: str) -> None:
        kept = self._kept(ticket_id)
        self._comment(kept, Author.REQUESTER, body)
        self._audit(kept, kept.requester_id, {"comment", "public_comment"})

    def somebody_writes(self, ticket_id: int, body: str) -> None:
        """Somebody in copy answers."""
        kept = self._kept(ticket_id)
        self._comment(kept, Author.OTHER, body)
        self._audit(kept, 700, {"comment", "public_comment"})

    def agent_comments(self, ticket_id: int, *, public: bool, body: str = "I look into it") -> None:
        kept = self._kept(ticket_id)
        self._comment(kept, Author.AGENT, body, public=public)
        changes = {"comment", "public_comment"} if public else {"comment"}
        self._audit(kept, AGENT, changes)

    def agent_assigns(self, ticket_id: int) -> None:
        kept = self._kept(ticket_id)
        kept.assignee_id = AGENT
        kept.ticket = replace(kept.ticket, assignee_id=str(AGENT), status=Status.OPEN)
        self._audit(kept, AGENT, {"assignee_id", "status"})

    def agent_merges(self, ticket_id: int, into: int) -> None:
        """As Zendesk does it: a note on either, and the first is closed for good."""
        note = f'This request was closed and merged into request #{into} "my order".'
        self.agent_comments(ticket_id, public=False, body=note)
        self.agent_tags(ticket_id, "closed_by_merge")
        self.agent_sets_status(ticket_id, Status.CLOSED)
        note = f'Request #{ticket_id} "my card" was closed and merged into this request.'
        self.agent_comments(into, public=False, body=note)

    def agent_tags(self, ticket_id: int, tag: str) -> None:
        kept = self._kept(ticket_id)
        kept.ticket = replace(kept.ticket, tags=kept.ticket.tags | {tag})
        self._audit(kept, AGENT, {"tags"})

    def agent_sets_status(self, ticket_id: int, status: Status) -> None:
        kept = self._kept(ticket_id)
        kept.ticket = replace(kept.ticket, status=status)
        self._audit(kept, AGENT, {"status"})

    def rule_tags(self, ticket_id: int, tag: str) -> None:
        """An automation of the helpdesk adds a tag."""
        kept = self._kept(ticket_id)
        kept.ticket = replace(kept.ticket, tags=kept.ticket.tags | {tag})
        self._audit(kept, -1, {"tags"}, by_rule=True)

    def delete(self, ticket_id: int) -> None:
        del self.tickets[ticket_id]

    # -- what stands there ------------------------------------------------------------------

    def public_replies(self, ticket_id: int) -> list[str]:
        comments = self.tickets[ticket_id].ticket.comments
        return [c.body for c in comments if c.author is Author.BOT and c.public]

    def notes(self, ticket_id: int) -> list[str]:
        comments = self.tickets[ticket_id].ticket.comments
        return [c.body for c in comments if c.author is Author.BOT and not c.public]

    def _kept(self, ticket_id: int) -> FakeTicket:
        if ticket_id not in self.tickets:
            raise Stop("no such ticket", kind=StopKind.GONE)
        return self.tickets[ticket_id]

    def _comment(self, kept: FakeTicket, author: Author, body: str, *, public: bool = True) -> None:
        self.next_id += 1
        comment = Comment(
            author=author,
            body=body,
            public=public,
            id=str(self.next_id),
            created_at=self.clock.now(),
        )
        kept.comment_ids.append(self.next_id)
        kept.ticket = replace(kept.ticket, comments=(*kept.ticket.comments, comment))

    def _audit(
        self,
        kept: FakeTicket,
        author_id: int,
        changes: set[str],
        decision_id: str | None = None,
        effect: str | None = None,
        *,
        by_rule: bool = False,
    ) -> Audit:
        self.next_id += 1
        kept.updated_at = self.clock.now()
        audit = Audit(
            id=self.next_id,
            author_id=author_id,
            created_at=self.clock.now().replace(microsecond=0),
            decision_id=decision_id,
            effect=effect,
            changes=frozenset(changes),
            by_rule=by_rule,
        )
        kept.audits.append(audit)
        return audit


def unknown() -> OutcomeUnknown:
    """A write whose answer never came."""
    return OutcomeUnknown("no answer")


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
