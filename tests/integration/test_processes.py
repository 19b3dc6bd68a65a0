"""Our commands as processes: the demo, the service with its worker, and how they stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from integration.store import Store, policies
from tests.faults.harness import (
    ANSWERABLE,
    ROOT,
    Installation,
    Process,
    free_port,
    installation,
    wait_for,
)

COMMAND = [sys.executable, "-m", "integration.cli"]


@pytest.mark.timeout(300)
def test_the_demo_decides_every_sample_and_ends_well(tmp_path: Path) -> None:
    ports = ["--port", str(free_port()), "--sandbox-port", "0", "--slack-port", "0"]
    ran = subprocess.run(
        [*COMMAND, "demo", "--once", *ports],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    samples = len((ROOT / "samples" / "tickets.jsonl").read_text().splitlines())
    assert f"{samples} tickets, {samples} decided, 0 failures" in ran.stdout
    assert ran.stderr == ""


@pytest.mark.parametrize("option", ["--port", "--sandbox-port", "--slack-port"])
def test_a_taken_port_is_named_and_the_store_of_the_running_demo_stays(
    tmp_path: Path, option: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        others = {"--sandbox-port": "0", "--slack-port": "0"}
        ports = {"--port": str(free_port()), **others, option: port}
        store = tmp_path / ".deskclerk" / "demo" / ports["--port"] / "deskclerk.db"
        store.parent.mkdir(parents=True)
        store.touch()
        ran = subprocess.run(
            [*COMMAND, "demo", *(word for pair in ports.items() for word in pair)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"error: port {port} is taken")
    assert ran.stderr.count("\n") == 1
    assert store.exists()


def service(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a service whose helpdesk does not answer."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DESKCLERK_HOME": str(folder / "home"),
        "PORT": str(free_port()),
        "ZENDESK_BASE_URL": "http://127.0.0.1:9",
        "ZENDESK_CLIENT_ID": "i",
        "ZENDESK_CLIENT_SECRET": "s",
        "ZENDESK_WEBHOOK_SECRET": "w",
        **settings,
    }


def ended(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A service with its worker that ends by itself."""
    return subprocess.run(
        [*COMMAND, "serve", "--with-worker"],
        env=service(tmp_path, **settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("policy", "said"), [("none", "is no folder"), ("wrong", "faqs.yaml"), ("", "no policy")]
)
def test_a_service_with_a_worker_does_not_start_without_a_policy_it_can_use(
    tmp_path: Path, policy: str, said: str
) -> None:
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "faqs.yaml").write_text("faqs: 5\n")
    settings = {"DESKCLERK_POLICY": str(tmp_path / policy)} if policy else {}
    ran = ended(tmp_path, **settings)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert all(line.startswith("error: ") for line in ran.stderr.splitlines())


def test_a_service_whose_worker_can_not_begin_says_why_and_fails(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    store = Store(f"sqlite:///{tmp_path}/home/deskclerk.db")
    store.migrate()
    with store.write() as connection:
        policies.activate(connection, "sha256:1", {"faqs.yaml": "faqs: 5\n"}, 1.0)
    store.close()
    ran = ended(tmp_path, DESKCLERK_READER="0")
    assert ran.returncode == 2
    assert "error: faqs.yaml:1: faqs: must be a list" in ran.stderr.splitlines()


@pytest.mark.parametrize("number", ["", "2.0"])
def test_gunicorn_never_reads_the_number_of_web_processes_itself(
    tmp_path: Path, number: str
) -> None:
    environment = service(tmp_path, WEB_CONCURRENCY=number)
    web = Process(["serve"], environment, tmp_path / "web.log")
    web.start()
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{environment['PORT']}/healthz", web)
        assert stop(web, signal.SIGTERM) == 0
    finally:
        web.stop()


def _wait_until_it_answers(url: str, process: Process) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.running and process.running.poll() is None:
        try:
            requests.get(url, timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(process.log.read_text())


def stop(process: Process, number: int) -> int:
    if process.running is None:
        raise AssertionError
    os.kill(process.running.pid, number)
    return process.running.wait(timeout=40)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_web_and_worker_stop_in_order_when_told(tmp_path: Path, number: int) -> None:
    with installation(tmp_path, f"sqlite:///{tmp_path}/d.db", workers=1) as desk:
        ticket = desk.open_ticket(1, ANSWERABLE)
        desk.wait_until_settled([ticket], patience_s=60)
        assert stop(desk.workers[0], number) == 0
        assert stop(desk.web, number) == 0
        assert stop(desk.sandbox, number) == 0
        assert desk.rows("worker") == []


def test_web_and_worker_can_share_a_small_machine(tmp_path: Path) -> None:
    with installation(tmp_path, f"sqlite:///{tmp_path}/d.db", workers=1) as desk:
        stop(desk.workers[0], signal.SIGTERM)
        stop(desk.web, signal.SIGTERM)
        small = desk.environment | {"DESKCLERK_MEMORY_MB": "512"}
        both = Process(["serve", "--with-worker"], small, tmp_path / "both.log")
        both.start()
        try:
            _wait_ready(desk)
            ticket = desk.open_ticket(1, ANSWERABLE)
            desk.wait_until_settled([ticket], patience_s=60)
            assert desk.checks()["tickets"][str(ticket)]["public_by_bot"] == 1
            assert "memory.spared" in both.log.read_text()
            assert stop(both, signal.SIGTERM) == 0
        finally:
            both.stop()


def _wait_ready(desk: Installation) -> None:
    wait_for(f"{desk.web_url}/readyz", desk)
    assert requests.get(f"{desk.web_url}/healthz", timeout=5).status_code == 200
