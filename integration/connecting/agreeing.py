"""What somebody agreed to, and how far it came within the time that there was."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from integration.clock import Clock


class ConnectingFailed(Exception):  # noqa: N818 - named by what happened
    """It can't be done, or not so. The message says what to do."""


class HasDigest(Protocol):
    """A plan of either kind."""

    @property
    def digest(self) -> str:
        """What tells it from others."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan that somebody saw and agreed to, known by its digest, and by the copies it leaves.

    Once the first of a part is removed, nothing else tells a copy of it from one of ours.
    """

    digest: str
    copies: frozenset[str] = frozenset()

    def covers(self, other: HasDigest) -> bool:
        """Whether another plan would do the same."""
        return self.digest == other.digest


def digest_of(lines: Iterable[str]) -> str:
    """One line for many."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:32]


class NotYetDone(Exception):  # noqa: N818 - named by what happened
    """Time was up between two steps: `done` of them are done, as many as `left` are not.

    `digest` is that of the plan that is left, `copies` what it leaves.
    """

    def __init__(self, done: int, left: int, digest: str, copies: tuple[str, ...] = ()) -> None:
        super().__init__(f"{done} steps are done, {left} are left")
        self.done, self.left, self.digest, self.copies = done, left, digest, copies


def require_time(clock: Clock, until: datetime | None) -> None:
    """Raise ConnectingFailed when looking took too long for somebody who waits for a page."""
    if until is not None and clock.now() >= until:
        raise ConnectingFailed(
            "Zendesk answers so slowly now that a look at it takes too long: nothing was changed "
            "by it; try again in a few minutes"
        )
