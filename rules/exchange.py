"""Tickets read from JSON: the lines of `decide`, and the snapshots kept for replay.

The way back, and decisions, stand in `rules.written`.

Beyond the keys of the command line's format a ticket may carry what a helpdesk knows: `status`,
`priority`, `assignee_id`, `group_id`, `has_ccs`, `history`, ids, and `later_comments` for what was
added after the message. With them a snapshot decides as its ticket did.
"""

from dataclasses import dataclass, fields

from rules.json_keys import ExchangeError, Keys
from rules.model import (
    Author,
    Comment,
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
    "history_from_json",
    "labelled_from_json",
    "ticket_from_json",
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
    comments = _comments(keys)
    status = keys.text("status", Status.NEW.value)
    if status not in set(Status):
        raise keys.error("status", f"must be one of {', '.join(Status)}")
    _history(keys)
    return Ticket(
        id=keys.identifier("id", str(keys.line)),
        subject=keys.text("subject"),
        comments=comments,
        channel=keys.text("channel", "email"),
        language=keys.optional("language"),
        created_at=keys.instant("created_at"),
        status=Status(status),
        priority=keys.optional("priority"),
        tags=frozenset(keys.texts("tags")),
        requester=_requester(keys.inner("requester", _REQUESTER_KEYS)),
        organization=_organization(keys.inner("organization", _ORGANIZATION_KEYS)),
        has_ccs=keys.flag("has_ccs", default=False),
        assignee_id=keys.optional("assignee_id"),
        group_id=keys.optional("group_id"),
        fields=keys.pairs("fields"),
    )


def _comments(keys: Keys) -> tuple[Comment, ...]:
    """All comments in order, the message among them."""
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
    later = keys.list_of("later_comments", _COMMENT_KEYS)
    return (*comments, *(_comment(inner) for inner in later))


def _requester(keys: Keys) -> Requester:
    return Requester(
        name=keys.text("name"),
        email=keys.text("email"),
        tags=frozenset(keys.texts("tags")),
        country=keys.optional("country"),
        id=keys.identifier("id", ""),
    )


def _organization(keys: Keys) -> Organization:
    return Organization(
        tags=frozenset(keys.texts("tags")),
        name=keys.text("name"),
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
