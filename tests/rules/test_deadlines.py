"""Clocks against a table of dates worked out by hand, and what holds for every date."""

import os
import time as machine
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.calendars import LATEST, BusinessHours
from rules.deadlines import deadline, due, running
from rules.policy_schema import COUNTED_UNITS, UNITS, Clock, Pack, Settings

ROWS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("deadlines.yaml").read_text(encoding="utf-8")
)
CLOSE = time(17, 30)
ENGLAND = BusinessHours("Europe/London", holidays="GB-ENG")
RECEIVED = datetime(2026, 11, 23, 9, tzinfo=UTC)


def clock_of(row: Mapping[str, Any]) -> Clock:
    return Clock(
        row["what"],
        row["amount"],
        row["unit"],
        row["source"],
        calendar=row.get("calendar", ""),
        counts_receipt=row.get("counts_receipt", False),
        rolls=row.get("rolls", False),
    )


def expected_of(row: Mapping[str, Any]) -> datetime:
    found = datetime.fromisoformat(row["due_local"])
    if len(row["due_local"]) == len("2026-01-01"):
        found = datetime.combine(found.date(), CLOSE)
    placed = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(row["zone"]))
    return placed.astimezone(UTC)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["what"])
def test_a_deadline_is_the_one_worked_out_by_hand(row: Mapping[str, Any]) -> None:
    hours = BusinessHours(row["zone"], close=CLOSE)
    found = due(clock_of(row), datetime.fromisoformat(row["received"]), hours)
    assert found == expected_of(row)


def test_the_table_is_long_and_every_line_has_its_source() -> None:
    assert len(ROWS) >= 250
    assert len({row["what"] for row in ROWS}) == len(ROWS)
    assert {row["unit"] for row in ROWS} == set(COUNTED_UNITS)
    assert all(len(row["source"]) > 3 for row in ROWS)
    optional = {"calendar", "counts_receipt", "rolls"}
    needed = {"what", "received", "amount", "unit", "zone", "due_local", "source"}
    assert all(needed <= set(row) <= needed | optional for row in ROWS)


def test_a_deadline_tells_what_it_was_worked_out_from() -> None:
    clock = Clock("Answer", 3, "business_days", "DISP 1.5.1R", "GB-SCT", kind="guidance")
    found = deadline("uk", clock, RECEIVED, ENGLAND)
    assert found is not None
    assert (found.pack, found.clock, found.kind) == ("uk", "Answer", "guidance")
    assert (found.started, found.source) == (RECEIVED, "DISP 1.5.1R")
    assert found.calendar == "GB-SCT"
    assert found.calendar_version == f"holidays {version('holidays')}"
    assert found.due == due(clock, RECEIVED, ENGLAND)


@pytest.mark.parametrize(
    ("unit", "rolls", "calendar", "used"),
    [
        ("business_days", False, "", "GB-ENG"),
        ("business_days", False, "FED", "FED"),
        ("days", True, "", "GB-ENG"),
        ("days", True, "DE-BY", "DE-BY"),
        ("days", False, "DE-BY", ""),
        ("hours", True, "DE-BY", ""),
    ],
)
def test_a_calendar_is_named_only_where_its_holidays_count(
    unit: str, rolls: object, calendar: str, used: str
) -> None:
    clock = Clock("c", 5, unit, "law", calendar, rolls=bool(rolls))
    found = deadline("p", clock, RECEIVED, ENGLAND)
    assert found is not None
    assert found.calendar == used
    assert bool(found.calendar_version) == bool(used)


def test_started_is_in_utc() -> None:
    naive, placed = RECEIVED.replace(tzinfo=None), RECEIVED.astimezone(ZoneInfo("Asia/Tokyo"))
    for received in (naive, placed):
        found = deadline("p", Clock("c", 1, "days", "law"), received, ENGLAND)
        assert found is not None
        assert found.started == RECEIVED
        assert found.started.tzinfo is UTC


@pytest.mark.parametrize(
    "clock",
    [
        Clock("c", None, "promptly", "law"),
        Clock("c", None, "days", "law"),
        Clock("c", 2, "billing_cycles", "law"),
        Clock("c", 3, "days", "law", starts="event", event="final response sent"),
        Clock("c", 3, "years", "law", kind="retention"),
    ],
)
def test_a_clock_that_receipt_does_not_start_has_no_deadline(clock: Clock) -> None:
    assert deadline("p", clock, RECEIVED, ENGLAND) is None


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ((), ["everywhere", "in the EU", "in California"]),
        (("GB",), ["everywhere"]),
        (("GB", "EU"), ["everywhere", "in the EU"]),
        (("DE-BY",), ["everywhere", "in the EU"]),
        (("US",), ["everywhere", "in California"]),
        (("US-NY",), ["everywhere"]),
        (("GLOBAL",), ["everywhere", "in the EU", "in California"]),
    ],
)
def test_a_clock_of_some_regions_runs_where_they_touch_the_policys(
    chosen: tuple[str, ...], expected: list[str]
) -> None:
    places: dict[str, tuple[str, ...]] = {
        "everywhere": (),
        "in the EU": ("EU",),
        "in California": ("US-CA",),
    }
    clocks = [Clock(name, 1, "days", "law", regions=where) for name, where in places.items()]
    pack = Pack("p", "P", "own", "high", "default", "high", clocks=tuple(clocks))
    found = running(pack, RECEIVED, Settings(regions=chosen, hours=ENGLAND))
    assert [one.clock for one in found] == expected


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("internal", ("mon", "tue", "wed", "thu"), date(2026, 11, 30)),
        ("statutory", ("mon", "tue", "wed", "thu"), date(2026, 11, 27)),
        ("guidance", (), date(2026, 11, 27)),
        ("statutory", ("fri", "sat", "sun"), date(2026, 11, 27)),
        ("internal", ("sat",), date(2026, 11, 28)),
    ],
)
def test_a_desk_that_rests_on_a_weekday_does_not_lengthen_a_law(
    kind: str, days: tuple[str, ...], expected: date
) -> None:
    thursday = datetime(2026, 11, 26, 9, tzinfo=UTC)
    clock = Clock("c", 1, "business_days", "law", kind=kind)
    assert due(clock, thursday, replace(ENGLAND, days=days)).date() == expected


