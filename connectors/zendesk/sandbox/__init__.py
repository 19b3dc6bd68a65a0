"""A stateful stand-in for Zendesk, for demonstrations and tests on one machine.

It speaks the parts of Zendesk's API that this project uses: see docs/reference/sandbox.md.
"""

from connectors.zendesk.sandbox.app import Sandbox, create_sandbox
from connectors.zendesk.sandbox.config import (
    Breaker,
    Limits,
    Retries,
    SandboxConfig,
    ScheduleSeed,
)
from connectors.zendesk.sandbox.server import SandboxServer

__all__ = [
    "Breaker",
    "Limits",
    "Retries",
    "Sandbox",
    "SandboxConfig",
    "SandboxServer",
    "ScheduleSeed",
    "create_sandbox",
]
