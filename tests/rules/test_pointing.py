"""Messages that only point to their subject."""

import pytest

from rules.model import Author, Comment
from rules.pointing import is_named, points_to_subject, sentences_of_title
from rules.utterance import read_comment


def points(text: str, html: str | None = None) -> bool:
    return points_to_subject(read_comment(Comment(Author.REQUESTER, text, html_body=html)))


@pytest.mark.parametrize(
    "text",
    ["See subject", "see above", "as per subject", "See attached.", "", "Please see the subject",
     "Hi, see subject. Thanks, Ann", "Dear team,\n\nplease find attached my letter.\n\nRegards",
     "siehe Betreff", "Bitte siehe Anhang", "anbei mein Brief", "ver adjunto", "véase el asunto",
     "voir objet", "Veuillez voir la pièce jointe", "vedi oggetto", "zie bijlage", "ver anexo",
     "jak w temacie", "Hello", "Sent from my iPhone"],
)  # fmt: skip
def test_a_message_that_says_where_it_is_said_points(text: str) -> None:
    assert points(text)


@pytest.mark.parametrize(
    "text",
    ["how do i reset my password", "See attached, the parcel never came", "see subject?",
     "see above. How long will it take?", "Thanks, all sorted", "please", "my letter",
     "> see subject\n> and more", "see subject " * 20, "The subject says it: I want my money"],
)  # fmt: skip
def test_a_message_that_says_anything_else_does_not(text: str) -> None:
    assert not points(text)


def test_what_the_html_shows_besides_is_said_too() -> None:
    assert points("see subject", html="<p>see subject</p>")
    assert not points("see subject", html="<p>see subject</p><p>My card is blocked.</p>")


def test_a_subject_without_words_is_short_for_nothing() -> None:
    assert list(sentences_of_title(" ")) == []


def test_a_subject_without_end_is_a_title_at_its_beginning() -> None:
    for sentence in sentences_of_title("I make a complaint " * 50_000):
        assert len(sentence.text) < 350


@pytest.mark.parametrize("rest", ["", " about my bill", ": my bill", " - order 12", " wegen", "!"])
def test_a_title_names_what_it_is(rest: str) -> None:
    sentence = next(sentences_of_title("Complaint" + rest))
    assert is_named(sentence, (0, len("this is a Complaint")))


@pytest.mark.parametrize("rest", [" form", " resolved", "-form", " procedure", " 12345"])
def test_a_title_of_something_else_names_nothing(rest: str) -> None:
    sentence = next(sentences_of_title("Complaint" + rest))
    assert not is_named(sentence, (0, len("this is a Complaint")))
