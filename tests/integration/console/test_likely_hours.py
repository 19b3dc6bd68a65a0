"""What a form can begin with, by what Zendesk knows: one opening and closing out of any week."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk.schedules import Schedule, Whereabouts
from integration.console.at_zendesk import Hours
from integration.console.likely_hours import _EU, filled_in, likely
from integration.console.policy_form import from_policy
from rules.calendars import DAYS, is_calendar
from rules.policy import parse_policy

DAY = 24 * 60
SUN, MON, TUE, WED, THU, FRI, SAT = (number * DAY for number in range(7))
WORKDAYS = (MON, TUE, WED, THU, FRI)
NINE, FIVE = 9 * 60, 17 * 60
MINUTES = st.integers(0, 7 * DAY)


def scheduled(*intervals: tuple[int, int], zone: str = "Europe/Berlin", unread: str = "") -> Hours:
    schedule = Schedule("EMEA", zone, intervals)
    return Hours((schedule,), unread, Whereabouts("Europe/Paris", "FR"))


def on(days: tuple[int, ...], opens: int, closes: int) -> tuple[tuple[int, int], ...]:
    return tuple((day + opens, day + closes) for day in days)


def test_days_hours_and_zone_are_those_of_the_schedule() -> None:
    found = likely(scheduled(*on((SUN, MON, TUE), 8 * 60 + 30, FIVE)), 0)
    assert (found.timezone, found.days) == ("Europe/Berlin", ("mon", "tue", "sun"))
    assert (found.opens, found.closes) == ("08:30", "17:00")
    assert found.origin == ("Days and hours are those of Zendesk's schedule “EMEA”.",)


def test_days_that_differ_are_named_and_take_the_hours_of_most() -> None:
    found = likely(scheduled(*on(WORKDAYS, NINE, FIVE), (SAT + 600, SAT + 840)), 0)
    assert found.days == ("mon", "tue", "wed", "thu", "fri", "sat")
    assert (found.opens, found.closes) == ("09:00", "17:00")
    assert found.origin[-1].endswith("; in Zendesk Saturday 10:00 to 14:00.")


def test_a_day_with_a_break_runs_from_its_first_opening_to_its_last_closing() -> None:
    found = likely(scheduled(*on((MON, TUE), NINE, 720), *on((MON, TUE), 780, FIVE)), 0)
    assert (found.opens, found.closes) == ("09:00", "17:00")
    assert found.origin[-1] == "Breaks are left out: Monday, Tuesday."


def test_shifts_that_touch_are_no_break() -> None:
    found = likely(scheduled((MON + NINE, MON + 720), (MON + 720, MON + FIVE)), 0)
    assert (found.opens, found.closes, len(found.origin)) == ("09:00", "17:00", 1)


def test_a_week_without_a_pause_is_open_all_day() -> None:
    found = likely(scheduled((SUN + 15 * 60, SAT)), 0)
    assert found.days == ("mon", "tue", "wed", "thu", "fri", "sun")
    assert (found.opens, found.closes) == ("00:00", "23:59")
    assert "Sunday 15:00 to 23:59" in found.origin[-1]


def test_a_night_over_the_end_of_the_week_belongs_to_both_days() -> None:
    found = likely(scheduled((SAT + 22 * 60, SUN + 2 * 60)), 0)
    assert found.days == ("sat", "sun")
    assert (found.opens, found.closes) == ("22:00", "23:59")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (Hours(), "Zendesk has no schedule"),
        (Hours(unread="the plan lacks it"), "can't be read, so days and hours are a guess: the pl"),
        (scheduled(), "“EMEA” has no hours, so they are a guess"),
    ],
)
def test_without_hours_they_are_a_guess_and_that_is_said(hours: Hours, said: str) -> None:
    found = likely(hours, 0)
    assert (found.days, found.opens, found.closes) == (DAYS[:5], "09:00", "17:00")
    assert said in found.origin[0]


MINE = replace(
    from_policy(None, ()), timezone="America/Lima", days=("sat",), opens="08:00", holidays="PE"
)


def test_what_zendesk_does_not_tell_stays_as_it_was_filled_in() -> None:
    found = likely(Hours(unread="it is away"), 0, kept=True)
    assert filled_in(MINE, found) == MINE
    assert found.origin == (
        "Zendesk's schedules can't be read, so days and hours stay as they are: it is away.",
        "Zendesk tells no time zone, so it stays as it is.",
    )


def test_a_schedule_without_hours_gives_its_zone_alone() -> None:
    form = filled_in(MINE, likely(scheduled(), 0, kept=True))
    assert (form.timezone, form.holidays) == ("Europe/Berlin", "DE")
    assert (form.days, form.opens) == (("sat",), "08:00")


def test_an_unknown_zone_is_that_of_the_administrator_else_utc() -> None:
    found = likely(scheduled(zone=""), 0)
    assert (found.timezone, found.country) == ("Europe/Paris", "FR")
    assert "The time zone is that of your account at Zendesk." in found.origin
    found = likely(Hours(), 0)
    assert (found.timezone, found.regions, found.holidays) == ("UTC", (), "")
    assert "Zendesk tells no time zone, so choose yours." in found.origin


@pytest.mark.parametrize(
    ("zone", "regions", "holidays"),
    [
        ("Europe/London", ("GB",), "GB-ENG"),
        ("Europe/Berlin", ("EU",), "DE"),
        ("Europe/Dublin", ("EU",), "IE"),
        ("US/Eastern", ("US",), "US"),
        ("America/Toronto", ("CA",), "CA"),
        ("Australia/Perth", ("AU",), "AU"),
        ("America/Sao_Paulo", ("BR",), "BR"),
        ("Europe/Zurich", (), "CH"),
        ("Etc/UTC", ("EU",), "FR"),
    ],
)
def test_regions_and_holidays_are_those_of_the_country(
    zone: str, regions: tuple[str, ...], holidays: str
) -> None:
    found = likely(scheduled(zone=zone), 0)
    assert (found.regions, found.holidays) == (regions, holidays)


def test_every_member_of_the_european_union_has_a_calendar() -> None:
    assert len(_EU) == 27
    assert all(map(is_calendar, _EU))


def test_a_region_that_is_ticked_stays_so() -> None:
    form = filled_in(from_policy(None, ()), likely(scheduled(zone="America/Toronto"), 0))
    assert filled_in(form, likely(scheduled(), 0)).regions == ("CA", "EU")


@given(st.lists(st.tuples(st.integers(0, 7 * DAY - 1), MINUTES), max_size=12))
def test_whatever_the_week_the_policy_takes_it(intervals: list[tuple[int, int]]) -> None:
    found = likely(scheduled(*intervals), 0)
    form = filled_in(from_policy(None, ["Support"]), found)
    policy = parse_policy({"policy.yaml": form.to_yaml(), "faqs.yaml": "faqs: []\n"})
    hours = policy.settings.hours
    assert hours.open < hours.close <= time(23, 59)
    assert hours.days == found.days
