"""Serves a sandbox helpdesk on this machine."""

from connectors.loopback import ServedApp
from connectors.zendesk.sandbox.app import Sandbox, create_sandbox
from connectors.zendesk.sandbox.config import SandboxConfig


class SandboxServer(ServedApp):
    """Serves a sandbox helpdesk. `url` holds its address."""

    def __init__(
        self,
        config: SandboxConfig | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        sandbox: Sandbox | None = None,
    ) -> None:
        self.sandbox = sandbox or create_sandbox(config)
        super().__init__(
            self.sandbox.app,
            host=host,
            port=port,
            name="sandbox helpdesk",
            close=self.sandbox.close,
        )
        self.sandbox.state.base_url = self.url
