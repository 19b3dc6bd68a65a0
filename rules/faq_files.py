"""Reading faqs.yaml, and approved texts wherever they stand."""

import re
from collections.abc import Collection
from dataclasses import replace

from rules.answers import BLANKS, Answer, blanks_in, unknown_blanks
from rules.entities import ENTITIES
from rules.faqs import Faq
from rules.language_codes import is_language_code
from rules.model import Stage
from rules.policy_errors import did_you_mean
from rules.policy_schema import Settings
from rules.region_lists import read_regions
from rules.sections import Section

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_STAGES = tuple(stage.value for stage in Stage)


def read_faqs(root: Section, settings: Settings) -> tuple[Faq, ...]:
    """The questions of faqs.yaml; mistakes go to the section's log."""
    read = [(section, _faq(section, settings)) for section in root.sections("faqs")]
    seen: set[str] = set()
    for section, faq in read:
        if faq.id in seen:
            section.error("id", f"'{faq.id}' stands twice", "each id once")
        seen.add(faq.id)
    for section, faq in read:
        for other in faq.combines_with:
            if other not in seen - {faq.id}:
                hint = did_you_mean(other, seen - {faq.id})
                section.error("combines_with", f"'{other[:60]}' is no other question", hint)
    root.close()
    return tuple(faq for _, faq in read)


def _faq(section: Section, settings: Settings) -> Faq:
    faq_id = section.text("id")
    if not section.has("id"):
        section.error("id", "is missing")
    elif not _ID.fullmatch(faq_id):
        section.error("id", "must be lower-case letters, digits, - and _, at most 64")
    examples = section.texts("examples")
    if not examples:
        section.error("examples", "is missing or empty", "write some ways customers ask this")
    elif not all(any(map(str.isalpha, example)) for example in examples):
        section.error("examples", "an example needs words")
    answers = _answers(section)
    if not answers:
        section.error("answers", "is missing or empty", "write at least one approved answer")
    faq = Faq(
        id=faq_id,
        title=section.text("title", faq_id),
        specialist=section.text("specialist", "default"),
        examples=examples,
        answers=answers,
        stage=read_stage(section, settings.stage),
        share=section.whole("share", 100, 0, 100),
        needs=tuple(dict.fromkeys(section.texts("needs"))),
        ask=read_texts(section, "ask"),
        combines_with=section.texts("combines_with"),
    )
    known = {*settings.specialists, "default"}
    if settings.specialists and faq.specialist not in known:
        hint = did_you_mean(faq.specialist, known)
        section.error("specialist", f"'{faq.specialist[:60]}' is not in policy.yaml", hint)
    _check_needs(section, faq, (*ENTITIES, *settings.entities))
    section.close()
    return faq


def _check_needs(section: Section, faq: Faq, entities: Collection[str]) -> None:
    for name in faq.needs:
        if name not in entities:
            hint = did_you_mean(name, entities)
            section.error("needs", f"'{name[:60]}' is no known entity", hint)
    if faq.ask and not faq.needs:
        section.error("ask", "asks for nothing", "say in needs what the answer needs")


def _answers(section: Section) -> tuple[Answer, ...]:
    """The answers of a question: several in a language if their conditions differ."""
    answers: list[Answer] = []
    for inner in section.sections("answers"):
        answer = replace(
            _approved(inner),
            valid_from=inner.day("valid_from"),
            regions=read_regions(inner, _some(inner, "regions")),
            tags=frozenset(tag.lower() for tag in _some(inner, "tags")),
            combined=inner.text("combined"),
        )
        if inner.has("combined"):
            _check_words(inner, "combined", answer.combined)
        inner.close()
        if answer.valid_from and answer.review_by and answer.valid_from > answer.review_by:
            hint = "an answer is used from valid_from to review_by"
            inner.error("valid_from", "is after review_by", hint)
        if any(_is_same(answer, other) for other in answers):
            hint = "give each its own valid_from, regions or tags, or keep one"
            where = f"'{answer.language[:10]}' with the same conditions"
            inner.error("language", f"there is a second answer in {where}", hint)
        answers.append(answer)
    return tuple(answers)


def _is_same(one: Answer, other: Answer) -> bool:
    """Whether two answers are for the same tickets, language and conditions alike."""
    return (one.language, one.valid_from, set(one.regions), one.tags) == (
        other.language,
        other.valid_from,
        set(other.regions),
        other.tags,
    )


def _some(section: Section, name: str) -> tuple[str, ...]:
    """A list of texts that is not empty, where it is given."""
    values = section.texts(name)
    if section.has(name) and not values:
        section.error(name, "must name at least one", "leave it out for all")
    return values


def read_texts(section: Section, name: str = "answers") -> tuple[Answer, ...]:
    """The approved texts under a key, one in each language."""
    texts: list[Answer] = []
    for inner in section.sections(name):
        text = _approved(inner)
        inner.close()
        if any(text.language == other.language for other in texts):
            inner.error("language", f"there is a second answer in '{text.language[:10]}'")
        texts.append(text)
    return tuple(texts)


def _approved(section: Section) -> Answer:
    text = Answer(
        language=section.text("language", "en").lower(),
        body=section.text("body"),
        review_by=section.day("review_by"),
    )
    _check_words(section, "body", text.body)
    if not is_language_code(text.language):
        section.error("language", "must be a language code such as en")
    return text


def read_words(section: Section, name: str, place: str = "") -> dict[str, str]:
    """One approved text for each language, by language codes; `place` is a blank each must have."""
    inner = section.section(name)
    texts = {language: inner.text(language) for language in section.named(name)}
    for language, text in texts.items():
        _check_words(inner, language, text, (*BLANKS, place) if place else BLANKS)
        if not is_language_code(language):
            inner.error(language, "must be a language code such as en")
        if place and text and blanks_in(text).count(place) != 1:
            inner.error(language, f"must hold {{{{ {place} }}}} once", "the answers stand there")
    return texts


def _check_words(section: Section, name: str, text: str, blanks: Collection[str] = BLANKS) -> None:
    if not section.has(name):
        section.error(name, "is missing")
    for blank in unknown_blanks(text, blanks):
        section.error(name, f"unknown blank '{blank[:60]}'", did_you_mean(blank, blanks))


def read_stage(section: Section, default: Stage) -> Stage:
    """A stage."""
    return Stage(section.choice("stage", _STAGES, default.value))
