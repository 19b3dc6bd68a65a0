"""The agent's page: what a newcomer sees. Server-rendered; a small script keeps it fresh."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.control import Stage
from connectors.zendesk.sandbox.errors import ApiError
from connectors.zendesk.sandbox.gate import Services
from connectors.zendesk.sandbox.reading import PRIORITIES, STATUSES
from connectors.zendesk.sandbox.records import AuditRecord, CommentRecord, TicketRecord, UserRecord
from connectors.zendesk.sandbox.world import World

_LISTED = 200  # tickets on the page
_LOGGED = 40  # lines of the event log
PAGE_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # noqa: E501 - one header


@dataclass(frozen=True, slots=True)
class Person:
    """Someone as the page shows them; `kind` is customer, agent or bot."""

    name: str
    kind: str
    email: str

    @property
    def initials(self) -> str:
        """Up to two letters for the round badge."""
        return "".join(part[0] for part in self.name.split()[:2] if part).upper() or "?"


def _person(world: World, user: UserRecord | None) -> Person | None:
    if user is None:
        return None
    kind = "agent" if user.is_staff else "customer"
    return Person(user.name, "bot" if user.id == world.bot_id else kind, user.email or "")


def _group_name(world: World, group_id: object) -> str:
    row = world.groups.get(group_id)
    return str(row["name"]) if row else ""


def _readable(world: World, name: str, value: object) -> str:
    """An audit's value for people: names instead of ids."""
    if value in (None, "", []):
        return "none"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if name == "group_id":
        return _group_name(world, value) or str(value)
    if name in {"assignee_id", "requester_id"}:
        user = world.users.get(int(str(value)))
        return user.name if user else str(value)
    return str(value)


def _event_line(world: World, event: Json) -> Json:
    """One event of an audit: what, from, to, and the trigger that did it."""
    rule = event.get("via", {}).get("source", {}).get("from", {}).get("title", "")
    if event["type"] == "Comment":
        what = "public comment" if event["public"] else "private note"
        return {"what": what, "old": "", "new": "", "rule": rule}
    name = event["field_name"]
    return {
        "what": name.removesuffix("_id"),
        "old": "" if event["type"] == "Create" else _readable(world, name, event["previous_value"]),
        "new": _readable(world, name, event["value"]),
        "rule": rule,
    }


