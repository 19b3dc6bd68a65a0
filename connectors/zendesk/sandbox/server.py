"""Serves a sandbox on this machine."""

import threading
from types import TracebackType
from typing import Self

from connectors.addresses import is_loopback
from connectors.loopback import LoopbackServer
from connectors.zendesk.sandbox.app import Sandbox, create_sandbox
from connectors.zendesk.sandbox.config import SandboxConfig


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
        self._server = LoopbackServer(host, port, self.sandbox.app)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name="sandbox-server"
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
