"""Secrets as the environment gives them, and as they are stored."""

from integration.clock import Clock
from integration.settings import Settings
from integration.store import Store, secrets
from integration.stored_settings import purpose_of
from integration.vault import vault_of
from integration.webhook_secrets import WebhookSecrets


def secrets_of(store: Store, clock: Clock, secret: str, previous: str = "") -> WebhookSecrets:
    given = {"zendesk_webhook_secret": secret, "zendesk_webhook_secret_previous": previous}
    return WebhookSecrets(Settings.model_validate(given), store, clock)


def stored(settings: Settings, store: Store, name: str) -> str | None:
    with store.read() as connection:
        row = secrets.get(connection, name)
    return None if row is None else vault_of(settings).open(row.sealed, purpose=purpose_of(name))
