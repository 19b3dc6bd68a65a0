"""Approved words, and nothing else: blanks take clean values only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.answers import Answer, disclosed, fill, framed, joined, unknown_blanks
from rules.model import Requester
from tests.rules.build import a_ticket

BODY = "Hello {{ first_name }}, about {{ ticket_id }}.\n\nDear {{full_name|customer}}!  "


def filled(name: str, body: str = BODY, ticket_id: str = "42") -> str:
    return fill(Answer("en", body), a_ticket(id=ticket_id, requester=Requester(name)))


def test_blanks_are_filled_and_every_other_byte_stays() -> None:
    assert filled("Ann Lee") == "Hello Ann, about 42.\n\nDear Ann Lee!  "


def test_a_missing_name_takes_the_declared_form_or_goes_with_its_space() -> None:
    assert filled("") == "Hello, about 42.\n\nDear customer!  "
    assert filled("", ticket_id="<b>") == "Hello, about.\n\nDear customer!  "


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Dr. Ann Lee", "Ann"), ("Lee, Ann", "Ann"), ("Jean-Luc O’Neil", "Jean-Luc"),
        ("MR Bob", "Bob"), ("Zoë", "Zoë"), ("李雷", "李雷"),
    ],
)  # fmt: skip
def test_the_first_name_is_found(name: str, first: str) -> None:
    assert filled(name, "{{ first_name }}") == first


@pytest.mark.parametrize(
    "name",
    ["ann@example.org", "http://evil.example", "evil.com", "<b>Ann</b>", "Ann\x07 Lee", "A1",
     "[x](y)", "x" * 60, "www", "Mr", "{{ ticket_id }}", "a.net"],
)  # fmt: skip
def test_what_is_no_plain_name_is_left_out(name: str) -> None:
    assert filled(name, "[{{ first_name }}]") == "[]"


def test_unknown_blanks_are_named() -> None:
    assert unknown_blanks("{{ first_name }} {{ iban }} {% if %}") == ["iban", "{%", "%}"]
    assert unknown_blanks("{{ iban }} {{ answers }}", ["iban"]) == ["answers"]


def test_texts_are_joined_by_one_blank_line() -> None:
    assert joined("One.", "Two.\n") == "One.\n\nTwo.\n"
    assert joined("One.\n", "Two.", "Three.") == "One.\n\nTwo.\n\nThree."


def test_a_frame_takes_the_answers_in_and_keeps_its_blanks() -> None:
    framed_text = framed("Hi {{ first_name }}: {{answers}}!", "see {{ ticket_id }}")
    assert framed_text == "Hi {{ first_name }}: see {{ ticket_id }}!"


def test_a_disclosure_stands_at_the_end_unless_the_text_has_its_words() -> None:
    assert disclosed("Tap here.\n", "Sent by a machine.") == "Tap here.\n\nSent by a machine."
    told = "Tap here.\n\nSent by\na machine.\nLarkpay"
    assert disclosed(told, "Sent by a  machine.\n") == told
    assert disclosed("Tap here.", "") == "Tap here."


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_name_brings_anything_but_letters_into_an_answer(name: str, ticket_id: str) -> None:
    text = filled(name, "a {{ full_name }} b {{ ticket_id }} c", ticket_id)
    assert not set(text) & set("<>[](){}@:/\\*`\n\r\t")
