"""Tickets and decisions as JSON, as they are shown and kept."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rules.calendars import aware
from rules.model import (
    Comment,
    Deadline,
    Decision,
    History,
    Organization,
    Reason,
    Requester,
    Ticket,
)


def _history_to_json(history: History) -> dict[str, Any]:
    """What was not yet known to earlier releases stands there only where it says something.

    So their decisions keep their ids when they are made again.
    """
    line = asdict(history) | {
        "paused_answers": list(history.paused_answers),
        "cleared_at": _iso(history.cleared_at),
    }
    later = ("paused_answers", "cleared_at")
    return {name: value for name, value in line.items() if value or name not in later}


def ticket_to_json(ticket: Ticket, history: History | None = None) -> dict[str, Any]:
    """A ticket, and what was done before, as a line that `ticket_from_json` reads back.

    Sets become sorted lists, instants ISO 8601 in UTC. A ticket without a message has the body
    null; then all its comments stand in `comments`.
    """
    message = ticket.message
    place = len(ticket.comments) if message is None else _place(ticket.comments, message)
    before, after = ticket.comments[:place], ticket.comments[place + 1 :]
    line: dict[str, Any] = {
        "id": ticket.id,
        "subject": ticket.subject,
        "body": None,
        "channel": ticket.channel,
        "language": ticket.language,
        "created_at": _iso(ticket.created_at),
        "status": ticket.status.value,
        "priority": ticket.priority,
        "tags": sorted(ticket.tags),
        "requester": _requester_to_json(ticket.requester),
        "organization": _organization_to_json(ticket.organization),
        "has_ccs": ticket.has_ccs,
        "assignee_id": ticket.assignee_id,
        "group_id": ticket.group_id,
        "fields": dict(ticket.fields),
        "comments": [_comment_to_json(comment) for comment in before],
        "later_comments": [_comment_to_json(comment) for comment in after],
    }
    if message is not None:
        line |= _message_to_json(message)
    if history is not None:
        line["history"] = _history_to_json(history)
    return line


def _place(comments: Sequence[Comment], message: Comment) -> int:
    return max(index for index, comment in enumerate(comments) if comment is message)


def _requester_to_json(requester: Requester) -> dict[str, Any]:
    return {
        "name": requester.name,
        "email": requester.email,
        "tags": sorted(requester.tags),
        "country": requester.country,
        "id": requester.id,
    }


def _organization_to_json(organization: Organization) -> dict[str, Any]:
    return {
        "tags": sorted(organization.tags),
        "name": organization.name,
        "fields": dict(organization.fields),
    }


def _message_to_json(message: Comment) -> dict[str, Any]:
    """The message that is decided on stands on the line itself."""
    return {
        "body": message.body,
        "html_body": message.html_body,
        "has_attachments": message.has_attachments,
        "message_id": message.id,
        "message_created_at": _iso(message.created_at),
    }


def _comment_to_json(comment: Comment) -> dict[str, Any]:
    return {
        "author": comment.author.value,
        "public": comment.public,
        "body": comment.body,
        "html_body": comment.html_body,
        "created_at": _iso(comment.created_at),
        "id": comment.id,
        "has_attachments": comment.has_attachments,
    }


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """A decision in the output format of `decide`; evidence spans are offsets into `body`."""
    return {
        "id": decision.ticket_id,
        "outcome": decision.outcome.value,
        "faq": decision.faq,
        "score": decision.score,
        "packs": list(decision.packs),
        "blocked": decision.blocked,
        "risk": decision.risk,
        "sentiment": decision.sentiment,
        "route": {
            "group": decision.route.group,
            "priority": decision.route.priority,
            "tags": list(decision.route.tags),
        },
        "deadlines": [_deadline_to_json(each) for each in decision.deadlines],
        "reply": decision.reply,
        "reasons": [_reason_to_json(each) for each in decision.reasons],
        "language": decision.language,
        "versions": asdict(decision.versions),
        "decision_id": decision.id,
        "decided_at": _iso(decision.decided_at),
    }


def _deadline_to_json(deadline: Deadline) -> dict[str, Any]:
    return {
        "pack": deadline.pack,
        "clock": deadline.clock,
        "due": _iso(deadline.due),
        "started": _iso(deadline.started),
        "kind": deadline.kind,
        "calendar": deadline.calendar,
        "calendar_version": deadline.calendar_version,
        "source": deadline.source,
    }


def _reason_to_json(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "rule": reason.rule,
        "detail": reason.detail,
        "evidence": [list(span) for span in reason.evidence],
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else aware(instant).isoformat().replace("+00:00", "Z")
