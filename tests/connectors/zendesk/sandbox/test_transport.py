"""Deliveries over a real wire, and what a receiver may do meanwhile."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connectors.zendesk.sandbox.config import HookAnswer, utc_now
from connectors.zendesk.sandbox.transport import HttpTransport
from tests.connectors.zendesk.sandbox.desks import Desk, OpenDesk


def _hook(desk: Desk) -> Any:
    return desk.ok("GET", "/webhooks")["webhooks"][0]["id"]


def _invocations(desk: Desk, query: str = "") -> Any:
    return desk.ok("GET", f"/webhooks/{_hook(desk)}/invocations{query}")["invocations"]


class _Listener(ThreadingHTTPServer):
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.arrived = threading.Event()
        super().__init__(("127.0.0.1", 0), _Receiver)


class _Receiver(BaseHTTPRequestHandler):
    server: _Listener

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.arrived.set()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def deserted_port() -> Iterator[int]:
    """A port that is taken, on which nobody listens: a connection to it is refused."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def receiver() -> Iterator[Any]:
    server = _Listener()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_threads_deliver_over_real_http_in_the_background(
    open_desk: OpenDesk, receiver: _Listener
) -> None:
    desk = open_desk(
        webhook_url=f"http://127.0.0.1:{receiver.server_port}/w",
        delivery_threads=2,
        transport=None,
        clock=utc_now,
    )
    desk.ticket()
    assert receiver.arrived.wait(10)
    assert json.loads(receiver.bodies[0])["ticket_id"] == "1"


def test_an_endpoint_nobody_listens_on_is_a_failure_without_a_status(
    open_desk: OpenDesk, deserted_port: int
) -> None:
    desk = open_desk(webhook_url=f"http://127.0.0.1:{deserted_port}/w", transport=None)
    desk.ticket()
    desk.deliver()
    (row,) = _invocations(desk)
    assert (row["status"], row["status_code"]) == ("failed", 0)


def test_nothing_is_delivered_to_other_machines_unless_it_is_allowed() -> None:
    transport = HttpTransport(0.1, remote=False)
    answer = transport("POST", "https://example.com/w", {}, b"")
    assert (answer.status, answer.timed_out) == (0, False)
    assert "this machine only" in answer.body
    transport.close()


def test_an_endpoint_that_stays_silent_is_a_time_out() -> None:
    transport = HttpTransport(0.1, remote=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://localhost:{silent.getsockname()[1]}/"
        assert transport("POST", url, {}, b"").timed_out
        assert transport("POST", url, {}, b"").timed_out
    transport.close()


def test_a_receiver_may_call_the_sandbox_while_it_is_tested(open_desk: OpenDesk) -> None:
    def call_back(*_: object) -> HookAnswer:
        thread = threading.Thread(target=lambda: codes.append(desk.call("GET", "/tickets").status))
        thread.start()
        thread.join(10)
        return HookAnswer(202)

    codes: list[str] = []
    desk = open_desk(transport=call_back)
    desk.ok("POST", f"/webhooks/test?webhook_id={_hook(desk)}", {"request": {}})
    assert codes == ["200 OK"]
