"""Looking at every part while a page is being sent: what is found comes as it is found.

Routers cut a request whose first byte does not come in time, or that is silent for too long: so the
looking goes on in a thread, and whoever sends the page hears from it often enough to say something.
https://devcenter.heroku.com/articles/request-timeout
"""

import queue
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final

import structlog

from integration.doctor import Health, Result, count

EVERY_S: Final = 10.0
Examine = Callable[..., list[Result]]  # with `begun` and `found`, as `examine_installation`
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A check is being made."""

    check: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more comes. `broken` is the check that ended it before its time."""

    problems: int
    warnings: int
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class Still:
    """Nothing came for a while; the check goes on."""


Sight = Begun | Result | Still | Ended


class _NobodyLooks(Exception):  # noqa: N818 - named by what happened
    """The page is not read any more."""


def looked_at(examine: Examine, *, every_s: float = EVERY_S) -> Generator[Sight, None, None]:
    """What an examination tells, as it tells it, `Ended` last; `Still` where it is long silent.

    Never raises for what the examination raises: the page that is being sent must end as a page.
    Closed, it ends the looking before the next check.
    """
    told: queue.SimpleQueue[Sight] = queue.SimpleQueue()
    left = threading.Event()
    threading.Thread(target=_examine, args=(examine, told, left), daemon=True).start()
    sight: Sight = Still()
    try:
        while not isinstance(sight, Ended):
            try:
                sight = told.get(timeout=every_s)
            except queue.Empty:
                sight = Still()
            yield sight
    finally:
        left.set()


def _examine(examine: Examine, told: "queue.SimpleQueue[Sight]", left: threading.Event) -> None:
    results: list[Result] = []
    present = "settings"

    def tell(sight: Sight) -> None:
        if left.is_set():
            raise _NobodyLooks
        told.put(sight)

    def begun(check: str) -> None:
        nonlocal present
        present = check
        tell(Begun(check))

    def found(result: Result) -> None:
        results.append(result)
        tell(result)

    broken = None
    try:
        examine(begun=begun, found=found)
    except _NobodyLooks:
        return
    except Exception as error:  # noqa: BLE001 - the page has begun: it alone can still say so
        _log.error("console.failed", error=type(error).__name__)
        broken = present
    problems, warnings = count(results, Health.PROBLEM), count(results, Health.WARNING)
    told.put(Ended(problems, warnings, broken))


def kind_of(sight: Sight) -> str:
    """What a template asks a sight for: the name of its kind."""
    return type(sight).__name__.lower()
