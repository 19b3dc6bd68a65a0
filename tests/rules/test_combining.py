"""Several questions in one message: one reply where all is sure, else as if none combined."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rules.case import Models
from rules.decide import decide
from rules.intents.matching import Abstention, Match
from rules.model import Decision, History, Outcome, Ticket
from rules.policy import Policy
from rules.risk_modes import LEXICAL
from rules.signals.risk import shared_risk_model
from tests.fakes.recogniser import ScriptedRecogniser
from tests.rules.build import NOW, SETTINGS, a_policy, a_ticket, codes, judge

FAQS = """
faqs:
  - id: reset
    combines_with: [iban, delivery]
    examples: [how do i reset my password, how can i set a new password,
               wie kann ich mein passwort zurücksetzen]
    answers:
      - body: "Hello {{ first_name }}, tap Forgot password. Larkpay"
        combined: Tap Forgot password.
      - {language: de, body: Auf Passwort vergessen tippen., combined: Tippen Sie.}
  - id: iban
    examples: [where do i find my iban number, wo finde ich meine iban nummer]
    answers:
      - {body: It stands under Account., combined: "{{ full_name }}, see Account.\\n"}
      - {language: de, body: Die IBAN steht unter Konto., combined: Unter Konto.}
  - id: delivery
    combines_with: [iban]
    examples: [when will my new card arrive, how long does card delivery take]
    answers: [{body: Within five days., combined: Five days., review_by: 2027-06-30}]
  - id: parking
    examples: [where can i park my car]
    answers: [{body: Behind the house., combined: Behind the house.}]
