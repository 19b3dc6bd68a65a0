"""Checking the regions that a policy names: a misspelt one would switch nothing, silently."""

from collections.abc import Iterable

from rules.regions import GLOBAL, is_region
from rules.sections import Section

_HINT = "a country such as GB, a part of one such as US-CA, or EU"


def read_regions(
    section: Section, given: Iterable[str], *, everywhere: bool = False
) -> tuple[str, ...]:
    """The values of a section's `regions`, in capitals; a mistake for each that is none.

    `everywhere`: GLOBAL may stand there too.
    """
    regions = tuple(region.upper() for region in given)
    hint = f"{_HINT}, or {GLOBAL} for everywhere" if everywhere else _HINT
    for region in regions:
        if not (is_region(region) or (everywhere and region == GLOBAL)):
            section.error("regions", f"unknown region '{region[:60]}'", hint)
    return regions
