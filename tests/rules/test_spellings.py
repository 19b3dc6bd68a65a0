"""What a word may stand for, and phrases of such words, against slow matchers that are plain."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.phrases import GAP, MAX_HITS, Hit, PhraseError, PhraseTable, check_phrase
from rules.spellings import Nearness, Spellings
from tests.rules.build import words_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"


def nearness(vocabulary: Sequence[str], word: str, ordinary: Sequence[str] = ()) -> dict[str, int]:
    return dict(Spellings(vocabulary, ordinary).meanings(word))


# One word


def test_a_word_stands_for_itself() -> None:
    assert nearness(["sue", "court"], "sue") == {"sue": Nearness.SAME}


def test_a_stem_stands_for_every_word_that_begins_so() -> None:
    assert nearness(["complain*"], "complaining") == {"complain*": Nearness.SAME}
    assert nearness(["complain*"], "complain") == {"complain*": Nearness.SAME}
    assert nearness(["complain*"], "compla") == {}


@pytest.mark.parametrize(
    ("known", "written"),
    [("charge", "charged"), ("charged", "charging"), ("cancel", "cancelled"), ("claim", "claims"),
     ("refuse", "refusing"), ("klage", "klagen"), ("stop", "stops"), ("email", "emails")],
)  # fmt: skip
def test_another_inflection_is_found(known: str, written: str) -> None:
    assert nearness([known], written) == {known: Nearness.INFLECTED}


@pytest.mark.parametrize(
    ("known", "written"),
    [("verstosse", "verstoe"), ("ausserst", "aumerst"), ("aussergerichtlich*", "auergerichtliche"),
     ("schiesse", "schieess"), ("aussergerichtlich*", "auessrgerichtliche")],
)  # fmt: skip
def test_a_lost_or_moved_sharp_s_is_one_edit_but_only_a_neighbour(known: str, written: str) -> None:
    assert nearness([known], written) == {known: Nearness.NEIGHBOUR}


@pytest.mark.parametrize("written", ["sues", "sued", "sing"])
def test_a_word_of_three_letters_is_not_inflected(written: str) -> None:
    assert nearness(["sue", "s"], written) == {}


@pytest.mark.parametrize("written", ["lawer", "lawywer", "lawxer", "alwyer", "awyer", "lawye"])
def test_one_edit_in_a_longer_word_is_a_misspelling(written: str) -> None:
    assert nearness(["lawyer"], written) == {"lawyer": Nearness.MISSPELT}


@pytest.mark.parametrize("written", ["lawxxr", "lwaeyr", "lawy", "lawyerxx"])
def test_two_edits_make_another_word(written: str) -> None:
    assert nearness(["lawyer"], written) == {}


def test_a_word_of_five_letters_is_not_mended() -> None:
    assert nearness(["court"], "courd") == {}


def test_a_stem_is_found_misspelt_too() -> None:
    assert nearness(["complain*"], "complianing") == {"complain*": Nearness.MISSPELT}
    assert nearness(["complain*"], "complxining") == {"complain*": Nearness.MISSPELT}


def test_an_ordinary_word_one_edit_away_is_a_neighbour() -> None:
    assert nearness(["compliant"], "complaint", ["complaint"]) == {"compliant": Nearness.NEIGHBOUR}


def test_a_word_of_the_vocabulary_is_ordinary_itself() -> None:
    assert nearness(["compliant", "complaint"], "complaint") == {
        "complaint": Nearness.SAME,
        "compliant": Nearness.NEIGHBOUR,
    }


def test_the_nearest_of_several_readings_counts() -> None:
    assert nearness(["lawyer"], "lawyers") == {"lawyer": Nearness.INFLECTED}


def test_misspellings_are_looked_for_only_if_asked() -> None:
    spellings = Spellings(["lawyer", "complain*"], ())
    assert spellings.meanings("lawer", mend=False) == ()
    assert spellings.meanings("lawyers", mend=False) == (("lawyer", Nearness.INFLECTED),)
    assert dict(spellings.meanings("lawer")) == {"lawyer": Nearness.MISSPELT}


def test_whether_misspellings_are_found_does_not_depend_on_earlier_texts() -> None:
    spellings = Spellings(["lawyer"], ())
    spellings.meanings("lawer")
    assert spellings.meanings("lawer", mend=False) == ()


def test_a_known_word_stands_in_the_vocabulary_or_begins_with_a_stem() -> None:
    spellings = Spellings(["sue", "complain*"], ["ordinary"])
    assert spellings.knows("sue")
    assert spellings.knows("complaints")
    assert not spellings.knows("sues")
    assert not spellings.knows("compla")
    assert not spellings.knows("ordinary")
    assert spellings.stars == {"complain"}


def test_nothing_is_remembered_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    written = ["lawer", "lawyers", "lawyer", "sue", "other", "lawer"]
    fresh = [Spellings(["lawyer", "sue"], ()).meanings(word) for word in written]
    monkeypatch.setattr("rules.spellings._CACHED", 2)
    spellings = Spellings(["lawyer", "sue"], ())
    for _ in range(3):
        assert [spellings.meanings(word) for word in written] == fresh
        assert len(spellings._cache) <= 2


def edits(word: str) -> set[str]:
    """Every word that is one edit away, over the letters of these tests."""
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    return (
        {head + tail[1:] for head, tail in cuts if tail}
        | {head + letter + tail for head, tail in cuts for letter in LETTERS + DIGITS}
        | {head + letter + tail[1:] for head, tail in cuts if tail for letter in LETTERS + DIGITS}
        | {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    )


@st.composite
def edited(draw: st.DrawFn, word: str) -> str:
    kinds = ["insert", "delete", "substitute", "transpose"]
    kind = draw(st.sampled_from(kinds if len(word) > 1 else kinds[:3]))
    letter = draw(st.sampled_from(LETTERS + DIGITS))
    at = draw(st.integers(0, len(word) - (kind != "insert") - (kind == "transpose")))
    head, tail = word[:at], word[at:]
    if kind == "insert":
        return head + letter + tail
    if kind == "delete":
        return head + tail[1:]
    if kind == "substitute":
        return head + letter + tail[1:]
    return head + tail[1] + tail[0] + tail[2:]


long_words = st.text(st.sampled_from(LETTERS), min_size=6, max_size=24)


@given(st.data(), st.lists(long_words, min_size=1, max_size=8))
def test_every_word_is_found_with_any_one_edit(data: st.DataObject, vocabulary: list[str]) -> None:
    word = data.draw(st.sampled_from(vocabulary))
    written = data.draw(edited(word))
    assert word in nearness(vocabulary, written)
    assert word in nearness(vocabulary, written, ordinary=[written])


@given(
    st.data(),
    st.text(st.sampled_from(LETTERS), min_size=6, max_size=13),
    st.text("ing", max_size=9),
)
def test_every_stem_is_found_with_any_one_edit(data: st.DataObject, stem: str, rest: str) -> None:
    assert stem + "*" in nearness([stem + "*"], data.draw(edited(stem)) + rest)


SUFFIXES = ("ing", "ings", "ed", "es", "en", "s", "d", "e", "n")


def bases(word: str) -> set[str]:
    cut = {word[: -len(s)] for s in SUFFIXES if word.endswith(s)}
    cut = {base for base in cut if len(base) >= 4}
    return {word} | cut | {base[:-1] for base in cut if len(base) > 4 and base[-1] == base[-2]}


def slowly(vocabulary: Sequence[str], ordinary: Sequence[str], word: str) -> dict[str, int]:
    """What a word may stand for, by looking at each word of the vocabulary."""
    far = Nearness.NEIGHBOUR if word in {*vocabulary, *ordinary} else Nearness.MISSPELT
    found: dict[str, int] = {}
    for token in vocabulary:
        stem = token.rstrip("*")
        same = word.startswith(stem) if token.endswith("*") else word == token
        if same:
            found[token] = Nearness.SAME
        elif not token.endswith("*") and bases(word) & bases(token):
            found[token] = Nearness.INFLECTED
        elif len(stem) >= (4 if token.endswith("*") else 6) and len(word) >= 5:
            if heads(word, token) & {stem, *edits(stem)}:
                found[token] = far
            elif heads(single(word), token) & {single(stem), *edits(single(stem))}:
                found[token] = Nearness.NEIGHBOUR
    return found


def heads(word: str, token: str) -> set[str]:
    """What is compared: the word, or its heads of three letters or more where a stem is meant."""
    return {word[:end] for end in range(3, len(word) + 1)} if token.endswith("*") else {word}


def single(word: str) -> str:
    """With one s for several, as the sharp s is written by some."""
    return re.sub("s+", "s", word)


some_words = st.text("ensgi", min_size=1, max_size=9)
stems = st.text("ensgi", min_size=4, max_size=7).map(lambda stem: stem + "*")
vocabularies = st.lists(some_words | stems, min_size=1, max_size=8, unique=True)


@given(st.data(), vocabularies, st.lists(some_words, max_size=3))
def test_a_word_stands_for_what_a_slow_look_finds(
    data: st.DataObject, vocabulary: list[str], ordinary: list[str]
) -> None:
    near = st.sampled_from(vocabulary).map(lambda word: word.rstrip("*")).flatmap(edited)
    word = data.draw(some_words | near)
    assert nearness(vocabulary, word, ordinary) == slowly(vocabulary, ordinary, word)


# Phrases of such words


def test_of_one_phrase_a_bounded_number_is_found() -> None:
    table = PhraseTable([("sue", "x"), ("court", "y")])
    hits = table.find(words_of("sue " * (MAX_HITS * 2) + "court"))
    assert [hit.value for hit in hits] == ["x"] * MAX_HITS + ["y"]


def test_in_a_very_long_text_a_phrase_is_looked_at_so_often_and_no_more() -> None:
    table = PhraseTable([("lawyer", "x")], ["lawyes"])
    assert table.find(words_of("lawyes " * (MAX_HITS * 3) + "lawyer"))
    assert not table.find(words_of("lawyes " * (MAX_HITS * 5) + "lawyer"))


def test_a_single_ordinary_word_is_no_misspelling_but_a_phrase_may_hold_one() -> None:
    table = PhraseTable([("compliant", 1), ("my compliant", 2)], ["complaint"])
    assert table.find(words_of("my complaint")) == [Hit(2, 0, 2, Nearness.NEIGHBOUR)]


def test_around_some_words_only_phrases_that_hold_one_of_them_are_found() -> None:
    table = PhraseTable([("my lawyer", 1)])
    words = words_of("my lawyer and my lawyer")
    assert table.find(words, around={4}) == [Hit(1, 3, 5)]
    assert table.find(words, around={2}) == []
    assert len(table.find(words)) == 2


def test_the_best_reading_says_how_near_a_phrase_is() -> None:
    table = PhraseTable([("sue (lawyer|lawyers|lawyed)", 1)])
    assert table.find(words_of("sue lawyers")) == [Hit(1, 0, 2, Nearness.SAME)]
    assert table.find(words_of("sue lawyxr")) == [Hit(1, 0, 2, Nearness.MISSPELT)]


def test_a_word_that_a_gap_leaps_over_makes_a_phrase_no_farther() -> None:
    table = PhraseTable([("sue _ court", 1), ("lawyer", 2)])
    hits = table.find(words_of("sue lawyxr court"))
    assert Hit(1, 0, 3, Nearness.SAME) in hits
    assert Hit(2, 1, 2, Nearness.MISSPELT) in hits


def test_a_star_needs_four_letters_before_it() -> None:
    check_phrase("comp* now")
    for phrase in ("com* now", "* now", "le'com* now"):
        with pytest.raises(PhraseError, match="star needs at least 4"):
            check_phrase(phrase)


def test_only_the_last_part_of_a_word_with_signs_carries_the_star() -> None:
    table = PhraseTable([("l'avoc*", 1)])
    assert table.find(words_of("voir l'avocate")) == [Hit(1, 1, 3)]


def test_a_table_without_phrases_finds_nothing() -> None:
    assert PhraseTable[int]([]).find(words_of("sue")) == []
    assert PhraseTable([("sue", 1)]).find(words_of("")) == []


def test_misspellings_are_looked_for_in_the_first_words_of_a_very_long_text() -> None:
    table = PhraseTable([("lawyer", 1), ("solicitor", 2)])
    words = words_of("lawyxr " + " ".join(f"w{n}x" for n in range(4000)) + " solicitxr solicitor")
    assert [(hit.value, hit.nearness) for hit in table.find(words)] == [
        (1, Nearness.MISSPELT),
        (2, Nearness.SAME),
    ]


@pytest.mark.parametrize("phrase", ["make _ _ complaint", "make _ (my|_ big) complaint"])
def test_a_gap_next_to_a_gap_is_refused_or_leapt_over(phrase: str) -> None:
    try:
        table = PhraseTable([(phrase, 1)])
    except PhraseError:
        return
    assert table.find(words_of("make a big complaint"))


Written = str | tuple[tuple[str, ...], ...]  # words, or choices of words


def as_phrase(pieces: Sequence[Written]) -> str:
    return " ".join(
        piece if isinstance(piece, str) else f"({'|'.join(map(' '.join, piece))})"
        for piece in pieces
    )


def expanded(pieces: Sequence[Written]) -> list[tuple[str, ...]]:
    """Every sequence of words and gaps that a phrase stands for."""
    choices = [((piece,),) if isinstance(piece, str) else piece for piece in pieces]
    return [tuple(word for each in chosen for word in each) for chosen in product(*choices)]


def readings(
    known: Sequence[str], sequence: tuple[str, ...], text: Sequence[tuple[str, bool]], at: int
) -> Iterator[tuple[int, int]]:
    """Where a sequence that begins at a word may end, and how near it is then."""
    if not sequence:
        yield at, Nearness.SAME
        return
    token, *rest = sequence
    skips = range(4) if token == GAP else [0]
    if token == GAP:
        token, *rest = rest
    for skip in skips:
        passed = text[at : at + skip + 1]
        if len(passed) <= skip or (len(skips) > 1 and any(opens for _, opens in passed)):
            return
        near = slowly(known, (), passed[-1][0]).get(token)
        if near is not None:
            for end, farther in readings(known, tuple(rest), text, at + skip + 1):
                yield end, max(near, farther)


def found_slowly(
    phrases: Sequence[Sequence[Written]], text: Sequence[tuple[str, bool]]
) -> set[tuple[int, int, int, int]]:
    """Value, start, end and nearness of each phrase: of equal starts the longest, read best."""
    sequences = [expanded(pieces) for pieces in phrases]
    known = sorted({w for each in sequences for sequence in each for w in sequence} - {GAP})
    found: set[tuple[int, int, int, int]] = set()
    for value, each in enumerate(sequences):
        for start in range(len(text)):
            ends = [
                reading for sequence in each for reading in readings(known, sequence, text, start)
            ]
            if ends:
                longest = max(end for end, _ in ends)
                near = min(near for end, near in ends if end == longest)
                found.add((value, start, longest, near))
    return found


def has_gaps_in_a_row(pieces: Sequence[Written]) -> bool:
    return any((GAP, GAP) in pairwise(each) for each in expanded(pieces))


def phrases_of(words: Sequence[str]) -> st.SearchStrategy[list[Written]]:
    word = st.sampled_from([*words, *words, GAP])
    choices = st.lists(st.lists(word, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple)
    return st.lists(word | choices, min_size=1, max_size=4)


Text = list[tuple[str, bool]]  # words, and whether they open a sentence


def texts_of(words: Sequence[str], longest: int = 6) -> st.SearchStrategy[Text]:
    opens = st.sampled_from([False] * 7 + [True])
    return st.lists(st.tuples(st.sampled_from(words), opens), max_size=longest)


@st.composite
def cases(
    draw: st.DrawFn, known: Sequence[str], written: Sequence[str]
) -> tuple[list[list[Written]], Text]:
    """Some phrases, and a text in which one of them stands more or less."""
    phrases = draw(st.lists(phrases_of(known), min_size=1, max_size=3))
    assume(not any(is_refused(each) or has_gaps_in_a_row(each) for each in phrases))
    text = draw(texts_of(written))
    for word in draw(st.sampled_from(phrases).map(expanded).flatmap(st.sampled_from)):
        near = st.sampled_from([other for other in written if other[:3] == word[:3]])
        said = texts_of(written, 5) if word == GAP else near.map(lambda other: [(other, False)])
        text += draw(said)
    return phrases, text + draw(texts_of(written))


def agree(phrases: list[list[Written]], text: Text) -> None:
    table = PhraseTable([(as_phrase(each), value) for value, each in enumerate(phrases)])
    written = "".join((". " if opens else " ") + word for word, opens in text)
    hits = {(h.value, h.start, h.end, h.nearness) for h in table.find(words_of(written))}
    opened = [(word, opens or not n) for n, (word, opens) in enumerate(text)]
    assert hits == found_slowly(phrases, opened)


PLAIN = ["aa", "bb", "cc"]
TELLING = ["sue", "courts", "lawyer", "lawyed", "court*"]
NEAR = ["sue", "court", "courts", "couts", "lawyer", "lawyers", "lawyxr", "lawyed", "zz"]


def is_refused(pieces: Sequence[Written]) -> bool:
    return any(not each or GAP in (each[0], each[-1]) for each in expanded(pieces))


@given(phrases_of(PLAIN))
def test_a_phrase_is_refused_if_any_of_its_readings_has_no_word_at_an_end(
    pieces: list[Written],
) -> None:
    if not is_refused(pieces):
        check_phrase(as_phrase(pieces))
    else:
        with pytest.raises(PhraseError):
            check_phrase(as_phrase(pieces))


@given(cases(PLAIN, [*PLAIN, "zz"]))
def test_phrases_are_found_where_a_slow_matcher_finds_them(
    case: tuple[list[list[Written]], Text],
) -> None:
    agree(*case)


@given(cases(TELLING, NEAR))
def test_near_words_are_found_where_a_slow_matcher_finds_them(
    case: tuple[list[list[Written]], Text],
) -> None:
    agree(*case)


ANY = PhraseTable(
    [("make (a|my|) _ complaint", 1), ("lawyer*", 2), ("möchte (ich|) klagen", 3), ("a", 4)],
    ["lawyes"],
)


@given(st.text(max_size=200) | st.lists(st.sampled_from([*NEAR, "make", "a", ".", "ich"])).map(
    " ".join))  # fmt: skip
def test_any_text_can_be_searched_and_what_is_found_stands_in_it(text: str) -> None:
    words = words_of(text)
    for hit in ANY.find(words):
        assert 0 <= hit.start < hit.end <= len(words.words)
        start, end = words.span(hit.start, hit.end)
        assert 0 <= start < end <= len(text)


def test_what_was_worked_out_is_forgotten_in_time_and_found_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phrases = [(f"make _ {a} (of|) {b}", a + b) for a in "kxyz" for b in "kxyz"]
    texts = [words_of(f"make {a} {b} {c} of {a}") for a in "kxyz" for b in "kxyz" for c in "kxyz"]
    expected = [set(PhraseTable(phrases).find(words)) for words in texts]
    assert any(expected)
    monkeypatch.setattr("rules.phrase_states._MAX_STATES", 5)
    table = PhraseTable(phrases)
    memories = set()
    for _ in range(2):
        for words, hits in zip(texts, expected, strict=True):
            assert set(table.find(words)) == hits
            memory = table._states._memory
            memories.add(id(memory.start))
            # At most what was there before, and what one text of six words adds.
            assert len(memory.known) <= 5 + 6 * 6
            assert len(memory.meanings) <= 5 + 1 + 6
    assert len(memories) > 2


def test_a_reading_that_began_is_ended_with_the_memory_that_it_began_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = PhraseTable([("make a complaint", 1)])
    words = words_of("please make a complaint")
    states = table._states
    reading = states.read(words)
    monkeypatch.setattr("rules.phrase_states._MAX_STATES", -1)
    states.read(words_of("other words"))
    states.read(words)
    assert states._memory is not reading.memory
    assert states.runs(reading) == [(1, 1, 4)]
    assert states.nearness(reading, 1, 1, 4) is Nearness.SAME
