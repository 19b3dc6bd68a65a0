"""When a clock that began to run is due. Clocks run from receipt, never from when we looked."""

import calendar
from dataclasses import replace
from datetime import datetime, timedelta

from rules.calendars import LATEST, BusinessHours, aware, in_zone, to_utc
from rules.model import Deadline
from rules.policy_schema import Clock

_MONTHS = 12


def deadline(pack: str, clock: Clock, received: datetime, hours: BusinessHours) -> Deadline:
    """The deadline of a clock for something received at an instant.

    Hours run on; days, weeks and months keep the local time of day (a month without that day
    ends on its last); business days end at close of business.
    """
    return Deadline(pack, clock.name, due(clock, received, hours))


def due(clock: Clock, received: datetime, hours: BusinessHours) -> datetime:
    """The instant in UTC at which a clock runs out; never raises."""
    received = aware(received)
    if clock.unit == "business_days":
        desk = replace(hours, holidays=clock.calendar) if clock.calendar else hours
        return desk.after_business_days(received, clock.amount)
    try:
        if clock.unit == "hours":
            return received + timedelta(hours=clock.amount)
        local = in_zone(received, hours.zone).replace(tzinfo=None)
        if clock.unit == "months":
            return to_utc(_months_later(local, clock.amount), hours.zone)
        days = clock.amount * (7 if clock.unit == "weeks" else 1)
        return to_utc(local + timedelta(days=days), hours.zone)
    except (OverflowError, ValueError):  # past the year 9999
        return LATEST


def _months_later(local: datetime, months: int) -> datetime:
    """The corresponding day, or the month's last (Regulation (EEC) 1182/71, article 3)."""
    count = local.month - 1 + months
    year, month = local.year + count // _MONTHS, count % _MONTHS + 1
    last = calendar.monthrange(year, month)[1]
    return local.replace(year=year, month=month, day=min(local.day, last))
