"""Sessions: a row in the store, and a signed cookie that names it.

A session ends 12 hours after it was last used and 7 days after it began, that of an installer
after an hour. Its id is drawn by chance and signed, so that only ids which were given out reach
the database; the database keeps their digests.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from itsdangerous import BadSignature, Signer

from integration import ledger
from integration.clock import Clock, iso
from integration.console.access import Role
from integration.store import Store, lock_head, sessions
from integration.store.sessions import SessionRow

IDLE_S: Final = 12 * 3600.0
LONGEST_S: Final = 7 * 86_400.0
INSTALLING_S: Final = 3600.0
_SEEN_EVERY_S: Final = 60.0  # a page more does not need a write


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    user_id: int | None  # at the helpdesk; None: by the set-up code
    name: str
    role: Role
    digest: str = field(default="", repr=False)  # of the session

    @property
    def is_lead(self) -> bool:
        """Whether they may widen what goes out."""
        return self.role in {Role.LEAD, Role.ADMINISTRATOR}

    @property
    def by(self) -> str:
        """How the ledger names them."""
        return self.name if self.user_id is None else f"{self.name} ({self.user_id})"


class Sessions:
    """Begins, finds and ends sessions. `key` signs what goes out to browsers."""

    def __init__(self, store: Store, clock: Clock, key: str) -> None:
        self._store = store
        self._clock = clock
        self._ids = Signer(key, salt="deskclerk.console.session", digest_method=hashlib.sha256)
        self._forms = Signer(key, salt="deskclerk.console.form", digest_method=hashlib.sha256)

    def begin(self, person: Person) -> str:
        """Sign somebody in, with an entry in the ledger; returns the cookie's value."""
        now = self._clock.now()
        at, key = now.timestamp(), secrets.token_urlsafe(32)
        longest = INSTALLING_S if person.role is Role.INSTALLER else LONGEST_S
        row = SessionRow(
            digest=_digest(key),
            user_id=person.user_id,
            name=person.name,
            role=person.role.value,
            created_at=at,
            seen_at=at,
            checked_at=at,
            expires_at=at + longest,
        )
        body = {"by": person.user_id, "name": person.name, "role": person.role.value}
        with self._store.write() as connection:
            lock_head(connection)
            sessions.prune(connection, now=at)
            sessions.begin(connection, row)
            ledger.append(connection, iso(now), [ledger.Entry("signed_in", body)])
        return self._ids.sign(key).decode("ascii")

    def find(self, cookie: str, *, used: bool = True) -> SessionRow | None:
        """The session that a cookie names, unless it is over; it counts as `used` now.

        A page that refreshes itself uses nothing: a screen that was left open is signed out, too.
        """
        try:
            key = self._ids.unsign(cookie.encode("utf-8", "replace")).decode("ascii")
        except (BadSignature, UnicodeDecodeError):
            return None
        now = self._clock.now().timestamp()
        with self._store.read() as connection:
            row = sessions.get(connection, _digest(key))
        if row is None or row.expires_at <= now or row.seen_at + IDLE_S <= now:
            return None
        if not used or now - row.seen_at < _SEEN_EVERY_S:
            return row
        self.change(row, seen_at=now)
        return replace(row, seen_at=now)

    def change(self, row: SessionRow, **values: object) -> None:
        """Set what is known of a session."""
        with self._store.write() as connection:
            sessions.change(connection, row.digest, **values)

    def live(self) -> list[SessionRow]:
        """All sessions that are not over, the one used last first."""
        now = self._clock.now().timestamp()
        with self._store.read() as connection:
            rows = sessions.listed(connection, now=now)
        return [row for row in rows if row.seen_at + IDLE_S > now]

    def end(self, digest: str) -> None:
        """Sign out."""
        with self._store.write() as connection:
            sessions.end(connection, digest)

    def end_all_of(self, user_id: int | None, *, by: Person) -> int:
        """Sign somebody out everywhere, with an entry in the ledger; how many sessions ended."""
        now = self._clock.now()
        with self._store.write() as connection:
            lock_head(connection)
            ended = sessions.end_all_of(connection, user_id)
            body = {"by": by.user_id, "name": by.name, "of": user_id, "sessions": ended}
            ledger.append(connection, iso(now), [ledger.Entry("signed_out", body)])
        return ended

    def form_token(self, digest: str) -> str:
        """What every form of a session carries."""
        return self._forms.get_signature(digest).decode("ascii")

    def is_form_token(self, digest: str, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(
            self.form_token(digest).encode(), token.encode("utf-8", "replace")
        )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("ascii")).hexdigest()
