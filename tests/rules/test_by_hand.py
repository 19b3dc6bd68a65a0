"""What people decide by hand."""

from rules.by_hand import cases_by_hand
from rules.policy_schema import FAMILIES
from tests.rules.build import a_policy

POLICY = a_policy()  # of a British payments firm


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
