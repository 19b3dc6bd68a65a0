"""The sandbox in one process: helpdesk, Slack, web service, worker, and sample tickets.

Nothing is faked between them: signed webhooks in, the real client out.
"""

import json
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeVar

import click
import requests
import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from connectors.slack.sandbox import Rates, SlackSandboxConfig, SlackSandboxServer
from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from integration.complaints import OperationFailed
from integration.demo_settings import GROUPS, SAMPLES, demo_settings
from integration.logs import configure_logs
from integration.server import told_to_stop
from integration.settings import Settings
from integration.store import Store, deliveries, tables
from integration.store.decisions import DecisionRow
from integration.wiring import build_web, open_store
from integration.worker import start_worker

_ONCE_PATIENCE_S = 180.0
_TICKET_EVERY_S = 1.5
_STRIDE = 9
_NO_LIMITS = Limits(None, None, None, None)
_WORDS = {
    "reply": "answered",
    "acknowledge": "acknowledged",
    "suggest": "draft for an agent",
    "escalate": "escalated",
    "abstain": "left to people",
    "ignore": "not handled",
}


class _Quiet(WSGIRequestHandler):
    """Keeps connections open and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the decisions are what the terminal is for."""
        del code, size


def run_demo(*, once: bool, port: int, sandbox_port: int, slack_port: int) -> int:
    """Run until Ctrl-C, or with `once` until the samples are done; returns the exit code."""
    configure_logs("error")
    stopped = told_to_stop()
    with ExitStack() as stack:
        # Ports first: one that is taken may be a running demo's, whose store must stay.
        listening = stack.enter_context(_listening(port))
        sandbox = stack.enter_context(_sandbox(port, sandbox_port, hurried=once))
        slack = stack.enter_context(_slack(port, slack_port, hurried=once))
        settings = demo_settings(port, sandbox.url, slack.url)
        # The sandbox starts empty, so its store does too.
        shutil.rmtree(settings.deskclerk_home, ignore_errors=True)
        store = stack.enter_context(open_store(settings))
        stack.enter_context(_web(settings, listening))
        stop_worker = start_worker(settings, lambda row: _say(store, row))
        stack.callback(stop_worker)
        click.echo(f"Console   http://127.0.0.1:{port}  (sign in as whoever you like)")
        click.echo(f"Helpdesk  {sandbox.url}  (sandbox: write as customer or agent there)")
        click.echo(f"Slack     {slack.url}  (sandbox: approve drafts, or type /deskclerk help)")
        count = _feed(sandbox.url, stopped, 0.0 if once else _TICKET_EVERY_S)
        if once:
            return _finish(store, sandbox, count, stopped)
        if not stopped.is_set():
            click.echo("All samples are in. Write more in the helpdesk; Ctrl-C stops.")
        stopped.wait()
        click.echo("Stopping.")
    return 0


def run_sandbox(port: int, webhook_url: str, *, export_lag_s: int, limits: bool) -> None:
    """Run the helpdesk alone until told to stop."""
    stopped = told_to_stop()
    config = SandboxConfig(
        webhook_url=webhook_url,
        export_lag_s=export_lag_s,
        limits=Limits() if limits else _NO_LIMITS,
    )
    with _bound(partial(SandboxServer, config, port=port), port) as server:
        click.echo(f"Helpdesk {server.url}, webhooks to {webhook_url}")
        click.echo(f"ZENDESK_BASE_URL={server.url}")
        click.echo(f"ZENDESK_CLIENT_ID={config.client_id}")
        click.echo(f"ZENDESK_CLIENT_SECRET={config.client_secret}")
        click.echo(f"ZENDESK_WEBHOOK_SECRET={config.webhook_secret}")
        stopped.wait()


@contextmanager
def _sandbox(port: int, sandbox_port: int, *, hurried: bool) -> Iterator[SandboxServer]:
    limits = _NO_LIMITS if hurried else Limits()
    address = f"http://127.0.0.1:{port}/webhooks/zendesk"
    config = SandboxConfig(webhook_url=address, limits=limits, more_groups=GROUPS)
    with _bound(partial(SandboxServer, config, port=sandbox_port), sandbox_port) as server:
        yield server


@contextmanager
def _slack(port: int, slack_port: int, *, hurried: bool) -> Iterator[SlackSandboxServer]:
    events = f"http://127.0.0.1:{port}/slack/events"
    config = SlackSandboxConfig(request_url=events, rates=None if hurried else Rates())
    make = partial(SlackSandboxServer, config, port=slack_port)
    with _bound(make, slack_port, "--slack-port") as server:
        yield server


_Server = TypeVar("_Server", SandboxServer, SlackSandboxServer)


@contextmanager
def _bound(
    make: Callable[[], _Server], port: int, option: str = "--sandbox-port"
) -> Iterator[_Server]:
    try:
        server = make()
    except OSError as error:
        raise OperationFailed(
            f"port {port} is taken: stop what uses it, or give another with {option}"
        ) from error
    with server:
        yield server


