"""A small WSGI server for one machine, under the sandboxes: keeps connections open, logs nothing.

The development servers at hand close the connection after each answer, and so hide how a client
behaves on a connection that it uses again.
"""

import io
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, request

from connectors.addresses import is_loopback

_BODY_LIMIT = 8 * 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    server: "LoopbackServer"

    def answer(self) -> None:
        """One call, read whole, so that the next one starts at its beginning."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self.send_error(411)
            self.close_connection = True
        elif len(length) > 9 or int(length) > _BODY_LIMIT:  # noqa: PLR2004 - digits
            self.send_error(413)
            self.close_connection = True
        else:
            self._run(self.rfile.read(int(length)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": str(self.client_address[0]),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "sandbox.socket": self.connection,
        }
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def _run(self, body: bytes) -> None:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            told.append((status, headers))

        chunks = self.server.app(self._environ(body), start)
        try:
            content = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = told[-1]
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        named = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in named:
            self.send_header("Content-Length", str(len(content)))
        try:
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:  # the connection was cut, by a fault or by the caller
            self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError):  # a connection that was cut has nothing to flush into
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing: request lines may hold what customers wrote."""


class LoopbackServer(ThreadingHTTPServer):
    """Serves a Flask application, a thread for each connection.

    Raises ValueError for an address that other machines could reach, OSError for a taken port.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: Flask) -> None:
        if not is_loopback(host):
            raise ValueError("what is for this machine alone binds to loopback addresses only")
        self.app = app
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._open: set[socket.socket] = set()
        self._quiet = threading.Condition()
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for a name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread."""
        with self._quiet:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        super().shutdown_request(request)
        with self._quiet:
            self._open.discard(request)
            self._quiet.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no error; anything else is shown as usual."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def cut_connections(self, wait_s: float = 5.0) -> None:
        """Cut every open connection and wait until their threads let go of them."""
        with self._quiet:
            for connection in self._open:
                with suppress(OSError):  # gone already
                    connection.shutdown(socket.SHUT_RDWR)
            self._quiet.wait_for(lambda: not self._open, wait_s)


class ServedApp:
    """Serves an application on this machine, from a thread of its own; a context manager.

    Port 0 takes any free one. `url` holds the address. `close` is called when it stops, and also
    where it can't begin. Raises what `LoopbackServer` raises.
    """

    def __init__(
        self,
        app: Flask,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        name: str = "loopback",
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._close = close
        try:
            self._server = LoopbackServer(host, port, app)
        except (ValueError, OSError):
            close()
            raise
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name=name
        )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_port}"

    def start(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, close the application, cut open connections."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._close()
        self._server.cut_connections()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def is_stranger() -> bool:
    """Whether the request at hand came from another machine, or from a foreign page to act here."""
    host = urlsplit(f"//{request.host}").hostname or ""
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    return not is_loopback(host) or (foreign and request.method not in {"GET", "HEAD"})


def hang_up() -> Response:
    """Close the caller's connection without an answer.

    Where there is no connection (in-process test clients) the answer is a marked 502 instead.
    """
    names = ("sandbox.socket", "werkzeug.socket", "gunicorn.socket")
    connection = next((request.environ[name] for name in names if name in request.environ), None)
    if isinstance(connection, socket.socket):
        with suppress(OSError):  # the caller was faster
            connection.shutdown(socket.SHUT_RDWR)
    return Response("", 502, {"X-Sandbox-Dropped": "1", "Connection": "close"})
