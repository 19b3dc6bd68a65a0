"""Zendesk's records as values of the house."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.ports import Draft, EffectKind, TicketUpdate
from connectors.zendesk import answers, mapping, people
from connectors.zendesk.errors import UnreadableError
from rules.model import Author, Organization, Requester, Status

OWN, AGENT, REQUESTER, STRANGER = 900, 500, 100, 101
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
STAMP = "2026-11-23T12:00:00Z"
PEOPLE = people.People(
    OWN,
    {
        OWN: {"id": OWN, "role": "admin"},
        AGENT: {"id": AGENT, "role": "agent"},
        STRANGER: {"id": STRANGER, "role": "end-user"},
    },
)


def a_ticket(**fields: Any) -> dict[str, Any]:
    return {"id": 35, "updated_at": STAMP, "requester_id": REQUESTER, "status": "open"} | fields


def a_comment(**fields: Any) -> dict[str, Any]:
    return {"id": 1, "author_id": REQUESTER, "body": "Hi", "public": True} | fields


def ticket_of(shown: dict[str, Any], *comments: dict[str, Any], who: Any = PEOPLE) -> Any:
    return mapping.snapshot_of(shown, comments, who, NOON).ticket


def comment_of(**fields: Any) -> Any:
    return mapping.comment_of(a_comment(**fields), PEOPLE, REQUESTER)


# -- tickets ------------------------------------------------------------------------------------


def test_a_whole_ticket_is_read() -> None:
    row = a_ticket(
        subject="Card",
        created_at="2026-11-23T13:00:00+02:00",
        status="pending",
        priority="urgent",
        tags=["vip", "card"],
        via={"channel": "web"},
        assignee_id=AGENT,
        group_id=7,
        organization_id=70,
        submitter_id=STRANGER,
    )
    user = {
        "id": REQUESTER,
        "name": "Ada",
        "email": "ada@example.org",
        "tags": ["gold"],
        "user_fields": {"country": "gb"},
    }
    shown = {
        "ticket": row,
        "users": [user],
        "organizations": [{"id": 69, "name": "No"}, {"id": 70, "name": "Lovelace", "tags": ["x"]}],
    }
    who = people.People(OWN, people.users_in(shown))
    snapshot = mapping.snapshot_of(shown, [a_comment(id=5)], who, NOON)
    ticket = snapshot.ticket
    assert (ticket.id, ticket.subject, ticket.status) == ("35", "Card", Status.PENDING)
    assert (ticket.priority, ticket.tags) == ("urgent", {"vip", "card"})
    assert (ticket.channel, ticket.created_at) == ("web", datetime(2026, 11, 23, 11, tzinfo=UTC))
    assert (ticket.assignee_id, ticket.group_id) == ("500", "7")
    assert ticket.organization == Organization(frozenset({"x"}), "Lovelace")
    assert ticket.requester == Requester(
        "Ada", "ada@example.org", frozenset({"gold"}), "GB", str(REQUESTER)
    )
    assert (snapshot.stamp, snapshot.server_time) == (STAMP, NOON)
    assert (snapshot.group_id, snapshot.assignee_id) == (7, AGENT)
    assert (snapshot.requester_id, snapshot.submitter_id) == (REQUESTER, STRANGER)
    assert snapshot.comment_ids == (5,)


def test_the_stamp_stays_exactly_as_zendesk_wrote_it() -> None:
    odd = "2026-11-23 12:00:00 UTC"
    assert mapping.snapshot_of({"ticket": a_ticket(updated_at=odd)}, [], PEOPLE, None).stamp == odd


@pytest.mark.parametrize(
    "row", [None, [], "x", {}, {"id": 35}, {"id": "x", "updated_at": STAMP}, a_ticket(updated_at=5)]
)
def test_a_ticket_without_id_or_stamp_is_unreadable(row: Any) -> None:
    with pytest.raises(UnreadableError):
        ticket_of({"ticket": row})


def test_an_unknown_status_counts_as_open() -> None:
    assert ticket_of({"ticket": a_ticket(status="thinking")}).status is Status.OPEN
    assert ticket_of({"ticket": a_ticket(status=None)}).status is Status.OPEN


def test_a_status_is_read_in_any_case() -> None:
    assert mapping.status_of("Solved") is Status.SOLVED


def test_an_unknown_priority_is_none() -> None:
    assert ticket_of({"ticket": a_ticket(priority="panic")}).priority is None


def test_a_missing_channel_is_unknown_and_not_email() -> None:
    assert ticket_of({"ticket": a_ticket(via=None)}).channel == "unknown"
    assert ticket_of({"ticket": a_ticket(via={"channel": None})}).channel == "unknown"


@pytest.mark.parametrize(
    ("fields", "has_ccs"),
    [
        ({}, False),
        ({"email_cc_ids": [5]}, True),
        ({"collaborator_ids": [5]}, True),
        ({"collaborator_ids": [5], "follower_ids": [5]}, False),
        ({"collaborator_ids": [5, 6], "follower_ids": [5]}, True),
        ({"email_cc_ids": None, "collaborator_ids": "x", "follower_ids": {}}, False),
    ],
)
def test_ccs_are_people_beside_the_requester_who_are_no_followers(
    fields: dict[str, Any],
    has_ccs: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert ticket_of({"ticket": a_ticket(**fields)}).has_ccs is has_ccs


@pytest.mark.parametrize("country", ["", "Britain", "g1", None, 5, "ßß"])
def test_a_country_that_is_no_code_is_none(country: Any) -> None:
    who = people.People(OWN, {REQUESTER: {"user_fields": {"country": country}}})
    assert ticket_of({"ticket": a_ticket()}, who=who).requester.country is None


def test_a_requester_whom_nobody_knows_keeps_the_id() -> None:
    assert ticket_of({"ticket": a_ticket()}).requester == Requester(id=str(REQUESTER))
    assert ticket_of({"ticket": a_ticket(requester_id=None)}).requester == Requester()


def test_a_deleted_ticket_says_so() -> None:
    assert mapping.is_deleted({"ticket": {"status": "deleted"}})
    assert not mapping.is_deleted({"ticket": {"status": "open"}})
    assert not mapping.is_deleted({})


# -- comments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author_id", "author"),
    [
        (REQUESTER, Author.REQUESTER),
        (OWN, Author.BOT),
        (AGENT, Author.AGENT),
        (STRANGER, Author.OTHER),
        (12345, Author.OTHER),
        (-1, Author.OTHER),
        (None, Author.OTHER),
    ],
)
def test_an_author_is_told_by_id_and_role(author_id: Any, author: Author) -> None:
    assert comment_of(author_id=author_id).author is author


def test_an_agent_who_asks_is_the_requester() -> None:
    comment = mapping.comment_of(a_comment(author_id=AGENT), PEOPLE, AGENT)
    assert comment.author is Author.REQUESTER


def test_this_service_is_never_its_own_customer() -> None:
    assert mapping.comment_of(a_comment(author_id=OWN), PEOPLE, OWN).author is Author.BOT


def test_a_comment_keeps_text_html_time_and_attachments() -> None:
    comment = comment_of(
        html_body="<p>Hi</p>", created_at=STAMP, attachments=[{"id": 1}], plain_body="no"
    )
    assert (comment.body, comment.html_body) == ("Hi", "<p>Hi</p>")
    assert (comment.created_at, comment.has_attachments) == (NOON, True)


def test_a_comment_without_a_body_falls_back_to_its_plain_body() -> None:
    assert comment_of(body=None, plain_body="plain").body == "plain"


@pytest.mark.parametrize("public", [False, None, "true", 1])
def test_only_a_comment_that_says_it_is_public_is_public(public: Any) -> None:
    assert not comment_of(public=public).public


def test_halves_of_surrogate_pairs_are_replaced_one_by_one() -> None:
    assert comment_of(body="a\ud800b\udc00é").body == "a\ufffdb\ufffdé"


def test_a_comment_without_an_id_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        comment_of(id=None)


# -- audits -------------------------------------------------------------------------------------


def audit_of(**fields: Any) -> Any:
    return mapping.audit_of({"id": 9, "author_id": AGENT, "created_at": STAMP} | fields)


def test_an_audit_of_ours_carries_decision_and_effect() -> None:
    audit = audit_of(
        metadata={"system": {"ip_address": "x"}, "custom": {"decision_id": "d", "effect": "note"}}
    )
    assert (audit.id, audit.decision_id, audit.effect) == (9, "d", "note")
    assert (audit.author_id, audit.created_at) == (AGENT, NOON)


@pytest.mark.parametrize("metadata", [None, [], {}, {"custom": None}, {"custom": {"effect": 5}}])
def test_an_audit_of_others_carries_neither(metadata: Any) -> None:
    audit = audit_of(metadata=metadata)
    assert (audit.decision_id, audit.effect) == (None, None)


def test_changes_are_fields_and_comments() -> None:
    events = [
        {"type": "Comment", "public": True},
        {"type": "Change", "field_name": "status"},
        {"type": "Create", "field_name": "subject"},
        {"type": "Change", "field_name": 5},
        {"type": "Notification"},
        "x",
    ]
    expected = {"comment", "public_comment", "status", "subject"}
    assert audit_of(events=events).changes == expected


def test_a_private_comment_is_no_public_one() -> None:
    assert audit_of(events=[{"type": "Comment", "public": False}]).changes == {"comment"}


@pytest.mark.parametrize(
    ("fields", "by_rule"),
    [
        ({}, False),
        ({"via": {"channel": "web"}}, False),
        ({"via": {"channel": "rule", "source": {"rel": "automation"}}}, True),
        ({"via": {"channel": "system"}}, True),
        ({"via": {"channel": "system", "source": {"rel": "merge"}}}, False),
        ({"author_id": -1}, True),
        ({"via": {"channel": []}}, False),
        ({"via": {"channel": "rule", "source": {"rel": {}}}}, True),
    ],
)
def test_rules_are_told_from_people(
    fields: dict[str, Any],
    by_rule: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert audit_of(**fields).by_rule is by_rule


def test_an_audit_without_a_time_is_as_old_as_can_be() -> None:
    assert audit_of(created_at=None).created_at == datetime(1970, 1, 1, tzinfo=UTC)


# -- writes -------------------------------------------------------------------------------------


def an_update(**fields: Any) -> TicketUpdate:
    values = {
        "ticket_id": 35,
        "decision_id": "d1",
        "effect": EffectKind.NOTE,
        "comment": Draft("text", public=False),
        "stamp": STAMP,
    }
    return TicketUpdate(**(values | fields))


def test_the_smallest_update_names_its_decision_and_is_safe() -> None:
    assert mapping.fields_of(an_update()) == {
        "id": 35,
        "comment": {"body": "text", "public": False},
        "metadata": {"custom": {"decision_id": "d1", "effect": "note"}},
        "safe_update": True,
        "updated_stamp": STAMP,
    }


def test_a_group_clears_the_assignee() -> None:
    fields = mapping.fields_of(an_update(group_id=7))
    assert (fields["group_id"], fields["assignee_id"]) == (7, None)


def test_no_tags_and_an_empty_set_of_tags_are_different() -> None:
    assert "tags" not in mapping.fields_of(an_update())
    assert mapping.fields_of(an_update(tags=frozenset()))["tags"] == []


def test_a_status_is_never_written() -> None:
    update = an_update(tags=frozenset({"b", "a"}), group_id=7, priority="high")
    fields = mapping.fields_of(update)
    assert "status" not in fields
    assert (fields["tags"], fields["priority"]) == (["a", "b"], "high")


def test_a_receipt_names_audit_and_new_stamp() -> None:
    payload = {"ticket": {"id": 35, "updated_at": STAMP}, "audit": {"id": 9}}
    receipt = mapping.receipt_of(payload, 35, NOON)
    assert (receipt.audit_id, receipt.stamp, receipt.server_time) == (9, STAMP, NOON)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"ticket": {"id": 35, "updated_at": STAMP}},
        {"ticket": {"id": 35, "updated_at": STAMP}, "audit": None},
        {"ticket": {"id": 35, "updated_at": STAMP}, "audit": {}},
        {"ticket": {"id": 36, "updated_at": STAMP}, "audit": {"id": 9}},
        {"ticket": {"id": 35, "updated_at": ""}, "audit": {"id": 9}},
        {"ticket": [], "audit": {"id": 9}},
    ],
)
def test_an_answer_that_proves_no_write_is_unreadable(payload: Any) -> None:
    with pytest.raises(UnreadableError):
        mapping.receipt_of(payload, 35, None)


# -- groups, changes, pages ---------------------------------------------------------------------


def test_groups_are_known_by_name_and_deleted_ones_are_left_out() -> None:
    rows = [
        {"id": 1, "name": "Support"},
        {"id": 2, "name": "Old", "deleted": True},
        {"id": 3, "name": "Support"},
        {"id": None, "name": "x"},
        {"id": 4},
    ]
    assert mapping.groups_of(rows) == {"Support": 1}


def test_a_page_of_changes_is_read() -> None:
    row = {"id": 35, "updated_at": STAMP, "status": "open", "tags": ["a"]}
    page = mapping.change_page_of(
        {"tickets": [row, {"id": 36}], "after_cursor": "next", "end_of_stream": False}, None
    )
    assert (page.changed[0].ticket_id, page.changed[0].updated_at) == (35, NOON)
    assert (page.changed[0].status, page.changed[0].tags) == ("open", {"a"})
    assert (page.cursor, page.end) == ("next", False)
    assert page.changed[1].status == "open"


@pytest.mark.parametrize(
    ("payload", "cursor", "expected"),
    [
        ({"after_cursor": "b", "end_of_stream": True}, "a", ("b", True)),
        ({"after_cursor": None, "end_of_stream": True}, "a", ("a", True)),
        ({"after_cursor": None, "end_of_stream": False}, "a", ("a", True)),
        ({"after_cursor": None}, None, ("", True)),
    ],
)
def test_the_feed_ends_where_no_further_page_is_named(
    payload: dict[str, Any], cursor: str | None, expected: tuple[str, bool]
) -> None:
    page = mapping.change_page_of({"tickets": []} | payload, cursor)
    assert (page.cursor, page.end) == expected


@pytest.mark.parametrize("tickets", [None, {}, ["x"], [{}]])
def test_a_page_of_changes_that_is_not_whole_is_unreadable(tickets: Any) -> None:
    with pytest.raises(UnreadableError):
        mapping.change_page_of({"tickets": tickets}, None)


def test_the_next_page_is_asked_for_by_cursor() -> None:
    payload = {"meta": {"has_more": True, "after_cursor": "b"}, "links": {"next": "http://evil/"}}
    assert answers.next_page(payload, {}) == {"page[size]": "100", "page[after]": "b"}


def test_the_next_page_is_asked_for_by_number_where_there_are_no_cursors() -> None:
    second = answers.next_page({"next_page": "http://evil/"}, {"page[size]": "100"})
    assert second == {"per_page": "100", "page": "2"}
    third = answers.next_page({"next_page": "http://evil/"}, second or {})
    assert third == {"per_page": "100", "page": "3"}


@pytest.mark.parametrize("payload", [{}, {"next_page": None}, {"meta": {"has_more": False}}])
def test_the_last_page_has_no_next(payload: Any) -> None:
    assert answers.next_page(payload, {}) is None


@pytest.mark.parametrize("after", [None, "", 5, "same"])
def test_a_page_that_is_promised_and_not_named_is_unreadable(after: Any) -> None:
    with pytest.raises(UnreadableError):
        answers.next_page(
            {"meta": {"has_more": True, "after_cursor": after}}, {"page[after]": "same"}
        )


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00+14:00", None, 5])
def test_an_instant_that_cannot_be_read_is_none(text: Any) -> None:
    assert answers.instant_of(text) is None


def test_an_instant_without_a_zone_is_utc() -> None:
    assert answers.instant_of("2026-11-23T12:00:00") == NOON


# -- people -------------------------------------------------------------------------------------


class Directory:
    """Answers `show_many` and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = NOON

    def ask(self, ids: str) -> dict[str, Any]:
        self.asked.append(ids)
        known = [int(key) for key in ids.split(",") if int(key) < 10_000]
        return {"users": [{"id": key, "role": "agent", "name": "N"} for key in known]}

    def roster(self) -> people.Roster:
        return people.Roster(self.ask, lambda: self.now)


