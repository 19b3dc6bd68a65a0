"""Cards as messages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.slack.blocks import MESSAGE_SIZE, is_address, size
from connectors.slack.cards import (
    ApprovalCard,
    Card,
    DigestCard,
    DigestEntry,
    DueLine,
    EscalationCard,
    Line,
    Link,
    Moment,
    Plain,
    ReminderCard,
    Strong,
)
from connectors.slack.messages import message_of
from tests.connectors.slack.kit import actions_in, check_message, parts_in, texts_in

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
URL = "https://acme.zendesk.com/agent/tickets/42"


def an_escalation(**changes: Any) -> EscalationCard:
    shown: dict[str, Any] = {
        "ticket_id": 42,
        "ticket_url": URL,
        "decision_id": "d-1",
        "headline": "Complaint",
        "reasons": ("A complaint under DISP", "Third contact in a week"),
        "evidence": "I want to complain",
        "deadline": DueLine("Final response", NOW + timedelta(days=5)),
        "group": "Complaints",
    }
    return EscalationCard(**(shown | changes))


def an_approval(**changes: Any) -> ApprovalCard:
    shown: dict[str, Any] = {
        "ticket_id": 42,
        "ticket_url": URL,
        "decision_id": "d-1",
        "faq": "reset_password",
        "title": "Reset a password",
        "language": "en",
        "reply": "Hello Ada,\n\n  press *Forgot* & wait <1 h>.\n",
        "question": "how do i reset it",
        "expires": NOW + timedelta(hours=4),
    }
    return ApprovalCard(**(shown | changes))


def words(card: Card) -> str:
    return " | ".join(texts_in(list(message_of(card, NOW).blocks)))


# -- escalations --------------------------------------------------------------------------------


def test_an_escalation_says_what_why_and_by_when() -> None:
    shown = words(an_escalation())
    for part in (
        "Ticket 42: Complaint",
        "A complaint under DISP",
        "I want to complain",
        "Final response",
        "in 5 days",
        "Waiting",
        "Group: Complaints",
    ):
        assert part in shown
    assert actions_in(message_of(an_escalation(), NOW)) == [
        "take",
        "open",
        "not_this",
        "name_case",
        "why",
    ]


def test_a_due_time_is_shown_in_the_readers_own_zone() -> None:
    dates = [
        part
        for part in parts_in(message_of(an_escalation(), NOW).blocks)
        if part.get("type") == "date"
    ]
    assert dates == [
        {
            "type": "date",
            "timestamp": 1796461200,
            "format": "{date_short_pretty} at {time}",
            "fallback": "2026-12-05 09:00 UTC",
        }
    ]


def test_a_settled_escalation_offers_no_more_acts() -> None:
    card = an_escalation(is_open=False, standing="Taken by Ada")
    assert actions_in(message_of(card, NOW)) == ["open", "why"]
    assert "Taken by Ada" in words(card)


def test_a_restricted_ticket_shows_no_customers_words() -> None:
    assert "want to complain" not in words(an_escalation(restricted=True))
    assert "name_case" not in actions_in(message_of(an_escalation(restricted=True), NOW))
    assert "how do i" not in words(an_approval(restricted=True))


def test_notifications_never_hold_customers_words() -> None:
    assert message_of(an_escalation(), NOW).text == "Ticket 42: Complaint. Waiting"
    assert "how do i" not in message_of(an_approval(), NOW).text


def test_many_reasons_are_counted() -> None:
    assert "and 4 more" in words(an_escalation(reasons=tuple("abcdefghij")))


def test_without_a_usable_address_nothing_leads_to_the_ticket() -> None:
    card = an_escalation(ticket_url="javascript:alert(1)")
    assert actions_in(message_of(card, NOW)) == ["take", "not_this", "name_case", "why"]


def test_a_bare_escalation_is_a_card_too() -> None:
    card = an_escalation(reasons=(), evidence="", deadline=None, group="", decision_id="")
    check_message(message_of(card, NOW))


# -- approvals ----------------------------------------------------------------------------------


def replies_in(card: ApprovalCard) -> list[str]:
    return [
        part["elements"][0]["text"]
        for part in parts_in(message_of(card, NOW).blocks)
        if part.get("type") == "rich_text_preformatted"
    ]


def test_a_reply_is_shown_character_for_character() -> None:
    card = an_approval()
    assert replies_in(card) == [card.reply]
    assert actions_in(message_of(card, NOW)) == [
        "send",
        "edit",
        "another",
        "not_a_question",
        "escalate",
        "open",
    ]
    assert "Expires in 4 h" in words(card)


def test_a_long_reply_is_parted_at_line_ends() -> None:
    reply = "\n".join(f"Line {number} of a long reply" for number in range(200))
    parts = replies_in(an_approval(reply=reply))
    assert len(parts) == 2
    assert "\n".join(parts) == reply


@pytest.mark.parametrize("reply", ["x" * 3001, "x\n" * 5000, "a\u202eb", "", "a\x00b"])
def test_nobody_sends_what_they_cannot_read(reply: str) -> None:
    card = an_approval(reply=reply)
    assert replies_in(card) == []
    assert actions_in(message_of(card, NOW)) == ["open"]
    assert "can't be shown here in full" in words(card)


def test_a_settled_approval_keeps_the_reply_and_loses_the_buttons() -> None:
    card = an_approval(is_open=False, standing="Sent by Ada")
    assert replies_in(card) == [card.reply]
    assert actions_in(message_of(card, NOW)) == ["open"]
    assert "Sent by Ada" in words(card)
    assert "Expires" not in words(card)


# -- reminders, digests, answers ----------------------------------------------------------------


def test_a_reminder_pings_whom_it_names() -> None:
    card = ReminderCard(42, URL, "Final response", NOW, "90 %", ("U1", "<!channel>", "W2"))
    users = [
        p["user_id"] for p in parts_in(message_of(card, NOW).blocks) if p.get("type") == "user"
    ]
    assert users == ["U1", "W2"]
    assert "Ticket 42: Final response, 90 % of the time is gone" in words(card)


def test_a_breach_is_called_one() -> None:
    card = ReminderCard(42, URL, "Final response", NOW - timedelta(hours=3), "breached")
    assert "the time is over" in words(card)
    assert "overdue by 3 h" in words(card)


def test_a_digest_counts_what_it_leaves_out() -> None:
    entries = tuple(DigestEntry(number, URL, "Complaint", NOW) for number in range(1, 33))
    card = DigestCard("Waiting", entries)
    assert "Ticket 20" in words(card)
    assert "Ticket 21" not in words(card)
    assert "and 12 more" in words(card)


def test_an_entry_without_a_deadline_has_none() -> None:
    assert "overdue" not in words(DigestCard("Waiting", (DigestEntry(1, URL, "Complaint"),)))


def test_an_empty_digest_is_a_title() -> None:
    check_message(message_of(DigestCard("Nothing waits", ()), NOW))


def test_an_answer_may_be_shared() -> None:
    assert actions_in(message_of(Plain("Ticket 42", ("a",), share="why:42"), NOW)) == ["share"]
    assert actions_in(message_of(Plain("Ticket 42", ("a",)), NOW)) == []


def test_a_line_may_hold_links_moments_and_bold_words() -> None:
    line = ("see ", Link(URL, "the ticket"), " of ", Moment(NOW), Strong("now"))
    section = message_of(Plain("x", (line,)), NOW).blocks[1]["elements"][0]
    kinds = [element["type"] for element in section["elements"]]
    assert kinds == ["text", "link", "text", "date", "text"]


def test_a_link_that_leads_nowhere_is_plain_words() -> None:
    line = (Link("javascript:x", "click"), Link("ftp://x", ""))
    assert "click" in words(Plain("x", (line,)))
    assert not [p for p in parts_in(message_of(Plain("x", (line,)), NOW).blocks) if "url" in p]


def test_an_instant_before_1970_is_written_out() -> None:
    then = datetime(1969, 7, 20, 20, 17, tzinfo=UTC)
    assert "1969-07-20 20:17 UTC" in words(Plain("x", ((Moment(then),),)))


def test_lines_that_are_too_many_are_counted() -> None:
    assert "and 10 more" in words(Plain("x", ("line",) * 50))


def test_lines_that_are_too_long_are_counted() -> None:
    assert "more" in words(Plain("x", ("word " * 100,) * 40))


@pytest.mark.parametrize(
    "address", ["http://a.example/x?y=1&z=%20#f", "HTTPS://a.example", "https://[::1]:8080/"]
)
def test_ordinary_addresses_lead_somewhere(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address", ["", "//a", "ftp://a", "https://", "https://a b", 'https://a"', "https://a\n", "x"]
)
def test_other_addresses_lead_nowhere(address: str) -> None:
    assert not is_address(address)


# -- properties ---------------------------------------------------------------------------------

WORDS = st.one_of(
    st.text(st.characters(codec=None), max_size=80),
    st.sampled_from(["", " ", "\n", '"' * 4000, "&" * 4000, "x" * 4000, "ab " * 2000, "<!here>"]),
    st.just('a"\\\n' * 2000),
)
URLS = st.one_of(st.just(URL), WORDS, st.just("https://a.example/" + "x" * 3000))
INSTANTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1))  # noqa: DTZ001
PIECES = st.one_of(
    WORDS, st.builds(Strong, WORDS), st.builds(Link, URLS, WORDS), st.builds(Moment, INSTANTS)
)
LINES: st.SearchStrategy[Line] = st.one_of(WORDS, st.lists(PIECES, max_size=40).map(tuple))
CARDS: st.SearchStrategy[Card] = st.one_of(
    st.builds(
        EscalationCard,
        st.integers(1, 2**63 - 1),
        URLS,
        *(WORDS, WORDS),
        st.lists(WORDS, max_size=10).map(tuple),
        WORDS,
        st.none() | st.builds(DueLine, WORDS, INSTANTS),
        *(WORDS, WORDS, st.booleans(), st.booleans()),
    ),
    st.builds(
        ApprovalCard,
        st.integers(1, 2**63 - 1),
        URLS,
        *(WORDS, WORDS, WORDS, WORDS, WORDS, WORDS),
        st.none() | INSTANTS,
        *(WORDS, st.booleans(), st.booleans()),
    ),
    st.builds(
        ReminderCard,
        st.integers(1, 2**63 - 1),
        *(
            URLS,
            WORDS,
            INSTANTS,
            WORDS,
            st.lists(WORDS | st.just("U12345"), max_size=50).map(tuple),
        ),
    ),
    st.builds(
        DigestCard,
        WORDS,
        st.lists(
            st.builds(DigestEntry, st.integers(1), URLS, WORDS, st.none() | INSTANTS), max_size=60
        ).map(tuple),
    ),
    st.builds(Plain, WORDS, st.lists(LINES, max_size=60).map(tuple), st.none() | WORDS),
)


@settings(max_examples=300, deadline=None)
@given(CARDS)
def test_any_card_is_a_message_that_slack_takes(card: Card) -> None:
    message = message_of(card, NOW)
    check_message(message)
    assert size([dict(block) for block in message.blocks]) <= MESSAGE_SIZE


@given(WORDS | st.text(max_size=20))
def test_whatever_can_be_sent_is_shown_whole(reply: str) -> None:
    card = an_approval(reply=reply)
    if "send" in actions_in(message_of(card, NOW)):
        assert "\n".join(replies_in(card)) == reply


def test_the_longest_approval_fits() -> None:
    quotes = '"' * 5000
    card = an_approval(
        decision_id=quotes,
        title=quotes,
        faq=quotes,
        language=quotes,
        question=quotes,
        standing=quotes,
        reply="\n".join(['"' * 1400] * 2 + ["x" * 100]),
        ticket_url="https://a.example/" + "x" * 900,
    )
    assert "send" in actions_in(message_of(card, NOW))
    assert size([dict(block) for block in message_of(card, NOW).blocks]) <= MESSAGE_SIZE
