"""The web routes. A request reads, verifies and stores; the work is done elsewhere."""

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from integration.intake import MAX_BODY_BYTES, RETRY_AFTER_S, Answer
from integration.metrics import exposition
from integration.services import present_services
from integration.starting import waits_for_start
from integration.store import StoreUnavailable, facts, workers

pages = Blueprint("pages", __name__)


@pages.post("/webhooks/zendesk")
def take_delivery() -> Response:
    """202 stored or known, 401 not signed by us, 413 too large, 503 can't store."""
    try:
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return _empty(Answer.TOO_LARGE)
        raw = request.get_data(cache=False, parse_form_data=False)
    except RequestEntityTooLarge:
        return _empty(Answer.TOO_LARGE)
    answer = present_services().intake.receive(raw, dict(request.headers))
    response = _empty(answer)
    if answer is Answer.CANNOT_STORE:
        # Zendesk sends again after a 503 with Retry-After below 60 s, never after a 500.
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


@pages.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The parts work: store, worker, last delivery, the helpdesk's token."""
    services = present_services()
    now = services.clock.now().timestamp()
    state: dict[str, Any] = {"store": "ok"}
    try:
        with services.store.read() as connection:
            live = workers.live(connection)
            state["workers"] = len(live)
            state["last_delivery_age_s"] = services.last_delivery_age_s(connection, now)
            swept_at = facts.get_at(connection, facts.SWEPT)
            state["last_sweep_age_s"] = None if swept_at is None else round(now - swept_at, 3)
            state["helpdesk"] = facts.get(connection, facts.TOKEN) or "not reached yet"
            state["paused"] = bool(facts.get(connection, facts.PAUSED))
            state["waits_for_start"] = waits_for_start(connection)
    except StoreUnavailable:
        return jsonify(status="not ready", store="unavailable"), 503
    ready = bool(live)
    state["status"] = "ready" if ready else "not ready"
    return jsonify(state), 200 if ready else 503


@pages.get("/metrics")
def metrics() -> Response:
    """OpenMetrics, for the bearer of METRICS_TOKEN; switched off without one."""
    services = present_services()
    if not services.metrics_token:
        return _empty(404)
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {services.metrics_token}".encode()):
        return _empty(401)
    try:
        body, content_type = exposition(services.store, services.clock, services.drift)
    except StoreUnavailable:
        return _empty(503)
    return Response(body, content_type=content_type)


def _empty(status: int) -> Response:
    return Response(status=int(status))
