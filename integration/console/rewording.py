"""The words of an answer, its title and its examples: changed, added to, or taken out."""

from collections.abc import Mapping
from typing import Final

from flask import Response, request, url_for

from integration.console import answering
from integration.console.web import desk, moved, onward, page, person, storable
from integration.console.words import BY_HAND, mistake
from integration.policy_diff_page import diff_lines
from integration.policy_edit import NotEditable
from integration.policy_folder import PolicyMoved, activate
from integration.policy_words import Words, with_words, without_question
from rules.faqs import Faq
from rules.model import Stage
from rules.policy import PolicyErrors, parse_policy
from rules.policy_diff import differences

_LAST: Final = (
    "An answer needs words in at least one language: to send nothing, set its stage to off, or "
    "remove the answer."
)


def answer_words(faq_id: str) -> Response:
    """The form; what would change; and when that is confirmed, a new version."""
    judging, faq = answering.found(faq_id)
    words, wrong = _present(faq), list[str]()
    if request.method == "POST":
        words = _given(request.form, faq)
        if words.of(faq) == faq:
            return onward("console.answer", faq_id=faq_id, done="unchanged")
        if request.form.get("base", judging.version) != judging.version:
            return _moved(faq_id)
        wrong = _mistakes(words)
        if not wrong:
            try:
                files = with_words(judging.files, faq_id, words)
            except PolicyErrors as errors:
                wrong = [mistake(error) for error in errors.errors]
            except NotEditable:
                wrong = [BY_HAND]
            else:
                return _shown_or_stored(judging, faq, files, _fields(words))
    return page(
        "answer_words.html",
        faq=faq,
        typed=words,  # `words` are those of every page
        new=request.form,
        base=judging.version,
        wrong=wrong,
        settings=desk().settings,
    )


def remove_answer(faq_id: str) -> Response:
    """What goes with an answer; and when that is confirmed, a version without it."""
    judging, faq = answering.found(faq_id)
    if request.form.get("base", judging.version) != judging.version:
        return _moved(faq_id)
    try:
        files = without_question(judging.files, faq_id)
    except PolicyErrors as errors:
        wrong = [mistake(error) for error in errors.errors]
    except NotEditable:
        wrong = [BY_HAND]
    else:
        return _shown_or_stored(judging, faq, files, {}, removed=True)
    return page("answer_kept.html", faq=faq, wrong=wrong)


def _shown_or_stored(
    judging: answering.Active,
    faq: Faq,
    files: dict[str, str],
    fields: Mapping[str, str],
    *,
    removed: bool = False,
) -> Response:
    """The difference; a new version when it was confirmed."""
    new = parse_policy(files, kept=True)
    if not (request.method == "POST" and request.form.get("sure")):
        return page(
            "answer_change.html",
            faq=faq,
            fields=fields,
            lines=list(diff_lines(differences(judging.policy, new))),
            base=judging.version,
            new=new.version,
            widens=False,
            speaks=faq.stage is Stage.AUTO and not removed,
            removed=removed,
        )
    made = desk()
    try:
        activate(
            made.store, new.version, files, made.clock, by=person().by, instead_of=judging.version
        )
    except PolicyMoved:
        return _moved(faq.id)
    if removed:
        return onward("console.answers", done="answer-removed")
    return onward("console.answer", faq_id=faq.id, done="changed")


def _present(faq: Faq) -> Words:
    return Words(faq.title, faq.examples, tuple(answer.body for answer in faq.answers))


def _given(form: Mapping[str, str], faq: Faq) -> Words:
    """What was typed; what the form does not hold stays as it is."""
    bodies = tuple(
        _typed(form.get(f"body_{number}", answer.body), answer.body)
        for number, answer in enumerate(faq.answers)
    )
    language = storable(form.get("new_language", "")).strip().lower()
    body = _typed(form.get("new_body", ""), "")
    known = {(answer.language, answer.body) for answer in faq.answers}
    wanted = bool(language or body.strip()) and (language, body) not in known
    return Words(
        dropped=frozenset(n for n in range(len(faq.answers)) if f"drop_{n}" in form),
        title=storable(form.get("title", faq.title)).strip(),
        examples=_ways(form["examples"], faq) if "examples" in form else faq.examples,
        bodies=bodies,
        added=((language, body),) if wanted else (),
    )


def _typed(text: str, present: str) -> str:
    """What was typed, sign by sign but for the browser's ends of lines.

    Words that nobody touched stay as they are, whatever a browser makes of their ends of lines.
    """
    given = storable(text).replace("\r\n", "\n")
    same = given == present.replace("\r\n", "\n").replace("\r", "\n")
    return present if same else given


def _ways(text: str, faq: Faq) -> tuple[str, ...]:
    """The examples, one a line and each once; one that has several lines is shown on one."""
    known = {one_line(example): example for example in faq.examples}
    lines = (line.strip() for line in storable(text).splitlines())
    ways = (known.get(line, line) for line in lines if line)
    return tuple(dict.fromkeys(ways))


def one_line(example: str) -> str:
    """An example as the form shows it."""
    return " ".join(example.splitlines())


def _mistakes(words: Words) -> list[str]:
    """What the form itself asks for."""
    wrong = []
    if not words.title:
        wrong.append("A title is needed.")
    if not words.examples:
        wrong.append("At least one way in which customers ask is needed.")
    kept = [body for number, body in enumerate(words.bodies) if number not in words.dropped]
    if not kept and not words.added:
        wrong.append(_LAST)
    if not all(body.strip() for body in kept):
        wrong.append("Approved words can't be empty. To send none, set its stage to off.")
    if not all(language and body.strip() for language, body in words.added):
        wrong.append("Another language needs both its code, such as de, and its words.")
    return wrong


def _fields(words: Words) -> dict[str, str]:
    """The same form, for the page on which it is confirmed."""
    fields = {"title": words.title, "examples": "\n".join(map(one_line, words.examples))}
    fields |= {f"body_{number}": body for number, body in enumerate(words.bodies)}
    fields |= {f"drop_{number}": "1" for number in words.dropped}
    for language, body in words.added:
        fields |= {"new_language": language, "new_body": body}
    return fields


def _moved(faq_id: str) -> Response:
    return moved(url_for("console.answer", faq_id=faq_id), "To the answer")
