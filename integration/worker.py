"""The composition root of a worker: engine, triage, dispatch, schedule."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from connectors.errors import ConnectorError
from connectors.ports import Helpdesk
from connectors.zendesk.client import ZendeskHelpdesk
from connectors.zendesk.people import read_agent
from integration.acting import Acting
from integration.announcing.announcer import Announcer
from integration.announcing.parts import Known, announcing
from integration.clock import Clock, SystemClock, iso
from integration.console.drafts import read_drafts
from integration.console.work import ConsoleWork
from integration.dispatch import Dispatcher
from integration.effects import Effects
from integration.engine import Engine, Queue, Task
from integration.engine import migrate as migrate_engine
from integration.going_out import acknowledges, answers_alone
from integration.helpdesk import connect_helpdesk
from integration.helpdesk_addresses import ticket_address
from integration.judge import Judge
from integration.machine import is_scarce, memory_limit_mb, share_arenas
from integration.people import People, remember
from integration.policy_folder import import_folder
from integration.reconcile import Reconciler
from integration.runs import Runs
from integration.schedule import KEEP_TASKS, Schedule
from integration.settings import Settings
from integration.settling import Settling
from integration.slack_access import SlackAccess
from integration.slack_answers import Desk
from integration.slack_work import SlackWork
from integration.store import Store, deliveries, facts
from integration.store.decisions import DecisionRow
from integration.tasks import CHAT_POST, CHAT_WATCH, PRUNE, SWEEP, TRIAGE, delivery_of
from integration.triage import Triage
from rules.features.network import spare_memory
from rules.policy import Policy

_INTRODUCE_EVERY_S = 60.0
_THREADS_END_WITHIN_S = 2.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Base:
    """What the parts of a worker stand on."""

    settings: Settings
    store: Store
    queue: Queue
    helpdesk: ZendeskHelpdesk
    judge: Judge
    clock: Clock


def start_worker(
    settings: Settings, on_decision: Callable[[DecisionRow], None] | None = None
) -> Callable[[], None]:
    """Start a worker in this process; returns what stops it.

    Raises what a policy or a store that can't be used raises.
    """
    base = _base_of(settings)
    store, queue, helpdesk, clock = base.store, base.queue, base.helpdesk, base.clock
    tasks: dict[str, Task] = {}
    engine = Engine(
        store,
        tasks,
        concurrency=settings.deskclerk_concurrency,
        on_takeover=lambda key: count_takeover(store, key),
    )
    settling = Settling(
        store,
        Effects(store, helpdesk, clock),
        clock,
        engine.executor_id,
        on_decision or (lambda _row: None),
    )
    access = SlackAccess(settings, store)
    told = announcing(store, queue, helpdesk, clock, known_of(settings, access, base.judge))
    reconciler = Reconciler(store, queue, helpdesk, settling, clock)
    tasks[TRIAGE] = _runs_of(base, settling, told.announcer, access).triage_ticket
    tasks[SWEEP] = lambda _argument: sweep(reconciler)
    tasks[PRUNE] = lambda _argument: prune(queue, clock)
    tasks[CHAT_POST] = told.poster.chat_post
    tasks[CHAT_WATCH] = told.watch.chat_watch
    engine.start()
    stop_threads = _run_in_threads(
        Dispatcher(store, queue).run,
        told.dispatcher.run,
        Schedule(store, queue, clock, settings.deskclerk_sweep_seconds).run,
        partial(keep_introduced, store, helpdesk, clock),
    )
    return partial(_stop, stop_threads, engine, store)


def _base_of(settings: Settings) -> _Base:
    """The store with the present schema and, if the settings name one, their policy."""
    clock = SystemClock()
    store = Store(settings.store_url, pool_size=2 * settings.deskclerk_concurrency + 12)
    with store.answering():
        store.migrate()
        migrate_engine(store)
    if settings.deskclerk_policy is not None:
        version = import_folder(store, settings.deskclerk_policy, clock)
        _log.info("policy.active", version=version)
    helpdesk = connect_helpdesk(settings, store, clock)
    share_arenas()
    limit_mb = settings.deskclerk_memory_mb or memory_limit_mb()
    spare_memory(on=is_scarce(limit_mb))
    if is_scarce(limit_mb):
        _log.info("memory.spared", limit_mb=limit_mb)
    judge = Judge(store, clock, mode=settings.risk_mode)
    _say_what_goes_out(judge.known_policy)
    return _Base(settings, store, Queue(store), helpdesk, judge, clock)


def _say_what_goes_out(policy: Policy) -> None:
    """Whoever set a policy by the settings pressed no Start that would have told them."""
    _log.info("policy.goes_out", kind="answers", count=answers_alone(policy))
    if acknowledges(policy):
        _log.info("policy.goes_out", kind="acknowledgements")


def _runs_of(base: _Base, settling: Settling, announcer: Announcer, access: SlackAccess) -> Runs:
    """What takes a delivery to its end, whoever it is from."""
    settings, store, helpdesk, clock = base.settings, base.store, base.helpdesk, base.clock
    judge, on_act, on_done = base.judge, announcer.on_act, announcer.touch
    acting = Acting(store, helpdesk, judge, settling, clock, on_act, on_done)
    drafted = partial(read_drafts, settings, store, clock)
    agent_of = partial(read_agent, helpdesk.read)
    return Runs(
        store,
        base.queue,
        Triage(store, helpdesk, base.judge, settling, clock, announcer),
        clock,
        # Waiting times are spread by chance, so that many tickets don't come back at one moment.
        random.Random(),  # noqa: S311 - no secret hangs on it
        build_slack_work(settings, store, helpdesk, acting, access, clock),
        ConsoleWork(store, acting, base.judge, clock, drafted, agent_of),
    )


def _stop(stop_threads: Callable[[], None], engine: Engine, store: Store) -> None:
    stop_threads()
    engine.stop()
    store.close()


def known_of(settings: Settings, access: SlackAccess, judge: Judge) -> Known:
    """What the messages in the chat are made of."""
    return Known(
        policy=lambda: judge.policy,
        policy_within=lambda: judge.known_policy,
        chat=access.chat_of,
        ticket_url=partial(ticket_address, settings),
        token=access.token_mark,
    )


def build_slack_work(
    settings: Settings,
    store: Store,
    helpdesk: ZendeskHelpdesk,
    acting: Acting,
    access: SlackAccess,
    clock: Clock,
) -> SlackWork | None:
    """What works on requests from Slack, or None while no signing secret is set."""
    if not settings.has_slack:
        return None
    policy, slash = (lambda: acting.judge.policy), settings.slack_command
    desk = Desk(store, policy, partial(ticket_address, settings), clock, slash)
    people = People(access.chat_of, helpdesk, clock, partial(remember, store, clock))
    return SlackWork(store, acting, people, access.chat_of, desk, clock, slash)


def keep_introduced(
    store: Store, helpdesk: Helpdesk, clock: Clock, stopped: threading.Event
) -> None:
    """Write down who we are at the helpdesk, now and every minute while it can be reached."""
    while True:
        try:
            introduce(store, helpdesk, clock)
        except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
            _log.warning("helpdesk.not_reached", error=type(error).__name__)
        if stopped.wait(_INTRODUCE_EVERY_S):
            return


def introduce(store: Store, helpdesk: Helpdesk, clock: Clock) -> None:
    """Write down our user id, for the web service, and that the helpdesk answered."""
    own = helpdesk.own_user_id()
    now = clock.now()
    with store.write() as connection:
        facts.put(connection, facts.OWN_USER, own, now.timestamp())
        facts.put(connection, facts.TOKEN, iso(now), now.timestamp())


def count_takeover(store: Store, task_key: str) -> None:
    """A worker died while it ran this task; one that kills its workers must not run on."""
    delivery_id = delivery_of(task_key)
    if delivery_id is not None:
        with store.write() as connection:
            deliveries.count_takeover(connection, delivery_id)


def sweep(reconciler: Reconciler) -> None:
    """One sweep; when the helpdesk can't be read, the next one goes on from the same place."""
    try:
        reconciler.sweep()
    except ConnectorError as error:
        _log.warning("sweep.failed", error=type(error).__name__)


def prune(queue: Queue, clock: Clock) -> None:
    """Delete finished tasks that nobody will ask for any more."""
    pruned = 0
    while batch := queue.prune(clock.now() - KEEP_TASKS):
        pruned += batch
    _log.info("tasks.pruned", pruned=pruned)


def _run_in_threads(*jobs: Callable[[threading.Event], None]) -> Callable[[], None]:
    stopped = threading.Event()
    threads = [threading.Thread(target=job, args=(stopped,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()

    def stop() -> None:
        stopped.set()
        # All of them within two seconds. One that hangs in a call ends with the process.
        until = time.monotonic() + _THREADS_END_WITHIN_S
        for thread in threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    return stop
