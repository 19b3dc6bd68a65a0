"""Teams for the tests of the sandbox Slack."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from connectors.slack.sandbox import SlackSandboxServer
from tests.connectors.slack_sandbox.team import Service, Team, config

OpenTeam = Callable[..., Team]


@pytest.fixture
def open_team() -> Iterator[OpenTeam]:
    with ExitStack() as stack:

        def make(**settings: Any) -> Team:
            chosen, clock = config(**settings)
            server = stack.enter_context(SlackSandboxServer(chosen))
            service = stack.enter_context(Service(server))
            return Team(server, clock, service)

        yield make


@pytest.fixture
def team(open_team: OpenTeam) -> Team:
    return open_team()
