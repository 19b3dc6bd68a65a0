"""The recogniser: sure or silent, the same everywhere, and plain data on disk."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.intents.lexical import LexicalRecogniser
from rules.intents.matching import Abstention, Match, ModelError, Recogniser
from rules.intents.nearest import Example
from rules.intents.training import FIXED_THRESHOLD, calibrate, fit, recogniser_from
from rules.languages import by_grammar, detect
from rules.model import Author, Comment
from rules.policy import parse_policy
from rules.risk_modes import LEXICAL
from rules.utterance import read_comment
from rules.words import fold_text
from tests.rules.build import FAQS, a_policy, fitted

RAMBLING = (
    "I forgot my password. It was raining. The dog barked all night. The train to Leeds was late. "
    "My sister came to visit us. We had soup for dinner. It failed."
)


def lexical(recogniser: Recogniser) -> LexicalRecogniser:
    assert isinstance(recogniser, LexicalRecogniser)
    return recogniser


RECOGNISER = lexical(fitted(a_policy()))


def match(text: str, recogniser: Recogniser = RECOGNISER) -> Match | Abstention:
    return recogniser.match(read_comment(Comment(Author.REQUESTER, text)), "")


def asked_words(text: str) -> tuple[str, ...]:
    return tuple(fold_text(text).split())


@pytest.mark.parametrize(
    ("text", "faq"),
    [
        ("how do i reset my password", "reset_password"),
        ("HOW DO I RESET MY PASSWORD???", "reset_password"),
        ("how do i reset my pasword", "reset_password"),
        ("Hi there, I forgot my password. Thanks", "reset_password"),
        ("when will my new card arive", "card_delivery"),
        ("where do i find my iban", "find_iban"),
        ("I forgot my password. How do I set a new password?", "reset_password"),
        ("I forgot my password. Where can I change it?", "reset_password"),
    ],
)
def test_a_known_question_is_recognised(text: str, faq: str) -> None:
    found = match(text)
    assert isinstance(found, Match)
    assert found.faq == faq
    assert RECOGNISER.threshold <= found.score <= 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "abstain.nothing_asked"),
        ("Hello, thanks!", "abstain.nothing_asked"),
        ("do you sell postcards", "abstain.no_match"),
        ("how do i reset my router", "abstain.no_match"),
        ("where do i find my iban. when will my new card arrive", "abstain.several_questions"),
        ("where do i find my iban. why was the gym payment refused?", "abstain.several_questions"),
        ("my card broke. " * 20, "abstain.long_message"),
        (RAMBLING, "abstain.no_match"),
    ],
)  # fmt: skip
def test_without_certainty_nothing_is_recognised(text: str, reason: str) -> None:
    found = match(text)
    assert isinstance(found, Abstention)
    assert found.reason == reason


def test_a_wording_that_two_questions_share_is_not_answered() -> None:
    twins = FAQS.replace("show me the account number", "forgot my password")
    found = match("forgot my password", fit(a_policy(faqs=twins), LEXICAL))
    assert found == Abstention("abstain.low_margin", "find_iban", 0.99)


def test_a_report_of_failure_counts_against_a_how_to() -> None:
    asked = RECOGNISER.neighbours.of(asked_words("how do i set a new password"))
    failed = RECOGNISER.neighbours.of(asked_words("i still cannot set a new password"))
    assert failed.score < asked.score
    without = RECOGNISER.neighbours.of(asked_words("ich habe mein passwort"))
    assert without.faq == "reset_password"


def test_a_recogniser_without_examples_recognises_nothing() -> None:
    empty = fit(parse_policy({}), LEXICAL)
    assert match("how do i reset my password", empty) == Abstention("abstain.no_match")


def test_equal_policies_give_equal_bytes_and_versions() -> None:
    again = fit(parse_policy({"faqs.yaml": FAQS}), LEXICAL)
    assert (
        again.to_bytes()
        == fit(parse_policy({"faqs.yaml": "# remark\n" + FAQS}), LEXICAL).to_bytes()
    )
    other = fit(a_policy(faqs=FAQS.replace("forgot", "lost")), LEXICAL)
    assert other.version != RECOGNISER.version


def test_a_recogniser_survives_its_bytes() -> None:
    again = recogniser_from(RECOGNISER.to_bytes())
    assert again == RECOGNISER
    assert again.version == RECOGNISER.version
    assert match("forgot my password", again) == match("forgot my password")


@pytest.mark.parametrize(
    "change", [{"algorithm": "x"}, {"threshold": 0}, {"threshold": "x"}, {"examples": [["a"]]},
               {"examples": 5}]
)  # fmt: skip
def test_bytes_of_another_shape_are_no_recogniser(change: dict[str, object]) -> None:
    content = json.loads(RECOGNISER.to_bytes()) | change
    with pytest.raises(ModelError):
        recogniser_from(json.dumps(content).encode())


@given(st.binary(max_size=50))
def test_any_other_bytes_are_an_error(raw: bytes) -> None:
    with pytest.raises(ModelError):
        recogniser_from(raw)


def test_the_threshold_is_certified_where_there_are_enough_examples() -> None:
    clear = tuple(
        Example(faq, f"{word} {word}x {word}y {number % 2}", "en")
        for faq, word in (("a", "apple"), ("b", "brick"), ("c", "cloud"))
        for number in range(60)
    )
    twins = tuple(
        Example(faq, f"rename the {pet} of my {place}", "en")
        for faq in ("a", "b")
        for pet, place in (("cat", "house"), ("dog", "garden"), ("bird", "office"))
    )
    assert calibrate(LexicalRecogniser(clear, 0.5), 0.9) == FIXED_THRESHOLD
    assert calibrate(LexicalRecogniser(clear[:3], 0.5), 0.999) == FIXED_THRESHOLD
    assert calibrate(LexicalRecogniser((*twins, *clear[:3]), 0.5), 0.999) > FIXED_THRESHOLD
    assert calibrate(LexicalRecogniser((), 0.5), 0.9) == FIXED_THRESHOLD


def test_the_language_of_an_example_is_told_by_its_grammar_its_words_or_its_answer() -> None:
    faqs = FAQS.replace("show me the account number", "iban, passwort vergessen, kontonummer")
    languages = {
        each.text: each.language for each in lexical(fit(a_policy(faqs=faqs), LEXICAL)).examples
    }
    assert languages["forgot my password"] == "en"
    assert languages["ich habe mein passwort vergessen"] == "de"
    assert languages["passwort vergessen"] == "de"
    assert languages["kontonummer"] == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how do i get a new card for my account", "en"),
        ("wo ist die neue Karte und wann kommt sie an", "de"),
        ("dónde está mi tarjeta y cuándo llega", "es"),
        ("où est ma carte et quand est-ce que je la reçois", "fr"),
        ("dove si trova la mia carta e quando arriva", "it"),
        ("waar is mijn nieuwe kaart en wanneer komt die", "nl"),
        ("onde está o meu cartão e quando é que chega", "pt"),
    ],
)
def test_the_language_is_told_by_its_function_words(text: str, language: str) -> None:
    assert by_grammar(fold_text(text).split()) == language


def test_a_short_or_doubtful_text_has_no_language() -> None:
    assert detect("iban", ["iban"]) is None
    text = "Sarah Miller 42 Berlin Paris Madrid 2026 Larkpay"
    assert detect(text, fold_text(text).split()) in {None, "en", "de"}


@given(st.text(max_size=200))
def test_any_text_is_matched_or_not_and_always_the_same(text: str) -> None:
    assert match(text) == match(text)


def test_words_that_no_example_knows_are_near_to_nothing() -> None:
    index = RECOGNISER.neighbours.index
    assert not index.scores(index.query(("zzzz",))).any()
