"""Who acts: a user of the chat is the agent of the helpdesk with the same confirmed address."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.chat import Chat
from connectors.ports import Agent, Agents
from integration.clock import Clock
from integration.store import Store, colleagues
from integration.wishes import Declined

_FRESH_FOR = timedelta(minutes=5)
_MOST_KEPT = 10_000

OnKnown = Callable[[str, str, Agent | None], None]  # by workspace and user; None: no agent
ChatOf = Callable[[str], Chat | None]  # by workspace


@dataclass(slots=True)
class People:
    """Maps users to agents. For any number of threads; what is known is kept for five minutes."""

    chat_of: ChatOf
    agents: Agents
    clock: Clock
    on_known: OnKnown = lambda _team, _user, _agent: None  # told of what was looked up
    _kept: dict[tuple[str, str], tuple[datetime, Agent]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def agent_of(self, team: str, user: str) -> Agent:
        """The agent that a user is. Raises Declined with a sentence for them, and ConnectorError.

        Names and texts in a request are never trusted: only the user's id, and what the chat and
        the helpdesk say of it.
        """
        now = self.clock.now()
        with self._lock:
            kept = self._kept.get((team, user))
        if kept is not None and timedelta(0) <= now - kept[0] < _FRESH_FOR:
            return kept[1]
        try:
            agent = self._looked_up(team, user)
        except Declined:
            self.on_known(team, user, None)
            raise
        self.on_known(team, user, agent)
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[(team, user)] = (now, agent)
        return agent

    def _looked_up(self, team: str, user: str) -> Agent:
        chat = self.chat_of(team)
        if chat is None:
            raise Declined("This workspace is not connected to Deskclerk.")
        colleague = chat.read_colleague(user)
        if not colleague.is_person:
            raise Declined("Only members of this workspace can act here, no guests and no bots.")
        if colleague.email is None:
            raise Declined(
                "Slack shows no confirmed e-mail address of yours. Confirm it in your Slack "
                "profile, then try again."
            )
        agent = self.agents.find_agent(colleague.email)
        if agent is None:
            raise Declined(
                "You are not known as an agent: no active agent of the helpdesk has the confirmed "
                "e-mail address of your Slack account. Ask an administrator of the helpdesk."
            )
        return agent


def is_remembered(store: Store, clock: Clock, team: str, user: str) -> bool:
    """Whether a user acted here of late as an agent."""
    with store.read() as connection:
        return colleagues.is_known(connection, team, user, clock.now().timestamp())


def remember(store: Store, clock: Clock, team: str, user: str, agent: Agent | None) -> None:
    """Which user of the chat is which agent, so that reminders can ping them."""
    with store.write() as connection:
        if agent is None:
            colleagues.forget(connection, team, user)
            return
        now = clock.now().timestamp()
        colleagues.keep(connection, colleagues.Seen(team, user, agent.id, agent.is_lead, now))
