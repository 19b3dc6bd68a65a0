"""Which of several approved answers a ticket gets."""

from datetime import date, timedelta
from typing import Any

import pytest

from rules.answers import Answer
from rules.faqs import Faq
from rules.model import Organization, Requester, Stage, Ticket
from tests.rules.build import a_ticket

TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
FOR_ALL = Answer("en", "For all.")
IN_EU = Answer("en", "In the EU.", regions=("EU",))
IN_GB = Answer("en", "In Britain.", regions=("GB",))
FOR_GOLD = Answer("en", "For gold.", tags=frozenset({"gold"}))
NEW = Answer("en", "New.", valid_from=TODAY)
SOON = Answer("en", "Soon.", valid_from=TOMORROW)
STALE = Answer("en", "Old.", review_by=date(2026, 11, 1), regions=("GB",))


def a_faq(*answers: Answer) -> Faq:
    return Faq("iban", "IBAN", "default", ("where is my iban",), answers, Stage.AUTO, 100)


def a_ticket_of(country: str | None = "GB", *tags: str, **more: Any) -> Ticket:
    return a_ticket(requester=Requester(country=country, tags=frozenset(tags)), **more)


def said(ticket: Ticket, *answers: Answer, language: str = "en") -> str:
    answer = a_faq(*answers).answer_for(ticket, language, TODAY)
    return answer if isinstance(answer, str) else answer.body


def test_an_answer_for_a_region_stands_before_the_one_for_all() -> None:
    assert said(a_ticket_of("GB"), FOR_ALL, IN_GB) == "In Britain."
    assert said(a_ticket_of("FR"), FOR_ALL, IN_GB) == "For all."


@pytest.mark.parametrize("country", ["DE", "de", "FR-IDF"])
def test_a_country_of_the_union_is_in_the_union(country: str) -> None:
    assert said(a_ticket_of(country), IN_EU) == "In the EU."


@pytest.mark.parametrize(("country", "region"), [("US", "US-CA"), (None, "US"), ("", "EU")])
def test_an_answer_for_a_place_is_for_nobody_who_may_be_elsewhere(
    country: str | None, region: str
) -> None:
    there = Answer("en", "There.", regions=(region,))
    assert said(a_ticket_of(country), there) == "answer.not_for_this_customer"


def test_one_of_the_tags_on_requester_organization_or_ticket_is_enough() -> None:
    other = Answer("en", "For some.", tags=frozenset({"gold", "silver"}))
    assert said(a_ticket_of("GB", "Silver"), other) == "For some."
    assert said(a_ticket_of(tags=frozenset({"GOLD"})), other) == "For some."
    organization = Organization(frozenset({"gold"}))
    assert said(a_ticket_of(organization=organization), other) == "For some."
    assert said(a_ticket_of("GB", "bronze"), other) == "answer.not_for_this_customer"


def test_an_answer_is_used_from_its_first_day_on() -> None:
    assert said(a_ticket_of(), FOR_ALL, NEW) == "New."
    assert said(a_ticket_of(), FOR_ALL, SOON) == "For all."
    assert said(a_ticket_of(), SOON) == "answer.not_yet_valid"
    assert said(a_ticket_of("FR"), SOON, IN_GB) == "answer.not_yet_valid"


def test_the_most_conditions_win_then_regions_then_tags() -> None:
    both = Answer("en", "Gold in the EU.", regions=("EU",), tags=frozenset({"gold"}))
    german = a_ticket_of("DE", "gold")
    assert said(german, IN_EU, FOR_GOLD, both, NEW) == "Gold in the EU."
    assert said(german, NEW, FOR_GOLD, IN_EU) == "In the EU."
    assert said(german, NEW, FOR_GOLD) == "For gold."


def test_of_equally_close_answers_the_later_one_wins_then_the_first_in_the_file() -> None:
    older = Answer("en", "Older.", valid_from=date(2026, 1, 1))
    assert said(a_ticket_of(), older, NEW, FOR_ALL) == "New."
    german = Answer("en", "In Germany.", regions=("DE",))
    assert said(a_ticket_of("DE"), IN_EU, german) == "In the EU."
    assert said(a_ticket_of("DE"), german, IN_EU) == "In Germany."


def test_a_stale_answer_is_never_replaced_by_a_less_close_one() -> None:
    assert said(a_ticket_of("GB"), FOR_ALL, STALE) == "answer.stale"
    assert said(a_ticket_of("FR"), FOR_ALL, STALE) == "For all."


def test_an_answer_in_another_language_is_none() -> None:
    assert said(a_ticket_of(), FOR_ALL, language="de") == "answer.missing_language"


def test_the_answer_that_is_read_is_the_one_for_everyone_or_the_first() -> None:
    assert a_faq(IN_GB, FOR_ALL).answer_in("en") is FOR_ALL
    assert a_faq(FOR_GOLD, IN_GB).answer_in("en") is FOR_GOLD
    assert a_faq(IN_GB).answer_in("de") is None
    assert a_faq(IN_GB).answer_in(None) is None
