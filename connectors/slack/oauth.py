"""The way an app gets into a workspace: Slack's OAuth, run by Bolt.

https://docs.slack.dev/authentication/installing-with-oauth : the browser goes to Slack with a
`state`, comes back with it and a `code`, and the code is exchanged once for the bot's token.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth import InstallationStore, OAuthStateStore, OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation

from connectors.errors import AskPerson, ConnectorError, OutcomeUnknown, RetryLater, Stop
from connectors.http import DEFAULT_TIMEOUT
from connectors.slack.manifest import REDIRECT_PATH
from connectors.slack.text import cut, readable_line
from connectors.slack.wire import Wire

STATE_SECONDS: Final = 600
INSTALL_PATH: Final = "/slack/install"

_ID = re.compile(r"[A-Z0-9]{2,40}", re.ASCII)
_SCOPE = re.compile(r"[a-z:._]{1,60}", re.ASCII)
_LONGEST_NAME: Final = 200
_NO_CODE: Final = "deskclerk-asks-whether-the-app-is-known"


class InstallationRefused(BoltError):  # noqa: N818 - named by what happened
    """The app can't be installed so. The message is a sentence for the person who tries."""


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """What Slack knows the app by. `public_url` is where the browser comes back to."""

    client_id: str
    client_secret: str = field(repr=False)
    public_url: str
    slack_url: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a workspace has granted: the bot's token alone. `by` is the user's id, or empty."""

    team: str
    team_name: str
    bot_user: str
    token: str = field(repr=False)
    scopes: frozenset[str]
    by: str


class States(Protocol):
    """Values that are good once, for STATE_SECONDS."""

    def issue(self) -> str:
        """A new one. May raise InstallationRefused."""
        ...

    def consume(self, state: str) -> bool:
        """Whether it was issued, is in time and was not used; it is used up by this."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the cookie that ties the attempt to it."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended; the cookie is one that deletes the first.

    Without `grant` it failed: for the `reason`, a word of Slack's or Bolt's, or as `refusal` says.
    """

    cookie: str
    status: int
    grant: Grant | None = None
    reason: str = ""
    refusal: str = ""


class Installing:
    """One attempt, or one half of it: the browser that leaves, or the one that comes back.

    `keep` is given what was granted; it may raise InstallationRefused.
    """

    def __init__(self, app: OAuthApp, states: States, keep: Callable[[Grant], None]) -> None:
        self._ended = Ended("", 500)  # until Bolt says how
        pages = CallbackOptions(success=self._succeed, failure=self._fail)
        self._kept = _Kept(keep)
        self._flow = _flow(app, _Issued(states), self._kept, pages)

    def begin(self) -> Begun:
        """Send the browser to Slack. Nothing of its request reaches the address."""
        answer = self._flow.handle_installation(BoltRequest(body="")).first_headers()
        return Begun(answer["location"], answer["set-cookie"])

    def finish(self, query: str, cookies: Sequence[str]) -> Ended:
        """Take the browser back: check the state, exchange the code, keep what was granted.

        Raises RetryLater when Slack does not answer; then nothing was kept.
        """
        headers: dict[str, str | Sequence[str]] = {"cookie": list(cookies)}
        self._flow.handle_callback(BoltRequest(body="", query=query, headers=headers))
        return self._ended

    def _succeed(self, _args: SuccessArgs) -> BoltResponse:
        self._ended = Ended(self._deletion(), 200, grant=self._kept.grant)
        return BoltResponse(status=200)

    def _fail(self, args: FailureArgs) -> BoltResponse:
        cookie, status = self._deletion(), args.suggested_status_code
        if isinstance(args.error, InstallationRefused):
            self._ended = Ended(cookie, 403, refusal=str(args.error))
        else:
            self._ended = Ended(cookie, status, reason=args.reason)
        return BoltResponse(status=status)

    def _deletion(self) -> str:
        return self._flow.settings.state_utils.build_set_cookie_for_deletion()


def require_app(client_id: str, client_secret: str, slack_url: str) -> None:
    """Raise AskPerson unless Slack knows an app by these, and RetryLater if it does not answer.

    They are looked at before the code is, which is none: nothing is installed by it.
    https://docs.slack.dev/reference/methods/oauth.v2.access#errors
    """
    wire = Wire("", slack_url, DEFAULT_TIMEOUT)
    try:
        wire.oauth_v2_access(client_id=client_id, client_secret=client_secret, code=_NO_CODE)
    except Stop:
        return
    except OutcomeUnknown:
        raise RetryLater("Slack gave no answer that can be read", after_s=10.0) from None
    finally:
        wire.close()


class _Flow(OAuthFlow):
    """Bolt's flow over our calls, which raise errors of ours: see `connectors.slack.wire`."""

    def run_installation(self, code: str) -> Installation | None:
        try:
            return super().run_installation(code)
        except (Stop, AskPerson):
            return None  # Slack refused the code or the app's credentials
        except (ConnectorError, AttributeError, TypeError, ValueError):
            # No answer, or one of another shape. The code may be used up: a person begins anew.
            raise RetryLater("Slack gave no answer that can be read", after_s=10.0) from None


