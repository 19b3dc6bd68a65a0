"""Where and when a firm probably works, by what Zendesk knows. Pure, and total over any hours."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from connectors.time_zones import country_of
from connectors.zendesk.schedules import WEEK_MINUTES, Schedule
from integration.console.at_zendesk import Hours
from integration.console.policy_form import DAY_NAMES, FirstPolicy
from rules.calendars import DAYS, is_calendar

# https://european-union.europa.eu/principles-countries-history/eu-countries_en
_EU: Final = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
_REGIONS: Final = frozenset({"GB", "US", "CA", "AU", "BR"})  # countries that are a region
_DAY: Final = 24 * 60
_LATEST: Final = _DAY - 1  # what a form's field for a time can hold
_USUAL: Final = (9 * 60, 17 * 60)
_HOURS, _ZONE = "hours", "zone"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Likely:
    """What a form can begin with. `origin` says in sentences where it comes from.

    Zendesk tells the hours or the zone only where `told` names them; else they are a guess.
    """

    timezone: str
    days: tuple[str, ...]
    opens: str
    closes: str
    country: str
    origin: tuple[str, ...]
    told: frozenset[str] = frozenset()

    @property
    def regions(self) -> tuple[str, ...]:
        """The region whose laws hold in the country, if a pack is about it."""
        if self.country in _EU:
            return ("EU",)
        return (self.country,) if self.country in _REGIONS else ()

    @property
    def holidays(self) -> str:
        """The calendar of the country; of the United Kingdom that of England."""
        calendar = "GB-ENG" if self.country == "GB" else self.country
        return calendar if calendar and is_calendar(calendar) else ""


def filled_in(form: FirstPolicy, found: Likely) -> FirstPolicy:
    """The form with what Zendesk tells; all else stays, and so does a region that is ticked."""
    form = replace(form, regions=tuple(dict.fromkeys((*form.regions, *found.regions))))
    if _HOURS in found.told:
        form = replace(form, days=found.days, opens=found.opens, closes=found.closes)
    if _ZONE in found.told:
        form = replace(form, timezone=found.timezone)
    return replace(form, holidays=found.holidays) if found.country else form


def likely(hours: Hours, chosen: int, *, kept: bool = False) -> Likely:
    """By the schedule that is chosen, else by where the administrator is, else a guess.

    `kept` when there is a form whose values stay where Zendesk tells none.
    """
    schedule = hours.schedules[chosen] if chosen < len(hours.schedules) else None
    there = hours.whereabouts
    zone = (schedule.time_zone if schedule else "") or there.time_zone
    spans, broken = _spans(schedule.intervals if schedule else ())
    usual = next((span for span, _ in Counter(spans.values()).most_common(1)), _USUAL)
    return Likely(
        timezone=zone or "UTC",
        days=tuple(spans) or DAYS[:5],
        opens=_time(usual[0]),
        closes=_time(usual[1]),
        country=country_of(zone) or there.country,
        origin=(
            *_origin_of_hours(hours, schedule, found=bool(spans), kept=kept),
            *_origin_of_zone(hours, schedule, kept=kept),
            *_lost(spans, usual, broken),
        ),
        told=frozenset([_HOURS] * bool(spans) + [_ZONE] * bool(zone)),
    )


def _spans(intervals: Iterable[Span]) -> tuple[dict[str, Span], tuple[str, ...]]:
    """For each day from its first opening to its last closing, and the days with breaks."""
    by_day: dict[str, list[Span]] = {day: [] for day in DAYS}
    for interval in intervals:
        for day, span in _by_day(interval):
            by_day[day].append(span)
    spans, broken = dict[str, Span](), list[str]()
    for day, found in by_day.items():
        opens, closes = min(found, default=(0, 0))
        for start, end in sorted(found):
            if start > closes and day not in broken:
                broken.append(day)
            closes = max(closes, end)
        if opens < min(closes, _LATEST):
            spans[day] = (opens, min(closes, _LATEST))
    return spans, tuple(day for day in broken if day in spans)


def _by_day(interval: Span) -> Iterator[tuple[str, Span]]:
    """An interval cut at midnights; the week begins on Sunday."""
    start, end = interval
    end += WEEK_MINUTES if end < start else 0
    while start < end:
        number, opens = divmod(start, _DAY)
        closes = min(end - number * _DAY, _DAY)
        yield DAYS[(number - 1) % len(DAYS)], (opens, closes)
        start = number * _DAY + closes


def _origin_of_hours(
    hours: Hours, schedule: Schedule | None, *, found: bool, kept: bool
) -> Iterator[str]:
    then = "stay as they are" if kept else "are a guess"
    if schedule is None and hours.unread:
        yield f"Zendesk's schedules can't be read, so days and hours {then}: {hours.unread}."
    elif schedule is None:
        yield f"Zendesk has no schedule, so days and hours {then}."
    elif found:
        yield f"Days and hours are those of Zendesk's schedule “{schedule.name}”."
    else:
        yield f"Zendesk's schedule “{schedule.name}” has no hours, so they {then}."


def _origin_of_zone(hours: Hours, schedule: Schedule | None, *, kept: bool) -> Iterator[str]:
    if schedule is not None and schedule.time_zone:
        return
    if hours.whereabouts.time_zone:
        yield "The time zone is that of your account at Zendesk."
    else:
        yield f"Zendesk tells no time zone, so {'it stays as it is' if kept else 'choose yours'}."


def _lost(spans: dict[str, Span], usual: Span, broken: tuple[str, ...]) -> Iterator[str]:
    """What one opening and closing for all days can't hold."""
    others = [
        f"{DAY_NAMES[day]} {_time(opens)} to {_time(closes)}"
        for day, (opens, closes) in spans.items()
        if (opens, closes) != usual
    ]
    if others:
        yield f"Here all days have the same hours; in Zendesk {', '.join(others)}."
    if broken:
        yield f"Breaks are left out: {', '.join(DAY_NAMES[day] for day in broken)}."


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
