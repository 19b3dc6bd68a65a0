"""How much time is left, in words that change seldom: a card needn't be shown anew each minute."""

from datetime import datetime, timedelta
from typing import Final

_IN_DAYS: Final = timedelta(hours=48)
_IN_HOURS: Final = timedelta(hours=3)
_STEP: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


def countdown(due: datetime, now: datetime) -> str:
    """The time until an instant, or since it, in whole steps, never more than there is.

    Steps of days from 48 hours on, of hours from 3 hours on, of 15 minutes below.
    """
    if due <= now:
        span = _span(now - due)
        return f"overdue by {span}" if span else "overdue"
    return f"in {_span(due - now) or 'less than 15 min'}"


def next_change(due: datetime, now: datetime) -> datetime:
    """The first instant after `now` at which `countdown` reads differently."""
    length = abs(due - now)
    step = _DAY if length >= _IN_DAYS else _HOUR if length >= _IN_HOURS else _STEP
    whole = length // step * step
    if due <= now:
        return due + whole + step
    # At a whole step the text still holds; just after it, it doesn't.
    return due - whole + _INSTANT if whole else due


def _span(length: timedelta) -> str:
    if length >= _IN_DAYS:
        return f"{length // _DAY} days"
    if length >= _IN_HOURS:
        return f"{length // _HOUR} h"
    hours, rest = divmod(length // _STEP * _STEP, _HOUR)
    minutes = rest // timedelta(minutes=1)
    return " ".join([f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0))
