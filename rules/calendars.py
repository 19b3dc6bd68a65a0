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
# The names in use for the payment systems and exchanges, and those of the tables (ISO 10383).
_MARKETS = {"ECB": "XECB", "TARGET": "XECB", "FED": "XFED", "NYSE": "XNYS"}
# Days of the year that all members of a union keep as public holidays, by month and day.
_SHARED = {"EU": ((1, 1), (12, 25))}
_AMERICAN = (
    "America/New_York",
    "America/Detroit",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)
_EURO = ("Europe/Berlin",)
# Whose midnight ends a law's day (IANA tz database, zone1970.tab). Overseas parts are left out
# unless they have a calendar of their own. A country that is missing counts in the desk's zone.
_ZONES = {
    "AT": ("Europe/Vienna",),
    "AU": (
        "Australia/Sydney",
        "Australia/Melbourne",
        "Australia/Brisbane",
        "Australia/Hobart",
        "Australia/Adelaide",
        "Australia/Darwin",
        "Australia/Perth",
    ),
    "AU-ACT": ("Australia/Sydney",),
    "AU-NSW": ("Australia/Sydney",),
    "AU-NT": ("Australia/Darwin",),
    "AU-QLD": ("Australia/Brisbane",),
    "AU-SA": ("Australia/Adelaide",),
    "AU-TAS": ("Australia/Hobart",),
    "AU-VIC": ("Australia/Melbourne",),
    "AU-WA": ("Australia/Perth",),
    "BE": ("Europe/Brussels",),
    "BG": ("Europe/Sofia",),
    "BR": ("America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"),
    "CA": (
        "America/St_Johns",
        "America/Halifax",
        "America/Toronto",
        "America/Winnipeg",
        "America/Regina",
        "America/Edmonton",
        "America/Vancouver",
    ),
    "CA-BC": ("America/Vancouver",),
    "CA-QC": ("America/Toronto",),
    "CH": ("Europe/Zurich",),
    "CY": ("Asia/Nicosia",),
    "CZ": ("Europe/Prague",),
    "DE": _EURO,
    "DK": ("Europe/Copenhagen",),
    "ECB": _EURO,
    "EE": ("Europe/Tallinn",),
    "ES": ("Europe/Madrid",),
    "ES-CN": ("Atlantic/Canary",),
    "FED": _AMERICAN,
    "FI": ("Europe/Helsinki",),
    "FR": ("Europe/Paris",),
    "GB": ("Europe/London",),
    "GR": ("Europe/Athens",),
    "HR": ("Europe/Zagreb",),
    "HU": ("Europe/Budapest",),
    "IE": ("Europe/Dublin",),
    "IN": ("Asia/Kolkata",),
    "IT": ("Europe/Rome",),
    "JP": ("Asia/Tokyo",),
    "LT": ("Europe/Vilnius",),
    "LU": ("Europe/Luxembourg",),
    "LV": ("Europe/Riga",),
    "MT": ("Europe/Malta",),
    "NL": ("Europe/Amsterdam",),
    "NO": ("Europe/Oslo",),
    "NYSE": ("America/New_York",),
    "NZ": ("Pacific/Auckland",),
    "PL": ("Europe/Warsaw",),
    "PT": ("Europe/Lisbon",),
    "PT-20": ("Atlantic/Azores",),
    "RO": ("Europe/Bucharest",),
    "SE": ("Europe/Stockholm",),
    "SG": ("Asia/Singapore",),
    "SI": ("Europe/Ljubljana",),
    "SK": ("Europe/Bratislava",),
    "TARGET": _EURO,
    "US": _AMERICAN,
    "US-CA": ("America/Los_Angeles",),
    "XECB": _EURO,
    "XFED": _AMERICAN,
    "XNYS": ("America/New_York",),
}


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

    def business_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day; the day itself with a count of zero.

        The day itself doesn't count, as in regulation 76 of the UK's Payment Services
        Regulations 2017 ("the end of the business day following").
        """
        for _ in range(_FURTHEST_DAYS):
            if count <= 0 or day == date.max:
                break
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        return day

    def closing(self, day: date, zone: ZoneInfo) -> datetime:
        """Close of business on a day in a time zone, as UTC; never the next day there."""
        close = self.close if self.close != time.max else time(23, 59, 59)
        return to_utc(datetime.combine(day, close), zone)


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


def law_zones(calendar: str) -> tuple[str, ...]:
    """The time zones of the country or part whose calendar it is; empty where none is known."""
    return _ZONES.get(calendar) or _ZONES.get(calendar.partition("-")[0], ())


def is_calendar(name: str) -> bool:
    """Whether a calendar is known: a country (FR), a part (GB-ENG), the EU, a market (FED)."""
    whole, dash, part = name.partition("-")
    parts = known_calendars().get(whole)
    return parts is not None and (not dash or part in parts)


@lru_cache(maxsize=512)
def closed_days(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of a known calendar in a year, those moved off a weekend among them.

    A country without its part has only the days that all its parts keep: GB lacks the Easter
    Monday of ENG. EU is what all its member states keep: New Year's Day and Christmas Day. Fewer
    holidays make a deadline earlier, never later than the law's.
    US is the federal days off; FED, the days of the Federal Reserve Banks, differs: a holiday
    on a Saturday moves to Friday in US, and not at all in FED.
    """
    if not calendar or calendar in _SHARED:
        return frozenset(date(year, month, day) for month, day in _SHARED.get(calendar, ()))
    from holidays import country_holidays, financial_holidays

    whole, _, part = calendar.partition("-")
    market = _MARKETS.get(whole, whole)
    table = financial_holidays if market in _markets() else country_holidays
    return frozenset(table(market, subdiv=part or None, years=year))


def known_calendars() -> Mapping[str, list[str]]:
    """The countries, unions and markets with their parts, for hints."""
    from holidays import list_supported_countries

    nicknames: dict[str, list[str]] = {name: [] for name in (*_MARKETS, *_SHARED)}
    return nicknames | dict(_markets()) | list_supported_countries(include_aliases=False)


def tables_version() -> str:
    """Which tables of holidays are in use, so that a date can be explained later."""
    from holidays.version import __version__

    return f"holidays {__version__}"


def _markets() -> Mapping[str, list[str]]:
    from holidays import list_supported_financial

    return list_supported_financial(include_aliases=False)
