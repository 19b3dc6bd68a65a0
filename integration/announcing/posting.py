"""One look at a message of the chat: work out what it shall show, and write it if it differs.

A message is claimed in the store before it is first written. If its writer dies or hears no clear
answer, the channel is searched for its key before anything is written again.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog

from connectors.chat import Chat, Message, Posted
from connectors.errors import (
    AskPerson,
    ConnectorError,
    OutcomeUnknown,
    RetryLater,
    Stop,
    StopKind,
)
from integration.announcing.channels import Channels
from integration.clock import Clock
from integration.patience import patiently
from integration.settling import Later
from integration.store import Store, StoreUnavailable, facts, posts
from integration.store.posts import PostRow

_SETTLE_S = 20.0  # after this a write that was begun has come through, or never will
_CLOCKS_DIFFER = timedelta(seconds=120)
_FAILED_AGAIN_S = 3600.0
_MAX_BACKOFF_S = 300.0
_LONGEST_ERROR = 300

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message shall show now."""

    message: Message
    is_final: bool  # nothing about it will change any more
    unwanted: bool = False  # if it doesn't stand yet, it need not
    next_look_at: float | None = None  # when it reads differently, by the passing of time alone

    @property
    def digest(self) -> str:
        """What tells this content from another."""
        content = [self.message.text, [dict(block) for block in self.message.blocks]]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


Render = Callable[[sa.Connection, PostRow, datetime, str], Shown]  # for a workspace


