"""`make bench`: acknowledgement, the way of a ticket, draining, and memory, in one run.

Figures are ratios against a bare Flask view in the same run where that makes sense; absolute ones
hold for the machine they were taken on. Prints Markdown for docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import requests

from bench.load import Request, percentile, run_load
from connectors.zendesk.signature import sign
from tests.faults.harness import (
    ANSWERABLE,
    OTHER,
    ROOT,
    WEBHOOK_SECRET,
    Installation,
    free_port,
    installation,
)
from tests.postgres_server import new_database, postgres_server


def a_delivery(number: int) -> Request:
    """A signed webhook about a ticket that doesn't exist: the request is all that is measured."""
    body = json.dumps({"ticket_id": str(9_000_000 + number), "current_user_id": "1"}).encode()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return body, {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": sign(body, stamp, WEBHOOK_SECRET),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Account-Id": "1",
        "X-Zendesk-Webhook-Id": "01BENCH",
        "X-Zendesk-Webhook-Invocation-Id": f"{time.time_ns()}-{number}",
    }


@contextmanager
def bare_service(url: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "8",
               "--worker-class", "gthread", "bench.bare:create_app()"]  # fmt: skip
    environment = {**os.environ, "BARE_URL": url, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        for _ in range(100):
            try:
                requests.post(f"http://127.0.0.1:{port}/hook", data=b"x", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/hook"
        process.terminate()


def bench_acknowledgement(desk: Installation, bare: str, seconds: float) -> list[str]:
    """Alternating rounds, so that both see the same moods of the machine."""
    for worker in desk.workers:
        worker.stop()  # what a worker does meanwhile is measured by the way of a ticket
    ours = f"{desk.web_url}/webhooks/zendesk"
    lines = []
    for per_second in (20, 200):
        times: dict[str, list[float]] = {"bare": [], "ours": []}
        for _ in range(3):
            for name, url in (("bare", bare), ("ours", ours)):
                rounds = run_load(url, a_delivery, per_second=per_second, seconds=seconds)
                times[name] += rounds
        (b50, b99), (o50, o99) = (
            (percentile(times[name], 0.5), percentile(times[name], 0.99))
            for name in ("bare", "ours")
        )
        lines.append(
            f"| {per_second}/s | {b50:.1f} / {b99:.1f} | {o50:.1f} / {o99:.1f} "
            f"| {o50 / b50:.2f} / {o99 / b99:.2f} |"
        )
    return lines


def bench_way(desk: Installation, tickets: int, per_second: float) -> list[str]:
    """Webhook received to note and reply finished, in ms."""
    begin, numbers = time.perf_counter(), []
    for number in range(tickets):
        due = begin + number / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        numbers.append(desk.open_ticket(number, ANSWERABLE if number % 2 else OTHER))
    desk.wait_until_settled(numbers, patience_s=120)
    received: dict[int, float] = {}
    for row in desk.rows("delivery"):
        ticket = row["ticket_id"]
        received[ticket] = min(received.get(ticket, row["received_at"]), row["received_at"])
    lines = []
    for kind in ("note", "reply"):
        times = [
            (row["finished_at"] - received[row["ticket_id"]]) * 1000
            for row in desk.rows("effect")
            if row["kind"] == kind and row["ticket_id"] in numbers and row["state"] == "done"
        ]
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        lines.append(f"| {kind} | {len(times)} | {p50:.0f} | {p99:.0f} |")
    return lines


def bench_drain(desk: Installation, tickets: int) -> str:
    """A backlog, then one worker."""
    for worker in desk.workers:
        worker.stop()
    numbers = [desk.open_ticket(100_000 + n, OTHER) for n in range(tickets)]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        stored = {row["ticket_id"] for row in desk.rows("delivery")}
        if stored >= set(numbers):
            break
        time.sleep(0.2)
    begin = time.time()
    desk.workers[0].start()
    desk.wait_until_settled(numbers, patience_s=300)
    done = [row for row in desk.rows("effect") if row["ticket_id"] in set(numbers)]
    first = min(row["planned_at"] for row in done)
    last = max(row["finished_at"] for row in done)
    return (
        f"{tickets} tickets in {last - first:.1f} s: {tickets * 60 / (last - first):.0f} a minute "
        f"(worker ready {first - begin:.1f} s after its start)"
    )


def memory_mib(process: "subprocess.Popen[bytes] | None") -> float:
    """Resident memory of a process and its children, in MiB."""
    if process is None:
        return 0.0
    listing = subprocess.run(
        ["ps", "-o", "rss=", "--sid", str(process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return sum(int(line) for line in listing.stdout.split()) / 1024


def bench(kind: str, url: str, bare_url: str, folder: Path, *, quick: bool) -> None:
    with installation(folder, url, workers=1, sweep_s=3600) as desk, bare_service(bare_url) as bare:
        print(f"\n### {kind}\n")
        print("Webhook received to written, 20 tickets a second, in ms:\n")
        print("| what | number | p50 | p99 |\n| --- | --- | --- | --- |")
        print("\n".join(bench_way(desk, 100 if quick else 600, 20)))
        print(f"\nDrain, one worker: {bench_drain(desk, 100 if quick else 400)}")
        web, worker = desk.web.running, desk.workers[0].running
        print(
            f"\nMemory (resident): web {memory_mib(web):.0f} MiB with gunicorn's master, "
            f"worker {memory_mib(worker):.0f} MiB"
        )
        # Last, because its tickets don't exist and would stand in the others' way.
        print("\nAcknowledgement, p50 / p99 in ms:\n")
        print("| load | bare Flask, one insert | Deskclerk | ratio |\n| --- | --- | --- | --- |")
        print("\n".join(bench_acknowledgement(desk, bare, 3 if quick else 10)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, to try the script")
    quick = parser.parse_args().quick
    cores = os.cpu_count()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, Python {platform.python_version()}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for kind in ("SQLite", "PostgreSQL"):
            sub = folder / kind
            sub.mkdir()
            if kind == "SQLite":
                url, bare = f"sqlite:///{sub / 'd.db'}", f"sqlite:///{sub / 'bare.db'}"
            else:
                prefix = stack.enter_context(postgres_server(durable=True))
                url = new_database(prefix, "d")
                bare = new_database(prefix, "bare").replace("postgresql:", "postgresql+psycopg:")
            bench(kind, url, bare, sub, quick=quick)


if __name__ == "__main__":
    main()
