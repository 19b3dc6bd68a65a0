"""Checking the regions that a policy names: a misspelt one would switch nothing, silently."""

from collections.abc import Iterable

from rules.regions import GLOBAL, is_region
from rules.sections import Section

_HINT = "a country such as GB, a part of one such as US-CA, or EU"


def read_regions(section: Section, given: Iterable[str]) -> tuple[str, ...]:
    """The values of a section's `regions`, in capitals; a mistake for each that is none."""
    regions = tuple(region.upper() for region in given)
    for region in regions:
        if not is_region(region):
            section.error("regions", f"unknown region '{region[:60]}'", _HINT)
    return regions


def regions_as_written(section: Section, given: Iterable[str]) -> tuple[str, ...]:
    """The same where GLOBAL may stand too, and where earlier releases took any text.

    They stay as they are written: so they are part of the digests of kept versions.
    """
    regions = tuple(given)
    hint = f"{_HINT}, or {GLOBAL} for everywhere"
    for region in regions:
        if region.upper() != GLOBAL and not is_region(region.upper()):
            section.error("regions", f"unknown region '{region[:60]}'", hint, only_new=True)
    return regions
