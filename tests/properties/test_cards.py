"""Whatever strangers write, no card breaks Slack's limits, calls anybody, or leads anywhere.

What a reader sees is looked at as Slack sends it, by nothing that made it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.chat import Message
from connectors.slack.cards import (
    ApprovalCard,
    Card,
    DigestCard,
    DigestEntry,
    DueLine,
    EscalationCard,
    Link,
    Plain,
    ReminderCard,
    Strong,
)
from connectors.slack.messages import message_of
from integration.store import Store
from rules.model import Reason
from tests.connectors.slack.kit import check_message
from tests.fakes.chat_desk import ChatDesk, a_chat_desk, a_policy, drafted, escalated
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
URL = "https://acme.zendesk.com/agent/tickets/42"
OURS = "UGRACE"  # the one user whom a card may ping
FRAGMENTS = (
    "<@UEVIL123>", "<!channel>", "<!here>", "<!subteam^SEVIL|@team>", "<#CEVIL|general>",
    "@here ", "@channel", "@grace", "#general", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;",
    "<https://evil.example|your bank>", "https://evil.example/a?b=c", "HTTP://EVIL.EXAMPLE",
    "evil.example", "www.evil.example", "mailto:a@evil.example", "a@evil.example", "tel:+4912345",
    "javascript:alert(1)", "slack://open", "//evil.example", "[text](https://evil.example)",
    "evil\u3002example", "evil.\u0435xample", "h\u200dttps://evil.example",
    "*bold* _it_ ~no~ `code` ```", ":smile:", "> quote\n", "- list\n", "{{ first_name }}",
    "\x00", "\x07\x08\x1b[31m", "\r\n", "\n", "\t", "\x85", "\u2028", "\u2029", "\ufeff", "\x7f",
    "\u202eevil\u202c", "\u2066\u2067\u2069", "\u200f\u0645\u0631\u062d\u0628\u0627", "\u061c",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f",
    "e" + "\u0301" * 40, "\U000e0041\U000e007f", "\ud800", "\udfff", "\uffff", "\U0010ffff",
    '"', "\\", "&", "<", ">", "a", "word ", "Wort\u00a0", "\u3042", " ",
)  # fmt: skip
LONG = tuple(fragment * (100_000 // len(fragment)) for fragment in FRAGMENTS[::5])
HUGE = (*LONG, "a line\n" * 3000, "\n" * 3000, "x" * 100_000, "word " * 20_000)
HOSTILE = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
    st.text(st.characters(codec=None), max_size=200),
    st.sampled_from(HUGE),
    st.builds(lambda text, count: text * count, st.sampled_from(FRAGMENTS), st.integers(1, 3000)),
)
TEXTS = st.lists(HOSTILE, max_size=60).map(tuple)
DUES = st.none() | st.integers(-(10**7), 10**7).map(lambda left: NOW + timedelta(seconds=left))
LINES = st.one_of(HOSTILE, st.lists(st.one_of(HOSTILE, st.builds(Strong, HOSTILE))).map(tuple))
BUILT: dict[type, st.SearchStrategy[Card]] = {
    EscalationCard: st.builds(
        EscalationCard,
        ticket_id=st.just(42),
        ticket_url=st.just(URL),
        decision_id=HOSTILE,
        headline=HOSTILE,
        reasons=TEXTS,
        evidence=HOSTILE,
        deadline=DUES.flatmap(
            lambda due: st.none() if due is None else st.builds(DueLine, HOSTILE, st.just(due))
        ),
        group=HOSTILE,
        standing=HOSTILE,
        is_open=st.booleans(),
        restricted=st.booleans(),
    ),
    ApprovalCard: st.builds(
        ApprovalCard,
        ticket_id=st.just(42),
        ticket_url=st.just(URL),
        decision_id=HOSTILE,
        faq=HOSTILE,
        title=HOSTILE,
        language=HOSTILE,
        reply=HOSTILE,
        question=HOSTILE,
        expires=DUES,
        standing=HOSTILE,
        is_open=st.booleans(),
        restricted=st.booleans(),
    ),
    ReminderCard: st.builds(
        ReminderCard,
        ticket_id=st.just(42),
        ticket_url=st.just(URL),
        clock=HOSTILE,
        due=DUES.filter(bool),
        share=HOSTILE,
        whom=st.lists(HOSTILE | st.just(OURS), max_size=50).map(tuple),
    ),
    DigestCard: st.builds(
        DigestCard,
        title=HOSTILE,
        entries=st.lists(
            st.builds(
                DigestEntry,
                ticket_id=st.integers(1, 2**63),
                ticket_url=st.just(URL),
                headline=HOSTILE,
                due=DUES,
                standing=HOSTILE,
            ),
            max_size=60,
        ).map(tuple),
    ),
    Plain: st.builds(
        Plain,
        title=HOSTILE,
        lines=st.lists(LINES | st.builds(lambda words: (Link(URL, words),), HOSTILE)).map(tuple),
        share=st.none() | HOSTILE,
    ),
}
BLOCKS = {"header", "context", "rich_text", "actions"}
RICH = {
    "rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted",
    "text", "link", "user", "date",
}  # fmt: skip
CALLS = re.compile(r"[@#][^\W\d_]")
LEADS = re.compile(r"\w+://|(mailto|tel|callto|sms):\w|\w\.[^\W\d_]{2}", re.IGNORECASE)
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parts_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of a message; of what is shown as it is, the object around it alone."""
    if isinstance(value, Mapping):
        yield value
        if value.get("type") != "rich_text_preformatted":
            for inner in value.values():
                yield from parts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from parts_of(inner)


