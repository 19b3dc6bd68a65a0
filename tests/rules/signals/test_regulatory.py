"""Rights invoked, law, danger: every wording that leaves no doubt is seen, wherever it stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.model import Author, Comment, Ticket
from rules.pack_library import shipped_packs
from rules.policy_schema import Pack
from rules.rulebook import MAX_SPANS, Rulebook, compile_packs, false_alarms
from rules.signals.regulatory import Place, Scope, Sighting, Verdict, detect, sightings
from rules.thread import Thread
from rules.utterance import read_comment
from tests.rules.build import a_ticket

PACKS = shipped_packs()
RULEBOOK = compile_packs(PACKS)
EVERYTHING = Scope(frozenset(pack.id for pack in PACKS))
FAMILIES = {pack.id: pack.family for pack in PACKS}


def found(
    ticket: Ticket,
    rulebook: Rulebook = RULEBOOK,
    scope: Scope = EVERYTHING,
    risks: Mapping[str, float] | None = None,
    unsure: frozenset[str] = frozenset(),
) -> tuple[Sighting, ...]:
    assert ticket.message is not None
    utterance = read_comment(ticket.message)
    return sightings(Thread(ticket, utterance), rulebook, scope, risks or {}, unsure)


def seen(ticket: Ticket, **more: object) -> dict[str, tuple[Verdict, Place]]:
    sighted = found(ticket, **more)  # type: ignore[arg-type]
    return {each.pack.id: (each.verdict, each.place) for each in sighted}


def labelled(text: str) -> set[str]:
    """The families that a message is labelled with."""
    sighted = seen(a_ticket(text))
    return {FAMILIES[pack] for pack, (verdict, _) in sighted.items() if verdict is Verdict.LABEL}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("I'd like to raise a complaint about the delay", "complaint"),
        ("please treat this as a formal complaint", "complaint"),
        ("I am extremely dissatisfied with your service", "complaint"),
        ("Quiero presentar una queja", "complaint"),
        ("Je souhaite faire une réclamation", "complaint"),
        ("Vorrei presentare un reclamo", "complaint"),
        ("Ik wil een klacht indienen", "complaint"),
        ("Quero fazer uma reclamação", "complaint"),
        ("Ich möchte mich beschweren", "complaint"),
        ("I'm going to the financial ombudsman", "complaint"),
        ("I will take legal action against you", "legal"),
        ("you will hear from my solicitor", "legal"),
        ("Mein Anwalt wird sich melden", "legal"),
        ("I am the defendant in your county court claim form, I was served it today", "legal"),
        ("this is a subject access request, send me all my data", "data_rights"),
        ("please delete all my personal data under gdpr", "data_rights"),
        ("I can see someone else's account when I log in", "data_breach"),
        ("I did not authorise this payment", "fraud_dispute"),
        ("No reconozco este cargo", "fraud_dispute"),
        ("diese Abbuchung habe ich nicht autorisiert", "fraud_dispute"),
        ("I want to kill myself", "safety_of_life"),
        ("ich will nicht mehr leben", "safety_of_life"),
        ("I know where you live and I will kill you", "safety_of_life"),
        ("my husband passed away in May", "vulnerability"),
        ("I can't afford to eat this month and cannot pay you", "financial_hardship"),
        ("your heater caught fire and burned my hand", "product_safety"),
        ("please unsubscribe me from all your marketing emails", "optout"),
        ("I want to talk to a real person please", "human_request"),
    ],
)
def test_a_wording_that_leaves_no_doubt_is_labelled(text: str, family: str) -> None:
    assert family in labelled(text)


@pytest.mark.parametrize(
    "text",
    ["I want to speak to a human", "can I talk to someone please", "please call me back",
     "no more bots, get me a real person please", "connect me with an agent", "agent please",
     "stop the bot", "Representative", "am i talking to a bot",
     "Ich möchte mit einem Mitarbeiter sprechen", "Bitte rufen Sie mich an",
     "Quiero hablar con una persona", "Je voudrais parler à un conseiller",
     "Vorrei parlare con un operatore", "Ik wil een medewerker spreken, ik wil een mens",
     "Quero falar com um atendente", "chcę rozmawiać z człowiekiem",
     "jag vill prata med en människa", "jeg vil tale med et menneske"],
)  # fmt: skip
def test_the_wish_for_a_person_is_heard_in_every_language(text: str) -> None:
    assert "human_request" in {FAMILIES[pack] for pack in seen(a_ticket(text))}


@pytest.mark.parametrize(
    "text", ["how do i reset my password", "the agent account is locked", "a human error happened"]
)
def test_other_messages_ask_for_nobody(text: str) -> None:
    assert seen(a_ticket(text)) == {}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_no_hard_negative_gets_a_label(pack: Pack) -> None:
    assert false_alarms(PACKS, pack.hard_negatives) == []


def test_danger_to_life_is_labelled_even_where_it_is_denied() -> None:
    assert "safety_of_life" in labelled("I am not going to kill myself")


@pytest.mark.parametrize(
    "text",
    ["My tutor wants an example of a formal complaint",
     "My daughter is doing a project on money mules for school",
     "Ich habe meine Masterarbeit über die Schlichtungsstelle geschrieben",
     "Hago un trabajo sobre publicidad engañosa", "Je prépare un exposé sur la mise en demeure",
     "Preparo una tesi sul reclamo formale", "Wij geven op school een les over een klacht indienen",
     "Faço um trabalho sobre reclamação formal"],
)  # fmt: skip
def test_what_pupils_and_students_work_on_has_no_label(text: str) -> None:
    assert not labelled(text)


def test_what_is_denied_supposed_or_about_others_is_held_without_a_label() -> None:
    for text in (
        "I am not going to sue you",
        "What happens if I want to make a formal complaint",
        "One of our customers wants to make a formal complaint",
    ):
        verdicts = {verdict for verdict, _ in seen(a_ticket(text)).values()}
        assert Verdict.UNMEANT in verdicts, text
        assert Verdict.LABEL not in verdicts, text


@pytest.mark.parametrize(
    "text",
    ["I will make a formal comp\u200blaint", "you will hear from my s0lic1tor",
     "you will hear from my soliciter", "I want to m a k e a formal c o m p l a i n t",
     "I want to make a formal c-o-m-p-l-a-i-n-t", "I want to make a formal ＣＯＭＰＬＡＩＮＴ",
     "I want to make a formal c\u043emplaint", "I want to make a formal com.plaint"],
)  # fmt: skip
def test_disguised_and_misspelt_words_are_read(text: str) -> None:
    assert any(verdict is Verdict.LABEL for verdict, _ in seen(a_ticket(text)).values())


def test_the_subject_and_earlier_messages_are_searched() -> None:
    before = (
        Comment(Author.REQUESTER, "I will sue you"),
        Comment(Author.AGENT, "you may unsubscribe from all emails"),
    )
    ticket = a_ticket("any news?", subject="I want to make a formal complaint", before=before)
    assert seen(ticket)["complaint"] == (Verdict.LABEL, Place.SUBJECT)
    assert seen(ticket)["legal_threat"] == (Verdict.LABEL, Place.EARLIER)
    assert "marketing_unsubscribe" not in seen(ticket)


def test_words_of_the_subject_were_received_when_the_ticket_was_opened() -> None:
    opened, written = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)
    ticket = a_ticket(
        "any news?",
        subject="I want to make a formal complaint",
        created_at=opened,
        written_at=written,
    )
    assert {each.at for each in found(ticket)} == {opened}
    assert {each.at for each in found(replace(ticket, created_at=None))} == {written}


def test_words_of_subject_and_message_were_received_with_the_subject() -> None:
    opened, written = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)
    words = "I want to make a formal complaint"
    [seen] = [
        each
        for each in found(a_ticket(words, subject=words, created_at=opened, written_at=written))
        if each.pack.id == "complaint"
    ]
    assert (seen.place, seen.at) == (Place.MESSAGE, opened)


def test_what_only_the_html_shows_is_searched() -> None:
    ticket = a_ticket("plain", html="<p>I will sue you</p>")
    assert seen(ticket)["legal_threat"] == (Verdict.LABEL, Place.MESSAGE)


QUOTING = "how do i reset my password\n\nOn Mon 16 Nov 2026, x wrote:\n> I will sue you"


def test_quoted_text_counts_only_if_no_comment_covers_it() -> None:
    assert seen(a_ticket(QUOTING))["legal_threat"] == (Verdict.QUOTED, Place.QUOTED)
    before = (Comment(Author.BOT, "Hello,\nI will sue you\nbye"),)
    assert "legal_threat" not in seen(a_ticket(QUOTING, before=before))
    own = QUOTING.replace("how do i", "I will sue you. how do i")
    assert seen(a_ticket(own))["legal_threat"] == (Verdict.LABEL, Place.MESSAGE)


def test_quoted_text_of_the_html_alone_counts_too() -> None:
    html = "<p>how do i reset my password</p><blockquote>I will sue you</blockquote>"
    ticket = a_ticket("how do i reset my password", html=html)
    assert seen(ticket)["legal_threat"] == (Verdict.QUOTED, Place.QUOTED)


def test_quoted_texts_of_body_and_html_are_both_searched() -> None:
    html = "<p>hello there</p><blockquote>I want to make a formal complaint</blockquote>"
    found_in = seen(a_ticket(QUOTING, html=html))
    assert found_in["legal_threat"] == (Verdict.QUOTED, Place.QUOTED)
    assert found_in["complaint"] == (Verdict.QUOTED, Place.QUOTED)


def test_our_own_words_on_how_to_reach_a_person_are_not_taken_for_the_customers() -> None:
    ours = "If you want to talk to a real person please reply."
    before = (Comment(Author.BOT, f"Hello,\n{ours}"),)
    assert seen(a_ticket(f"thanks, and the fee?\n\n> {ours}", before=before)) == {}


def own_packs(*packs: Pack) -> Rulebook:
    return compile_packs(packs)


def a_pack(pack_id: str = "mine", **more: object) -> Pack:
    fields = {"title": "Mine", "family": "own", "severity": "high", "owner": "default"}
    return Pack(id=pack_id, priority="high", **(fields | more))  # type: ignore[arg-type]


HERE = Scope(frozenset({"mine", "heir"}))


def test_words_to_hold_hold_without_a_label() -> None:
    book = own_packs(a_pack(hold=("blue moon",)))
    sighted = seen(a_ticket("once in a blue moon I ask"), rulebook=book, scope=HERE)
    assert sighted == {"mine": (Verdict.WEAK, Place.MESSAGE)}


@pytest.mark.parametrize("subject", ["Complaint", "Formal complaint", "RE: Beschwerde", "Queja"])
def test_a_subject_that_is_a_weak_word_names_what_the_message_is(subject: str) -> None:
    ticket = a_ticket("how do i reset my password for the account", subject=subject)
    assert seen(ticket)["complaint"] == (Verdict.WEAK, Place.SUBJECT)


POINTING = ["See subject", "see above", "as per subject", "see attached", "", "siehe Betreff"]


@pytest.mark.parametrize("body", POINTING)
@pytest.mark.parametrize(
    "subject",
    ["Formal complaint", "Complaint", "Complaint about my bill", "Official complaint: bill",
     "Beschwerde", "Reclamación formal", "Réclamation", "Reclamo formale", "Klacht"],
)  # fmt: skip
def test_a_subject_to_which_the_message_only_points_is_what_is_said(
    body: str, subject: str
) -> None:
    assert seen(a_ticket(body, subject=subject))["complaint"] == (Verdict.LABEL, Place.SUBJECT)


@pytest.mark.parametrize(
    "subject",
    ["Re\u0301clamation: facture", "Reclamacio\u0301n: factura", "Formal com\u200bplaint: bill",
     "O\ufb03cial complaint: bill"],
)  # fmt: skip
def test_a_subject_names_a_case_however_its_letters_are_stored(subject: str) -> None:
    ticket = a_ticket("see subject", subject=subject)
    assert seen(ticket)["complaint"] == (Verdict.LABEL, Place.SUBJECT)


@pytest.mark.parametrize(
    "subject",
    ["No complaint", "Complaint?", "Complaint form", "Complaint resolved", "Re: Complaint"],
)
def test_a_subject_that_names_no_case_is_none_where_the_message_points_to_it(subject: str) -> None:
    assert seen(a_ticket("see subject", subject=subject))["complaint"][0] is not Verdict.LABEL


@pytest.mark.parametrize(
    "subject",
    ["Formal complaint 12345", "Formal complaint and claim", "Beschwerde zur Rechnung",
     "Beschwerde bzgl. Rechnung", "Réclamation suite à ma commande", "Réclamation n° 12",
     "Reclamación de factura", "Klacht m.b.t. rekening", "Fwd: Formal complaint",
     "Urgent complaint"],
)  # fmt: skip
def test_a_subject_names_a_case_however_it_goes_on(subject: str) -> None:
    ticket = a_ticket("see subject", subject=subject)
    assert seen(ticket)["complaint"] == (Verdict.LABEL, Place.SUBJECT)


@pytest.mark.parametrize(
    "subject",
    ["Complaint - resolved", "Complaint over", "Complaint: where do I find the form",
     "Complaint - question about the form", "Beschwerde: erledigt"],
)  # fmt: skip
def test_a_subject_whose_case_is_over_or_asked_about_holds_without_a_label(subject: str) -> None:
    ticket = a_ticket("see subject", subject=subject)
    assert seen(ticket)["complaint"] == (Verdict.UNMEANT, Place.SUBJECT)


def test_a_subject_that_said_all_is_what_was_said_whatever_comes_later() -> None:
    before = (Comment(Author.REQUESTER, "see subject"), Comment(Author.AGENT, "We look at it."))
    ticket = a_ticket("any news?", subject="Formal complaint", before=before)
    assert seen(ticket)["complaint"] == (Verdict.LABEL, Place.SUBJECT)


def test_a_subject_that_an_agent_wrote_is_not_said_by_the_customer() -> None:
    before = (Comment(Author.AGENT, "We write about your complaint."),)
    ticket = a_ticket("see attached", subject="Formal complaint", before=before)
    assert seen(ticket)["complaint"] == (Verdict.WEAK, Place.SUBJECT)


def test_of_a_subject_without_end_the_two_ends_are_searched() -> None:
    for subject in ("I will sue you" + " x" * 500_000, "x " * 500_000 + "I will sue you"):
        assert seen(a_ticket(subject=subject))["legal_threat"] == (Verdict.LABEL, Place.SUBJECT)


def test_a_later_message_that_only_points_changes_no_subject() -> None:
    before = (Comment(Author.REQUESTER, "how do i reset my password"),)
    ticket = a_ticket("see attached", subject="Formal complaint", before=before)
    assert seen(ticket)["complaint"] == (Verdict.WEAK, Place.SUBJECT)


def test_a_weak_word_in_a_longer_subject_is_no_second_cue() -> None:
    ticket = a_ticket(
        "which of these do i have to fill in before the first of may",
        subject="Link to the complaints page is broken",
    )
    assert "complaint" not in seen(ticket)


def test_a_weak_word_needs_a_second_cue() -> None:
    book = own_packs(a_pack(weak=("moon", "stars")))
    alone = a_ticket("does the lamp in the shape of a moon come in yellow as well")
    assert seen(alone, rulebook=book, scope=HERE) == {}
    risky = seen(alone, rulebook=book, scope=HERE, risks={"own": 0.4})
    assert risky == {"mine": (Verdict.WEAK, Place.MESSAGE)}
    both = a_ticket("does the lamp in the shape of a moon come with stars in yellow")
    assert seen(both, rulebook=book, scope=HERE)
    assert seen(a_ticket("the moon!"), rulebook=book, scope=HERE)


def test_an_acronym_counts_in_capitals_only() -> None:
    book = own_packs(a_pack(acronyms=("SAR",)))
    assert seen(a_ticket("my SAR please"), rulebook=book, scope=HERE)
    assert seen(a_ticket("my sar please"), rulebook=book, scope=HERE) == {}


def test_a_pack_that_is_not_in_force_holds_without_a_label() -> None:
    book = own_packs(a_pack(phrases=("blue moon",)))
    sighted = seen(a_ticket("my blue moon"), rulebook=book, scope=Scope(frozenset()))
    assert sighted == {"mine": (Verdict.NOT_IN_FORCE, Place.MESSAGE)}


def test_a_pack_shares_the_phrases_of_another_if_it_is_in_force() -> None:
    book = own_packs(a_pack(phrases=("blue moon",)), a_pack("heir", phrases_of=("mine", "nobody")))
    ticket = a_ticket("my blue moon")
    assert seen(ticket, rulebook=book, scope=HERE)["heir"][0] is Verdict.LABEL
    left_open = Scope(HERE.in_force, frozenset({"heir"}))
    assert seen(ticket, rulebook=book, scope=left_open)["heir"][0] is Verdict.UNDECLARED
    assert "heir" not in seen(ticket, rulebook=book, scope=Scope(frozenset({"mine"})))


def test_a_label_of_which_the_risk_model_sees_nothing_is_left_to_a_person() -> None:
    book = own_packs(a_pack(phrases=("blue moon",)))
    sighted = seen(a_ticket("my blue moon"), rulebook=book, scope=HERE, unsure=frozenset({"own"}))
    assert sighted == {"mine": (Verdict.DOUBTED, Place.MESSAGE)}


def test_a_pack_of_the_policys_own_is_never_doubted() -> None:
    book = own_packs(a_pack(phrases=("blue moon",)))
    scope = Scope(HERE.in_force, own=frozenset({"mine"}))
    sighted = seen(a_ticket("my blue moon"), rulebook=book, scope=scope, unsure=frozenset({"own"}))
    assert sighted["mine"][0] is Verdict.LABEL


def test_a_lone_word_that_may_be_another_one_is_not_meant() -> None:
    book = own_packs(a_pack(phrases=("ombudsman",)))
    sighted = seen(a_ticket("my ombudsmen, please"), rulebook=book, scope=HERE)
    assert sighted["mine"][0] is Verdict.UNMEANT


def test_every_sighting_is_a_signal_that_blocks() -> None:
    ticket = a_ticket("I want to make a formal complaint")
    assert ticket.message is not None
    signals = detect(Thread(ticket, read_comment(ticket.message)), RULEBOOK, EVERYTHING, {})
    assert signals
    assert all(signal.blocks for signal in signals)
    assert {signal.pack for signal in signals} >= {"complaint"}


def test_a_neutral_pack_does_not_tell_what_it_is_about() -> None:
    book = own_packs(a_pack(neutral=True, phrases=("blue moon",)))
    ticket = a_ticket("my blue moon")
    assert ticket.message is not None
    (signal,) = detect(Thread(ticket, read_comment(ticket.message)), book, HERE, {})
    assert signal.detail == "Needs a specialist's review."
    assert signal.rule == "review"


def test_the_gravest_comes_first_and_what_is_only_held_last() -> None:
    book = own_packs(
        a_pack("light", severity="medium", phrases=("blue moon",)),
        a_pack("grave", severity="critical", phrases=("red sun",)),
        a_pack("held", severity="critical", hold=("green star",)),
    )
    scope = Scope(frozenset({"light", "grave", "held"}))
    ticket = a_ticket("my green star, my blue moon and my red sun")
    assert list(seen(ticket, rulebook=book, scope=scope)) == ["grave", "light", "held"]


def test_the_earliest_receipt_counts() -> None:
    first = datetime(2026, 11, 2, tzinfo=UTC)
    before = (
        Comment(Author.REQUESTER, "my blue moon", created_at=first),
        Comment(Author.OTHER, "my blue moon", created_at=datetime(2026, 11, 3, tzinfo=UTC)),
    )
    ticket = a_ticket("my blue moon", before=before, written_at=datetime(2026, 11, 9, tzinfo=UTC))
    (sighting,) = found(ticket, own_packs(a_pack(phrases=("blue moon",))), HERE)
    assert sighting.at == first
    assert sighting.evidence == ((3, 12),)


def test_the_evidence_of_several_phrases_is_put_together_and_kept_within_bounds() -> None:
    book = own_packs(a_pack(phrases=("blue moon", "red sun")))
    (sighting,) = found(a_ticket("my blue moon and my red sun"), book, HERE)
    assert sighting.evidence == ((3, 12), (20, 27))
    (many,) = found(a_ticket("my blue moon " * 100), book, HERE)
    assert len(many.evidence) == MAX_SPANS
