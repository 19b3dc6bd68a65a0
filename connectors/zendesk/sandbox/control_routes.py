"""`/sandbox/…`: JSON without authentication, for tests and demonstrations on this machine."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from connectors.zendesk.sandbox.api_help_center import make_article
from connectors.zendesk.sandbox.api_misc import rate_ticket, suspend_mail
from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.control import Stage
from connectors.zendesk.sandbox.delivery import Dispatcher
from connectors.zendesk.sandbox.errors import ApiError, invalid_attribute, unreadable_body
from connectors.zendesk.sandbox.faults import FaultError, Faults, read_faults
from connectors.zendesk.sandbox.gate import Services, json_response
from connectors.zendesk.sandbox.reading import read_text
from connectors.zendesk.sandbox.richtext import html_of


def _body() -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise unreadable_body()
    return body


def _number(name: str, default: int = 0) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 12):  # noqa: PLR2004 - digits
        raise invalid_attribute(name, "a number")
    return int(text)


class ControlViews:
    """The views; registered by `control_blueprint`."""

    def __init__(self, services: Services, stage: Stage, dispatcher: Dispatcher) -> None:
        self._services = services
        self._world = services.world
        self._stage = stage
        self._dispatcher = dispatcher

    def create(self) -> tuple[Json, int]:
        """A customer's ticket."""
        ticket = self._stage.write_ticket(_body())
        with self._world.lock:
            return {"ticket": self._stage.show(ticket)}, 201

    def comment(self, ticket_id: int) -> tuple[Json, int]:
        """A comment or change by a customer or an agent."""
        ticket = self._stage.write_comment(ticket_id, _body())
        with self._world.lock:
            return {"ticket": self._stage.show(ticket)}, 201

    def tickets(self) -> tuple[Json, int]:
        """The whole desk."""
        return self._stage.show_all(), 200

    def ticket(self, ticket_id: int) -> tuple[Json, int]:
        """One ticket with everything; deleted ones too."""
        with self._world.lock:
            ticket = self._world.tickets.get(ticket_id) or self._services.desk.find(ticket_id)
            return {"ticket": self._stage.show(ticket)}, 200

    def delete(self, ticket_id: int) -> tuple[Json, int]:
        """Delete a ticket."""
        self._stage.delete_ticket(ticket_id)
        return {"deleted": ticket_id}, 200

    def rate(self, ticket_id: int) -> tuple[Json, int]:
        """A customer's rating: {"score": "good" or "bad", "comment": …}."""
        body = _body()
        with self._world.lock:
            ticket = self._services.desk.find(ticket_id)
            comment = read_text("comment", body.get("comment", ""))
            score = read_text("score", body.get("score"))
            return {"satisfaction_rating": rate_ticket(self._world, ticket, score, comment)}, 201

    def suspend(self) -> tuple[Json, int]:
        """A mail that Zendesk suspends: {"subject", "body", "name", "email", "cause_id"}."""
        body = _body()
        cause = body.get("cause_id", 8)
        if not isinstance(cause, int):
            raise invalid_attribute("cause_id", "a number")
        sender = {"id": None, "name": body.get("name"), "email": body.get("email")}
        texts = [read_text(name, body.get(name, "")) for name in ("subject", "body")]
        with self._world.lock:
            row = suspend_mail(self._world, texts[0], texts[1], sender, cause)
        return {"suspended_ticket": row}, 201

    def article(self) -> tuple[Json, int]:
        """A help-centre article: {"title", "body"}."""
        body = _body()
        title, text = read_text("title", body.get("title")), read_text("body", body.get("body"))
        with self._world.lock:
            return {"article": make_article(self._world, title, html_of(text))}, 201

    def events(self) -> tuple[Json, int]:
        """The event log; `?after=` a number, `?ticket=` an id."""
        ticket_id = _number("ticket") if "ticket" in request.args else None
        return self._stage.happenings(_number("after"), ticket_id), 200

    def checks(self) -> tuple[Json, int]:
        """Counts for fault tests."""
        return self._stage.checks(), 200

    def show_faults(self) -> tuple[Json, int]:
        """The fault switches."""
        return {"faults": self._services.faults.show()}, 200

    def set_faults(self) -> tuple[Json, int]:
        """Replace the fault switches; "expire_tokens": true expires all tokens once, now."""
        body = dict(_body())
        expire = body.pop("expire_tokens", False)
        try:
            faults = read_faults(body)
        except FaultError as error:
            raise ApiError(400, {"error": str(error)}) from None
        if not isinstance(expire, bool):
            raise ApiError(400, {"error": "bad value for expire_tokens"})
        if body or not expire:
            self._services.faults.set(faults)
        if expire:
            with self._world.lock:
                self._world.note("oauth.expired", None, f"{self._services.tokens.expire_all()}")
        return self.show_faults()

    def reset_faults(self) -> tuple[Json, int]:
        """No more faults."""
        self._services.faults.set(Faults())
        return self.show_faults()

    def deliver(self) -> tuple[Json, int]:
        """Send the webhooks that are due, in this call."""
        return {"delivered": self._dispatcher.deliver_due()}, 200


def control_blueprint(services: Services, stage: Stage, dispatcher: Dispatcher) -> Blueprint:
    """The blueprint with all of it."""
    views = ControlViews(services, stage, dispatcher)
    blueprint = Blueprint("control", __name__, url_prefix="/sandbox")

    def on(method: str, rule: str, view: Callable[..., tuple[Json, int]]) -> None:
        def run(**params: int) -> Response:
            try:
                body, status = view(**params)
            except ApiError as error:
                return json_response(error.body, error.status, {})
            return json_response(body, status, {"Cache-Control": "no-store"})

        blueprint.add_url_rule(rule, f"{method}{rule}", run, methods=[method])

    on("POST", "/tickets", views.create)
    on("GET", "/tickets", views.tickets)
    on("GET", "/tickets/<id:ticket_id>", views.ticket)
    on("DELETE", "/tickets/<id:ticket_id>", views.delete)
    on("POST", "/tickets/<id:ticket_id>/comments", views.comment)
    on("POST", "/tickets/<id:ticket_id>/rating", views.rate)
    on("POST", "/suspended", views.suspend)
    on("POST", "/articles", views.article)
    on("GET", "/events", views.events)
    on("GET", "/checks", views.checks)
    on("GET", "/faults", views.show_faults)
    on("POST", "/faults", views.set_faults)
    on("DELETE", "/faults", views.reset_faults)
    on("POST", "/deliver", views.deliver)
    return blueprint
