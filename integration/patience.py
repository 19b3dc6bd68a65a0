"""A task goes on when the database comes back: it is tried again for a while."""

from collections.abc import Callable

from integration.clock import Clock
from integration.store import StoreUnavailable

_TRIES = 30
_LONGEST_WAIT_S = 5.0


def patiently(clock: Clock, job: Callable[[], None]) -> None:
    """Run a job, again while the store does not answer; raises StoreUnavailable in the end.

    The job must be safe to run again from its beginning.
    """
    for attempt in range(_TRIES):
        try:
            job()
        except StoreUnavailable:
            if attempt == _TRIES - 1:
                raise
            clock.sleep(min(0.2 * 2**attempt, _LONGEST_WAIT_S))
        else:
            return
