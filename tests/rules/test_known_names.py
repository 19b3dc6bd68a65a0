"""Names by which policy and packs refer to each other: a misspelt one is a mistake, not silence."""

import pytest

from rules.policy import PolicyError, PolicyErrors, parse_policy
from tests.rules.build import a_policy

PACK = "family: own\npacks:\n  - {id: mine, title: Mine, phrases: {en: [blue moon]}%s}\n"
RECEIPT = "acknowledgement: {statutory: [{packs: [%s], states: [receipt], answers: [{body: x}]}]}"

DIGEST = "sha256:43a29415e646ace254ed810177751171f740155e5b53d481d001b0dfaf236190"


def mistakes(settings: str, **packs: str) -> list[PolicyError]:
    """What is wrong, which a kept version has as warnings, with its values as they stood."""
    files = {"policy.yaml": settings, **packs}
    with pytest.raises(PolicyErrors) as caught:
        parse_policy(files)
    kept = parse_policy(files, kept=True)
    assert kept.warnings == caught.value.errors
    return list(kept.warnings)


@pytest.mark.parametrize(
    ("settings", "place", "hint"),
    [
        ("groups:\n  complaint: X", "policy.yaml:2: groups.complaint",
         "did you mean 'complaints'?"),
        ("groups: {Fraud dispute: X}", "policy.yaml:1: groups.Fraud dispute",
         "did you mean 'fraud'?"),
        ("stage: auto\nsectors: [payments, finacial_services]", "policy.yaml:2: sectors",
         "did you mean 'financial_services'?"),
        ("sectors: [FINANCIAL SERVICES]", "policy.yaml:1: sectors",
         "did you mean 'financial_services'?"),
        (RECEIPT % "complaint, ombudsmann", "policy.yaml:1: acknowledgement.statutory[0].packs",
         "did you mean 'ombudsman'?"),
        (RECEIPT % "'?'", "policy.yaml:1: acknowledgement.statutory[0].packs",
         "deskclerk policy packs lists them"),
        ("routing:\n  languages:\n    english: X", "policy.yaml:3: routing.languages.english",
         "did you mean 'en'?"),
        ("routing: {languages: {pt-BR: X}}", "policy.yaml:1: routing.languages.pt-BR",
         "did you mean 'pt'?"),
        ("routing: {languages: {klingon: X}}", "policy.yaml:1: routing.languages.klingon", ""),
    ],
)  # fmt: skip
def test_a_name_that_nothing_refers_to_is_a_mistake_with_what_was_meant(
    settings: str, place: str, hint: str
) -> None:
    [error] = mistakes(settings)
    assert (error.place, error.hint) == (place, hint)


def test_an_owner_that_no_group_and_no_shipped_pack_knows_is_a_mistake() -> None:
    [error] = mistakes("", **{"packs/a.yaml": PACK % ", owner: complaint"})
    assert error.place == "packs/a.yaml:3: packs[0].owner"
    assert error.hint == "did you mean 'complaints'?"


def test_a_sector_of_a_pack_that_the_policy_does_not_name_is_a_mistake() -> None:
    [error] = mistakes("sectors: [payments]", **{"packs/a.yaml": PACK % ", sectors: [paymens]"})
    assert error.place == "packs/a.yaml:3: packs[0].sectors"
    assert error.hint == "did you mean 'payments'?"


def test_owners_and_sectors_of_ones_own_may_be_named_by_pack_and_policy() -> None:
    policy = a_policy(
        "groups: {loyalty: Points}\nsectors: [airline, lounges]",
        **{"packs/a.yaml": PACK % ", owner: loyalty, sectors: [lounges]"},
    )
    assert policy.owner_group("loyalty") == "Points"
    assert "mine" in policy.scope.in_force


def test_a_pack_may_have_a_sector_of_its_own_where_the_policy_leaves_them_open() -> None:
    assert a_policy("", **{"packs/a.yaml": PACK % ", sectors: [lounges]"}).scope.undeclared


def test_a_receipt_may_be_for_a_pack_of_ones_own() -> None:
    policy = a_policy(RECEIPT % "mine", **{"packs/a.yaml": PACK % ""})
    assert policy.settings.acknowledgement.statutory[0].packs == {"mine"}


def test_a_firm_in_none_of_the_sectors_has_only_the_packs_of_every_sector_in_force() -> None:
    policy = a_policy("sectors: [other]")
    sectors = {sector for pack in policy.packs if pack.id in policy.scope.in_force
               for sector in pack.sectors}  # fmt: skip
    assert not sectors


def test_the_digest_of_a_kept_version_holds_its_names_as_they_stood() -> None:
    kept = parse_policy(
        {"policy.yaml": "groups: {complaint: X}\nsectors: [finacial_services]"}, kept=True
    )
    assert kept.settings.groups == {"complaint": "X"}
    assert kept.settings.sectors == ("finacial_services",)
    # As the release before named it.
    assert kept.version == DIGEST
