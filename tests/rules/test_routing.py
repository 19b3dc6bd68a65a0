"""Where a ticket goes, how urgent it is, and which tags say so."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rules.model import Organization, Outcome, Requester, Route
from rules.policy import Faq, Policy, parse_policy
from rules.policy_schema import FAMILIES, OWNERS, Pack
from rules.reason_codes import REASON_CODES
from rules.routing import REVIEW_TAG, Matter, route
from rules.signals.regulatory import Place, Sighting, Verdict
from tests.rules.build import a_ticket

OPEN = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday
AWAY = datetime(2026, 11, 24, 22, tzinfo=UTC)

GROUPS = "groups: {default: Support, complaints: Complaints, safety: Safety, legal: Legal}\n"
POLICY = """
groups: {default: Support, complaints: Complaints, safety: Safety, legal: Legal}
specialists: {account: Accounts}
routing:
  tiers:
    - {name: Gold, tags: [gold], group: Gold desk, priority: high}
    - {name: Silver, tags: [silver, GOLD], group: Silver desk}
  value: Key accounts
  languages: {de: German desk}
  regions: {GB: British desk, EU: European desk, US-CA: Californian desk}
  on_call: On call
  out_of_hours: Night desk
"""
FAQ = """
faqs:
  - {id: iban, specialist: SPECIALIST, examples: [where is my iban], answers: [{body: There.}]}
