"""Changing one value in a policy's text, and nothing else of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.policy_edit import NotEditable, with_question, with_stage
from rules.model import Stage
from rules.policy import PolicyErrors, parse_policy

TEXT = """\
# Approved by Ada, 2026.
faqs:
  # most asked
  - id: reset   # the first
    title: "Reset it"
    examples: [reset]
    answers:
      - body: |
          stage: auto

          share: 5
    stage: suggest  # since May
  - examples: [iban]
    id: iban
    answers: [{language: en, body: "Under Account."}]
    share:
  - {id: flow, examples: [x], answers: [{body: "y"}]}
"""


def stages(files: dict[str, str]) -> dict[str, tuple[str, int]]:
    return {faq.id: (faq.stage.value, faq.share) for faq in parse_policy(files).faqs}


def test_a_value_is_replaced_where_it_stands() -> None:
    changed = with_stage({"faqs.yaml": TEXT}, "reset", stage=Stage.AUTO, share=100)
    assert changed["faqs.yaml"] == TEXT.replace("stage: suggest  #", "stage: auto  #")


def test_a_line_is_put_in_where_there_is_none() -> None:
    changed = with_stage({"faqs.yaml": TEXT}, "reset", stage=Stage.SUGGEST, share=30)
    assert "  - id: reset   # the first\n    share: 30\n" in changed["faqs.yaml"]
    assert len(changed["faqs.yaml"].splitlines()) == len(TEXT.splitlines()) + 1


def test_an_empty_value_is_filled() -> None:
    changed = with_stage({"faqs.yaml": TEXT}, "iban", stage=Stage.SHADOW, share=7)
    assert "    share: 7\n" in changed["faqs.yaml"]


def test_a_question_on_one_line_is_changed_there() -> None:
    changed = with_stage({"faqs.yaml": TEXT}, "flow", stage=Stage.AUTO, share=5)
    assert "{id: flow, share: 5, stage: auto, examples" in changed["faqs.yaml"]


def test_a_question_that_is_not_there_is_not_changed() -> None:
    with pytest.raises(NotEditable):
        with_stage({"faqs.yaml": TEXT}, "other", stage=Stage.AUTO, share=100)


ODD = [
    "faqs:\n  - id: >-\n      reset\n    examples: [x]\n    answers: [{body: y}]\n",
    "faqs:\n  - {id: reset\n    , examples: [x], answers: [{body: y}]}\n",
    'faqs:\n  - ? id\n    : reset\n    "examples": [x]\n    answers: [{body: y}]\n',
    "other: 1\nfaqs: []\n",
]


@pytest.mark.parametrize("text", ODD)
def test_however_it_is_written_it_is_changed_rightly_or_left_alone(text: str) -> None:
    files = {"faqs.yaml": text}
    try:
        before = stages(files)
        changed = with_stage(files, "reset", stage=Stage.AUTO, share=5)
    except (NotEditable, PolicyErrors):
        return
    assert stages(changed) == before | {"reset": ("auto", 5)}


def test_what_can_not_be_put_in_without_harm_is_left_alone() -> None:
    with pytest.raises(NotEditable):
        with_stage({"faqs.yaml": ODD[2]}, "reset", stage=Stage.AUTO, share=100)


@given(
    st.sampled_from(["reset", "iban", "flow"]),
    st.sampled_from(Stage),
    st.integers(0, 100),
    st.sampled_from(["\n", "\n\n# end\n", ""]),
)
def test_whatever_is_set_nothing_else_changes(faq: str, stage: Stage, share: int, end: str) -> None:
    files = {"faqs.yaml": TEXT.rstrip("\n") + end, "policy.yaml": "regions: [GB]\n"}
    changed = with_stage(files, faq, stage=stage, share=share)
    assert stages(changed) == stages(files) | {faq: (stage.value, share)}
    assert with_stage(changed, faq, stage=stage, share=share) == changed
    kept = [line for line in files["faqs.yaml"].splitlines() if "#" in line and "stage" not in line]
    assert all(line in changed["faqs.yaml"].splitlines() for line in kept)


PART = "  - id: new\n    examples: [n]\n    answers: [{body: b}]\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "faqs: []\n",
        "faqs:\n",
        TEXT,
        "# mine\n",
        "faqs:\n- id: a\n  examples: [x]\n  answers: [{body: y}]\n",
    ],
)
def test_a_question_is_put_at_the_end(text: str) -> None:
    before = list(stages({"faqs.yaml": text}))
    changed = with_question({"faqs.yaml": text}, PART)
    assert list(stages(changed)) == [*before, "new"]


EMPTY = [
    "faqs: [] # none yet\n",
    "faqs: []   # none yet\n# by Ada\n",
    "faqs: # none yet\n",
    "# ours\nfaqs:   # none yet\n\n# by Ada\n",
    "faqs: [ ]  # none yet\n",
    "faqs: [\n]  # none yet",
    "\ufefffaqs: [] # none yet\n",
    "faqs: []\r\n# none yet\r\n",
    "faqs: ~  # none yet\n",
    "faqs: null\n# none yet\n",
]


@pytest.mark.parametrize("text", EMPTY)
def test_a_remark_beside_a_list_without_questions_stays(text: str) -> None:
    changed = with_question({"faqs.yaml": text}, PART)
    assert list(stages(changed)) == ["new"]
    remarks = [part.partition("#")[2] for part in text.splitlines() if "#" in part]
    kept = [part.partition("#")[2] for part in changed["faqs.yaml"].splitlines() if "#" in part]
    assert kept == remarks


@pytest.mark.parametrize(
    "text", ["{faqs: []}\n", "{}\n", "{\n}\n", "faqs: [ # none yet\n]\n", "faqs: [] # x\n...\n"]
)
def test_where_a_remark_or_a_form_would_break_a_person_adds_the_question(text: str) -> None:
    with pytest.raises(NotEditable):
        with_question({"faqs.yaml": text}, PART)


def test_a_question_that_is_wrong_is_refused() -> None:
    with pytest.raises(PolicyErrors):
        with_question({"faqs.yaml": TEXT}, "  - id: reset\n    examples: [n]\n")


def test_a_list_on_one_line_is_left_to_people() -> None:
    text = "faqs: [{id: a, examples: [x], answers: [{body: y}]}]\n"
    with pytest.raises(NotEditable):
        with_question({"faqs.yaml": text}, PART)


def test_a_question_is_changed_behind_words_with_any_break_of_lines() -> None:
    text = "\ufeff" + TEXT.replace('"Reset it"', '"Reset\u2028it\x85now"')
    changed = with_stage({"faqs.yaml": text}, "reset", stage=Stage.AUTO, share=100)
    assert changed["faqs.yaml"] == text.replace("stage: suggest  #", "stage: auto  #")


@pytest.mark.parametrize("end", ["", "\n\n\n", "    # end\n", "...\n"])
def test_words_that_are_approved_stay_as_they_are_or_a_person_adds_the_question(end: str) -> None:
    body = "      - body: |+\n          hi\n\n"
    text = f"faqs:\n  - id: a\n    examples: [x]\n    answers:\n{body}{end}"
    before = parse_policy({"faqs.yaml": text}).faqs
    try:
        changed = with_question({"faqs.yaml": text}, PART)
    except (NotEditable, PolicyErrors):
        return
    assert parse_policy(changed).faqs[:-1] == before
