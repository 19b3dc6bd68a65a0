"""Tickets and decisions as JSON: the lines of `decide`, and the snapshots kept for replay.

Beyond the keys of the command line's format a ticket may carry what a helpdesk knows: `status`,
`priority`, `assignee_id`, `group_id`, `has_ccs`, `history`, ids, and `later_comments` for what was
added after the message. With them a snapshot decides as its ticket did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from rules.calendars import aware
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

EXPECTED_KINDS = ("faq", "none", "guard", "ignore")

_TICKET_KEYS = frozenset(
    "id subject body html_body channel language created_at requester organization tags "
    "has_attachments comments status priority assignee_id group_id has_ccs history message_id "
    "message_created_at later_comments".split()
)
_COMMENT_KEYS = frozenset("author public body html_body created_at id has_attachments".split())
_REQUESTER_KEYS = frozenset("name email tags country id".split())
_ORGANIZATION_KEYS = frozenset({"tags", "name"})
_EXPECT_KEYS = frozenset({"kind", "faq", "also"})


class ExchangeError(ValueError):
    """A line that can't be used; the message names the line, the key and what is wrong."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should become of a labelled ticket."""

    kind: str  # faq, none, guard, ignore
    faq: str | None = None
    also: tuple[str, ...] = ()  # other acceptable questions


def ticket_from_json(obj: object, line: int) -> Ticket:
    """The ticket of a `decide` input line. Raises ExchangeError naming line and key."""
    return _ticket(_Keys(obj, _TICKET_KEYS, line, ""))


def history_from_json(obj: object, line: int) -> History:
    """What this service did before, if the line says so. Raises ExchangeError."""
    return _history(_Keys(obj, _TICKET_KEYS, line, ""))


def labelled_from_json(obj: object, line: int) -> tuple[Ticket, Expectation]:
    """The ticket of a labelled line, and what is expected of it. Raises ExchangeError."""
    keys = _Keys(obj, _TICKET_KEYS | {"expect"}, line, "")
    inner = keys.inner("expect", _EXPECT_KEYS)
    kind = inner.text("kind")
    if kind not in EXPECTED_KINDS:
        raise inner.error("kind", f"must be one of {', '.join(EXPECTED_KINDS)}")
    faq = inner.optional("faq")
    if kind == "faq" and not faq:
        raise inner.error("faq", "must name the expected question")
    return _ticket(keys), Expectation(kind, faq, tuple(inner.texts("also")))


def _ticket(keys: "_Keys") -> Ticket:
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
            tags=frozenset(organization.texts("tags")), name=organization.text("name")
        ),
        has_ccs=keys.flag("has_ccs", default=False),
        assignee_id=keys.optional("assignee_id"),
        group_id=keys.optional("group_id"),
    )


def _comment(keys: "_Keys") -> Comment:
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


def _history(keys: "_Keys") -> History:
    names = {field.name for field in fields(History)}
    inner = keys.inner("history", names)
    return History(
        replies_on_ticket=inner.count("replies_on_ticket"),
        replies_to_requester=inner.count("replies_to_requester"),
        replies_last_hour=inner.count("replies_last_hour"),
        guarded=inner.flag("guarded", default=False),
        paused=inner.flag("paused", default=False),
    )


class _Keys:
    """The values of a JSON object, each asked for with its type."""

    def __init__(self, obj: object, known: Sequence[str] | frozenset[str] | set[str], line: int,
                 path: str) -> None:
        self.line = line
        self._path = path
        if not isinstance(obj, Mapping):
            raise self.error("", "must be an object with keys")
        self.values: Mapping[str, Any] = obj
        for key in obj:
            if key not in known:
                raise self.error(str(key)[:60], "is no known key")

    def error(self, key: str, message: str) -> ExchangeError:
        place = ".".join(part for part in (self._path, key) if part)
        return ExchangeError(f"line {self.line}: {place + ' ' if place else ''}{message}")

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.error(key, "must be a text")
        return value

    def optional(self, key: str) -> str | None:
        return None if self.values.get(key) is None else self.text(key)

    def identifier(self, key: str, default: str) -> str:
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(key, default)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def count(self, key: str) -> int:
        value = self.values.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(key, "must be a whole number")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, "must be a list of texts")
        return value

    def instant(self, key: str) -> datetime | None:
        value = self.values.get(key)
        if value is None:
            return None
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise self.error(key, "must be an instant such as 2026-11-23T09:00:00Z")

    def inner(self, key: str, known: Sequence[str] | frozenset[str] | set[str]) -> "_Keys":
        value = self.values.get(key)
        return _Keys({} if value is None else value, known, self.line, key)

    def list_of(self, key: str, known: frozenset[str]) -> list["_Keys"]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(key, "must be a list")
        return [_Keys(item, known, self.line, f"{key}[{n}]") for n, item in enumerate(value)]


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
        },
        "has_ccs": ticket.has_ccs,
        "assignee_id": ticket.assignee_id,
        "group_id": ticket.group_id,
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
        line["history"] = asdict(history)
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
            {"pack": each.pack, "clock": each.clock, "due": _iso(each.due)}
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
