"""Texts of strangers, made safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.text import (
    cut,
    escaped,
    inert,
    is_shown_exactly,
    notice,
    readable,
    readable_line,
    unescaped,
)

ANY = st.text(st.characters(codec=None), max_size=300)
NO_WIDTH = "\u200b"


def test_line_ends_stay_and_control_characters_go() -> None:
    assert readable("  a\x00\x1b[1m\r\nb\n\n\n\nc  ") == "a[1m\nb\n\nc"


def test_a_line_has_no_line_ends() -> None:
    assert readable_line(" a\n b\u2028c ") == "a b c"


def test_nothing_turns_the_reading_order() -> None:
    assert readable("invoice\u202efdp.exe\u2066x\u2069") == "invoicefdp.exex"


def test_hidden_tags_are_gone() -> None:
    assert readable_line("a\U000e0041\U000e007fb") == "ab"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.example/a", f"see https:{NO_WIDTH}//evil.{NO_WIDTH}example/a"),
        ("evil.com", f"evil.{NO_WIDTH}com"),
        ("mailto:a@b.example", f"mailto:{NO_WIDTH}a@{NO_WIDTH}b.{NO_WIDTH}example"),
        ("TEL:123", f"TEL:{NO_WIDTH}123"),
        ("@here #general", f"@{NO_WIDTH}here #{NO_WIDTH}general"),
        ("at 5.30 for #42: 3.5 kg", "at 5.30 for #42: 3.5 kg"),
        ("The end. Then", "The end. Then"),
    ],
)
def test_addresses_and_calls_are_inert(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(ANY)
def test_what_is_inert_reads_the_same(text: str) -> None:
    assert inert(text).replace(NO_WIDTH, "") == text.replace(NO_WIDTH, "")


@given(ANY)
def test_what_is_inert_holds_no_address(text: str) -> None:
    assert "://" not in inert(text)


@pytest.mark.parametrize("mention", ["<!channel>", "<@U123>", "<#C1|x>", "<https://a.example|b>"])
def test_no_text_names_anybody_or_leads_anywhere(mention: str) -> None:
    assert "<" not in notice(mention, 100)


@given(ANY)
def test_escaping_can_be_undone(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(ANY, st.integers(1, 60))
def test_a_notice_fits_and_has_whole_escapes(text: str, limit: int) -> None:
    line = notice(text, limit)
    assert len(line) <= limit
    bare = line.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set(bare) & set("&<>")


@given(ANY, st.integers(0, 60))
def test_a_cut_text_fits_and_begins_alike(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert shown == text or text.startswith(shown.removesuffix("…"))


def test_a_cut_falls_between_words() -> None:
    assert cut("the quick brown fox", 12) == "the quick…"


def test_a_long_word_is_cut_all_the_same() -> None:
    assert cut("x" * 100, 12) == "x" * 11 + "…"


def test_no_sign_is_cut_in_two() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert cut("a" + family + "b", 5) == "a…"
    assert cut("xe\u0301yz", 3) == "x…"


@pytest.mark.parametrize("text", ["Hello,\n\nyour order 7 is on its way.", "a\u200db", "日本語"])
def test_an_ordinary_text_is_shown_exactly(text: str) -> None:
    assert is_shown_exactly(text)


@pytest.mark.parametrize(
    "text", ["", " \n", "a\tb", "a\r\nb", "a\x00", "a\u202eb", "a\u2028b", "\ud800", "a\U000e0041"]
)
def test_what_a_reader_would_not_see_is_not_shown_exactly(text: str) -> None:
    assert not is_shown_exactly(text)
