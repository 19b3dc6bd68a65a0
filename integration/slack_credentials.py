"""Taking the Slack app's secrets from a person: tried where that can be, then stored."""

from collections.abc import Mapping
from typing import Final

from connectors.errors import AskPerson
from connectors.slack.oauth import require_app
from integration.clock import Clock
from integration.settings import Settings, SettingsError
from integration.slack_access import connecting
from integration.store import Store
from integration.stored_settings import is_from_environment, is_given, keep, with_values
from integration.vault import vault_of

ID: Final = "SLACK_CLIENT_ID"
SECRET: Final = "SLACK_CLIENT_SECRET"  # noqa: S105 - the name of a setting
SIGNING: Final = "SLACK_SIGNING_SECRET"
TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105 - the name of a setting
APP: Final = (ID, SECRET, SIGNING, TOKEN)
_BOTS: Final = "xoxb-"


def fixed_app(settings: Settings) -> tuple[str, ...]:
    """What of the Slack app is set in the environment, and can be changed there alone."""
    return tuple(name for name in APP if is_from_environment(settings, name))


def take_app(
    settings: Settings, store: Store, clock: Clock, values: Mapping[str, str], *, by: str
) -> None:
    """Try values for settings, and store them, beside those that are known already.

    A signing secret can't be tried: only Slack's first request proves it. Raises SettingsError,
    VaultError without SECRET_KEY, ConnectorError and StoreError; then nothing is stored. `by`
    names who gave them, for the ledger.
    """
    vault_of(settings).require_key()
    present = with_values(settings, values)
    _require_whole(present)
    if TOKEN in values:
        token = present.slack_bot_token.get_secret_value()
        if not token.startswith(_BOTS):
            raise AskPerson(
                f"a bot's token begins with {_BOTS}: copy the Bot User OAuth Token at OAuth & "
                "Permissions"
            )
        connecting(present)(token).identify()
    if present.slack_client_id and {ID, SECRET} & set(values):
        secret = present.slack_client_secret.get_secret_value()
        require_app(present.slack_client_id, secret, present.slack_url)
    keep(settings, store, clock, values, by=by)


def _require_whole(settings: Settings) -> None:
    """Raise SettingsError unless one of the two ways into a workspace is complete."""
    lines = []
    if not settings.has_slack:
        lines.append("The signing secret is needed: it tells Slack's requests from others")
    if is_given(settings, ID) != is_given(settings, SECRET):
        lines.append("The client ID and the client secret are needed together")
    elif not is_given(settings, ID) and not is_given(settings, TOKEN):
        lines.append("The client ID and client secret are needed, or a bot's token")
    if lines:
        raise SettingsError(tuple(lines))
