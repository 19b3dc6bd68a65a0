"""Regulatory packs: reading them, and the ones that are shipped."""

from collections.abc import Iterable, Sequence
from functools import cache

from rules.calendars import is_calendar
from rules.model import PRIORITIES
from rules.phrases import PhraseError, PhraseTable, Words, check_phrase
from rules.policy_errors import ErrorLog, PolicyError, PolicyErrors
from rules.policy_schema import SEVERITIES, UNITS, Clock, Pack
from rules.sections import Section
from rules.shipped import shipped_texts
from rules.view import View, normalised
from rules.yaml_tree import YamlError, read_yaml

REPLIES = ("none", "neutral_ack")
_MAX_AMOUNT = 1000


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """The packs that come with this package, in order of their files."""
    errors: list[PolicyError] = []
    packs: list[Pack] = []
    for name, text in shipped_texts("packs").items():
        packs += read_packs(f"packs/{name}", text, errors)
    if errors:
        raise PolicyErrors(tuple(errors))
    return tuple(packs)


def read_packs(file: str, text: str, errors: list[PolicyError]) -> list[Pack]:
    """The packs of one file; mistakes are added to `errors`."""
    log = ErrorLog(file, errors)
    try:
        root = Section(read_yaml(text), log)
    except YamlError as error:
        log.add(error.line, "", str(error))
        return []
    family = root.text("family")
    if not family:
        root.error("family", "is missing", "name the family, such as complaint")
    packs = [_pack(section, family) for section in root.sections("packs")]
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
        regions=section.texts("regions"),
        sectors=section.texts("sectors"),
        tags=section.texts("tags"),
        neutral=section.flag("neutral", default=False),
        reply=section.choice("reply", REPLIES, "none"),
        phrases=_phrases(section, "phrases"),
        weak=_phrases(section, "weak"),
        phrases_of=section.texts("phrases_of"),
        head_words=section.texts("head_words"),
        hard_negatives=section.texts("hard_negatives"),
        clocks=tuple(_clock(inner) for inner in section.sections("clocks")),
        sources=section.texts("sources"),
        as_of=section.text("as_of"),
    )
    section.close()
    for name in ("id", "title"):
        if not section.has(name):
            section.error(name, "is missing")
    if not (pack.phrases or pack.phrases_of or pack.weak):
        section.error("phrases", "is missing", "a pack without phrases sees nothing")
    if pack.neutral and (pack.clocks or pack.tags or pack.reply != "none"):
        section.error("neutral", "a neutral pack may carry no clocks, tags or reply")
    return pack


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
    clock = Clock(
        name=section.text("name"),
        amount=section.whole("amount", 1, 0, _MAX_AMOUNT),
        unit=section.choice("unit", UNITS, "days"),
        source=section.text("source"),
        calendar=section.text("calendar"),
    )
    section.close()
    for name in ("name", "amount", "unit", "source"):
        if not section.has(name):
            section.error(name, "is missing")
    if clock.calendar and not is_calendar(clock.calendar):
        section.error("calendar", "is no known holiday calendar", "such as GB-ENG or DE-BY")
    return clock


def false_alarms(packs: Sequence[Pack], negatives: Iterable[str]) -> list[tuple[str, str]]:
    """Which pack would fire on which sentence that must not fire any."""
    table = PhraseTable((phrase, pack.id) for pack in packs for phrase in pack.phrases)
    return [
        (hit.value, negative)
        for negative in negatives
        for hit in table.find(Words.of(normalised(View.of(negative))))
    ]