@dataclass(frozen=True, slots=True)
class Poster:
    """Writes messages. `chat` is None while the app is installed nowhere."""

    store: Store
    chat: Callable[[], Chat | None]
    render: Render
    channels: Channels
    clock: Clock

    def chat_post(self, argument: dict[str, Any]) -> None:
        """The durable task: bring one message to what it shall show."""
        patiently(self.clock, partial(self._run, str(argument["post"])))

    def _run(self, post_id: str) -> None:
        with self.store.read() as connection:
            row = posts.get(connection, post_id)
        if row is None:
            return
        if row.state not in posts.LIVE:
            with self.store.write() as connection:
                posts.change(connection, row.id, changed=False, next_look_at=None)
            return
        try:
            self._show(row)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever happens, the message is not forgotten
            self._again(row, error)

    def _show(self, row: PostRow) -> None:
        now = self.clock.now()
        chat = self.chat()
        if chat is None:
            raise AskPerson("the app is installed in no workspace: open /slack to install it")
        if row.stamp is None and row.tried_at is not None:
            found = self._look_for(chat, row, now)
            if found is not None:
                row = found
        # Whoever is pinged is a user of the very workspace that is written to.
        team = chat.identify().team if row.kind == posts.REMINDER else ""
        with self.store.read() as connection:
            shown = self.render(connection, row, now, team)
        if row.stamp is None and shown.unwanted:
            self._end(row, row.tried_at, state=row.state, next_look_at=None)
        elif row.stamp is None:
            self._write(chat, row, shown)
        elif shown.digest != row.shown:
            self._change(chat, row, shown)
        else:
            self._stands(row, row.tried_at, shown)

    def _look_for(self, chat: Chat, row: PostRow, now: datetime) -> PostRow | None:
        """Whether an earlier try arrived after all; None if it surely did not."""
        tried_at = row.tried_at or 0.0
        wait_s = tried_at + _SETTLE_S - now.timestamp()
        if wait_s > 0:
            raise Later(wait_s)
        since = datetime.fromtimestamp(tried_at, UTC) - _CLOCKS_DIFFER
        found = chat.find(row.channel_id or "", row.id, since=since)
        if found is None:
            return None
        _log.info("chat.found", post=row.id)
        with self.store.write() as connection:
            values = {"state": posts.POSTED, "channel_id": found.channel, "stamp": found.stamp}
            if not posts.finish(connection, row.id, row.tried_at, **values):
                raise Later(_SETTLE_S)
            return posts.get(connection, row.id)

    def _write(self, chat: Chat, row: PostRow, shown: Shown) -> None:
        channel = self.channels.find(chat, row.channel)
        held = self._begin(row, state=posts.SENDING, channel_id=channel.id)
        try:
            posted = chat.post(channel.id, shown.message, key=row.id)
        except OutcomeUnknown:
            self._finish(row, held, state=posts.UNKNOWN)
            raise
        except ConnectorError:
            # Surely nothing was written, so nothing has to be looked for.
            self._finish(row, held, state=posts.PLANNED, tried_at=None)
            raise
        self._stands(row, held, shown, posted)

    def _change(self, chat: Chat, row: PostRow, shown: Shown) -> None:
        posted = Posted(row.channel_id or "", row.stamp or "")
        held = self._begin(row)
        try:
            chat.change(posted, shown.message)
        except Stop as stop:
            if stop.kind is not StopKind.GONE:
                raise
            self._deleted(row, held, shown)
            return
        except OutcomeUnknown:
            self._finish(row, held, shown=None)
            raise
        self._stands(row, held, shown, posted)

    def _stands(
        self, row: PostRow, held: float | None, shown: Shown, posted: Posted | None = None
    ) -> None:
        """Write down what stands there, and when to look at it again."""
        values: dict[str, Any] = {
            "state": posts.POSTED,
            "shown": shown.digest,
            "attempts": 0,
            "error": None,
            "next_look_at": shown.next_look_at,
        }
        if posted is not None:
            values |= {"channel_id": posted.channel, "stamp": posted.stamp}
            _log.info("chat.shown", post=row.id, ticket=row.ticket_id)
        if shown.is_final:
            self._end(row, held, **values)
        else:
            self._finish(row, held, **values)

    def _deleted(self, row: PostRow, held: float, shown: Shown) -> None:
        """Somebody deleted the message: it is written anew if there is still something to do."""
        _log.info("chat.deleted", post=row.id, ticket=row.ticket_id)
        gone: dict[str, Any] = {"stamp": None, "shown": None, "tried_at": None}
        if shown.is_final:
            self._end(row, held, state=posts.PLANNED, next_look_at=None, **gone)
        else:
            self._finish(row, held, state=posts.PLANNED, changed=True, **gone)

    def _begin(self, row: PostRow, **values: Any) -> float:
        now = self.clock.now().timestamp()
        with self.store.write() as connection:
            held = posts.begin(connection, row, now, **values)
        if held is None:
            raise Later(_SETTLE_S)
        return held

    def _finish(self, row: PostRow, held: float | None, **values: Any) -> None:
        with self.store.write() as connection:
            if not posts.finish(connection, row.id, held, **values):
                # Another run wrote meanwhile: which of the two stands there is not known.
                posts.change(connection, row.id, shown=None)

    def _end(self, row: PostRow, held: float | None, **values: Any) -> None:
        with self.store.write() as connection:
            if not posts.end(connection, row.id, held, **values):
                posts.change(connection, row.id, shown=None)

    def _again(self, row: PostRow, error: Exception) -> None:
        """Plan the next try. What only a person can mend waits for them, and is seen."""
        now = self.clock.now().timestamp()
        said = str(error) if isinstance(error, ConnectorError) else type(error).__name__
        values: dict[str, Any] = {"attempts": row.attempts + 1, "error": said[:_LONGEST_ERROR]}
        if isinstance(error, AskPerson | Stop):
            self.channels.forget()
            self._fail(row, values, now)
            return
        until = now + _wait_s(error, row.attempts)
        _log.info("chat.again", post=row.id, error=type(error).__name__, attempt=row.attempts + 1)
        with self.store.write() as connection:
            posts.change(connection, row.id, not_before=until, **values)
            if isinstance(error, RetryLater | OutcomeUnknown):
                posts.hold_channel(connection, row.channel, until)

    def _fail(self, row: PostRow, values: dict[str, Any], now: float) -> None:
        _log.error("chat.failed", post=row.id, ticket=row.ticket_id)
        with self.store.write() as connection:
            posts.change(
                connection,
                row.id,
                state=posts.FAILED,
                changed=False,
                next_look_at=now + _FAILED_AGAIN_S,
                **values,
            )
            facts.put(connection, facts.ALARM, {"why": "chat", "post": row.id}, now)


def _wait_s(error: Exception, attempts: int) -> float:
    if isinstance(error, Later):
        return error.wait_s
    patience = min(2.0 ** min(attempts, 10), _MAX_BACKOFF_S)
    if isinstance(error, RetryLater):
        return max(error.after_s, patience / 8)
    if isinstance(error, OutcomeUnknown):
        return max(_SETTLE_S, patience)
    return patience
