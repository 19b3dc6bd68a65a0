"""The decisions of late beside those before, from the store: for the command and the metrics."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from integration.store import Store, models, periods, policies
from rules.drift import LEAST, Drift, Period, compare
from rules.drift_report import report

DAYS, AGAINST = 7, 28
_DAY_S, _HOUR_S = 86_400.0, 3_600.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Two times, counted and compared."""

    days: int
    against: int  # days before these
    before: Period
    recent: Period
    drift: Drift | None  # None where there are too few decisions
    rules_changed: bool  # whether policy or model became another one within these days

    def sentences(self) -> list[str]:
        """What moved, in plain sentences."""
        counts = (
            f"{self.recent.decisions:,} decisions of the last {_days(self.days)}, "
            f"{self.before.decisions:,} of the {_days(self.against)} before"
        )
        if self.drift is None:
            return [f"{counts}: too few to judge by; it takes {LEAST} on either side."]
        lines = [f"{counts}.", *report(self.drift)]
        if self.rules_changed:
            lines.append("Policy or model became another one within these days: that may be why.")
        return lines

    def figures(self) -> dict[str, Any]:
        """Everything, for machines; null where nothing was judged."""
        drift = self.drift
        return {
            "days": self.days,
            "against": self.against,
            "decisions": {"before": self.before.decisions, "recent": self.recent.decisions},
            "mixes": drift and {mix.of: asdict(mix) | {"moved": mix.moved} for mix in drift.mixes},
            "scores": drift and asdict(drift.scores) | {"moved": drift.scores.moved},
            "shares": drift and [asdict(share) for share in drift.shares],
            "rules_changed": self.rules_changed,
            "sentences": self.sentences(),
        }


def _days(number: int) -> str:
    return "day" if number == 1 else f"{number} days"


def watch(store: Store, now: float, *, days: int = DAYS, against: int = AGAINST) -> Watch:
    """Compare the last days before an instant with those before them."""
    middle = now - days * _DAY_S
    start = middle - against * _DAY_S
    with store.read() as connection:
        before = periods.period(connection, start, middle)
        recent = periods.period(connection, middle, now)
        changed = _rules_changed(connection, start, now)
    return Watch(days, against, before, recent, compare(before, recent), changed)


def _rules_changed(connection: sa.Connection, start: float, now: float) -> bool:
    """Whether policy or model became another one, also by a release or a setting."""
    instants = [policies.last_activated_at(connection)]
    instants += [row.promoted_at for row in models.promoted(connection)[:1]]
    instants += [row.kept_at for row in models.kept(connection)[:1]]
    if any(instant is not None and instant > start for instant in instants):
        return True
    first, *last = periods.made_with(connection, start, now) or [{}]
    return any(versions != first for versions in last)


class DriftOfTheHour:
    """The drift as of the last full hour, worked out once: in every process the same."""

    def __init__(self, store: Store) -> None:
        """Nothing is worked out before it is asked for."""
        self._store = store
        self._lock = threading.Lock()
        self._hour: float | None = None
        self._drift: Drift | None = None

    def at(self, now: float) -> Drift | None:
        """The drift, or None where there are too few decisions. Raises StoreUnavailable."""
        hour = now // _HOUR_S
        with self._lock:
            if hour != self._hour:
                self._drift = watch(self._store, hour * _HOUR_S).drift
                self._hour = hour
            return self._drift
