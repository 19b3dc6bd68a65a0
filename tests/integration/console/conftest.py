"""An installation with a console, in front of a sandbox helpdesk."""

from collections.abc import Iterator

import pytest

from connectors.zendesk.sandbox import SandboxConfig, SandboxServer
from integration.settings import Settings
from integration.store import Store, policies
from rules.policy import parse_policy
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import FakeClock
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.kit import CODE, HERE, KEY, Browser, Installation


@pytest.fixture
def box(clock: FakeClock) -> Iterator[SandboxServer]:
    with SandboxServer(SandboxConfig(delivery_threads=0, clock=clock.now)) as started:
        yield started


def settings_for(box: SandboxServer, **changes: str) -> Settings:
    config = box.sandbox.config
    values = {
        "public_url": HERE,
        "secret_key": KEY,
        "setup_code": CODE,
        "zendesk_base_url": box.url,
        "zendesk_client_id": config.client_id,
        "zendesk_client_secret": config.client_secret,
    }
    return Settings.model_validate(values | changes)


@pytest.fixture
def here(store: Store, clock: FakeClock, box: SandboxServer, desk: Desk) -> Installation:
    """Connected, with a policy, with nobody signed in."""
    with store.write() as connection:
        policies.activate(
            connection, parse_policy(POLICY_FILES).version, POLICY_FILES, clock.now().timestamp()
        )
    return Installation(store, clock, box, desk, settings_for(box))


@pytest.fixture
def fresh(store: Store, clock: FakeClock, box: SandboxServer, desk: Desk) -> Installation:
    """As after the button: nothing but a database, a key and a code."""
    settings = settings_for(box, zendesk_client_id="", zendesk_client_secret="")
    return Installation(store, clock, box, desk, settings)


@pytest.fixture
def ada(here: Installation) -> Browser:
    """An administrator's browser."""
    browser = here.browser()
    assert browser.sign_in().status_code == 303
    return browser