def test_a_desk_that_works_on_weekends_shortens_only_what_has_no_calendar() -> None:
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    always = replace(ENGLAND, days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    own = Clock("c", 1, "business_days", "law")
    assert due(own, friday, always).date() == date(2026, 11, 28)
    assert due(replace(own, calendar="GB-ENG"), friday, always).date() == date(2026, 11, 30)


def test_a_desk_in_an_unlisted_zone_of_the_country_is_never_late() -> None:
    clock = Clock("c", 10, "business_days", "law", "US")
    indiana = BusinessHours("America/Indiana/Indianapolis")
    york = BusinessHours("America/New_York")
    assert due(clock, RECEIVED, indiana) <= due(clock, RECEIVED, york)


INSTANTS = st.datetimes(timezones=st.just(UTC)) | st.datetimes()
# Before 1970 some places moved across the date line or repeated a day.
RECENT = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
ZONES = ("Europe/London", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata", "UTC")
HOURS = st.builds(
    BusinessHours,
    timezone=st.sampled_from(ZONES),
    days=st.sampled_from([(), ("mon",), ("sat", "sun"), ("mon", "tue", "wed", "thu", "fri")]),
    close=st.sampled_from([time(1), time(17, 30), time.max]),
    holidays=st.sampled_from(["", "GB-ENG", "US"]),
)
CLOCKS = st.builds(
    Clock,
    name=st.just("c"),
    amount=st.integers(0, 70),
    unit=st.sampled_from(COUNTED_UNITS),
    source=st.just("law"),
    calendar=st.sampled_from(["", "GB", "EU", "GB-SCT", "US", "FED", "ECB", "AU-NSW", "BR", "KE"]),
    kind=st.sampled_from(["statutory", "internal"]),
    counts_receipt=st.booleans(),
    rolls=st.booleans(),
)


@given(CLOCKS, INSTANTS, HOURS, st.integers() | st.none(), st.sampled_from(UNITS))
def test_never_raises_for_any_date_or_amount(
    clock: Clock, received: datetime, hours: BusinessHours, amount: int | None, unit: str
) -> None:
    found = due(replace(clock, amount=amount, unit=unit), received, hours)
    assert found.tzinfo is UTC
    assert found >= (received if received.tzinfo else received.replace(tzinfo=UTC))


@pytest.mark.parametrize("unit", COUNTED_UNITS)
@pytest.mark.parametrize("amount", [-1, 10**6, 10**12, 10**40])
def test_an_absurd_amount_has_an_end_all_the_same(unit: str, amount: int) -> None:
    found = due(Clock("c", amount, unit, "law"), RECEIVED, ENGLAND)
    assert RECEIVED <= found <= LATEST


@given(CLOCKS, RECENT, HOURS, st.integers(0, 20))
def test_more_time_is_never_less(
    clock: Clock, received: datetime, hours: BusinessHours, more: int
) -> None:
    longer = replace(clock, amount=(clock.amount or 0) + more)
    assert due(longer, received, hours) >= due(clock, received, hours)


@given(CLOCKS, RECENT, HOURS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_came_in_later_is_never_due_earlier(
    clock: Clock, received: datetime, hours: BusinessHours, later: timedelta
) -> None:
    assert due(clock, received + later, hours) >= due(clock, received, hours)


@given(CLOCKS, RECENT, HOURS)
def test_counting_the_day_of_receipt_never_lengthens_and_rolling_never_shortens(
    clock: Clock, received: datetime, hours: BusinessHours
) -> None:
    plain = replace(clock, counts_receipt=False, rolls=False)
    assert due(replace(plain, counts_receipt=True), received, hours) <= due(plain, received, hours)
    assert due(replace(plain, rolls=True), received, hours) >= due(plain, received, hours)


@given(CLOCKS, RECENT, HOURS)
def test_nothing_but_the_arguments_counts(
    clock: Clock, received: datetime, hours: BusinessHours
) -> None:
    before = due(clock, received, hours)
    old = os.environ.get("TZ")
    try:
        os.environ["TZ"] = "Pacific/Kiritimati"
        machine.tzset()
        with time_machine.travel(datetime(1999, 12, 31, tzinfo=UTC)):
            assert due(clock, received, hours) == before
    finally:
        if old is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = old
        machine.tzset()
