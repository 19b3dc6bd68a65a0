"""What Deskclerk tells people who ask: why, status, queue, stats, search, help. Reads only."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, process, utils

from connectors.slack.cards import Line, Link, Moment, Piece, Plain, Strong
from connectors.slack.commands import Call, Name, help_lines
from connectors.slack.due import countdown
from integration.announcing.discretion import is_restricted_ticket
from integration.announcing.standing import WAITING
from integration.announcing.told import ticket_standing
from integration.announcing.words import headline_of, reasons_of
from integration.brake import read_brake
from integration.clock import Clock
from integration.restriction import is_restricted_ticket_here
from integration.store import (
    Store,
    acts,
    approvals,
    clocks,
    decisions,
    deliveries,
    periods,
    posts,
    workers,
)
from integration.store.acts import ActRow
from integration.wishes import Declined
from rules.policy import Policy

_MOST_WAITING = 25
_MOST_FOUND = 5
_NEAR = 45.0  # of rapidfuzz's token set ratio
_LONGEST_ANSWER = 300
_DAYS = 7
_NEVER = float("inf")
_OUTCOMES = {
    "reply": "answered",
    "acknowledge": "acknowledged and handed to people",
    "suggest": "a draft for an agent",
    "escalate": "handed to people",
    "abstain": "left to people",
    "ignore": "not handled",
}
_ACTS = {
    "send": "sent the draft",
    "edit": "answered in their own words",
    "another": "sent another answer",
    "reply": "sent an answer",
    "refuse": "refused the draft",
    "escalate": "handed it to people",
    "correct": "corrected the decision",
    "clear": "lifted the guard",
    "take": "took the ticket",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers are made of. `ticket_url` leads to a ticket in the helpdesk."""

    store: Store
    policy: Callable[[], Policy]
    ticket_url: Callable[[int], str]
    clock: Clock
    slash: str


def shown(desk: Desk, call: Call, share: str | None = None) -> Plain:
    """The answer to a call that only shows something. Raises Declined."""
    return _SHOWN[call.name](desk, call, share)


def _help(desk: Desk, _call: Call, _share: str | None) -> Plain:
    lines: list[Line] = [(Strong(how), f" {what}") for how, what in help_lines(desk.slash)]
    return Plain("What Deskclerk can do here", tuple(lines))


def _why(desk: Desk, call: Call, share: str | None) -> Plain:
    ticket_id = call.ticket or 0
    with desk.store.read() as connection:
        row = decisions.latest_for_ticket(connection, ticket_id)
        done = acts.of_ticket(connection, ticket_id)
        running = clocks.running(connection, ticket_id)
        shown_, text = decisions.text_of(connection, row.id) if row else (None, None)
        restricted = is_restricted_ticket(json.loads(shown_) if shown_ else None)
        restricted = restricted or is_restricted_ticket_here(connection, ticket_id)
    if row is None and not done:
        raise Declined(f"Nothing was decided about ticket {ticket_id} here.")
    decided: dict[str, Any] | None = json.loads(text) if text else None
    lines: list[Line] = [_opening(desk, ticket_id)]
    if row is not None:
        what = _OUTCOMES.get(row.outcome, row.outcome)
        lines.append(("Decision: ", Strong(what), " at ", Moment(_instant(row.decided_at))))
        lines += [f"{headline_of(decided, restricted=restricted)}."] if restricted else []
        lines += [f"• {said}" for said in reasons_of(decided, restricted=restricted)]
    for clock in running:
        name = "Review" if restricted else clock.name
        lines.append((f"{name}: due ", Moment(_instant(clock.due_at)), _left(desk, clock.due_at)))
    lines += [_done(each, restricted=restricted) for each in done]
    if row is not None:
        lines.append(f"Decision {row.id}. {_versions(decided)}")
    return Plain(f"Ticket {ticket_id}", tuple(lines), share)


def _opening(desk: Desk, ticket_id: int) -> Line:
    return (Link(desk.ticket_url(ticket_id), "Open in Zendesk"),)


def _done(act: ActRow, *, restricted: bool) -> Line:
    what = _ACTS.get(act.kind, act.kind)
    named = f" ({act.faq})" if act.kind in {"another", "reply"} and not restricted else ""
    return (f"{act.agent_name} {what}{named} at ", Moment(_instant(act.at)))


def _versions(decided: Mapping[str, Any] | None) -> str:
    versions = (decided or {}).get("versions") or {}
    named = [
        f"{name} {str(versions[name]).removeprefix('sha256:')[:12]}"
        for name in ("policy", "model", "packs")
        if versions.get(name)
    ]
    return ", ".join(named).capitalize() + "." if named else ""


def _status(desk: Desk, _call: Call, share: str | None) -> Plain:
    with desk.store.read() as connection:
        brake = read_brake(connection)
        live = len(workers.live(connection))
        waiting = deliveries.waiting(connection)
        failures = len(deliveries.failures(connection))
        drafts = len(approvals.waiting(connection, limit=1000))
        stuck = posts.failed(connection)
    replies = "are paused" if brake.everything else "go out"
    lines: list[Line] = [("Automatic replies ", Strong(replies), ".")]
    if brake.answers:
        lines.append(f"Paused answers: {', '.join(brake.answers)}.")
    lines.append(f"{_count(live, 'worker')} at work, {_count(waiting, 'delivery')} waiting.")
    lines.append(f"{_count(drafts, 'draft')} waiting for a yes.")
    if failures:
        lines.append((Strong(_count(failures, "failure")), ": see `deskclerk failures list`."))
    if stuck:
        lines.append((Strong(_count(len(stuck), "message")), " could not be written here."))
    return Plain("Status", tuple(lines), share)


