"""A worker waits for what it needs, works, and begins anew when stored settings change."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from connectors.zendesk.sandbox import SandboxConfig, SandboxServer
from integration import stored_settings, worker_life
from integration.clock import SystemClock
from integration.policy_folder import import_folder
from integration.settings import Settings
from integration.store import Store, StoreUnavailable, facts, tables
from integration.stored_settings import keep
from integration.vault import VaultError
from integration.worker_life import lacking, live
from tests.faults.harness import FAQS, ROOT, Process, free_port

KEY = "k" * 32
HELPDESK = {"ZENDESK_CLIENT_ID": "i", "ZENDESK_CLIENT_SECRET": "s", "ZENDESK_SUBDOMAIN": "acme"}


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "faqs.yaml").write_text(FAQS)
    return folder


def settings(store: Store, **given: str) -> Settings:
    return Settings.model_validate({"database_url": store.url, "secret_key": KEY, **given})


def give(store: Store, **values: str) -> None:
    keep(settings(store), store, SystemClock(), values, by="tests")


def wait_until(holds: Callable[[], bool], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


class Worker:
    """Stands for what works: remembers with which settings it was begun, and whether it ended."""

    def __init__(self) -> None:
        self.begun: list[Settings] = []
        self.ended = 0

    def start(self, settings: Settings) -> Callable[[], None]:
        self.begun.append(settings)

        def stop() -> None:
            self.ended += 1

        return stop


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = Worker()
    monkeypatch.setattr("integration.worker.start_worker", made.start)
    monkeypatch.setattr(worker_life, "_LOOK_AGAIN_S", 0.02)
    return made


@pytest.fixture
def living(store: Store, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A worker's life over this store, in a thread; it waits for all by then."""
    stopped, looked = threading.Event(), threading.Event()

    def look(present: Settings, over: Store) -> tuple[str, ...]:
        looked.set()
        return lacking(present, over)

    monkeypatch.setattr(worker_life, "lacking", look)
    thread = threading.Thread(target=live, args=(settings(store), stopped))
    thread.start()
    assert looked.wait(10)
    yield store
    stopped.set()
    thread.join()
    assert worker.ended == len(worker.begun)


def test_what_is_lacking_is_named(store: Store, policy: Path) -> None:
    names = ("ZENDESK_SUBDOMAIN", "ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET", "policy")
    assert lacking(settings(store), store) == names
    given = settings(store, **{name.lower(): text for name, text in HELPDESK.items()})
    assert lacking(given, store) == ("policy",)
    assert lacking(given.model_copy(update={"deskclerk_policy": policy}), store) == ()
    import_folder(store, policy, SystemClock())
    assert lacking(given, store) == ()


def test_it_waits_for_credentials_and_a_policy_and_then_begins(
    living: Store, worker: Worker, policy: Path
) -> None:
    give(living, **HELPDESK)
    assert worker.begun == []
    import_folder(living, policy, SystemClock())
    wait_until(lambda: len(worker.begun) == 1, 10)
    assert worker.begun[0].zendesk_client_id == "i"


