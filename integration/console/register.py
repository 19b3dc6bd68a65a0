"""The pages of tickets: the list, and the story of one of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from werkzeug.exceptions import NotFound

from integration.announcing.words import headline_of
from integration.console.answering import cases, pack_titles, titles
from integration.console.story import story_of
from integration.console.web import desk, message, number_in, page, person, storable
from integration.console.words import outcome_of
from integration.helpdesk_addresses import ticket_address
from integration.restriction import restricted_tickets
from integration.store import register
from integration.store.register import Entry, Wanted
from rules.model import Outcome

_PAGE = 50
_LONGEST_ID = 64
_OUTCOMES = frozenset({*(each.value for each in Outcome), "act"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list as it is shown."""

    entry: Entry
    headline: str
    restricted: bool
    hidden: bool = False  # what it is about is not for whoever asks
    outcome: str = ""  # in words


def tickets() -> Response:
    """All decisions, the newest first, filtered."""
    made, who = desk(), person()
    wanted, before = _wanted(request.args), _before(request.args.get("before", ""))
    with made.store.read() as connection:
        found = register.listed(connection, wanted, before, limit=_PAGE + 1)
        restricted = restricted_tickets(connection, {entry.ticket_id for entry in found})
    lines = [
        _line(entry, restricted=entry.ticket_id in restricted, is_lead=who.is_lead)
        for entry in found[:_PAGE]
    ]
    if wanted.faq is not None:  # that a line is there would tell what it is about
        lines = [line for line in lines if not line.hidden]
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    return page(
        "tickets.html",
        lines=lines,
        wanted=wanted,
        filtered=wanted != Wanted(),
        older=f"{last.decided_at!r}~{last.id}" if last else None,
        args={key: value for key, value in request.args.items() if key != "before" and value},
        faqs=titles(),
        now=made.clock.now().timestamp(),
        is_first=before is None,
    )


def ticket(ticket_id: int) -> Response:
    """Everything that was decided and done about one ticket."""
    if number_in(str(ticket_id)) is None:
        raise NotFound
    made, who = desk(), person()
    story = story_of(made.store, ticket_id, is_lead=who.is_lead)
    if story is None:
        line = "Nothing was decided about it. If it is new, look again in a minute; a ticket "
        line += "from before Deskclerk was connected comes up with its next message."
        back = (url_for("console.tickets"), "To the tickets")
        return message(f"Ticket {ticket_id} is not known here", line, status=404, way_out=back)
    return page(
        "ticket.html",
        story=story,
        address=ticket_address(made.settings, ticket_id),
        faqs=titles(),
        packs=pack_titles(),
        cases=cases(story.newest.rules) if story.newest and not story.hidden else [],
        now=made.clock.now(),
    )


def _line(entry: Entry, *, restricted: bool, is_lead: bool) -> Line:
    """What was restricted once on a ticket holds for everything that stands on it."""
    decided: dict[str, Any] | None = json.loads(entry.decision) if entry.decision else None
    hidden = restricted and not is_lead
    if entry.act is not None:
        return Line(entry, "", restricted, hidden, outcome_of(entry.outcome, None))
    headline = headline_of(decided, restricted=hidden) if decided else "The text was erased"
    outcome = outcome_of(entry.outcome, None if hidden else decided)
    return Line(entry, headline, restricted, hidden, outcome)


def _wanted(args: Mapping[str, str]) -> Wanted:
    """The filter of an address; what can't be one filters nothing."""
    outcome, faq = args.get("outcome"), storable(args.get("faq", ""))
    return Wanted(
        ticket_id=number_in(args.get("ticket", "").strip().removeprefix("#")),
        outcome=outcome if outcome in _OUTCOMES else None,
        faq=faq[:_LONGEST_ID] if faq else None,
        guarded={"yes": True, "no": False}.get(args.get("guarded", "")),
    )


def _before(text: str) -> tuple[float, str] | None:
    at, _, key = storable(text).partition("~")
    try:
        return (float(at), key[:_LONGEST_ID]) if key else None
    except ValueError:
        return None
