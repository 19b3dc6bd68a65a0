"""Rights invoked, law, danger: every wording that leaves no doubt is seen, wherever it stands."""

from datetime import UTC, datetime

import pytest

from rules.model import Author, Comment, Ticket
from rules.pack_library import shipped_packs
from rules.signals.regulatory import Place, Rulebook, compile_packs, detect, sightings
from rules.utterance import read_comment
from tests.rules.build import a_ticket

RULEBOOK = compile_packs(shipped_packs())


def seen(ticket: Ticket, rulebook: Rulebook = RULEBOOK) -> dict[str, tuple[bool, Place]]:
    assert ticket.message is not None
    found = sightings(ticket, read_comment(ticket.message), rulebook)
    return {each.pack.id: (each.weak, each.place) for each in found}


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("I'd like to raise a complaint about the delay", "complaint"),
        ("please treat this as a formal complaint", "complaint"),
        ("I am extremely dissatisfied", "complaint"),
        ("Quiero presentar una queja", "complaint"),
        ("Je souhaite faire une réclamation", "complaint"),
        ("Vorrei presentare un reclamo", "complaint"),
        ("Ik wil een klacht indienen", "complaint"),
        ("Quero fazer uma reclamação", "complaint"),
        ("Ich möchte mich beschweren", "complaint"),
        ("I'll take this to the ombudsman", "ombudsman"),
        ("Ich wende mich an die Verbraucherzentrale", "ombudsman"),
        ("I will take legal action against you", "legal_threat"),
        ("you will hear from my solicitor", "legal_threat"),
        ("Mein Anwalt wird sich melden", "legal_threat"),
        ("les voy a demandar", "legal_threat"),
        ("letter before claim", "lawyer_letter"),
        ("mise en demeure", "lawyer_letter"),
        ("a county court claim has been sent", "court_claim"),
        ("please provide your business file", "regulator_direct_contact"),
        ("this is a subject access request", "gdpr_request"),
        ("delete all my data", "gdpr_request"),
        ("bitte löschen Sie alle meine Daten, Löschung meiner Daten", "gdpr_request"),
        ("I can see someone else's account", "data_breach_report"),
        ("I did not authorise this payment", "unauthorised_payment"),
        ("No reconozco este cargo", "unauthorised_payment"),
        ("diese Abbuchung habe ich nicht autorisiert", "unauthorised_payment"),
        ("I was tricked into sending money", "app_scam"),
        ("I will file a chargeback", "chargeback"),
        ("I don't want to live anymore, I want to die", "self_harm_risk"),
        ("ich will nicht mehr leben", "self_harm_risk"),
        ("I know where you live", "threat_of_violence"),
        ("my husband passed away in May", "vulnerable_customer"),
        ("I can't afford to eat this month", "vulnerable_customer"),
    ],
)
def test_a_wording_that_leaves_no_doubt_is_seen(text: str, pack: str) -> None:
    assert seen(a_ticket(text)).get(pack) == (False, Place.MESSAGE)


@pytest.mark.parametrize(
    "negative", [text for pack in shipped_packs() for text in pack.hard_negatives]
)
def test_a_hard_negative_gets_no_label(negative: str) -> None:
    assert all(weak for weak, _ in seen(a_ticket(negative)).values())


def test_negation_is_not_read() -> None:
    assert seen(a_ticket("I am not going to hurt myself"))["self_harm_risk"][0] is False
    assert "complaint" in seen(
        a_ticket("this is not a complaint, but I am not happy with how you act")
    )


@pytest.mark.parametrize(
    "text",
    ["I will make a formal comp\u200blaint", "my s0lic1tor will call",
     "my soliciter will be in touch", "my so1icitor will call",
     "I take this to the omnbudsman", "my l a w y e r will write", "ＭＹ ＣＯＭＰＬＡＩＮＴ",
     "my c\u043emplaint", "c-o-m-p-l-a-i-n-t about you"],
)  # fmt: skip
def test_disguised_and_misspelt_words_are_read(text: str) -> None:
    assert any(not weak for weak, _ in seen(a_ticket(text)).values())


def test_a_plain_and_a_disguised_wording_are_both_seen() -> None:
    found = seen(a_ticket("my complaint, ref AB12cd: my s0lic1tor will call"))
    assert found["complaint"] == found["legal_threat"] == (False, Place.MESSAGE)


def test_a_proper_word_one_letter_away_is_left_alone() -> None:
    assert seen(a_ticket("is the product compliant, and A B C D E grades, or a (x) b (y)?")) == {}


def test_the_subject_and_earlier_messages_are_searched() -> None:
    before = (Comment(Author.REQUESTER, "I will sue you"), Comment(Author.AGENT, "my complaint"))
    ticket = a_ticket("any news?", subject="Formal complaint", before=before)
    assert seen(ticket)["complaint"] == (False, Place.SUBJECT)
    assert seen(ticket)["legal_threat"] == (False, Place.EARLIER)


def test_what_only_the_html_shows_is_searched() -> None:
    assert seen(a_ticket("plain", html="<p>I will sue you</p>"))["legal_threat"][0] is False


def test_quoted_text_counts_only_if_no_comment_covers_it() -> None:
    body = "how do i reset my password\n\nOn Mon 16 Nov 2026, x wrote:\n> I will sue you"
    assert seen(a_ticket(body))["legal_threat"] == (False, Place.QUOTED)
    before = (Comment(Author.BOT, "Hello,\nI will sue you\nbye"),)
    assert "legal_threat" not in seen(a_ticket(body, before=before))
    own = body.replace("how do i", "I will sue you. how do i")
    assert seen(a_ticket(own))["legal_threat"] == (False, Place.MESSAGE)


def test_a_bare_word_holds_the_answer_without_a_label() -> None:
    ticket = a_ticket("where is the complaints page")
    assert seen(ticket)["complaint"] == (True, Place.MESSAGE)
    assert ticket.message is not None
    signal = detect(ticket, read_comment(ticket.message), RULEBOOK)[0]
    assert signal.blocks
    assert signal.pack is None


def test_the_gravest_comes_first_and_weak_ones_last() -> None:
    ticket = a_ticket("a chargeback, my complaint, and I want to kill myself")
    assert next(iter(seen(ticket))) == "self_harm_risk"
    assert list(seen(ticket))[-1] == "chargeback"


def test_the_earliest_receipt_counts() -> None:
    first = datetime(2026, 11, 2, tzinfo=UTC)
    before = (
        Comment(Author.REQUESTER, "my complaint", created_at=first),
        Comment(Author.OTHER, "my complaint", created_at=datetime(2026, 11, 3, tzinfo=UTC)),
    )
    ticket = a_ticket("my complaint", before=before, written_at=datetime(2026, 11, 9, tzinfo=UTC))
    assert ticket.message is not None
    found = sightings(ticket, read_comment(ticket.message), RULEBOOK)
    assert found[0].at == first
    assert found[0].evidence == ((0, 12),)


def test_phrases_borrowed_from_a_pack_that_is_not_in_force_are_not_missed() -> None:
    alone = [pack for pack in shipped_packs() if pack.id == "uk_fca_disp_complaint"]
    assert seen(a_ticket("my complaint"), compile_packs(alone)) == {}


def test_evidence_is_kept_within_bounds() -> None:
    ticket = a_ticket("my complaint " * 100)
    assert ticket.message is not None
    found = sightings(ticket, read_comment(ticket.message), RULEBOOK)
    assert len(found[0].evidence) == 20
