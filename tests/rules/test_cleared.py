"""What a person has cleared holds a ticket no more; what comes after that does."""

from datetime import UTC, datetime
from typing import Any

from rules.decide import decide
from rules.exchange import history_from_json, ticket_from_json
from rules.model import Author, Comment, Decision, History, Outcome, Ticket
from rules.written import ticket_to_json
from tests.rules.build import NOW, a_policy, a_ticket, models

CLEARED = datetime(2026, 11, 24, 9, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
COMPLAINT = "I want to make a formal complaint"


def judge(ticket: Ticket, **history: Any) -> Decision:
    policy = a_policy()
    return decide(ticket, policy, models(policy), History(**history), NOW)


def earlier(body: str, at: datetime | None = BEFORE) -> Comment:
    return Comment(Author.REQUESTER, body, created_at=at)


def test_an_earlier_complaint_holds_until_a_person_clears_it() -> None:
    ticket = a_ticket(before=(earlier(COMPLAINT),), written_at=AFTER)
    assert judge(ticket, guarded=True).outcome is Outcome.ESCALATE
    assert judge(ticket, cleared_at=CLEARED).outcome is Outcome.REPLY


def test_a_subject_that_was_cleared_holds_no_more() -> None:
    ticket = a_ticket(subject="Formal complaint", written_at=AFTER)
    assert judge(ticket).outcome is Outcome.ESCALATE
    assert judge(ticket, cleared_at=CLEARED).outcome is Outcome.REPLY


def test_a_new_complaint_holds_whatever_was_cleared_before() -> None:
    fresh = a_ticket(COMPLAINT, written_at=AFTER)
    assert judge(fresh, cleared_at=CLEARED).outcome is Outcome.ESCALATE
    between = a_ticket(before=(earlier(COMPLAINT, AFTER),), written_at=AFTER)
    assert judge(between, cleared_at=CLEARED).outcome is Outcome.ESCALATE


def test_the_message_itself_is_judged_even_if_it_is_older() -> None:
    ticket = a_ticket(COMPLAINT, written_at=BEFORE)
    assert judge(ticket, cleared_at=CLEARED).outcome is Outcome.ESCALATE


def test_a_message_without_a_date_was_not_surely_cleared() -> None:
    ticket = a_ticket(before=(earlier(COMPLAINT, None),), written_at=AFTER)
    assert judge(ticket, cleared_at=CLEARED).outcome is Outcome.ESCALATE


def test_a_quoted_complaint_that_was_cleared_holds_no_more() -> None:
    body = f"how do i reset my password\n\nOn Tue, Ann Lee wrote:\n> {COMPLAINT}"
    ticket = a_ticket(body, before=(earlier(COMPLAINT),), written_at=AFTER)
    assert judge(ticket, cleared_at=CLEARED).packs == ()
    assert "regulatory.quoted" not in {r.code for r in judge(ticket, cleared_at=CLEARED).reasons}


def test_a_paused_answer_becomes_a_draft_and_others_go_on() -> None:
    paused = judge(a_ticket(), paused_answers=("reset_password",))
    assert paused.outcome is Outcome.SUGGEST
    assert ("bar.answer_paused", "reset_password") in {(r.code, r.rule) for r in paused.reasons}
    assert judge(a_ticket("what is my iban"), paused_answers=("reset_password",)).reply


def test_what_people_did_comes_back_from_json() -> None:
    history = History(paused_answers=("a", "b"), cleared_at=CLEARED)
    line = ticket_to_json(a_ticket(), history)
    assert history_from_json(line, 1) == history
    assert ticket_from_json(line, 1) == a_ticket()


def test_decisions_of_earlier_releases_keep_their_ids() -> None:
    line = ticket_to_json(a_ticket(), History())
    assert set(line["history"]) == {
        "replies_on_ticket",
        "replies_to_requester",
        "replies_last_hour",
        "guarded",
        "paused",
    }
