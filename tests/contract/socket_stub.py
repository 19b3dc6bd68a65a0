"""A scripted helpdesk behind a real socket, for what no in-memory fake can show."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

TOKEN_PATH = "/oauth/tokens"
OWN_USER = 900
DATE = "Mon, 23 Nov 2026 09:00:05 GMT"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call that reached the server."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `body` is JSON unless it is bytes; `cut` promises more bytes than it sends."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """The call is read, then the connection ends without an answer."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """The call is read, and no answer comes while the test runs."""


Step = Reply | Drop | Hang
Script = Callable[[Arrival], Step]


class SocketStub:
    """Serves scripts by path; a context manager. Tokens and `users/me` work by themselves."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.scripts: dict[str, Script] = {TOKEN_PATH: self._mint, "users/me.json": _me}
        self.connections = 0
        self.tokens_minted = 0
        self.token_lifetime_s: Any = 1800
        self.good_tokens: set[str] | None = None  # None: any
        self._lock = threading.Lock()
        self.released = threading.Event()
        self._server = _server_for(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, path: str, *steps: Step | Script) -> None:
        """Answer calls of `path` below /api/v2/ with these steps; the last one goes on."""
        left = list(steps)

        def script(arrival: Arrival) -> Step:
            with self._lock:
                step = left.pop(0) if len(left) > 1 else left[0]
            return step(arrival) if callable(step) else step

        self.scripts[path] = script

    def calls(self, method: str | None = None, path: str | None = None) -> list[Arrival]:
        """Calls that arrived, but for tokens."""
        return [
            arrival
            for arrival in self.arrivals
            if arrival.path != TOKEN_PATH
            and method in {None, arrival.method}
            and (path is None or arrival.path == f"/api/v2/{path}")
        ]

    def decide(self, arrival: Arrival) -> Step:
        with self._lock:
            self.arrivals.append(arrival)
        if arrival.path != TOKEN_PATH and self.good_tokens is not None:
            token = arrival.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in self.good_tokens:
                return Reply(401, {"error": "invalid_token"})
        script = self.scripts.get(arrival.path.removeprefix("/api/v2/"))
        if script is None:
            return Reply(404, {"error": "RecordNotFound", "description": "Not found"})
        return script(arrival)

    def _mint(self, _arrival: Arrival) -> Step:
        with self._lock:
            self.tokens_minted += 1
            token = f"token-{self.tokens_minted}"
        if self.good_tokens is not None:
            self.good_tokens = {token}
        return Reply(200, {"access_token": token, "expires_in": self.token_lifetime_s})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _me(_arrival: Arrival) -> Step:
    return Reply(200, {"user": {"id": OWN_USER, "role": "admin"}})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # many threads connect at one moment

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the script."""


class _Handler(BaseHTTPRequestHandler):
    stub: ClassVar[SocketStub]
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        with self.stub._lock:
            self.stub.connections += 1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass

    def answer(self) -> None:
        parts = urlsplit(self.path)
        arrival = Arrival(
            self.command,
            parts.path,
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            dict(self.headers.items()),
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        step = self.stub.decide(arrival)
        if isinstance(step, Hang):
            self.stub.released.wait(20)
        if isinstance(step, Reply):
            self._reply(step)
        else:
            self.close_connection = True
            self._end(reset=isinstance(step, Drop) and step.reset)

    def _reply(self, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response_only(reply.status)
        for name, value in ({"Date": DATE} | dict(reply.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + reply.cut))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = self.close_connection or reply.cut > 0

    def _end(self, *, reset: bool) -> None:
        if reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            return
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_PATCH = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - the base's names


def _server_for(stub: SocketStub) -> ThreadingHTTPServer:
    return _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": stub}))