class _StrictCookies(OAuthStateUtils):
    """Bolt's cookie is Secure and HttpOnly; this one is also kept from requests of other sites.

    Lax, not Strict: the browser brings it along when Slack sends it back by a link.
    """

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{super().build_set_cookie_for_new_state(state)}; SameSite=Lax"

    def build_set_cookie_for_deletion(self) -> str:
        return f"{super().build_set_cookie_for_deletion()}; SameSite=Lax"


class _Issued(OAuthStateStore):
    def __init__(self, states: States) -> None:
        self._states = states

    def issue(self, *_args: object, **_options: object) -> str:
        return self._states.issue()

    def consume(self, state: str) -> bool:
        return self._states.consume(state)


class _Kept(InstallationStore):
    """Hands on what was granted, and remembers it for the page at the end."""

    def __init__(self, keep: Callable[[Grant], None]) -> None:
        self._keep = keep
        self.grant: Grant | None = None

    def save(self, installation: Installation) -> None:
        grant = _grant_of(installation)
        self._keep(grant)
        self.grant = grant


def _flow(
    app: OAuthApp, states: OAuthStateStore, kept: InstallationStore, pages: CallbackOptions
) -> OAuthFlow:
    """Bolt's flow for the bot's token alone, with nothing taken from the environment.

    Bolt reads SLACK_USER_SCOPES and the like wherever an argument is None: every one is given.
    """
    settings = OAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=app.scopes,
        user_scopes=[],
        redirect_uri=app.public_url + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        install_page_rendering_enabled=False,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=pages,
        authorization_url=f"{app.slack_url}/oauth/v2/authorize",
        installation_store=kept,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=STATE_SECONDS,
    )
    settings.state_utils = _StrictCookies(expiration_seconds=STATE_SECONDS)
    return _Flow(client=Wire("", app.slack_url, DEFAULT_TIMEOUT), settings=settings)


def _grant_of(installation: Installation) -> Grant:
    """What can be used of an installation; raises InstallationRefused."""
    team, bot_user = _id(installation.team_id), _id(installation.bot_user_id)
    token, name = _text(installation.bot_token), _text(installation.team_name)
    if installation.is_enterprise_install or not team:
        raise InstallationRefused(
            "This app is installed in a workspace, not in a whole organisation: choose one "
            "workspace and try again."
        )
    if not token or not bot_user:
        raise InstallationRefused(
            "Slack gave no token for the app's bot: create the app from the manifest, so that it "
            "has one, and try again."
        )
    if installation.bot_refresh_token:
        raise InstallationRefused(
            "The app has token rotation switched on, so that its token would end in hours: create "
            "the app afresh from the manifest and try again."
        )
    return Grant(
        team=team,
        team_name=cut(readable_line(name), _LONGEST_NAME) or team,
        bot_user=bot_user,
        token=token,
        scopes=_scopes(installation.bot_scopes),
        by=_id(installation.user_id),
    )


def _scopes(given: object) -> frozenset[str]:
    listed = given if isinstance(given, list) else []
    return frozenset(filter(_SCOPE.fullmatch, map(_text, listed)))


def _id(given: object) -> str:
    """An id of Slack's, or nothing."""
    return _text(given) if _ID.fullmatch(_text(given)) else ""


def _text(given: object) -> str:
    """What Slack says; nothing if it is no text."""
    return given if isinstance(given, str) else ""
