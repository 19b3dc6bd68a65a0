"""A second reading: words that were spaced, dotted, masked or written with digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.disguises import flags_as_letters, is_part, second_reading
from rules.phrases import Hit, PhraseTable
from rules.spellings import Spellings
from tests.rules.build import words_of

VOCABULARY = Spellings(["my", "lawyer", "solicitor", "sue", "attorney", "complain*", "action"], ())


def restored(text: str) -> list[str]:
    """The restored words of a text."""
    second = second_reading(words_of(text), VOCABULARY)
    if second is None:
        return []
    words, which = second
    return [words.words[index] for index in sorted(which)]


def seen(text: str) -> list[str]:
    """Where the restored words stand."""
    second = second_reading(words_of(text), VOCABULARY)
    assert second is not None
    words, which = second
    return [text[slice(*words.span(index, index + 1))] for index in sorted(which)]


def test_a_sign_that_begins_no_word_says_no_letter() -> None:
    assert restored("write to my l@wyer (@ttorney)") == ["lawyer"]


@pytest.mark.parametrize(
    "text", ["", "my lawyer will sue", "Room 12, at 10:30 on 2 May", "a b is 1 of 2, or c d"]
)
def test_a_plain_text_has_no_second_reading(text: str) -> None:
    assert second_reading(words_of(text), VOCABULARY) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [("law.yer", "lawyer"), ("law-yer", "lawyer"), ("law_yer", "lawyer"), ("law·yer", "lawyer"),
     ("l.a.w.y.e.r", "lawyer"), ("c*mplaint", "cmplaint"), ("comp*laint", "complaint"),
     ("l@wyer", "lawyer"), ("@ttorney", "attorney"), ("my $olicitor", "solicitor"),
     ("sol!citor", "solicitor"), ("so|icitor", "solicitor"), ("s0lic1tor", "solicitor"),
     ("4ttorn3y", "attorney"), ("com-pl-aint", "complaint")],
)  # fmt: skip
def test_a_disguised_word_is_read_as_what_it_says(text: str, word: str) -> None:
    assert restored(text) == [word]


@pytest.mark.parametrize("text", ["mail@ttorney now", "it is @x", "a$b$", "1234 5678"])
def test_a_sign_elsewhere_stands_for_no_letter_at_the_start(text: str) -> None:
    assert "attorney" not in restored(text)
    assert "ax" not in restored(text)
    assert "1234" not in restored(text)


def test_a_word_with_a_sign_before_a_space_stays_as_it_is() -> None:
    assert restored("my lawyer. Yes - no * so") == []


def test_two_signs_tie_nothing() -> None:
    assert restored("my law..yer") == []


def test_what_grows_too_long_for_a_word_ends_there() -> None:
    joined = restored("-".join(["abcdefghij"] * 5))
    assert joined == ["abcdefghij" * 3, "abcdefghij" * 2]


def test_a_restored_word_stands_at_all_its_parts() -> None:
    assert seen("my law.yer will l-e-t you, s0 s") == ["law.yer", "l-e-t", "s0"]


@pytest.mark.parametrize(
    "text",
    ["l a w y e r", "l.a.w.y.e.r", "l. a. w. y. e. r", "l_a_w_y_e_r", "l\u00a0a\u00a0w y\te r",
     "l - a - w - y - e - r", "l a w y 3 r"],
)  # fmt: skip
def test_single_letters_are_spelled_out(text: str) -> None:
    assert restored(text) == ["lawyer"]


def test_wider_gaps_part_words_that_are_spelled_out() -> None:
    assert restored("x y z   q r s") == ["xyz", "qrs"]


def test_without_wider_gaps_the_vocabulary_parts_words() -> None:
    text = "m y l a w y e r"
    assert restored(text) == ["my", "lawyer"]
    assert seen(text) == ["m y", "l a w y e r"]
    assert restored("s u e m y c o m p l a i n") == ["sue", "my", "complain"]


def test_the_fewest_words_of_the_vocabulary_are_taken() -> None:
    spellings = Spellings(["abc", "def", "abcdef", "ab", "cdef"], ())
    second = second_reading(words_of("a b c d e f"), spellings)
    assert second is not None
    assert second[0].words == ("abcdef", "")


def test_a_longer_word_within_other_letters_stands_for_itself() -> None:
    text = "q q l a w y e r q q"
    assert restored(text) == ["lawyer"]
    assert seen(text) == ["l a w y e r"]


def test_letters_that_spell_no_known_word_are_one_word() -> None:
    assert restored("q x z s u e k") == ["qxzsuek"]


def test_two_letters_or_letters_far_apart_are_no_word() -> None:
    assert restored("a b or c") == []
    assert restored("a (x) b, c (y) d") == []
    assert restored("a    b    c") == []


def test_of_a_long_run_of_letters_a_bounded_part_is_spelled_out_at_a_time() -> None:
    assert list(map(len, restored("q " * 150))) == [60, 60, 30]


def test_only_so_many_runs_of_letters_are_spelled_out() -> None:
    assert len(restored("q q q, then " * 60)) == 40


def test_a_restored_word_opens_its_sentence_and_signs_within_it_end_none() -> None:
    second = second_reading(words_of("One two. L.a.w.y.e.r and law.yer! S u e now"), VOCABULARY)
    assert second is not None
    words, which = second
    assert words.words == ("one", "two", "lawyer", "and", "lawyer", "sue", "now", "")
    assert which == {2, 4, 5}
    assert words.openers == {0, 2, 5, 7}


def test_of_several_words_spelled_out_the_first_opens_the_sentence() -> None:
    second = second_reading(words_of("Hi. m y l a w y e r"), VOCABULARY)
    assert second is not None
    assert second[0].words == ("hi", "my", "lawyer", "")
    assert second[0].openers == {0, 1, 3}


disguised = st.lists(st.sampled_from([*"lawyersue01@$!|*.-_· \t\n'", "my ", "É"])).map("".join)


@given(st.text(max_size=200) | disguised)
def test_every_text_can_be_read_again_and_its_words_stand_in_it(text: str) -> None:
    first = words_of(text)
    second = second_reading(first, VOCABULARY)
    if second is None:
        return
    words, which = second
    assert which
    assert words.view is first.view
    assert len(words.words) == len(words.places)
    assert words.openers <= set(range(len(words.words)))
    kept = [index for index, word in enumerate(words.words) if word]
    assert which <= set(kept)
    for index in kept:
        start, end = words.span(index, index + 1)
        assert 0 <= start < end <= len(text)
    starts = [words.places[index][0] for index in kept]
    assert starts == sorted(starts)


@given(st.text(max_size=200) | disguised)
def test_whatever_is_not_restored_is_read_as_before(text: str) -> None:
    first = words_of(text)
    known = set(zip(first.words, first.places, strict=True))
    second = second_reading(first, VOCABULARY)
    if second is not None:
        words, which = second
        kept = {n for n, word in enumerate(words.words) if word} - which
        assert {(words.words[n], words.places[n]) for n in kept} <= known


def test_of_a_long_text_what_stands_around_disguises_is_read_again() -> None:
    far = " ".join(f"far{chr(97 + n % 26)}" for n in range(100))
    second = second_reading(words_of(f"{far} begin law.yer {far} sol!citor end {far}"), VOCABULARY)
    assert second is not None
    words, which = second
    assert [words.words[n - 1 : n + 2] for n in sorted(which)] == [
        ("begin", "lawyer", "fara"),
        ("farv", "solicitor", "end"),
    ]
    assert words.words.count("") == 2
    assert len(words.words) < 110


def test_twenty_words_on_either_side_of_a_disguise_are_read_again() -> None:
    before, after = [f"b{'x' * n}" for n in range(20)], [f"a{'x' * n}" for n in range(20)]
    far = ["far"] * 60
    text = " ".join([*far, *before, "law.yer", *after, *far])
    second = second_reading(words_of(text), VOCABULARY)
    assert second is not None
    (at,) = second[1]
    assert second[0].words[at - 20 : at + 21] == (*before, "lawyer", *after)


def test_no_phrase_spans_what_was_left_out_between_two_parts() -> None:
    far = "far " * 100
    table = PhraseTable([("far _ far", 1), ("far far", 2), ("my lawyer", 3)])
    words = words_of(f"my law.yer {far} my sol!citor")
    second = second_reading(words, table.spellings)
    assert second is not None
    again, which = second
    gap = again.words.index("")
    assert all(hit.end <= gap or hit.start > gap for hit in table.find(again))
    assert table.find(again, which) == [Hit(3, 0, 2)]


@pytest.mark.parametrize(
    "between", [" ", "  ", ".", "-", "·", " . ", "*", "\u00a0", "\t", " ·", "· ", " · "]
)
def test_whatever_stands_between_single_letters_they_are_spelled_out(between: str) -> None:
    assert restored(f"ask my {between.join('lawyer')} now") == ["lawyer"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("SUEMYLAWYER", ["sue", "my", "lawyer"]), ("now suemylawyer, now", ["sue", "my", "lawyer"]),
     ("mysolicitor", []), ("solicitor", []), ("complainsuemy", []), ("suemyxlawyer", []),
     ("suemy", []), ("suemylawyer2", []), ("suemy" * 10, [])],
)  # fmt: skip
def test_three_words_run_together_are_read_apart(text: str, words: list[str]) -> None:
    assert restored(text) == words


def test_words_run_together_stand_where_all_of_them_stand() -> None:
    assert seen("Now. Suemylawyer") == ["Suemylawyer"] * 3
    second = second_reading(words_of("Now. Suemylawyer"), VOCABULARY)
    assert second is not None
    assert second[0].openers == {0, 1, 4}
    assert [is_part(second[0], index) for index in range(5)] == [False, True, True, True, False]


def test_a_letter_that_is_no_word_joins_none() -> None:
    spellings = Spellings(["fest", "l", "iva", "i", "sue", "him"], ())
    assert second_reading(words_of("festliva"), spellings) is None
    assert second_reading(words_of("isuehimi"), spellings) is not None


def test_only_so_many_words_are_looked_at_for_others_in_them() -> None:
    other = " ".join(f"abcdefgh{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40))
    assert restored(f"suemylawyer {other} lawyersuemy suemylawyer") == ["sue", "my", "lawyer"] * 2


def test_flags_side_by_side_are_read_as_letters_too() -> None:
    read = flags_as_letters(words_of("no🇬🇧🇫🇷 it is a 🇸🇨🇦🇲"))
    assert read is not None
    words, which = read
    assert [words.words[index] for index in sorted(which)] == ["gbfr", "scam"]


@pytest.mark.parametrize("text", ["", "a scam", "🇬🇧 🇫🇷"])
def test_without_flags_side_by_side_there_are_no_letters_to_read(text: str) -> None:
    assert flags_as_letters(words_of(text)) is None