def check(message: Message, addresses: tuple[str, ...] = (URL,)) -> None:
    """What Slack would refuse, and what a reader must never be led into."""
    check_message(message)
    sent = json.dumps([dict(block) for block in message.blocks], ensure_ascii=False)
    sent.encode()  # no half of a character
    assert len(sent) <= 13_000
    assert {block["type"] for block in message.blocks} <= BLOCKS
    assert "<" not in message.text
    shown = [message.text]
    for part in parts_of(message.blocks):
        kind = part.get("type")
        if str(kind).startswith(("rich_text_", "text", "link", "user", "date")):
            assert kind in RICH
        if kind == "user":
            assert part["user_id"] == OURS
        assert part.get("url", addresses[0]) in addresses
        if isinstance(part.get("text"), str):
            shown.append(part["text"])
    for text in shown:
        assert CALLS.search(text) is None
        assert LEADS.search(text) is None
        assert not TURNING & set(text)
        assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]
        assert not any("\U000e0000" <= c <= "\U000e007f" for c in text)


def test_every_kind_of_card_is_looked_at() -> None:
    assert set(get_args(Card)) == set(BUILT)


@pytest.mark.parametrize("kind", BUILT, ids=lambda kind: kind.__name__)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_card_breaks_a_limit_calls_anybody_or_leads_anywhere(
    kind: type, data: st.DataObject
) -> None:
    check(message_of(data.draw(BUILT[kind]), NOW))


@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
def test_no_card_is_broken_by_a_huge_text_in_every_place(text: str) -> None:
    entries = (DigestEntry(1, URL, text, NOW, text),) * 60
    cards: tuple[Card, ...] = (
        EscalationCard(1, URL, text, text, (text,) * 60, text, DueLine(text, NOW), text, text),
        ApprovalCard(1, URL, text, text, text, text, text, text, NOW, text),
        ReminderCard(1, URL, text, NOW, text, (text, OURS)),
        DigestCard(text, entries),
        Plain(text, (text,) * 60, text),
    )
    for card in cards:
        check(message_of(card, NOW))


@pytest.fixture
def desk(store: Store, clock: FakeClock, helpdesk: FakeHelpdesk) -> ChatDesk:
    return a_chat_desk(store, clock, helpdesk)


def test_what_a_customer_writes_does_neither_on_its_way_to_the_chat(desk: ChatDesk) -> None:
    slack = "slack: { channels: { default: support }, digest_above: 1000 }"
    desk.policy = a_policy(slack)
    bodies = [*FRAGMENTS, *HUGE]
    for number, body in enumerate(bodies):
        seen = Reason("regulatory.complaint", "packs/x", "Complaint.", ((0, len(body)),))
        first, second = 2 * number + 1, 2 * number + 2
        desk.helpdesk.customer_opens(first, body, subject=body)
        desk.decided(first, escalated(reasons=(seen,)))
        desk.helpdesk.customer_opens(second, body, subject=body)
        desk.decided(second, drafted())
    desk.pass_time(2 * len(bodies) + 5)
    assert len(desk.chat.standing) == 2 * len(bodies)
    addresses = tuple(
        f"https://desk.example.com/agent/tickets/{number + 1}" for number in range(2 * len(bodies))
    )
    for message in desk.chat.standing:
        check(message.message, addresses)
