"""Tickets and decisions as JSON lines."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange import ExchangeError, history_from_json, labelled_from_json, ticket_from_json
from rules.model import Author, History, Status
from rules.written import decision_to_json, ticket_to_json
from tests.rules.build import a_ticket, judge

LINE: dict[str, Any] = {
    "id": "42",
    "subject": "Question",
    "body": "where is it",
    "html_body": "<p>where is it</p>",
    "channel": "web",
    "language": None,
    "created_at": "2026-11-23T09:00:00Z",
    "requester": {"name": "Ann", "email": "a@b.example", "tags": ["vip"], "country": "GB"},
    "organization": {"tags": ["big"]},
    "tags": ["x"],
    "has_attachments": True,
    "comments": [
        {"author": "agent", "public": True, "body": "hi", "created_at": "2026-11-22T09:00:00+01:00"}
    ],
}


def test_a_line_in_the_documented_format_is_read() -> None:
    ticket = ticket_from_json(LINE, 1)
    assert ticket.id == "42"
    assert ticket.created_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert ticket.requester.tags == frozenset({"vip"})
    assert ticket.message is ticket.comments[-1]
    assert ticket.comments[0].author is Author.AGENT
    assert ticket.comments[0].created_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert ticket.message.has_attachments


def test_only_the_body_is_required() -> None:
    ticket = ticket_from_json({"body": "x"}, 7)
    assert ticket.id == "7"
    assert ticket.channel == "email"
    assert ticket.status is Status.NEW
    assert ticket_from_json({"id": 42, "body": "x"}, 1).id == "42"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "line 3: colour is no known key (known: assignee_id, body, "),
        ({"expect": {}}, "line 3: expect is no known key (labelled tickets are for deskclerk "),
        ({"requester": {"nme": "x"}},
         "line 3: requester.nme is no known key (did you mean 'name'?)"),
        ({"comments": [{"text": "x"}]}, "line 3: comments[0].text is no known key"),
        ({"body": 5}, "line 3: body must be a text"),
        ({"subject": []}, "line 3: subject must be a text"),
        ({"id": True}, "line 3: id must be a text"),
        ({"tags": "x"}, "line 3: tags must be a list of texts"),
        ({"tags": [1]}, "line 3: tags must be a list of texts"),
        ({"has_ccs": "yes"}, "line 3: has_ccs must be true or false"),
        ({"created_at": "yesterday"}, "created_at must be an instant"),
        ({"created_at": "2026-11-23T09:00:00"}, "created_at must be an instant"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at must be an instant"),
        ({"created_at": 5}, "created_at must be an instant"),
        ({"status": "gone"}, "status must be one of"),
        ({"comments": [{"author": "martian"}]}, "author must be one of"),
        ({"comments": 5}, "comments must be a list"),
        ({"comments": [5]}, "comments[0] must be an object with keys"),
        ({"history": {"replies_on_ticket": "1"}}, "history.replies_on_ticket must be a whole"),
        ({"history": {"replies_on_ticket": True}}, "history.replies_on_ticket must be a whole"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_key(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        ticket_from_json({**LINE, **change}, 3)
    assert message in str(caught.value)


def test_a_body_of_null_is_a_ticket_of_which_no_message_is_the_requesters_last() -> None:
    ticket = ticket_from_json({**LINE, "body": None}, 1)
    assert [each.author for each in ticket.comments] == [Author.AGENT]


def test_a_line_without_body_or_shape_is_an_error() -> None:
    with pytest.raises(ExchangeError, match="line 1: body is missing"):
        ticket_from_json({}, 1)
    with pytest.raises(ExchangeError, match="line 2: must be an object"):
        ticket_from_json([], 2)


def test_a_label_is_read_beside_its_ticket() -> None:
    expect = {"kind": "faq", "faq": "a", "also": ["b"]}
    ticket, wanted = labelled_from_json({**LINE, "expect": expect}, 1)
    assert ticket == ticket_from_json(LINE, 1)
    assert (wanted.kind, wanted.faq, wanted.also) == ("faq", "a", ("b",))
    assert wanted.right == {"a", "b"}


def test_of_a_label_without_a_question_no_answer_is_right() -> None:
    _, wanted = labelled_from_json({**LINE, "expect": {"kind": "none"}}, 1)
    assert wanted.right == frozenset()


@pytest.mark.parametrize("expect", [None, {"kind": "maybe"}, {"kind": "faq"}, {"kin": "faq"}])
def test_a_label_that_says_nothing_is_an_error(expect: object) -> None:
    with pytest.raises(ExchangeError, match="line 1"):
        labelled_from_json({**LINE, "expect": expect}, 1)


def test_a_snapshot_keeps_what_came_after_the_message_and_what_was_done() -> None:
    ticket = ticket_from_json({**LINE, "later_comments": [{"author": "bot", "body": "x"}]}, 1)
    line = ticket_to_json(ticket, History(guarded=True))
    assert ticket_from_json(line, 1) == ticket
    assert history_from_json(line, 1) == History(guarded=True)
    assert history_from_json(LINE, 1) == History()
    assert "history" not in ticket_to_json(ticket)
    assert json.loads(json.dumps(line)) == line


def test_a_decision_has_the_documented_shape() -> None:
    line = decision_to_json(
        judge(
            a_ticket("I want to make a complaint", created_at=datetime(2026, 11, 23, 9, tzinfo=UTC))
        )
    )
    assert list(line) == [
        "id", "outcome", "faq", "score", "packs", "blocked", "risk", "sentiment", "route",
        "deadlines", "reply", "reasons", "language", "versions", "decision_id", "decided_at",
    ]  # fmt: skip
    assert line["route"].keys() == {"group", "priority", "tags"}
    assert line["deadlines"][0]["due"] == "2026-12-14T17:30:00Z"
    assert line["reasons"][0]["evidence"] == [[10, 26]]
    assert line["decided_at"] == "2026-11-24T10:00:00Z"
    assert json.loads(json.dumps(line)) == line


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from([*LINE, "status", "history", "later_comments", "z"]), values)
)
def test_any_object_is_a_ticket_or_an_error(obj: dict[str, object]) -> None:
    try:
        ticket_from_json(obj, 1)
    except ExchangeError as error:
        assert str(error).startswith("line 1: ")  # noqa: PT017 - either outcome is right
