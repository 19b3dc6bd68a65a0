"""The composition root of the web service and the commands. The worker's is `worker`."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from integration import ledger
from integration.app import create_app
from integration.clock import SystemClock, iso
from integration.drift import DriftOfTheHour
from integration.failures import Failures
from integration.intake import Intake
from integration.services import WebServices
from integration.settings import Settings
from integration.store import Store, facts


@contextmanager
def open_store(settings: Settings, *, pool_size: int = 10) -> Iterator[Store]:
    """The store with the present schema."""
    store = Store(settings.store_url, pool_size=pool_size)
    try:
        with store.answering():
            store.migrate()
        yield store
    finally:
        store.close()


def build_web(settings: Settings) -> Flask:
    """The web service for this process. Call it after a fork, never before."""
    clock = SystemClock()
    store = Store(settings.store_url, pool_size=10)
    intake = Intake(store, clock, settings.webhook_secrets)
    token = settings.metrics_token.get_secret_value()
    drift = DriftOfTheHour(store)
    return create_app(WebServices(store, intake, clock, token, drift, settings))


@contextmanager
def open_failures(settings: Settings) -> Iterator[Failures]:
    """The list of failures."""
    with open_store(settings) as store:
        yield Failures(store, SystemClock())


def set_brake(settings: Settings, *, paused: bool) -> None:
    """Pull or release the brake, and record it."""
    clock = SystemClock()
    now = clock.now()
    with open_store(settings) as store, store.write() as connection:
        entry = ledger.Entry("paused" if paused else "resumed", {"by": "command line"})
        ledger.append(connection, iso(now), [entry])
        facts.put(connection, facts.PAUSED, paused, now.timestamp())
