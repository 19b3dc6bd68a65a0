"""Messages that only point to their subject."""

import pytest

from rules.model import Author, Comment
from rules.pointing import points_to_subject
from rules.utterance import read_comment


def points(text: str, html: str | None = None) -> bool:
    return points_to_subject(read_comment(Comment(Author.REQUESTER, text, html_body=html)))


@pytest.mark.parametrize(
    "text",
    ["See subject", "see above", "as per subject", "See attached.", "", "Please see the subject",
     "Hi, see subject. Thanks, Ann", "Dear team,\n\nplease find attached my letter.\n\nRegards",
     "siehe Betreff", "Bitte siehe Anhang", "anbei mein Brief", "ver adjunto", "véase el asunto",
     "voir objet", "Veuillez voir la pièce jointe", "vedi oggetto", "zie bijlage", "ver anexo",
     "jak w temacie", "s. Betreff", "Siehe Betreff, danke", "Cf. objet",
     "tout est dans l'objet", "zie bijlage aub", "Hello", "Sent from my iPhone"],
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
