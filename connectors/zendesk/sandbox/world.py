"""The whole state of one sandbox helpdesk, in memory, under one lock."""

import base64
import random
import threading
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime

from connectors.zendesk.sandbox.config import Json, SandboxConfig
from connectors.zendesk.sandbox.records import (
    AuditRecord,
    CommentRecord,
    Happening,
    TicketRecord,
    UserRecord,
)

_LOG_LENGTH = 5000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Table:
    """Records that are kept in Zendesk's own JSON words, by id, in order of creation."""

    def __init__(self) -> None:
        self._rows: dict[str, Json] = {}

    def __iter__(self) -> Iterator[Json]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: object) -> Json | None:
        """The record with this id, or None."""
        return self._rows.get(str(key))

    def put(self, row: Json) -> Json:
        """Add or replace a record by its `id`."""
        self._rows[str(row["id"])] = row
        return row

    def remove(self, key: object) -> bool:
        """Forget a record; False if there is none."""
        return self._rows.pop(str(key), None) is not None


class World:
    """Users, tickets and everything around them.

    Hold `lock` around every access; it is re-entrant. Records are frozen and replaced whole, so
    that a record taken under the lock may be used after it.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.lock = threading.RLock()
        self.random = random.Random(config.seed)  # noqa: S311 - repeatable worlds, no secrets
        self.base_url = "http://127.0.0.1"
        self.bot_id = 0
        self.users: dict[int, UserRecord] = {}
        self.tickets: dict[int, TicketRecord] = {}
        self.comments: dict[int, list[CommentRecord]] = {}
        self.audits: dict[int, list[AuditRecord]] = {}
        self.groups = Table()
        self.memberships = Table()
        self.organizations = Table()
        self.macros = Table()
        self.ticket_fields = Table()
        self.triggers = Table()
        self.trigger_categories = Table()
        self.views = Table()
        self.articles = Table()
        self.translations = Table()
        self.ratings = Table()
        self.suspended = Table()
        self.schedules = Table()
        self.jobs = Table()
        self.webhooks = Table()
        self.webhook_secrets: dict[str, str] = {}
        self.happenings: deque[Happening] = deque(maxlen=_LOG_LENGTH)
        self._changes: list[tuple[datetime, int, int]] = []  # (when, change_seq, ticket id)
        self._by_email: dict[str, int] = {}
        self._ids = 360000000000
        self._tickets_made = 0
        self._happened = 0
        self._changed = 0

    def now(self) -> datetime:
        """The sandbox's clock, UTC."""
        return self.config.clock().astimezone(UTC)

    def new_id(self) -> int:
        """A fresh id for anything but tickets; beyond 32 bits, like Zendesk's."""
        self._ids += 1
        return self._ids

    def new_ticket_id(self) -> int:
        """The next ticket number, counted from 1."""
        self._tickets_made += 1
        return self._tickets_made

    def new_ulid(self) -> str:
        """A fresh ULID, the form of the ids of webhooks and invocations."""
        number = (int(self.now().timestamp() * 1000) << 80) | self.random.getrandbits(80)
        return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))

    def new_secret(self) -> str:
        """A fresh signing secret: 44 characters of base64."""
        return base64.b64encode(self.random.randbytes(32)).decode()

    def note(self, kind: str, ticket_id: int | None, detail: str) -> None:
        """Write a line into the event log. `detail` must hold no customer's words."""
        self._happened += 1
        self.happenings.append(
            Happening(self._happened, self.now(), kind, ticket_id, detail),
        )

    def put_user(self, user: UserRecord) -> UserRecord:
        """Add or replace a user."""
        self.users[user.id] = user
        if user.email:
            self._by_email[user.email.casefold()] = user.id
        return user

    def user_by_email(self, email: str) -> UserRecord | None:
        """The user with this address, in any case of letters."""
        found = self._by_email.get(email.casefold())
        return self.users[found] if found is not None else None

    def put_ticket(self, ticket: TicketRecord) -> None:
        """Add or replace a ticket; `change_seq` must come from `next_change`."""
        self.tickets[ticket.id] = ticket

    def next_change(self, ticket_id: int) -> int:
        """Enter a ticket at the end of the account's sequence of changes."""
        self._changed += 1
        now = self.now()
        if self._changes and now < self._changes[-1][0]:  # a clock set back must not unsort it
            now = self._changes[-1][0]
        self._changes.append((now, self._changed, ticket_id))
        return self._changed

    def changes_from(self, when: datetime) -> int:
        """Index of the first change at or after an instant."""
        return bisect_left(self._changes, (when, 0, 0))

    def changes_after(self, seq: int) -> int:
        """Index of the first change after the one numbered `seq`."""
        return min(max(seq, 0), len(self._changes))

    def changes(self, start: int, until: datetime) -> Iterator[tuple[int, TicketRecord]]:
        """(change number, ticket) from an index on, up to an instant; only newest changes."""
        for index in range(start, len(self._changes)):
            at, seq, ticket_id = self._changes[index]
            if at > until:
                return
            ticket = self.tickets[ticket_id]
            if ticket.change_seq == seq:
                yield seq, ticket

    def group_members(self, group_id: int) -> set[int]:
        """Ids of the agents of a group."""
        return {row["user_id"] for row in self.memberships if row["group_id"] == group_id}
