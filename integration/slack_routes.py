"""The pages by which the Slack app gets into a workspace. They show no secret."""

import base64
import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

import structlog
from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from markupsafe import Markup
from slack_bolt import BoltResponse
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import FailureArgs, SuccessArgs

from connectors.errors import RetryLater
from connectors.slack import manifest, oauth
from integration.services import WebServices
from integration.slack_installation import InstallationRefused, Installations, States
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


def _services() -> WebServices:
    services: WebServices = current_app.extensions["deskclerk"]
    return services


@slack_pages.get(SETUP_PATH)
def show_setup() -> Response:
    """What to do, in order, and how far it is."""
    services = _services()
    setup = setup_of(services.settings, services.store)
    return _page(render_template("slack/setup.html", setup=setup, style=_MARKED_STYLE))


@slack_pages.get(MANIFEST_PATH)
def show_manifest() -> Response:
    """The app's manifest as JSON; 404 while PUBLIC_URL is not set."""
    made = manifest_of(_services().settings)
    if made is None:
        return _message("There is no manifest yet", ["PUBLIC_URL is not set."], 404)
    response = jsonify(made)
    response.headers.update(_HEADERS)
    return response


@slack_pages.get(oauth.INSTALL_PATH)
def begin_installation() -> Response:
    """Sends the browser to Slack; 404 where the app can't be installed from here."""
    settings = _services().settings
    if settings.slack_bot_token.get_secret_value():
        line = "SLACK_BOT_TOKEN is set: the app is installed in its workspace, at Slack itself."
        return _message("Nothing to install here", [line], 404)
    if settings.missing_for_slack_oauth:
        lines = [f"{name} is not set." for name in settings.missing_for_slack_oauth]
        return _message("The app can't be installed from here yet", lines, 404)
    try:
        return _answer(oauth.begin(_flow()))
    except InstallationRefused as refusal:
        return _message(_FAILED, [str(refusal)], HTTPStatus.SERVICE_UNAVAILABLE)
    except StoreUnavailable:
        return _message(_FAILED, [_NO_STORE], HTTPStatus.SERVICE_UNAVAILABLE)


@slack_pages.get(manifest.REDIRECT_PATH)
def finish_installation() -> Response:
    """Where Slack sends the browser back to."""
    settings = _services().settings
    if settings.slack_bot_token.get_secret_value() or settings.missing_for_slack_oauth:
        return begin_installation()  # says why
    query = request.query_string.decode("utf-8", "replace")
    try:
        return _answer(oauth.finish(_flow(), query, request.headers.getlist("Cookie")))
    except RetryLater:
        line = f"Slack did not answer. {_AGAIN}"
        return _message(_FAILED, [line], HTTPStatus.BAD_GATEWAY)
    except StoreUnavailable:
        return _message(_FAILED, [_NO_STORE], HTTPStatus.SERVICE_UNAVAILABLE)


def _flow() -> OAuthFlow:
    services = _services()
    settings = services.settings
    app = oauth.OAuthApp(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        public_url=settings.public_url,
        slack_url=settings.slack_url,
        scopes=tuple(manifest.SCOPES),
    )
    return oauth.create_flow(
        app,
        states=States(services.store, services.clock),
        installations=Installations(settings, services.store, services.clock),
        pages=oauth.Pages(_succeeded, _failed),
    )


def _succeeded(args: SuccessArgs) -> BoltResponse:
    _log.info("slack.installed")
    settings = _services().settings
    lines = [
        f"It may now speak in {args.installation.team_name or 'your workspace'}.",
        f"Invite it to every channel that your policy names: /invite @{manifest.BOT_NAME}",
        f"Then try {settings.slack_command} help.",
    ]
    return _ended(args, "The app is installed", lines, HTTPStatus.OK)


def _failed(args: FailureArgs) -> BoltResponse:
    if isinstance(args.error, InstallationRefused):
        _log.warning("slack.installation_refused")
        return _ended(args, _FAILED, [str(args.error)], HTTPStatus.FORBIDDEN)
    # What stands in the address is not quoted: anybody can send people here.
    line = _REASONS.get(args.reason, f"Slack could not install it. {_AGAIN}")
    return _ended(args, _FAILED, [line], args.suggested_status_code)


def _ended(
    args: SuccessArgs | FailureArgs, title: str, lines: list[str], status: int
) -> BoltResponse:
    """The last page, and the end of the cookie that tied the attempt to this browser."""
    cookie = args.settings.state_utils.build_set_cookie_for_deletion()
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Set-Cookie": cookie,
    }
    return BoltResponse(status=status, body=_message_html(title, lines), headers=headers)


def _answer(given: BoltResponse) -> Response:
    response = to_flask_response(given)
    response.headers.update(_HEADERS)
    return response


def _message(title: str, lines: list[str], status: int) -> Response:
    return _page(_message_html(title, lines), status)


def _message_html(title: str, lines: list[str]) -> str:
    setup_url = _services().settings.public_url + SETUP_PATH
    return render_template(
        "slack/message.html", title=title, lines=lines, setup_url=setup_url, style=_MARKED_STYLE
    )


def _page(html: str, status: int = HTTPStatus.OK) -> Response:
    response = make_response(html, int(status))
    response.headers.update(_HEADERS)
    return response
