"""Tickets that weigh more, the fields that say so, and customers who write again and again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange import ticket_from_json
from rules.json_keys import ExchangeError, Keys
from rules.model import Author, Comment, Organization, Requester, Ticket
from rules.policy_schema import Tone, Value
from rules.signals import repeated, value
from rules.written import ticket_to_json
from tests.rules.build import a_ticket

PLANS = Value(organization_fields=(("plan", ("Enterprise", "premium")), ("key", ("true",))))
ORDERS = Value(order_field="77", order_above=500.0)


def rules_of(ticket: Ticket, wanted: Value) -> list[str]:
    return [signal.rule for signal in value.detect(ticket, wanted)]


def an_organization(**fields: str) -> Organization:
    return Organization(fields=tuple(sorted(fields.items())))


def an_order(amount: str) -> Ticket:
    return a_ticket(fields=(("12", "9999"), ("77", amount)))


def test_without_anything_of_value_there_is_no_signal() -> None:
    busy = a_ticket(
        tags=frozenset({"vip"}), organization=an_organization(plan="x"), fields=(("77", "9999"),)
    )
    assert value.detect(busy, Value()) == ()
    assert value.detect(a_ticket(), Value(frozenset({"vip"}))) == ()


@pytest.mark.parametrize(
    "more",
    [{"tags": frozenset({"VIP"})}, {"requester": Requester(tags=frozenset({"Vip", "x"}))},
     {"organization": Organization(frozenset({"vip"}))}],
)  # fmt: skip
def test_a_vip_tag_counts_on_ticket_requester_and_organization(more: dict[str, Any]) -> None:
    assert rules_of(a_ticket(**more), Value(frozenset({"vip"}))) == ["vip_tags"]


@pytest.mark.parametrize("plan", ["Enterprise", "enterprise", "PREMIUM"])
def test_an_organizations_field_counts_whatever_its_case(plan: str) -> None:
    (signal,) = value.detect(a_ticket(organization=an_organization(plan=plan)), PLANS)
    assert signal.rule == "organization_fields"
    assert signal.detail == "The organization's field plan is of value."


def test_another_value_or_another_field_does_not_count() -> None:
    assert rules_of(a_ticket(organization=an_organization(plan="free")), PLANS) == []
    assert rules_of(a_ticket(organization=an_organization(tier="premium")), PLANS) == []
    assert rules_of(a_ticket(), PLANS) == []


def test_each_field_of_value_has_its_signal() -> None:
    ticket = a_ticket(organization=an_organization(plan="premium", key="true"))
    assert rules_of(ticket, PLANS) == ["organization_fields", "organization_fields"]


@pytest.mark.parametrize("amount", ["500", "500.0", " 1,234.50 ", "1e6", "99999999"])
def test_an_order_of_at_least_the_limit_counts(amount: str) -> None:
    (signal,) = value.detect(an_order(amount), ORDERS)
    assert signal.rule == "order_value"
    assert signal.detail == "The order is worth at least 500.00."


@pytest.mark.parametrize(
    "amount", ["499.99", "-500", "0", "", "  ", "many", "nan", "inf", "-inf", "1e999", "5 00x"]
)
def test_a_smaller_order_or_no_number_does_not_count(amount: str) -> None:
    assert rules_of(an_order(amount), ORDERS) == []


def test_an_order_without_the_field_does_not_count() -> None:
    assert rules_of(a_ticket(), ORDERS) == []
    assert rules_of(a_ticket(fields=(("", "999"),)), Value()) == []


def test_a_limit_of_nothing_lets_every_order_count() -> None:
    assert rules_of(an_order("0"), Value(order_field="77")) == ["order_value"]


def test_value_holds_the_answer_only_if_the_policy_says_so() -> None:
    ticket = a_ticket(tags=frozenset({"vip"}))
    (open_signal,) = value.detect(ticket, Value(frozenset({"vip"})))
    (held_signal,) = value.detect(ticket, Value(frozenset({"vip"}), auto_answer=False))
    assert not open_signal.blocks
    assert held_signal.blocks
    assert open_signal.kind == held_signal.kind == "value"


def test_all_that_is_of_value_is_said() -> None:
    ticket = a_ticket(
        tags=frozenset({"vip"}), organization=an_organization(plan="premium"),
        fields=(("77", "501"),),
    )  # fmt: skip
    wanted = Value(frozenset({"vip"}), PLANS.organization_fields, "77", 500.0)
    assert rules_of(ticket, wanted) == ["vip_tags", "organization_fields", "order_value"]


@given(st.text(max_size=20))
def test_any_text_in_a_field_can_be_read(amount: str) -> None:
    assert rules_of(an_order(amount), ORDERS) in ([], ["order_value"])


def test_a_large_limit_is_said_in_full() -> None:
    (signal,) = value.detect(an_order("2000000"), Value(order_field="77", order_above=1234567.0))
    assert "1234567" in signal.detail.replace(",", "")


# Fields in a line of JSON


def pairs(given_value: object) -> tuple[tuple[str, str], ...]:
    return Keys({"fields": given_value}, {"fields"}, 3, "").pairs("fields")


def test_fields_are_read_as_texts_in_order_of_their_names() -> None:
    assert pairs({"plan": "gold", "age": 3, "key": True, "amount": 1.5, "no": None}) == (
        ("age", "3"),
        ("amount", "1.5"),
        ("key", "true"),
        ("plan", "gold"),
    )


def test_no_fields_are_no_pairs() -> None:
    assert pairs(None) == pairs({}) == ()
    assert Keys({}, {"fields"}, 3, "").pairs("fields") == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([], "line 3: fields must be names with a value each"),
        ("x", "line 3: fields must be names with a value each"),
        ({"a": []}, "line 3: fields must be names with a plain value each"),
        ({"a": "x", "b": {}}, "line 3: fields must be names with a plain value each"),
    ],
)
def test_fields_of_another_shape_are_an_error(wrong: object, message: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        pairs(wrong)
    assert str(caught.value) == message


def test_fields_of_ticket_and_organization_survive_a_snapshot() -> None:
    line = {"body": "x", "fields": {"77": 501}, "organization": {"fields": {"plan": "premium"}}}
    ticket = ticket_from_json(line, 1)
    assert rules_of(ticket, ORDERS) == ["order_value"]
    assert rules_of(ticket, PLANS) == ["organization_fields"]
    assert ticket_from_json(ticket_to_json(ticket), 1) == ticket


# Messages without an answer

TONE = Tone(unanswered_messages=3)


def written(*authors: Author) -> Ticket:
    return Ticket("1", "", tuple(Comment(author, "hello") for author in authors))


ASK, AGENT, BOT, OTHER = Author.REQUESTER, Author.AGENT, Author.BOT, Author.OTHER


@pytest.mark.parametrize(
    "authors",
    [(), (ASK,), (AGENT,), (ASK, ASK, AGENT), (ASK, ASK, BOT, ASK), (ASK, ASK, OTHER, ASK)],
)
def test_one_message_since_the_last_answer_is_no_signal(authors: tuple[Author, ...]) -> None:
    assert repeated.detect(written(*authors), TONE) == ()


def test_two_messages_in_a_row_are_seen() -> None:
    (signal,) = repeated.detect(written(AGENT, ASK, ASK), TONE)
    assert (signal.kind, signal.rule) == ("repeated", repeated.RULE)
    assert signal.detail == "The customer has written 2 messages without an answer."
    assert signal.score == pytest.approx(0.4)
    assert not signal.blocks


def test_as_many_messages_as_the_policy_says_hold_the_answer() -> None:
    assert repeated.detect(written(ASK, ASK, ASK), TONE)[0].blocks
    assert not repeated.detect(written(ASK, ASK, ASK), Tone(unanswered_messages=4))[0].blocks
    assert repeated.detect(written(ASK, ASK), Tone(unanswered_messages=2))[0].blocks


def test_internal_notes_neither_answer_nor_ask() -> None:
    note = Comment(AGENT, "hm", public=False)
    own_note = Comment(ASK, "hm", public=False)
    asked = Comment(ASK, "hello")
    ticket = Ticket("1", "", (asked, note, own_note, asked, note))
    (signal,) = repeated.detect(ticket, TONE)
    assert "2 messages" in signal.detail


@given(st.integers(2, 500))
def test_more_messages_weigh_no_less_and_never_more_than_one(count: int) -> None:
    (one,) = repeated.detect(written(*[ASK] * count), TONE)
    (more,) = repeated.detect(written(*[ASK] * (count + 1)), TONE)
    assert 0 < one.score <= more.score <= 1
