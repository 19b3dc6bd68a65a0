"""Changing the words of one question in a policy's text, and nothing else of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.policy_edit import NotEditable
from integration.policy_words import Words, with_words, without_question
from rules.faqs import Faq
from rules.policy import PolicyErrors, parse_policy

TEXT = """\
# Approved by Ada, 2026.
faqs:
  # most asked
  - id: reset   # the first
    title: "Reset it"
    examples:
      - how do i reset it   # short
      - 'it''s forgotten'
    answers:
      - body: |
          Hello,

          open Account.
        review_by: 2027-01-01

      - language: de
        body: Hallo.  # seen by Olga
    stage: suggest  # since May
  # the number
  - examples: [iban, "my, iban"]
    id: iban
    answers: [{language: en, body: "Under Account."}]
  - {id: flow, examples: [x], answers: [{body: "y"}]}
# the end
"""
FILES = {"faqs.yaml": TEXT, "policy.yaml": "regions: [GB]\n"}


def faq(files: dict[str, str], faq_id: str) -> Faq:
    found = parse_policy(files).faq(faq_id)
    assert found is not None
    return found


def words_of(faq_id: str, files: dict[str, str] = FILES) -> Words:
    present = faq(files, faq_id)
    return Words(present.title, present.examples, tuple(a.body for a in present.answers))


def changed(faq_id: str, files: dict[str, str] = FILES, **changes: object) -> str:
    return with_words(files, faq_id, replace(words_of(faq_id, files), **changes))["faqs.yaml"]  # type: ignore[arg-type] # of Words


def test_words_are_replaced_where_they_stand() -> None:
    bodies = ("Hello,\n\nchoose Reset.\n", "Hallo.")
    assert changed("reset", bodies=bodies) == TEXT.replace(
        "open Account.", "choose Reset."
    ).replace("body: |\n", "body: |\n")


def test_words_before_a_remark_keep_it() -> None:
    text = changed("reset", bodies=(words_of("reset").bodies[0], "Hallo,\nhier."))
    assert '        body: "Hallo,\\nhier."  # seen by Olga\n' in text


def test_a_question_on_one_line_gets_its_words_there() -> None:
    assert changed("flow", bodies=("a, b: {c}",)) == TEXT.replace('"y"', '"a, b: {c}"')


def test_examples_that_stay_are_left_as_they_are_written() -> None:
    text = changed("reset", examples=("how do i reset it", "reset: now", "it's forgotten"))
    lines = "      - how do i reset it   # short\n      - 'reset: now'\n      - 'it''s forgotten'\n"
    assert lines in text
    assert 'examples: ["n", "my, iban"]' in changed("iban", examples=("n", "my, iban"))


def test_an_example_goes_with_the_remark_behind_it() -> None:
    text = changed("reset", examples=("it's forgotten",))
    assert text == TEXT.replace("      - how do i reset it   # short\n", "")


def test_a_title_is_put_in_where_there_is_none() -> None:
    assert 'id: iban\n    title: "The number"\n' in changed("iban", title="The number")


@pytest.mark.parametrize("faq_id", ["reset", "iban", "flow"])
def test_a_language_is_added_behind_the_others(faq_id: str) -> None:
    added = (("fr", "Bonjour,\n\nvoilà."),)
    files = with_words(FILES, faq_id, replace(words_of(faq_id), added=added))
    assert [a.language for a in faq(files, faq_id).answers][-1] == "fr"
    assert faq(files, faq_id).answers[-1].body == "Bonjour,\n\nvoilà."
    assert "# seen by Olga" in files["faqs.yaml"]


@pytest.mark.parametrize("number", [0, 1])
def test_a_language_is_taken_out_and_the_others_stay_as_they_are(number: int) -> None:
    present = faq(FILES, "reset").answers
    text = changed("reset", dropped=frozenset({number}))
    assert faq({"faqs.yaml": text}, "reset").answers == (present[1 - number],)
    kept = {0: "      - language: de\n        body: Hallo.  # seen by Olga\n",
            1: "        review_by: 2027-01-01\n"}  # fmt: skip
    assert kept[number] in text
    assert len(TEXT.splitlines()) - len(text.splitlines()) in {2, 5}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_language_is_taken_out_of_a_list_on_one_line(number: int) -> None:
    items = [
        "{language: en, body: a}",
        '{language: de, body: "b, [c] # d"}',
        "{language: fr, body: e}",
    ]
    text = f"faqs:\n  - {{id: x, examples: [y], answers: [{', '.join(items)}]}} # z\n"
    result = changed("x", {"faqs.yaml": text}, dropped=frozenset({number}))
    del items[number]
    assert result == f"faqs:\n  - {{id: x, examples: [y], answers: [{', '.join(items)}]}} # z\n"


def test_a_language_is_taken_out_while_another_comes_and_words_change() -> None:
    text = changed("reset", bodies=("New.", "x"), dropped=frozenset({1}), added=(("fr", "Voilà."),))
    found = faq({"faqs.yaml": text}, "reset").answers
    assert [(each.language, each.body) for each in found] == [("en", "New."), ("fr", "Voilà.")]


def test_a_question_is_taken_out_and_what_is_said_of_others_stays() -> None:
    text = without_question(FILES, "reset")["faqs.yaml"]
    assert [each.id for each in parse_policy({"faqs.yaml": text}).faqs] == ["iban", "flow"]
    assert "# Approved by Ada, 2026.\n" in text
    assert "  # the number\n  - examples: [iban" in text
    assert without_question(FILES, "flow")["faqs.yaml"].endswith('"Under Account."}]\n# the end\n')


def test_the_last_question_can_be_taken_out() -> None:
    files = {"faqs.yaml": "faqs:\n  - id: a\n    examples: [x]\n    answers: [{body: y}]\n"}
    assert without_question(files, "a") == {"faqs.yaml": "faqs:\n"}


def test_a_question_that_another_combines_with_is_not_taken_out() -> None:
    text = TEXT.replace("    id: iban\n", "    id: iban\n    combines_with: [reset]\n")
    with pytest.raises(PolicyErrors):
        without_question({"faqs.yaml": text}, "reset")


def test_words_that_no_policy_may_have_are_refused_by_name() -> None:
    with pytest.raises(PolicyErrors, match="unknown blank"):
        changed("flow", bodies=("Hello {{ canary }}",))


ODD = [
    "faqs: [{id: a, examples: [x], answers: [{body: y}]}]\n",
    "faqs:\n  -\n    id: a\n    examples: [x]\n    answers: [{body: y}]\n",
    """\
