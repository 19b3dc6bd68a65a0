"""The ticket desk: creates and updates tickets the way Zendesk does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.zendesk.sandbox.changes import (
    change_events,
    changed_ticket,
    comment_event,
    names_of,
    rule_via,
)
from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import (
    closed_ticket,
    record_invalid,
    record_not_found,
    update_conflict,
)
from connectors.zendesk.sandbox.placeholders import Moment
from connectors.zendesk.sandbox.reading import Change, NewComment
from connectors.zendesk.sandbox.records import (
    AttachmentRecord,
    AuditRecord,
    CommentRecord,
    TicketRecord,
    UserRecord,
)
from connectors.zendesk.sandbox.richtext import html_of, text_of
from connectors.zendesk.sandbox.triggers import Notice, run_triggers
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

_COMMENT_LIMIT = (
    5000  # https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
)


@dataclass(frozen=True, slots=True)
class Source:
    """Who acts, and through which channel."""

    actor: UserRecord
    channel: str


@dataclass(frozen=True, slots=True)
class Done:
    """A finished update, for those who are to be told."""

    moment: Moment
    audit: AuditRecord
    notices: tuple[Notice, ...]


class TicketDesk:
    """All writes to tickets go through here; call it under the world's lock."""

    def __init__(self, world: World, tell: Callable[[Done], None]) -> None:
        self._world = world
        self._tell = tell

    def find(self, ticket_id: int) -> TicketRecord:
        """The ticket, or 404."""
        ticket = self._world.tickets.get(ticket_id)
        if ticket is None or ticket.deleted:
            raise record_not_found()
        return ticket

    def create(
        self,
        change: Change,
        source: Source,
        requester: UserRecord,
        attachments: tuple[AttachmentRecord, ...] = (),
    ) -> tuple[TicketRecord, AuditRecord]:
        """A new ticket with its first comment; fires triggers."""
        if change.comment is None:
            raise record_invalid("description", "Description: cannot be blank", "BlankValue")
        world = self._world
        now = world.now().replace(microsecond=0)
        author = self._author(change.comment, source)
        public = change.comment.public is not False or not author.is_staff
        blank = TicketRecord(
            id=world.new_ticket_id(),
            subject="",
            description="",
            requester_id=requester.id,
            submitter_id=source.actor.id,
            created_at=now,
            updated_at=now,
            channel=source.channel,
            organization_id=requester.organization_id,
            is_public=public,
        )
        ticket = changed_ticket(world, blank, change, author, public=public)
        comment = self._comment(change.comment, author, source, public=public)
        comment = replace(comment, attachments=attachments)
        ticket = replace(ticket, description=comment.body)
        world.comments[ticket.id] = [comment]
        world.audits[ticket.id] = []
        return self._settle(None, ticket, source, comment, change.custom)

    def update(
        self, ticket_id: int, change: Change, source: Source
    ) -> tuple[TicketRecord, AuditRecord]:
        """One update; fires triggers.

        An update that changes nothing and brings no comment leaves no audit behind; the one
        returned for it is empty.
        """
        world = self._world
        before = self.find(ticket_id)
        if before.status == "closed":
            raise closed_ticket()
        if change.stamp is not None and change.stamp != stamp(before.updated_at):
            world.note("update.conflict", ticket_id, f"by user {source.actor.id}")
            raise update_conflict()
        comment, author = None, source.actor
        public: bool | None = None
        if change.comment is not None:
            if len(world.comments[ticket_id]) >= _COMMENT_LIMIT:
                raise record_invalid("comment", "Comment: the ticket has too many", "TooMany")
            author = self._author(change.comment, source)
            public = self._publicity(ticket_id, change.comment, author)
        after = changed_ticket(world, before, change, author, public=public)
        if change.comment is not None and public is not None:
            comment = self._comment(change.comment, author, source, public=public)
            world.comments[ticket_id].append(comment)
            after = replace(after, is_public=after.is_public or public)
        elif after == before:
            return before, self._audit(before, source, [], change.custom)
        now = world.now().replace(microsecond=0)
        after = replace(after, updated_at=max(now, before.updated_at))
        return self._settle(before, after, source, comment, change.custom)

    def delete(self, ticket_id: int) -> None:
        """Soft-delete: afterwards the ticket answers 404."""
        ticket = self.find(ticket_id)
        seq = self._world.next_change(ticket_id)
        self._world.put_ticket(replace(ticket, deleted=True, change_seq=seq))
        self._world.note("ticket.deleted", ticket_id, "")

    def _author(self, wanted: NewComment, source: Source) -> UserRecord:
        if wanted.author_id is None:
            return source.actor
        author = self._world.users.get(wanted.author_id)
        if author is None:
            raise record_invalid("author_id", "Author: is not valid")
        return author if source.actor.is_staff else source.actor

    def _publicity(self, ticket_id: int, wanted: NewComment, author: UserRecord) -> bool:
        if not author.is_staff:
            return True
        if wanted.public is not None:
            return wanted.public
        return self._world.comments[ticket_id][0].public

    def _comment(
        self, wanted: NewComment, author: UserRecord, source: Source, *, public: bool
    ) -> CommentRecord:
        html = wanted.html_body
        return CommentRecord(
            id=self._world.new_id(),
            audit_id=self._world.new_id(),
            author_id=author.id,
            body=text_of(html) if html is not None and not wanted.body.strip() else wanted.body,
            html_body=html if html is not None else html_of(wanted.body),
            public=public,
            created_at=self._world.now().replace(microsecond=0),
            channel=source.channel,
        )

    def _audit(
        self, ticket: TicketRecord, source: Source, events: list[Json], custom: Json, key: int = 0
    ) -> AuditRecord:
        return AuditRecord(
            id=key or self._world.new_id(),
            ticket_id=ticket.id,
            author_id=source.actor.id,
            created_at=self._world.now().replace(microsecond=0),
            channel=source.channel,
            events=tuple(events),
            custom=custom,
        )

    def _settle(
        self,
        before: TicketRecord | None,
        after: TicketRecord,
        source: Source,
        comment: CommentRecord | None,
        custom: Json,
    ) -> tuple[TicketRecord, AuditRecord]:
        """Run the triggers, write the audit, keep the ticket, tell the webhooks."""
        world = self._world
        moment = Moment(before, after, source.actor, comment)
        events = [] if comment is None else [comment_event(comment, world.base_url)]
        own = change_events(world, before, after)
        events += own
        self._log(moment, names_of(own))
        fired = run_triggers(world, moment)
        for firing in fired.firings:
            via = rule_via(firing.trigger)
            events += change_events(world, firing.before, firing.after, via)
            world.note("trigger.fired", after.id, str(firing.trigger["title"]))
        ticket = replace(fired.ticket, change_seq=world.next_change(after.id))
        world.put_ticket(ticket)
        audit = self._audit(ticket, source, events, custom, comment.audit_id if comment else 0)
        world.audits[ticket.id].append(audit)
        self._tell(Done(replace(moment, ticket=ticket), audit, fired.notices))
        return ticket, audit

    def _log(self, moment: Moment, changed: str) -> None:
        who = moment.actor.name if moment.actor.is_staff else "the customer"
        kind = "ticket.created" if moment.before is None else "ticket.updated"
        if moment.comment is not None and moment.before is not None:
            kind = "comment.public" if moment.comment.public else "comment.private"
        detail = f"by {who}" + (f": {changed}" if changed and moment.before is not None else "")
        self._world.note(kind, moment.ticket.id, detail)
