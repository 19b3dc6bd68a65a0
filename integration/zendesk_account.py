"""What the doctor's checks of Zendesk share: the account, and what was found of it so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from connectors.http import Rate
from connectors.zendesk.oauth import DEFAULT_SCOPE
from connectors.zendesk.parts import Kind, Record
from connectors.zendesk.permissions import Permission, forbidden
from connectors.zendesk.setup import Me, ZendeskSetup
from connectors.zendesk.wire import Wire
from integration.base_checks import Base
from integration.clock import Clock
from integration.doctor import Finding, skipped
from integration.settings import Settings


@dataclass(slots=True)
class Account:
    """Looked at with the scopes with which the service runs.

    `me` is None as long as nobody is known who may do what the service does; `has_token` is True
    already when only permissions are lacking.
    """

    base: Base
    clock: Clock
    has_token: bool = False
    me: Me | None = None
    asked_at: datetime | None = None
    calls_a_minute: int | None = None
    has_webhooks: bool = False
    webhook_id: str = ""
    _wire: Wire | None = None
    _records: dict[Kind, tuple[Record, ...]] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings, with what is stored."""
        return self.base.settings

    @property
    def wire(self) -> Wire:
        """The calls; raises AskPerson for an address that can't be used."""
        if self._wire is None:
            self._wire = self._wire_for(DEFAULT_SCOPE)
        return self._wire

    @property
    def setup(self) -> ZendeskSetup:
        """The account."""
        return ZendeskSetup(self.wire)

    def records(self, kind: Kind) -> tuple[Record, ...]:
        """Everything of a kind, read once. Raises ConnectorError."""
        if kind not in self._records:
            self._records[kind] = self.setup.records(kind)
        return self._records[kind]

    def refused(self, wanted: Iterable[Permission], scope: str) -> tuple[Permission, ...]:
        """What a token with another scope than the service's does not allow. Raises as calls do."""
        wire = self._wire_for(scope)
        try:
            return forbidden(wire, wanted)
        finally:
            wire.close()

    def lacking(self) -> Finding | None:
        """Why the account can't be looked at, or None."""
        if self.me is None:
            return skipped("Zendesk could not be asked with these credentials.")
        return None

    def close(self) -> None:
        """Close all connections."""
        if self._wire is not None:
            self._wire.close()

    def _wire_for(self, scope: str) -> Wire:
        settings = self.settings
        return Wire(
            settings.helpdesk_url,
            settings.zendesk_client_id,
            settings.zendesk_client_secret.get_secret_value(),
            clock=self.clock.now,
            scope=scope,
            on_rate=self._see_rate,
        )

    def _see_rate(self, rate: Rate) -> None:
        self.calls_a_minute = rate.per_minute or self.calls_a_minute
