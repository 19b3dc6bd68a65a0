"""The helpdesk of an installation."""

from connectors.zendesk.client import ZendeskHelpdesk, connect_zendesk
from connectors.zendesk.oauth import DEFAULT_SCOPE
from integration.clock import Clock
from integration.limiter import Limiter
from integration.settings import Settings
from integration.store import Store


def connect_helpdesk(
    settings: Settings, store: Store, clock: Clock, *, scope: str = DEFAULT_SCOPE
) -> ZendeskHelpdesk:
    """The helpdesk that the settings name, within the shared budget of calls.

    `scope` is what its token may do.
    """
    return connect_zendesk(
        settings.helpdesk_url,
        settings.zendesk_client_id,
        settings.zendesk_client_secret.get_secret_value(),
        clock=clock.now,
        limiter=Limiter(store, clock),
        scope=scope,
    )
