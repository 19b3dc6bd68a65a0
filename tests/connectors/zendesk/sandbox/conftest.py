"""Desks for the tests of the sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.zendesk.sandbox import Sandbox, SandboxConfig, create_sandbox
from tests.connectors.zendesk.sandbox.desks import HOOK, Clock, Desk, Endpoint, OpenDesk


@pytest.fixture
def open_desk() -> Iterator[OpenDesk]:
    opened: list[Sandbox] = []

    def make(**settings: Any) -> Desk:
        clock, endpoint = Clock(), Endpoint()
        chosen = {
            "clock": clock,
            "transport": endpoint,
            "delivery_threads": 0,
            "webhook_url": HOOK,
            "sleep": lambda _: None,
            **settings,
        }
        sandbox = create_sandbox(SandboxConfig(**chosen))
        opened.append(sandbox)
        return Desk(sandbox, clock, endpoint)

    yield make
    for sandbox in opened:
        sandbox.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()
