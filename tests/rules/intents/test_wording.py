"""What a sentence is: one that can be understood by itself, points elsewhere, or announces."""

import pytest

from rules.intents.wording import Sentence, announces, points_elsewhere, stands_alone
from rules.words import fold_text


def sentence(text: str) -> Sentence:
    return Sentence(text, tuple(fold_text(text).split()))


def test_a_sentence_of_one_meaningful_word_does_not_stand_alone() -> None:
    assert not stands_alone(sentence("Where do I change it?"))
    assert stands_alone(sentence("Where do I change my address?"))


@pytest.mark.parametrize(
    ("text", "language"),
    [("How long does it take?", "en"), ("And what if that fails?", "en"),
     ("Wie lange dauert es?", "de"), ("Combien coûte celle-ci?", "fr"),
     ("Quanto costa questo?", "it"), ("¿Cuánto cuesta eso?", "es"), ("Hoe lang duurt dit?", "nl"),
     ("Quanto custa isso?", "pt"), ("Wie lange dauert es?", None), ("Is it sent?", "pl")],
)  # fmt: skip
def test_a_sentence_about_something_named_elsewhere_points_there(
    text: str, language: str | None
) -> None:
    assert points_elsewhere(sentence(text), language)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Where is my card?", "en"), ("Wo ist die Karte?", "de"), ("¿Cuál es mi tarjeta?", "es"),
     ("Où est la carte?", None)],
)  # fmt: skip
def test_other_sentences_point_nowhere(text: str, language: str | None) -> None:
    assert not points_elsewhere(sentence(text), language)


@pytest.mark.parametrize("text", ["I have two questions.", "Zwei Fragen:", "Thanks!", ""])
def test_a_sentence_may_only_say_that_questions_follow(text: str) -> None:
    assert announces(sentence(text))
    assert not announces(sentence(f"{text} Where is my card"))
