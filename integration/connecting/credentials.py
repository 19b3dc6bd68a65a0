"""Taking the helpdesk's credentials from a person: tried first, then stored."""

from collections.abc import Iterable, Mapping
from typing import Final

from connectors.errors import AskPerson
from connectors.zendesk.oauth import DEFAULT_SCOPE
from connectors.zendesk.permissions import CONNECTING, ESSENTIAL, WHERE, WHO, Permission
from connectors.zendesk.setup import Me, ZendeskSetup
from integration.clock import Clock
from integration.connecting.opening import open_setup
from integration.settings import Settings
from integration.store import Store
from integration.stored_settings import is_from_environment, keep, with_values
from integration.vault import vault_of

CLIENT: Final = ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET")


def require_administrator(me: Me) -> None:
    """Raise AskPerson unless the OAuth client acts as an administrator."""
    if me.suspended:
        raise AskPerson(
            "the user of this OAuth client is suspended: lift that in Admin Center, People, Team "
            "members"
        )
    if not me.is_administrator:
        raise AskPerson(
            f"the user of this OAuth client is no administrator (their role is {me.role}): "
            "make them one in Admin Center, People, Team members"
        )


def require_scopes(setup: ZendeskSetup, wanted: Iterable[Permission] = CONNECTING) -> None:
    """Raise AskPerson with each scope that the token lacks, and where to allow it."""
    refused = setup.forbidden(wanted)
    if refused:
        scopes = sorted({one.scope for one in refused})
        lack = "scopes {} are" if len(scopes) > 1 else "scope {} is"
        raise AskPerson(
            f"this OAuth client may not {refused[0].what}: the {lack.format(', '.join(scopes))} "
            f"lacking; allow it in {WHERE}"
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
    present = with_values(settings, values)
    with open_setup(present, store, clock) as setup:
        me = _me(setup)
        require_administrator(me)
        require_scopes(setup)
    with open_setup(present, store, clock, scope=DEFAULT_SCOPE) as service:
        require_scopes(service, ESSENTIAL)
    keep(settings, store, clock, values, by=by)
    return me


def _me(setup: ZendeskSetup) -> Me:
    try:
        return setup.me()
    except AskPerson:
        require_scopes(setup, WHO)  # says it better, if that is why
        raise
