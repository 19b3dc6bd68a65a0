"""What the tests of connecting share."""

from collections.abc import Iterator

import pytest

from integration.store import Store
from tests.integration.connecting.kit import Account, helpdesk, settings_for


@pytest.fixture
def account(store: Store) -> Iterator[Account]:
    with helpdesk() as server:
        yield Account(store, server, settings_for(store, server.url))