def _listening(port: int) -> socket.socket:
    """The web service's socket; callers wait in its queue until the service runs."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise OperationFailed(
            f"port {port} is taken: stop what uses it, or give another with --port"
        ) from error


@contextmanager
def _web(settings: Settings, listening: socket.socket) -> Iterator[None]:
    """The development server: good enough for one newcomer on one machine."""
    server = make_server(
        "127.0.0.1",
        settings.port,
        build_web(settings),
        threaded=True,
        request_handler=_Quiet,
        fd=listening.fileno(),
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True, name="web")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def _feed(url: str, stopped: threading.Event, every_s: float) -> int:
    """Write the sample tickets as their customers would; returns how many."""
    lines = (SAMPLES / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    # The file is sorted by what is to be shown; a newcomer wants to see some of everything soon.
    mixed = [line for start in range(_STRIDE) for line in lines[start::_STRIDE]]
    with requests.Session() as session:
        for count, line in enumerate(mixed):
            if stopped.is_set():
                return count
            _write(session, url, json.loads(line))
            stopped.wait(every_s)
    return len(mixed)


def _write(session: requests.Session, url: str, sample: dict[str, Any]) -> None:
    """One sample: earlier comments come first, then the message to decide on."""
    newest = {"author": "requester", "public": True, **_texts(sample)}
    thread = [*sample.get("comments", []), newest]
    requester = sample.get("requester") or {}
    ticket = {
        "requester": {key: value for key, value in requester.items() if value},
        "subject": sample.get("subject", ""),
        "tags": sample.get("tags", []),
        "channel": sample.get("channel", "email"),
        "attachments": bool(sample.get("has_attachments")),
        "ccs": ["colleague@customer.example"] if sample.get("has_ccs") else [],
        "organization": sample.get("organization"),
        **_texts(thread[0]),
    }
    answer = session.post(f"{url}/sandbox/tickets", json=ticket, timeout=10)
    answer.raise_for_status()
    ticket_id = answer.json()["ticket"]["id"]
    for comment in thread[1:]:
        body = {
            "as": "customer" if comment["author"] == "requester" else "agent",
            "public": comment.get("public", True),
            **_texts(comment),
        }
        session.post(
            f"{url}/sandbox/tickets/{ticket_id}/comments", json=body, timeout=10
        ).raise_for_status()


def _texts(value: dict[str, Any]) -> dict[str, Any]:
    if value.get("html_body"):
        return {"html_body": value["html_body"]}
    return {"body": value.get("body") or " "}


def _say(store: Store, row: DecisionRow) -> None:
    """One line per decision: numbers and codes, no customer's words."""
    text = _text_of(store, row)
    reasons = text.get("reasons") or [{}]
    what = text.get("faq") or ", ".join(text.get("packs") or []) or reasons[0].get("code", "")
    click.echo(f"ticket {row.ticket_id:<4} {_WORDS[row.outcome]:<20} {what}")


def _text_of(store: Store, row: DecisionRow) -> dict[str, Any]:
    from integration.store import decisions

    with store.read() as connection:
        text = decisions.text_of(connection, row.id)[1]
    return dict(json.loads(text)) if text else {}


def _finish(store: Store, sandbox: SandboxServer, count: int, stopped: threading.Event) -> int:
    """Wait for the last note, print what happened; 0 when every ticket was decided."""
    deadline = time.monotonic() + _ONCE_PATIENCE_S
    while not stopped.is_set() and time.monotonic() < deadline:
        if _decided(store) >= count and not _waiting(store) and _delivered(sandbox):
            break
        time.sleep(0.1)
    outcomes = _outcomes(store)
    decided = _decided(store)
    with store.read() as connection:
        failed = len(deliveries.failures(connection))
    click.echo(f"\n{count} tickets, {decided} decided, {failed} failures:")
    for outcome, number in sorted(outcomes.items(), key=lambda item: -item[1]):
        click.echo(f"  {_WORDS[outcome]:<20} {number}")
    return 0 if decided >= count and not failed else 1


def _delivered(sandbox: SandboxServer) -> bool:
    """Whether the helpdesk has no webhook left to send."""
    checks = requests.get(f"{sandbox.url}/sandbox/checks", timeout=10).json()
    return not checks["webhooks"]["pending"]


def _decided(store: Store) -> int:
    column = tables.decision.c.ticket_id
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count(column.distinct()))).scalar_one())


def _waiting(store: Store) -> bool:
    with store.read() as connection:
        return bool(deliveries.unfinished(connection, before=float("inf"), limit=1))


def _outcomes(store: Store) -> Counter[str]:
    table = tables.decision
    query = sa.select(table.c.outcome).where(table.c.state != "superseded")
    with store.read() as connection:
        return Counter(connection.execute(query).scalars())
