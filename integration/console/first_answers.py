"""Drafts from macros and articles, and the form in which an answer is written or approved."""

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from integration.console import answering
from integration.console.intake import ConsoleIntake, NotOnceError
from integration.console.setup_steps import WANTED_ANSWERS
from integration.console.web import desk, number_in, onward, page, person
from integration.console.words import BY_HAND, mistake
from integration.console.work import DRAFTS
from integration.policy_drafts import Draft, as_item, free_id
from integration.policy_edit import NotEditable, with_question
from integration.policy_folder import PolicyMoved, activate
from integration.store import facts
from rules.faqs import Faq
from rules.language_codes import is_language_code
from rules.policy import PolicyErrors, parse_policy

_LONGEST_BODY: Final = 20_000
_LONGEST_LINE: Final = 200
_MOST_EXAMPLES: Final = 40
_FEW_EXAMPLES: Final = 5
_MOST_OTHERS: Final = 40
_MOST_REMARKS: Final = 60


@dataclass(frozen=True, slots=True)
class Other:
    """A draft's text in another language; `taken` once somebody said that it goes along."""

    language: str
    body: str
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as somebody wrote it."""

    title: str = ""
    language: str = "en"
    examples: str = ""  # one a line
    body: str = ""
    others: tuple[Other, ...] = ()
    remarks: tuple[str, ...] = ()  # on the draft that it began with: for eyes alone

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The approved words by language: of the other languages those that were said yes to."""
        also = ((each.language, each.body) for each in self.others if each.taken)
        return (self.language, self.body), *also

    @property
    def lines(self) -> tuple[str, ...]:
        """The ways in which customers ask, each once."""
        kept = (line.strip()[:_LONGEST_LINE] for line in self.examples.splitlines())
        return tuple(dict.fromkeys(line for line in kept if line))[:_MOST_EXAMPLES]


def setup_drafts() -> Response:
    """What the helpdesk's macros and articles would become; read by the worker when asked to."""
    made, who = desk(), person()
    intake = ConsoleIntake(made.store, made.clock)
    if request.method == "POST":
        mark = request.form.get("once", "")
        try:
            intake.take(who.user_id or 0, mark, {"kind": DRAFTS})
        except NotOnceError:
            raise BadRequest from None
        with made.store.write() as connection:
            now = made.clock.now().timestamp()
            facts.put(connection, facts.DRAFTS, {"user": who.user_id, "once": mark}, now)
        return onward("console.setup_drafts")
    found = _reading()
    judging = answering.active()
    known = {faq.title.casefold() for faq in judging.policy.faqs} if judging else set()
    return page("setup_drafts.html", found=found, known=known)


def setup_answers() -> Response:
    """The answers there are, and the form for one more."""
    judging = answering.active()
    if judging is None:
        return onward("console.setup_policy")
    number = request.args.get("draft", "")
    written, wrong = _prefilled(number, request.args.get("language", "")), list[str]()
    if request.method == "POST":
        written = _written(request.form)
        wrong = _added(written, judging, shown=request.form.get("base", judging.version))
        if not wrong:
            return onward("console.setup_answers", done="answer-stored")
    faqs = judging.policy.faqs
    return page(
        "setup_answers.html",
        faqs=faqs,
        base=judging.version,
        wanted=WANTED_ANSWERS,
        written=written,
        wrong=wrong,
        few=_FEW_EXAMPLES,
        draft=number,
        settings=desk().settings,
    )


def _added(written: Written, judging: answering.Active, *, shown: str) -> list[str]:
    """Put an answer into the policy, in shadow; what is wrong with it instead.

    `shown` is the version that was active when the form was shown: one that comes again, as its
    answer was lost on the way, adds nothing.
    """
    if not written.title or not written.lines or not written.body.strip():
        return ["A title, at least one way to ask, and the words of the answer are needed."]
    made = desk()
    known = {faq.id for faq in judging.policy.faqs}
    draft = Draft(
        id=free_id(written.title, known, otherwise="answer"),
        title=written.title,
        examples=written.lines,
        answers=written.answers,
        remarks=(),
    )
    try:
        files = with_question(judging.files, as_item(draft, stage="shadow"))
        new = parse_policy(files, kept=True)
        if shown != judging.version and _stands_already(new.faqs[-1], judging.policy.faqs):
            return []
        activate(
            made.store, new.version, files, made.clock, by=person().by, instead_of=judging.version
        )
    except PolicyErrors as errors:
        return [mistake(error) for error in errors.errors]
    except NotEditable:
        return [BY_HAND]
    except PolicyMoved:
        return ["Somebody activated another policy meanwhile. Send it again."]
    return []


def _stands_already(new: Faq, faqs: tuple[Faq, ...]) -> bool:
    """Whether the same question with the same words is there, whatever its id and stage."""
    return any(replace(new, id=old.id, stage=old.stage, share=old.share) == old for old in faqs)


def _written(form: MultiDict[str, str]) -> Written:
    also = form.getlist("also")
    return Written(
        title=form.get("title", "").strip()[:_LONGEST_LINE],
        language=form.get("language", "en").strip().lower()[:3],
        examples=form.get("examples", ""),
        body=_body(form.get("body", "")),
        others=tuple(
            Other(language, _body(form.get(f"body_{language}", "")), language in also)
            for language in form.getlist("other")[:_MOST_OTHERS]
            if is_language_code(language)
        ),
        remarks=tuple(form.getlist("remark")[:_MOST_REMARKS]),
    )


def _body(typed: str) -> str:
    return typed.replace("\r\n", "\n")[:_LONGEST_BODY]


def _prefilled(number: str, language: str) -> Written:
    """The form with a draft in it, in a language if the draft has it, else in its first."""
    found, wanted = _reading(), number_in(number)
    drafts: list[dict[str, Any]] = (found or {}).get("drafts") or []
    if wanted is None or wanted >= len(drafts):
        return Written()
    draft = drafts[wanted]
    bodies = dict(draft["answers"])
    shown = language if language in bodies else next(iter(bodies))
    return Written(
        title=draft["title"],
        language=shown,
        examples="\n".join(draft["examples"]),
        body=bodies.pop(shown),
        others=tuple(Other(each, body) for each, body in bodies.items()),
        remarks=tuple(draft["remarks"]),
    )


def _reading() -> dict[str, Any] | None:
    """The last reading of macros and articles: its drafts, or that it is under way; else None."""
    made = desk()
    with made.store.read() as connection:
        kept = facts.get(connection, facts.DRAFTS)
    if not kept:
        return None
    try:
        answered = ConsoleIntake(made.store, made.clock).answered(
            int(kept["user"] or 0), str(kept["once"])
        )
    except NotOnceError:
        return None
    if answered is None:
        return None
    return answered.told or {"under_way": True, "failed": answered.delivery.state == "failed"}