def _queue(desk: Desk, _call: Call, share: str | None) -> Plain:
    """The drafts, and the escalated tickets with who has them; what must be done first is first."""
    policy = desk.policy()
    with desk.store.read() as connection:
        due = clocks.first_dues(connection, limit=1000)
        drafts = {d.ticket_id: d.expires_at for d in approvals.waiting(connection, limit=1000)}
        told = posts.open_tickets(connection)
        by = {
            ticket: min(due.get(ticket, _NEVER), drafts.get(ticket, _NEVER))
            for ticket in {*due, *drafts, *told}
        }
        tickets = sorted(by, key=lambda ticket: (by[ticket], ticket))
        standing = {
            ticket: ticket_standing(connection, ticket, policy).words
            for ticket in tickets[:_MOST_WAITING]
            if ticket not in drafts
        }
    lines = _queue_head(len(tickets), is_all=policy.settings.chat.channel_of(None) is not None)
    for ticket in tickets[:_MOST_WAITING]:
        line: list[Piece] = [Link(desk.ticket_url(ticket), f"Ticket {ticket}")]
        said = _doing(standing.get(ticket))
        for what, at in (("expires", drafts.get(ticket)), ("due", due.get(ticket))):
            if at is not None:
                line += [f"{said}, {what} ", Moment(_instant(at))]
                said = _left(desk, at)
        lines.append((*line, said))
    return Plain("Escalated tickets and drafts", tuple(lines), share)


def _queue_head(number: int, *, is_all: bool) -> list[Line]:
    """What is not listed, said first: the end of a long message may be cut."""
    said = [] if number else ["Nothing waits that is known here."]
    if number > _MOST_WAITING:
        said.append(f"The first {_MOST_WAITING}, and {number - _MOST_WAITING} more.")
    if not is_all:
        said.append(
            "Not listed: tickets that were handed to a group without a channel, unless a legal "
            "clock runs. They wait in the helpdesk alone."
        )
    return [" ".join(said)] if said else []


def _doing(standing: str | None) -> str:
    """How far people are with a ticket; None: it is a draft."""
    if standing is None:
        return " a draft waits for a yes"
    return " waits for a person" if standing == WAITING else f": {standing}"


def _stats(desk: Desk, call: Call, share: str | None) -> Plain:
    days = call.days or _DAYS
    now = desk.clock.now()
    since = (now - timedelta(days=days)).timestamp()
    with desk.store.read() as connection:
        period = periods.period(connection, since, now.timestamp())
        done = acts.since(connection, since)
    total = sum(period.outcomes.values())
    lines: list[Line] = [f"{_count(total, 'decision')} in the last {_count(days, 'day')}."]
    for outcome, count in sorted(period.outcomes.items(), key=lambda item: -item[1]):
        lines.append(f"• {_OUTCOMES.get(str(outcome), outcome)}: {count} ({count / total:.0%})")
    for kind, count in sorted(done.items(), key=lambda item: -item[1]):
        lines.append(f"• people {_ACTS.get(kind, kind)}: {count}")
    return Plain("What was decided", tuple(lines), share)


def _search(desk: Desk, call: Call, share: str | None) -> Plain:
    """The answers whose words are nearest."""
    faqs = {faq.id: faq for faq in desk.policy().faqs}
    texts = {
        faq.id: " ".join([faq.id, faq.title, *faq.examples, *(a.body for a in faq.answers)])
        for faq in faqs.values()
    }
    found = process.extract(
        call.text,
        texts,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        limit=_MOST_FOUND,
        score_cutoff=_NEAR,
    )
    lines: list[Line] = []
    for _text, _score, faq_id in found:
        faq = faqs[faq_id]
        lines.append((Strong(faq.id), f" {faq.title} (stage: {faq.stage})"))
        lines += [
            f"{answer.language}: {_cut(' '.join(answer.body.split()))}" for answer in faq.answers
        ]
    return Plain("Approved answers", tuple(lines or ["No approved answer is near."]), share)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_ANSWER else text[: _LONGEST_ANSWER - 1] + "…"


def _left(desk: Desk, due_at: float) -> str:
    return f" ({countdown(_instant(due_at), desk.clock.now())})"


def _count(number: int, what: str) -> str:
    plural = "deliveries" if what == "delivery" else f"{what}s"
    return f"{number} {what if number == 1 else plural}"


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_SHOWN: Mapping[Name, Callable[[Desk, Call, str | None], Plain]] = {
    Name.HELP: _help,
    Name.WHY: _why,
    Name.STATUS: _status,
    Name.QUEUE: _queue,
    Name.STATS: _stats,
    Name.SEARCH: _search,
}
SHOWING = frozenset(_SHOWN)
