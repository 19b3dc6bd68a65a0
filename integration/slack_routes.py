"""The pages by which the Slack app gets into a workspace. They show no secret."""

import base64
import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Final

import structlog
from flask import Blueprint, Response, jsonify, make_response, render_template, request
from markupsafe import Markup

from connectors.errors import RetryLater
from connectors.slack import manifest, oauth
from connectors.slack.oauth import InstallationRefused
from integration.services import present_services
from integration.slack_installation import Installations, States
from integration.slack_setup import MANIFEST_PATH, SETUP_PATH, manifest_of, setup_of
from integration.store import StoreUnavailable

slack_pages = Blueprint("slack_pages", __name__, template_folder="templates")

_log = structlog.get_logger(__name__)

_STYLE = (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
_MARKED_STYLE = Markup(_STYLE)  # noqa: S704 - a file of ours
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    # The page that Slack sends the browser back to has a code in its address.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_FAILED: Final = "The app was not installed"
_AGAIN = "Begin again at the page with all steps."
_REASONS = {
    "access_denied": "It was declined at Slack; nothing has changed.",
    "invalid_browser": "This browser did not begin the installation, began it at another address, "
    f"or more than ten minutes ago. {_AGAIN}",
    "invalid_state": f"This attempt was used already, or is older than ten minutes. {_AGAIN}",
    "missing_code": f"Slack sent no code along. {_AGAIN}",
    "invalid_code": "Slack did not accept the code or the app's credentials: see that "
    f"SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are those of this app. {_AGAIN}",
}
_NO_STORE = "The database does not answer now; nothing was kept. Try again in a minute."


@slack_pages.get(SETUP_PATH)
def show_setup() -> Response:
    """What to do, in order, and how far it is."""
    services = present_services()
    setup = setup_of(services.settings, services.store)
    return _page(render_template("slack/setup.html", setup=setup, style=_MARKED_STYLE))


@slack_pages.get(MANIFEST_PATH)
def show_manifest() -> Response:
    """The app's manifest as JSON; 404 while PUBLIC_URL is not set."""
    made = manifest_of(present_services().settings)
    if made is None:
        return _message("There is no manifest yet", ["PUBLIC_URL is not set."], 404)
    response = jsonify(made)
    response.headers.update(_HEADERS)
    return response


@slack_pages.get(oauth.INSTALL_PATH)
def begin_installation() -> Response:
    """Sends the browser to Slack; 404 where the app can't be installed from here."""
    settings = present_services().settings
    if settings.slack_bot_token.get_secret_value():
        line = "SLACK_BOT_TOKEN is set: the app is installed in its workspace, at Slack itself."
        return _message("Nothing to install here", [line], 404)
    if settings.missing_for_slack_oauth:
        lines = [f"{name} is not set." for name in settings.missing_for_slack_oauth]
        return _message("The app can't be installed from here yet", lines, 404)
    try:
        begun = _installing().begin()
    except InstallationRefused as refusal:
        return _message(_FAILED, [str(refusal)], HTTPStatus.SERVICE_UNAVAILABLE)
    except StoreUnavailable:
        return _message(_FAILED, [_NO_STORE], HTTPStatus.SERVICE_UNAVAILABLE)
    response = _page("", HTTPStatus.FOUND)
    response.headers["Location"] = begun.address
    response.headers["Set-Cookie"] = begun.cookie
    return response


@slack_pages.get(manifest.REDIRECT_PATH)
def finish_installation() -> Response:
    """Where Slack sends the browser back to."""
    settings = present_services().settings
    if settings.slack_bot_token.get_secret_value() or settings.missing_for_slack_oauth:
        return begin_installation()  # says why
    query = request.query_string.decode("utf-8", "replace")
    try:
        ended = _installing().finish(query, request.headers.getlist("Cookie"))
    except RetryLater:
        line = f"Slack did not answer. {_AGAIN}"
        return _message(_FAILED, [line], HTTPStatus.BAD_GATEWAY)
    except StoreUnavailable:
        return _message(_FAILED, [_NO_STORE], HTTPStatus.SERVICE_UNAVAILABLE)
    title, lines = _last_words(ended)
    response = _message(title, lines, ended.status)
    response.headers["Set-Cookie"] = ended.cookie
    return response


def _last_words(ended: oauth.Ended) -> tuple[str, list[str]]:
    if ended.grant is not None:
        _log.info("slack.installed")
        return "The app is installed", [
            f"It may now speak in {ended.grant.team_name}.",
            f"Invite it to every channel that your policy names: /invite @{manifest.BOT_NAME}",
            f"Then try {present_services().settings.slack_command} help.",
        ]
    if ended.refusal:
        _log.warning("slack.installation_refused")
        return _FAILED, [ended.refusal]
    # What stands in the address is not quoted: anybody can send people here.
    return _FAILED, [_REASONS.get(ended.reason, f"Slack could not install it. {_AGAIN}")]


def _installing() -> oauth.Installing:
    services = present_services()
    settings = services.settings
    app = oauth.OAuthApp(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        public_url=settings.public_url,
        slack_url=settings.slack_url,
        scopes=tuple(manifest.SCOPES),
    )
    installations = Installations(settings, services.store, services.clock)
    return oauth.Installing(app, States(services.store, services.clock), installations.keep)


def _message(title: str, lines: list[str], status: int) -> Response:
    setup_url = present_services().settings.public_url + SETUP_PATH
    html = render_template(
        "slack/message.html", title=title, lines=lines, setup_url=setup_url, style=_MARKED_STYLE
    )
    return _page(html, status)


def _page(html: str, status: int = HTTPStatus.OK) -> Response:
    response = make_response(html, int(status))
    response.headers.update(_HEADERS)
    return response
