"""When a firm works, and where its people are, as Zendesk knows it. Total over any answer.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/schedules/
https://developer.zendesk.com/api-reference/ticketing/users/users/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connectors.plain_text import one_line
from connectors.time_zones import country_of
from connectors.zendesk.answers import Json, objects_at, text_at
from connectors.zendesk.time_zones import iana_zone

SCHEDULES: Final = "business_hours/schedules.json"
WEEK_MINUTES: Final = 7 * 24 * 60
_LONGEST_NAME: Final = 100
# What everybody has who never chose a language, so that it tells of no country.
_DEFAULT_LOCALE: Final = "en-us"
_COUNTRY: Final = re.compile(r"-([a-z]{2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Business hours. `intervals` are pairs of minutes since Sunday 00:00 in its zone.

    An interval whose end is before its start goes on in the next week.
    """

    name: str
    time_zone: str  # of the IANA database; empty if Zendesk's name for it is not known
    intervals: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a user is. Both may be empty."""

    time_zone: str = ""  # of the IANA database
    country: str = ""  # by the zone, else by the language


def schedule_of(row: Json) -> Schedule:
    """A schedule as it was shown."""
    return Schedule(
        name=one_line(text_at(row, "name"))[:_LONGEST_NAME] or "without a name",
        time_zone=iana_zone(text_at(row, "time_zone")),
        intervals=tuple(sorted(_intervals(row))),
    )


def whereabouts_of(row: Json) -> Whereabouts:
    """Where a user's record says that they are."""
    named = (iana_zone(text_at(row, name)) for name in ("iana_time_zone", "time_zone"))
    zone = next(filter(None, named), "")
    return Whereabouts(zone, country_of(zone) or _country_in(text_at(row, "locale")))


def _intervals(row: Json) -> Iterator[tuple[int, int]]:
    for interval in objects_at(row, "intervals"):
        start, end = (_minutes(interval.get(name)) for name in ("start_time", "end_time"))
        if start is not None and end is not None and end not in {start, start % WEEK_MINUTES}:
            yield start % WEEK_MINUTES, end


def _minutes(value: object) -> int | None:
    """A time of the week. JSON knows one kind of number, so that a whole float is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= WEEK_MINUTES and value == int(value) else None


def _country_in(locale: str) -> str:
    """The country that a language tag names, such as AT in de-AT."""
    tag = locale.replace("_", "-").casefold()
    found = _COUNTRY.search(tag) if tag != _DEFAULT_LOCALE else None
    return found[1].upper() if found else ""