"""
FRAME = 'combination: {en: "Hello {{ first_name }},\\n\\n{{ answers }}\\n\\nYours, Larkpay"}\n'
TWO = "Where do I find my IBAN number? How do I reset my password?"
THREE = f"{TWO} When will my new card arrive?"


def combining(settings: str = "", faqs: str = FAQS, frame: str = FRAME) -> Policy:
    return a_policy(SETTINGS + frame + settings, faqs)


def said_of(decision: Decision) -> tuple[Any, ...]:
    """Everything that a decision does."""
    return (
        decision.outcome,
        decision.faq,
        decision.score,
        decision.blocked,
        decision.reply,
        decision.reasons,
        decision.route,
        decision.language,
    )


def test_two_questions_get_one_reply_in_the_order_asked() -> None:
    decision = judge(a_ticket(TWO), combining())
    assert decision.outcome is Outcome.REPLY
    assert decision.reply == (
        "Hello Ann,\n\nAnn Lee, see Account.\n\nTap Forgot password.\n\nYours, Larkpay"
    )
    assert decision.faq == "iban"
    assert [(r.code, r.rule) for r in decision.reasons] == [
        ("match.faq", "iban"),
        ("match.also", "reset"),
    ]
    assert decision.reasons[1].detail.endswith("one reply answers both: reset.")
    assert "deskclerk_faq_iban" in decision.route.tags
    assert not decision.blocked


def test_three_questions_get_one_reply_too() -> None:
    decision = judge(a_ticket(THREE), combining())
    assert decision.reply is not None
    assert "Tap Forgot password.\n\nFive days.\n\nYours" in decision.reply
    assert codes(decision) == ["match.faq", "match.also", "match.also"]


def test_the_score_is_that_of_the_least_sure_question() -> None:
    near = "How can I set a new password please? Where do I find my IBAN number?"
    alone = judge(a_ticket("How can I set a new password please?"), combining())
    assert judge(a_ticket(near), combining()).score == alone.score < 0.99
    twice = f"{TWO} How can I set a new password please?"
    assert judge(a_ticket(twice), combining()).score == alone.score


def test_a_sentence_that_only_announces_questions_is_passed_over() -> None:
    decision = judge(a_ticket(f"Hi, I have two questions. {TWO} Thanks a lot!"), combining())
    assert decision.outcome is Outcome.REPLY


def test_the_reply_is_in_the_language_of_the_message() -> None:
    frame = FRAME.replace("{en:", "{de: 'Guten Tag, {{ answers }}', en:")
    body = "Wo finde ich meine IBAN Nummer? Wie kann ich mein Passwort zurücksetzen?"
    decision = judge(a_ticket(body), combining(frame=frame))
    assert decision.reply == "Guten Tag, Unter Konto.\n\nTippen Sie."


def test_the_disclosure_stands_at_the_end_of_one_reply_too() -> None:
    decision = judge(a_ticket(TWO), combining("disclosure: {en: A machine sent this.}\n"))
    assert decision.reply is not None
    assert decision.reply.endswith("Yours, Larkpay\n\nA machine sent this.")


def test_what_forbids_an_answer_forbids_the_one_reply() -> None:
    decision = judge(a_ticket(TWO, has_ccs=True), combining())
    assert decision.outcome is Outcome.SUGGEST
    assert decision.blocked
    assert "bar.ccs" in codes(decision)
    assert judge(a_ticket(TWO, assignee_id="7"), combining()).reply is None
    complaint = judge(a_ticket(f"{TWO} I want to make a formal complaint."), combining())
    assert complaint.outcome is Outcome.ESCALATE


def test_the_lowest_stage_counts() -> None:
    suggest = FAQS.replace("id: reset\n", "id: reset\n    stage: suggest\n")
    draft = judge(a_ticket(TWO), combining(faqs=suggest))
    assert draft.outcome is Outcome.SUGGEST
    assert draft.reply is not None
    assert [r.rule for r in draft.reasons if r.code == "stage.suggest"] == ["reset"]
    shadow = suggest.replace("id: iban\n", "id: iban\n    stage: shadow\n")
    noted = judge(a_ticket(TWO), combining(faqs=shadow))
    assert noted.outcome is Outcome.ABSTAIN
    assert noted.reply is None
    assert [r.rule for r in noted.reasons if r.code == "stage.shadow"] == ["iban"]
    none = FAQS.replace("id: reset\n", "id: reset\n    share: 0\n")
    assert "stage.share" in codes(judge(a_ticket(TWO), combining(faqs=none)))


FOR_GOLD = FAQS.replace("Within five days.,", "Within five days., tags: [gold],")
STALE = FAQS.replace("2027-06-30", "2026-11-01")
UNNAMED = FAQS.replace("    combines_with: [iban, delivery]\n", "    combines_with: [parking]\n")
NEEDY = FAQS.replace(
    "  - id: parking", "    needs: [date]\n    ask: [{body: Which day?}]\n  - id: parking"
)
AS_BEFORE: dict[str, tuple[str, Policy]] = {
    "no frame": (TWO, combining(frame="")),
    "no frame in the language": (TWO, combining(frame=FRAME.replace("en:", "de:"))),
    "nothing combines": (TWO, combining(faqs=FAQS.replace("combines_with", "#"))),
    "a pair that does not combine": (THREE, combining(faqs=UNNAMED)),
    "no words for beside": (TWO, combining(faqs=FAQS.replace("combined: Tap", "#"))),
    "a stale answer": (THREE, combining(faqs=STALE)),
    "no answer in the language": (
        "Wie kann ich mein Passwort zurücksetzen? Wann kommt meine neue Karte bei mir an?",
        combining(frame=FRAME.replace("en:", "de:")),
    ),
    "an answer for others": (THREE, combining(faqs=FOR_GOLD)),
    "something that must be named": (THREE, combining(faqs=NEEDY)),
    "a question without an answer": (f"{TWO} Do you sell postcards?", combining()),
    "a sentence that tells": (f"{TWO} My old phone is broken.", combining()),
    "a wish": ("I need a new card. " + TWO, combining()),
    "a word for something else": (f"{TWO} When will it arrive, my new card?", combining()),
    "a sentence of one word": (f"{TWO} Where is my IBAN?", combining()),
    "the same question twice": (
        "How do I reset my password? How can I set a new password?", combining()
    ),
    "four questions": (
        f"{THREE} Where can I park my car?",
        combining(faqs=FAQS.replace("[iban, delivery]", "[iban, delivery, parking]")),
    ),
    "too many sentences": (" ".join([TWO] * 4), combining()),
    "two languages": (f"{TWO} Wie kann ich denn mein Passwort zurücksetzen?", combining()),
}  # fmt: skip


@pytest.mark.parametrize(("body", "policy"), AS_BEFORE.values(), ids=AS_BEFORE)
def test_otherwise_everything_stays_as_it_is_without_combining(body: str, policy: Policy) -> None:
    ticket = a_ticket(body)
    decision = judge(ticket, policy)
    assert "match.also" not in codes(decision)
    without = replace(policy, settings=replace(policy.settings, combination={}))
    assert said_of(decision) == said_of(judge(ticket, without))


def test_an_answer_named_needs_is_joined() -> None:
    ticket = a_ticket(THREE, subject="My order of 12 November")
    decision = judge(ticket, combining(faqs=NEEDY))
    assert codes(decision) == ["match.faq", "match.also", "match.also"]
    late = judge(ticket, combining(faqs=NEEDY), now=datetime(2027, 7, 1, tzinfo=UTC))
    assert "match.also" not in codes(late)


IBAN, RESET = "Where do I find my IBAN number?", "How do I reset my password?"
SURE = {
    faq: Match(faq, score, None, 0.5, "en")
    for faq, score in (("iban", 0.9), ("reset", 0.8), ("parking", 0.9))
}
UNSURE = Match("iban", 0.7, None, 0.5, "en", is_sure=False)


def scripted(whole: Match | Abstention, *, reset: Match = SURE["reset"]) -> ScriptedRecogniser:
    return ScriptedRecogniser({TWO: whole, IBAN: SURE["iban"], RESET: reset})


def decided(
    recogniser: ScriptedRecogniser, policy: Policy, ticket: Ticket | None = None
) -> Decision:
    models = Models(recogniser, shared_risk_model(LEXICAL))
    return decide(ticket or a_ticket(TWO), policy, models, History(), NOW)


def test_each_sentence_is_asked_about_with_the_subject() -> None:
    recogniser = scripted(Abstention("abstain.uncertain", "reset"))
    decision = decided(recogniser, combining(), a_ticket(TWO, subject="Two things"))
    assert (decision.faq, decision.score) == ("iban", 0.8)
    assert recogniser.asked == [(TWO, "Two things"), (IBAN, "Two things"), (RESET, "Two things")]


def test_nothing_is_read_twice_without_need() -> None:
    alone = scripted(UNSURE)
    decided(alone, combining(), a_ticket(IBAN))
    assert alone.asked == [(IBAN, "")]
    uncombined = scripted(UNSURE)
    decided(uncombined, combining(faqs=FAQS.replace("combines_with", "#")))
    assert uncombined.asked == [(TWO, "")]


def test_a_question_that_is_not_sure_combines_nothing() -> None:
    unsure = Match("reset", 0.7, None, 0.5, "en", is_sure=False)
    assert "bar.uncertain" in codes(decided(scripted(UNSURE, reset=unsure), combining()))


def test_the_whole_message_must_be_near_to_one_of_the_questions() -> None:
    elsewhere = Abstention("abstain.uncertain", "delivery")
    assert codes(decided(scripted(elsewhere), combining())) == ["abstain.uncertain"]
    unknown = Abstention("abstain.uncertain")
    assert "match.also" in codes(decided(scripted(unknown), combining()))


def test_a_question_that_the_policy_does_not_know_combines_nothing() -> None:
    strange = Match("strange", 0.9, None, 0.5, "en")
    recogniser = scripted(Abstention("abstain.uncertain", "iban"), reset=strange)
    assert codes(decided(recogniser, combining())) == ["abstain.uncertain"]


def test_nothing_is_combined_where_the_language_can_not_be_told() -> None:
    body = "IBAN number? New password?"
    found = {
        body: Abstention("abstain.uncertain"),
        "IBAN number?": Match("iban", 0.9, None, 0.5, "de"),
        "New password?": SURE["reset"],
    }
    decision = decided(ScriptedRecogniser(found), combining(), a_ticket(body))
    assert codes(decision)[0] == "abstain.uncertain"
    assert decision.reply is None
    found["IBAN number?"] = SURE["iban"]
    decision = decided(ScriptedRecogniser(found), combining(), a_ticket(body))
    assert "match.also" in codes(decision)


def test_what_may_go_out_alone_is_not_given_up_for_a_silent_stage() -> None:
    shadow = FAQS.replace("id: reset\n", "id: reset\n    stage: shadow\n")
    sent = decided(scripted(SURE["iban"]), combining(faqs=shadow))
    assert (sent.outcome, sent.reply) == (Outcome.REPLY, "It stands under Account.")
    draft = decided(scripted(UNSURE), combining(faqs=shadow))
    assert draft.outcome is Outcome.SUGGEST
    together = decided(scripted(SURE["iban"]), combining())
    assert "match.also" in codes(together)
