"""A stateful stand-in for Slack, for demonstrations and tests on one machine.

The real Slack libraries work against it unmodified: see docs/reference/sandbox.md.
"""

from connectors.slack.sandbox.app import SlackSandbox, create_slack_sandbox
from connectors.slack.sandbox.config import (
    SCOPES,
    ChannelSeed,
    Rates,
    SlackSandboxConfig,
    UserSeed,
)
from connectors.slack.sandbox.faults import Fault
from connectors.slack.sandbox.server import SlackSandboxServer

__all__ = [
    "SCOPES",
    "ChannelSeed",
    "Fault",
    "Rates",
    "SlackSandbox",
    "SlackSandboxConfig",
    "SlackSandboxServer",
    "UserSeed",
    "create_slack_sandbox",
]
