"""The secrets that sign deliveries, as they stand now: a new one is taken at once."""

import threading

from integration.clock import Clock
from integration.settings import Settings
from integration.store import Store, secrets
from integration.stored_settings import WEBHOOK_SECRET, purpose_of
from integration.vault import vault_of

_LOOK_AGAIN_S = 30.0


class WebhookSecrets:
    """Those of the environment; where it names none, the stored one. Safe for many threads."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._given = settings.webhook_secrets
        self._follows = not settings.zendesk_webhook_secret.get_secret_value()
        self._vault = vault_of(settings)
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._sealed = ""
        self._stored: tuple[str, ...] = ()
        self._looked_at: float | None = None

    def known(self) -> tuple[str, ...]:
        """The secrets as they stood within the last half minute.

        Raises StoreUnavailable, and VaultError where the stored one can't be opened.
        """
        now = self._clock.now().timestamp()
        at = self._looked_at
        if self._follows and (at is None or not 0 <= now - at < _LOOK_AGAIN_S):
            return self.read_again()
        return (*self._stored, *self._given)

    def read_again(self) -> tuple[str, ...]:
        """The secrets as they stand now. Raises what `known` raises."""
        if not self._follows:
            return self._given
        with self._lock:
            with self._store.read() as connection:
                row = secrets.get(connection, WEBHOOK_SECRET)
            sealed = "" if row is None else row.sealed
            if sealed != self._sealed:
                self._stored = (self._opened(sealed),) if sealed else ()
                self._sealed = sealed
            self._looked_at = self._clock.now().timestamp()
            return (*self._stored, *self._given)

    def _opened(self, sealed: str) -> str:
        return self._vault.open(sealed, purpose=purpose_of(WEBHOOK_SECRET))
