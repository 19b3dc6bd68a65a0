"""Work at the helpdesk that takes longer than a request may: the page between two turns of it."""

from typing import Final

from flask import Response, request, url_for

from integration.connecting import NotYetDone, Shown
from integration.console.web import number_in, page

_OWN: Final = frozenset({"form", "plan", "copies", "done"})  # what the page itself says anew


def agreed_on() -> Shown:
    """The plan that whoever sends the form was shown."""
    return Shown(request.form.get("plan", ""), frozenset(request.form.getlist("copies")))


def going_on(title: str, so_far: NotYetDone, back: str) -> Response:
    """How many steps are done, and the same form again, which sends itself.

    It agrees to what is left of the plan and to nothing else. `back` is the endpoint of the plan.
    """
    done = (number_in(request.form.get("done", "")) or 0) + so_far.done
    return page(
        "setup_going_on.html",
        title=title,
        done=done,
        of=done + so_far.left,
        plan=so_far.digest,
        fields=[
            *(each for each in request.form.items(multi=True) if each[0] not in _OWN),
            *(("copies", each) for each in so_far.copies),
        ],
        back=url_for(back),
    )
