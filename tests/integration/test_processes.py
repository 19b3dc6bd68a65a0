"""Our commands as processes: the demo, the service with its worker, and how they stop."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

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
    ports = ["--port", str(free_port()), "--sandbox-port", "0"]
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


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for arguments in (["--sandbox-port", port], ["--sandbox-port", "0", "--port", port]):
            ran = subprocess.run(
                [*COMMAND, "demo", *arguments],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 1
            assert f"port {port} is taken" in ran.stderr


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


def test_one_process_can_be_web_and_worker(tmp_path: Path) -> None:
    with installation(tmp_path, f"sqlite:///{tmp_path}/d.db", workers=1) as desk:
        stop(desk.workers[0], signal.SIGTERM)
        stop(desk.web, signal.SIGTERM)
        both = Process(["serve", "--with-worker"], desk.environment, tmp_path / "both.log")
        both.start()
        try:
            _wait_ready(desk)
            ticket = desk.open_ticket(1, ANSWERABLE)
            desk.wait_until_settled([ticket], patience_s=60)
            assert desk.checks()["tickets"][str(ticket)]["public_by_bot"] == 1
            assert stop(both, signal.SIGTERM) == 0
        finally:
            both.stop()


def _wait_ready(desk: Installation) -> None:
    wait_for(f"{desk.web_url}/readyz", desk)
    assert requests.get(f"{desk.web_url}/healthz", timeout=5).status_code == 200
