"""The door for what Slack sends: proved to be Slack's, stored, and only then acknowledged."""

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from connectors.slack.app import MAX_BODY_BYTES, Door, create_bolt
from connectors.slack.manifest import EVENTS_PATH
from connectors.slack.removal import read_removal
from integration.clock import Clock
from integration.intake import RETRY_AFTER_S
from integration.services import WebServices, present_services
from integration.settings import Settings
from integration.slack_access import SlackAccess
from integration.slack_installation import Installations
from integration.slack_intake import SlackIntake
from integration.store import Store, StoreUnavailable

slack_door = Blueprint("slack_door", __name__)


def build_door(settings: Settings, store: Store, clock: Clock) -> Door | None:
    """The door, or None while no signing secret is set."""
    if not settings.has_slack:
        return None
    secret = settings.slack_signing_secret.get_secret_value()
    access = SlackAccess(settings, store)
    intake = SlackIntake(store, clock, access.chat_of, settings.slack_command)
    return Door(create_bolt(secret, access.token_of, intake.take), [secret], clock.now)


@slack_door.post(EVENTS_PATH)
def take_request() -> Response:
    """200 stored or nothing to do, 400 no form of Slack's, 401 not signed, 413, 503 can't store."""
    services = present_services()
    if services.slack is None:
        return Response(status=404)
    try:
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return Response(status=413)
        raw = request.get_data(cache=False, parse_form_data=False)
    except RequestEntityTooLarge:
        return Response(status=413)
    try:
        reply = services.slack.receive(raw, dict(request.headers))
        if reply.status == HTTPStatus.OK:  # so it is proved to be Slack's
            _heed_removal(services, raw)
    except StoreUnavailable:
        return _later()
    if reply.status == HTTPStatus.INTERNAL_SERVER_ERROR:  # Bolt's word for what `take` raised
        return _later()
    return Response(reply.body, reply.status, content_type=reply.content_type)


def _later() -> Response:
    return Response(status=503, headers={"Retry-After": str(RETRY_AFTER_S)})


def _heed_removal(services: WebServices, raw: bytes) -> None:
    """Forget a workspace from which the app was removed. Raises StoreUnavailable."""
    removal = read_removal(raw)
    if removal is not None:
        installations = Installations(services.settings, services.store, services.clock)
        installations.forget(removal.team, why=removal.why, at=removal.at)
