"""Whether somebody who is signed in still is who they were, as the helpdesk says.

Asked every 15 minutes of use. While the helpdesk does not answer, what it said last holds for an
hour; then nobody gets further until it answers again.
"""

import threading
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from connectors.errors import AskPerson, ConnectorError
from connectors.zendesk.sign_in import Account, SignInDesk
from integration.clock import Clock
from integration.console.access import Role
from integration.console.sessions import Sessions
from integration.store.sessions import SessionRow

CHECK_EVERY_S: Final = 900.0
BELIEVED_S: Final = 3600.0
_ASK_AGAIN_S: Final = 30.0
_MOST_KEPT: Final = 10_000
_log = structlog.get_logger(__name__)


class SignedOut(Exception):  # noqa: N818 - named by what became of it
    """They are no more; the session has ended."""


class NotConfirmed(Exception):  # noqa: N818 - named by what is the matter
    """The helpdesk has not said for an hour who they are; `refused`: as it refuses our client."""

    def __init__(self, *, refused: bool) -> None:
        super().__init__()
        self.refused = refused


def role_of(account: Account) -> Role | None:
    """What somebody of the helpdesk is here; None lets them not in.

    https://developer.zendesk.com/api-reference/ticketing/users/users/#roles
    """
    if not account.active:
        return None
    if account.role == "admin":
        return Role.ADMINISTRATOR
    if account.role != "agent":
        return None
    return Role.LEAD if account.leads else Role.AGENT


@dataclass(slots=True)
class Recheck:
    """Asks the helpdesk again, each person at most every half minute while it fails."""

    _failed: dict[int, tuple[float, type[ConnectorError]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def confirmed(
        self, row: SessionRow, sessions: Sessions, desk: SignInDesk | None, clock: Clock
    ) -> SessionRow:
        """The session as it stands after the question, if one is due.

        Raises SignedOut and NotConfirmed.
        """
        now = clock.now().timestamp()
        if row.user_id is None or now - row.checked_at < CHECK_EVERY_S:
            return row
        try:
            account = self._ask(row.user_id, desk, now)
        except ConnectorError as error:
            _log.warning("console.not_confirmed", error=type(error).__name__)
            if now - row.checked_at < BELIEVED_S:
                return row
            raise NotConfirmed(refused=isinstance(error, AskPerson)) from error
        role = None if account is None else role_of(account)
        if account is None or role is None:
            sessions.end(row.digest)
            raise SignedOut
        sessions.change(row, checked_at=now, name=account.name, role=role.value)
        return replace(row, checked_at=now, name=account.name, role=role.value)

    def _ask(self, user_id: int, desk: SignInDesk | None, now: float) -> Account | None:
        if desk is None:
            raise ConnectorError("the helpdesk is not set up")
        with self._lock:
            at, kind = self._failed.get(user_id, (0.0, ConnectorError))
        if now - at < _ASK_AGAIN_S:
            raise kind("it did not answer a moment ago")
        try:
            return desk.account(user_id)
        except ConnectorError as error:
            with self._lock:
                if len(self._failed) >= _MOST_KEPT:
                    self._failed.clear()
                kind = AskPerson if isinstance(error, AskPerson) else ConnectorError
                self._failed[user_id] = now, kind
            raise