def test_roles_are_asked_for_once_in_five_minutes() -> None:
    directory = Directory()
    roster = directory.roster()
    first = roster.look_up({5, 20_000}, None)
    assert roster.look_up({5, 20_000}, None)[5]["role"] == first[5]["role"] == "agent"
    assert directory.asked == ["5,20000"]
    directory.now = datetime(2026, 11, 23, 12, 5, 0, tzinfo=UTC)
    roster.look_up({5}, None)
    assert directory.asked == ["5,20000", "5"]


def test_the_requester_is_asked_for_every_time() -> None:
    directory = Directory()
    roster = directory.roster()
    roster.look_up({5}, 5)
    assert roster.look_up({5}, 5)[5]["name"] == "N"
    assert directory.asked == ["5", "5"]


def test_more_than_a_hundred_people_take_more_than_one_call() -> None:
    directory = Directory()
    assert len(directory.roster().look_up(set(range(1, 151)), None)) == 150
    assert [len(ids.split(",")) for ids in directory.asked] == [100, 50]


def test_the_kept_roles_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_MOST_ROLES", 1)
    directory = Directory()
    roster = directory.roster()
    roster.look_up({5, 6}, None)
    roster.look_up({7}, None)
    roster.look_up({5}, None)
    assert directory.asked == ["5,6", "7", "5"]


