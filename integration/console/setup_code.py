"""The set-up code: lets the very first administrator in, once.

It stands in the platform's settings, so whoever can read it owns the installation anyway. It is
dead once it was used, and once an administrator has signed in through the helpdesk; another code
in the settings is alive again, which is the way back for those who locked themselves out.
"""

import hashlib
import hmac
from dataclasses import dataclass

from itsdangerous import Signer

from integration.clock import Clock
from integration.settings import Settings
from integration.store import Store, facts, lock_head


@dataclass(frozen=True, slots=True)
class SetupCode:
    """The code of an installation."""

    settings: Settings
    store: Store
    clock: Clock

    @property
    def is_alive(self) -> bool:
        """Whether somebody may come in by it."""
        if not self._code:
            return False
        with self.store.read() as connection:
            return bool(facts.get(connection, facts.SETUP_CODE_DEAD) != self._mark())

    def take(self, given: str) -> bool:
        """Whether this is the code and it is alive; it is dead from then on."""
        wanted = self._code.encode()
        right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), wanted)
        if not right or not self._code:
            return False
        now = self.clock.now().timestamp()
        with self.store.write() as connection:
            lock_head(connection)  # of two who come at once, one is first
            before = facts.get(connection, facts.SETUP_CODE_DEAD)
            facts.put(connection, facts.SETUP_CODE_DEAD, self._mark(), now)
            return bool(before != self._mark())

    def end(self) -> None:
        """Nobody comes in by this code any more."""
        if self.is_alive:
            now = self.clock.now().timestamp()
            with self.store.write() as connection:
                facts.put(connection, facts.SETUP_CODE_DEAD, self._mark(), now)

    @property
    def _code(self) -> str:
        return self.settings.setup_code.get_secret_value()

    def _mark(self) -> str:
        """What tells one code from another, and nobody the code."""
        key = self.settings.secret_key.get_secret_value()
        signer = Signer(key, salt="deskclerk.console.code", digest_method=hashlib.sha256)
        return signer.get_signature(self._code).decode("ascii")
