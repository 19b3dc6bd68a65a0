"""Texts as folded words that remember where they stand."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.view import View
from rules.words import Words, fold_text, folded, look_alikes
from tests.rules.build import words_of


def sentences(text: str) -> list[tuple[str, ...]]:
    words = words_of(text)
    starts = sorted(index for index in words.openers if index < len(words.words))
    return [words.words[slice(*words.sentence(start))] for start in starts]


def test_words_are_folded_to_lower_case_without_accents() -> None:
    assert words_of("Une RÉCLAMATION, déjà. Straße").words == (
        "une",
        "reclamation",
        "deja",
        "strasse",
    )


def test_a_word_stands_where_it_was_written() -> None:
    text = "Où est\u00a0ma carte?"
    words = words_of(text)
    assert words.words == ("ou", "est", "ma", "carte")
    assert [text[slice(*words.span(n, n + 1))] for n in range(4)] == ["Où", "est", "ma", "carte"]
    assert text[slice(*words.span(1, 3))] == "est\u00a0ma"


def test_a_place_leaps_over_the_invisible_signs_that_were_taken_out() -> None:
    text = "my com\u200bplaint."
    words = words_of(text)
    assert words.words == ("my", "complaint")
    assert text[slice(*words.span(1, 2))] == "com\u200bplaint"


def test_both_parts_of_a_word_with_an_apostrophe_stand_at_its_place() -> None:
    words = words_of("voir l'avocat")
    assert words.words == ("voir", "l", "avocat")
    assert words.places == ((0, 4), (5, 13), (5, 13))


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u00b4", "`", "\u02bc"])
def test_every_apostrophe_joins_english_endings(apostrophe: str) -> None:
    text = f"I don{apostrophe}t know what we{apostrophe}ll do"
    assert Words.of(View.of(text)).words == ("i", "dont", "know", "what", "well", "do")


def test_underscores_and_signs_part_words_and_digits_belong_to_them() -> None:
    assert words_of("order_no: AB12-34 (new)").words == ("order", "no", "ab12", "34", "new")


@pytest.mark.parametrize(
    "end", [". ", "! ", "? ", "; ", ": ", "\u2026 ", "\u3002", "\n\n", "\n \n"]
)
def test_a_sentence_ends_at_a_sign_or_an_empty_line(end: str) -> None:
    assert sentences(f"one two{end}three") == [("one", "two"), ("three",)]


@pytest.mark.parametrize("between", [" ", ", ", "\n", " - ", "  ", "/"])
def test_other_signs_and_single_line_ends_end_no_sentence(between: str) -> None:
    assert sentences(f"one two{between}three") == [("one", "two", "three")]


def test_every_word_of_a_sentence_knows_all_of_it() -> None:
    words = words_of("One two. Three four five! Six")
    assert {words.sentence(index) for index in (2, 3, 4)} == {(2, 5)}
    assert words.sentence(0) == (0, 2)
    assert words.sentence(5) == (5, 6)


def test_a_text_without_words_has_none() -> None:
    assert words_of(" ... !? ").words == ()
    assert words_of("").words == ()


def test_letters_that_look_latin_are_read_as_latin() -> None:
    assert folded("с\u043empl\u0430int") == "complaint"
    assert folded("\u0421\u041eURT") == "court"


def test_every_look_alike_is_read_as_its_letter() -> None:
    assert {chr(other): folded(chr(other)) for other in look_alikes()} == {
        chr(other): latin for other, latin in look_alikes().items()
    }


def test_a_text_of_plain_letters_and_any_other_are_folded_alike() -> None:
    assert fold_text("  Formal  COMPLAINT 12 ") == "formal complaint 12"
    assert fold_text("  Formal,  COMPLAINT 12 ") == "formal complaint 12"
    assert fold_text("  Förmal  COMPLAINT 12 ") == "formal complaint 12"


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=80))
def test_plain_ascii_is_read_as_any_other_text(text: str) -> None:
    quick = Words.of(View.of(text))
    slow = Words.of(View.of(text + " \u00e9"))
    assert slow.words == (*quick.words, "e")
    assert slow.places[:-1] == quick.places
    assert slow.openers - {len(quick.words)} == quick.openers - {len(quick.words)}


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold_text(unicodedata.normalize("NFKC", text))
    assert fold_text(once) == " ".join(once.split())


@given(st.text(max_size=120))
def test_sentences_part_all_words_in_order(text: str) -> None:
    words = words_of(text)
    assert tuple(word for sentence in sentences(text) for word in sentence) == words.words


@pytest.mark.parametrize("text", ["rock\u02bc roll", "\u02bctis", "a \u02bc b", "a\u02bc\u02bcb"])
def test_an_apostrophe_at_the_edge_of_a_word_makes_no_empty_word(text: str) -> None:
    assert "" not in words_of(text).words
