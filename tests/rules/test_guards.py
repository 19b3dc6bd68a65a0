"""Machines that write, and people who only say thank you."""

import pytest

from rules.machine_mail import is_auto_reply, is_bounce, is_machine_address
from rules.model import Author, Comment
from rules.thanks import is_only_thanks
from rules.utterance import read_comment


@pytest.mark.parametrize(
    "address",
    ["no-reply@a.example", "noreply@a.example", "do_not_reply@a.example", "MAILER-DAEMON@a.example",
     "postmaster@a.example", "bounce+123@a.example", "shop.no-reply@a.example",
     "noreply2@a.example",
     "auto-reply@a.example", "keine-antwort@a.example", "nao-responda@a.example"],
)  # fmt: skip
def test_a_mailbox_that_nobody_reads_is_a_machines(address: str) -> None:
    assert is_machine_address(address, "")


@pytest.mark.parametrize("address", ["ann@example.org", "reply@a.example", "norah@a.example", ""])
def test_a_persons_mailbox_is_no_machines(address: str) -> None:
    assert not is_machine_address(address, "Ann")


def test_the_mail_system_is_known_by_its_name_too() -> None:
    assert is_machine_address("", "Mail Delivery System")


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: x", "Re: Out of office", "Abwesenheitsnotiz: Karte", "Respuesta automática",
     "Réponse automatique : carte", "Risposta automatica", "Automatisch antwoord", "Afwezig",
     "Resposta automática", "Autoreply"],
)  # fmt: skip
def test_an_absence_note_is_known_by_its_subject(subject: str) -> None:
    assert is_auto_reply(subject, "", frozenset())


@pytest.mark.parametrize(
    "text",
    ["I am out of the office and will return on Monday.",
     "Ich bin bis Montag im Urlaub. In dringenden Fällen rufen Sie an.",
     "Estoy fuera de la oficina hasta el lunes. Si es urgente, llame.",
     "Je suis absent jusqu'à lundi. En cas d'urgence, contactez Luc.",
     "Sono in ferie, rientro lunedì.", "Ik ben afwezig. Neem contact op met Jan.",
     "Estou de férias. Contacte a Ana."],
)  # fmt: skip
def test_an_absence_note_is_known_by_its_words(text: str) -> None:
    assert is_auto_reply("", text, frozenset())


@pytest.mark.parametrize(
    "text", ["I am on holiday in Spain and lost my card", "I am on vacation, please contact me?",
             "The office is far"]
)  # fmt: skip
def test_a_customer_on_holiday_is_no_absence_note(text: str) -> None:
    assert not is_auto_reply("", text, frozenset())


@pytest.mark.parametrize(
    "subject",
    ["Re: Automatic reply: your ticket 123", "Automatic reply is useless", "Ausente mi tarjeta",
     "Out of office again?"],
)  # fmt: skip
def test_a_customer_who_writes_about_an_automatic_reply_is_none(subject: str) -> None:
    assert not is_auto_reply(subject, "how do i reset my password", frozenset())
    assert is_auto_reply(subject, "I am out of the office.", frozenset())


@pytest.mark.parametrize(
    "subject",
    ["Out of office until further notice", "Abwesenheitsnotiz Petra Maier",
     "Automatic reply from Larch Support", "Absence du bureau jusqu'au 3", "Abwesend bis 3.12.",
     "Out of Office Re: your request"],
)  # fmt: skip
def test_an_assistants_subject_may_go_on(subject: str) -> None:
    assert is_auto_reply(subject, "Hello", frozenset())


def test_an_automatic_reply_is_known_by_its_tag() -> None:
    assert is_auto_reply("", "", frozenset({"out_of_office"}))


@pytest.mark.parametrize(
    ("subject", "text"),
    [("Undeliverable: your card", ""), ("Mail delivery failed", ""), ("Unzustellbar: Karte", ""),
     ("", "Your message to x@y.example could not be delivered"), ("Failure notice", ""),
     ("", "This is the mail system at host mx.example")],
)  # fmt: skip
def test_a_bounce_is_known(subject: str, text: str) -> None:
    assert is_bounce(subject, text)


def test_a_question_about_delivery_is_no_bounce() -> None:
    assert not is_bounce("Delivery of my card", "My card was not delivered")


@pytest.mark.parametrize(
    "subject",
    ["Undelivered parcel", "Delivery incomplete", "Delivery failure yesterday", "Returned mail",
     "Delivery has failed again", "Delivery notification but no card", "No entregado",
     "Zustellung fehlgeschlagen", "Non distribué"],
)  # fmt: skip
def test_a_parcel_that_did_not_come_is_no_bounce_unless_a_mail_system_says_so(subject: str) -> None:
    assert not is_bounce(subject, "Nobody rang, where is it?")
    assert is_bounce(subject, "550 5.1.1 the mailbox does not exist")


def thanks(text: str) -> bool:
    return is_only_thanks(read_comment(Comment(Author.REQUESTER, text)))


@pytest.mark.parametrize(
    "text",
    ["Thanks!", "Thank you so much, that worked!", "Hi Jane,\n\nthanks a lot.\n\nBest\nTom",
     "Danke, hat geklappt!", "Muchas gracias por su ayuda", "Merci beaucoup", "Grazie mille!",
     "Bedankt voor de hulp", "Muito obrigado", "ok perfect", "thx"],
)  # fmt: skip
def test_mere_thanks_are_known_in_every_language(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize(
    "text",
    ["Thanks, but it still fails", "Thanks for nothing", "Thank you. Where is my card?",
     "Danke, aber es geht nicht", "ok", "", "Thanks, how do i reset my password",
     "thanks " * 40, "perfect storm", "Thanks Ann Bob Cid Dan", "thanks no more emails",
     "hello hello"],
)  # fmt: skip
def test_anything_more_than_thanks_is_read_on(text: str) -> None:
    assert not thanks(text)
