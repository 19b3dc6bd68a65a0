"""Drafts from macros and articles, and the form in which an answer is written or approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import BadRequest

from integration.console import answering
from integration.console.intake import ConsoleIntake, NotOnceError
from integration.console.setup_steps import WANTED_ANSWERS
from integration.console.web import desk, onward, page, person
from integration.console.work import DRAFTS
from integration.policy_drafts import Draft, as_item, free_id
from integration.policy_edit import NotEditable, with_question
from integration.policy_folder import PolicyMoved, activate
from integration.store import facts
from rules.faqs import Faq
from rules.policy import PolicyErrors, parse_policy

_LONGEST_BODY: Final = 20_000
_LONGEST_LINE: Final = 200
_MOST_EXAMPLES: Final = 40
_FEW_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as somebody wrote it."""

    title: str = ""
    language: str = "en"
    examples: str = ""  # one a line
    body: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The ways in which customers ask, each once."""
        kept = (line.strip()[:_LONGEST_LINE] for line in self.examples.splitlines())
        return tuple(dict.fromkeys(line for line in kept if line))[:_MOST_EXAMPLES]

    def is_as(self, faq: Faq) -> bool:
        """Whether a question of the policy says just this."""
        answers = [(answer.language, answer.body) for answer in faq.answers]
        same_words = answers == [(self.language, self.body)]
        return same_words and (faq.title, faq.examples) == (self.title, self.lines)


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
    written, wrong = _prefilled(request.args.get("draft", "")), list[str]()
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
        settings=desk().settings,
    )


def _added(written: Written, judging: answering.Active, *, shown: str) -> list[str]:
    """Put an answer into the policy, in shadow; what is wrong with it instead.

    `shown` is the version that was active when the form was shown: one that comes again, as its
    answer was lost on the way, adds nothing.
    """
    if not written.title or not written.lines or not written.body.strip():
        return ["A title, at least one way to ask, and the words of the answer are needed."]
    if shown != judging.version and any(written.is_as(faq) for faq in judging.policy.faqs):
        return []
    made = desk()
    known = {faq.id for faq in judging.policy.faqs}
    draft = Draft(
        id=free_id(written.title, known, otherwise="answer"),
        title=written.title,
        examples=written.lines,
        answers=((written.language, written.body),),
        remarks=(),
    )
    try:
        files = with_question(judging.files, as_item(draft, stage="shadow"))
        version = parse_policy(files).version
        activate(made.store, version, files, made.clock, by=person().by, instead_of=judging.version)
    except PolicyErrors as errors:
        return [str(error) for error in errors.errors]
    except NotEditable:
        return ["The policy's file is written so that only a person can add to it: edit faqs.yaml."]
    except PolicyMoved:
        return ["Somebody activated another policy meanwhile. Send it again."]
    return []


def _written(form: Mapping[str, str]) -> Written:
    return Written(
        title=form.get("title", "").strip()[:_LONGEST_LINE],
        language=form.get("language", "en").strip().lower()[:3],
        examples=form.get("examples", ""),
        body=form.get("body", "").replace("\r\n", "\n")[:_LONGEST_BODY],
    )


def _prefilled(number: str) -> Written:
    """The form with a draft in it."""
    found = _reading()
    drafts: list[dict[str, Any]] = (found or {}).get("drafts") or []
    if not (number.isascii() and number.isdigit() and int(number) < len(drafts)):
        return Written()
    draft = drafts[int(number)]
    language, body = draft["answers"][0]
    return Written(draft["title"], language, "\n".join(draft["examples"]), body)


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
