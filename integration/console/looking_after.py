"""Failures, the ledger, and who is signed in."""

from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotFound

from integration import ledger
from integration.console.web import desk, number_in, onward, page, person, take_cookie
from integration.failures import Failures, NotAFailureError

_SHOWN: Final = 40


def failures() -> Response:
    """What waits for a person."""
    made = desk()
    rows = Failures(made.store, made.clock).listed()
    return page("failures.html", rows=rows, now=made.clock.now().timestamp())


def retry(delivery_id: int) -> Response:
    """Try a failure afresh."""
    made = desk()
    if number_in(str(delivery_id)) is None:
        raise NotFound
    try:
        Failures(made.store, made.clock).retry(delivery_id)
    except NotAFailureError:
        return onward("console.failures", done="not-a-failure")
    return onward("console.failures", done="retried")


def ledger_page() -> Response:
    """Where the chain ends, and its last entries."""
    return page("ledger.html", verdict=None, **_ledger())


def verify_ledger() -> Response:
    """Check the whole chain, entry by entry."""
    made = desk()
    head = ledger.head_of(made.store)
    verdict = ledger.verify(ledger.read_entries(made.store), head=head)
    return page("ledger.html", verdict=verdict, **_ledger())


def account() -> Response:
    """Whoever asks, and where they are signed in."""
    made, who = desk(), person()
    own = [row for row in made.sessions.live() if row.user_id == who.user_id]
    return page("account.html", rows=own, now=made.clock.now().timestamp())


def people() -> Response:
    """Everybody who is signed in."""
    made = desk()
    rows = made.sessions.live()
    by_user = {row.user_id: [r for r in rows if r.user_id == row.user_id] for row in rows}
    return page("people.html", by_user=by_user, now=made.clock.now().timestamp())


def sign_out_person() -> Response:
    """Sign somebody out everywhere."""
    given = request.form.get("user", "")
    made, who, user_id = desk(), person(), number_in(given)
    if given and user_id is None:
        raise BadRequest
    made.sessions.end_all_of(user_id, by=who)
    if user_id != who.user_id:
        return onward("console.people", done="signed-out")
    response = onward("console.sign_in")
    take_cookie(response)
    return response


def _ledger() -> dict[str, Any]:
    made = desk()
    entries = ledger.newest(made.store, limit=_SHOWN)
    return {"head": ledger.head_of(made.store), "entries": entries}
