"""Reminders of the clocks that run: at half of their time, at nine tenths, and when it is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from connectors.errors import ConnectorError, Stop, StopKind
from connectors.ports import Helpdesk
from integration.announcing.announcer import Announcer, seen_of
from integration.announcing.discretion import is_neutral_pack
from integration.announcing.pinging import called
from integration.clock import Clock
from integration.last_look import is_finished
from integration.store import Store, clocks, posts
from integration.store.clocks import SHARES, ClockRow
from rules.chat import Chat
from rules.policy import Policy

_URGENT_FROM = 90  # from here on the leads are told, too, and nights don't count
_BATCH = 100
_UNREAD_AFTER_S = 900.0  # a reminder so late goes out, whether the ticket can be read or not

Known = dict[str, Any]  # of a ticket, as it was last read

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reminders:
    """Plans reminders. Each is planned once: a clock is moved on in the same transaction."""

    store: Store
    helpdesk: Helpdesk
    announcer: Announcer
    policy: Callable[[], Policy]
    clock: Clock

    def remind(self) -> None:
        """Plan the reminders that are due. A ticket is read first: it may be solved already."""
        with self.store.read() as connection:
            due = clocks.due(connection, self.clock.now().timestamp(), limit=_BATCH)
        for row in due:
            try:
                group, seen = self._read(row)
            except ConnectorError as error:
                _log.warning("chat.reminder_unread", error=type(error).__name__)
                late_s = self.clock.now().timestamp() - (row.next_at or 0.0)
                if late_s < _UNREAD_AFTER_S:
                    continue  # at the next look
                group, seen = None, None
            self._plan(row, group, seen)

    def _read(self, row: ClockRow) -> tuple[str | None, Known | None]:
        """The name of the ticket's group, and how the ticket stands.

        If the ticket is finished or gone, its clocks stop.
        """
        try:
            snapshot = self.helpdesk.read_ticket(row.ticket_id)
        except Stop as stop:
            if stop.kind is not StopKind.GONE:
                raise
            with self.store.write() as connection:
                self.announcer.gone(connection, row.ticket_id)
            return None, None
        if is_finished(snapshot):
            with self.store.write() as connection:
                self.announcer.follow(connection, snapshot)
        groups = self.helpdesk.read_groups()
        group = next((name for name, n in groups.items() if n == snapshot.group_id), None)
        return group, seen_of(snapshot)

    def _plan(self, row: ClockRow, group: str | None, seen: Known | None = None) -> None:
        """Remind of the greatest share that is gone, in the channels whose business it is."""
        policy, now = self.policy(), self.clock.now()
        chat = policy.settings.chat
        share, next_at = _share_of(row, now)
        with self.store.write() as connection:
            if not clocks.advance(connection, row, share, next_at):
                return  # it was stopped, or another worker reminds of it
            card = _card_of(connection, row.ticket_id)
            group = group or card.get("group")
            details = {
                "group": group,
                "position": row.position,
                "share": share,
                **({} if seen is None else {"seen": seen}),
                "restricted": bool(card.get("restricted")) or is_neutral_pack(policy, row.pack),
            }
            quiet = chat.quiet_until(now, policy.settings.hours.timezone)
            urgent = share >= _URGENT_FROM
            told = _channels(chat, group, share)
            for channel, leads in told.items():
                posts.plan(
                    connection,
                    f"{posts.REMINDER}-{row.decision_id}-{row.position}-{share}{'-leads' * leads}",
                    posts.REMINDER,
                    channel,
                    now=now.timestamp(),
                    ticket_id=row.ticket_id,
                    decision_id=row.decision_id,
                    details={
                        **details,
                        "leads": leads,
                        **called(chat, channel, share, is_only=len(told) == 1),
                    },
                    urgent=urgent,
                    not_before=quiet.timestamp() if quiet and not urgent else None,
                )


def _share_of(row: ClockRow, now: datetime) -> tuple[int, float | None]:
    """The greatest share that is gone, and when the next one will be."""
    ends = {s: row.started_at + (row.due_at - row.started_at) * s / 100 for s in SHARES}
    gone = [share for share, end in ends.items() if end <= now.timestamp()]
    share = max(gone, default=SHARES[0])
    return share, min((end for later, end in ends.items() if later > share), default=None)


def _channels(chat: Chat, group: str | None, share: int) -> dict[str, bool]:
    """Where to remind; true for the leads' channel."""
    channel = chat.channel_of(group)
    told = {channel: False} if channel else {}
    if share >= _URGENT_FROM and chat.leads:
        told.setdefault(chat.leads, True)
    return told


def _card_of(connection: sa.Connection, ticket_id: int) -> dict[str, Any]:
    """What is known of a ticket by its newest message in the chat."""
    known = posts.of_ticket(connection, ticket_id, posts.STATES)
    return known[-1].details if known else {}
