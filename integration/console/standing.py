"""The status page, the brake, and the doctor's findings."""

from functools import partial
from http import HTTPStatus

from flask import Response, request

from integration.brake import PulledSince, set_brake
from integration.console import answering
from integration.console.figures import figures_of
from integration.console.looking import kind_of, looked_at
from integration.console.way_outs import first_choice
from integration.console.web import (
    desk,
    instant_in,
    local_path,
    message,
    onward,
    page,
    page_as_it_comes,
    person,
)
from integration.examination import examine_installation
from rules.model import Stage


def status() -> Response:
    """How everything stands."""
    made, judging = desk(), answering.active()
    policy = judging.policy if judging else None
    return page(
        "status.html",
        figures=figures_of(made.store, made.clock),
        settings=made.settings,
        loud=sum(faq.stage is Stage.AUTO for faq in policy.faqs) if policy else 0,
        acknowledges=policy is not None and policy.settings.acknowledgement.stage is Stage.AUTO,
    )


def status_now() -> Response:
    """The figures alone, for the page that stays open."""
    made = desk()
    return page("_figures.html", figures=figures_of(made.store, made.clock), settings=made.settings)


def pause() -> Response:
    """Pull the brake: anybody may, and at once."""
    answer = request.form.get("answer") or None
    if answer is not None:
        answering.found(answer)
    _brake(answer, pulled=True)
    return _back("answer-paused" if answer else "paused")


def resume() -> Response:
    """Release the brake: leads only, and not what was pulled since they saw the page."""
    answer = request.form.get("answer") or None
    try:
        _brake(answer, pulled=False, asked_at=instant_in(request.form.get("seen", "")))
    except PulledSince:
        line = "Somebody paused them again since this page was shown. See why, then try again."
        return message("They stay paused", line, status=HTTPStatus.CONFLICT)
    return _back("answer-resumed" if answer else "resumed")


def examine_all() -> Response:
    """The doctor: looks at every part when asked to, and sends what it finds as it finds it."""
    if request.method != "POST":
        return page("doctor.html", sights=None)
    made = desk()
    sights = looked_at(partial(examine_installation, made.settings, made.clock))
    response = page_as_it_comes(
        "doctor.html", sights=sights, kind_of=kind_of, first_choice=first_choice
    )
    response.call_on_close(sights.close)  # the template holds it for longer than anybody reads
    return response


def _brake(answer: str | None, *, pulled: bool, asked_at: float | None = None) -> None:
    made = desk()
    now, by = made.clock.now(), person().by
    with made.store.write() as connection:
        set_brake(connection, now, by, pulled=pulled, answer=answer, asked_at=asked_at)


def _back(notice: str) -> Response:
    """To the page where the button was."""
    where = local_path(request.form.get("back", ""))
    if where.startswith("/console/answers/"):
        return onward("console.answer", faq_id=where.rsplit("/", 1)[1], done=notice)
    return onward("console.status", done=notice)
