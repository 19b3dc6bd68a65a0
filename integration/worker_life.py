"""A worker's life: it waits for what it needs, works, and begins anew when stored settings change.

An installation may start with nothing: its credentials come with `deskclerk connect` or from the
console, its policy with an import.
"""

import os
import threading
from contextlib import suppress
from dataclasses import dataclass

import structlog

from integration import stored_settings
from integration.needed_settings import missing_for_helpdesk
from integration.settings import Settings
from integration.store import Store, StoreUnavailable, policies
from integration.vault import VaultError
from integration.wiring import open_store

_LOOK_AGAIN_S = 2.0
_log = structlog.get_logger(__name__)


def lacking(settings: Settings, store: Store) -> tuple[str, ...]:
    """What a worker must wait for: names of settings, and `policy`. Raises StoreUnavailable."""
    missing = missing_for_helpdesk(settings)
    if settings.deskclerk_policy is None:
        with store.read() as connection:
            if policies.active_version(connection) is None:
                missing = (*missing, "policy")
    return missing


def live(settings: Settings, stopped: threading.Event) -> None:
    """Work until told to stop.

    Raises what a policy or a store that can't be used raises, and VaultError where stored settings
    can't be opened at the start.
    """
    with open_store(settings, pool_size=1) as store:
        stored_settings.complete(settings, store)  # what can't be opened ends it now, not later
        while ready := _wait_until_ready(settings, store, stopped):
            _work(ready, store, stopped)


@dataclass(frozen=True, slots=True)
class _Ready:
    """All that a worker needs, and the version of the stored settings among it."""

    settings: Settings
    version: str


def _wait_until_ready(settings: Settings, store: Store, stopped: threading.Event) -> _Ready | None:
    """Wait until nothing is lacking, and say once what is; None when told to stop."""
    said: tuple[str, ...] = ()
    while not stopped.is_set():
        with suppress(StoreUnavailable):
            version = stored_settings.version(store)
            present = _completed(settings, store)
            lacks = ("SECRET_KEY",) if present is None else lacking(present, store)
            if stored_settings.version(store) != version:
                continue  # else what came between the two would begin it twice
            if present is not None and not lacks:
                return _Ready(present, version)
            if lacks != said:
                said = lacks
                _log.warning("worker.waits", reason=", ".join(lacks))
        stopped.wait(_LOOK_AGAIN_S)
    return None


def _work(ready: _Ready, store: Store, stopped: threading.Event) -> None:
    """Work until told to stop, or until stored settings change."""
    from integration.worker import start_worker

    stop = start_worker(ready.settings)
    _log.info("worker.ready", pid=os.getpid())
    try:
        while not stopped.wait(_LOOK_AGAIN_S):
            with suppress(StoreUnavailable):
                if stored_settings.version(store) != ready.version:
                    _log.info("worker.begins_anew")
                    return
    finally:
        stop()
        _log.info("worker.stopped", pid=os.getpid())


def _completed(settings: Settings, store: Store) -> Settings | None:
    try:
        return stored_settings.complete(settings, store)
    except VaultError:
        return None
