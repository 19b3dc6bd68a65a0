"""The account to set up, as the settings name it."""

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.zendesk.setup import CONNECT_SCOPE, ZendeskSetup
from connectors.zendesk.wire import Wire
from integration.clock import Clock
from integration.limiter import Limiter
from integration.settings import Settings
from integration.store import Store


@contextmanager
def open_setup(
    settings: Settings, store: Store, clock: Clock, *, scope: str = CONNECT_SCOPE
) -> Iterator[ZendeskSetup]:
    """The account, within the shared budget of calls. Raises AskPerson for a bad address."""
    wire = Wire(
        settings.helpdesk_url,
        settings.zendesk_client_id,
        settings.zendesk_client_secret.get_secret_value(),
        clock=clock.now,
        scope=scope,
        limiter=Limiter(store, clock),
    )
    setup = ZendeskSetup(wire)
    try:
        yield setup
    finally:
        setup.close()
