"""Regions of the world: which one touches which."""

import pytest

from rules.regions import _NORTHERN_IRISH, _SCOTTISH, cover, is_region, within


@pytest.mark.parametrize(
    ("one", "other"),
    [("GB", "GB"), ("DE", "EU"), ("US-CA", "US"), ("US", "GLOBAL"), ("DE-BY", "EU"),
     ("DE-BY", "GLOBAL"), ("EU", "GLOBAL"), ("US-CA", "US-CA"), ("GB-ENG", "GB-EAW"),
     ("GB-WLS", "GB-EAW"), ("GB-EAW", "GB-GBN"), ("GB-SCT", "GB-GBN"), ("GB-NIR", "GB-UKM"),
     ("GB-EAW", "GB"), ("GB-LND", "GB-EAW"), ("GB-MAN", "GB-EAW"), ("GB-CRF", "GB-EAW"),
     ("GB-LND", "GB"), ("GB-LND", "GB-GBN"), ("GB-GLG", "GB-SCT"), ("GB-GLG", "GB-GBN"),
     ("GB-BFS", "GB-NIR"), ("GB-BFS", "GB-UKM"), ("GB-ZZZ", "GB-EAW")],
)  # fmt: skip
def test_a_region_touches_itself_its_parts_and_what_is_around_it(one: str, other: str) -> None:
    assert cover([one], [other])
    assert cover([other], [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [("GB", "EU"), ("US", "EU"), ("US-CA", "US-NY"), ("DE", "FR"), ("DE-BY", "FR"), ("U", "US"),
     ("GB-SCT", "GB-EAW"), ("GB-NIR", "GB-GBN"), ("GB-ENG", "GB-WLS"), ("GB-EAW", "EU"),
     ("GB-GLG", "GB-EAW"), ("GB-BFS", "GB-EAW"), ("GB-BFS", "GB-GBN"),
     ("US-LND", "GB-EAW"), ("GB-LND", "GB-SCT")],
)  # fmt: skip
def test_other_regions_do_not_touch(one: str, other: str) -> None:
    assert not cover([one], [other])
    assert not cover([other], [one])


def test_every_part_of_the_united_kingdom_lies_in_one_of_its_countries() -> None:
    assert len(_SCOTTISH) == 32
    assert len(_NORTHERN_IRISH) == 11
    assert not _SCOTTISH & _NORTHERN_IRISH
    assert all(map(is_region, _SCOTTISH | _NORTHERN_IRISH))


def test_what_holds_a_part_does_not_lie_within_it() -> None:
    assert within("GB-ENG", "GB-EAW")
    assert not within("GB-EAW", "GB-ENG")


def test_any_wanted_region_may_touch_any_chosen_one() -> None:
    assert cover(["US", "FR"], ["GB", "EU"])
    assert not cover(["US", "FR"], ["GB", "DE"])


def test_no_region_touches_nothing() -> None:
    assert not cover([], ["GLOBAL"])
    assert not cover(["GLOBAL"], [])


@pytest.mark.parametrize("name", ["GB", "US-CA", "DE-BY", "FR-75", "EU", "XK"])
def test_customers_can_be_of_countries_their_parts_and_the_union(name: str) -> None:
    assert is_region(name)


@pytest.mark.parametrize("name", ["", "UK", "gb", "GB-", "US-CALI", "EU-1", "GLOBAL", "G"])
def test_other_names_are_no_regions(name: str) -> None:
    assert not is_region(name)
