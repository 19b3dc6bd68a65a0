"""The web service is told to stop while requests are under way."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.zendesk.signature import sign
from integration.store import Store, deliveries
from tests.deploy.platform import LIMIT_S
from tests.faults.harness import ROOT, WEBHOOK_SECRET, Process
from tests.integration.test_processes import _wait_until_it_answers, service

BODY = b'{"ticket_id":"7","current_user_id":"3"}'


@contextmanager
def web(folder: Path) -> Iterator[tuple[Process, int]]:
    environment = service(folder, ZENDESK_WEBHOOK_SECRET=WEBHOOK_SECRET)
    process = Process(["serve"], environment, folder / "web.log")
    process.start()
    try:
        port = int(environment["PORT"])
        _wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", process)
        yield process, port
    finally:
        process.stop()


def head() -> bytes:
    """A signed delivery up to its body."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    signature = sign(BODY, stamp, WEBHOOK_SECRET)
    lines = [
        "POST /webhooks/zendesk HTTP/1.1",
        "Host: desk.example",
        "Content-Type: application/json",
        f"Content-Length: {len(BODY)}",
        f"X-Zendesk-Webhook-Signature: {signature}",
        f"X-Zendesk-Webhook-Signature-Timestamp: {stamp}",
        "X-Zendesk-Webhook-Id: w1",
        "X-Zendesk-Webhook-Invocation-Id: i1",
        "X-Zendesk-Account-Id: 1",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def tell_to_stop(process: Process) -> None:
    assert process.running is not None
    os.killpg(process.running.pid, signal.SIGTERM)


def seconds_until_stopped(process: Process) -> float:
    assert process.running is not None
    begun = time.monotonic()
    process.running.wait(timeout=LIMIT_S)
    return time.monotonic() - begun


def test_a_delivery_that_is_under_way_is_stored_and_answered(tmp_path: Path) -> None:
    with web(tmp_path) as (process, port), socket.create_connection(("127.0.0.1", port)) as sender:
        sender.sendall(head() + BODY[:10])
        time.sleep(0.5)  # it is being read
        tell_to_stop(process)
        time.sleep(0.5)
        sender.sendall(BODY[10:])
        sender.settimeout(20)
        assert sender.recv(100).startswith(b"HTTP/1.1 202")
        assert seconds_until_stopped(process) < LIMIT_S
    store = Store(f"sqlite:///{tmp_path}/home/deskclerk.db")
    with store.read() as connection:
        assert deliveries.any_undispatched(connection)
    store.close()


def test_a_task_that_outlives_its_grace_does_not_keep_the_worker() -> None:
    code = (
        "import threading, time; from integration import server; "
        "threading.Thread(target=time.sleep, args=(600,)).start(); server._leave()"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)
    assert ran.returncode == 0


@pytest.mark.timeout(120)
def test_a_sender_that_never_ends_does_not_keep_us_from_stopping(tmp_path: Path) -> None:
    with web(tmp_path) as (process, port), socket.create_connection(("127.0.0.1", port)) as sender:
        sender.sendall(head() + BODY[:10])
        time.sleep(0.5)
        tell_to_stop(process)
        assert seconds_until_stopped(process) < LIMIT_S
