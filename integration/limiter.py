"""One budget of calls for all processes, learnt from the helpdesk's own rate headers.

Tokens are drawn from the store in blocks, so that a call costs no transaction of its own. When the
helpdesk says 429, every process holds back until it may call again.
"""

import threading
from dataclasses import dataclass, field

from connectors.errors import RetryLater
from integration.clock import Clock
from integration.store import Store, facts, lock_head

_SHARE = 0.9  # the rest is left to people and other apps
_BLOCKS_A_MINUTE = 20
_LONGEST_WAIT_S = 0.4  # longer, and a pulled brake would come too late for the call that waits
_LONGEST_BLOCK_S = 300.0  # no helpdesk asks for more; further away is a clock that was wrong
_LOOK_AGAIN_S = 0.5


@dataclass(slots=True)
class Limiter:
    """Call `take` before each call and tell it of limits and refusals."""

    store: Store
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _limit: int | None = None  # calls a minute, for the whole account
    _tokens: int = 0
    _blocked_until: float = 0.0
    _looked_at: float = 0.0

    def take(self) -> None:
        """Use one call. Waits a little if it must; raises RetryLater when it would be long."""
        wait_s = self._try_take()
        if 0 < wait_s <= _LONGEST_WAIT_S:
            self.clock.sleep(wait_s)
            wait_s = self._try_take()
        if wait_s <= 0:
            return
        raise RetryLater("the account's calls for this minute are used up", after_s=wait_s)

    def limit_seen(self, per_minute: int) -> None:
        """The helpdesk named the account's limit."""
        self._limit = max(1, int(per_minute * _SHARE))

    def refused(self, after_s: float) -> None:
        """The helpdesk said 429: all processes hold back."""
        now = self.clock.now().timestamp()
        until = now + after_s
        with self._lock:
            if until <= self._blocked_until <= now + _LONGEST_BLOCK_S:
                return
            self._blocked_until = until
        with self.store.write() as connection:
            state = facts.get(connection, facts.RATE) or {}
            known = state.get("blocked_until", 0.0)
            state["blocked_until"] = known if until < known <= now + _LONGEST_BLOCK_S else until
            facts.put(connection, facts.RATE, state, until)

    def _try_take(self) -> float:
        """0 when a call was taken, else how many seconds to wait."""
        with self._lock:
            now = self.clock.now().timestamp()
            if now - self._looked_at > _LOOK_AGAIN_S:
                self._looked_at = now
                with self.store.read() as connection:
                    state = facts.get(connection, facts.RATE) or {}
                self._blocked_until = max(self._blocked_until, state.get("blocked_until", 0.0))
            if now < self._blocked_until <= now + _LONGEST_BLOCK_S:
                return self._blocked_until - now
            if self._limit is None:
                return 0.0
            if self._tokens == 0:
                self._tokens = self._draw(now)
            if self._tokens == 0:
                return 60.0 - now % 60.0
            self._tokens -= 1
            return 0.0

    def _draw(self, now: float) -> int:
        """A block of tokens of this minute from the shared budget; 0 when it is used up."""
        limit = self._limit or 0
        minute = int(now // 60)
        with self.store.write() as connection:
            lock_head(connection)
            state = facts.get(connection, facts.RATE) or {}
            used = state.get("used", 0) if state.get("minute") == minute else 0
            block = max(0, min(max(1, limit // _BLOCKS_A_MINUTE), limit - used))
            state |= {"minute": minute, "used": used + block}
            facts.put(connection, facts.RATE, state, now)
        return block
