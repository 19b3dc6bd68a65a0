"""When a clock that began to run is due. Clocks run from receipt, never from when we looked.

Where a law can be read in two ways the earlier date stands: too early costs a day of work, too
late breaks the law.
"""

import calendar as months
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.calendars import (
    DAYS,
    LATEST,
    BusinessHours,
    aware,
    in_zone,
    law_zones,
    tables_version,
)
from rules.model import Deadline
from rules.policy_schema import Clock, Pack, Settings
from rules.regions import cover

_EXACT = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
_WEEKDAYS = DAYS[:5]
_YEAR = 12


def running(pack: Pack, received: datetime, settings: Settings) -> list[Deadline]:
    """The deadlines of a pack's clocks that are law where the policy is, from a receipt."""
    chosen = settings.regions
    found = [
        deadline(pack.id, clock, received, settings.hours)
        for clock in pack.clocks
        if not chosen or not clock.regions or cover(chosen, clock.regions)
    ]
    return [one for one in found if one is not None]


def in_turn(certain: Iterable[Deadline], opened: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Every clock that runs, the earliest first.

    Of the regimes that the policy leaves open, the shortest clock runs.
    """
    return tuple(sorted([*certain, *sorted(opened, key=_by_due)[:1]], key=_by_due))


def _by_due(one: Deadline) -> tuple[datetime, str, str]:
    return one.due, one.pack, one.clock


def deadline(
    pack_id: str, clock: Clock, received: datetime, hours: BusinessHours
) -> Deadline | None:
    """The deadline of a clock for something received at an instant; never raises.

    None if receipt alone doesn't start the clock, or the law gives no number. `due` says how
    the end is found. The calendar is named where its holidays can have moved the date.
    """
    if not clock.runs:
        return None
    used = _desk(clock, hours).holidays if _minds_holidays(clock) else ""
    return Deadline(
        pack=pack_id,
        clock=clock.name,
        due=due(clock, received, hours),
        started=aware(received),
        kind=clock.kind,
        calendar=used,
        calendar_version=tables_version() if used else "",
        source=clock.source,
    )


def due(clock: Clock, received: datetime, hours: BusinessHours) -> datetime:
    """The instant in UTC at which a clock runs out; never before receipt, never raises.

    Minutes and hours run on through nights, holidays and changes of the clocks. Everything else
    counts local dates and ends at close of business on the last of them. A law's day lasts
    until midnight: closing time is never later, and then someone can still act.

    The day of receipt doesn't count, unless the clock `counts_receipt`. Months and years end on
    the day with the same number, or on the month's last (Regulation (EEC, Euratom) 1182/71,
    article 3(2)(c)). A last day that is no working day stays, unless the clock `rolls`
    (article 3(4)).

    Dates are those of the desk's zone. A clock with the calendar of a country counts in that
    country's zones too, if the desk stands in none of them, and the earliest end is taken: laws
    seldom say at whose midnight a day ends. A desk in New York counts a US clock in New York.
    """
    started = aware(received)
    amount = max(clock.amount or 0, 0)
    try:
        if clock.unit in _EXACT:
            return started + amount * _EXACT[clock.unit]
        ends = [_end(clock, amount, started, hours, zone) for zone in _zones(clock, hours)]
    except (OverflowError, ValueError):  # past the year 9999
        ends = [LATEST]
    return max(started, min(ends))


def _end(
    clock: Clock, amount: int, started: datetime, hours: BusinessHours, zone: ZoneInfo
) -> datetime:
    first = in_zone(started, zone).date()
    return hours.closing(_last_day(clock, amount, first, _desk(clock, hours)), zone)


def _last_day(clock: Clock, amount: int, first: date, desk: BusinessHours) -> date:
    """The last day of a period, from the day of receipt."""
    if clock.unit == "business_days":
        # A receipt that counts is day 1 only if it fell on a working day.
        counted = clock.counts_receipt and desk.is_business_day(first)
        return desk.business_day_after(first, amount - counted)
    last = _later(first, clock.unit, amount)
    if clock.counts_receipt and amount:
        last -= timedelta(days=1)
    if clock.rolls and not desk.is_business_day(last):
        return desk.business_day_after(last, 1)
    return last


def _later(day: date, unit: str, amount: int) -> date:
    if unit in ("months", "years"):
        return _months_later(day, amount * (_YEAR if unit == "years" else 1))
    return day + timedelta(days=amount * (7 if unit == "weeks" else 1))


def _months_later(day: date, count: int) -> date:
    """The day with the same number, or the month's last."""
    number = day.month - 1 + count
    year, month = day.year + number // _YEAR, number % _YEAR + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def _desk(clock: Clock, hours: BusinessHours) -> BusinessHours:
    """The working days that a clock counts.

    A law's calendar brings its own week. Without one the policy's holidays count; a desk that
    rests on a weekday lengthens its own targets by that, but not what a law gives.
    """
    if clock.calendar:
        return replace(hours, days=_WEEKDAYS, holidays=clock.calendar)
    if clock.kind == "internal":
        return hours
    return replace(hours, days=tuple(d for d in DAYS if d in hours.days or d in _WEEKDAYS))


def _minds_holidays(clock: Clock) -> bool:
    return clock.unit == "business_days" or (clock.rolls and clock.unit not in _EXACT)


def _zones(clock: Clock, hours: BusinessHours) -> list[ZoneInfo]:
    lawful = law_zones(clock.calendar)
    away = () if hours.timezone in lawful else lawful
    return [hours.zone, *map(ZoneInfo, away)]
