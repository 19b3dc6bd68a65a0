"""Regulatory packs: reading them, and the ones that are shipped."""

import re
from collections import Counter
from datetime import date
from functools import cache

from rules.calendars import is_calendar
from rules.model import PRIORITIES
from rules.phrases import PhraseError, check_phrase
from rules.policy_errors import ErrorLog, PolicyError, PolicyErrors
from rules.policy_schema import (
    CLOCK_KINDS,
    COUNTED_UNITS,
    REPLIES,
    SEVERITIES,
    STATEMENTS,
    UNITS,
    VERIFICATIONS,
    Clock,
    Pack,
    Source,
)
from rules.region_lists import read_regions, regions_as_written
from rules.sections import Section
from rules.shipped import shipped_texts
from rules.yaml_tree import YamlError, read_yaml

_MAX_AMOUNT = 5000
_LONGEST_NAME = 200  # of a clock, in the store
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_EARLIEST, _LATEST = date(1950, 1, 1), date(2100, 1, 1)
_MIN_ACRONYM = 2
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """The packs that come with this package, in order of their files."""
    errors: list[PolicyError] = []
    packs: list[Pack] = []
    for name, text in shipped_texts("packs").items():
        packs += [pack for _, pack in read_packs(f"packs/{name}", text, errors)]
    if errors:
        raise PolicyErrors(tuple(errors))
    return tuple(packs)


def read_packs(file: str, text: str, errors: list[PolicyError]) -> list[tuple[Section, Pack]]:
    """The packs of one file, each with where it stands; mistakes are added to `errors`."""
    log = ErrorLog(file, errors)
    try:
        root = Section(read_yaml(text), log)
    except YamlError as error:
        log.add(error.line, "", str(error))
        return []
    family = root.text("family")
    if not family:
        root.error("family", "is missing", "name the family, such as complaint")
    packs = [(section, _pack(section, family)) for section in root.sections("packs")]
    root.close()
    return packs


def _pack(section: Section, family: str) -> Pack:
    pack = Pack(
        id=section.text("id"),
        title=section.text("title"),
        family=family,
        severity=section.choice("severity", SEVERITIES, "high"),
        owner=section.text("owner", "default"),
        priority=section.choice("priority", PRIORITIES, "high"),
        regime=section.text("regime"),
        regions=regions_as_written(section, section.texts("regions")),
        sectors=section.texts("sectors"),
        tags=section.texts("tags"),
        neutral=section.flag("neutral", default=False),
        reply=section.choice("reply", REPLIES, "none"),
        acknowledgement_states=section.choices("acknowledgement_states", STATEMENTS),
        phrases=_phrases(section, "phrases"),
        hold=_phrases(section, "hold"),
        weak=_phrases(section, "weak"),
        acronyms=section.texts("acronyms"),
        phrases_of=section.texts("phrases_of"),
        hard_negatives=section.texts("hard_negatives"),
        clocks=tuple(_clock(inner) for inner in section.sections("clocks")),
        sources=tuple(_source(inner) for inner in section.sections("sources")),
        verified=section.choice("verified", VERIFICATIONS, ""),
        as_of=_day_text(section, "as_of"),
    )
    section.close()
    _check(section, pack)
    return pack


def _check(section: Section, pack: Pack) -> None:
    """What a pack must and must not hold."""
    for name in ("id", "title"):
        if not section.has(name):
            section.error(name, "is missing")
    if pack.id and not _ID.fullmatch(pack.id):
        section.error("id", "must be lower-case letters, digits, - and _, at most 64")
    if not (pack.phrases or pack.phrases_of or pack.hold or pack.weak or pack.acronyms):
        section.error("phrases", "is missing", "a pack without phrases sees nothing")
    for acronym in pack.acronyms:
        if not acronym.isupper() or len(acronym) < _MIN_ACRONYM or not acronym.isalnum():
            section.error("acronyms", f"'{acronym[:20]}' must be capitals, two at least")
    _check_facts(section, pack)


