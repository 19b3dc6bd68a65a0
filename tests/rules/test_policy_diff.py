"""What differs between two policies, found field by field."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rules.policy import Policy, parse_policy
from rules.policy_diff import Change, Kind, PolicyDiff, differences, frees, widens
from rules.policy_schema import Settings
from tests.rules.build import FAQS, SETTINGS, a_policy

SAMPLES = Path(__file__).parents[2] / "samples" / "policy"
PACK = """
family: complaint
packs:
  - id: lost_points
    title: Lost points
    phrases: {en: [my bonus points have vanished]}
    clocks: [{name: Answer, amount: 5, unit: days, kind: internal, source: terms}]
    sources: [{ref: Terms of the bonus scheme}]
"""


def compared(settings: str = SETTINGS, faqs: str = FAQS, **more: str) -> PolicyDiff:
    """What differs in these files from those of `a_policy`."""
    return differences(a_policy(), a_policy(settings, faqs, **more))


def faqs_with(old: str, new: str) -> str:
    assert old in FAQS
    return FAQS.replace(old, new, 1)


def test_policies_of_one_version_have_no_difference() -> None:
    found = compared(faqs="# a remark\n" + FAQS)
    assert not found
    assert found == PolicyDiff((), (), (), ())


@pytest.mark.parametrize(
    ("lines", "change"),
    [
        ("target_precision: 0.9", Change("target_precision", 0.98, 0.9)),
        ("answer_outside_hours: false", Change("answer_outside_hours", old=True, new=False)),
        ("tone: {unanswered_messages: 5}", Change("tone.unanswered_messages", 3, 5)),
        ("routing: {value: VIPs}", Change("routing.value", None, "VIPs")),
        ("routing: {languages: {de: Team DE}}", Change("routing.languages.de", None, "Team DE")),
        ("acknowledgement: {stage: auto}", Change("acknowledgement.stage", "off", "auto")),
    ],
)
def test_a_setting_stands_under_its_key_with_both_values(lines: str, change: Change) -> None:
    assert compared(SETTINGS + lines).settings == (change,)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("stage: auto", "stage: suggest", Change("stage", "auto", "suggest")),
        ("[GB]", "[GB, IE]", Change("regions", ("GB",), ("GB", "IE"))),
        ("[vip]", "[vip, gold]", Change("value.vip_tags", ("vip",), ("gold", "vip"))),
        ("GB-ENG}", "GB-ENG, close: '24:00'}", Change("business_hours.close", "17:30", "24:00")),
        ("GB-ENG}", "GB-SCT}", Change("business_hours.holidays", "GB-ENG", "GB-SCT")),
        ("legal: Legal", "legal: Law", Change("groups.legal", "Legal", "Law")),
        (", legal: Legal", "", Change("groups.legal", "Legal", None)),
        ("[vip]}", "[vip], order: {field: '7'}}", Change("value.order.field", "", "7")),
        (
            "[vip]}",
            "[vip], organization_fields: {plan: [pro, max]}}",
            Change("value.organization_fields", (), ("plan, pro, max",)),
        ),
    ],
)
def test_a_changed_setting_stands_under_its_key(old: str, new: str, change: Change) -> None:
    assert old in SETTINGS
    assert change in compared(SETTINGS.replace(old, new)).settings


def test_items_of_a_list_are_known_by_their_name() -> None:
    tier = "routing: {tiers: [{name: Gold, tags: [gold], group: %s}]}"
    old, new = a_policy(SETTINGS + tier % "A"), a_policy(SETTINGS + tier % "B")
    assert differences(old, new).settings == (Change("routing.tiers.Gold.group", "A", "B"),)
    assert compared(SETTINGS + tier % "A").settings == (
        Change("routing.tiers", (), ("Gold",)),
        Change("routing.tiers.Gold.tags", None, ("gold",)),
        Change("routing.tiers.Gold.group", None, "A"),
    )


def test_items_of_one_name_are_numbered() -> None:
    tier = "{name: Gold, tags: [gold], group: A}"
    found = compared(SETTINGS + f"routing: {{tiers: [{tier}, {tier}]}}").settings
    assert found[0].new == ("Gold", "Gold #2")
    assert [each.key for each in found].count("routing.tiers.Gold #2.group") == 1


def test_a_statutory_receipt_is_known_by_its_packs() -> None:
    receipt = (
        "acknowledgement: {statutory: [{packs: [ombudsman, complaint], states: [receipt],"
        " answers: [{body: We have it.}]}]}"
    )
    keys = [each.key for each in compared(SETTINGS + receipt).settings]
    assert keys == [
        "acknowledgement.statutory",
        "acknowledgement.statutory.complaint, ombudsman.states",
        "acknowledgement.statutory.complaint, ombudsman.answers",
        "acknowledgement.statutory.complaint, ombudsman.answers.en.body",
    ]


def test_a_question_that_is_new_or_gone_is_named_with_its_values() -> None:
    found = compared(faqs=faqs_with("id: find_iban", "id: show_iban"))
    assert [(each.id, each.kind) for each in found.questions] == [
        ("find_iban", Kind.REMOVED),
        ("show_iban", Kind.ADDED),
    ]
    gone, new = found.questions
    assert Change("answers.en.body", None, "Your IBAN stands under Account.") in new.changes
    assert Change("examples", gone.changes[2].old, None) == gone.changes[2]
    assert (new.title, gone.title) == ("show_iban", "find_iban")


IBAN = ("where do i find my iban", "what is my iban", "show me the account number")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("id: find_iban", "id: find_iban\n    share: 20", Change("share", 100, 20)),
        ("id: find_iban", "id: find_iban\n    stage: 'off'", Change("stage", "auto", "off")),
        ("what is my iban, ", "", Change("examples", IBAN, (IBAN[0], IBAN[2]))),
        (
            "Your IBAN stands",
            "It stands",
            Change(
                "answers.en.body",
                "Your IBAN stands under Account.",
                "It stands under Account.",
            ),
        ),
    ],
)
def test_what_changed_in_a_question_is_told(old: str, new: str, change: Change) -> None:
    (question,) = compared(faqs=faqs_with(old, new)).questions
    assert (question.id, question.kind) == ("find_iban", Kind.CHANGED)
    assert question.changes == (change,)


def test_an_answer_in_another_language_and_a_day_of_review_are_told() -> None:
    more = faqs_with('Within five days."', 'Within five days.", review_by: 2028-01-01')
    (question,) = compared(faqs=more.replace(", review_by: 2027-06-30}", "}")).questions
    assert question.changes == (Change("answers.en.review_by", "2027-06-30", "2028-01-01"),)
    added = "      - {language: fr, body: Oui.}\n  - id: find_iban"
    (question,) = compared(faqs=faqs_with("  - id: find_iban", added)).questions
    assert question.changes == (
        Change("answers", ("en", "de"), ("en", "de", "fr")),
        Change("answers.fr.body", None, "Oui."),
    )


def test_another_order_is_a_difference() -> None:
    first, *rest = FAQS.split("  - id: ")
    found = compared(faqs="  - id: ".join([first, *rest[::-1]]))
    assert found == PolicyDiff((), (), (), ("questions",))
    assert found


def test_packs_of_ones_own_are_compared_and_shipped_ones_are_not() -> None:
    (pack,) = compared(**{"packs/own.yaml": PACK}).packs
    assert (pack.id, pack.title, pack.kind) == ("lost_points", "Lost points", Kind.ADDED)
    old = a_policy(**{"packs/own.yaml": PACK})
    new = a_policy(**{"packs/own.yaml": PACK.replace("amount: 5", "amount: 3")})
    (pack,) = differences(old, new).packs
    assert pack.changes == (Change("clocks.Answer.amount", 5, 3),)


@dataclass(frozen=True)
class LaterSettings(Settings):
    """Settings with a key that came later."""

    disclosure: tuple[str, ...] | None = None


def test_a_key_that_comes_later_is_found_without_being_named() -> None:
    policy = a_policy()

    def with_settings(disclosure: tuple[str, ...] | None) -> Policy:
        return replace(policy, settings=LaterSettings(disclosure=disclosure))

    found = differences(with_settings(None), with_settings(("By a machine.",)))
    assert found.settings == (Change("disclosure", None, ("By a machine.",)),)


def test_the_whole_sample_is_found_when_it_is_new() -> None:
    files = {path.name: path.read_text("utf-8") for path in SAMPLES.glob("*.yaml")}
    found = differences(parse_policy({}), parse_policy(files))
    assert {each.kind for each in found.questions} == {Kind.ADDED}
    assert len(found.questions) == len(parse_policy(files).faqs)


@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [
        ("stage: shadow", "stage: auto", True),
        ("stage: approve, share: 50", "stage: approve, share: 60", True),
        ("stage: auto, share: 50", "stage: auto, share: 40", False),
        ("stage: auto, share: 10", "stage: approve, share: 100", False),
        ("stage: off", "stage: shadow", False),
        ("stage: suggest", "stage: approve", False),
        ("stage: shadow, share: 10", "stage: shadow, share: 90", False),
    ],
)
def test_wider_is_what_lets_more_leave_the_house(before: str, after: str, *, wider: bool) -> None:
    one = "faqs: [{{id: a, examples: [a b], answers: [{{language: en, body: b}}], {}}}]"
    old, new = (parse_policy({"faqs.yaml": one.format(how)}) for how in (before, after))
    assert widens(old, new) is wider


@pytest.mark.parametrize(
    ("before", "after", "freer"),
    [
        ("stage: shadow", "stage: auto", True),
        ("stage: auto, share: 40", "stage: auto, share: 50", True),
        ("stage: auto, share: 50", "stage: auto, share: 40", False),
        ("stage: shadow", "stage: approve", False),
        ("stage: approve, share: 50", "stage: approve, share: 60", False),
        ("stage: auto", "stage: approve", False),
    ],
)
def test_freer_is_what_goes_out_without_a_person(before: str, after: str, *, freer: bool) -> None:
    one = "faqs: [{{id: a, examples: [a b], answers: [{{language: en, body: b}}], {}}}]"
    old, new = (parse_policy({"faqs.yaml": one.format(how)}) for how in (before, after))
    assert frees(old, new) is freer
    acknowledging = a_policy(SETTINGS + "acknowledgement: {stage: auto}")
    assert frees(a_policy(), acknowledging)
    assert not frees(acknowledging, acknowledging)


def test_an_answer_more_or_an_acknowledgement_that_goes_out_is_wider() -> None:
    none = parse_policy({"faqs.yaml": "faqs: []"})
    one = "faqs: [{id: a, stage: auto, examples: [a b], answers: [{language: en, body: b}]}]"
    assert widens(none, parse_policy({"faqs.yaml": one}))
    assert not widens(parse_policy({"faqs.yaml": one}), none)
    assert widens(a_policy(), a_policy(SETTINGS + "acknowledgement: {stage: auto}"))
