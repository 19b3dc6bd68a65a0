"""The composition root: which parts a process is made of."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask

from connectors.errors import ConnectorError
from connectors.ports import Helpdesk
from integration import engine as engine_module
from integration import ledger
from integration.app import create_app
from integration.clock import Clock, SystemClock, iso
from integration.effects import Effects
from integration.engine import Engine, Queue
from integration.failures import Failures
from integration.intake import Intake
from integration.judge import Judge
from integration.limiter import Limiter
from integration.policy_folder import import_folder
from integration.reconcile import Reconciler
from integration.runs import Runs
from integration.schedule import KEEP_TASKS, Schedule, start_schedule
from integration.services import WebServices
from integration.settings import Settings
from integration.settling import Settling
from integration.store import Store, facts
from integration.store.decisions import DecisionRow
from integration.tasks import PRUNE, SWEEP, TRIAGE
from integration.triage import Triage

_log = structlog.get_logger(__name__)


@contextmanager
def open_store(settings: Settings, *, pool_size: int = 10) -> Iterator[Store]:
    """The store with the present schema."""
    store = Store(settings.store_url, pool_size=pool_size)
    try:
        with store.answering():
            engine_module.migrate(store)
            store.migrate()
        yield store
    finally:
        store.close()


def prepare(settings: Settings, store: Store, clock: Clock | None = None) -> None:
    """Import the policy folder that the settings name, if any."""
    if settings.deskclerk_policy is not None:
        version = import_folder(store, settings.deskclerk_policy, clock or SystemClock())
        _log.info("policy.active", version=version)


def build_web(settings: Settings) -> Flask:
    """The web service for this process. Call it after a fork, never before."""
    clock = SystemClock()
    store = Store(settings.store_url, pool_size=10)
    intake = Intake(store, Queue(store), clock, settings.webhook_secrets)
    token = settings.metrics_token.get_secret_value()
    return create_app(WebServices(store, intake, clock, token))


def start_worker(
    settings: Settings, on_decision: Callable[[DecisionRow], None] | None = None
) -> Callable[[], None]:
    """Start the engine, its tasks and its schedule in this process; returns what stops them."""
    clock = SystemClock()
    store = Store(settings.store_url, pool_size=settings.deskclerk_concurrency + 6)
    queue = Queue(store)
    helpdesk = connect_helpdesk(settings, store, clock)
    judge = Judge(store, clock)
    tasks: dict[str, engine_module.Task] = {}
    engine = Engine(store, tasks, clock=clock, concurrency=settings.deskclerk_concurrency)
    settling = Settling(
        store,
        Effects(store, helpdesk, clock),
        clock,
        engine.executor_id,
        on_decision or (lambda _row: None),
    )
    triage = Triage(store, helpdesk, judge, settling, clock)
    # Waiting times are spread by chance, so that many tickets don't come back at one moment.
    runs = Runs(store, queue, triage, clock, random.Random())  # noqa: S311 - no secret depends on it
    reconciler = Reconciler(store, queue, helpdesk, settling, clock)
    tasks[TRIAGE] = runs.triage_ticket
    tasks[SWEEP] = lambda _argument: _sweep(reconciler)
    tasks[PRUNE] = lambda _argument: _prune(queue, clock)
    engine.start()
    introduce(store, helpdesk, clock)
    stop_schedule = start_schedule(Schedule(store, queue, clock, settings.deskclerk_sweep_seconds))

    def stop() -> None:
        stop_schedule()
        engine.stop()
        store.close()

    return stop


def introduce(store: Store, helpdesk: Helpdesk, clock: Clock) -> None:
    """Write down who we are at the helpdesk; when it can't be reached, a later start will."""
    try:
        own = helpdesk.own_user_id()
    except ConnectorError as error:
        _log.warning("helpdesk.not_reached", error=type(error).__name__)
        return
    now = clock.now()
    with store.write() as connection:
        facts.put(connection, facts.OWN_USER, own, now.timestamp())
        facts.put(connection, facts.TOKEN, iso(now), now.timestamp())


def connect_helpdesk(settings: Settings, store: Store, clock: Clock) -> Helpdesk:
    """The helpdesk that the settings name, within the shared budget of calls."""
    from connectors.zendesk.client import connect_zendesk

    limiter = Limiter(store, clock)
    return connect_zendesk(
        settings.helpdesk_url,
        settings.zendesk_client_id,
        settings.zendesk_client_secret.get_secret_value(),
        clock=clock.now,
        limiter=limiter,
    )


def _sweep(reconciler: Reconciler) -> None:
    try:
        reconciler.sweep()
    except ConnectorError as error:
        # The cursor stands where it was; the next slot goes on from there.
        _log.warning("sweep.failed", error=type(error).__name__)


def _prune(queue: Queue, clock: Clock) -> None:
    before: Any = clock.now() - KEEP_TASKS
    _log.info("tasks.pruned", pruned=queue.prune(before))


@contextmanager
def open_failures(settings: Settings) -> Iterator[Failures]:
    """The list of failures."""
    with open_store(settings) as store:
        yield Failures(store, Queue(store), SystemClock())


def set_brake(settings: Settings, *, paused: bool) -> None:
    """Pull or release the brake, and record it."""
    clock = SystemClock()
    now = clock.now()
    with open_store(settings) as store, store.write() as connection:
        entry = ledger.Entry("paused" if paused else "resumed", {"by": "command line"})
        ledger.append(connection, iso(now), [entry])
        facts.put(connection, facts.PAUSED, paused, now.timestamp())
