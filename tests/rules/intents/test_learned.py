"""What a firm's own tickets prove or refute, and how the recogniser keeps to it."""

from dataclasses import replace

import pytest

from rules.intents.learned import NEVER, NOTHING, Learned, Trial, learn
from rules.intents.mails import MailRecogniser
from rules.intents.matching import Match
from rules.intents.training import fit, fit_again, recogniser_from, taught
from rules.model import Author, Comment
from rules.policy import Policy
from rules.risk_modes import FULL, LEXICAL
from rules.utterance import Utterance, read_comment
from tests.rules.build import FAQS, SETTINGS, a_policy

POLICY = a_policy(SETTINGS + "target_precision: 0.9\n")
QUESTION = "I got a new phone and it wants a password that I no longer know. What now?"
STORY = (
    "Since Monday I can't get in, I don't know the password any more."  # its examples don't tell
)


def made(policy: Policy = POLICY) -> MailRecogniser:
    found = fit(policy, FULL)
    assert isinstance(found, MailRecogniser)
    return found


def said(text: str) -> Utterance:
    return read_comment(Comment(Author.REQUESTER, text))


def trials(
    faq: str, certainty: float, right: int, wrong: int = 0, *, told: bool = False
) -> list[Trial]:
    outcomes = [True] * right + [False] * wrong
    return [Trial(faq, certainty, is_right, told) for is_right in outcomes]


def test_enough_right_answers_give_a_limit_of_its_own() -> None:
    learned = learn(trials("reset_password", 0.4, 30), 0.9, shipped=0.8)
    assert learned == Learned(trials=30, answered=30, right=30, limit=0.4)
    assert learned.is_proved


def test_until_then_the_shipped_limit_stays() -> None:
    learned = learn(trials("reset_password", 0.85, 5), 0.9, shipped=0.8)
    assert learned.limit is None
    assert not learned.is_proved
    assert (learned.answered, learned.right) == (5, 5)


def test_wrong_answers_above_the_shipped_limit_refute_it() -> None:
    few = trials("reset_password", 0.85, 6, wrong=6)
    learned = learn(few, 0.9, shipped=0.8)
    assert learned.limit == NEVER
    assert not learned.is_proved


def test_an_answer_that_is_wrong_too_often_is_held() -> None:
    some = [*trials("reset_password", 0.9, 90), *trials("find_iban", 0.9, 1, wrong=3)]
    learned = learn(some, 0.9, shipped=0.8)
    assert learned.is_proved
    assert learned.held == ("find_iban",)


def test_wrong_answers_that_examples_told_refute_where_no_limit_was_shipped() -> None:
    learned = learn(trials("reset_password", 0.99, 2, wrong=10, told=True), 0.98, shipped=NEVER)
    assert learned == Learned(12, 12, 2, limit=NEVER, held=("reset_password",))


def test_wrong_answers_that_examples_told_count_above_any_certainty() -> None:
    some = [*trials("find_iban", 0.995, 120), *trials("opening", 0.99, 0, wrong=100, told=True)]
    learned = learn(some, 0.98, shipped=NEVER)
    assert (learned.limit, learned.held) == (NEVER, ("opening",))


def test_right_answers_that_examples_told_help_to_prove_a_limit_and_are_none_alone() -> None:
    told = trials("reset_password", 0.99, 110, told=True)
    assert learn(told * 2, 0.98, shipped=NEVER) == Learned(220, 220, 220)
    learned = learn([*told, *trials("find_iban", 0.6, 10)], 0.98, shipped=NEVER)
    assert learned == Learned(120, 120, 120, limit=0.6)


def test_an_answer_that_examples_tell_wrongly_is_held_beside_a_limit_that_is_proved() -> None:
    some = [*trials("reset_password", 0.7, 500), *trials("opening", 0.99, 0, wrong=3, told=True)]
    learned = learn(some, 0.98, shipped=NEVER)
    assert (learned.limit, learned.held) == (0.7, ("opening",))
    assert (learned.answered, learned.right) == (503, 500)


