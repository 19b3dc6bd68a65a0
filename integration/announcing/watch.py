"""What comes up by the passing of time: failures to try again, drafts that expire, reminders."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integration.announcing.reminding import Reminders
from integration.clock import Clock
from integration.store import Store, approvals, facts, policies, posts
from integration.store.posts import PostRow
from rules.chat import Chat
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks every few seconds. `token` names by what token the chat is written to."""

    store: Store
    reminders: Reminders
    policy: Callable[[], Policy]
    clock: Clock
    token: Callable[[], str] = str

    def chat_watch(self, _argument: dict[str, Any]) -> None:
        """The durable task: everything that is due by now."""
        self._retry_failures()
        self._expire_drafts()
        self.reminders.remind()

    def _retry_failures(self) -> None:
        """What failed is tried again when the policy or the token is another one."""
        chat, now = self.policy().settings.chat, self.clock.now().timestamp()
        token = self.token()
        with self.store.write() as connection:
            setup = f"{policies.active_version(connection)} {token}"
            if facts.get(connection, facts.CHAT_SETUP) == setup:
                return
            facts.put(connection, facts.CHAT_SETUP, setup, now)
            for row in posts.failed(connection):
                # What stands nowhere yet goes to where it belongs by now.
                channel = row.channel if row.stamp else _channel_of(row, chat) or row.channel
                posts.change(connection, row.id, channel=channel, not_before=now, attempts=0)

    def _expire_drafts(self) -> None:
        """Drafts to which nobody said yes in time."""
        with self.store.write() as connection:
            for draft in approvals.expire(connection, self.clock.now().timestamp()):
                posts.touch(connection, draft.ticket_id)


def _channel_of(row: PostRow, chat: Chat) -> str | None:
    group = row.details.get("group")
    if row.kind == posts.APPROVAL:
        return chat.approvals_of(group)
    if row.kind == posts.DIGEST:
        return None  # it is about one channel's tickets
    return chat.leads if row.details.get("leads") else chat.channel_of(group)
