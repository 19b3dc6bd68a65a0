"""The composition root of the web service and the commands. The worker's is `worker`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from integration import stored_settings
from integration.app import create_app
from integration.brake import read_brake, set_brake, still_stopped
from integration.clock import SystemClock
from integration.drift import DriftOfTheHour
from integration.failures import Failures
from integration.following import follow_settings
from integration.intake import Intake
from integration.offline import InputError
from integration.policy_folder import active_policy
from integration.services import WebServices
from integration.settings import Settings
from integration.slack_door import build_door
from integration.store import Store, StoreError, schema
from integration.webhook_secrets import WebhookSecrets
from rules.policy_errors import did_you_mean


@contextmanager
def open_store(settings: Settings, *, pool_size: int = 10, empty: bool = True) -> Iterator[Store]:
    """The store with the present schema. `empty`: whether one without any tables will do."""
    store = Store(settings.store_url, pool_size=pool_size)
    try:
        with store.answering():
            if not empty and schema.found(store.engine) is None:
                raise StoreError(_not_there("the database holds no installation yet"))
            store.migrate()
        yield store
    finally:
        store.close()


@contextmanager
def open_installation(settings: Settings) -> Iterator[Store]:
    """The store of an installation that is there, for commands that would do nothing without one.

    Raises StoreError where there is none yet, and makes none: the settings are of another place.
    """
    url = sa.make_url(settings.store_url)
    is_file = url.drivername.startswith("sqlite")
    if is_file and not Path(url.database or "").is_file():
        raise StoreError(_not_there(f"there is no database at {url.database} yet"))
    with open_store(settings, empty=False) as store:
        yield store


def _not_there(what: str) -> str:
    return (
        f"{what}, so nothing was done and nothing made: run the command with the service's own "
        "settings, DATABASE_URL or DESKCLERK_HOME among them"
    )


def build_web(settings: Settings) -> Flask:
    """The web service for this process, which follows stored settings.

    Call it after a fork, never before. Raises VaultError and StoreUnavailable.
    """
    clock = SystemClock()
    store = Store(settings.store_url, pool_size=10)
    intake = Intake(store, clock, WebhookSecrets(settings, store, clock))
    token = settings.metrics_token.get_secret_value()
    drift = DriftOfTheHour(store)
    version = stored_settings.version(store)
    present = stored_settings.complete(settings, store)
    door = build_door(present, store, clock)
    app = create_app(WebServices(store, intake, clock, token, drift, present, door, settings))
    follow_settings(app, settings, version)
    hops = settings.deskclerk_trusted_proxies
    if hops:
        # Host is left as it came: routers hand it on, and whoever may set it may mislead.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    return app


@contextmanager
def open_failures(settings: Settings) -> Iterator[Failures]:
    """The list of failures."""
    with open_installation(settings) as store:
        yield Failures(store, SystemClock())


def move_brake(settings: Settings, *, pulled: bool, answer: str | None) -> tuple[bool, str]:
    """Pull or release the brake, and record it; false where it was so already.

    With it a sentence on what stays stopped, if anything does. Raises InputError for an answer
    that the active policy does not have, and that isn't stopped either if it is to be released.
    """
    with open_installation(settings) as store:
        if answer is not None:
            _require_answer(store, answer, pulled=pulled)
        with store.write() as connection:
            now = SystemClock().now()
            moved = set_brake(connection, now, "command line", pulled=pulled, answer=answer)
            return moved, "" if pulled else still_stopped(read_brake(connection), answer)


def _require_answer(store: Store, answer: str, *, pulled: bool) -> None:
    policy = active_policy(store)
    known = {faq.id for faq in policy.faqs} if policy else set()
    if not pulled:
        with store.read() as connection:
            known |= set(read_brake(connection).answers)
    if answer not in known:
        hint = did_you_mean(answer, known)
        raise InputError(
            f"the active policy has no question {answer[:64]}"
            + (f": {hint}" if hint else "; import a policy first")
        )
