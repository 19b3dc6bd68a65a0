"""Signs that words were made hard to read for a machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.tricks import Trick, tricks_in


@pytest.mark.parametrize(
    ("text", "trick"),
    [
        ("my com\u200bplaint", Trick.INVISIBLE),
        ("my com\u2060plaint", Trick.INVISIBLE),
        ("my com\ufeffplaint", Trick.INVISIBLE),
        ("my l\u0430wyer", Trick.MIXED_SCRIPT),  # Cyrillic a
        ("my \u0441omplaint", Trick.MIXED_SCRIPT),  # Cyrillic es
        ("my lawy\u03b5r", Trick.MIXED_SCRIPT),  # Greek epsilon
        ("my \U0001d425\U0001d41a\U0001d430yer", Trick.STYLED),
        ("my ｌａｗｙｅｒ", Trick.STYLED),
        ("my \u24db\u24d0\u24e6yer", Trick.STYLED),
        ("🅸 🆆🅸🅻🅻 🆂🆄🅴 🆈🅾🆄", Trick.STYLED),
        ("🄸 🅆🄸🄻🄻", Trick.STYLED),
        ("🅘 🅦🅘🅛🅛", Trick.STYLED),
        ("🄘 🄦🄘🄛🄛 ⒮⒰⒠", Trick.STYLED),
        ("ɪ ᴡɪʟʟ sᴜᴇ ʏᴏᴜ", Trick.STYLED),
        ("🇮 🇼🇮🇱🇱 🇸🇺🇪 🇾🇴🇺", Trick.STYLED),
        ("🇸 🇺 🇪 ", Trick.STYLED),
        ("my reywal \u202elawyer", Trick.TURNED),
        ("my \u2067lawyer", Trick.TURNED),
    ],
)
def test_a_trick_is_seen(text: str, trick: Trick) -> None:
    assert tricks_in(text) == {trick}


def test_several_tricks_are_seen_together() -> None:
    assert tricks_in("l\u0430wyer com\u200bplaint \u202eｓｕｅ") == set(Trick)


@pytest.mark.parametrize(
    "text",
    ["I will sue you", "Où est ma réclamation ?", "Мой юрист", "Ο δικηγόρος μου",
     "Мой iPhone сломан", "3 µF, 5 Ω", "Straße ŁÓDŹ", "弁護士 と"],
)  # fmt: skip
def test_a_text_in_its_own_letters_holds_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


@pytest.mark.parametrize(
    "text", ["Vertrags\u00adkündigung", "می\u200cخواهم", "❤\ufe0f thanks 👩\u200d🚀", "a\u200eb c"]
)
def test_signs_that_languages_and_mail_programs_use_are_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


@pytest.mark.parametrize("text", ["\u200bhello", "hello\u200b", "hello \u200bworld", "5\u200b5"])
def test_an_invisible_sign_outside_of_words_is_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


def test_letters_of_two_scripts_in_a_short_word_are_no_trick() -> None:
    assert tricks_in("T\u0430x kΩ") == frozenset()


@pytest.mark.parametrize("text", ["I live in 🇬🇧", "🇬🇧 🇫🇷 🇩🇪 🇪🇸", "🇬🇧, 🇫🇷", "🅿️ or 🅰️🅱️", "🆘 🆗 🆕🆓"])
def test_flags_and_squared_signs_are_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


@pytest.mark.parametrize("text", ["🇬🇧🇫🇷", "we ship to 🇩🇪🇦🇹🇨🇭!", "🇪🇺🇺🇳", "🇮🇨🇪🇸 holidays"])
def test_flags_side_by_side_are_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


@pytest.mark.parametrize("text", ["🇸🇺🇪", "🇱🇦🇼🇾🇪🇷", "🇬🇧🇫", "🇬🇧🇫🇷🇿🇿", "🇬🇧🇫🇷 and 🇼🇮🇱🇱"])
def test_letters_of_flags_that_are_no_flags_are_a_trick(text: str) -> None:
    assert tricks_in(text) == {Trick.STYLED}


@pytest.mark.parametrize("text", ["law🇾🇪r", "sue🇬", "🇱awyer", "a 🇿🇿suit"])
def test_letters_of_flags_within_a_word_are_a_trick(text: str) -> None:
    assert tricks_in(text) == {Trick.STYLED}


@pytest.mark.parametrize("text", ["sue🇬🇧", "🇬🇧🇫🇷sue", "日本🇯🇵東京", "plan 🇦", "🇿🇿!"])
def test_flags_beside_a_word_are_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


@pytest.mark.parametrize("text", ["l🅰️wyer", "sueⓂ️", "ℹ️sue", "kℹll", "sue🈂️"])
def test_a_picture_of_a_letter_beside_a_word_is_a_trick(text: str) -> None:
    assert tricks_in(text) == {Trick.STYLED}


def test_two_styled_letters_are_no_trick() -> None:
    assert tricks_in("plan Ａ and ⓒⓓ") == frozenset()


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_holds_no_trick(text: str) -> None:
    assert tricks_in(text) == frozenset()


@given(st.text(max_size=100))
def test_what_surrounds_a_trick_does_not_hide_it(text: str) -> None:
    assert tricks_in(f"{text} com\u200bplaint {text}") >= {Trick.INVISIBLE} | tricks_in(text)


@pytest.mark.parametrize("signs", ["\u200b\u200b", "\u200b\u00ad", "\u200d\u200b\u200d"])
def test_several_invisible_signs_in_a_row_are_a_trick_too(signs: str) -> None:
    assert Trick.INVISIBLE in tricks_in(f"my com{signs}plaint")
