"""How far a message is from routine, read with the network and without."""

import pytest

from rules.features import reader as reader_module
from rules.features.reader import Reader
from rules.model import Author, Comment
from rules.passages import Passage, passages_of
from rules.policy_schema import FAMILIES
from rules.risk_modes import FULL, LEXICAL
from rules.shipped import ShippedDataError
from rules.signals.risk import LIMIT, MOODS, RiskReading, shared_risk_model
from rules.thread import Thread
from rules.utterance import read_comment
from tests.rules.build import a_ticket

MODES = pytest.mark.parametrize("mode", [FULL, LEXICAL])


def passages_in(text: str) -> tuple[Passage, ...]:
    ticket = a_ticket(text)
    assert ticket.message is not None
    return passages_of(Thread(ticket, read_comment(ticket.message)))


def read(text: str, mode: str = FULL, language: str | None = "en") -> RiskReading:
    return shared_risk_model(mode).read(passages_in(text), language)


CASES = [
    "Nobody came on Monday or on Thursday, and I have lost two days' pay waiting for you.",
    "The strap snapped while I was on the ladder and I came down on my wrist.",
    "When I opened the app this morning I could read somebody else's messages and address.",
]
ROUTINE = [
    "How do I change the colour of my profile picture?",
    "When do you open on Saturday, and is there parking?",
    "Could you tell me which plan has the shared calendar?",
]


@pytest.mark.parametrize("text", CASES)
def test_a_case_without_a_telling_word_is_held(text: str) -> None:
    assert read(text).worst >= LIMIT


@pytest.mark.parametrize("text", ROUTINE)
def test_a_routine_question_is_not_held(text: str) -> None:
    reading = read(text)
    assert reading.worst < LIMIT
    assert reading.suspected is None


@MODES
def test_every_family_and_mood_gets_a_number_between_nothing_and_one(mode: str) -> None:
    reading = read(CASES[0], mode)
    assert set(reading.families) == set(FAMILIES)
    assert set(reading.tones) == set(MOODS)
    assert all(0.0 <= risk <= 1.0 for risk in (*reading.families.values(), *reading.tones.values()))
    assert reading.worst >= max(reading.families.values())


@MODES
def test_nothing_said_is_no_risk(mode: str) -> None:
    assert shared_risk_model(mode).read((), None) == RiskReading()


@MODES
def test_the_same_text_is_read_the_same(mode: str) -> None:
    assert read(CASES[1], mode) == read(CASES[1], mode)


@MODES
def test_where_the_language_is_unknown_the_higher_risk_stands(mode: str) -> None:
    unknown = read(CASES[0], mode, None)
    for language in ("en", "de"):
        assert unknown.worst >= read(CASES[0], mode, language).worst


@MODES
def test_the_worst_passage_decides(mode: str) -> None:
    alone = read(CASES[2], mode)
    before = Comment(Author.REQUESTER, CASES[2])
    ticket = a_ticket(ROUTINE[0], before=(before,))
    assert ticket.message is not None
    passages = passages_of(Thread(ticket, read_comment(ticket.message)))
    assert shared_risk_model(mode).read(passages, "en").worst >= alone.worst


def test_passages_beyond_what_the_network_reads_are_read_by_words() -> None:
    long = "\n\n".join(f"{text} {number}" for number in range(60) for text in ROUTINE)
    assert read(long).worst <= 1.0


def quoting(text: str, body: str = "see below") -> RiskReading:
    return read(body + "\n\nOn Mon, 2 Nov 2026 at 10:00, Ann Lee wrote:\n> " + text)


@pytest.mark.parametrize(
    "text",
    ["Your driver left a list with all your customers' addresses at my door.",
     "The heater that you sold us caught fire in the nursery.",
     "A man I don't know took 4000 pounds out of my account last night while I slept."],
)  # fmt: skip
def test_a_grave_case_in_quoted_words_is_one(text: str) -> None:
    assert quoting(text).worst >= LIMIT
    assert quoting(text, body="").worst >= LIMIT


@pytest.mark.parametrize(
    "text",
    ["Your statement is ready. If you did not expect this email, contact us. Unsubscribe",
     "Your parcel is on its way. If you are not at home, we leave it with a neighbour.",
     "Your subscription renews on Monday. You can cancel at any time in your settings.",
     "We noticed a new sign-in. If this was not you, change your password now."],
)  # fmt: skip
def test_what_firms_write_to_their_customers_is_none_in_a_quotation(text: str) -> None:
    assert quoting(text).worst < LIMIT


def test_without_the_network_quoted_words_are_the_packs_business() -> None:
    text = "see below\n\n> The heater that you sold us caught fire in the nursery."
    assert read(text, LEXICAL).worst == read("see below", LEXICAL).worst


def test_the_sentences_that_weigh_most_are_the_evidence() -> None:
    text = f"{CASES[1]} I bought it in May."
    spans = shared_risk_model(FULL).evidence(passages_in(text), "en")
    assert any("ladder" in text[start:end] for start, end in spans)


def test_a_clear_case_is_suspected_by_its_family() -> None:
    assert read(CASES[1]).suspected == "product_safety"


NOVEL = "Is the detective novel 'I will sue you' in stock?"


def test_the_network_says_of_which_families_it_is_not_sure() -> None:
    assert "legal" in read(NOVEL).unsure
    assert "legal" not in read("I will sue you over this bill, my solicitor has it.").unsure


def test_danger_and_the_wish_for_a_person_are_never_in_doubt() -> None:
    assert not {"safety_of_life", "human_request"} & read(ROUTINE[0]).unsure


def test_only_the_network_doubts_and_only_where_it_read_everything() -> None:
    assert not read(NOVEL, LEXICAL).unsure
    assert not read("\n\n".join(f"{NOVEL} {number}" for number in range(200))).unsure


def test_the_two_modes_have_versions_of_their_own() -> None:
    assert shared_risk_model(FULL).version != shared_risk_model(LEXICAL).version


def test_an_altered_network_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match="reader"):
        Reader()
