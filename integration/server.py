"""Running the processes: the web service under gunicorn, and the worker."""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask

from integration.logs import configure_logs
from integration.policy_folder import load_folder
from integration.settings import Settings
from integration.slack_installation import seal_again
from integration.store import Store, policies
from integration.tasks import GRACE_S
from integration.wiring import build_web, open_store

_TIDY_S = 1.0
_log = structlog.get_logger(__name__)


def run_web(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop. The schema is brought up to date first.

    The web process stays small: what judges is loaded by a worker only. With a worker, raises
    what a policy that can't be used raises, before anything is served: gunicorn would start a
    process that can't work again and again.
    """
    configure_logs(settings.deskclerk_log_level)
    if with_worker and settings.deskclerk_policy is not None:
        load_folder(settings.deskclerk_policy)
    with open_store(settings) as store:
        if with_worker and settings.deskclerk_policy is None:
            _require_active_policy(store)
        seal_again(settings, store)
    stops: list[Callable[[], None]] = []

    def begin(_worker: object) -> None:
        if with_worker:
            from integration.worker import start_worker

            stops.append(start_worker(settings))

    def end(_arbiter: object, _worker: object) -> None:
        for stop in stops:
            stop()

    hooks = {"post_worker_init": begin, "worker_exit": end}
    options = gunicorn_options(settings, with_worker=with_worker)
    _serve(lambda: build_web(settings), options | hooks)


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


def run_worker(settings: Settings) -> None:
    """Work until told to stop; what runs then is finished, the rest is taken up by others."""
    from integration.worker import start_worker

    configure_logs(settings.deskclerk_log_level)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    stop = start_worker(settings)
    _log.info("worker.ready", pid=os.getpid())
    stopped.wait()
    stop()
    _log.info("worker.stopped", pid=os.getpid())
    _leave()


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
