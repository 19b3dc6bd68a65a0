"""A desk that writes in a chat, on SQLite or on either database."""

import pytest

from integration.store import Store
from tests.fakes.chat_desk import ChatDesk, a_chat_desk
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk


@pytest.fixture
def chat_desk(store: Store, clock: FakeClock, helpdesk: FakeHelpdesk) -> ChatDesk:
    return a_chat_desk(store, clock, helpdesk)


@pytest.fixture
def any_chat_desk(any_store: Store, clock: FakeClock, helpdesk: FakeHelpdesk) -> ChatDesk:
    return a_chat_desk(any_store, clock, helpdesk)
