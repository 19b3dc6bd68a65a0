"""How the installation stands, as the status page shows it. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from integration.brake import Brake, read_brake
from integration.clock import Clock
from integration.starting import waits_for_start
from integration.store import (
    Store,
    approvals,
    deliveries,
    facts,
    periods,
    policies,
    posts,
    workers,
)
from rules.model import Outcome

_WEEK_S: Final = 7 * 86_400.0
_MANY: Final = 1000
_QUIET_S: Final = 24 * 3600.0
_SWEPT_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Instants are seconds since the epoch; None where it never happened."""

    brake: Brake
    workers: int
    waiting: int
    failures: int
    drafts: int
    delivered_at: float | None
    swept_at: float | None
    reached_at: float | None
    policy: str | None
    waits_for_start: bool
    stuck_posts: int
    week: Mapping[str, int]  # decisions by outcome
    now: float

    @property
    def sweep_is_late(self) -> bool:
        """Whether the last sweep was long ago."""
        return self.swept_at is None or self.now - self.swept_at > _SWEPT_S

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has come for a day, where something has come before."""
        return self.delivered_at is not None and self.now - self.delivered_at > _QUIET_S


def figures_of(store: Store, clock: Clock) -> Figures:
    """The state now. Raises StoreUnavailable."""
    now = clock.now().timestamp()
    with store.read() as connection:
        counted = periods.period(connection, now - _WEEK_S, now + 1.0).outcomes
        return Figures(
            brake=read_brake(connection),
            workers=len(workers.live(connection)),
            waiting=deliveries.waiting(connection),
            failures=len(deliveries.failures(connection)),
            drafts=len(approvals.waiting(connection, limit=_MANY)),
            delivered_at=deliveries.newest_at(connection),
            swept_at=facts.get_at(connection, facts.SWEPT),
            reached_at=facts.get_at(connection, facts.TOKEN),
            policy=policies.active_version(connection),
            waits_for_start=waits_for_start(connection),
            stuck_posts=len(posts.failed(connection)),
            week={each.value: counted.get(each.value, 0) for each in Outcome},
            now=now,
        )
