"""The note that a person reads."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.audit_note import WITHHELD_CODES, correction_text, cut, note_text
from rules.model import Deadline, Decision, Outcome, Reason, Route, Span, Versions

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DECISION = Decision(
    id="d1", ticket_id="7", outcome=Outcome.REPLY, faq="hours", score=0.9, packs=(), blocked=False,
    risk=0.0, sentiment=0.0, route=Route(), deadlines=(), reply="We open at nine.",
    reasons=(Reason("match.faq", "hours", "The message asks for it."),), language="en",
    versions=Versions("sha256:" + "a" * 64, "sha256:" + "b" * 64, "sha256:" + "c" * 64),
    decided_at=NOW,
)  # fmt: skip


def test_the_note_says_what_why_and_by_which_versions() -> None:
    text = note_text(DECISION)
    assert "approved answer “hours”" in text
    assert "The message asks for it. (match.faq)" in text
    assert "Decision d1 at 2026-11-23 09:00:00 UTC" in text
    assert "Policy aaaaaaaaaaaa, model bbbbbbbbbbbb, packs cccccccccccc" in text


def test_the_note_names_every_question_that_one_reply_answers() -> None:
    also = Reason("match.also", "parking", "It asks for that too.")
    text = note_text(replace(DECISION, reasons=(*DECISION.reasons, also)))
    assert "approved answer “hours” and “parking”" in text


def test_the_reply_is_not_repeated_in_the_note() -> None:
    assert "nine" not in note_text(DECISION)


def test_a_draft_stands_in_the_note() -> None:
    assert "We open at nine." in note_text(replace(DECISION, outcome=Outcome.SUGGEST))


SHADOW = Reason("stage.shadow", "hours", "In shadow.")
LATE = Reason("bar.outside_hours", "guard", "It is late.")
TAKEN = Reason("bar.person_acted", "guard", "A person has it.")


def in_shadow(*reasons: Reason) -> list[str]:
    """The note's first lines on a question of which nothing goes out, for these reasons too."""
    held = replace(
        DECISION, outcome=Outcome.ABSTAIN, reply=None, reasons=(*DECISION.reasons, *reasons)
    )
    titles = {"hours": "Opening\nhours", "parking": "Where to park"}
    return note_text(held, titles=titles).partition("\n\n")[0].splitlines()


def test_in_shadow_the_note_names_the_answer_that_would_have_gone_out() -> None:
    assert in_shadow(SHADOW)[1:] == [
        "Recognised: “Opening hours” (hours).",
        "At the stage auto for all its tickets the approved answer would have gone out.",
    ]


def test_outside_its_share_the_note_names_the_answer_too() -> None:
    share = replace(SHADOW, code="stage.share")
    assert in_shadow(share) == in_shadow(SHADOW)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ([LATE], "the approved answer would have been a draft for an agent."),
        ([LATE, TAKEN], "nothing would have gone out either."),
        ([Reason("answer.stale", "hours", "Stale.")], "nothing would have gone out either."),
        (
            [Reason("answer.asks", "hours", "It asks.")],
            "the approved words that ask for what the answer needs would have gone out.",
        ),
    ],
)
def test_in_shadow_the_note_says_what_would_have_become_of_the_answer(
    reasons: list[Reason], said: str
) -> None:
    assert in_shadow(*reasons, SHADOW)[2] == f"At the stage auto for all its tickets {said}"


def test_in_shadow_the_note_names_every_question_that_was_asked() -> None:
    also = Reason("match.also", "parking", "It asks for that too.")
    assert in_shadow(also, SHADOW)[1] == (
        "Recognised: “Opening hours” (hours) and “Where to park” (parking)."
    )


def test_of_a_question_that_is_off_the_note_says_only_that_it_was_recognised() -> None:
    off = replace(SHADOW, code="stage.off")
    assert in_shadow(off)[1:] == ["Recognised: “Opening hours” (hours)."]


def test_where_nothing_was_recognised_the_note_names_no_answer() -> None:
    unsure = Reason("abstain.no_match", "recogniser", "No answer is near enough.")
    held = replace(DECISION, outcome=Outcome.ABSTAIN, faq=None, reply=None, reasons=(unsure,))
    assert "Recognised" not in note_text(held)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_headline(outcome: Outcome) -> None:
    assert note_text(replace(DECISION, outcome=outcome)).startswith("Deskclerk: ")


def test_an_escalation_names_group_priority_and_deadlines() -> None:
    due = datetime(2027, 1, 18, 17, 0, tzinfo=UTC)
    escalated = replace(
        DECISION,
        outcome=Outcome.ESCALATE,
        route=Route("Complaints", "high", ()),
        deadlines=(Deadline("uk_complaint", "final response", due),),
    )
    text = note_text(escalated)
    assert "Group: Complaints" in text
    assert "Priority: at least high" in text
    assert "Deadline: final response, 2027-01-18 17:00 UTC (uk_complaint)" in text


