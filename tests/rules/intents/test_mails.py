"""The recogniser of whole messages: stories are understood, near misses left to people."""

import json
from dataclasses import replace

import pytest

from rules.features.read_before import ReadBefore
from rules.intents import mails
from rules.intents.answers import Answers, Certainty, Reading, shared_certainty
from rules.intents.learned import NEVER, Learned
from rules.intents.mails import MailRecogniser
from rules.intents.matching import Abstention, Match, ModelError, Recogniser
from rules.intents.training import fit, is_made_of, recogniser_from, restrictions_from
from rules.intents.ways import Trials
from rules.model import Author, Comment
from rules.policy import parse_policy
from rules.risk_modes import FULL, LEXICAL
from rules.utterance import read_comment
from tests.rules.build import a_policy

SHOP = """
faqs:
  - id: change_day
    title: Change the delivery day
    examples: [change my delivery day, can i move the delivery, deliver on another day]
    answers:
      - language: en
        body: |
          Hello {{ first_name }},

          You can choose another delivery day until 18:00 on the day before. Open "My orders", tap
          the order and "Change day". It costs nothing. Orders that are already packed can't be
          moved.
  - id: return_item
    title: Send something back
    examples: [how do i return an item, send back shoes, what does a return cost]
    answers:
      - language: en
        body: |
          Hello {{ first_name }},

          You can send back unworn items within 30 days. Open "My orders", tap "Return", print the
          label and take the parcel to any parcel shop. Returns are free. The money is back on your
          card 5 days after the parcel has reached us.
  - id: gift_card
    title: Use a gift card
    examples: [how do i use my gift card, where do i enter the voucher code]
    answers:
      - language: en
        body: |
          Hello {{ first_name }},

          At the checkout tap "Gift card", enter the 16 digits and tap "Apply". What is left stays
          on the card for three years.
"""
POLICY = parse_policy({"policy.yaml": "target_precision: 0.85\n", "faqs.yaml": SHOP})
RECOGNISER = fit(POLICY, FULL)


def match(text: str, subject: str = "", recogniser: Recogniser = RECOGNISER) -> Match | Abstention:
    return recogniser.match(read_comment(Comment(Author.REQUESTER, text)), subject)


def test_an_example_repeated_with_a_slip_is_known_without_the_reader() -> None:
    found = match("How do I retrun an item?")
    assert isinstance(found, Match)
    assert (found.faq, found.score) == ("return_item", 0.99)


def test_a_story_around_a_question_is_understood() -> None:
    found = match(
        "Hello,\nI ordered two pairs in a hurry for my sister's birthday and neither of them fits "
        "her, she has feet like a duck. What is the way to send them back to you, and does it cost "
        "anything?\nKind regards, Petra",
        "Shoes for my sister",
    )
    assert isinstance(found, Match)
    assert found.faq == "return_item"
    assert found.language == "en"


@pytest.mark.parametrize(
    "text",
    [
        "I sent the shoes back on the 3rd and the money is still not on my card. Where is it?",
        "How do I use my gift card, and why was I charged twice for the last order?",
    ],
)
def test_a_message_that_no_answer_surely_settles_is_left_to_people(text: str) -> None:
    found = match(text)
    assert isinstance(found, Abstention)
    assert found.reason == "abstain.uncertain"


@pytest.mark.parametrize(
    ("reach", "score", "reason"),
    [
        (0.1, 0.05, "abstain.no_match"),
        (0.3, 0.05, "abstain.uncertain"),
        (0.1, 0.2, "abstain.uncertain"),
    ],
)
def test_no_answer_is_near_where_none_is_likely_and_no_example_reaches(
    monkeypatch: pytest.MonkeyPatch, reach: float, score: float, reason: str
) -> None:
    assert isinstance(RECOGNISER, MailRecogniser)
    recogniser = replace(RECOGNISER)
    recogniser.answers.ways.usual_reach = 0.2
    reading = Reading(0, None, 1.0, 0.5, 0.5, 0.0, 0.0, reach)
    monkeypatch.setattr(Answers, "read", lambda *_arguments: reading)
    monkeypatch.setattr(Certainty, "of", lambda *_arguments: score)
    found = match("Do you have it in green?", recogniser=recogniser)
    assert found == Abstention(reason, recogniser.questions[0].faq, score)


