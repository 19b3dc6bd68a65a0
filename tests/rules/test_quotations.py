"""Which words stand in quotation marks, and little else with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.quotations import quotations


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in quotations(text)]


@pytest.mark.parametrize(
    "quotation",
    ['"room"', "\u201croom\u201d", "\u201droom\u201d", "\u201eroom\u201c", "\u201eroom\u201d",
     '\u201eroom"', "«room»", "« room »", "»room«"],
)  # fmt: skip
def test_each_mark_is_closed_by_its_partner(quotation: str) -> None:
    assert quoted(f"the {quotation}, please ({quotation})") == [quotation] * 2


@pytest.mark.parametrize(
    "text",
    ['a "room”', "a “room“", "a «room«", "a »room»", 'a room"', 'a "room', 'a " room "',
     "a » room «", '15" and 17" wide', 'a said:"room"', 'a "room"s'],
)  # fmt: skip
def test_marks_that_are_no_pair_quote_nothing(text: str) -> None:
    assert quoted(text) == []


def test_a_mark_behind_a_number_ends_a_quotation_and_may_be_an_inchs() -> None:
    assert quoted('the "room 12" and the "suite"') == ['"suite"']


def test_a_quotation_of_more_than_a_few_words_or_lines_uses_up_its_marks() -> None:
    text = f'a "{"x" * 60}" b "{"x" * 61}" c "d" e "f\ng" h "i"'
    assert quoted(text) == [f'"{"x" * 60}"', '"d"', '"i"']


def test_a_quotation_within_one_that_is_open_takes_its_place() -> None:
    assert quoted('a "b «c» d" e "f "g" h') == ["«c»", '"g"']


def test_a_quotation_beside_which_nothing_is_said_is_none() -> None:
    assert quoted(' "room". ') == []
    assert quoted('"room" "suite"') == ['"room"', '"suite"']


@given(st.text(st.sampled_from('"«»\u201c\u201d\u201e a1.\n(')))
def test_quotations_follow_each_other_in_any_text(text: str) -> None:
    places = [place for span in quotations(text) for place in span]
    assert places == sorted(places)
