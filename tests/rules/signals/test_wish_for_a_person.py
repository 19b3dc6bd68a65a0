"""The wish for a person: heard in many wordings, and not in questions about something else."""

import re
from collections.abc import Iterator

import pytest

from rules.model import Author, Comment, Outcome
from rules.pack_library import shipped_packs
from rules.rulebook import Strength, compile_packs
from tests.rules.build import a_ticket, codes, judge, words_of

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
    marks = RULEBOOK.marks(words_of(text))
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


@pytest.mark.parametrize(
    "text",
    ["can somebody give me a ring", "could your engineer give me a call", "Can you give me a ring?",
     "who can I talk to about this", "can I speak to the team", "I'd like to talk to a technician",
     "I'd rather speak with one of your team", "could I have a word with someone",
     "no automated replies please", "Give me a call.",
     "No automated answers.", "I would like an engineer to look at this",
     "is there a number I can call", "I'd rather do it over the phone",
     "Mit wem kann ich in Ruhe darüber reden?", "Können wir kurz telefonieren?",
     "Könnten wir den Fall telefonisch klären?",
     "Ich würde das lieber telefonisch klären", "je voudrais passer un appel à quelqu'un",
     "avez-vous un numéro où je peux vous appeler ?", "quel numéro puis-je appeler ?",
     "¿Tienen un número al que pueda llamar?", "¿Me pasa con alguien?",
     "Prefiero hablar por teléfono", "C'è un numero a cui posso chiamare?",
     "vorrei parlare al telefono", "a chi posso rivolgermi?",
     "um número para onde possa ligar", "gostava de falar por telefone",
     "Czy jest jakiś numer pod który mogę zadzwonić?", "Wolałbym telefonicznie",
     "Is er een nummer waar ik jullie kan bellen?", "Kan een collega mij even bellen?",
     "Finns det ett nummer jag kan ringa?", "Jag vill prata i telefon med någon",
     "Er der et nummer jeg kan ringe til?", "jeg vil gerne tale i telefonen"],
)  # fmt: skip
def test_a_wish_to_talk_is_heard_in_other_words(text: str) -> None:
    assert strengths(text)


@pytest.mark.parametrize(
    "text",
    ["How do I chat with colleagues in the app?", "Is speaking to the doctor included in my plan?",
     "How can my customers talk to the team in the widget?",
     "There is no automatic reply when I am away", "Can I let a colleague handle my invoices?",
     "I want an engineer to check my boiler, how do I book one?",
     "I prefer to do it in person, where is the nearest branch?",
     "Mit wem kann ich mein Konto teilen?", "Kann ich kurz telefonieren, ohne zu zahlen?",
     "Kann ich den Termin telefonisch klären?", "Puis-je régler par téléphone ?",
     "Comment faire un appel vidéo dans l'application ?",
     "Combien coûte de passer un appel vers l'étranger ?",
     "Où trouver le numéro que je dois saisir ?",
     "¿Cómo cambio el teléfono para poder recibir el código?",
     "¿Por qué me pasa con todas las fotos?", "Posso pagare per telefono con carta?",
     "A chi posso chiedere la fattura?", "Qual è il numero per chiamare l'estero?",
     "Como mudo o número para poder receber SMS?", "O pagamento por telefone é seguro?",
     "Gdzie zmienię numer telefonu do logowania?", "Czy mogę zapłacić przez telefon z Androidem?",
     "Welk nummer kan ik meenemen?", "Hoe kan ik een collega bellen in de app?",
     "Fungerar appen på telefon med Android?", "Jag har ett nummer som jag vill flytta",
     "Jeg har et nummer jeg vil flytte", "Kan jeg betale i telefonen med kort?"],
)  # fmt: skip
def test_a_question_about_something_else_asks_for_nobody(text: str) -> None:
    assert strengths(text) == set()
