"""Search, satisfaction ratings, suspended tickets and schedules."""

from dataclasses import replace
from datetime import datetime

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import (
    invalid_attribute,
    invalid_endpoint,
    record_invalid,
    record_not_found,
)
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.records import TicketRecord
from connectors.zendesk.sandbox.search import search_tickets
from connectors.zendesk.sandbox.wire import stamp, ticket_json
from connectors.zendesk.sandbox.world import World

_SCORES = {"good": ("good", "good_with_comment"), "bad": ("bad", "bad_with_comment")}
# https://support.zendesk.com/hc/en-us/articles/4408886840218 (causes of suspension)
SUSPENSIONS = {
    3: "Email from a generic system user",
    4: "Detected email as being from a machine that is looping",
    7: "Automated delivery failure notification",
    8: "Email was flagged as an automatic out-of-office reply",
    14: "Backscatter",
}


def rate_ticket(world: World, ticket: TicketRecord, score: str, comment: str) -> Json:
    """A customer's rating; 422 for a score that isn't good or bad."""
    if score not in _SCORES:
        raise record_invalid("score", "Score: is not valid")
    key = world.new_id()
    now = stamp(world.now())
    return world.ratings.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/satisfaction_ratings/{key}.json",
            "ticket_id": ticket.id,
            "assignee_id": ticket.assignee_id,
            "group_id": ticket.group_id,
            "requester_id": ticket.requester_id,
            "score": _SCORES[score][1 if comment else 0],
            "comment": comment or None,
            "reason": "No reason provided",
            "created_at": now,
            "updated_at": now,
        }
    )


def suspend_mail(world: World, subject: str, body: str, sender: Json, cause_id: int) -> Json:
    """A mail that never became a ticket."""
    key = world.new_id()
    now = stamp(world.now())
    return world.suspended.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/suspended_tickets/{key}.json",
            "author": sender,
            "subject": subject,
            "content": body,
            "cause": SUSPENSIONS.get(cause_id, "Suspended"),
            "cause_id": cause_id,
            "message_id": f"<{key}@sandbox>",
            "ticket_id": None,
            "recipient": "support@sandbox.example",
            "created_at": now,
            "updated_at": now,
            "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
            "attachments": [],
        }
    )


class MiscViews:
    """The views; registered by `register`."""

    def __init__(self, services: Services) -> None:
        self._world = services.world

    def _results(self, call: Call, query: str) -> Answer:
        def show(ticket: TicketRecord) -> Json:
            return ticket_json(ticket, call.base) | {"result_type": "ticket"}

        found = search_tickets(self._world, query)
        page = page_of("results", found, show, call.args, call.base, call.path)
        return Answer(page | {"facets": None} if "count" in page else page)

    def search(self, call: Call) -> Answer:
        """Tickets that fit `query`."""
        if not call.args.get("query"):
            raise invalid_attribute("query", "a string")
        return self._results(call, call.args["query"])

    def search_count(self, call: Call) -> Answer:
        """How many tickets fit `query`."""
        return Answer({"count": len(search_tickets(self._world, call.args.get("query", "")))})

    def search_export(self, call: Call) -> Answer:
        """Tickets that fit `query`, by cursor; needs `filter[type]=ticket`."""
        if call.args.get("filter[type]") != "ticket":
            raise invalid_attribute("filter[type]", "one of the searchable types")
        args = {"page[size]": "100", **call.args}
        found = replace(call, args=args)
        return self._results(found, call.args.get("query", ""))

    def ratings(self, call: Call) -> Answer:
        """Satisfaction ratings by `score`, `start_time` and `end_time` (seconds)."""
        bounds: dict[str, int] = {}
        for name in ("start_time", "end_time"):
            text = call.args.get(name, "0" if name == "start_time" else "99999999999")
            if not (text.isascii() and text.isdigit() and len(text) < 12):  # noqa: PLR2004 - digits
                raise invalid_attribute(name, "a number of seconds")
            bounds[name] = int(text)
        score = call.args.get("score")
        wanted = {"received": {"good", "bad"}}.get(score or "", {score})
        rows = [
            row
            for row in self._world.ratings
            if (score is None or row["score"] in wanted or row["score"].split("_")[0] in wanted)
            and bounds["start_time"] <= self._seconds(row) <= bounds["end_time"]
        ]
        return Answer(page_of("satisfaction_ratings", rows, dict, call.args, call.base, call.path))

    def _seconds(self, row: Json) -> float:
        return datetime.fromisoformat(row["created_at"]).timestamp()

    def show_rating(self, call: Call, rating_id: int) -> Answer:
        """One satisfaction rating."""
        del call
        row = self._world.ratings.get(rating_id)
        if row is None:
            raise record_not_found()
        return Answer({"satisfaction_rating": row})

    def suspended(self, call: Call) -> Answer:
        """All suspended tickets."""
        rows = list(self._world.suspended)
        return Answer(page_of("suspended_tickets", rows, dict, call.args, call.base, call.path))

    def show_suspended(self, call: Call, suspended_id: int) -> Answer:
        """One suspended ticket."""
        del call
        row = self._world.suspended.get(suspended_id)
        if row is None:
            raise record_not_found()
        return Answer({"suspended_ticket": row})

    def delete_suspended(self, call: Call, suspended_id: int) -> Answer:
        """Throw a suspended ticket away."""
        del call
        if not self._world.suspended.remove(suspended_id):
            raise record_not_found()
        return Answer(None, 204)

    def schedules(self, call: Call) -> Answer:
        """All schedules, in one page; 404 where the plan has none."""
        self._require_schedules()
        url = f"{call.base}{call.path}"
        return Answer({"schedules": list(self._world.schedules), "url": url})

    def show_schedule(self, call: Call, schedule_id: int) -> Answer:
        """One schedule."""
        del call
        self._require_schedules()
        row = self._world.schedules.get(schedule_id)
        if row is None:
            raise record_not_found()
        return Answer({"schedule": row})

    def _require_schedules(self) -> None:
        if self._world.config.schedules is None:
            raise invalid_endpoint()


def register(gate: Gate) -> None:
    """Put the views at their addresses."""
    views = MiscViews(gate.services)
    gate.on("GET", "/search", Route(views.search))
    gate.on("GET", "/search/count", Route(views.search_count))
    gate.on("GET", "/search/export", Route(views.search_export))
    gate.on("GET", "/satisfaction_ratings", Route(views.ratings, admin=True))
    gate.on("GET", "/satisfaction_ratings/<id:rating_id>", Route(views.show_rating, admin=True))
    gate.on("GET", "/suspended_tickets", Route(views.suspended, admin=True))
    gate.on("GET", "/suspended_tickets/<id:suspended_id>", Route(views.show_suspended, admin=True))
    gate.on(
        "DELETE", "/suspended_tickets/<id:suspended_id>", Route(views.delete_suspended, admin=True)
    )
    gate.on("GET", "/business_hours/schedules", Route(views.schedules, admin=True))
    schedule = Route(views.show_schedule, admin=True)
    gate.on("GET", "/business_hours/schedules/<id:schedule_id>", schedule)
