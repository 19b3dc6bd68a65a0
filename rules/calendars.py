"""Business hours and working days, with the public holidays of a region."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_FURTHEST_DAYS = 3700  # no clock of a law runs for ten years


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When a desk is staffed. `holidays` is a calendar such as GB-ENG, or empty for none."""

    timezone: str = "UTC"
    days: tuple[str, ...] = DAYS[:5]
    open: time = time(9)
    close: time = time(17, 30)
    holidays: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    def is_business_day(self, day: date) -> bool:
        """Whether the desk works on a day."""
        return DAYS[day.weekday()] in self.days and day not in closed_days(self.holidays, day.year)

    def is_open(self, instant: datetime) -> bool:
        """Whether the desk is staffed at an instant. Opening counts, closing doesn't."""
        local = in_zone(instant, self.zone)
        return self.is_business_day(local.date()) and self.open <= local.time() < self.close

    def after_business_days(self, instant: datetime, count: int) -> datetime:
        """Close of business on the `count`-th working day after the day of an instant.

        The day itself doesn't count, as in regulation 76 of the UK's Payment Services
        Regulations 2017 ("the end of the business day following").
        """
        day = in_zone(instant, self.zone).date()
        for _ in range(_FURTHEST_DAYS):
            if count <= 0 or day == date.max:
                break
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        close = self.close if self.close != time.max else time(23, 59, 59)
        return to_utc(datetime.combine(day, close), self.zone)


def aware(instant: datetime) -> datetime:
    """The instant in UTC; one without a zone is taken as UTC."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else to_utc(instant, None)


def to_utc(instant: datetime, zone: ZoneInfo | None) -> datetime:
    """Local to UTC, clamped at the ends of the calendar."""
    placed = instant if zone is None else instant.replace(tzinfo=zone)
    try:
        return placed.astimezone(UTC)
    except OverflowError:
        return EARLIEST if instant.year == 1 else LATEST


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """UTC to local, clamped at the ends of the calendar."""
    try:
        return aware(instant).astimezone(zone)
    except OverflowError:
        return aware(instant).replace(tzinfo=zone)


def is_calendar(name: str) -> bool:
    """Whether a calendar is known: a country (GB), or a country with a part (GB-ENG)."""
    from holidays import list_supported_countries

    country, _, part = name.partition("-")
    parts = list_supported_countries(include_aliases=False).get(country)
    return parts is not None and (not part or part in parts)


@lru_cache(maxsize=512)
def closed_days(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of a calendar in a year.

    A calendar without its part misses days: GB without ENG lacks Easter Monday.
    """
    if not calendar:
        return frozenset()
    from holidays import country_holidays

    country, _, part = calendar.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


def known_calendars() -> Mapping[str, list[str]]:
    """The countries with their parts, for hints."""
    from holidays import list_supported_countries

    return list_supported_countries(include_aliases=False)