def test_nothing_tried_teaches_nothing() -> None:
    assert learn([], 0.9, shipped=0.8) == NOTHING


def test_a_limit_of_its_own_decides_what_is_answered() -> None:
    before = made().match(said(STORY), "")
    assert isinstance(before, Match)
    for limit, is_sure in ((before.score, True), (before.score + 0.0001, False)):
        found = replace(made(), learned=Learned(limit=limit)).match(said(STORY), "")
        assert isinstance(found, Match)
        assert found.is_sure is is_sure


def test_a_held_answer_is_a_draft_even_to_an_example() -> None:
    held = replace(made(), learned=Learned(held=("reset_password",)))
    found = held.match(said("how do i reset my password"), "")
    assert isinstance(found, Match)
    assert not found.is_sure
    other = held.match(said("what is my iban"), "")
    assert isinstance(other, Match)
    assert other.is_sure


def test_a_labelled_message_is_tried_with_the_readers_certainty() -> None:
    trial = made().tried(said(STORY), "", frozenset({"reset_password"}))
    found = made().match(said(STORY), "")
    assert trial == Trial("reset_password", found.score, is_right=True)
    wrong = made().tried(said(STORY), "", frozenset())
    assert wrong is not None
    assert not wrong.is_right


def test_a_labelled_message_that_examples_tell_is_tried_as_told() -> None:
    text = said("how do i reset my password please, i wonder")
    trial = made().tried(text, "", frozenset({"reset_password"}))
    assert trial is not None
    assert trial.is_told
    held_back = replace(made(), learned=Learned(limit=NEVER))
    again = held_back.tried(text, "", frozenset({"reset_password"}))
    assert again is not None
    assert not again.is_told


@pytest.mark.parametrize(
    "text",
    ["how do i reset my password", "Ich habe mein Passwort vergessen", "Hello", "Why? " * 30],
)
def test_messages_that_the_reader_has_no_say_in_are_not_tried(text: str) -> None:
    assert made().tried(said(text), "", frozenset({"reset_password"})) is None


def test_a_taught_recogniser_survives_its_file() -> None:
    policy = a_policy(SETTINGS + "target_precision: 0.7\n")  # the shipped limits reach so far
    some = [*trials("reset_password", 1.0, 20), *trials("find_iban", 1.0, 1, wrong=3)]
    learnt = taught(made(policy), some)
    assert learnt.learned.held == ("find_iban",)
    read = recogniser_from(learnt.to_bytes())
    assert read == learnt
    assert read.version == learnt.version != made(policy).version


def test_what_was_learned_stays_with_an_equal_policy() -> None:
    before = replace(made(), learned=Learned(limit=0.7, held=("find_iban",)))
    assert fit_again(POLICY, FULL, before) == before


def test_after_a_change_only_unchanged_questions_stay_held() -> None:
    before = replace(made(), learned=Learned(limit=0.7, held=("card_delivery", "find_iban")))
    changed = a_policy(
        SETTINGS + "target_precision: 0.9\n", faqs=FAQS.replace("what is my iban", "my iban")
    )
    again = fit_again(changed, FULL, before)
    assert isinstance(again, MailRecogniser)
    assert again.learned == Learned(held=("card_delivery",))


def test_a_limit_ends_with_the_precision_that_it_was_proved_for() -> None:
    before = replace(made(), learned=Learned(limit=0.7))
    again = fit_again(a_policy(SETTINGS + "target_precision: 0.95\n"), FULL, before)
    assert isinstance(again, MailRecogniser)
    assert again.learned == NOTHING


def test_by_words_alone_nothing_is_carried_over() -> None:
    before = replace(made(), learned=Learned(limit=0.7))
    assert fit_again(POLICY, LEXICAL, before) == fit(POLICY, LEXICAL)
    assert fit_again(POLICY, FULL, fit(POLICY, LEXICAL)) == made()
