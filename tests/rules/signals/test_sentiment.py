"""How a message sounds: by its words, by signs, and by what the models read."""

from rules.model import Author, Comment
from rules.policy_schema import Tone
from rules.signals import sentiment
from rules.utterance import read_comment

LIMITS = Tone()


def score(text: str, **tones: float) -> float:
    return sentiment.score(read_comment(Comment(Author.REQUESTER, text)), tones)


def test_a_calm_question_is_neutral_and_praise_is_pleased() -> None:
    assert score("how do i reset my password") == 0
    assert score("great app, I love it") > 0.3
    assert sentiment.detect(0.5, {}, LIMITS, vip=False) == ()


def test_anger_shouting_and_marks_lower_the_tone() -> None:
    calm = score("this is bad")
    assert score("this is bad!!!! ????") < calm < 0
    assert score("THIS IS BAD AND SLOW") < calm
    assert score("this is not great") < 0
    assert score("unverschämt, das ist eine Frechheit") < -0.6


def test_anger_that_the_models_are_sure_of_lowers_the_tone() -> None:
    assert score("three weeks", anger=0.9) == -0.9
    assert score("three weeks", anger=0.4) == 0


def test_only_a_tone_beyond_the_limit_blocks() -> None:
    (mild,) = sentiment.detect(-0.3, {}, LIMITS, vip=False)
    (grave,) = sentiment.detect(-0.7, {}, LIMITS, vip=False)
    assert not mild.blocks
    assert grave.blocks


def test_a_customer_of_value_is_heard_sooner() -> None:
    (signal,) = sentiment.detect(-0.4, {}, LIMITS, vip=True)
    assert signal.blocks


def test_anger_beyond_the_policys_limit_blocks_whatever_the_words() -> None:
    (signal,) = sentiment.detect(-0.55, {"anger": 0.55}, LIMITS, vip=False)
    assert signal.blocks
    (patient,) = sentiment.detect(-0.55, {"anger": 0.55}, Tone(anger_above=0.8), vip=False)
    assert not patient.blocks


def test_distress_and_churn_are_signals_of_their_own() -> None:
    moods = {"distress": 0.8, "churn": 0.6}
    found = sentiment.detect(0.0, moods, Tone(churn_above=0.7), vip=False)
    assert [(signal.kind, signal.blocks) for signal in found] == [
        ("distress", True),
        ("churn", False),
    ]
    assert sentiment.detect(0.0, {"distress": 0.4}, LIMITS, vip=False) == ()
