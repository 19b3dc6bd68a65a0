"""How fast Slack is answered: alone, and while the worker has more to do than it can.

python bench/slack_ack.py [--seconds 20]

Real processes on SQLite: web, one worker, the sandbox helpdesk, the sandbox Slack. Commands come
at ten a second; each is verified, given to Bolt and stored before it is answered. Ratios are of
the same run. Slack gives up after three seconds.
"""

import argparse
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.load import Request, percentile, run_load
from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from connectors.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tests.faults.harness import ANSWERABLE, COMPLAINT, OTHER, Installation, installation

_PER_SECOND = 10
_TICKETS_A_SECOND = 60


def a_command(slack: SlackSandboxServer, number: int) -> Request:
    """A signed slash command, as Slack sends it."""
    body = urlencode(
        {
            "team_id": "T0SANDBOX",
            "channel_id": "C0SUPPORT",
            "user_id": "U0GRACE",
            "command": "/deskclerk",
            "text": "status",
            "response_url": f"{slack.url}/response/none/{number}",
            "trigger_id": f"{time.time_ns()}.{number}",
        }
    ).encode()
    stamp = str(int(time.time()))
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        TIMESTAMP_HEADER: stamp,
        SIGNATURE_HEADER: sign(body, stamp, SlackSandboxConfig().signing_secret),
    }


def measured(desk: Installation, slack: SlackSandboxServer, seconds: float) -> list[float]:
    """Latencies in ms."""
    url = f"{desk.web_url}/slack/events"
    return run_load(
        url, lambda n: a_command(slack, n), per_second=_PER_SECOND, seconds=seconds, wanted=200
    )


def saturate(desk: Installation, stopped: threading.Event) -> None:
    """Tickets faster than one worker takes them."""
    number = 0
    while not stopped.is_set():
        desk.open_ticket(number, (ANSWERABLE, COMPLAINT, OTHER)[number % 3])
        number += 1
        stopped.wait(1.0 / _TICKETS_A_SECOND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = stack.enter_context(SlackSandboxServer(SlackSandboxConfig(rates=None)))
        url = f"sqlite:///{folder / 'd.db'}"
        desk = stack.enter_context(installation(folder, url, workers=1, slack=slack, sweep_s=3600))
        measured(desk, slack, 2)  # the first requests load what they need
        alone = measured(desk, slack, seconds)
        stopped = threading.Event()
        writer = threading.Thread(target=saturate, args=(desk, stopped), daemon=True)
        writer.start()
        time.sleep(3)
        busy = measured(desk, slack, seconds)
        stopped.set()
        writer.join()
        waiting = sum(row["state"] == "stored" for row in desk.rows("delivery"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {len(busy)} commands at {_PER_SECOND} a second\n")
    print("| | p50 | p99 | most |\n| --- | --- | --- | --- |")
    for name, times in (("worker idle", alone), ("worker saturated", busy)):
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        print(f"| {name} | {p50:.1f} ms | {p99:.1f} ms | {max(times):.1f} ms |")
    print(f"\n{waiting} deliveries were waiting at the end.")


if __name__ == "__main__":
    main()
