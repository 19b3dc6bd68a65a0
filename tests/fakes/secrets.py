"""The webhook's secrets as the environment gives them."""

from integration.clock import Clock
from integration.settings import Settings
from integration.store import Store
from integration.webhook_secrets import WebhookSecrets


def secrets_of(store: Store, clock: Clock, secret: str, previous: str = "") -> WebhookSecrets:
    given = {"zendesk_webhook_secret": secret, "zendesk_webhook_secret_previous": previous}
    return WebhookSecrets(Settings.model_validate(given), store, clock)