class PageViews:
    """The views; registered by `page_blueprint`."""

    def __init__(self, services: Services, stage: Stage) -> None:
        self._world = services.world
        self._desk = services.desk
        self._stage = stage

    def _row(self, ticket: TicketRecord) -> Json:
        world = self._world
        comments = world.comments[ticket.id]
        return {
            "ticket": ticket,
            "requester": _person(world, world.users.get(ticket.requester_id)),
            "assignee": _person(world, world.users.get(ticket.assignee_id or 0)),
            "group": _group_name(world, ticket.group_id),
            "public": sum(item.public for item in comments),
            "private": sum(not item.public for item in comments),
            "answered": any(item.public and item.author_id == world.bot_id for item in comments),
        }

    def _overview(self) -> Json:
        with self._world.lock:
            live = [item for item in self._world.tickets.values() if not item.deleted]
            live.sort(key=lambda item: item.change_seq, reverse=True)
            counts = {name: sum(item.status == name for item in live) for name in STATUSES}
            return {
                "rows": [self._row(item) for item in live[:_LISTED]],
                "counts": counts,
                "total": len(live),
                "log": list(self._world.happenings)[: -_LOGGED - 1 : -1],
            }

    def _comment(self, comment: CommentRecord) -> Json:
        author = _person(self._world, self._world.users.get(comment.author_id))
        return {"comment": comment, "author": author}

    def _audit(self, audit: AuditRecord) -> Json:
        world = self._world
        return {
            "audit": audit,
            "author": _person(world, world.users.get(audit.author_id)),
            "decision": str(audit.custom.get("decision_id", "")),
            "lines": [_event_line(world, event) for event in audit.events],
        }

    def _dossier(self, ticket_id: int) -> Json:
        with self._world.lock:
            world = self._world
            ticket = self._desk.find(ticket_id)
            organization = world.organizations.get(ticket.organization_id) or {}
            own = [item for item in world.happenings if item.ticket_id == ticket_id]
            agents = [user for user in world.users.values() if user.is_staff]
            return {
                "row": self._row(ticket),
                "ticket": ticket,
                "customer": world.users[ticket.requester_id],
                "organization": str(organization.get("name", "")),
                "thread": [self._comment(item) for item in world.comments[ticket_id]],
                "audits": [self._audit(item) for item in reversed(world.audits[ticket_id])],
                "log": own[: -_LOGGED - 1 : -1],
                "agents": [user for user in agents if user.id != world.bot_id],
                "groups": list(world.groups),
                "statuses": STATUSES[1:],
                "priorities": PRIORITIES,
                "copies": [world.users[key].name for key in ticket.email_cc_ids],
            }

    def index(self) -> str:
        """The list of tickets."""
        return render_template("sandbox/desk.html", error="", **self._overview())

    def fragment(self) -> str:
        """The list alone, for the script."""
        return render_template("sandbox/_desk.html", **self._overview())

    def ticket(self, ticket_id: int, error: str = "") -> str:
        """One ticket."""
        return render_template("sandbox/ticket.html", error=error, **self._dossier(ticket_id))

    def ticket_fragment(self, ticket_id: int) -> str:
        """One ticket's thread and log alone, for the script."""
        return render_template("sandbox/_ticket.html", **self._dossier(ticket_id))

    def create(self) -> AnyResponse:
        """A customer's new ticket from the form."""
        form = request.form
        ticket = self._stage.write_ticket(
            {
                "requester": {"name": form.get("name", ""), "email": form.get("email", "").strip()},
                "subject": form.get("subject", ""),
                "body": form.get("body", ""),
                "channel": "web",
            }
        )
        return redirect(url_for("pages.ticket", ticket_id=ticket.id), 303)

    def comment(self, ticket_id: int) -> AnyResponse:
        """A comment from the form: as the customer, as an agent, or as an agent's note."""
        role = request.form.get("as", "customer")
        self._stage.write_comment(
            ticket_id,
            {
                "as": "customer" if role == "customer" else "agent",
                "public": role != "note",
                "body": request.form.get("body", ""),
            },
        )
        return redirect(url_for("pages.ticket", ticket_id=ticket_id), 303)

    def change(self, ticket_id: int) -> AnyResponse:
        """An agent's change of status, priority, group or assignee from the form."""
        form = request.form
        wanted: Json = {"as": "agent"}
        for name in ("status", "priority", "group", "assignee"):
            if form.get(name):
                wanted[name] = form[name]
        self._stage.write_comment(ticket_id, wanted)
        return redirect(url_for("pages.ticket", ticket_id=ticket_id), 303)


def _sentence(error: ApiError) -> str:
    """A refusal in words for the page."""
    for problems in error.body.get("details", {}).values():
        return str(problems[0]["description"])
    told = error.body.get("error")
    return str(told["message"] if isinstance(told, dict) else error.body.get("description", told))


def page_blueprint(services: Services, stage: Stage) -> Blueprint:
    """The blueprint with the page."""
    views = PageViews(services, stage)
    blueprint = Blueprint("pages", __name__, template_folder="templates")

    def clock(moment: datetime) -> str:
        return moment.strftime("%H:%M:%S")

    def on_error(error: ApiError) -> Response:
        text = _sentence(error)
        return make_response(render_template("sandbox/error.html", error=text), error.status)

    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        # not "no-referrer": browsers would send "Origin: null" with our own forms
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    blueprint.add_app_template_filter(clock, "clock")
    blueprint.register_error_handler(ApiError, on_error)
    blueprint.after_request(guard)
    blueprint.add_url_rule("/", "index", views.index)
    blueprint.add_url_rule("/fragments/desk", "fragment", views.fragment)
    blueprint.add_url_rule("/tickets", "create", views.create, methods=["POST"])
    one = "/tickets/<id:ticket_id>"
    blueprint.add_url_rule(one, "ticket", views.ticket)
    blueprint.add_url_rule(f"/agent{one}", "agent_ticket", views.ticket)  # as at Zendesk
    blueprint.add_url_rule(f"/fragments{one}", "ticket_fragment", views.ticket_fragment)
    blueprint.add_url_rule(f"{one}/comments", "comment", views.comment, methods=["POST"])
    blueprint.add_url_rule(f"{one}/changes", "change", views.change, methods=["POST"])
    return blueprint
