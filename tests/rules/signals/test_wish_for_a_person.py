"""The wish for a person: heard in many wordings, and not in questions about something else."""

import re
from collections.abc import Iterator

import pytest

from rules.model import Author, Comment, Outcome
from rules.pack_library import shipped_packs
from rules.rulebook import Strength, compile_packs
from rules.view import View, normalised
from rules.words import Words
from tests.rules.build import a_ticket, codes, judge

PASSWORD = "how do i reset my password? "
PACKS = tuple(pack for pack in shipped_packs() if pack.family == "human_request")
RULEBOOK = compile_packs(PACKS)

TOLD_OF_A_MACHINE = (
    "We are talking to a brick wall", "i can't stand chatting with a bot",
    "this is like speaking to a machine", "I hate talking to a bot.",
    "We're just talking to a machine", "you have me arguing with a bot",
    "i gave up talking to the bot", "done talking to a machine", "no more chatting with your bot",
)  # fmt: skip


def strengths(text: str) -> set[Strength]:
    """What the phrases of a text are worth, bare words left out."""
    marks = RULEBOOK.marks(Words.of(normalised(View.of(text))))
    return {mark.strength for mark in marks} - {Strength.WEAK}


def written_out(phrase: str) -> Iterator[str]:
    """Texts of a phrase, in which every word of every choice stands once."""
    choices = [piece.split("|") for piece in re.split(r"[()]", phrase)]
    for turn in range(max(map(len, choices))):
        chosen = (choice[turn % len(choice)] for choice in choices)
        yield " ".join(" ".join(chosen).split())


@pytest.mark.parametrize("text", TOLD_OF_A_MACHINE)
def test_who_is_fed_up_with_a_machine_wants_a_person(text: str) -> None:
    assert Strength.STRONG in strengths(text)


@pytest.mark.parametrize("text", [*TOLD_OF_A_MACHINE, "like talking to a brick wall"])
def test_who_talks_to_a_machine_is_handed_to_people_beside_a_question(text: str) -> None:
    decision = judge(a_ticket(PASSWORD + text))
    assert decision.outcome is Outcome.ESCALATE
    assert decision.route.group == "People"
    assert "human_request" in codes(decision)


def test_who_talked_to_a_machine_in_an_earlier_message_is_handed_to_people() -> None:
    before = (Comment(Author.REQUESTER, TOLD_OF_A_MACHINE[0]),)
    decision = judge(a_ticket(PASSWORD, before=before))
    assert decision.outcome is not Outcome.REPLY
    assert "human_request" in codes(decision)


def test_who_speaks_of_a_talking_machine_alone_is_held_without_a_label() -> None:
    assert strengths("My children loved the morning of chatting with the robot") == {Strength.HOLD}


def test_every_word_of_every_phrase_is_heard_beside_a_question() -> None:
    unheard = [
        text
        for pack in PACKS
        for phrase in (*pack.phrases, *pack.hold)
        for text in written_out(phrase)
        if not strengths(PASSWORD + text)
    ]
    assert unheard == []
