"""Reading policy.yaml."""

import re
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from rules.answers import PLACE
from rules.calendars import DAYS, BusinessHours, is_calendar, known_calendars
from rules.chat import read_chat
from rules.entities import ENTITIES, Shape, ShapeError
from rules.faq_files import read_stage, read_texts, read_words
from rules.known_names import KnownNames, check_settings, check_statutory
from rules.language_codes import code_meant, is_language_code
from rules.languages import LANGUAGES
from rules.model import PRIORITIES, Stage
from rules.policy_errors import did_you_mean
from rules.policy_schema import (
    CHANNELS,
    STATEMENTS,
    Acknowledgement,
    Guards,
    Routing,
    Settings,
    StatutoryAnswer,
    Tier,
    Tone,
    Value,
)
from rules.region_lists import regions_as_written
from rules.sections import Section

_ENTITY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MAX_PER_HOUR = 1_000_000
_MAX_WINDOW_HOURS = 24.0 * 365
_MAX_AMOUNT = 1e12
_MIN_AGE_HOURS, _MAX_AGE_HOURS = 1.0, 24.0 * 365


def read_settings(root: Section, known: KnownNames) -> Settings:
    """The values of policy.yaml; mistakes go to the section's log.

    `known`: what it may refer to.
    """
    default = Settings()
    settings = Settings(
        target_precision=root.number("target_precision", default.target_precision, 0.5, 1.0),
        stage=read_stage(root, Stage.SHADOW),
        answer_outside_hours=root.flag("answer_outside_hours", default=True),
        regions=regions_as_written(root, root.texts("regions")),
        sectors=root.texts("sectors"),
        groups=root.pairs("groups"),
        specialists=root.pairs("specialists"),
        hours=_hours(root.section("business_hours")),
        value=_value(root.section("value")),
        guards=_guards(root.section("guards")),
        tone=_tone(root.section("tone")),
        routing=_routing(root.section("routing")),
        acknowledgement=_acknowledgement(root.section("acknowledgement"), known),
        entities=_entities(root),
        disclosure=read_words(root, "disclosure"),
        combination=read_words(root, "combination", PLACE),
        chat=read_chat(root.section("slack")),
    )
    root.close()
    check_settings(root, settings, known)
    return settings


def _entities(root: Section) -> dict[str, str]:
    inner = root.section("entities")
    shapes = {name: inner.text(name) for name in root.named("entities")}
    for name, shape in shapes.items():
        if not _ENTITY.fullmatch(name):
            inner.error(name, "must be lower-case letters, digits and _, at most 64")
        if name in ENTITIES:
            inner.error(name, "is known without being declared", "choose another name")
        if not inner.has(name):
            inner.error(name, "is missing", "a shape such as AA-999999")
        try:
            Shape.of(shape or "9")
        except ShapeError as error:
            inner.error(name, f"'{shape[:60]}': {error}", "a shape such as AA-999999 or ORD-9*")
    return shapes


def _hours(section: Section) -> BusinessHours:
    default = BusinessHours()
    zone = section.text("timezone", default.timezone)
    if zone not in _zones():
        section.error("timezone", f"unknown time zone '{zone[:60]}'", did_you_mean(zone, _zones()))
        zone = default.timezone
    calendar = section.text("holidays")
    if calendar and not is_calendar(calendar):
        section.error("holidays", f"unknown holiday calendar '{calendar[:60]}'", _near(calendar))
        calendar = ""
    opens, closes = section.time("open", default.open), section.time("close", default.close)
    if opens >= closes:
        section.error("close", "must be later than open")
        opens, closes = time.min, time.max
    days = section.choices("days", DAYS, default.days)
    if not days:
        section.error("days", "must name at least one day", "leave it out for Monday to Friday")
    section.close()
    return BusinessHours(zone, days, opens, closes, calendar)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _near(calendar: str) -> str:
    """A hint for a calendar that is not known."""
    country = calendar.partition("-")[0]
    parts = known_calendars().get(country)
    if parts is None:
        return did_you_mean(country, known_calendars())
    return did_you_mean(calendar, [country, *(f"{country}-{part}" for part in parts)])


