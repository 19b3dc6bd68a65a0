"""The web service follows stored settings: what is set in the console holds within seconds."""

from dataclasses import replace

import structlog
from flask import Flask, current_app, request

from integration import stored_settings
from integration.services import WebServices, present_services
from integration.settings import Settings
from integration.slack_door import build_door
from integration.store import StoreUnavailable
from integration.vault import VaultError

_LOOK_AGAIN_S = 5.0
# They use none of the settings, and must answer at once while the database does not.
_WITHOUT = frozenset({"pages.healthz", "pages.take_delivery"})
_log = structlog.get_logger(__name__)


def follow_settings(app: Flask, settings: Settings, version: str) -> None:
    """Before a request, take up stored settings that changed since `version`.

    `settings` are those of the environment. The store is asked every five seconds at most; while
    it does not answer, or what it holds can't be opened, all stays as it is.
    """
    looked_at, seen = 0.0, version

    def look() -> None:
        nonlocal looked_at, seen
        if request.endpoint in _WITHOUT:
            return
        services = present_services()
        now = services.clock.now().timestamp()
        if 0 <= now - looked_at < _LOOK_AGAIN_S:
            return
        looked_at = now
        try:
            present = stored_settings.version(services.store)
            if present != seen:
                current_app.extensions["deskclerk"] = renewed(services, settings)
                seen = present
                _log.info("web.settings_followed")
        except (StoreUnavailable, VaultError) as error:
            _log.warning("web.settings_not_read", error=type(error).__name__)

    app.before_request(look)


def renewed(services: WebServices, settings: Settings) -> WebServices:
    """The services with what is stored now beside the settings of the environment.

    Raises StoreUnavailable and VaultError.
    """
    present = stored_settings.complete(settings, services.store)
    door = build_door(present, services.store, services.clock)
    return replace(services, settings=present, slack=door, given=settings)
