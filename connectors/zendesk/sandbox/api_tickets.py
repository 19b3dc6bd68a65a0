"""`/api/v2/tickets` and what hangs on a ticket: comments, audits, tags, jobs."""

import hashlib
from datetime import datetime, timedelta
from operator import attrgetter

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError, invalid_attribute, record_not_found
from connectors.zendesk.sandbox.export import export_tickets
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.people import find_or_create_user
from connectors.zendesk.sandbox.reading import (
    Change,
    object_at,
    read_change,
    read_id,
    read_query_ids,
    read_tags,
    read_text,
)
from connectors.zendesk.sandbox.records import TicketRecord, UserRecord
from connectors.zendesk.sandbox.wire import (
    audit_json,
    comment_json,
    sideload,
    ticket_json,
    user_json,
)

_IDEMPOTENCY_TTL = timedelta(hours=2)  # an assumption; the key is documented for creation alone
_KEY_LENGTH = 255
_SORTS = {"id": "id", "updated_at": "updated_at", "created_at": "created_at", "status": "status"}


class TicketViews:
    """The views; registered by `register`."""

    def __init__(self, services: Services) -> None:
        self._world = services.world
        self._desk = services.desk
        self._keys: dict[str, tuple[datetime, str, int]] = {}

    def show(self, call: Call, ticket_id: int) -> Answer:
        """One ticket, with sideloads."""
        ticket = self._desk.find(ticket_id)
        more = sideload(self._world, [ticket], call.args.get("include", ""), call.base)
        return Answer({"ticket": ticket_json(ticket, call.base), **more})

    def show_many(self, call: Call) -> Answer:
        """Tickets by `?ids=`; unknown ones are left out."""
        ids = read_query_ids(call.args.get("ids"))
        found = [self._world.tickets[key] for key in ids if key in self._world.tickets]
        return self._page([ticket for ticket in found if not ticket.deleted], call)

    def index(self, call: Call) -> Answer:
        """All tickets but deleted ones, by id or as `sort` says."""
        tickets = [ticket for ticket in self._world.tickets.values() if not ticket.deleted]
        order = call.args.get("sort", call.args.get("sort_by", "id"))
        name = _SORTS.get(order.removeprefix("-"))
        if name is None:
            raise invalid_attribute("sort", "one of " + ", ".join(_SORTS))
        descending = order.startswith("-") or call.args.get("sort_order") == "desc"
        tickets.sort(key=attrgetter(name), reverse=descending)
        return self._page(tickets, call)

    def _page(self, tickets: list[TicketRecord], call: Call) -> Answer:
        def show(ticket: TicketRecord) -> Json:
            return ticket_json(ticket, call.base)

        page = page_of("tickets", tickets, show, call.args, call.base, call.path)
        shown = [self._world.tickets[row["id"]] for row in page["tickets"]]
        return Answer(page | sideload(self._world, shown, call.args.get("include", ""), call.base))

    def update(self, call: Call, ticket_id: int) -> Answer:
        """One update; answers ticket and audit."""
        self._desk.find(ticket_id)
        change = read_change(object_at(call.body(), "ticket"))
        ticket, audit = self._desk.update(ticket_id, change, call.source())
        return Answer({"ticket": ticket_json(ticket, call.base), "audit": audit_json(audit)})

    def create(self, call: Call) -> Answer:
        """A new ticket; the same `Idempotency-Key` gives the same ticket.

        https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency
        """
        key = call.key
        digest = hashlib.sha256(call.raw).hexdigest()
        known = self._keys.get(key) if key else None
        if len(key) > _KEY_LENGTH:
            raise invalid_attribute("Idempotency-Key", f"at most {_KEY_LENGTH} characters")
        if known is not None and self._world.now() - known[0] < _IDEMPOTENCY_TTL:
            if known[1] != digest:
                text = "Request parameters don't match the given idempotency key"
                raise ApiError(400, {"error": "IdempotentRequestError", "description": text})
            return self._created(known[2], call, {"x-idempotency-lookup": "hit"})
        wanted = object_at(call.body(), "ticket")
        source = call.source()
        ticket, _ = self._desk.create(
            read_change(wanted), source, self._requester(wanted, source.actor)
        )
        if key:
            self._keys[key] = (self._world.now(), digest, ticket.id)
        return self._created(ticket.id, call, {"x-idempotency-lookup": "miss"} if key else {})

    def _created(self, ticket_id: int, call: Call, headers: dict[str, str]) -> Answer:
        ticket = self._desk.find(ticket_id)
        audit = self._world.audits[ticket_id][0]
        body = {"ticket": ticket_json(ticket, call.base), "audit": audit_json(audit)}
        place = f"{call.base}/api/v2/tickets/{ticket_id}.json"
        return Answer(body, 201, {"Location": place, **headers})

    def _requester(self, wanted: Json, actor: UserRecord) -> UserRecord:
        given = wanted.get("requester")
        if given is None:
            key = wanted.get("requester_id")
            user = actor if key is None else self._world.users.get(read_id("requester_id", key))
            if user is None:
                raise invalid_attribute("requester_id", "the id of a user")
            return user
        if not isinstance(given, dict):
            raise invalid_attribute("requester", "an object")
        email = read_text("email", given.get("email"))
        return find_or_create_user(self._world, read_text("name", given.get("name", email)), email)

    def delete(self, call: Call, ticket_id: int) -> Answer:
        """Soft-delete."""
        del call
        self._desk.delete(ticket_id)
        return Answer(None, 204)

    def comments(self, call: Call, ticket_id: int) -> Answer:
        """All comments, oldest first unless sorted otherwise."""
        self._desk.find(ticket_id)
        customs = {audit.id: audit.custom for audit in self._world.audits[ticket_id]}
        listed = list(self._world.comments[ticket_id])
        if call.args.get("sort_order") == "desc" or call.args.get("sort", "").startswith("-"):
            listed.reverse()
        page = page_of(
            "comments",
            listed,
            lambda item: comment_json(item, call.base, customs.get(item.audit_id, {})),
            call.args,
            call.base,
            call.path,
        )
        if "users" in call.args.get("include", "").split(","):
            ids = sorted({row["author_id"] for row in page["comments"]})
            page["users"] = [user_json(self._world.users[key], call.base) for key in ids]
        return Answer(page)

    def audits(self, call: Call, ticket_id: int) -> Answer:
        """All audits, oldest first."""
        self._desk.find(ticket_id)
        listed = list(self._world.audits[ticket_id])
        if call.args.get("sort_order") == "desc" or call.args.get("sort", "").startswith("-"):
            listed.reverse()
        return Answer(page_of("audits", listed, audit_json, call.args, call.base, call.path))

    def show_audit(self, call: Call, ticket_id: int, audit_id: int) -> Answer:
        """One audit."""
        del call
        self._desk.find(ticket_id)
        for audit in self._world.audits[ticket_id]:
            if audit.id == audit_id:
                return Answer({"audit": audit_json(audit)})
        raise record_not_found()

    def tags(self, call: Call, ticket_id: int) -> Answer:
        """The tags alone."""
        del call
        return Answer({"tags": list(self._desk.find(ticket_id).tags)})

    def _retag(self, call: Call, ticket_id: int, verb: str) -> Answer:
        body = call.body()
        named = read_tags("tags", body.get("tags"))
        stamp_given = read_change({k: v for k, v in body.items() if k != "tags"}).stamp
        change = Change(
            fields={"tags": named} if verb == "set" else {},
            stamp=stamp_given,
            add_tags=named if verb == "add" else (),
            drop_tags=named if verb == "remove" else (),
        )
        ticket, _ = self._desk.update(ticket_id, change, call.source())
        return Answer({"tags": list(ticket.tags)}, 201 if verb == "set" else 200)

    def set_tags(self, call: Call, ticket_id: int) -> Answer:
        """Replace all tags."""
        return self._retag(call, ticket_id, "set")

    def add_tags(self, call: Call, ticket_id: int) -> Answer:
        """Add tags; `updated_stamp` and `safe_update` are heeded."""
        return self._retag(call, ticket_id, "add")

    def remove_tags(self, call: Call, ticket_id: int) -> Answer:
        """Remove tags; `updated_stamp` and `safe_update` are heeded."""
        return self._retag(call, ticket_id, "remove")

    def update_many(self, call: Call) -> Answer:
        """A batch; answers a job. It is done at once, but says so only when asked again."""
        body = call.body()
        if "tickets" in body:
            rows = body["tickets"]
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise invalid_attribute("tickets", "an array of objects")
            pairs = [(read_id("id", row.get("id")), row) for row in rows]
        else:
            wanted = object_at(body, "ticket")
            pairs = [(key, wanted) for key in read_query_ids(call.args.get("ids"))]
        results = [
            self._update_one(place, key, row, call) for place, (key, row) in enumerate(pairs)
        ]
        job_id = f"V3-{self._world.random.getrandbits(128):032x}"
        job = {
            "id": job_id,
            "job_type": "Bulk Update Ticket",
            "url": f"{call.base}/api/v2/job_statuses/{job_id}.json",
            "total": len(pairs),
            "progress": len(pairs),
            "status": "completed",
            "message": f"Completed at {self._world.now().isoformat()}",
            "results": results,
        }
        self._world.jobs.put(job)
        queued = {"status": "queued", "progress": None, "message": None, "results": None}
        return Answer({"job_status": job | queued})

    def _update_one(self, place: int, ticket_id: int, row: Json, call: Call) -> Json:
        try:
            self._desk.update(ticket_id, read_change(row, many=True), call.source())
        except ApiError as error:
            text = str(error.body.get("error"))
            return {"index": place, "id": ticket_id, "success": False, "error": text}
        return {"index": place, "id": ticket_id, "action": "update", "success": True}

    def job(self, call: Call, job_id: str) -> Answer:
        """A job's state."""
        del call
        job = self._world.jobs.get(job_id)
        if job is None:
            raise record_not_found()
        return Answer({"job_status": job})

    def export(self, call: Call) -> Answer:
        """The incremental cursor export."""
        return Answer(export_tickets(self._world, call.args, call.base))