def _value(section: Section) -> Value:
    order = section.section("order")
    fields = section.section("organization_fields")
    value = Value(
        vip_tags=frozenset(tag.lower() for tag in section.texts("vip_tags")),
        organization_fields=tuple(
            (name, fields.texts(name)) for name in section.named("organization_fields")
        ),
        order_field=order.text("field"),
        order_above=order.number("above", 0.0, 0.0, _MAX_AMOUNT),
        auto_answer=section.flag("auto_answer", default=True),
    )
    if order.has("above") and not value.order_field:
        order.error("field", "is missing", "the id of the ticket field that holds the amount")
    order.close()
    section.close()
    return value


def _routing(section: Section) -> Routing:
    by_region = section.pairs("regions")
    regions = regions_as_written(section, by_region)
    routing = Routing(
        tiers=tuple(_tier(inner) for inner in section.sections("tiers")),
        value_group=section.text("value") or None,
        languages=_by_language(section),
        regions={region.upper(): by_region[region] for region in regions},
        on_call=section.text("on_call") or None,
        out_of_hours=section.text("out_of_hours") or None,
    )
    section.close()
    return routing


def _by_language(section: Section) -> dict[str, str]:
    groups = section.pairs("languages")
    for name in groups:
        if not is_language_code(name.lower()):
            message = "must be a language code such as en"
            section.section("languages").error(name, message, code_meant(name), only_new=True)
    return {name.lower(): group for name, group in groups.items()}


def _tier(section: Section) -> Tier:
    tier = Tier(
        name=section.text("name"),
        tags=frozenset(tag.lower() for tag in section.texts("tags")),
        group=section.text("group"),
        priority=section.choice("priority", PRIORITIES, "") or None,
    )
    section.close()
    for name in ("name", "tags", "group"):
        if not section.has(name):
            section.error(name, "is missing")
    return tier


def _guards(section: Section) -> Guards:
    default = Guards()
    guards = Guards(
        reply_window_hours=section.number(
            "reply_window_hours", default.reply_window_hours, 0.0, _MAX_WINDOW_HOURS
        ),
        max_replies_per_hour=section.whole(
            "max_replies_per_hour", default.max_replies_per_hour, 0, _MAX_PER_HOUR
        ),
        languages=section.choices("languages", LANGUAGES, default.languages),
        channels=section.choices("channels", CHANNELS, default.channels),
        min_words_with_attachment=section.whole(
            "min_words_with_attachment", default.min_words_with_attachment, 3, 1000
        ),
        max_risk=section.number("max_risk", default.max_risk, 0.0, 0.5),
        max_message_age_hours=section.number(
            "max_message_age_hours", default.max_message_age_hours, _MIN_AGE_HOURS, _MAX_AGE_HOURS
        ),
    )
    section.close()
    return guards


def _tone(section: Section) -> Tone:
    default = Tone()
    tone = Tone(
        escalate_below=section.number("escalate_below", default.escalate_below, -1.0, 1.0),
        vip_escalate_below=section.number(
            "vip_escalate_below", default.vip_escalate_below, -1.0, 1.0
        ),
        anger_above=section.number("anger_above", default.anger_above, 0.0, 1.0),
        distress_above=section.number("distress_above", default.distress_above, 0.0, 1.0),
        churn_above=section.number("churn_above", default.churn_above, 0.0, 1.0),
        unanswered_messages=section.whole(
            "unanswered_messages", default.unanswered_messages, 2, 1000
        ),
    )
    section.close()
    return tone


def _acknowledgement(section: Section, known: KnownNames) -> Acknowledgement:
    acknowledgement = Acknowledgement(
        stage=read_stage(section, Stage.OFF),
        answers=read_texts(section),
        statutory=tuple(_statutory(inner, known) for inner in section.sections("statutory")),
    )
    section.close()
    return acknowledgement


def _statutory(section: Section, known: KnownNames) -> StatutoryAnswer:
    answer = StatutoryAnswer(
        packs=frozenset(section.texts("packs")),
        states=section.choices("states", STATEMENTS),
        answers=read_texts(section),
    )
    section.close()
    for name in ("packs", "states", "answers"):
        if not section.has(name):
            section.error(name, "is missing")
    check_statutory(section, answer.packs, known)
    return answer
