"""Zendesk's placeholders as blanks of the house."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.zendesk.blanks import with_blanks
from rules.answers import unknown_blanks


@pytest.mark.parametrize(
    ("text", "filled", "lost"),
    [
        ("Hello {{ticket.requester.first_name}},", "Hello {{ first_name }},", ()),
        ("{{ ticket.requester.name }} {{\u00a0ticket.id}}", "{{ full_name }} {{ ticket_id }}", ()),
        ("By {{current_user.name}}.", "By.", ("{{current_user.name}}",)),
        ("here ({{ticket.url}}), {{ticket.url}}", "here,", ("{{ticket.url}}",)),
        ("({{ticket.id}})", "({{ ticket_id }})", ()),
        ("(see {{x}})", "(see)", ("{{x}}",)),
        ("{% if a %}b{% endif %}", "b", ("{% if a %}", "{% endif %}")),
        ("{{ticket.id | plus: 1}}", "", ("{{ticket.id | plus: 1}}",)),
        ("{{ first_name }}", "", ("{{ first_name }}",)),
        ('{"a":{"b":1}}', ' { "a": { "b":1 }  } ', ()),
        ("{{{ticket.id}}}", "{{{ ticket_id }}}", ()),
        ("{{{x}}{", " {  { ", ("{{x}}",)),
        ("{ {{ticket.id}}{", " {  {{ ticket_id }} { ", ()),
        ("{{{ticket.id}}%", " { {{ ticket_id }} % ", ()),
        ("{{ticket.id}} 5%", "{{ ticket_id }} 5%", ()),
        ("{a} 100%", "{a} 100%", ()),
        ("plain", "plain", ()),
    ],
)  # fmt: skip
def test_placeholders_become_blanks_or_are_named(
    text: str, filled: str, lost: tuple[str, ...]
) -> None:
    assert with_blanks(text) == (filled, lost)


def test_a_long_placeholder_is_named_by_its_beginning() -> None:
    (lost,) = with_blanks("{{" + "x" * 500 + "}}")[1]
    assert len(lost) == 80


PARTS = ["{", "}", "%", " ", "(", ")", "a", "\n", "{{", "{{ticket.id}}", "{{x}}"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_nothing_stays_that_looks_like_a_blank_and_is_none(text: str) -> None:
    assert unknown_blanks(with_blanks(text)[0]) == []


def test_many_braces_take_one_pass() -> None:
    for part in ("{{", "{%", "}}", "({{x}}", "{{a"):
        with_blanks(part * 50_000)
