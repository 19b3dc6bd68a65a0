"""Everything that is stored sealed, sealed again with a new SECRET_KEY."""

from collections.abc import Iterator
from functools import partial
from typing import Protocol

import sqlalchemy as sa

from integration import slack_installation, stored_settings
from integration.settings import Settings
from integration.store import Store, secrets, workspaces
from integration.vault import VaultError, vault_of


class _Replace(Protocol):
    def __call__(self, connection: sa.Connection, /, *, old: str, new: str) -> bool: ...


def seal_again(settings: Settings, store: Store) -> None:
    """Seal stored settings and tokens with the present key, so that the former one can go.

    What can't be read stays as it is: `deskclerk doctor` names it. What is stored afresh meanwhile
    stays, too. Raises StoreUnavailable.
    """
    if not settings.secret_key_previous.get_secret_value():
        return
    vault = vault_of(settings)
    with store.read() as connection:
        everything = list(_sealed(connection))
    for purpose, sealed, replace in everything:
        try:
            new = vault.seal_again(sealed, purpose=purpose)
        except VaultError:
            continue
        if new is not None:
            with store.write() as connection:
                replace(connection, old=sealed, new=new)


def _sealed(connection: sa.Connection) -> Iterator[tuple[str, str, _Replace]]:
    """For each sealed text what it is sealed for, the text, and what replaces it."""
    for secret in secrets.listed(connection):
        replace_secret = partial(secrets.replace_sealed, name=secret.name)
        yield stored_settings.purpose_of(secret.name), secret.sealed, replace_secret
    for space in workspaces.listed(connection):
        replace_token = partial(workspaces.replace_token, team_id=space.team_id)
        yield slack_installation.purpose_of(space.team_id), space.sealed_token, replace_token
