"""Text that remembers where its characters stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.view import View, flags_spelled, normalised


def test_invisible_characters_are_taken_out_and_places_kept() -> None:
    view = normalised(View.of("com\u200bplaint \u202eok"))
    assert view.text == "complaint ok"
    assert view.span(0, 9) == (0, 10)


def test_a_text_of_invisible_characters_alone_has_nothing_to_show() -> None:
    assert normalised(View.of("\u200b\u202e")).text == ""


def test_compatibility_forms_become_plain_letters() -> None:
    assert normalised(View.of("ｌａｗｙｅｒ e\u0301 ﬁne")).text == "lawyer é fine"


@pytest.mark.parametrize(
    "text", ["🅸 🆆🅸🅻🅻 🆂🆄🅴", "🄸 🅆🄸🄻🄻 🅂🅄🄴", "🅘 🅦🅘🅛🅛 🅢🅤🅔", "🄘 🄦🄘🄛🄛 🄢🄤🄔", "🇮 🇼🇮🇱🇱 🇸🇺🇪", "⒤ ⒲⒤⒧⒧ ⒮⒰⒠",
             "🇮 🇼🇮\u200b🇱🇱 🇸🇺🇪"]
)  # fmt: skip
def test_letters_in_squares_and_of_flags_become_plain_letters(text: str) -> None:
    view = normalised(View.of(text))
    assert view.text.lower() == "i will sue"
    assert view.span(7, 10) == (len(text) - 3, len(text))


def test_a_flag_stays_a_flag() -> None:
    assert normalised(View.of("é 🇬🇧 and 🇫🇷.")).text == "é 🇬🇧 and 🇫🇷."


def test_flags_side_by_side_stay_flags() -> None:
    assert normalised(View.of("sue🇬🇧🇫🇷 and 🇩🇪🇦🇹🇨🇭.")).text == "sue🇬🇧🇫🇷 and 🇩🇪🇦🇹🇨🇭."


def test_flags_side_by_side_spell_words_of_their_own() -> None:
    text = "it's a🇸🇨🇦🇲!🇬🇧🇫🇷🇩🇪"
    spelled = flags_spelled(View.of(text))
    assert spelled.text == "it's a SCAM ! GBFRDE "
    assert spelled.span(7, 11) == (6, 10)
    assert len(spelled.offsets) == len(spelled.text)


def test_a_text_without_flags_side_by_side_has_none_to_spell() -> None:
    view = View.of("we ship to 🇬🇧 and 🇫🇷")
    assert flags_spelled(view) is view


@pytest.mark.parametrize(
    ("text", "read"),
    [("sue1️⃣now", "sue now"), ("#️⃣sue", " sue"), ("①sue", " sue"), ("Acme™️", "Acme ")],
)
def test_keycaps_circled_numbers_and_trade_marks_are_no_part_of_a_word(
    text: str, read: str
) -> None:
    assert normalised(View.of(text)).text == read


def test_letters_on_keys_are_letters() -> None:
    assert normalised(View.of("s\u20e3u\u20e3e\u20e3")).text == "s\u20e3u\u20e3e\u20e3"


def test_all_line_ends_become_newlines() -> None:
    assert normalised(View.of("a\r\nb\rc\nd")).text == "a\nb\nc\nd"


def test_a_letter_with_a_thousand_marks_keeps_a_sensible_number() -> None:
    assert len(normalised(View.of("a" + "\u0301\u0323" * 100_000 + " b")).text) < 50


def test_joined_views_point_into_their_originals() -> None:
    whole = View.of("one two")
    joined = View.joined([View(), whole.cut(0, 3), whole.cut(4, 7)])
    assert joined.text == "\none\ntwo"
    assert joined.span(5, 8) == (4, 7)
    assert View().span(0, 1) == (0, 0)


@given(st.text())
def test_every_character_keeps_a_place_in_its_original(text: str) -> None:
    view = normalised(View.of(text))
    assert len(view.text) == len(view.offsets)
    assert list(view.offsets) == sorted(view.offsets)
    assert all(0 <= place < len(text) for place in view.offsets)
    assert "\n".join(line.text for line in view.lines()) == view.text
