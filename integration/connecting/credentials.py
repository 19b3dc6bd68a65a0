"""Taking the helpdesk's credentials from a person: tried first, then stored."""

from collections.abc import Mapping

from connectors.zendesk.setup import Me
from integration.clock import Clock
from integration.connecting.opening import open_setup
from integration.settings import Settings
from integration.store import Store
from integration.stored_settings import keep, with_values
from integration.vault import vault_of


def take_credentials(
    settings: Settings, store: Store, clock: Clock, values: Mapping[str, str], *, by: str
) -> Me:
    """Try values for settings that are lacking, and store them if Zendesk knows a user by them.

    Raises SettingsError, VaultError without SECRET_KEY, ConnectorError and StoreError; then
    nothing is stored. `by` names who gave them, for the ledger.
    """
    vault_of(settings).require_key()
    with open_setup(with_values(settings, values), store, clock) as setup:
        me = setup.me()
    keep(settings, store, clock, values, by=by)
    return me
