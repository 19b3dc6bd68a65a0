"""Drafts that wait for a yes, what people want done with tickets, and what became of it."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotFound

from connectors.ports import Agent
from integration.console.answering import titles
from integration.console.intake import ConsoleIntake, NotOnceError
from integration.console.story import Chapter, is_waiting, story_of
from integration.console.web import desk, instant_in, number_in, onward, page, person, storable
from integration.console.work import Wanted
from integration.helpdesk_addresses import ticket_address
from integration.store import approvals, decisions
from integration.wishes import ActKind, Wish

_MOST: Final = 100
_LONGEST: Final = 60_000  # a comment of the helpdesk holds no more
_LONGEST_FAQ: Final = 64


def approvals_page() -> Response:
    """All drafts that wait, what expires first before the others."""
    made, who = desk(), person()
    with made.store.read() as connection:
        rows = approvals.waiting(connection, limit=_MOST)
    chapters = [_chapter(row.ticket_id, row.decision_id, is_lead=who.is_lead) for row in rows]
    return page(
        "approvals.html",
        chapters=[each for each in chapters if each is not None],
        faqs=titles(),
        address_of=lambda ticket_id: ticket_address(made.settings, ticket_id),
        now=made.clock.now().timestamp(),
    )


def act() -> Response:
    """Take a wish, and show what becomes of it."""
    made, who = desk(), person()
    if who.user_id is None:
        raise BadRequest
    wish, given = _wish(request.form), request.form.get("once", "")
    agent = Agent(who.user_id, who.name, is_lead=who.is_lead)
    intake = ConsoleIntake(made.store, made.clock)
    try:
        body = Wanted(wish, agent).to_json()
        intake.take(who.user_id, given, body, ticket_id=wish.ticket_id)
    except NotOnceError:
        raise BadRequest from None
    return onward("console.outcome", once=given)


def outcome(once: str) -> Response:
    """What became of a wish."""
    return page("outcome.html", **_outcome(once))


def outcome_now(once: str) -> Response:
    """The same without the frame, for the page that waits."""
    return page("_outcome.html", **_outcome(once))


def _outcome(once: str) -> dict[str, Any]:
    made, who = desk(), person()
    try:
        found = ConsoleIntake(made.store, made.clock).answered(who.user_id or 0, once)
    except NotOnceError:
        raise NotFound from None
    if found is None:
        raise NotFound
    return {"answered": found, "mark": once, "ticket_id": found.delivery.ticket_id}


def _chapter(ticket_id: int, decision_id: str, *, is_lead: bool) -> Chapter | None:
    story = story_of(desk().store, ticket_id, is_lead=is_lead)
    chapters = story.chapters if story else ()
    return next((c for c in chapters if c.row.id == decision_id and is_waiting(c.approval)), None)


def _wish(form: Mapping[str, str]) -> Wish:
    """The wish of a form; raises BadRequest for what no page of ours sends."""
    kind, ticket_id = form.get("act", ""), number_in(form.get("ticket", ""))
    if kind not in set(ActKind) or ticket_id is None:
        raise BadRequest
    about = storable(form.get("about", "")) or None
    if about is not None:
        with desk().store.read() as connection:
            row = decisions.get(connection, about[:_LONGEST_FAQ])
        if row is None or row.ticket_id != ticket_id:
            raise NotFound
    faq = form.get("faq", "")[:_LONGEST_FAQ] or None
    written = storable(form.get("written", "")).replace("\r\n", "\n")[:_LONGEST]
    return Wish(ActKind(kind), ticket_id, about, faq, written, instant_in(form.get("seen", "")))
