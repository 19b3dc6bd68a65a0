"""Literal phrases: whole words, choices, gaps, accents and look-alikes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.phrases import PhraseError, PhraseTable, check_phrase
from rules.view import View, normalised
from rules.words import Words, fold_text


def found(phrase: str, text: str) -> list[str]:
    view = normalised(View.of(text))
    words = Words.of(view)
    hits = PhraseTable([(phrase, "x")]).find(words)
    return [text[slice(*words.span(hit.start, hit.end))] for hit in hits]


def test_a_phrase_is_found_whatever_its_case_and_accents() -> None:
    assert found("presentar una reclamación", "Quiero PRESENTAR  UNA reclamacion.") == [
        "PRESENTAR  UNA reclamacion"
    ]


def test_a_phrase_matches_whole_words_only() -> None:
    assert found("sue", "I met Susan and pursued it") == []


def test_an_apostrophe_joins_english_endings_and_parts_other_words() -> None:
    assert fold_text("don’t l'avocat rock'n'roll") == "dont l avocat rock n roll"


def test_choices_and_optional_words_stand_for_each_other() -> None:
    phrase = "(make|raise) (a|) complaint"
    assert found(phrase, "to raise complaint") == ["raise complaint"]
    assert found(phrase, "make a complaint") == ["make a complaint"]
    assert found(phrase, "take a complaint") == []


def test_a_gap_spans_up_to_three_words_of_a_sentence() -> None:
    assert found("make _ complaint", "make a very formal complaint")
    assert found("make _ complaint", "make complaint")
    assert not found("make _ complaint", "make one two three four complaint")
    assert not found("make _ complaint", "we make apps. A complaint")


def test_of_equal_starts_the_longest_is_reported() -> None:
    assert found("legal (action|) (now|)", "legal action now") == ["legal action now"]


def test_german_umlauts_may_be_written_as_two_letters() -> None:
    assert found("möchte", "ich moechte") == ["moechte"]
    assert found("(für|wegen) uns", "fuer uns") == ["fuer uns"]


def test_look_alike_letters_of_other_scripts_are_read_as_latin() -> None:
    assert found("lawyer", "my l\u0430wyer") == ["l\u0430wyer"]


@pytest.mark.parametrize("phrase", ["", "_ word", "word _", "(a|)", "( _ x|y)", "word (_|x)", "!"])
def test_a_phrase_needs_words_at_both_ends(phrase: str) -> None:
    with pytest.raises(PhraseError):
        check_phrase(phrase)


def test_a_phrase_with_too_many_choices_is_refused() -> None:
    with pytest.raises(PhraseError, match="choices"):
        check_phrase("(" + "|".join("abc" for _ in range(500)) + ")")
    with pytest.raises(PhraseError, match="pieces"):
        check_phrase("(a|b) " * 20)


@given(st.text(max_size=300))
def test_every_text_has_words_with_places(text: str) -> None:
    view = normalised(View.of(text))
    words = Words.of(view)
    assert len(words.words) == len(words.places)
    for index in range(len(words.words)):
        start, end = words.span(index, index + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("phrase", ["make (a complaint", "a b) c", "complain|sue", "((a|b)|c) d"])
def test_a_bracket_out_of_place_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError, match="bracket"):
        check_phrase(phrase)