def test_nobody_absent_means_no_call() -> None:
    directory = Directory()
    assert directory.roster().look_up(set(), 5) == {}
    assert directory.asked == []


# -- properties ---------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "id", "updated_at", "requester_id", "status", "tags", "via", "priority", "subject", "users",
    "organization_id", "email_cc_ids", "collaborator_ids", "follower_ids", "author_id", "body",
    "public", "attachments", "created_at", "html_body", "metadata", "events", "custom",
    "after_cursor", "end_of_stream", "tickets", "audit", "ticket", "organizations", "meta",
    "next_page", "has_more", "type", "field_name", "channel", "source", "user_fields",
)  # fmt: skip
RECORDS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=12)


@settings(max_examples=60)
@given(RECORDS, RECORDS, RECORDS)
def test_any_records_give_values_or_one_error(
    row: dict[str, Any], comment: dict[str, Any], shown: dict[str, Any]
) -> None:
    whole = shown | {"ticket": row | {"id": 1, "updated_at": STAMP}}
    who = people.People(OWN, people.users_in(whole))
    comments = [comment | {"id": 3}]
    snapshot = mapping.snapshot_of(whole, comments, who, None)
    json.dumps([snapshot.ticket.subject, snapshot.ticket.comments[0].body]).encode()
    snapshot.ticket.subject.encode()
    snapshot.ticket.comments[0].body.encode()
    mapping.audit_of(row | {"id": 1})
    people.people_in(whole, comments)
    for attempt in (
        lambda: mapping.receipt_of(shown, 35, None),
        lambda: mapping.change_page_of(shown, None),
        lambda: answers.next_page(shown, {}),
        lambda: mapping.comment_of(comment, who, None),
        lambda: mapping.audit_of(row),
    ):
        try:
            attempt()
        except UnreadableError:
            continue
