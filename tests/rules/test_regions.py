"""Regions of the world: which one touches which."""

import pytest

from rules.regions import cover, is_region, within


@pytest.mark.parametrize(
    ("one", "other"),
    [("GB", "GB"), ("DE", "EU"), ("US-CA", "US"), ("US", "GLOBAL"), ("DE-BY", "EU"),
     ("DE-BY", "GLOBAL"), ("EU", "GLOBAL"), ("US-CA", "US-CA"), ("GB-ENG", "GB-EAW"),
     ("GB-WLS", "GB-EAW"), ("GB-EAW", "GB-GBN"), ("GB-SCT", "GB-GBN"), ("GB-NIR", "GB-UKM"),
     ("GB-EAW", "GB")],
)  # fmt: skip
def test_a_region_touches_itself_its_parts_and_what_is_around_it(one: str, other: str) -> None:
    assert cover([one], [other])
    assert cover([other], [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [("GB", "EU"), ("US", "EU"), ("US-CA", "US-NY"), ("DE", "FR"), ("DE-BY", "FR"), ("U", "US"),
     ("GB-SCT", "GB-EAW"), ("GB-NIR", "GB-GBN"), ("GB-ENG", "GB-WLS"), ("GB-EAW", "EU")],
)  # fmt: skip
def test_other_regions_do_not_touch(one: str, other: str) -> None:
    assert not cover([one], [other])
    assert not cover([other], [one])


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