def _check_facts(section: Section, pack: Pack) -> None:
    """Sources, and what may be said to the customer."""
    if pack.clocks and not pack.sources:
        section.error("sources", "is missing", "say which law or page the deadlines come from")
    names = Counter(clock.name for clock in pack.clocks if clock.name)
    for name, times in names.items():
        if times > 1:  # nobody could tell them apart, and the one would pass for the other
            hint = "a clock is known by its name: give each its own"
            message = f"there are {times} clocks named '{name[:60]}'"
            section.error("clocks", message, hint, only_new=True)
    if any(source.date > pack.as_of for source in pack.sources if pack.as_of):
        section.error("sources", f"a source is younger than the pack's as_of, {pack.as_of}")
    if pack.neutral and (pack.tags or pack.reply != "none"):
        section.error("neutral", "a neutral pack may carry no tags and no reply")
    if (pack.reply == "statutory_ack") != bool(pack.acknowledgement_states):
        section.error(
            "acknowledgement_states",
            "belongs to `reply: statutory_ack`, and to no other",
            f"what the law requires it to say: {', '.join(STATEMENTS)}",
        )


def _phrases(section: Section, name: str) -> tuple[str, ...]:
    """The phrases of all languages; every one must be readable."""
    inner = section.section(name)
    phrases: list[str] = []
    for language in section.named(name):
        for phrase in inner.texts(language):
            try:
                check_phrase(phrase)
            except PhraseError as error:
                inner.error(language, f"'{phrase[:60]}': {error}")
                continue
            phrases.append(phrase)
    return tuple(phrases)


def _clock(section: Section) -> Clock:
    has_amount = section.has("amount")
    clock = Clock(
        name=section.text("name", most=_LONGEST_NAME),
        amount=section.whole("amount", 0, 0, _MAX_AMOUNT) if has_amount else None,
        unit=section.choice("unit", UNITS, "days"),
        source=section.text("source"),
        calendar=section.text("calendar"),
        regions=read_regions(section, section.texts("regions")),
        starts=section.choice("starts", ("receipt", "event"), "receipt"),
        event=section.text("event"),
        kind=section.choice("kind", CLOCK_KINDS, "statutory"),
        counts_receipt=section.flag("counts_receipt", default=False),
        rolls=section.flag("rolls", default=False),
        verified=section.choice("verified", VERIFICATIONS, ""),
        note=section.text("note"),
    )
    section.close()
    for name in ("name", "unit", "source"):
        if not section.has(name):
            section.error(name, "is missing")
    if clock.unit in COUNTED_UNITS and not has_amount:
        section.error("amount", "is missing", "or the unit is promptly or as_stated")
    if clock.unit not in COUNTED_UNITS and has_amount and clock.unit != "billing_cycles":
        section.error("amount", f"goes with no number: the unit is {clock.unit}")
    if (clock.starts == "event") != bool(clock.event):
        section.error("event", "belongs to `starts: event`, and to no other")
    if clock.calendar and not is_calendar(clock.calendar):
        section.error("calendar", "is no known holiday calendar", "such as GB, DE-BY, EU or FED")
    return clock


def _source(section: Section) -> Source:
    source = Source(
        ref=section.text("ref"),
        url=section.text("url"),
        date=_day_text(section, "date"),
        verified=section.choice("verified", VERIFICATIONS, ""),
    )
    section.close()
    if not section.has("ref"):
        section.error("ref", "is missing", "the law's section, or the page's title")
    if source.url and not source.url.startswith(("https://", "http://")):
        section.error("url", "must be an address such as https://example.org")
    return source


def _day_text(section: Section, name: str) -> str:
    """A date, or its year or month alone, kept as text; one that no source can have is wrong."""
    text = section.text(name)
    if not text:
        return ""
    found = _DAY.fullmatch(text)
    try:
        day = date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        section.error(name, "must be a date such as 2026-06-30, or its year or month alone")
    elif not _EARLIEST <= day < _LATEST:
        section.error(name, f"{text} is no plausible date")
    return text
