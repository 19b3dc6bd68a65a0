"""The whole in one process: sandbox helpdesk, web, engine, real client, real policy.

With a sandbox Slack beside it, if one is wanted.
"""

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server

from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from integration import ledger
from integration.logs import configure_logs
from integration.settings import Settings
from integration.store import Store
from integration.wiring import build_web, open_store
from integration.worker import start_worker
from tests.faults.harness import FAQS, POLICY, SLACK_POLICY, free_port

NO_LIMITS = Limits(None, None, None, None)


@dataclass
class Running:
    url: str
    sandbox: SandboxServer
    store: Store
    logs: io.StringIO

    def open_ticket(self, **ticket: Any) -> int:
        body = {"requester": {"name": "Ada", "email": "ada@example.org"}, "subject": "s", **ticket}
        answer = requests.post(f"{self.sandbox.url}/sandbox/tickets", json=body, timeout=10)
        return int(answer.json()["ticket"]["id"])

    def write(self, ticket: int, **comment: Any) -> None:
        url = f"{self.sandbox.url}/sandbox/tickets/{ticket}/comments"
        requests.post(url, json=comment, timeout=10).raise_for_status()

    def ticket(self, ticket: int) -> dict[str, Any]:
        answer = requests.get(f"{self.sandbox.url}/sandbox/tickets/{ticket}", timeout=10)
        return dict(answer.json()["ticket"])

    def comments(self, ticket: int) -> list[tuple[bool, str]]:
        return [(item["public"], item["plain_body"]) for item in self.ticket(ticket)["comments"]]

    def kinds(self) -> list[str]:
        return [entry["kind"] for entry in ledger.read_entries(self.store)]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it never came to pass")
        time.sleep(0.05)


@contextmanager
def whole(tmp_path: Path, slack: SlackSandboxServer | None = None) -> Iterator[Running]:
    """Everything, running; its logs are kept."""
    logs = io.StringIO()
    configure_logs("debug", logs)
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "policy.yaml").write_text(POLICY.format(replies=50) + (SLACK_POLICY if slack else ""))
    (policy / "faqs.yaml").write_text(FAQS)
    port = free_port()
    config = SandboxConfig(
        webhook_url=f"http://127.0.0.1:{port}/webhooks/zendesk", limits=NO_LIMITS, export_lag_s=1
    )
    told = {}
    if slack is not None:
        team = SlackSandboxConfig()
        told = {
            "slack_base_url": slack.url,
            "slack_bot_token": team.bot_token,
            "slack_signing_secret": team.signing_secret,
        }
        where = {"url": f"http://127.0.0.1:{port}/slack/events", "verify": False}
        requests.post(f"{slack.url}/sandbox/request_url", json=where, timeout=10)
    with SandboxServer(config) as sandbox:
        settings = Settings.model_validate(
            {
                **told,
                "deskclerk_home": tmp_path,
                "deskclerk_policy": policy,
                "port": port,
                "zendesk_base_url": sandbox.url,
                "zendesk_client_id": config.client_id,
                "zendesk_client_secret": config.client_secret,
                "zendesk_webhook_secret": config.webhook_secret,
                "metrics_token": "scrape",
                "deskclerk_sweep_seconds": 5,
            }
        )
        with open_store(settings) as store:
            web = make_server("127.0.0.1", port, build_web(settings), threaded=True)
            thread = threading.Thread(target=web.serve_forever, daemon=True)
            thread.start()
            stop = start_worker(settings)
            yield Running(f"http://127.0.0.1:{port}", sandbox, store, logs)
            stop()
            web.shutdown()
            thread.join()
            web.server_close()
