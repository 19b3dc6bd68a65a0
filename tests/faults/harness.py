"""An installation of real processes on real sockets, to be killed and looked at.

The sandbox helpdesk plays Zendesk and is never killed; web and workers are, at any moment, with
SIGKILL to their whole process group, and are started again as an init system would.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from integration.store import Store, tables

CLIENT = {
    "ZENDESK_CLIENT_ID": "deskclerk_sandbox",
    "ZENDESK_CLIENT_SECRET": "sandbox-client-secret",
}
WEBHOOK_SECRET = "c2FuZGJveC13ZWJob29rLXNlY3JldC1ub3QtcmVhbCE="
COMMAND = [sys.executable, "-m", "integration.cli"]
ROOT = Path(__file__).resolve().parents[2]

POLICY = """
guards: {{ max_replies_per_hour: {replies}, reply_window_hours: 24 }}
groups: {{ default: Support, complaints: Complaints, legal: Legal, safety: Safety }}
"""
FAQS = """
faqs:
  - id: reset_password
    title: Reset a password
    stage: auto
    examples:
      - how do i reset my password
      - i forgot my password
      - reset password
      - my password does not work how can i reset it
      - how to change a forgotten password
    answers:
      - { language: en, body: "You can reset your password under Settings, Security." }
  - id: opening_hours
    title: Opening hours
    stage: auto
    examples:
      - what are your opening hours
      - when are you open
      - are you open on saturday
      - opening times please
      - until when are you open today
    answers:
      - { language: en, body: "We are open from nine to five, Monday to Friday." }
"""
SLACK_POLICY = """
slack:
  channels: { default: support, Complaints: complaints }
  leads: leads
"""
ANSWERABLE = "How do I reset my password?"
COMPLAINT = "I want to make a formal complaint about your service."
OTHER = "The blue thing on my shelf makes a humming sound since the weekend."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """One of our processes, started again after each kill."""

    arguments: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    command: list[str] = field(default_factory=lambda: COMMAND)
    folder: Path = ROOT
    kills: int = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [*self.command, *self.arguments],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the whole group: nothing gets a chance to tidy up."""
        if self.running is None:
            return
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        self.kills += 1

    def stop(self) -> None:
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


@dataclass
class Installation:
    """Sandbox, web and workers over one database."""

    folder: Path
    database_url: str
    environment: dict[str, str]
    web_url: str
    sandbox_url: str
    sandbox: Process
    web: Process
    workers: list[Process] = field(default_factory=list)
    session: requests.Session = field(default_factory=requests.Session)

    def faults(self, **switches: object) -> None:
        """Set the sandbox's fault switches; none: all off."""
        url = f"{self.sandbox_url}/sandbox/faults"
        answer = (
            self.session.post(url, json=switches, timeout=20)
            if switches
            else self.session.delete(url, timeout=20)
        )
        answer.raise_for_status()

    def open_ticket(self, number: int, body: str) -> int:
        ticket = {
            "requester": {"name": f"Customer {number}", "email": f"c{number}@example.org"},
            "subject": "A question",
            "body": body,
        }
        answer = self.session.post(f"{self.sandbox_url}/sandbox/tickets", json=ticket, timeout=30)
        answer.raise_for_status()
        return int(answer.json()["ticket"]["id"])

    def checks(self) -> dict[str, Any]:
        answer = self.session.get(f"{self.sandbox_url}/sandbox/checks", timeout=60)
        return dict(answer.json())

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def kill_one(self, chance: random.Random) -> None:
        """Kill the web service or a worker and start it again."""
        victim = chance.choice([self.web, *self.workers])
        victim.kill()
        time.sleep(chance.uniform(0.0, 0.5))
        victim.start()

    @property
    def kills(self) -> int:
        return self.web.kills + sum(worker.kills for worker in self.workers)

    def rows(self, name: str) -> list[dict[str, Any]]:
        store = Store(self.database_url)
        try:
            with store.read() as connection:
                table = tables.metadata.tables[name]
                return [dict(row) for row in connection.execute(sa.select(table)).mappings()]
        finally:
            store.close()

    def unsettled(self, tickets: list[int]) -> list[int]:
        """Tickets without a decision that was applied."""
        applied = {row["ticket_id"] for row in self.rows("decision") if row["state"] == "applied"}
        return [ticket for ticket in tickets if ticket not in applied]

    def wait_until_settled(self, tickets: list[int], patience_s: float) -> None:
        """Until every ticket is decided and no delivery is open."""
        deadline = time.monotonic() + patience_s
        open_tickets: list[int] = []
        while time.monotonic() < deadline:
            open_tickets = self.unsettled(tickets)
            waiting = [row for row in self.rows("delivery") if row["state"] == "stored"]
            if not open_tickets and not waiting:
                return
            time.sleep(0.5)
        detail = json.dumps({"tickets": open_tickets[:20], "log": self.tail()})
        raise AssertionError(f"not settled after {patience_s:.0f} s: {detail}")

    def tail(self) -> list[str]:
        logs = sorted(self.folder.glob("*.log"))
        return [line for log in logs for line in log.read_text().splitlines()[-4:]]


@contextmanager
def installation(
    folder: Path,
    database_url: str,
    *,
    workers: int,
    sweep_s: int = 5,
    slack: SlackSandboxServer | None = None,
) -> Iterator[Installation]:
    """Start everything, with a sandbox Slack if one is given; at the end everything is killed."""
    policy = folder / "policy"
    policy.mkdir()
    told = SLACK_POLICY if slack else ""
    (policy / "policy.yaml").write_text(POLICY.format(replies=100_000) + told)
    (policy / "faqs.yaml").write_text(FAQS)
    web_port, sandbox_port = free_port(), free_port()
    sandbox_url = f"http://127.0.0.1:{sandbox_port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "DESKCLERK_POLICY": str(policy),
        "DESKCLERK_SWEEP_SECONDS": str(sweep_s),
        "PORT": str(web_port),
        "ZENDESK_BASE_URL": sandbox_url,
        "ZENDESK_WEBHOOK_SECRET": WEBHOOK_SECRET,
        **CLIENT,
    }
    if slack is not None:
        team = SlackSandboxConfig()
        environment |= {
            "SLACK_BASE_URL": slack.url,
            "SLACK_BOT_TOKEN": team.bot_token,
            "SLACK_SIGNING_SECRET": team.signing_secret,
        }
        where = {"url": f"http://127.0.0.1:{web_port}/slack/events", "verify": False}
        requests.post(f"{slack.url}/sandbox/request_url", json=where, timeout=10)
    hook = f"http://127.0.0.1:{web_port}/webhooks/zendesk"
    sandbox_arguments = ["sandbox", "--port", str(sandbox_port), "--webhook-url", hook,
                         "--export-lag", "2", "--no-limits"]  # fmt: skip
    made = Installation(
        folder,
        database_url,
        environment,
        f"http://127.0.0.1:{web_port}",
        sandbox_url,
        Process(sandbox_arguments, environment, folder / "sandbox.log"),
        Process(["serve"], environment, folder / "web.log"),
        [Process(["work"], environment, folder / f"worker{n}.log") for n in range(workers)],
    )
    everything = [made.sandbox, made.web, *made.workers]
    try:
        for process in everything:
            process.start()
        wait_for(f"{sandbox_url}/sandbox/checks", made)
        wait_for(f"{made.web_url}/readyz", made)
        yield made
    finally:
        for process in everything:
            process.stop()
        made.session.close()


def wait_for(url: str, made: Installation, patience_s: float = 60.0) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            if made.session.get(url, timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer: {made.tail()}")