def test_credentials_that_come_while_it_looks_begin_it_once(
    living: Store, worker: Worker, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_folder(living, policy, SystemClock())
    complete, version = stored_settings.complete, stored_settings.version
    looks_again = threading.Semaphore(0)

    def late(given: Settings, store: Store) -> Settings:
        give(living, **HELPDESK)  # once: what is stored already is not stored again
        return complete(given, store)

    def watched(store: Store) -> str:
        if worker.begun:
            looks_again.release()
        return version(store)

    monkeypatch.setattr(stored_settings, "complete", late)
    monkeypatch.setattr(stored_settings, "version", watched)
    for _ in range(3):  # more than it takes to see that something changed
        assert looks_again.acquire(timeout=10)
    assert [one.zendesk_client_id for one in worker.begun] == ["i"]


def test_it_begins_anew_with_changed_credentials(
    living: Store, worker: Worker, policy: Path
) -> None:
    import_folder(living, policy, SystemClock())
    give(living, **HELPDESK)
    wait_until(lambda: len(worker.begun) == 1, 10)
    give(living, ZENDESK_CLIENT_ID="other")
    wait_until(lambda: len(worker.begun) == 2, 10)
    assert worker.begun[1].zendesk_client_id == "other"


def test_told_to_stop_while_it_waits_it_stops(store: Store, worker: Worker) -> None:
    stopped = threading.Event()
    stopped.set()
    live(settings(store), stopped)
    assert worker.begun == []


def test_settings_that_can_t_be_opened_at_the_start_end_it(store: Store, worker: Worker) -> None:
    give(store, **HELPDESK)
    with pytest.raises(VaultError):
        live(settings(store, secret_key="o" * 32), threading.Event())
    assert worker.begun == []


def test_settings_that_can_t_be_opened_later_are_waited_for(
    living: Store, worker: Worker, policy: Path
) -> None:
    import_folder(living, policy, SystemClock())
    other = settings(living, secret_key="o" * 32)
    keep(other, living, SystemClock(), HELPDESK, by="tests")
    give(living, **HELPDESK)
    wait_until(lambda: len(worker.begun) == 1, 10)


def test_a_store_that_does_not_answer_for_a_while_ends_nothing(
    living: Store, worker: Worker, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_folder(living, policy, SystemClock())
    give(living, **HELPDESK)
    wait_until(lambda: len(worker.begun) == 1, 10)
    asked = threading.Event()

    def away(_store: Store) -> str:
        asked.set()
        raise StoreUnavailable("away")

    monkeypatch.setattr("integration.stored_settings.version", away)
    assert asked.wait(10)
    assert worker.ended == 0


@pytest.mark.timeout(180)
@pytest.mark.parametrize("embedded", [True, False], ids=["one process", "two processes"])
def test_started_with_nothing_it_works_as_soon_as_credentials_come(
    tmp_path: Path,
    policy: Path,
    embedded: bool,  # noqa: FBT001 - a parameter
) -> None:
    port = free_port()
    config = SandboxConfig()
    with SandboxServer(config) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DESKCLERK_HOME": str(tmp_path / "home"),
            "DESKCLERK_READER": "0",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": KEY,
            "ZENDESK_BASE_URL": server.url,
        }
        web = Process(
            ["serve", "--with-worker"] if embedded else ["serve"], environment, tmp_path / "web.log"
        )
        work = Process(["work"], environment, tmp_path / "work.log")
        started = [web] if embedded else [web, work]
        for process in started:
            process.start()
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: _status(f"{url}/healthz") == 200, 60)
            log = started[-1].log
            wait_until(lambda: "worker.waits" in log.read_text(), 60)
            assert "ZENDESK_CLIENT_ID" in log.read_text()
            _run(environment, "connect", stdin=f"{config.client_id}\n{config.client_secret}\ny\n")
            _run(environment, "policy", "import", str(policy))
            wait_until(lambda: _status(f"{url}/readyz") == 200, 90)
            requests.post(
                f"{server.url}/sandbox/tickets", json={"body": "When are you open?"}, timeout=10
            )
            store = Store(f"sqlite:///{tmp_path}/home/deskclerk.db")
            wait_until(lambda: _decided(store), 60)
            with store.read() as connection:
                assert facts.get(connection, facts.OWN_USER)
            store.close()
        finally:
            for process in started:
                process.stop()


def _status(url: str) -> int:
    try:
        return requests.get(url, timeout=5).status_code
    except requests.RequestException:
        return 0


def _run(environment: dict[str, str], *arguments: str, stdin: str = "") -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "integration.cli", *arguments],
        env=environment,
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,  # no terminal: what is typed comes from `stdin`
    )
    assert ran.returncode == 0, ran.stderr


def _decided(store: Store) -> bool:
    with store.read() as connection:
        return bool(connection.execute(sa.select(sa.func.count(tables.decision.c.id))).scalar())
