"""Tickets and decisions as JSON: the lines of `decide`, and the snapshots kept for replay.

Beyond the keys of the command line's format a ticket may carry what a helpdesk knows: `status`,
`priority`, `assignee_id`, `group_id`, `has_ccs`, `history`, ids, and `later_comments` for what was
added after the message. With them a snapshot decides as its ticket did.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from rules.calendars import aware
from rules.json_keys import ExchangeError, Keys
from rules.model import (
    Author,
    Comment,
    Decision,
    History,
    Organization,
    Requester,
    Status,
    Ticket,
)
from rules.wordlists import word_set

__all__ = [
    "ExchangeError",
    "Expectation",
    "decision_to_json",
    "history_from_json",
    "labelled_from_json",
    "ticket_from_json",
    "ticket_to_json",
]

EXPECTED_KINDS = ("faq", "none", "guard", "ignore")

_TICKET_KEYS = word_set(
    "id subject body html_body channel language created_at requester organization tags "
    "has_attachments comments status priority assignee_id group_id has_ccs history message_id "
    "message_created_at later_comments fields"
)
_COMMENT_KEYS = word_set("author public body html_body created_at id has_attachments")
_REQUESTER_KEYS = word_set("name email tags country id")
_ORGANIZATION_KEYS = frozenset({"tags", "name", "fields"})
_EXPECT_KEYS = frozenset({"kind", "faq", "also"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should become of a labelled ticket."""

    kind: str  # faq, none, guard, ignore
    faq: str | None = None
    also: tuple[str, ...] = ()  # other acceptable questions

    @property
    def right(self) -> frozenset[str]:
        """The questions whose answers may be given."""
        return frozenset(faq for faq in (self.faq, *self.also) if faq)


def ticket_from_json(obj: object, line: int) -> Ticket:
    """The ticket of a `decide` input line. Raises ExchangeError naming line and key."""
    return _ticket(Keys(obj, _TICKET_KEYS, line, ""))


def history_from_json(obj: object, line: int) -> History:
    """What this service did before, if the line says so. Raises ExchangeError."""
    return _history(Keys(obj, _TICKET_KEYS, line, ""))


def labelled_from_json(obj: object, line: int) -> tuple[Ticket, Expectation]:
    """The ticket of a labelled line, and what is expected of it. Raises ExchangeError."""
    keys = Keys(obj, _TICKET_KEYS | {"expect"}, line, "")
    inner = keys.inner("expect", _EXPECT_KEYS)
    kind = inner.text("kind")
    if kind not in EXPECTED_KINDS:
        raise inner.error("kind", f"must be one of {', '.join(EXPECTED_KINDS)}")
    faq = inner.optional("faq")
    if kind == "faq" and not faq:
        raise inner.error("faq", "must name the expected question")
    return _ticket(keys), Expectation(kind, faq, tuple(inner.texts("also")))


def _ticket(keys: Keys) -> Ticket:
    requester = keys.inner("requester", _REQUESTER_KEYS)
    organization = keys.inner("organization", _ORGANIZATION_KEYS)
    if "body" not in keys.values:
        raise keys.error("body", "is missing")
    comments = [_comment(inner) for inner in keys.list_of("comments", _COMMENT_KEYS)]
    if keys.values["body"] is not None:
        comments.append(
            Comment(
                author=Author.REQUESTER,
                body=keys.text("body"),
                id=keys.text("message_id"),
                html_body=keys.optional("html_body"),
                created_at=keys.instant("message_created_at"),
                has_attachments=keys.flag("has_attachments", default=False),
            )
        )
    comments += [_comment(inner) for inner in keys.list_of("later_comments", _COMMENT_KEYS)]
    status = keys.text("status", Status.NEW.value)
    if status not in set(Status):
        raise keys.error("status", f"must be one of {', '.join(Status)}")
    _history(keys)
    return Ticket(
        id=keys.identifier("id", str(keys.line)),
        subject=keys.text("subject"),
        comments=tuple(comments),
        channel=keys.text("channel", "email"),
        language=keys.optional("language"),
        created_at=keys.instant("created_at"),
        status=Status(status),
        priority=keys.optional("priority"),
        tags=frozenset(keys.texts("tags")),
        requester=Requester(
            name=requester.text("name"),
            email=requester.text("email"),
            tags=frozenset(requester.texts("tags")),
            country=requester.optional("country"),
            id=requester.identifier("id", ""),
        ),
        organization=Organization(
            tags=frozenset(organization.texts("tags")),
            name=organization.text("name"),
            fields=organization.pairs("fields"),
        ),
        has_ccs=keys.flag("has_ccs", default=False),
        assignee_id=keys.optional("assignee_id"),
        group_id=keys.optional("group_id"),
        fields=keys.pairs("fields"),
    )


