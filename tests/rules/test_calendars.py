"""Business hours, working days and clocks, checked against days counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendars import (
    _ZONES,
    EARLIEST,
    LATEST,
    BusinessHours,
    aware,
    closed_days,
    in_zone,
    is_calendar,
    known_calendars,
    law_zones,
    tables_version,
    to_utc,
)
from rules.deadlines import deadline, due
from rules.policy_schema import UNITS, Clock
from rules.regions import _EU

ENGLAND = BusinessHours("Europe/London", holidays="GB-ENG")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def clock(amount: int, unit: str, calendar: str = "") -> Clock:
    return Clock("Answer", amount, unit, "law", calendar)


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-03-27T10:00:00Z", 15, "2026-04-21T16:30:00Z"),  # Good Friday and Easter Monday
        ("2026-12-24T10:00:00Z", 1, "2026-12-29T17:30:00Z"),  # Boxing Day moved to Monday 28
        ("2026-11-20T23:59:00Z", 3, "2026-11-25T17:30:00Z"),  # late on a Friday
        ("2026-11-23T00:01:00Z", 3, "2026-11-26T17:30:00Z"),  # early on a Monday
        ("2026-11-21T10:00:00Z", 1, "2026-11-23T17:30:00Z"),  # a Saturday
        ("2026-10-23T10:00:00Z", 1, "2026-10-26T17:30:00Z"),  # summer time ended between
    ],
)
def test_business_days_end_at_close_of_business(received: str, amount: int, expected: str) -> None:
    assert due(clock(amount, "business_days"), at(received), ENGLAND) == at(expected)


def test_a_clock_can_bring_its_own_calendar() -> None:
    received = at("2026-11-27T10:00:00Z")
    scottish = due(clock(1, "business_days", "GB-SCT"), received, ENGLAND)
    english = due(clock(1, "business_days"), received, ENGLAND)
    assert english == at("2026-11-30T17:30:00Z")
    assert scottish == at("2026-12-01T17:30:00Z")  # Saint Andrew's Day


@pytest.mark.parametrize(
    ("received", "amount", "unit", "expected"),
    [
        ("2026-01-31T12:00:00Z", 1, "months", "2026-02-28T17:30:00Z"),
        ("2028-01-31T12:00:00Z", 1, "months", "2028-02-29T17:30:00Z"),
        ("2026-11-23T09:00:00Z", 2, "months", "2027-01-23T17:30:00Z"),
        ("2026-11-23T09:00:00Z", 8, "weeks", "2027-01-18T17:30:00Z"),
        ("2026-10-20T09:00:00Z", 1, "weeks", "2026-10-27T17:30:00Z"),  # closing time on the wall
        ("2026-10-24T12:00:00Z", 72, "hours", "2026-10-27T12:00:00Z"),  # hours run on
        ("2026-11-23T09:00:00Z", 30, "days", "2026-12-23T17:30:00Z"),
        ("2026-11-23T09:00:00Z", 0, "business_days", "2026-11-23T17:30:00Z"),
    ],
)
def test_other_clocks_run_by_the_calendar(
    received: str, amount: int, unit: str, expected: str
) -> None:
    assert due(clock(amount, unit), at(received), ENGLAND) == at(expected)


def test_a_deadline_names_its_pack_and_clock() -> None:
    found = deadline("complaint", clock(1, "days"), at("2026-11-23T09:00:00Z"), ENGLAND)
    assert found is not None
    assert (found.pack, found.clock) == ("complaint", "Answer")


def test_the_desk_is_open_from_opening_to_before_closing() -> None:
    assert ENGLAND.is_open(at("2026-11-23T09:00:00Z"))
    assert not ENGLAND.is_open(at("2026-11-23T17:30:00Z"))
    assert not ENGLAND.is_open(at("2026-11-22T12:00:00Z"))
    assert not ENGLAND.is_open(at("2026-12-25T12:00:00Z"))
    assert ENGLAND.is_open(at("2026-07-01T08:00:00Z"))


def test_a_desk_that_never_closes_ends_its_days_before_midnight() -> None:
    desk = BusinessHours(open=time.min, close=time.max)
    assert due(clock(1, "business_days"), at("2026-11-23T09:00:00Z"), desk) == at(
        "2026-11-24T23:59:59Z"
    )


def test_a_desk_that_never_works_has_a_deadline_all_the_same() -> None:
    desk = BusinessHours(days=())
    target = replace(clock(1, "business_days"), kind="internal")
    assert due(target, at("2026-11-23T09:00:00Z"), desk) > at("2036-01-01T00:00:00Z")


def test_a_country_without_its_part_misses_holidays() -> None:
    assert date(2026, 4, 6) in closed_days("GB-ENG", 2026)
    assert date(2026, 4, 6) not in closed_days("GB", 2026)
    assert closed_days("", 2026) == frozenset()


@pytest.mark.parametrize("year", range(2020, 2031))
def test_a_country_without_its_part_has_only_days_that_all_its_parts_keep(year: int) -> None:
    parts = [closed_days(f"GB-{part}", year) for part in known_calendars()["GB"]]
    assert len(parts) == 4
    assert closed_days("GB", year) <= frozenset.intersection(*parts)


@pytest.mark.parametrize("year", range(2020, 2036))
def test_the_eu_has_only_days_that_all_its_member_states_keep(year: int) -> None:
    shared = {day for day in closed_days("EU", year) if day.weekday() < 5}
    assert len(_EU) == 27
    assert all(shared <= closed_days(state, year) for state in _EU)
    assert closed_days("EU", year) == {date(year, 1, 1), date(year, 12, 25)}


@pytest.mark.parametrize(
    "name",
    [
        "FR",
        "EU",
        "US",
        "GB-ENG",
        "GB-SCT",
        "GB-NIR",
        "GB-WLS",
        "US-CA",
        "DE-BY",
        "ES-MD",
        "AU-NSW",
        "FED",
        "ECB",
        "TARGET",
        "NYSE",
        "XFED",
        "XECB",
        "XNYS",
        "XLON",
        "ENX-XPAR",
    ],
)
def test_countries_parts_and_markets_are_calendars(name: str) -> None:
    assert is_calendar(name)
    assert name.partition("-")[0] in known_calendars()
    assert closed_days(name, 2026)


@pytest.mark.parametrize(
    "name", ["", "XX", "UK", "fed", "GB-", "GB-XXX", "FED-X", "EU-DE", "-ENG", "GB-ENG-X"]
)
def test_other_names_are_no_calendars(name: str) -> None:
    assert not is_calendar(name)


def test_federal_days_off_and_the_federal_reserve_differ() -> None:
    assert date(2026, 7, 3) in closed_days("US", 2026)
    assert date(2026, 7, 3) not in closed_days("FED", 2026)
    assert date(2026, 4, 3) in closed_days("NYSE", 2026)
    assert date(2026, 10, 12) not in closed_days("NYSE", 2026)
    assert closed_days("ECB", 2026) == closed_days("TARGET", 2026) == closed_days("XECB", 2026)


def test_the_zones_of_a_law_exist_and_a_part_goes_before_its_country() -> None:
    assert law_zones("GB-SCT") == ("Europe/London",)
    assert law_zones("US-CA") == ("America/Los_Angeles",)
    assert "America/Chicago" in law_zones("US-NY")
    assert law_zones("FED") == law_zones("US")
    assert law_zones("KE") == law_zones("") == ()
    names = {zone for calendar in known_calendars() for zone in law_zones(calendar)}
    assert names
    assert all(ZoneInfo(name).key == name for name in names)


def test_every_calendar_with_zones_of_its_own_is_known() -> None:
    assert all(is_calendar(calendar) for calendar in _ZONES)


def test_the_tables_have_a_version() -> None:
    assert tables_version() == f"holidays {version('holidays')}"


def test_an_instant_without_a_zone_is_taken_as_utc() -> None:
    assert aware(datetime(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - the point


def test_the_ends_of_the_calendar_are_clamped() -> None:
    zone = BusinessHours("Pacific/Auckland").zone
    west = BusinessHours("America/Los_Angeles").zone
    assert to_utc(datetime(1, 1, 1), zone) == EARLIEST  # noqa: DTZ001 - local time
    assert to_utc(datetime(9999, 12, 31, 23), west) == LATEST  # noqa: DTZ001 - local time
    assert in_zone(LATEST, zone).year == 9999
    assert due(clock(9, "months"), LATEST, ENGLAND) == LATEST


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 40), st.sampled_from(UNITS))
def test_a_deadline_never_lies_before_its_day_and_never_raises(
    received: datetime, amount: int, unit: str
) -> None:
    found = due(clock(amount, unit), received, ENGLAND)
    assert found.tzinfo is UTC
    assert found.date() >= received.date() or received.year == 9999