"""


def a_policy(settings: str = POLICY, specialist: str = "account") -> Policy:
    faqs = FAQ.replace("SPECIALIST", specialist)
    return parse_policy({"policy.yaml": settings, "faqs.yaml": faqs})


def iban(policy: Policy) -> Faq:
    faq = policy.faq("iban")
    assert faq is not None
    return faq


def a_sighting(
    owner: str = "complaints", verdict: Verdict = Verdict.LABEL, **more: Any
) -> Sighting:
    fields: dict[str, Any] = {
        "id": "a_pack", "title": "A pack", "family": "complaint", "severity": "high",
        "owner": owner, "priority": "high", "tags": ("complaint",),
    }  # fmt: skip
    return Sighting(Pack(**(fields | more)), verdict, Place.MESSAGE, None)


def a_matter(**more: Any) -> Matter:
    """An escalated ticket that goes to a group, in business hours."""
    person = {key: more.pop(key) for key in ("tags", "country") if key in more}
    ticket = a_ticket(requester=Requester("Ann", "ann@example.org", **person))
    fields: dict[str, Any] = {
        "ticket": ticket,
        "outcome": Outcome.ESCALATE,
        "now": OPEN,
        "moves": True,
    }
    return Matter(**(fields | more))


def routed(policy: Policy | None = None, **more: Any) -> tuple[str | None, list[str]]:
    """The group, and the steps that chose it."""
    result = route(policy or a_policy(), a_matter(**more))
    assert all(step.rule == "routing" and not step.evidence for step in result.steps)
    return result.group, [step.code.removeprefix("route.") for step in result.steps]


def test_a_ticket_that_nothing_is_known_about_goes_to_the_default_group() -> None:
    result = route(a_policy(), a_matter())
    assert (result.group, result.priority, result.tags) == (
        "Support",
        None,
        ("deskclerk_escalate",),
    )
    assert [(step.code, step.detail) for step in result.steps] == [
        ("route.default", REASON_CODES["route.default"])
    ]


def test_a_ticket_that_does_not_move_has_no_group_and_no_reason_for_one() -> None:
    seen = [a_sighting()]
    assert routed(moves=False, seen=seen, vip=True) == (None, [])
    assert route(a_policy(), a_matter(moves=False)) == Route(tags=("deskclerk_escalate",))


def test_a_ticket_that_a_person_has_is_never_moved() -> None:
    assert routed(person=True, seen=[a_sighting()], vip=True, now=AWAY) == (None, ["person"])


def test_without_any_group_a_ticket_stays_where_it_is() -> None:
    assert routed(a_policy("stage: auto", specialist="default")) == (None, [])


def test_what_a_pack_sees_goes_to_its_owner() -> None:
    assert routed(seen=[a_sighting("complaints")]) == ("Complaints", ["owner"])


def test_of_several_packs_the_gravest_decides() -> None:
    assert routed(seen=[a_sighting("legal"), a_sighting("complaints")]) == ("Legal", ["owner"])


def test_whoever_steps_in_for_an_owner_without_a_group_gets_the_ticket() -> None:
    assert routed(seen=[a_sighting("privacy")]) == ("Legal", ["owner"])
    assert routed(seen=[a_sighting("safeguarding")]) == ("Safety", ["owner"])
    assert routed(seen=[a_sighting("collections")]) == ("Complaints", ["owner"])


def test_where_nobody_steps_in_the_next_step_decides() -> None:
    assert routed(seen=[a_sighting("human")]) == ("Support", ["default"])
    assert routed(seen=[a_sighting("human")], language="de") == ("German desk", ["language"])


@pytest.mark.parametrize("family", FAMILIES)
def test_what_the_model_suspects_goes_to_the_familys_owner(family: str) -> None:
    settings = f"groups: {{default: Support, {FAMILIES[family]}: Their desk}}"
    group, steps = routed(a_policy(settings, "default"), suspected=family)
    assert (group, steps) == ("Their desk", ["owner"])


def test_what_is_seen_counts_before_what_is_suspected() -> None:
    assert routed(seen=[a_sighting("legal")], suspected="complaint") == ("Legal", ["owner"])


def test_whoever_owns_something_ends_at_the_default_group() -> None:
    policy = a_policy("groups: {default: Support}", "default")
    for owner in OWNERS:
        assert routed(policy, seen=[a_sighting(owner)])[0] == "Support"


def test_a_customer_of_a_tier_goes_to_the_tiers_group_and_its_name_is_said() -> None:
    result = route(a_policy(), a_matter(tags=frozenset({"x", "Silver"})))
    assert result.group == "Silver desk"
    assert [step.detail for step in result.steps] == ["The group of the customer's tier: Silver."]


def test_the_first_tier_that_fits_decides() -> None:
    assert routed(tags=frozenset({"silver", "gold"})) == ("Gold desk", ["tier"])


def test_a_tag_of_the_organization_or_the_ticket_makes_a_tier_too() -> None:
    company = a_ticket(organization=Organization(frozenset({"GOLD"})))
    assert routed(ticket=company) == ("Gold desk", ["tier"])
    assert routed(ticket=a_ticket(tags=frozenset({"gold"}))) == ("Gold desk", ["tier"])


@pytest.mark.parametrize(
    ("country", "group"), [("US", "West"), ("us-ca", "West"), ("FR", "Rest"), (None, "Support")]
)
def test_whoever_is_of_no_region_that_is_named_goes_to_the_group_of_everywhere(
    country: str | None, group: str
) -> None:
    settings = "groups: {default: Support}\nrouting: {regions: {US: West, GLOBAL: Rest}}"
    assert routed(a_policy(settings, "default"), country=country)[0] == group


def test_every_step_gives_way_to_the_one_before() -> None:
    policy = a_policy()
    everything: dict[str, Any] = {
        "seen": [a_sighting("complaints", priority="urgent")],
        "tags": frozenset({"gold"}),
        "vip": True,
        "faq": iban(policy),
        "language": "de",
        "country": "GB",
        "now": AWAY,
    }
    taken_away: list[dict[str, Any]] = [
        {"seen": ()},
        {"tags": frozenset()},
        {"vip": False},
        {"now": OPEN},
        {"faq": None},
        {"language": "fr"},
        {"country": "JP"},
        {},
    ]
    took: list[str] = []
    for taken in taken_away:
        took += routed(policy, **everything)[1]
        everything |= taken
    assert took == [
        "on_call", "tier", "value", "out_of_hours", "specialist", "language", "region", "default",
    ]  # fmt: skip


def test_only_what_is_urgent_goes_to_the_group_on_call_and_only_out_of_hours() -> None:
    urgent, high = a_sighting(priority="urgent"), a_sighting(priority="high")
    assert routed(seen=[urgent], now=AWAY) == ("On call", ["on_call"])
    assert routed(seen=[urgent], now=OPEN) == ("Complaints", ["owner"])
    assert routed(seen=[high], now=AWAY) == ("Complaints", ["owner"])


def test_without_groups_for_the_night_tickets_go_where_they_go_by_day() -> None:
    policy = a_policy(GROUPS, "default")
    assert routed(policy, now=AWAY, seen=[a_sighting(priority="urgent")]) == (
        "Complaints",
        ["owner"],
    )
    assert routed(policy, now=AWAY, tags=frozenset({"gold"}), vip=True) == ("Support", ["default"])


def test_a_question_goes_to_its_specialists_if_it_has_any() -> None:
    policy = a_policy()
    assert routed(policy, faq=iban(policy)) == ("Accounts", ["specialist"])
    other = a_policy(specialist="default")
    assert routed(other, faq=iban(other)) == ("Support", ["default"])


@pytest.mark.parametrize(
    ("country", "group"),
    [("GB", "British desk"), ("gb", "British desk"), ("DE", "European desk"),
     ("US-CA", "Californian desk"), ("GB-SCT", "British desk"), ("JP", "Support"),
     ("US-NY", "Support"), ("", "Support"), (None, "Support")],
)  # fmt: skip
def test_a_region_has_its_customers(country: str | None, group: str) -> None:
    assert routed(country=country)[0] == group


def test_a_customer_of_a_country_is_not_sent_to_a_part_of_it() -> None:
    assert routed(country="US")[0] == "Support"


def priority(**more: Any) -> str | None:
    return route(a_policy(), a_matter(**more)).priority


def test_nothing_seen_asks_for_no_haste() -> None:
    assert priority() is None
    assert priority(suspected="complaint") is None


@pytest.mark.parametrize(
    "verdict", [Verdict.LABEL, Verdict.DOUBTED, Verdict.UNMEANT, Verdict.QUOTED]
)
def test_strong_words_have_the_priority_of_their_pack(verdict: Verdict) -> None:
    assert priority(seen=[a_sighting(verdict=verdict, priority="urgent")]) == "urgent"


@pytest.mark.parametrize("verdict", [Verdict.NOT_IN_FORCE, Verdict.WEAK])
def test_other_words_ask_for_no_haste(verdict: Verdict) -> None:
    assert priority(seen=[a_sighting(verdict=verdict, priority="urgent")]) is None


def test_the_most_urgent_decides() -> None:
    low, urgent = a_sighting(priority="low"), a_sighting(priority="urgent")
    assert priority(seen=[low, urgent]) == "urgent"
    assert priority(seen=[low], urgent=True) == "high"
    assert priority(seen=[urgent], urgent=True) == "urgent"


def test_a_tier_may_ask_for_haste_if_the_ticket_goes_to_people() -> None:
    gold, silver = frozenset({"gold"}), frozenset({"silver"})
    assert priority(tags=gold) == "high"
    assert priority(tags=gold, moves=False) is None
    assert priority(tags=silver) is None


def tags(**more: Any) -> tuple[str, ...]:
    return route(a_policy(), a_matter(**more)).tags


def test_tags_say_what_was_decided_and_why_in_order() -> None:
    policy = a_policy()
    result = route(
        policy,
        a_matter(
            seen=[a_sighting(tags=("complaint", "uk"))],
            suspected="legal",
            faq=iban(policy),
            language="de",
        ),
    )
    assert result.tags == (
        "deskclerk_check_legal",
        "deskclerk_complaint",
        "deskclerk_escalate",
        "deskclerk_faq_iban",
        "deskclerk_lang_de",
        "deskclerk_uk",
    )


def test_a_reply_says_so() -> None:
    assert tags(outcome=Outcome.REPLY, moves=False) == ("deskclerk_reply",)


def test_of_a_neutral_pack_nothing_but_a_review_is_shown() -> None:
    seen = [a_sighting(), a_sighting(neutral=True, family="financial_crime", tags=("aml",))]
    assert tags(seen=seen, suspected="legal", language="de") == (REVIEW_TAG,)


def test_of_a_neutral_familys_suspicion_nothing_but_a_review_is_shown() -> None:
    assert tags(seen=[a_sighting()], suspected="financial_crime", language="de") == (REVIEW_TAG,)


def test_every_step_has_a_reason_code() -> None:
    steps = {"person", "on_call", "owner", "tier", "value", "out_of_hours", "specialist"}
    steps |= {"language", "region", "default"}
    assert {f"route.{step}" for step in steps} == {
        code for code in REASON_CODES if code.startswith("route.")
    }