def test_a_message_far_more_like_one_question_s_examples_is_told_by_them() -> None:
    strict = parse_policy({"policy.yaml": "target_precision: 0.95\n", "faqs.yaml": SHOP})
    recogniser = fit(strict, FULL)
    assert isinstance(recogniser, MailRecogniser)
    assert recogniser.limit > 1.0
    told = match("can i change my delivery day please", recogniser=recogniser)
    assert isinstance(told, Match)
    assert (told.faq, told.score, told.is_sure) == ("change_day", 0.99, True)


def test_examples_tell_nothing_where_labelled_tickets_refuted_the_limit() -> None:
    assert isinstance(RECOGNISER, MailRecogniser)
    refuted = replace(RECOGNISER, learned=Learned(trials=100, limit=NEVER))
    assert min(refuted.edges) > 1.0
    found = match("can i change my delivery day please", recogniser=refuted)
    assert isinstance(found, Match)
    assert not found.is_sure


def test_a_message_to_which_no_example_reaches_is_told_apart() -> None:
    found = match("Do you sell garden furniture too, and could somebody measure my terrace?")
    assert isinstance(found, Abstention)
    assert found.reason == "abstain.no_match"


@pytest.mark.parametrize(("more", "told"), [(0, True), (9, False)])
def test_a_question_with_more_examples_than_most_needs_the_edge_of_so_many(
    monkeypatch: pytest.MonkeyPatch, more: int, *, told: bool
) -> None:
    strict = replace(shared_certainty(), edges=((5, ((0.95, 0.1),)), (60, ((0.95, 1.0),))))
    monkeypatch.setattr(mails, "shared_certainty", lambda: strict)
    days = ", ".join(["deliver on another day", *(f"deliver {n} days later" for n in range(more))])
    shop = SHOP.replace("deliver on another day", days)
    recogniser = fit(
        parse_policy({"policy.yaml": "target_precision: 0.95\n", "faqs.yaml": shop}), FULL
    )
    found = match("can i change my delivery day please", recogniser=recogniser)
    assert isinstance(found, Match)
    assert (found.faq, found.is_sure) == ("change_day", told)


def test_the_examples_may_raise_the_shipped_edge() -> None:
    assert tried(((0.9, True),), ()).edges == (0.9,) * 3


def test_few_examples_hardly_lower_the_shipped_edge() -> None:
    assert shipped_edge() - 0.001 < min(tried(((0.1, True),), ()).edges) <= shipped_edge()


def test_many_examples_lower_the_shipped_edge() -> None:
    edges = tried(((0.1, True),) * 1000, ()).edges
    assert edges == (pytest.approx((shipped_edge() + 0.1) / 2, abs=1e-3),) * 3


def test_examples_that_would_have_been_told_wrongly_tell_nothing() -> None:
    assert min(tried(((0.9, True),), (0.9,)).edges) > 1.0


def shipped_edge() -> float:
    assert isinstance(RECOGNISER, MailRecogniser)
    return shared_certainty().edge(0.85, RECOGNISER.answers.ways.examples)


def tried(known: tuple[tuple[float, bool], ...], strangers: tuple[float, ...]) -> MailRecogniser:
    """The recogniser, had its examples been tried with these outcomes."""
    assert isinstance(RECOGNISER, MailRecogniser)
    recogniser = replace(RECOGNISER)
    recogniser.answers.ways.trials = Trials(known, strangers, ())
    recogniser.answers.ways.weight = len(known)
    return recogniser


@pytest.mark.parametrize("before", [None, ReadBefore()])
def test_once_prepared_the_first_message_waits_for_nothing(before: ReadBefore | None) -> None:
    assert isinstance(RECOGNISER, MailRecogniser)
    recogniser = replace(RECOGNISER)
    recogniser.prepare(before)
    assert {"answers", "edges"} <= vars(recogniser).keys()


