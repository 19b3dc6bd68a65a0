"""Forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.forms import choose_answer_form, edit_form, name_case_form, reason_form
from tests.connectors.slack.kit import check_form, parts_in, texts_in


def test_a_reply_is_changed_in_a_field_that_holds_it() -> None:
    form = edit_form("d-1", "Hello,\n\nbye")
    check_form(form)
    assert form["callback_id"] == "edit"
    assert form["private_metadata"] == "d-1"
    assert form["blocks"][0]["block_id"] == "reply"
    assert form["blocks"][0]["element"]["initial_value"] == "Hello,\n\nbye"


def test_an_empty_reply_may_be_written_anew() -> None:
    check_form(edit_form("d-1", ""))


def test_a_reply_that_fits_no_field_is_not_offered_for_change() -> None:
    form = edit_form("d-1", "x" * 3001)
    check_form(form)
    assert "submit" not in form
    assert "too long" in " ".join(texts_in(form))


def test_answers_are_offered_by_their_titles() -> None:
    form = choose_answer_form("d-1", [("refund", "Refunds"), ("fees", "")])
    check_form(form)
    options = form["blocks"][0]["element"]["options"]
    assert [(o["value"], o["text"]["text"]) for o in options] == [
        ("refund", "Refunds"),
        ("fees", "fees"),
    ]
    assert len(form["blocks"]) == 1


def test_answers_beyond_a_hundred_are_counted() -> None:
    form = choose_answer_form("d-1", [(f"faq_{number}", "x") for number in range(140)])
    check_form(form)
    assert "40 more don't fit here" in " ".join(texts_in(form))


def test_without_another_answer_there_is_nothing_to_send() -> None:
    form = choose_answer_form("d-1", [])
    check_form(form)
    assert "submit" not in form


def test_a_case_is_named_by_its_pack_with_a_reason_or_without() -> None:
    form = name_case_form("d-1", [("uk_complaint", "Complaint to a UK financial firm")])
    check_form(form)
    assert (form["callback_id"], form["private_metadata"]) == ("name_case", "d-1")
    chosen, why = form["blocks"][1:]
    assert (chosen["block_id"], why["block_id"], why["optional"]) == ("answer", "reason", True)
    assert [option["value"] for option in chosen["element"]["options"]] == ["uk_complaint"]


def test_packs_beyond_a_hundred_are_counted() -> None:
    form = name_case_form("d-1", [(f"pack_{number}", "x") for number in range(103)])
    check_form(form)
    assert "3 more don't fit here. The command correct takes any." in " ".join(texts_in(form))


def test_without_a_pack_there_is_nothing_to_name() -> None:
    form = name_case_form("d-1", [])
    check_form(form)
    assert "submit" not in form


def test_a_reason_comes_back_with_what_it_is_about() -> None:
    form = reason_form("not_this", "d-1", "Not this", "Why does it need no special care?")
    check_form(form)
    assert (form["callback_id"], form["private_metadata"]) == ("not_this", "d-1")
    assert form["blocks"][0]["block_id"] == "reason"


ANY = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(["x" * 5000, "\n" * 5000])


@given(ANY, ANY, ANY, ANY, st.lists(st.tuples(ANY, ANY), max_size=120))
def test_any_form_is_one_that_slack_takes(
    what: str, value: str, title: str, prompt: str, options: list[tuple[str, str]]
) -> None:
    check_form(reason_form(what, value, title, prompt))
    check_form(edit_form(value, title))
    check_form(choose_answer_form(value, options))
    check_form(name_case_form(value, options))


@pytest.mark.parametrize("form", [edit_form("d", "x"), reason_form("a", "b", "c", "d")])
def test_a_field_has_one_element(form: dict[str, object]) -> None:
    assert len([p for p in parts_in(form) if p.get("type") == "plain_text_input"]) == 1
