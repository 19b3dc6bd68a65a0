"""The last look: who acted, and is it reason enough to stay silent."""

from datetime import UTC, datetime

import pytest

from connectors.ports import Audit, Snapshot
from integration.last_look import AsDecided, reason_to_withhold, seconds_until_next
from rules.model import Author, Comment, Status, Ticket

READ_AT = datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)
DECIDED = AsDecided(frozenset({1}), None, 100, READ_AT.timestamp())
FIRST = Audit(1, 100, READ_AT, None, None, frozenset({"comment", "public_comment"}), by_rule=False)
NOTE = Audit(2, 900, READ_AT, "ours", "note", frozenset({"comment"}), by_rule=False)
OWN = frozenset({"ours"})


def an_audit(
    author: int | None, *changes: str, by_rule: bool = False, at: datetime = READ_AT
) -> Audit:
    return Audit(9, author, at, None, None, frozenset(changes), by_rule=by_rule)


def a_look(
    *more: tuple[int, Author, bool],
    status: Status = Status.OPEN,
    assignee: int | None = None,
    tags: frozenset[str] = frozenset(),
) -> Snapshot:
    all_comments = ((1, Author.REQUESTER, True), *more)
    comments = tuple(Comment(author, "x", public=public) for _, author, public in all_comments)
    ticket = Ticket(id="7", subject="", comments=comments, status=status, tags=tags)
    ids = tuple(comment_id for comment_id, _, _ in all_comments)
    return Snapshot(ticket, "2026-11-23T09:00:05Z", READ_AT, ids, None, assignee, 100)


def test_nothing_happened_but_our_own_note() -> None:
    look = a_look((2, Author.BOT, False))
    assert reason_to_withhold(DECIDED, look, [FIRST, NOTE], OWN) is None


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
def test_a_finished_ticket(status: Status) -> None:
    look = a_look(status=status)
    assert reason_to_withhold(DECIDED, look, [FIRST], OWN) == "withheld.ticket_finished"


def test_a_merged_ticket() -> None:
    look = a_look(tags=frozenset({"closed_by_merge"}))
    assert reason_to_withhold(DECIDED, look, [FIRST], OWN) == "withheld.ticket_merged"


def test_a_person_took_the_ticket() -> None:
    look = a_look(assignee=500)
    assert reason_to_withhold(DECIDED, look, [FIRST], OWN) == "withheld.person_assigned"


def test_an_assignee_that_was_there_before_is_no_act() -> None:
    decided = AsDecided(frozenset({1}), 500, 100, READ_AT.timestamp())
    assert reason_to_withhold(decided, a_look(assignee=500), [FIRST], OWN) is None


@pytest.mark.parametrize("public", [True, False])
def test_a_person_commented(public: bool) -> None:  # noqa: FBT001 - a case
    look = a_look((3, Author.AGENT, public))
    assert reason_to_withhold(DECIDED, look, [FIRST], OWN) == "withheld.person_commented"


def test_a_public_comment_by_our_own_user_is_a_person_signed_in_as_us() -> None:
    look = a_look((3, Author.BOT, True))
    assert reason_to_withhold(DECIDED, look, [FIRST], OWN) == "withheld.person_commented"


def test_the_requester_wrote_again() -> None:
    look = a_look((3, Author.REQUESTER, True))
    assert reason_to_withhold(DECIDED, look, [FIRST], OWN) == "withheld.newer_message"


@pytest.mark.parametrize("author", [500, 900, None])
def test_a_person_changed_a_field(author: int | None) -> None:
    audits = [FIRST, an_audit(author, "tags")]
    assert reason_to_withhold(DECIDED, a_look(), audits, OWN) == "withheld.person_changed"


def test_a_change_before_the_ticket_was_read_is_no_act() -> None:
    before = datetime(2026, 11, 23, 9, 0, 4, tzinfo=UTC)
    audits = [FIRST, an_audit(500, "tags", at=before)]
    assert reason_to_withhold(DECIDED, a_look(), audits, OWN) is None


def test_a_decision_id_that_is_not_ours_protects_nobody() -> None:
    forged = Audit(9, 500, READ_AT, "forged", "note", frozenset({"comment"}), by_rule=False)
    assert reason_to_withhold(DECIDED, a_look(), [FIRST, forged], OWN) is not None


def test_a_tag_set_by_an_automation_is_no_act() -> None:
    audits = [FIRST, an_audit(-1, "tags", by_rule=True)]
    assert reason_to_withhold(DECIDED, a_look(), audits, OWN) is None


@pytest.mark.parametrize("change", ["public_comment", "status", "assignee_id"])
def test_an_automation_that_answers_assigns_or_solves_is_an_act(change: str) -> None:
    audits = [FIRST, an_audit(-1, change, by_rule=True)]
    assert reason_to_withhold(DECIDED, a_look(), audits, OWN) == "withheld.person_changed"


def test_the_requester_rating_the_ticket_is_no_act() -> None:
    audits = [FIRST, an_audit(100, "satisfaction_score")]
    assert reason_to_withhold(DECIDED, a_look(), audits, OWN) is None


def test_a_stamp_of_the_present_second_asks_for_patience() -> None:
    now = datetime(2026, 11, 23, 9, 0, 5, 250_000, tzinfo=UTC)
    assert seconds_until_next("2026-11-23T09:00:05Z", now) == pytest.approx(0.75)


def test_a_stamp_of_a_past_second_asks_for_none() -> None:
    now = datetime(2026, 11, 23, 9, 0, 6, tzinfo=UTC)
    assert seconds_until_next("2026-11-23T09:00:05Z", now) == 0.0


def test_a_stamp_without_a_zone_is_taken_as_utc() -> None:
    assert seconds_until_next("2026-11-23T09:00:05", READ_AT) == pytest.approx(1.0)


def test_a_stamp_that_is_none_asks_for_no_patience() -> None:
    assert seconds_until_next("yesterday", READ_AT) == 0.0
