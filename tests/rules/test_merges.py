"""Words of a ticket that an agent merged into another one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.case import Models
from rules.decide import decide
from rules.merges import is_merged, merged_into, merged_words
from rules.model import Author, Comment, Decision, History, Outcome, Ticket
from rules.risk_modes import FULL
from rules.signals.risk import LIMIT, shared_risk_model
from tests.rules.build import NOW, a_policy, a_ticket, codes, judge, models

OPENING = (
    'Request #123 "My "new" card" was closed and merged into this request. '
    "Last comment in request #123:"
)
COMPLAINT = "I want to make a formal complaint about my card."
MERGED = Comment(
    Author.AGENT,
    f"{OPENING}\n\n{COMPLAINT}",
    public=False,
    created_at=datetime(2026, 11, 20, tzinfo=UTC),
)
FIRST = Comment(Author.REQUESTER, "where do i find my iban")


def after(*comments: Comment, body: str = "how do i reset my password") -> Decision:
    return judge(a_ticket(body, before=(FIRST, *comments)))


def test_what_a_merged_ticket_said_last_is_what_follows_zendesks_line() -> None:
    for text in (MERGED.body, f"\n{OPENING}\r\n{COMPLAINT}"):
        found = merged_words(text)
        assert found is not None
        assert found.text == COMPLAINT


def test_of_a_note_without_end_the_two_ends_are_read() -> None:
    found = merged_words(f"{OPENING} {COMPLAINT}{' x' * 500_000} the end")
    assert found is not None
    assert len(found.text) < 100_001
    assert found.text.startswith(COMPLAINT)
    assert found.text.endswith("the end")


def test_nothing_is_answered_where_a_note_is_too_long_to_be_read_whole() -> None:
    note = Comment(Author.BOT, f"{OPENING} {'where is my card ' * 400}", public=False)
    assert "bar.too_long" in codes(after(note))
    assert "bar.too_long" not in codes(after(replace(note, body="where is my card " * 400)))


@pytest.mark.parametrize(
    "text",
    [COMPLAINT, f"See this. {OPENING} {COMPLAINT}", f"Last comment in request #123: {COMPLAINT}",
     "Requests #1, #2 were closed and merged into this request.",
     "This request was closed and merged into request #9.", ""],
)  # fmt: skip
def test_another_note_of_an_agent_quotes_no_ticket(text: str) -> None:
    assert merged_words(text) is None


def test_a_ticket_into_which_a_right_was_merged_is_held_for_people() -> None:
    decision = after(MERGED)
    assert decision.outcome is Outcome.ESCALATE
    assert "regulatory.quoted" in codes(decision)


def test_what_a_merged_ticket_said_is_nobodys_word_here_and_starts_no_clock() -> None:
    decision = after(MERGED)
    assert decision.packs == ()
    assert decision.deadlines == ()


def test_what_was_said_here_too_is_not_quoted_anew() -> None:
    said = Comment(Author.REQUESTER, COMPLAINT)
    decision = after(said, MERGED)
    assert "regulatory.quoted" not in codes(decision)
    assert "complaint" in decision.packs


@pytest.mark.parametrize(
    "other",
    [replace(MERGED, body=MERGED.body.replace("123", "124")),
     Comment(Author.AGENT, f"Merged ticket, she writes: {COMPLAINT}", public=False),
     Comment(Author.BOT, f"Seen there: {COMPLAINT}", public=False)],
)  # fmt: skip
def test_what_others_of_the_house_repeat_of_a_merged_ticket_is_still_news(other: Comment) -> None:
    for notes in ((MERGED, other), (other, MERGED)):
        assert "regulatory.quoted" in codes(after(*notes))


@pytest.mark.parametrize("sign", ["", "\ufeff", "\n\ufeff\n"])
def test_a_program_may_have_merged_the_ticket(sign: str) -> None:
    decision = after(replace(MERGED, author=Author.BOT, body=sign + MERGED.body))
    assert decision.outcome is Outcome.ESCALATE
    assert "regulatory.quoted" in codes(decision)


def test_what_a_customer_quotes_of_a_note_is_new_until_a_person_clears_the_note() -> None:
    quoting = f"how do i reset my password\n\nOn Mon 16 Nov 2026, x wrote:\n> {COMPLAINT}"
    later = datetime(2026, 11, 23, tzinfo=UTC)
    ticket = a_ticket(quoting, before=(FIRST, MERGED), written_at=later)
    assert "regulatory.quoted" in codes(judge(ticket))
    cleared = judge(ticket, cleared_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert "regulatory.quoted" not in codes(cleared)


def test_agents_own_words_about_rights_are_still_their_own() -> None:
    own = Comment(Author.AGENT, f"We tell people: {COMPLAINT}", public=False)
    assert codes(after(own)) == ["match.faq", "bar.person_acted"]


def test_a_customer_who_writes_such_a_line_says_what_they_say() -> None:
    decision = after(body=f"{OPENING}\n{COMPLAINT}")
    assert "complaint" in decision.packs


def test_what_a_person_cleared_holds_nothing_back() -> None:
    ticket = a_ticket(before=(FIRST, MERGED), written_at=datetime(2026, 11, 23, tzinfo=UTC))
    cleared = judge(ticket, cleared_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert "regulatory.quoted" not in codes(cleared)


def test_a_grave_case_in_a_merged_ticket_is_read_without_its_words_too() -> None:
    told = "Your driver left a list with all your customers' addresses at my door."
    policy = a_policy()
    read = Models(models(policy).recogniser, shared_risk_model(FULL))
    risks = [
        decide(a_ticket(before=(FIRST, note)), policy, read, History(), NOW).risk
        for note in (
            Comment(Author.AGENT, told, public=False),
            Comment(Author.AGENT, f"{OPENING}\n\n{told}", public=False),
        )
    ]
    assert risks[0] < LIMIT <= risks[1]


NOTE = "This request was closed and merged into request #98 \"my 'new' card\"."


def noted(
    *notes: tuple[Author, str], tags: frozenset[str] = frozenset({"Closed_by_merge"})
) -> Ticket:
    comments = tuple(Comment(author, body) for author, body in notes)
    return replace(a_ticket(before=(FIRST, *comments)), tags=tags)


def test_a_merged_ticket_knows_the_one_that_stays_by_the_newest_note() -> None:
    ticket = noted((Author.AGENT, NOTE.replace("98", "5")), (Author.AGENT, NOTE), (Author.BOT, "-"))
    assert merged_into(ticket) == 98


@pytest.mark.parametrize("note", [(Author.BOT, NOTE), (Author.AGENT, f"\ufeff{NOTE}")])
def test_a_program_may_have_written_which_ticket_stays(note: tuple[Author, str]) -> None:
    assert merged_into(noted(note)) == 98


@pytest.mark.parametrize("note", [
    (Author.REQUESTER, NOTE), (Author.AGENT, f"> {NOTE}"), (Author.AGENT, NOTE.replace("98", "0")),
    (Author.AGENT, NOTE.replace("98", "9" * 19)), (Author.AGENT, NOTE.replace("98", "x")),
])  # fmt: skip
def test_what_is_no_agents_note_names_no_ticket(note: tuple[Author, str]) -> None:
    assert merged_into(noted(note)) is None


def test_a_note_on_a_ticket_that_is_not_merged_names_none() -> None:
    ticket = noted((Author.AGENT, NOTE), tags=frozenset({"closed"}))
    assert not is_merged(ticket)
    assert merged_into(ticket) is None