faqs:
  - id: a
    examples:
      - x
      # about z
      - z
    answers: [{body: y}]
""",
    """\
faqs:
  - id: a
    examples: [x, # one
      z]
    answers:
      - {body: y}
""",
    """\
faqs:
  - id: a
    examples: x
    answers:
      - body: |+
          y

  - id: b
    examples: [u]
    answers: [{body: b}]
""",
]


@pytest.mark.parametrize("text", ODD)
def test_however_it_is_written_it_is_changed_rightly_or_left_alone(text: str) -> None:
    files = {"faqs.yaml": text}
    words = Words("T", ("n",), ("new\n\n\nwords",), (("de", "neu"),))
    others = parse_policy(files).faqs[1:]
    try:
        result = with_words(files, "a", words)
    except NotEditable:
        pass
    else:
        assert parse_policy(result).faqs[1:] == others
        assert faq(result, "a").answers[0].body == "new\n\n\nwords"
    try:
        result = with_words(files, "a", replace(words, dropped=frozenset({0})))
    except NotEditable:
        pass
    else:
        assert [each.language for each in faq(result, "a").answers] == ["de"]
    try:
        result = without_question(files, "a")
    except (NotEditable, PolicyErrors):
        return
    assert parse_policy(result).faqs == others


_SIGNS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"))
_TEXTS = _SIGNS.map(lambda text: text + "a").filter(lambda t: "{{" not in t and "}}" not in t)


@given(
    st.sampled_from(["reset", "iban", "flow"]),
    _TEXTS.filter(lambda t: "{%" not in t and "%}" not in t),
    st.sampled_from(["", "\n", "\n\n", " "]),
    st.lists(st.sampled_from(["a", "# b", "c: d", "how do i reset it", "- e"]), min_size=1),
)
def test_whatever_is_typed_stands_there_and_nothing_else_changes(
    faq_id: str, body: str, end: str, examples: list[str]
) -> None:
    present = words_of(faq_id)
    bodies = (body + end, *present.bodies[1:])
    wanted = replace(present, bodies=bodies, examples=tuple(dict.fromkeys(examples)))
    files = with_words(FILES, faq_id, wanted)
    assert tuple(a.body for a in faq(files, faq_id).answers) == bodies
    for other in {"reset", "iban", "flow"} - {faq_id}:
        assert faq(files, other) == faq(FILES, other)
    assert with_words(files, faq_id, wanted) == files
