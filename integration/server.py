"""Running the processes: the web service under gunicorn, and the worker."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

from integration.logs import configure_logs
from integration.settings import Settings
from integration.wiring import build_web, open_store

_log = structlog.get_logger(__name__)


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, configured by us instead of a file."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make = make
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self._make()


def run_web(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop. The schema is brought up to date first.

    The web process stays small: what judges is loaded by a worker only.
    """
    configure_logs(settings.deskclerk_log_level)
    with open_store(settings):
        pass
    stops: list[Callable[[], None]] = []

    def begin(_worker: object) -> None:
        if with_worker:
            from integration.worker import start_worker

            stops.append(start_worker(settings))

    def end(_arbiter: object, _worker: object) -> None:
        for stop in stops:
            stop()

    options = {
        "bind": f"{settings.host}:{settings.port}",
        # One process with threads: the request only stores. More by WEB_CONCURRENCY, but a worker
        # embedded in the web process stays alone.
        "workers": 1 if with_worker else int(os.environ.get("WEB_CONCURRENCY", "1")),
        "worker_class": "gthread",
        "threads": 8,
        "graceful_timeout": 20,
        "timeout": 60,
        "loglevel": "warning",
        "proc_name": "deskclerk-web",
        "post_worker_init": begin,
        "worker_exit": end,
        "control_socket_disable": True,
    }
    _Gunicorn(lambda: build_web(settings), options).run()


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
