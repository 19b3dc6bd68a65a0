"""What customers, agents and testers do to the sandbox; used by `/sandbox/…` and by the page."""

from dataclasses import replace

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.delivery import Dispatcher
from connectors.zendesk.sandbox.desk import Source
from connectors.zendesk.sandbox.errors import invalid_attribute, record_invalid
from connectors.zendesk.sandbox.gate import Services
from connectors.zendesk.sandbox.people import (
    find_or_create_organization,
    find_or_create_user,
)
from connectors.zendesk.sandbox.reading import (
    NewComment,
    read_change,
    read_comment,
    read_id,
    read_tags,
    read_text,
)
from connectors.zendesk.sandbox.records import AttachmentRecord, TicketRecord, UserRecord
from connectors.zendesk.sandbox.wire import audit_json, comment_json, stamp, ticket_json, user_json

_STRANGER = {"name": "Sam Customer", "email": "sam@customer.example"}


class Stage:
    """Plays customers and agents. Takes the world's lock itself; refuses with `ApiError`."""

    def __init__(self, services: Services, dispatcher: Dispatcher) -> None:
        self._world = services.world
        self._desk = services.desk
        self._dispatcher = dispatcher

    def write_ticket(self, body: Json) -> TicketRecord:
        """A customer's new ticket.

        `body`: requester {name, email, tags, country, locale}, organization (a name or {name,
        tags}), subject, body or html_body, channel, tags, attachments, ccs (addresses).
        """
        with self._world.lock:
            requester = self._customer(body.get("requester") or _STRANGER)
            requester = self._in_organization(requester, body.get("organization"))
            wanted: Json = {
                "subject": read_text("subject", body.get("subject", "")),
                "comment": {"body": body.get("body"), "html_body": body.get("html_body")},
                "tags": body.get("tags", []),
            }
            ccs = self._carbon_copies(body.get("ccs"))
            if ccs:
                wanted |= {"email_cc_ids": ccs, "collaborator_ids": ccs}
            for name in ("priority", "type", "external_id", "custom_fields", "recipient"):
                if name in body:
                    wanted[name] = body[name]
            channel = read_text("channel", body.get("channel", "email"))
            ticket, _ = self._desk.create(
                read_change(wanted),
                Source(requester, channel),
                requester,
                self._attachments(body.get("attachments")),
            )
            return ticket

    def write_comment(self, ticket_id: int, body: Json) -> TicketRecord:
        """A comment or change by a person.

        `body`: as (customer or agent), author (address or id), body or html_body, public, status,
        priority, group (name or id), assignee (address, id or null), tags, add_tags, remove_tags.
        """
        with self._world.lock:
            ticket = self._desk.find(ticket_id)
            role = body.get("as", "customer")
            if role not in ("customer", "agent"):
                raise invalid_attribute("as", "customer or agent")
            author = self._author(ticket, role, body.get("author"))
            wanted: Json = {key: body[key] for key in ("status", "priority", "type") if key in body}
            if "group" in body:
                wanted["group_id"] = self._group_id(body["group"])
            if "assignee" in body:
                person = body["assignee"]
                wanted["assignee_id"] = None if person is None else self._staff(person).id
            if "tags" in body:
                wanted["tags"] = body["tags"]
            change = replace(
                read_change(wanted),
                add_tags=read_tags("add_tags", body.get("add_tags", [])),
                drop_tags=read_tags("remove_tags", body.get("remove_tags", [])),
            )
            if body.get("body") is not None or body.get("html_body") is not None:
                change = replace(change, comment=self._comment(body, role))
            source = Source(author, "web" if role == "agent" else ticket.channel)
            return self._desk.update(ticket_id, change, source)[0]

    def delete_ticket(self, ticket_id: int) -> None:
        """An administrator deletes a ticket."""
        with self._world.lock:
            self._desk.delete(ticket_id)

    def _comment(self, body: Json, role: str) -> NewComment:
        public = True if role == "customer" else body.get("public", True)
        wanted = {"body": body.get("body"), "html_body": body.get("html_body"), "public": public}
        return read_comment(wanted)

    def _customer(self, given: object) -> UserRecord:
        if isinstance(given, str):
            given = {"email": given}
        if not isinstance(given, dict):
            raise invalid_attribute("requester", "an object")
        email = read_text("email", given.get("email", _STRANGER["email"]))
        name = read_text("name", given.get("name") or email.partition("@")[0])
        user = find_or_create_user(self._world, name, email)
        country = given.get("country")
        user = replace(
            user,
            tags=tuple(sorted({*user.tags, *read_tags("tags", given.get("tags") or [])})),
            country=user.country if country is None else read_text("country", country),
            locale=read_text("locale", given.get("locale") or user.locale),
        )
        return self._world.put_user(user)

    def _in_organization(self, user: UserRecord, given: object) -> UserRecord:
        if given is None:
            return user
        if isinstance(given, str):
            given = {"name": given}
        if not isinstance(given, dict):
            raise invalid_attribute("organization", "a name or an object")
        tags = read_tags("tags", given.get("tags") or [])
        name = read_text("name", given.get("name") or "Customer organization")
        row = find_or_create_organization(self._world, name, tags)
        return self._world.put_user(replace(user, organization_id=row["id"]))

    def _carbon_copies(self, given: object) -> list[int]:
        if not isinstance(given, list):
            return []
        return [self._customer(item).id for item in given]

    def _attachments(self, given: object) -> tuple[AttachmentRecord, ...]:
        if given in (None, False):
            return ()
        listed = given if isinstance(given, list) else [{}]
        out = []
        for item in listed:
            told = item if isinstance(item, dict) else {"file_name": str(item)}
            size = told.get("size", 1024)
            out.append(
                AttachmentRecord(
                    self._world.new_id(),
                    str(told.get("file_name", "attachment.pdf")),
                    str(told.get("content_type", "application/pdf")),
                    size if isinstance(size, int) else 0,
                )
            )
        return tuple(out)

    def _author(self, ticket: TicketRecord, role: object, given: object) -> UserRecord:
        if role == "agent":
            return self._staff(given)
        if given is None:
            return self._world.users[ticket.requester_id]
        return self._customer(given)

    def _staff(self, given: object) -> UserRecord:
        """An agent by address, name or id; without one, the first agent who is a person."""
        for user in self._world.users.values():
            if not user.is_staff:
                continue
            if given is None and user.role == "agent" and user.id != self._world.bot_id:
                return user
            if given is not None and str(given) in {str(user.id), user.email, user.name}:
                return user
        raise record_invalid("assignee_id", "Assignee: is not valid")

    def _group_id(self, given: object) -> int | None:
        if given is None:
            return None
        for row in self._world.groups:
            if given in (row["id"], row["name"], str(row["id"])):
                return read_id("group", row["id"])
        raise record_invalid("group_id", "Group: is not valid")

    def show(self, ticket: TicketRecord) -> Json:
        """Everything about a ticket, for tests and the demo."""
        world = self._world
        audits = world.audits[ticket.id]
        customs = {audit.id: audit.custom for audit in audits}
        group = world.groups.get(ticket.group_id)
        assignee = world.users.get(ticket.assignee_id or 0)
        return ticket_json(ticket, world.base_url) | {
            "deleted": ticket.deleted,
            "group": group["name"] if group else None,
            "assignee": assignee.name if assignee else None,
            "requester": user_json(world.users[ticket.requester_id], world.base_url),
            "comments": [
                comment_json(item, world.base_url, customs.get(item.audit_id, {}))
                for item in world.comments[ticket.id]
            ],
            "audits": [audit_json(audit) for audit in audits],
        }

    def show_all(self) -> Json:
        """The whole desk."""
        with self._world.lock:
            return {"tickets": [self.show(ticket) for ticket in self._world.tickets.values()]}

    def happenings(self, after: int, ticket_id: int | None) -> Json:
        """The event log after a number, oldest first, of all tickets or of one."""
        with self._world.lock:
            rows = [
                {
                    "seq": item.seq,
                    "at": stamp(item.at),
                    "kind": item.kind,
                    "ticket_id": item.ticket_id,
                    "detail": item.detail,
                }
                for item in self._world.happenings
                if item.seq > after and ticket_id in {None, item.ticket_id}
            ]
        return {"events": rows, "last": rows[-1]["seq"] if rows else after}

    def checks(self) -> Json:
        """Counts for fault tests: what the bot wrote on each ticket, by decision id."""
        with self._world.lock:
            tickets = {str(key): self._counts(key) for key in self._world.tickets}
        states: dict[str, int] = {}
        for item in list(self._dispatcher.invocations.values()):
            states[item.status] = states.get(item.status, 0) + 1
        total = {
            "tickets": len(tickets),
            "public_by_bot": sum(row["public_by_bot"] for row in tickets.values()),
            "notes_by_bot": sum(row["notes_by_bot"] for row in tickets.values()),
        }
        webhooks = {"pending": self._dispatcher.pending(), "invocations": states}
        return {"tickets": tickets, "total": total, "webhooks": webhooks}

    def _counts(self, ticket_id: int) -> Json:
        world = self._world
        replies: dict[str, int] = {}
        notes: dict[str, int] = {}
        for audit in world.audits[ticket_id]:
            if audit.author_id != world.bot_id:
                continue
            decision = str(audit.custom.get("decision_id", ""))
            for event in audit.events:
                if event["type"] == "Comment":
                    counts = replies if event["public"] else notes
                    counts[decision] = counts.get(decision, 0) + 1
        ticket = world.tickets[ticket_id]
        group = world.groups.get(ticket.group_id)
        return {
            "public_by_bot": sum(replies.values()),
            "notes_by_bot": sum(notes.values()),
            "replies_by_decision": replies,
            "notes_by_decision": notes,
            "comments": len(world.comments[ticket_id]),
            "audits": len(world.audits[ticket_id]),
            "status": ticket.status,
            "tags": list(ticket.tags),
            "group": group["name"] if group else None,
            "priority": ticket.priority,
        }
