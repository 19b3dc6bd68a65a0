"""Time zones by the tables of the IANA database, as the package tzdata ships them.

https://data.iana.org/time-zones/tz-link.html : zone.tab names each zone's country, tzdata.zi the
names that a zone had before.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones


def is_zone(name: str) -> bool:
    """Whether the database knows a zone of this name."""
    return name in _known()


def country_of(zone: str) -> str:
    """The country that a zone lies in, as ISO 3166 writes it; empty for UTC and the unknown."""
    return _countries().get(zone) or _countries().get(_renamed().get(zone, ""), "")


def zone_of_city(name: str) -> str:
    """The zone that is named after a city; empty if there is none."""
    return _cities().get(name.replace(" ", "_"), "")


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _countries() -> Mapping[str, str]:
    rows = (line.split("\t") for line in _lines("zone.tab") if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@cache
def _cities() -> Mapping[str, str]:
    return {zone.rpartition("/")[2]: zone for zone in _countries()}


@cache
def _renamed() -> Mapping[str, str]:
    rows = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    return {former: zone for _, zone, former in rows}


def _lines(name: str) -> list[str]:
    table = files("tzdata").joinpath("zoneinfo", name)
    return [line for line in table.read_text("utf-8").splitlines() if line]