def _comment(keys: Keys) -> Comment:
    author = keys.text("author", Author.REQUESTER.value)
    if author not in set(Author):
        raise keys.error("author", f"must be one of {', '.join(Author)}")
    return Comment(
        author=Author(author),
        body=keys.text("body"),
        public=keys.flag("public", default=True),
        id=keys.identifier("id", ""),
        html_body=keys.optional("html_body"),
        created_at=keys.instant("created_at"),
        has_attachments=keys.flag("has_attachments", default=False),
    )


def _history(keys: Keys) -> History:
    names = {field.name for field in fields(History)}
    inner = keys.inner("history", names)
    return History(
        replies_on_ticket=inner.count("replies_on_ticket"),
        replies_to_requester=inner.count("replies_to_requester"),
        replies_last_hour=inner.count("replies_last_hour"),
        guarded=inner.flag("guarded", default=False),
        paused=inner.flag("paused", default=False),
        paused_answers=tuple(sorted(inner.texts("paused_answers"))),
        cleared_at=inner.instant("cleared_at"),
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
        "requester": {
            "name": ticket.requester.name,
            "email": ticket.requester.email,
            "tags": sorted(ticket.requester.tags),
            "country": ticket.requester.country,
            "id": ticket.requester.id,
        },
        "organization": {
            "tags": sorted(ticket.organization.tags),
            "name": ticket.organization.name,
            "fields": dict(ticket.organization.fields),
        },
        "has_ccs": ticket.has_ccs,
        "assignee_id": ticket.assignee_id,
        "group_id": ticket.group_id,
        "fields": dict(ticket.fields),
        "comments": [_comment_to_json(comment) for comment in ticket.comments[:place]],
        "later_comments": [_comment_to_json(comment) for comment in ticket.comments[place + 1 :]],
    }
    if message is not None:
        line |= {
            "body": message.body,
            "html_body": message.html_body,
            "has_attachments": message.has_attachments,
            "message_id": message.id,
            "message_created_at": _iso(message.created_at),
        }
    if history is not None:
        line["history"] = _history_to_json(history)
    return line


def _place(comments: Sequence[Comment], message: Comment) -> int:
    return max(index for index, comment in enumerate(comments) if comment is message)


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
        "deadlines": [
            {
                "pack": each.pack,
                "clock": each.clock,
                "due": _iso(each.due),
                "started": _iso(each.started),
                "kind": each.kind,
                "calendar": each.calendar,
                "calendar_version": each.calendar_version,
                "source": each.source,
            }
            for each in decision.deadlines
        ],
        "reply": decision.reply,
        "reasons": [
            {
                "code": each.code,
                "rule": each.rule,
                "detail": each.detail,
                "evidence": [list(span) for span in each.evidence],
            }
            for each in decision.reasons
        ],
        "language": decision.language,
        "versions": asdict(decision.versions),
        "decision_id": decision.id,
        "decided_at": _iso(decision.decided_at),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else aware(instant).isoformat().replace("+00:00", "Z")
