"""The way an app gets into a workspace: Slack's OAuth, run by Bolt.

https://docs.slack.dev/authentication/installing-with-oauth : the browser goes to Slack with a
`state`, comes back with it and a `code`, and the code is exchanged once for the bot's token.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth import InstallationStore, OAuthStateStore, OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation

from connectors.errors import AskPerson, ConnectorError, RetryLater, Stop
from connectors.http import DEFAULT_TIMEOUT
from connectors.slack.manifest import REDIRECT_PATH
from connectors.slack.wire import Wire

STATE_SECONDS: Final = 600
INSTALL_PATH: Final = "/slack/install"


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """What Slack knows the app by. `public_url` is where the browser comes back to."""

    client_id: str
    client_secret: str = field(repr=False)
    public_url: str
    slack_url: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """What the person sees at the end."""

    success: Callable[[SuccessArgs], BoltResponse]
    failure: Callable[[FailureArgs], BoltResponse]


class _StrictCookies(OAuthStateUtils):
    """Bolt's cookie is Secure and HttpOnly; this one is also kept from requests of other sites.

    Lax, not Strict: the browser brings it along when Slack sends it back by a link.
    """

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{super().build_set_cookie_for_new_state(state)}; SameSite=Lax"

    def build_set_cookie_for_deletion(self) -> str:
        return f"{super().build_set_cookie_for_deletion()}; SameSite=Lax"


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


def create_flow(
    app: OAuthApp, *, states: OAuthStateStore, installations: InstallationStore, pages: Pages
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
        callback_options=CallbackOptions(success=pages.success, failure=pages.failure),
        authorization_url=f"{app.slack_url}/oauth/v2/authorize",
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=STATE_SECONDS,
    )
    settings.state_utils = _StrictCookies(expiration_seconds=STATE_SECONDS)
    client = Wire("", app.slack_url, DEFAULT_TIMEOUT)
    return _Flow(client=client, settings=settings)


def begin(flow: OAuthFlow) -> BoltResponse:
    """Send the browser to Slack. Nothing of the request reaches the address."""
    return flow.handle_installation(BoltRequest(body=""))


def finish(flow: OAuthFlow, query: str, cookies: Sequence[str]) -> BoltResponse:
    """Take the browser back: check the state, exchange the code, keep the token.

    Raises RetryLater when Slack does not answer; then nothing was kept.
    """
    headers: dict[str, str | Sequence[str]] = {"cookie": list(cookies)}
    return flow.handle_callback(BoltRequest(body="", query=query, headers=headers))
