"""What is kept of a message that no answer surely settles: telling words, and nothing private."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.features.mail_reader import shared_mail_reader
from rules.features.read_before import ReadBefore
from rules.intents.asking import Ask, Known, ask_of, is_left, known_questions
from rules.intents.matching import Abstention, Match
from rules.intents.training import fit
from rules.model import Author, Comment, Outcome, Reason, Requester, Ticket
from rules.risk_modes import FULL, LEXICAL
from rules.utterance import Utterance
from tests.rules.build import a_policy, a_ticket, judge


def asked(body: str, **more: object) -> Ask:
    found = ask_of(a_ticket(body, **more), None)
    assert found is not None
    return found


def test_what_no_answer_is_near_to_is_left() -> None:
    assert is_left(judge(a_ticket("Do you sell postcards with long handles?")))


def test_what_is_answered_is_not_left() -> None:
    assert not is_left(judge(a_ticket()))


def test_what_the_guard_holds_is_not_left() -> None:
    assert not is_left(judge(a_ticket("I want to make a formal complaint about postcards")))


def test_thanks_are_not_left() -> None:
    assert not is_left(judge(a_ticket("Thank you so much!")))


def test_a_draft_that_nobody_is_sure_of_is_left() -> None:
    decision = replace(
        judge(a_ticket()),
        outcome=Outcome.SUGGEST,
        reasons=(Reason("match.faq", "x", "."), Reason("bar.uncertain", "recogniser", ".")),
    )
    assert is_left(decision)


@pytest.mark.parametrize("code", ["bar.risk", "bar.disguised", "bar.hidden_text"])
def test_what_may_be_no_routine_question_is_not_left(code: str) -> None:
    decision = judge(a_ticket("Do you sell postcards with long handles?"))
    reasons = (*decision.reasons, Reason(code, "x", "."))
    assert not is_left(replace(decision, reasons=reasons))


def test_a_brake_changes_nothing() -> None:
    assert is_left(judge(a_ticket("Do you sell postcards?", has_ccs=True)))


def test_telling_words_are_kept_once_folded_and_as_written() -> None:
    body = "Wie läuft die Rückerstattung? Die Rückerstattung fehlt."
    words = asked(body, language="de", subject="Geld").words
    assert words == (
        ("geld", "geld"),
        ("lauft", "läuft"),
        ("ruckerstattung", "rückerstattung"),
        ("fehlt", "fehlt"),
    )


def test_numbers_are_no_telling_words() -> None:
    assert [word for word, _ in asked("Where is order 4711 or AB12?").words] == ["order"]


def test_a_part_of_a_joined_word_is_kept_as_it_is_folded() -> None:
    words = asked("Où est l'abonnement mensuel de la revue ?", language="fr").words
    assert ("abonnement", "abonnement") in words


def test_the_requesters_name_is_no_telling_word() -> None:
    requester = Requester("Ann Lee", "miller.ann@example.org")
    words = asked("Ann asks: is anns bike, lee and miller, carried?", requester=requester).words
    assert [word for word, _ in words] == ["asks", "bike", "carried"]


def test_asking_sentences_are_phrasings() -> None:
    body = "We sail on Friday. Can we take our bicycles along? how do i pay for tickets"
    found = asked(body).phrasings
    assert found == ("Can we take our bicycles along?", "how do i pay for tickets")


def test_the_only_sentence_is_a_phrasing_though_it_asks_nothing() -> None:
    assert asked("new password needed please").phrasings == ("new password needed please",)


def test_a_wrapped_sentence_is_a_phrasing_in_one_line() -> None:
    body = "is there any place on the boat where both of my\nbicycles can stand under a roof"
    assert asked(body).phrasings == (" ".join(body.split()),)


@pytest.mark.parametrize(
    "body",
    [
        "Where is my order 12345?",
        "Where is the parcel with two bikes PN4?",
        "Can you write to bikes@example.org about it?",
        "Does www.example.org say when boats sail?",
        "Does https://example say when boats sail?",
        "Can ann take her bicycle on the boat?",
        "Is anns bicycle allowed on the boat?",
        "May my colleague Ines take her bicycle along?",
        'May my colleague "Ines" take her bicycle along?',
        "Why bicycles?",
        f"Can we take bicycles {'and dogs ' * 12}along?",
        f"Can we take {'very ' * 8}{'b' * 150} bicycles?",
        "Can we take bicycles \x1b[31malong?",
        "Can we take \udcff bicycles along?",
    ],
)
def test_what_is_private_or_long_or_says_too_little_is_no_phrasing(body: str) -> None:
    assert asked(body).phrasings == ()


def test_german_nouns_are_no_names() -> None:
    body = "Kann ich mein Fahrrad auf die Insel mitnehmen?"
    assert asked(body, language="de").phrasings == (body,)


def test_english_i_is_no_name() -> None:
    body = "Can I take the bicycle that I've bought along?"
    assert asked(body).phrasings == (body,)


def test_few_phrasings_of_a_message_are_kept() -> None:
    animals = ["dog", "cat", "cow", "hen", "pig", "fox", "horse", "goose"]
    body = " ".join(f"can the {animal} go on board?" for animal in animals)
    assert len(asked(body).phrasings) == 6


def test_courtesy_alone_asks_nothing() -> None:
    assert ask_of(a_ticket("Hello, thank you!"), None) is None


def test_a_ticket_without_a_message_asks_nothing() -> None:
    comments = (Comment(Author.AGENT, "Where is the bicycle?"),)
    assert ask_of(Ticket("1", "Bicycle", comments), None) is None


def test_english_messages_are_read_by_the_mail_reader() -> None:
    reader = shared_mail_reader()
    english = ask_of(a_ticket("Can I take my bicycle on the boat to the island?"), reader)
    german = ask_of(a_ticket("Kann ich mein Rad auf die Insel mitnehmen?"), reader)
    assert english is not None
    assert german is not None
    assert english.vector is not None
    assert english.vector.shape == (384,)
    assert german.vector is None


@settings(deadline=None)
@given(st.text(), st.text(max_size=40), st.text(max_size=20))
def test_any_message_can_be_taken_and_its_phrasings_hold_no_number(
    body: str, subject: str, name: str
) -> None:
    ask = ask_of(a_ticket(body, subject=subject, requester=Requester(name, f"{name}@x")), None)
    if ask is not None:
        for text in ask.phrasings:
            assert text.isprintable()
            assert not any(map(str.isdecimal, text))
        assert all(form.isalpha() for pair in ask.words for form in pair)


def test_what_the_recogniser_by_words_knows_stands_by_language() -> None:
    known = known_questions(fit(a_policy(), LEXICAL))
    assert [(each.faq, each.language) for each in known] == [
        ("reset_password", "en"),
        ("reset_password", "de"),
        ("find_iban", "en"),
        ("card_delivery", "en"),
    ]
    assert known[2].words == ("find", "iban", "iban", "show", "account", "number")
    assert all(each.vector is None for each in known)


def test_the_mail_reader_knows_the_english_ones() -> None:
    known = known_questions(fit(a_policy(), FULL))
    read = [(each.faq, each.language) for each in known if each.vector is not None]
    assert read == [("reset_password", "en"), ("find_iban", "en"), ("card_delivery", "en")]
    assert ("reset_password", "de") in {(each.faq, each.language) for each in known}


class Stranger:
    """A recogniser of another kind."""

    version = "x"

    def to_bytes(self) -> bytes:
        return b""

    def prepare(self, before: ReadBefore | None = None) -> None:
        pass

    def match(self, utterance: Utterance, subject: str) -> Match | Abstention:  # noqa: ARG002
        return Abstention("abstain.no_match")


def test_of_another_kind_of_recogniser_nothing_is_known() -> None:
    assert known_questions(Stranger()) == list[Known]()