def test_other_languages_are_judged_by_words_alone() -> None:
    assert isinstance(RECOGNISER, MailRecogniser)
    text = "Guten Tag, wie kann ich die Schuhe an Sie zurückschicken, und was kostet das?"
    utterance = read_comment(Comment(Author.REQUESTER, text))
    assert RECOGNISER.match(utterance, "") == RECOGNISER.words.match(utterance, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "abstain.nothing_asked"),
        ("Hello and thank you very much for your help!", "abstain.nothing_asked"),
        ("I would like to move the delivery of my order. " * 21, "abstain.long_message"),
    ],
)
def test_nothing_and_too_much_are_left_to_people(text: str, reason: str) -> None:
    found = match(text)
    assert isinstance(found, Abstention)
    assert found.reason == reason


def test_where_the_target_can_t_be_kept_other_messages_become_drafts() -> None:
    strict = parse_policy({"policy.yaml": "target_precision: 1.0\n", "faqs.yaml": SHOP})
    recogniser = fit(strict, FULL)
    repeated = match("how do i return an item", recogniser=recogniser)
    assert isinstance(repeated, Match)
    assert repeated.is_sure
    asked = match("What must I do to send back the shoes I bought?", recogniser=recogniser)
    assert isinstance(asked, Match)
    assert not asked.is_sure


def test_equal_policies_give_equal_bytes_and_others_other_versions() -> None:
    again = fit(parse_policy({"policy.yaml": "target_precision: 0.85\n", "faqs.yaml": SHOP}), FULL)
    assert again.to_bytes() == RECOGNISER.to_bytes()
    other = SHOP.replace("costs nothing", "costs two euros")
    assert fit(parse_policy({"faqs.yaml": other}), FULL).version != RECOGNISER.version


def test_a_recogniser_survives_its_bytes() -> None:
    again = recogniser_from(RECOGNISER.to_bytes())
    assert again == RECOGNISER
    assert again.version == RECOGNISER.version


@pytest.mark.parametrize(
    "change",
    [{"networks": ["other"]}, {"questions": 5}, {"questions": [["a"]]}, {"words": {}},
     {"precision": "x"}, {"precision": float("nan")}, {"precision": 0}, {"learned": {}},
     *({"learned": {"held": []} | each} for each in (
         {"limit": "x"}, {"limit": float("nan")}, {"limit": -5}, {"limit": 1.2}, {"limit": True},
         {"trials": -1}, {"answered": 1.5}, {"right": "x"}, {"held": 5}, {"more": 1}))],
)  # fmt: skip
def test_bytes_of_another_shape_are_no_recogniser(change: dict[str, object]) -> None:
    content = json.loads(RECOGNISER.to_bytes()) | change
    with pytest.raises(ModelError):
        recogniser_from(json.dumps(content).encode())


@pytest.mark.parametrize("limit", [NEVER, 0.9])
def test_of_another_networks_model_only_what_it_holds_back_counts(limit: float) -> None:
    learned = Learned(limit=limit, held=("gift_card",))
    content = json.loads(replace(RECOGNISER, learned=learned).to_bytes()) | {"networks": ["other"]}
    kept = restrictions_from(json.dumps(content).encode()).learned
    assert (kept.held, kept.limit) == (("gift_card",), NEVER if limit == NEVER else None)


def test_a_recogniser_is_made_of_its_policy_whatever_it_learnt() -> None:
    assert is_made_of(POLICY, replace(RECOGNISER, learned=Learned(limit=0.9)))
    assert is_made_of(POLICY, fit(POLICY, LEXICAL))
    other = parse_policy({"faqs.yaml": SHOP.replace("costs nothing", "costs two euros")})
    assert not is_made_of(other, RECOGNISER)
    assert not is_made_of(a_policy(faqs="faqs: []\n"), fit(POLICY, LEXICAL))


def test_without_an_english_answer_words_alone_judge() -> None:
    faqs = "faqs:\n  - {id: a, examples: [eine frage], answers: [{language: de, body: Ja.}]}\n"
    assert not isinstance(fit(a_policy(faqs=faqs), FULL), MailRecogniser)
    assert not isinstance(fit(POLICY, LEXICAL), MailRecogniser)
