"""Schedules and time zones in Zendesk's words: the known names, and any answer at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.time_zones import country_of, is_zone
from connectors.zendesk.schedules import WEEK_MINUTES, Whereabouts, schedule_of, whereabouts_of
from connectors.zendesk.time_zones import _NAMES, iana_zone

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["start_time", "end_time", "x"]), inner, max_size=3)
    ),
    max_leaves=9,
)
ROWS = st.dictionaries(
    st.sampled_from(["name", "time_zone", "iana_time_zone", "locale", "intervals"]), ANYTHING
)


@pytest.mark.parametrize(
    ("name", "zone", "country"),
    [
        ("London", "Europe/London", "GB"),
        ("Edinburgh", "Europe/London", "GB"),
        ("Berlin", "Europe/Berlin", "DE"),
        ("Eastern Time (US & Canada)", "America/New_York", "US"),
        ("Mexico City", "America/Mexico_City", "MX"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires", "AR"),
        ("Newfoundland", "America/St_Johns", "CA"),
        ("Canberra", "Australia/Sydney", "AU"),
        ("Brasilia", "America/Sao_Paulo", "BR"),
        ("Hanoi", "Asia/Ho_Chi_Minh", "VN"),
        ("Kyiv", "Europe/Kyiv", "UA"),
        ("Singapore", "Asia/Singapore", "SG"),
        ("UTC", "UTC", ""),
        ("America/Godthab", "America/Godthab", "GL"),
        ("Asia/Calcutta", "Asia/Calcutta", "IN"),
        ("Nowhere", "", ""),
        ("", "", ""),
    ],
)
def test_a_zone_is_known_by_zendesk_s_name_or_its_own(name: str, zone: str, country: str) -> None:
    assert iana_zone(name) == zone
    assert country_of(zone) == country


def test_every_zone_of_the_table_exists() -> None:
    assert [zone for zone in _NAMES.values() if not is_zone(zone)] == []


def test_a_schedule_is_read() -> None:
    row = {
        "name": "EMEA\n",
        "time_zone": "Berlin",
        "intervals": [{"start_time": 3420, "end_time": 3900}, {"start_time": 1980, "end_time": 0}],
    }
    schedule = schedule_of(row)
    assert (schedule.name, schedule.time_zone) == ("EMEA", "Europe/Berlin")
    assert schedule.intervals == ((1980, 0), (3420, 3900))


@pytest.mark.parametrize(
    "interval",
    [{}, {"start_time": 5}, {"start_time": True, "end_time": 9}, {"start_time": -1, "end_time": 9},
     {"start_time": 0, "end_time": 10081}, {"start_time": 7, "end_time": 7},
     {"start_time": 10080, "end_time": 0}, {"start_time": 10080, "end_time": 10080},
     {"start_time": float("nan"), "end_time": 9}, "x"],
)  # fmt: skip
def test_an_interval_that_means_nothing_is_left_out(interval: Any) -> None:
    assert schedule_of({"intervals": [interval]}).intervals == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"iana_time_zone": "Europe/Vienna", "time_zone": "X"}, ("Europe/Vienna", "AT")),
        ({"time_zone": "Paris", "locale": "de-AT"}, ("Europe/Paris", "FR")),
        ({"time_zone": "UTC", "locale": "de-AT"}, ("UTC", "AT")),
        ({"iana_time_zone": "Mars/X", "locale": "pt_BR"}, ("", "BR")),
        ({"locale": "en-US"}, ("", "")),
        ({"locale": "es-419"}, ("", "")),
        ({"locale": "de"}, ("", "")),
    ],
)
def test_where_somebody_is_comes_of_their_zone_else_of_their_language(
    row: dict[str, str], expected: tuple[str, str]
) -> None:
    assert whereabouts_of(row) == Whereabouts(*expected)


@given(ROWS)
def test_any_answer_is_read(row: dict[str, Any]) -> None:
    schedule, whereabouts = schedule_of(row), whereabouts_of(row)
    assert schedule.name
    assert all(0 <= start < WEEK_MINUTES for start, _ in schedule.intervals)
    assert all(0 <= end <= WEEK_MINUTES for _, end in schedule.intervals)
    assert all(zone == "" or is_zone(zone) for zone in (schedule.time_zone, whereabouts.time_zone))
