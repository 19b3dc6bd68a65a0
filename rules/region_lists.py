"""Checking the regions that a policy names: a misspelt one would switch nothing, silently."""

from collections.abc import Iterable

from rules.regions import GLOBAL, is_region
from rules.sections import Section

_HINT = "a country such as GB, a part of one such as US-CA, or EU"
# What people write for a code of ISO 3166; the EEA has none, and most of it is the EU.
_MEANT = {
    "UK": "GB", "GBR": "GB", "UNITED KINGDOM": "GB", "GREAT BRITAIN": "GB", "BRITAIN": "GB",
    "ENGLAND": "GB-ENG", "ENG": "GB-ENG", "WALES": "GB-WLS", "ENGLAND AND WALES": "GB-EAW",
    "SCOTLAND": "GB-SCT", "NORTHERN IRELAND": "GB-NIR", "EL": "GR", "GREECE": "GR", "USA": "US",
    "UNITED STATES": "US", "EEA": "EU", "EUROPE": "EU", "EUROPEAN UNION": "EU",
}  # fmt: skip


def read_regions(section: Section, given: Iterable[str]) -> tuple[str, ...]:
    """The values of a section's `regions`, in capitals; a mistake for each that is none."""
    regions = tuple(region.upper() for region in given)
    for region in regions:
        if not is_region(region):
            section.error("regions", f"unknown region '{region[:60]}'", _hint(region, _HINT))
    return regions


def regions_as_written(section: Section, given: Iterable[str]) -> tuple[str, ...]:
    """The same where GLOBAL may stand too, and where earlier releases took any text.

    They stay as they are written: so they are part of the digests of kept versions.
    """
    regions = tuple(given)
    known = f"{_HINT}, or {GLOBAL} for everywhere"
    for region in regions:
        if region.upper() != GLOBAL and not is_region(region.upper()):
            hint = _hint(region, known)
            section.error("regions", f"unknown region '{region[:60]}'", hint, only_new=True)
    return regions


def _hint(region: str, known: str) -> str:
    """What was meant, if that can be told, and what there is."""
    whole, dash, part = region.upper().partition("-")
    meant = _MEANT.get(" ".join(whole.split()), "") + dash + part
    return f"did you mean '{meant}'? It takes {known}" if is_region(meant) else known
