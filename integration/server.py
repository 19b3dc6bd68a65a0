"""Running the processes: the web service under gunicorn, and the worker."""

import mmap
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import click
import structlog
from flask import Flask

from integration import stored_settings
from integration.complaints import complaint
from integration.key_rotation import seal_again
from integration.logs import configure_logs
from integration.needed_settings import missing_for_helpdesk
from integration.policy_folder import load_folder
from integration.settings import Settings
from integration.store import Store, policies
from integration.tasks import GRACE_S
from integration.wiring import build_web, open_store

_TIDY_S = 1.0
_log = structlog.get_logger(__name__)


def run_web(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop. The schema is brought up to date first.

    It serves without any credentials, too: how else could they be set. The web process stays
    small: what judges is loaded by a worker only. With a worker whose settings are all in the
    environment, raises what a policy that can't be used raises, before anything is served:
    gunicorn would start a process that can't work again and again. Raises VaultError where stored
    settings can't be opened. Exits with the worker's code where that failed.
    """
    configure_logs(settings.deskclerk_log_level)
    if with_worker and settings.deskclerk_policy is not None:
        load_folder(settings.deskclerk_policy)
    lacks = missing_for_helpdesk(settings)
    with open_store(settings) as store:
        if with_worker and not lacks and settings.deskclerk_policy is None:
            _require_active_policy(store)
        seal_again(settings, store)
        stored_settings.complete(settings, store)
    stops: list[Callable[[], None]] = []
    code = mmap.mmap(-1, 1)  # shared with the process that gunicorn starts; 0 unless it failed

    def begin(_worker: object) -> None:
        if with_worker:
            stops.append(_worker_beside(settings, code))

    def end(_arbiter: object, _worker: object) -> None:
        for stop in stops:
            stop()

    hooks = {"post_worker_init": begin, "worker_exit": end}
    options = gunicorn_options(settings, with_worker=with_worker)
    try:
        _serve(lambda: build_web(settings), options | hooks)
    except SystemExit:  # as gunicorn ends when it is told to stop, by whom it can't know
        if code[0]:
            sys.exit(code[0])
        raise


def gunicorn_options(settings: Settings, *, with_worker: bool) -> dict[str, Any]:
    """How gunicorn serves, by the names of its settings (https://docs.gunicorn.org)."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        # One process with threads: the request only stores. More by WEB_CONCURRENCY, but a worker
        # embedded in the web process stays alone.
        "workers": 1 if with_worker else settings.web_concurrency,
        "worker_class": "gthread",
        "threads": 8,
        # Platforms kill 30 seconds after they say stop. An embedded worker has to end within it.
        "graceful_timeout": GRACE_S + 5,
        "timeout": 60,
        # Which proxies are believed is said in one place (DESKCLERK_TRUSTED_PROXIES). Heroku sets
        # FORWARDED_ALLOW_IPS=*, with which gunicorn would believe any client's headers.
        "forwarded_allow_ips": "",
        "loglevel": "warning",
        "proc_name": "deskclerk-web",
        "control_socket_disable": True,
    }


def _require_active_policy(store: Store) -> None:
    with store.read() as connection:
        active = policies.active_version(connection)
    if active is None:
        from integration.policy_folder import NoPolicyError

        raise NoPolicyError


def _serve(make: Callable[[], Flask], options: dict[str, Any]) -> None:
    """Run gunicorn, configured by us instead of a file."""
    # gunicorn turns WEB_CONCURRENCY into a number while it is imported, and falls over what our
    # settings take for unset (blank) or accept (2.0).
    given = os.environ.pop("WEB_CONCURRENCY", None)
    from gunicorn.app.base import BaseApplication

    if given is not None:
        os.environ["WEB_CONCURRENCY"] = given

    class Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return make()

    Application().run()


def _worker_beside(settings: Settings, code: mmap.mmap) -> Callable[[], None]:
    """Start a worker in a thread of this process; returns what stops it and waits for that.

    Where it fails, that is said, and `code` is what the service is to exit with.
    """
    from integration.worker_life import live

    stopped = threading.Event()

    def run() -> None:
        try:
            live(settings, stopped)
        except Exception as error:  # noqa: BLE001 - whatever it is, the service must not run on
            # Without its worker it would take tickets that nobody handles: the whole of it ends,
            # and whoever started it sees that.
            lines, code[0] = complaint(error)
            for line in lines:
                click.echo(line, err=True)
            _log.critical("worker.failed", error=type(error).__name__)
            os.kill(os.getppid(), signal.SIGTERM)

    thread = threading.Thread(target=run, name="worker", daemon=True)
    thread.start()

    def stop() -> None:
        stopped.set()
        thread.join()

    return stop


def run_worker(settings: Settings) -> None:
    """Work until told to stop; what runs then is finished, the rest is taken up by others.

    While credentials or a policy are lacking it waits for them, and says so in the log.
    """
    from integration.policy_folder import NoPolicyError
    from integration.worker_life import lacking, live

    configure_logs(settings.deskclerk_log_level)
    stopped = told_to_stop()
    with open_store(settings) as store:
        if lacking(settings, store) == ("policy",):  # all of it by hand, and this forgotten
            raise NoPolicyError
    live(settings, stopped)
    _leave()


def told_to_stop() -> threading.Event:
    """Set as soon as the process is told to stop, by the platform or by Ctrl-C."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    return stopped


def _leave() -> None:
    """End now, although a task may have outlived its grace: others take it up again.

    Python would wait for its thread, until the platform kills the process.
    """
    until = time.monotonic() + _TIDY_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(timeout=max(0.0, until - time.monotonic()))
            if thread.is_alive():
                os._exit(0)
