"""The channels of the chat by name, read seldom."""

import threading
from collections.abc import Mapping

from connectors.chat import Channel, Chat
from connectors.errors import AskPerson
from integration.clock import Clock

_KEEP_S = 600.0
_ASK_AGAIN_S = 30.0  # a channel that is missing may just have been made


class Channels:
    """Finds channels. Safe for many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Mapping[str, Channel] = {}
        self._read_at: float | None = None

    def find(self, chat: Chat, name: str) -> Channel:
        """The channel of a name, in which this service may write.

        Raises AskPerson if there is none, and what the chat raises.
        """
        with self._lock:
            found = self._known.get(name)
            is_fit = found is not None and found.is_member
            if self._age() > (_KEEP_S if is_fit else _ASK_AGAIN_S):
                self._known = chat.read_channels()
                self._read_at = self._clock.now().timestamp()
                found = self._known.get(name)
        if found is None:
            raise AskPerson(
                f"there is no channel #{name[:80]} that the app can see: make it, invite the app "
                "if it is private, or name another one in the policy"
            )
        if not found.is_member:
            raise AskPerson(f"the app is not in #{name[:80]}: write /invite and its name there")
        return found

    def forget(self) -> None:
        """What is known has proved wrong: read it again when it is asked for."""
        with self._lock:
            self._read_at = None

    def _age(self) -> float:
        if self._read_at is None:
            return float("inf")
        return self._clock.now().timestamp() - self._read_at
