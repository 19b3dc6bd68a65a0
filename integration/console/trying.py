"""Trying a message: what would be decided about it, and why. Nothing is recorded or sent."""

from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotFound

from integration.console.answering import active, pack_titles, titles
from integration.console.intake import Answered, ConsoleIntake, NotOnceError
from integration.console.story import pieces
from integration.console.web import desk, onward, page, person
from integration.console.work import TRIAL

_LONGEST: Final = 20_000


def setup_try() -> Response:
    """The form, and what the last message came to."""
    made, who = desk(), person()
    intake = ConsoleIntake(made.store, made.clock)
    if request.method == "POST":
        text = request.form.get("text", "").replace("\r\n", "\n")[:_LONGEST]
        given = request.form.get("once", "")
        try:
            intake.take(who.user_id or 0, given, {"kind": TRIAL, "text": text})
        except NotOnceError:
            raise BadRequest from None
        return onward("console.setup_try", once=given)
    mark = request.args.get("once", "")
    shown = _shown(mark) if mark else {"answered": None, "text": "", "mark": ""}
    return page("setup_try.html", **shown)


def trial_now(once: str) -> Response:
    """The result alone, for the page that waits."""
    return page("_trial.html", **_shown(once))


def _shown(mark: str) -> dict[str, Any]:
    made, who = desk(), person()
    intake = ConsoleIntake(made.store, made.clock)
    try:
        answered = intake.answered(who.user_id or 0, mark)
    except NotOnceError:
        raise NotFound from None
    if answered is None:
        raise NotFound
    text = intake.text_of(answered.delivery)
    decided = _decided(answered)
    return {
        "answered": answered,
        "mark": mark,
        "text": text,
        "decided": decided,
        "message": pieces(text, decided) if decided else (),
        "faqs": titles(),
        "packs": pack_titles(),
        "later": _words_later(decided),
    }


def _words_later(decided: dict[str, Any] | None) -> str:
    """The approved words of what was recognised; none where none are in its language."""
    judging = active()
    faq = judging.policy.faq(decided.get("faq") or "") if judging and decided else None
    if faq is None or decided is None:
        return ""
    fitting = (each.body for each in faq.answers if each.language == decided.get("language"))
    return next(fitting, "")


def _decided(answered: Answered) -> dict[str, Any] | None:
    return answered.told.get("decision") if answered.told else None
