"""Regions of the world, as far as packs name them: which one lies within which."""

from collections.abc import Collection

from rules.wordlists import word_set

_EU = word_set("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")


def cover(chosen: Collection[str], wanted: Collection[str]) -> bool:
    """Whether any wanted region touches a chosen one: the same, a part of it, or around it."""
    return any(_touch(one, other) for one in chosen for other in wanted)


def _touch(one: str, other: str) -> bool:
    return within(one, other) or within(other, one)


def within(part: str, whole: str) -> bool:
    """Whether a region is or lies within another: US-CA within US, DE within EU."""
    country = part.partition("-")[0]
    return whole in {"GLOBAL", part, country} or (whole == "EU" and country in _EU)
