"""What the console's pages work with, in one web process."""

import threading
from dataclasses import dataclass, field

from flask import g

from connectors.zendesk.sign_in import OAuthClient, SignInDesk
from integration import stored_settings
from integration.clock import Clock
from integration.console.recheck import Recheck
from integration.console.sessions import Sessions
from integration.console.setup_code import SetupCode
from integration.console.throttle import Throttle
from integration.needed_settings import missing_for_helpdesk
from integration.services import WebServices, present_services
from integration.settings import Settings
from integration.store import Store


@dataclass(slots=True)
class ConsoleDesk:
    """Made once for an application; what it gives is of this moment.

    Stored settings may change while it runs, and the services with them.
    """

    _desks: dict[OAuthClient, SignInDesk] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _recheck: Recheck = field(default_factory=Recheck)

    @property
    def services(self) -> WebServices:
        """What the web routes are given."""
        return present_services()

    @property
    def store(self) -> Store:
        """The store."""
        return self.services.store

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.services.clock

    @property
    def settings(self) -> Settings:
        """The settings as they are now, read once for each request.

        What another process stored or forgot a moment ago counts: whoever connects, or takes the
        installation off again, goes on at once. Raises VaultError and StoreUnavailable.
        """
        if "settings" not in g:
            g.settings = stored_settings.complete(self.given, self.store)
        settings: Settings = g.settings
        return settings

    @property
    def given(self) -> Settings:
        """The settings of the environment alone."""
        return self.services.given or self.services.settings

    @property
    def key(self) -> str:
        """What signs cookies and forms; empty while SECRET_KEY is not set."""
        return self.services.settings.secret_key.get_secret_value()

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.store, self.clock, self.key)

    @property
    def throttle(self) -> Throttle:
        """Who tries too often."""
        return Throttle(self.store, self.clock)

    @property
    def setup_code(self) -> SetupCode:
        """The code of the settings."""
        return SetupCode(self.settings, self.store, self.clock)

    @property
    def recheck(self) -> Recheck:
        """Whether people still are who they were."""
        return self._recheck

    def sign_in_desk(self) -> SignInDesk | None:
        """The helpdesk's side of signing in; None while its address or client is not known."""
        settings = self.settings
        if missing_for_helpdesk(settings):
            return None
        client = OAuthClient(
            settings.helpdesk_url,
            settings.zendesk_client_id,
            settings.zendesk_client_secret.get_secret_value(),
        )
        with self._lock:
            if client not in self._desks:
                self._desks = {client: SignInDesk(client, clock=self.clock.now)}
            return self._desks[client]
