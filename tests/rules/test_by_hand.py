"""What people decide by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.by_hand import Words, cases_by_hand, label_by_hand, words_by_hand
from rules.model import Author, Comment, Deadline
from rules.policy import Policy
from rules.policy_schema import FAMILIES
from tests.rules.build import NOW, SETTINGS, a_policy, a_ticket, judge

POLICY = a_policy()  # of a British payments firm
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOWHERE = a_policy(SETTINGS.replace("regions: [GB]\nsectors: [payments]\n", ""))
# Messages that the rules label with the pack of shared wording alone and its heirs.
SHARED = {
    "complaint": "I want to make a formal complaint.",
    "data_access_request": "This is a subject access request, send me all my data.",
    "unauthorised_payment": "There is a payment I did not authorise on my account.",
    "app_scam": "I was tricked into sending money to a scammer.",
}


def families(seen: set[str]) -> list[str]:
    return list(dict.fromkeys(pack.family for pack in cases_by_hand(POLICY, seen)))


def test_only_packs_in_force_are_cases_to_name() -> None:
    named = {pack.id for pack in cases_by_hand(POLICY, set())}
    assert named == POLICY.scope.in_force
    assert "chargeback_section75" in named
    assert len(named) < len(POLICY.packs)


def test_the_packs_of_a_family_stand_beside_each_other() -> None:
    assert families(set()) == [each for each in FAMILIES if each in set(families(set()))]
    assert len(families({"packs/uk_fca_disp_complaint", "risk/optout"})) == len(families(set()))


def test_a_pack_that_was_seen_stands_first_and_its_family_before_the_others() -> None:
    seen = next(pack for pack in reversed(cases_by_hand(POLICY, set())) if not pack.clocks)
    found = cases_by_hand(POLICY, {f"packs/{seen.id}", "mood/anger"})
    assert found[0] == seen
    assert found[1].family == seen.family


def test_a_family_that_is_suspected_stands_first_with_clocks_before_the_rest() -> None:
    found = cases_by_hand(POLICY, {"risk/fraud_dispute"})
    of_it = [bool(pack.clocks) for pack in found if pack.family == "fraud_dispute"]
    assert found[0].family == "fraud_dispute"
    assert of_it == sorted(of_it, reverse=True)
    assert set(of_it) == {True, False}


def test_a_family_of_the_policys_own_comes_last_unless_it_was_seen() -> None:
    own = (
        "family: house\npacks:\n  - {id: own, title: House rules refused, "
        "phrases: {en: [blue moon]}, sources: [{ref: house rules}]}\n"
    )
    policy = a_policy(**{"packs/own.yaml": own})
    assert cases_by_hand(policy, set())[-1].id == "own"
    assert cases_by_hand(policy, {"packs/own"})[0].id == "own"


def clocks_of(policy: Policy, pack_id: str, written_at: datetime = OPENED) -> set[Deadline]:
    pack = next(pack for pack in policy.packs if pack.id == pack_id)
    label = label_by_hand(pack, a_ticket(), policy, NOW, written_at)
    assert [one.due for one in label.deadlines] == sorted(one.due for one in label.deadlines)
    return set(label.deadlines)


@pytest.mark.parametrize("pack_id", SHARED)
@pytest.mark.parametrize("policy", [POLICY, NOWHERE], ids=["British", "undeclared"])
def test_a_label_by_hand_runs_the_clocks_that_the_rules_label_would(
    policy: Policy, pack_id: str
) -> None:
    decision = judge(a_ticket(SHARED[pack_id], created_at=OPENED), policy)
    packs = {pack.id: pack for pack in policy.packs}
    heirs = {heir for heir, pack in packs.items() if pack_id in pack.phrases_of}
    of_it = {one for one in decision.deadlines if one.pack in heirs | {pack_id}}
    assert pack_id in decision.packs
    assert clocks_of(policy, pack_id) == of_it != set()


def test_of_the_heirs_that_the_policy_leaves_open_the_shortest_clock_runs() -> None:
    [only] = clocks_of(NOWHERE, "complaint")
    assert (only.pack, only.clock) == ("au_rg271_complaint", "Acknowledge")


def test_a_pack_that_is_named_runs_its_clocks_though_the_policy_leaves_its_region_open() -> None:
    assert "uk_fca_disp_complaint" in NOWHERE.scope.undeclared
    found = {one.clock for one in clocks_of(NOWHERE, "uk_fca_disp_complaint")}
    assert found == {"Summary resolution window", "Final response"}


def test_a_label_by_hand_runs_no_clock_of_another_countrys_law() -> None:
    found = {one.clock for one in clocks_of(POLICY, "data_breach_report")}
    assert found == {"Notify the supervisory authority"}


def test_a_label_by_hand_starts_with_the_message_that_it_is_about() -> None:
    assert {one.started for one in clocks_of(POLICY, "uk_psd_emd_complaint", LATER)} == {LATER}


def test_without_a_message_a_label_by_hand_starts_with_the_first_words_from_outside() -> None:
    pack = next(pack for pack in POLICY.packs if pack.id == "uk_psd_emd_complaint")
    before = (
        Comment(Author.AGENT, "A call from Ada.", created_at=datetime(2026, 11, 1, tzinfo=UTC)),
        Comment(Author.OTHER, "They took my money.", created_at=OPENED),
    )
    ticket = a_ticket("Any news?", before=before, written_at=LATER)
    undated = a_ticket(created_at=OPENED)
    for each, expected in (
        (ticket, OPENED),
        (undated, OPENED),
        (replace(ticket, comments=(), created_at=LATER), LATER),
        (replace(ticket, comments=()), NOW),
    ):
        label = label_by_hand(pack, each, POLICY, NOW)
        assert {one.started for one in label.deadlines} == {expected}


def test_a_pack_with_a_neutral_heir_says_nothing_on_the_ticket() -> None:
    own = (
        "family: house\npacks:\n  - {id: own, title: House rules, neutral: true, "
        "phrases_of: [complaint], sources: [{ref: house rules}]}\n"
    )
    policy = a_policy(**{"packs/own.yaml": own})
    pack = next(pack for pack in policy.packs if pack.id == "complaint")
    label = label_by_hand(pack, a_ticket(), policy, NOW)
    assert (label.neutral, label.title, label.tags) == (True, "for review", ("deskclerk_review",))
    assert not label_by_hand(pack, a_ticket(), POLICY, NOW).neutral


TWO_LANGUAGES = a_policy(
    faqs="faqs:\n  - id: a\n    examples: [where is it]\n    answers:\n"
    "      - {language: de, body: 'Hallo {{ first_name }}, hier.'}\n"
    "      - {language: en, body: 'Hello {{ first_name }}, here.'}\n"
)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Where has the parcel been for all these days, please?", Words("Hello Ann, here.")),
        ("Wo ist denn mein Paket die ganzen Tage gewesen, bitte?", Words("Hallo Ann, hier.")),
        ("12345", Words("Hallo Ann, hier.")),
        (
            "Onde esteve a minha encomenda durante todos estes dias?",
            Words(None, "answer.missing_language"),
        ),
    ],
    ids=["English", "German", "untold: the first", "without an answer"],
)
def test_words_by_hand_are_in_the_language_of_the_message(message: str, said: Words) -> None:
    assert words_by_hand(TWO_LANGUAGES.faqs[0], a_ticket(message), TWO_LANGUAGES, NOW) == said


def test_words_by_hand_are_there_where_a_ticket_has_no_message() -> None:
    ticket = replace(a_ticket("Where is it?"), comments=())
    assert words_by_hand(TWO_LANGUAGES.faqs[0], ticket, TWO_LANGUAGES, NOW).text is not None
