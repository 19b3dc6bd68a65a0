"""Candidate questions: messages alike are put together, named and shown by their best sentences."""

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.features.mail_reader import Vector
from rules.intents.asking import Ask, Known
from rules.intents.naming import NAMELESS
from rules.intents.questions import Candidate, candidates

BICYCLES = [
    "can i take my bicycle on the ferry",
    "how much is a bicycle on the ferry",
    "are bicycles allowed on your ferry",
    "may my bicycle travel on the ferry",
]
INVOICES = ["please send the invoice again", "i need the invoice once more", "another invoice copy"]


def an_ask(text: str, ticket: str = "", language: str | None = "en", **more: object) -> Ask:
    """A message of one sentence, every longer word of which is telling."""
    words = tuple((word, word) for word in dict.fromkeys(text.split()) if len(word) > 3)
    fields = {"words": words, "phrasings": (text,), **more}
    return Ask(ticket or text, language, **fields)  # type: ignore[arg-type]


def at(angle: float) -> Vector:
    """A point on the circle."""
    return np.array([np.cos(angle), np.sin(angle), 0.0], dtype=np.float32)


def by_words(*texts: str, least: int = 2, known: tuple[Known, ...] = ()) -> list[Candidate]:
    return candidates([an_ask(text) for text in texts], known, least)


def test_messages_that_share_their_words_are_one_question() -> None:
    bicycles, invoices = by_words(*BICYCLES, *INVOICES)
    assert (bicycles.tickets, invoices.tickets) == (4, 3)
    assert set(bicycles.phrasings) == set(BICYCLES)
    assert bicycles.share == 0.5714


def test_a_question_that_few_ask_is_no_candidate() -> None:
    assert [each.tickets for each in by_words(*BICYCLES, *INVOICES, least=4)] == [4]
    assert by_words(*INVOICES, least=4) == []


def test_of_no_messages_there_are_no_candidates() -> None:
    assert candidates([], [], 2) == []


def test_a_message_alone_is_a_question_where_one_is_enough() -> None:
    [only] = by_words(BICYCLES[0], least=1)
    assert only.phrasings == (BICYCLES[0],)


def test_messages_of_one_ticket_count_once() -> None:
    asks = [an_ask(text, "the same") for text in BICYCLES]
    assert candidates(asks, [], 2) == []


def test_languages_are_never_mixed() -> None:
    asks = [an_ask(text, language=language) for language in ("en", None) for text in BICYCLES]
    found = candidates(asks, [], 2)
    assert [(each.language, each.tickets) for each in found] == [(None, 4), ("en", 4)]


def test_messages_without_telling_words_are_never_alike() -> None:
    nothing = [Ask(str(n), "en", (), ()) for n in range(4)]
    assert candidates(nothing, [Known("x", "en", ("word",))], 2) == []
    assert [each.tickets for each in candidates([*nothing, *map(an_ask, BICYCLES)], [], 2)] == [4]


def test_messages_that_the_reader_put_together_are_one_question_whatever_their_words() -> None:
    asks = [
        an_ask(text, vector=at(angle))
        for text, angle in zip([*BICYCLES, *INVOICES], (0, 0.1, 0.2, 3, 3.1, 3.2, 3.3), strict=True)
    ]
    assert [each.tickets for each in candidates(asks, [], 2)] == [4, 3]


def test_one_message_that_was_not_read_has_all_compared_by_words() -> None:
    asks = [an_ask(text, vector=at(3.0 * n)) for n, text in enumerate(BICYCLES)]
    assert candidates(asks, [], 4) == []
    assert [each.tickets for each in candidates([*asks, an_ask("other")], [], 4)] == [4]


def test_what_all_questions_have_in_common_tells_none_from_another() -> None:
    trade = np.array([0.0, 0.0, 1.8], dtype=np.float32)
    known = [Known(str(n), "en", (), at(angle) + trade) for n, angle in enumerate((0.0, 3.1))]
    asks = [
        an_ask(text, vector=at(angle) + trade)
        for text, angle in zip(BICYCLES, (0.0, 0.2, 1.9, 2.0), strict=True)
    ]
    assert [each.tickets for each in candidates(asks, [], 2)] == [4]
    assert [each.tickets for each in candidates(asks, known, 2)] == [2, 2]


def test_the_most_typical_sentence_comes_first() -> None:
    asks = [
        an_ask(text, vector=at(angle))
        for text, angle in zip(BICYCLES, (0.0, 0.4, 0.5, 0.6), strict=True)
    ]
    found = candidates(asks, [], 4)[0].phrasings
    assert found == (BICYCLES[1], BICYCLES[2], BICYCLES[3], BICYCLES[0])


def test_of_a_message_the_most_telling_sentence_is_shown() -> None:
    asks = [an_ask(text, phrasings=("is that also possible today", text)) for text in BICYCLES]
    assert "is that also possible today" not in candidates(asks, [], 4)[0].phrasings


def test_phrasings_are_distinct_and_at_most_eight() -> None:
    asks = [an_ask(BICYCLES[0], str(n)) for n in range(3)]
    assert candidates(asks, [], 3)[0].phrasings == (BICYCLES[0],)
    more = [an_ask(f"{BICYCLES[0]} {'very ' * n}", str(n)) for n in range(12)]
    assert len(candidates(more, [], 12)[0].phrasings) == 8


