"""Serves a sandbox on this machine."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from connectors.zendesk.sandbox.app import Sandbox, create_sandbox
from connectors.zendesk.sandbox.config import SandboxConfig
from connectors.zendesk.sandbox.transport import is_loopback


def _quiet_handler(connections: set[socket.socket]) -> type[WSGIRequestHandler]:
    """A handler that logs nothing, since request lines may hold what customers wrote.

    It keeps the set of open connections up to date.
    """

    class QuietHandler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"  # keep connections open between calls
        disable_nagle_algorithm = True
        wbufsize = -1  # headers and body leave in one packet

        def setup(self) -> None:
            super().setup()
            connections.add(self.connection)

        def finish(self) -> None:
            connections.discard(self.connection)
            with suppress(OSError):  # a connection that was cut has nothing to flush into
                super().finish()

        def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
            del type, message, args

    return QuietHandler


class SandboxServer:
    """Serves a sandbox over HTTP on a loopback address; a context manager.

    Port 0 takes any free one. `url` holds the address. Raises ValueError for an address that
    other machines could reach, and OSError if the port is taken.
    """

    def __init__(
        self,
        config: SandboxConfig | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        sandbox: Sandbox | None = None,
    ) -> None:
        if not is_loopback(host):
            raise ValueError("the sandbox helpdesk binds to loopback addresses only")
        self.sandbox = sandbox or create_sandbox(config)
        self._connections: set[socket.socket] = set()
        self._server: BaseWSGIServer = make_server(
            host,
            port,
            self.sandbox.app,
            threaded=True,
            request_handler=_quiet_handler(self._connections),
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
            name="sandbox-server",
        )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_port}"
        self.sandbox.state.base_url = self.url

    def start(self) -> Self:
        """Begin to serve, in a thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, cut open connections, close the sandbox."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self.sandbox.close()
        for connection in list(self._connections):
            with suppress(OSError):  # gone already
                connection.shutdown(socket.SHUT_RDWR)
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
