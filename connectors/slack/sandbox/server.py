"""Serves a sandbox Slack on this machine."""

from connectors.loopback import ServedApp
from connectors.slack.sandbox.app import SlackSandbox, create_slack_sandbox
from connectors.slack.sandbox.config import SlackSandboxConfig


class SlackSandboxServer(ServedApp):
    """Serves a sandbox Slack. `url` is the address of the page, `api_url` that of the Web API."""

    def __init__(
        self,
        config: SlackSandboxConfig | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        sandbox: SlackSandbox | None = None,
    ) -> None:
        self.sandbox = sandbox or create_slack_sandbox(config)
        super().__init__(
            self.sandbox.app,
            host=host,
            port=port,
            name="sandbox Slack",
            close=self.sandbox.close,
        )
        self.api_url = f"{self.url}/api/"
        self.sandbox.world.base_url = self.url
