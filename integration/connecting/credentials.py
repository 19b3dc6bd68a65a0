"""Taking the helpdesk's credentials from a person: tried first, then stored."""

from collections.abc import Mapping
from typing import Final

from connectors.errors import AskPerson
from connectors.zendesk.setup import Me
from integration.clock import Clock
from integration.connecting.opening import open_setup
from integration.settings import Settings
from integration.store import Store
from integration.stored_settings import is_from_environment, keep, with_values
from integration.vault import vault_of

CLIENT: Final = ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET")


def require_administrator(me: Me) -> None:
    """Raise AskPerson unless the OAuth client acts as an administrator."""
    if not me.is_administrator:
        raise AskPerson(
            f"the user of this OAuth client is no administrator (their role is {me.role}): "
            "make them one in Admin Center, People, Team members"
        )


def fixed_client(settings: Settings) -> tuple[str, ...]:
    """What of the OAuth client is set in the environment, and can be changed there alone."""
    return tuple(name for name in CLIENT if is_from_environment(settings, name))


def take_credentials(
    settings: Settings, store: Store, clock: Clock, values: Mapping[str, str], *, by: str
) -> Me:
    """Try values for settings, and store them if Zendesk knows an administrator by them.

    Raises SettingsError, VaultError without SECRET_KEY, ConnectorError and StoreError; then
    nothing is stored. `by` names who gave them, for the ledger.
    """
    vault_of(settings).require_key()
    with open_setup(with_values(settings, values), store, clock) as setup:
        me = setup.me()
    require_administrator(me)
    keep(settings, store, clock, values, by=by)
    return me
