"""Tone, VIPs, and the wish for a person."""

import pytest

from rules.model import Author, Comment, Organization, Requester
from rules.policy_schema import Value
from rules.signals import human_request, sentiment, value
from rules.utterance import Utterance, read_comment
from tests.rules.build import a_ticket


def utterance(text: str, html: str | None = None) -> Utterance:
    return read_comment(Comment(Author.REQUESTER, text, html_body=html))


@pytest.mark.parametrize(
    "text",
    ["I want to speak to a human", "can I talk to someone please", "please call me back",
     "no more bots, get me a real person please", "connect me with an agent",
     "Ich möchte mit einem Mitarbeiter sprechen", "Bitte rufen Sie mich an",
     "Quiero hablar con una persona", "Je voudrais parler à un conseiller",
     "Vorrei parlare con un operatore", "Ik wil een medewerker spreken, ik wil een mens",
     "Quero falar com um atendente", "am i talking to a bot"],
)  # fmt: skip
def test_the_wish_for_a_person_is_heard_in_every_language(text: str) -> None:
    (signal,) = human_request.detect(utterance(text))
    assert signal.blocks
    assert signal.evidence


@pytest.mark.parametrize(
    "text", ["how do i reset my password", "the agent account is locked", "a human error happened"]
)
def test_other_messages_ask_for_nobody(text: str) -> None:
    assert human_request.detect(utterance(text)) == ()


def test_the_subject_and_the_html_are_heard_too() -> None:
    assert human_request.detect(utterance("hi"), "I want to speak to a human")[0].evidence == ()
    assert human_request.detect(utterance("hi", "<p>I want to speak to a human</p>"))


def test_a_calm_question_is_neutral_and_praise_is_pleased() -> None:
    assert sentiment.score(utterance("how do i reset my password")) == 0
    assert sentiment.score(utterance("great app, I love it")) > 0.3
    assert sentiment.detect(utterance("great app"), escalate_below=-0.6) == ()


def test_anger_shouting_and_marks_lower_the_tone() -> None:
    calm = sentiment.score(utterance("this is bad"))
    assert sentiment.score(utterance("this is bad!!!! ????")) < calm < 0
    assert sentiment.score(utterance("THIS IS BAD AND SLOW")) < calm
    assert sentiment.score(utterance("this is not great")) < 0
    assert sentiment.score(utterance("unverschämt, das ist eine Frechheit")) < -0.6


def test_only_a_tone_below_the_limit_blocks() -> None:
    (mild,) = sentiment.detect(utterance("this is bad"), escalate_below=-0.6)
    (grave,) = sentiment.detect(utterance("this is bad"), escalate_below=-0.1)
    assert not mild.blocks
    assert grave.blocks


def test_a_vip_tag_counts_on_requester_organization_and_ticket() -> None:
    vips = Value(frozenset({"vip"}))
    assert value.detect(a_ticket(requester=Requester(tags=frozenset({"VIP"}))), vips)
    assert value.detect(a_ticket(organization=Organization(frozenset({"vip"}))), vips)
    assert not value.detect(a_ticket(tags=frozenset({"vip"})), vips)[0].blocks
    assert value.detect(
        a_ticket(tags=frozenset({"vip"})), Value(frozenset({"vip"}), auto_answer=False)
    )[0].blocks
    assert value.detect(a_ticket(), vips) == ()
