"""What the web routes are given."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import current_app

from connectors.slack.app import Door
from integration.clock import Clock
from integration.drift import DriftOfTheHour
from integration.intake import Intake
from integration.settings import Settings
from integration.store import Store, deliveries


@dataclass(frozen=True, slots=True)
class WebServices:
    """Everything a request may use."""

    store: Store
    intake: Intake
    clock: Clock
    metrics_token: str
    drift: DriftOfTheHour
    settings: Settings = field(default_factory=Settings)
    slack: Door | None = None  # None: Slack is not set up
    given: Settings | None = None  # those of the environment alone; None: as `settings`

    def last_delivery_age_s(self, connection: sa.Connection, now: float) -> float | None:
        """Seconds since the newest delivery, or None when there was none."""
        newest = deliveries.newest_at(connection)
        return None if newest is None else round(now - newest, 3)


def present_services() -> WebServices:
    """Those of the application that a request is for, as they are now."""
    given: WebServices = current_app.extensions["deskclerk"]
    return given