def test_a_group_that_does_not_exist_is_not_named_as_the_ticket_s_group() -> None:
    escalated = replace(DECISION, outcome=Outcome.ESCALATE, route=Route("Fraud", None, ()))
    lines = note_text(escalated, missing_group="Fraud").splitlines()
    assert [line for line in lines if "Group" in line] == [
        "Group “Fraud” does not exist in the helpdesk: group unchanged."
    ]


@pytest.mark.parametrize(
    ("clocks", "said"), [(2, "; 1 more clock runs"), (3, "; 2 more clocks run")]
)
def test_the_clocks_that_are_not_named_are_counted(clocks: int, said: str) -> None:
    running = (FINAL,) * clocks
    text = note_text(replace(DECISION, outcome=Outcome.ESCALATE, deadlines=running))
    assert f"(uk_complaint){said}" in text.splitlines()[-4]


REVIEW = Reason("regulatory.review", "review", "Needs a specialist's review.", ((0, 9),))
COMPLAINT = Reason(
    "regulatory.complaint", "packs/uk_complaint", "Complaint: seen in the message.", ((20, 30),)
)
SECRET = Deadline("whistleblowing", "acknowledge", datetime(2026, 11, 30, 17, 0, tzinfo=UTC))
FINAL = Deadline("uk_complaint", "final response", datetime(2027, 1, 18, 17, 0, tzinfo=UTC))


def test_of_a_neutral_pack_the_note_names_no_deadline() -> None:
    held = replace(
        DECISION, outcome=Outcome.ESCALATE, reasons=(REVIEW,), deadlines=(SECRET,), reply=None
    )
    assert "Deadline" not in note_text(held)
    assert "whistle" not in note_text(held)


def test_beside_a_neutral_pack_the_note_names_the_other_packs_deadline_alone() -> None:
    held = replace(
        DECISION,
        outcome=Outcome.ESCALATE,
        reasons=(REVIEW, COMPLAINT),
        deadlines=(SECRET, FINAL),
        reply=None,
    )
    lines = note_text(held).splitlines()
    assert "Deadline: final response, 2027-01-18 17:00 UTC (uk_complaint)" in lines
    assert "whistle" not in note_text(held)


def test_beside_a_neutral_pack_a_clock_of_no_named_pack_is_not_even_counted() -> None:
    opened = replace(FINAL, pack="opened_by_the_neutral_one")
    held = replace(
        DECISION,
        outcome=Outcome.ESCALATE,
        reasons=(REVIEW,),
        deadlines=(SECRET, opened),
        reply=None,
    )
    assert "Deadline" not in note_text(held)
    assert "clocks run" not in note_text(held)


def beside_neutral(ordinary: tuple[Span, ...], neutral: tuple[Span, ...]) -> str:
    """The note on a ticket with an ordinary and a neutral pack, seen in these places."""
    reasons = (replace(REVIEW, evidence=neutral), replace(COMPLAINT, evidence=ordinary))
    return note_text(
        replace(DECISION, outcome=Outcome.ESCALATE, reasons=reasons, deadlines=(FINAL,), reply=None)
    )


@pytest.mark.parametrize(
    ("ordinary", "neutral"),
    [(((10, 20),), ((10, 20),)), (((12, 25),), ((0, 5), (10, 20))), ((), ())],
)
def test_a_pack_seen_in_the_words_of_a_neutral_one_is_not_told_either(
    ordinary: tuple[Span, ...], neutral: tuple[Span, ...]
) -> None:
    text = beside_neutral(ordinary, neutral)
    assert "Complaint" not in text
    assert "Deadline" not in text
    assert REVIEW.detail in text


@pytest.mark.parametrize(
    ("ordinary", "neutral"),
    [(((10, 20),), ((20, 30),)), (((10, 20), (40, 50)), ((10, 20),)), (((10, 20),), ()),
     ((), ((10, 20),))],
)  # fmt: skip
def test_a_pack_seen_elsewhere_than_a_neutral_one_is_told(
    ordinary: tuple[Span, ...], neutral: tuple[Span, ...]
) -> None:
    text = beside_neutral(ordinary, neutral)
    assert COMPLAINT.detail in text
    assert "Deadline: final response" in text


def test_a_decision_without_reasons_has_no_empty_heading() -> None:
    assert "Why:" not in note_text(replace(DECISION, reasons=()))


@pytest.mark.parametrize("code", WITHHELD_CODES)
def test_every_correction_names_code_and_decision(code: str) -> None:
    text = correction_text("d1", code)
    assert code in text
    assert "d1" in text


@given(st.text(alphabet="aé漢😀\ud800", max_size=200), st.integers(0, 2000))
def test_a_note_never_exceeds_what_the_helpdesk_takes(text: str, times: int) -> None:
    assert len(cut(text * times).encode("utf-8")) <= 60_000


def test_a_short_note_is_left_as_it_is() -> None:
    assert cut("é") == "é"
