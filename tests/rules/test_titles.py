"""What a subject names to which a message only points."""

import pytest

from rules.titles import is_named, sentences_of_title


def test_a_subject_without_words_is_short_for_nothing() -> None:
    assert list(sentences_of_title(" ")) == []


def test_a_subject_without_end_is_a_title_at_its_beginning() -> None:
    for sentence, _ in sentences_of_title("I make a complaint " * 50_000):
        assert len(sentence.text) < 350


@pytest.mark.parametrize(
    "rest", ["", " about my bill", ": my bill", " - order 12", " wegen", "!", " 12345"]
)
def test_a_title_names_what_it_is(rest: str) -> None:
    sentence, _ = next(sentences_of_title("Complaint" + rest))
    assert is_named(sentence, (0, len("this is a Complaint")))


@pytest.mark.parametrize("rest", [" form", " resolved", "-form", " procedure"])
def test_a_title_of_something_else_names_nothing(rest: str) -> None:
    sentence, _ = next(sentences_of_title("Complaint" + rest))
    assert not is_named(sentence, (0, len("this is a Complaint")))


def a_case(title: str) -> bool:
    """Whether a title names a case by its shortest name."""
    _, is_case = next(sentences_of_title(title))
    return is_case


@pytest.mark.parametrize(
    "title",
    ["Complaint - resolved", "Complaint (solved)", "Complaint: thank you, resolved",
     "Complaint. Thanks, all fine now", "Complaint - withdrawn", "Complaint over",
     "Complaint on hold", "Complaint about nothing", "Complaint - resolved by phone",
     "Complaint about my bill: closed", "Beschwerde: erledigt", "Beschwerde - gelöst",
     "Réclamation : résolue", "Queja: resuelta", "Klacht: opgelost", "Reclamo: risolto",
     "Reclamação: resolvida", "Erledigte Beschwerde", "Resolved complaint", "Keine Beschwerde"],
)  # fmt: skip
def test_a_title_whose_case_is_over_names_none(title: str) -> None:
    assert not a_case(title)


@pytest.mark.parametrize(
    "title",
    ["Complaint: where do I find the form", "Complaint - question about the form",
     "Access request: how?", "Complaint: card blocked?", "Beschwerde: wie geht das",
     "Complaint - form", "Complaint and feedback form", "Complaint / form"],
)  # fmt: skip
def test_a_title_that_asks_or_is_of_something_else_names_no_case(title: str) -> None:
    assert not a_case(title)


@pytest.mark.parametrize(
    "title",
    ["Complaint 12345", "Complaint #12", "Complaint [ref 12]", "Complaint / card",
     "Complaint and claim", "Complaint & refund", "Complaint no 12", "Complaint: not resolved",
     "Complaint: account closed without notice", "Complaint. Thanks, Ann",
     "Complaint about a closed account"],
)  # fmt: skip
def test_a_name_may_go_on_in_many_ways(title: str) -> None:
    sentence, is_case = next(sentences_of_title(title))
    assert sentence.text == "this is a Complaint"
    assert is_case


def test_no_is_a_number_only_before_one() -> None:
    sentence, _ = next(sentences_of_title("Complaint no longer valid"))
    assert sentence.text == "this is a Complaint no longer valid"
    sentence, _ = next(sentences_of_title("Complaint no"))
    assert sentence.text == "this is a Complaint no"


@pytest.mark.parametrize("before", ["Fwd: ", "WG: ", "URGENT: ", "Urgent ", "Fwd: Dringend - "])
def test_what_mail_programs_and_haste_write_before_a_name_is_none(before: str) -> None:
    sentence, _ = next(sentences_of_title(f"{before}complaint"))
    assert sentence.text == "this is a complaint"