def test_a_question_is_named_by_what_tells_it_from_the_others() -> None:
    bicycles, invoices = by_words(*BICYCLES, *INVOICES)
    assert {"bicycle", "ferry"} <= set(bicycles.name.split())
    assert "invoice" in invoices.name.split()


def test_words_of_a_name_stand_as_in_the_messages_and_as_they_are_written() -> None:
    asks = [
        Ask(str(n), "de", (("ruckgabe", form), ("schuhe", "schuhe")), ())
        for n, form in enumerate(["rückgabe", "rückgabe", "ruckgabe"])
    ]
    assert candidates(asks, [], 3)[0].name == "rückgabe schuhe"


def test_two_forms_of_a_word_and_slips_stand_once_in_a_name() -> None:
    texts = ["reset password pasword resetting", "resetting pasword password reset"]
    assert set(by_words(*texts)[0].name.split()) == {"password", "reset"}


def test_a_word_that_tells_little_beside_two_others_is_in_no_name() -> None:
    points = np.eye(21, dtype=np.float32)
    asks = [an_ask("bicycle ferry board", str(n), vector=points[0]) for n in range(3)]
    others = [an_ask("board", str(n), vector=point) for n, point in enumerate(points[1:], start=3)]
    assert candidates([*asks, *others], [], 3)[0].name == "bicycle ferry"


def test_a_word_of_one_message_alone_is_in_no_name() -> None:
    asks = [an_ask(f"bicycle ferry {word}", phrasings=()) for word in ("okafor", "miller", "lopez")]
    assert candidates(asks, [], 3)[0].name == "bicycle ferry"


def test_a_question_without_a_word_that_may_be_shown_is_nameless() -> None:
    asks = [an_ask(text, phrasings=(), vector=at(0.0)) for text in ("okafor", "miller")]
    found = candidates(asks, [], 2)[0]
    assert (found.name, found.phrasings) == (NAMELESS, ())


def test_a_near_answer_is_named() -> None:
    known = (
        Known("bicycles", "en", ("bicycle", "ferry", "take")),
        Known("parking", "en", ("parking", "place")),
        Known("fahrrad", "de", ("bicycle", "ferry", "take")),
    )
    bicycles, invoices = by_words(*BICYCLES, *INVOICES, known=known)
    assert bicycles.nearest == "bicycles"
    assert 0.3 < bicycles.nearness < 1.0
    assert (invoices.nearest, invoices.nearness) == (None, 0.0)


def test_messages_in_no_known_language_are_compared_with_every_answer() -> None:
    known = [Known("fahrrad", "de", ("bicycle", "ferry", "take"))]
    asks = [an_ask(text, language=None) for text in BICYCLES]
    assert candidates(asks, known, 2)[0].nearest == "fahrrad"


@pytest.mark.parametrize(("angle", "nearest"), [(0.3, "near"), (2.5, None)])
def test_read_messages_are_compared_with_read_answers(angle: float, nearest: str | None) -> None:
    known = [Known("near", "en", (), at(angle)), Known("unread", "en", ("bicycle",))]
    asks = [an_ask(text, vector=at(0.1 * n)) for n, text in enumerate(BICYCLES)]
    assert candidates(asks, known, 4)[0].nearest == nearest


WORDS = st.sampled_from(["bicycle", "ferry", "invoice", "ticket", "price", "dog", "rückgabe"])
POINTS = st.sampled_from([None, *map(at, (0.0, 0.3, 0.9, 2.0, 2.1)), np.zeros(3, np.float32)])
ANY_ASK = st.builds(
    Ask,
    st.sampled_from("abcdefghij"),
    st.sampled_from(["en", "de", None]),
    st.lists(WORDS, max_size=4, unique=True).map(lambda some: tuple((w, w) for w in some)),
    st.lists(st.sampled_from(BICYCLES + INVOICES), max_size=2).map(tuple),
    POINTS,
)
ANY_KNOWN = st.builds(
    Known,
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from(["en", "de"]),
    st.lists(WORDS, max_size=3).map(tuple),
    POINTS,
)
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@calmly
@given(
    st.lists(ANY_ASK, max_size=14),
    st.lists(ANY_KNOWN, max_size=4),
    st.integers(2, 4),
    st.randoms(use_true_random=False),
)
def test_any_messages_give_the_same_candidates_in_whatever_order(
    asks: list[Ask], known: list[Known], least: int, chance: Random
) -> None:
    found = candidates(asks, known, least)
    others, answers = list(asks), list(known)
    chance.shuffle(others)
    chance.shuffle(answers)
    assert candidates(others, answers, least) == found
    for each in found:
        assert least <= each.tickets <= len(asks)
        assert 0.0 < each.share <= 1.0
        assert each.name
        assert len(each.phrasings) <= 8


@calmly
@given(st.lists(ANY_ASK, min_size=2, max_size=10))
def test_no_message_is_in_two_questions(asks: list[Ask]) -> None:
    own = [Ask(str(n), a.language, a.words, a.phrasings, a.vector) for n, a in enumerate(asks)]
    assert sum(each.tickets for each in candidates(own, [], 2)) <= len(own)
