"""Gives messages of the chat their durable tasks: about one a second and channel.

Slack takes about one message a second in a channel, with short bursts
(https://docs.slack.dev/apis/web-api/rate-limits/). A crowd of escalations is folded into one
message before any of them gets its task.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from integration.clock import Clock
from integration.engine import Queue
from integration.store import Store, digests, posts
from integration.store.posts import PostRow
from integration.tasks import CHAT_POST, post_key
from rules.policy import Policy

_LOOK_EVERY_S = 0.25
_PACE_S = 1.0
_BATCH = 200
_CROWD_S = 60.0  # a crowd is counted over this time, and collected for as long
_GATHER_S = 2.0  # what was held back over night is gathered for a moment

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PostDispatcher:
    """Enqueues the messages that have to be looked at. Every worker runs one."""

    store: Store
    queue: Queue
    policy: Callable[[], Policy]
    clock: Clock

    def run(self, stopped: threading.Event) -> None:
        """Dispatch until stopped."""
        while not stopped.wait(_LOOK_EVERY_S):
            try:
                self.dispatch()
            except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
                _log.warning("chat.dispatch_failed", error=type(error).__name__)
                stopped.wait(1.0)

    def dispatch(self) -> int:
        """Enqueue the next message of each channel; returns how many there were."""
        now = self.clock.now().timestamp()
        with self.store.read() as connection:
            busy = posts.taken_since(connection, now - _PACE_S)
            if not posts.any_due(connection, now, busy):
                return 0
        crowd = self.policy().settings.chat.digest_above
        with self.store.write() as connection:
            # A change comes first: it takes SQLite's lock, so that what is read next stays true.
            posts.look_again(connection, now)
            busy = posts.taken_since(connection, now - _PACE_S)
            waiting = posts.due(connection, now, busy, limit=_BATCH)
            folded = _fold_crowds(connection, waiting, now, crowd)
            first = {row.channel: row for row in reversed(waiting) if row.id not in folded}
            for row in first.values():
                self._enqueue(connection, row, now)
        return len(first)

    def _enqueue(self, connection: sa.Connection, row: PostRow, now: float) -> None:
        round_ = posts.take(connection, row, now)
        self.queue.put(
            connection,
            task=CHAT_POST,
            key=post_key(row.id, round_),
            lane=f"chat-{row.channel}",
            argument={"post": row.id},
        )


def _fold_crowds(
    connection: sa.Connection, waiting: Iterable[PostRow], now: float, crowd: int
) -> set[str]:
    """Put the escalations of a crowd, and of a night, into one message; returns their ids.

    What is urgent, what a person picked, and what was written already or may have been, is never
    folded.
    """
    by_channel: dict[str, list[PostRow]] = defaultdict(list)
    for row in waiting:
        may_fold = row.kind == posts.ESCALATION and row.tried_at is None and not row.urgent
        if may_fold and not row.details.get("by_hand"):
            by_channel[row.channel].append(row)
    folded: set[str] = set()
    for channel, rows in by_channel.items():
        held = [row for row in rows if row.details.get("held")]
        failed = [row for row in rows if row.state == posts.FAILED]
        if digests.recent_escalations(connection, channel, now - _CROWD_S) > crowd:
            told, until = rows, now + _CROWD_S
        elif len(failed) > crowd:  # a channel that is mended is not flooded
            told, until = failed, now + _GATHER_S
        elif len(held) > 1:
            told, until = held, now + _GATHER_S
        else:
            continue
        _fold(connection, channel, told, now, until)
        folded.update(row.id for row in told)
    return folded


def _fold(
    connection: sa.Connection, channel: str, rows: list[PostRow], now: float, until: float
) -> None:
    """Tell of these in the channel's digest that still collects, or in a new one."""
    ids = [row.id for row in rows]
    digest = digests.collecting_digest(connection, channel, now)
    digest_id = digest.id if digest is not None else f"{posts.DIGEST}-{ids[0]}"
    digests.fold(connection, rows, digest_id)
    if digest is not None:
        known = digest.details["posts"]
        posts.change(connection, digest.id, details={"posts": [*known, *ids]})
        return
    posts.plan(
        connection,
        digest_id,
        posts.DIGEST,
        channel,
        now=now,
        details={"posts": ids},
        not_before=until,
    )
