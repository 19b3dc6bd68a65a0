"""Settings that were stored by `connect` or in the console, encrypted in the database.

The environment wins: what it gives is used, and only what it lacks comes from the store. Each
value is sealed for its own name, so that rows which were swapped in the database don't open.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import SecretStr, ValidationError

from integration import ledger
from integration.clock import Clock, iso
from integration.settings import Settings, SettingsError, mistakes_of
from integration.store import Store, lock_head, secrets
from integration.vault import VaultError, vault_of

WEBHOOK_SECRET: Final = "ZENDESK_WEBHOOK_SECRET"  # noqa: S105 - the name of a setting
ADDRESS: Final = "PUBLIC_URL"  # no secret, but kept as the others are
STORED: Final = (
    "ZENDESK_SUBDOMAIN",
    "ZENDESK_CLIENT_ID",
    "ZENDESK_CLIENT_SECRET",
    WEBHOOK_SECRET,
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    ADDRESS,
)


def purpose_of(name: str) -> str:
    """What a setting is sealed for."""
    return f"setting:{name}"


def is_given(settings: Settings, name: str) -> bool:
    """Whether these settings have a value for a name."""
    return bool(_text(getattr(settings, name.lower())))


def is_from_environment(settings: Settings, name: str) -> bool:
    """Whether these settings have a value for a name that does not come from the store."""
    return is_given(settings, name) and name not in settings.stored


def complete(settings: Settings, store: Store) -> Settings:
    """The settings with what they lack from the store.

    Raises VaultError where a stored value can't be opened, and StoreUnavailable.
    """
    with store.read() as connection:
        rows = secrets.listed(connection)
    lacking = [row for row in rows if row.name in STORED and not is_given(settings, row.name)]
    vault = vault_of(settings)
    opened = {row.name: vault.open(row.sealed, purpose=purpose_of(row.name)) for row in lacking}
    return _filled(settings, opened)


def with_values(settings: Settings, values: Mapping[str, str]) -> Settings:
    """The settings with other values by name. Raises SettingsError for one that can't be used."""
    return _filled(settings, _checked(values))


def _filled(settings: Settings, values: Mapping[str, str]) -> Settings:
    update: dict[str, object] = {}
    for name, text in values.items():
        field = name.lower()
        is_secret = isinstance(getattr(settings, field), SecretStr)
        update[field] = SecretStr(text) if is_secret else text
    return settings.with_stored(update)


def keep(
    settings: Settings, store: Store, clock: Clock, values: Mapping[str, str], *, by: str
) -> None:
    """Store settings by name, all or none, with an entry in the ledger for each that is new.

    `by` names who did it. Raises SettingsError for a value that can't be one, VaultError without
    SECRET_KEY, and StoreUnavailable.
    """
    values = _checked(values)
    vault, now = vault_of(settings), clock.now()
    sealed = {name: vault.seal(text, purpose=purpose_of(name)) for name, text in values.items()}
    with store.write() as connection:
        lock_head(connection)
        known = {row.name: row for row in secrets.listed(connection)}
        for name, text in values.items():
            if name in known and _opens_as(settings, known[name], text):
                continue
            secrets.put(connection, secrets.Secret(name, sealed[name], now.timestamp()))
            entry = ledger.Entry("setting_stored", {"setting": name, "by": by})
            ledger.append(connection, iso(now), [entry])


def forget(store: Store, clock: Clock, names: Iterable[str], *, by: str) -> None:
    """Forget stored settings, with an entry in the ledger for each. Raises StoreUnavailable."""
    now = clock.now()
    with store.write() as connection:
        lock_head(connection)
        for name in names:
            if secrets.forget(connection, name):
                entry = ledger.Entry("setting_forgotten", {"setting": name, "by": by})
                ledger.append(connection, iso(now), [entry])


def version(store: Store) -> str:
    """Changes with any stored setting but the webhook's secret, which is always read afresh.

    Raises StoreUnavailable.
    """
    with store.read() as connection:
        rows = secrets.listed(connection)
    return " ".join(f"{row.name}:{row.at!r}" for row in rows if row.name != WEBHOOK_SECRET)


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    """The values as settings would have them."""
    unknown = sorted(set(values) - set(STORED))
    if unknown:
        raise SettingsError(tuple(f"{name} can't be stored: set it" for name in unknown))
    empty = [f"{name} is empty" for name, text in values.items() if not text.strip()]
    try:
        read = Settings.model_validate({name.lower(): text for name, text in values.items()})
    except ValidationError as error:
        raise SettingsError((*empty, *mistakes_of(error))) from None
    if empty:
        raise SettingsError(tuple(empty))
    return {name: _text(getattr(read, name.lower())).strip() for name in values}


def _opens_as(settings: Settings, row: secrets.Secret, text: str) -> bool:
    try:
        return vault_of(settings).open(row.sealed, purpose=purpose_of(row.name)) == text
    except VaultError:
        return False


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