def register(gate: Gate) -> None:
    """Put the views at their addresses."""
    views = TicketViews(gate.services)
    gate.on("GET", "/tickets", Route(views.index))
    gate.on("POST", "/tickets", Route(views.create))
    gate.on("GET", "/tickets/show_many", Route(views.show_many))
    gate.on("PUT", "/tickets/update_many", Route(views.update_many))
    gate.on("GET", "/tickets/<id:ticket_id>", Route(views.show))
    gate.on("PUT", "/tickets/<id:ticket_id>", Route(views.update, update=True))
    gate.on("DELETE", "/tickets/<id:ticket_id>", Route(views.delete))
    gate.on("GET", "/tickets/<id:ticket_id>/comments", Route(views.comments))
    gate.on("GET", "/tickets/<id:ticket_id>/audits", Route(views.audits))
    gate.on("GET", "/tickets/<id:ticket_id>/audits/<id:audit_id>", Route(views.show_audit))
    gate.on("GET", "/tickets/<id:ticket_id>/tags", Route(views.tags))
    gate.on("POST", "/tickets/<id:ticket_id>/tags", Route(views.set_tags, update=True))
    gate.on("PUT", "/tickets/<id:ticket_id>/tags", Route(views.add_tags, update=True))
    gate.on("DELETE", "/tickets/<id:ticket_id>/tags", Route(views.remove_tags, update=True))
    gate.on("GET", "/job_statuses/<job_id>", Route(views.job))
    gate.on("GET", "/incremental/tickets/cursor", Route(views.export, admin=True, export=True))
