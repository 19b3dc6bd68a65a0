"""Reading a policy: every mistake at once, with its place and a hint; hostile text is an error."""

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Stage
from rules.pack_library import shipped_packs
from rules.policy import PolicyError, PolicyErrors, parse_policy
from rules.policy_errors import ErrorLog, did_you_mean
from rules.policy_schema import Pack
from rules.sections import Section
from rules.yaml_tree import YamlError, read_yaml
from tests.rules.build import FAQS, SETTINGS, a_policy

SAMPLES = Path(__file__).parents[2] / "samples" / "policy"


def errors(settings: str = "", faqs: str = FAQS, **more: str) -> list[PolicyError]:
    with pytest.raises(PolicyErrors) as caught:
        parse_policy({"policy.yaml": settings, "faqs.yaml": faqs, **more})
    return list(caught.value.errors)


def test_an_empty_folder_is_a_policy_of_safe_defaults() -> None:
    policy = parse_policy({})
    assert policy.faqs == ()
    assert policy.settings.stage is Stage.SHADOW
    assert policy.guards.reply_window_hours == 24
    assert policy.guards.max_message_age_hours == 72
    assert {pack.id for pack in policy.packs} == {pack.id for pack in shipped_packs()}
    assert policy.group("complaints") is None


def test_everything_the_sample_says_is_read() -> None:
    policy = parse_policy(
        {name: (SAMPLES / name).read_text("utf-8") for name in ("policy.yaml", "faqs.yaml")}
    )
    assert policy.settings.hours.holidays == "GB-ENG"
    assert policy.settings.hours.close == time(17, 30)
    assert policy.group("legal") == "Legal"
    assert policy.group("unheard-of") == "Support"
    reset = policy.faq("reset_password")
    assert reset is not None
    assert reset.stage is Stage.AUTO
    assert reset.answers[0].review_by == date(2027, 6, 30)
    assert policy.faq("unheard-of") is None


def test_packs_of_other_regions_and_sectors_are_not_in_force() -> None:
    ids = a_policy().scope.in_force
    assert "uk_psd_emd_complaint" in ids
    assert "uk_fca_disp_complaint" not in ids
    assert "eu_psd2_complaint" not in ids
    assert "complaint" in ids


def test_the_version_follows_the_content_and_not_its_layout() -> None:
    same = a_policy("# a remark\n" + SETTINGS.replace("[GB]", "\n  - GB"))
    assert same.version == a_policy().version
    other = a_policy(SETTINGS.replace("[GB]", "[EU]"))
    assert other.version != a_policy().version
    assert other.packs_version == a_policy().packs_version
    assert a_policy().version.startswith("sha256:")


@pytest.mark.parametrize(
    ("settings_text", "line", "key", "hint"),
    [
        ("targt_precision: 0.9", 1, "targt_precision", "did you mean 'target_precision'?"),
        ("stage: automatic", 1, "stage", "did you mean 'auto'?"),
        ("target_precision: high", 1, "target_precision", ""),
        ("target_precision: 7", 1, "target_precision", ""),
        ("target_precision: .nan", 1, "target_precision", ""),
        ("answer_outside_hours: maybe", 1, "answer_outside_hours", ""),
        ("groups: Support", 1, "groups", ""),
        ("groups: {default: []}", 1, "groups.default", ""),
        ("regions: {GB: yes}", 1, "regions", ""),
        ("guards: [1]", 1, "guards", ""),
        ("guards:\n  max_replies_per_hour: 1.5", 2, "guards.max_replies_per_hour", ""),
        ("guards: {languages: [en, klingon]}", 1, "guards.languages", None),
        ("guards: {max_message_age_hours: 0}", 1, "guards.max_message_age_hours", ""),
        ("guards: {max_message_age_hours: 8761}", 1, "guards.max_message_age_hours", ""),
        ("guards: {max_message_age_hours: .inf}", 1, "guards.max_message_age_hours", ""),
        ("guards: {chanels: [web]}", 1, "guards.chanels", "did you mean 'channels'?"),
        ("business_hours: {timezone: Europe/Londn}", 1, "business_hours.timezone",
         "did you mean 'Europe/London'?"),
        ("business_hours: {open: 25:00}", 1, "business_hours.open", ""),
        ("business_hours: {open: '18:00', close: '09:00'}", 1, "business_hours.close", ""),
        ("business_hours: {days: [monday]}", 1, "business_hours.days", "did you mean 'mon'?"),
        ("business_hours: {days: []}", 1, "business_hours.days", None),
        ("business_hours: {holidays: GB-EN}", 1, "business_hours.holidays",
         "did you mean 'GB-ENG'?"),
        ("business_hours: {holidays: QQ}", 1, "business_hours.holidays", None),
        ("tone: {escalate_below: -2}", 1, "tone.escalate_below", ""),
        ("value: {vip_tags: [[vip]]}", 1, "value.vip_tags", ""),
        ("value: {order: {above: 5}}", 1, "value.order.field", None),
        ("routing: {tiers: [{name: Gold, tags: [gold]}]}", 1, "routing.tiers[0].group", ""),
        ("acknowledgement: {statutory: [{states: [receipt], answers: [{body: x}]}]}", 1,
         "acknowledgement.statutory[0].packs", ""),
        ("acknowledgement: {answers: [{body: x, language: english}]}", 1,
         "acknowledgement.answers[0].language", ""),
        ("entities: {booking: {pattern: x}}", 1, "entities.booking", ""),
        ("entities:\n  booking: AA-99*9*\n  code: '*9'", 3, "entities.code", None),
        ("entities: {booking: }", 1, "entities.booking", None),
        ("entities: {Booking: AA}", 1, "entities.Booking", ""),
        ("entities: {date: 99.99}", 1, "entities.date", "choose another name"),
        ("combination: {en: Hello}", 1, "combination.en", "the answers stand there"),
        ("combination: {en: '{{ answers }} {{ answers }}'}", 1, "combination.en",
         "the answers stand there"),
        ("combination: {en: '{{ answers }} {{ answer }}'}", 1, "combination.en",
         "did you mean 'answers'?"),
        ("combination: {en: }", 1, "combination.en", ""),
        ("disclosure: {en: '{{ answers }}'}", 1, "disclosure.en", None),
        ("disclosure: Sent by a machine.", 1, "disclosure", ""),
        ("disclosure:\n  en: Hi {{ first_nam }}", 2, "disclosure.en",
         "did you mean 'first_name'?"),
        ("disclosure: {EN: x}", 1, "disclosure.EN", ""),
        ("disclosure: {en: }", 1, "disclosure.en", ""),
        ("acknowledgement: {answers: [{body: x}, {body: y}]}", 1,
         "acknowledgement.answers[1].language", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_key_and_hint(
    settings_text: str, line: int, key: str, hint: str | None
) -> None:
    found = errors(settings_text, "")
    assert [(each.file, each.line, each.key) for each in found] == [("policy.yaml", line, key)]
    assert hint is None or found[0].hint == hint
    assert str(found[0]).startswith(f"policy.yaml:{line}: {key}: ")


FAQ = "faqs:\n  - id: a\n    examples: [how do i]\n    answers: [{body: yes}]\n"


@pytest.mark.parametrize(
    ("faqs", "key"),
    [
        (FAQ.replace("id: a", "title: a"), "faqs[0].id"),
        (FAQ.replace("id: a", "id: A B"), "faqs[0].id"),
        (FAQ.replace("[how do i]", "[]"), "faqs[0].examples"),
        (FAQ.replace("[how do i]", "['???']"), "faqs[0].examples"),
        (FAQ.replace("answers: [{body: yes}]", "answers: []"), "faqs[0].answers"),
        (FAQ.replace("answers: [{body: yes}]", "answers: yes"), "faqs[0].answers"),
        (FAQ.replace("{body: yes}", "{language: en}"), "faqs[0].answers[0].body"),
        (FAQ.replace("yes", "'{{ iban }}'"), "faqs[0].answers[0].body"),
        (FAQ.replace("yes", "'{% if %}'"), "faqs[0].answers[0].body"),
        (FAQ.replace("{body: yes}", "{body: yes}, {body: no}"), "faqs[0].answers[1].language"),
        (FAQ.replace("yes}", "yes, review_by: soon}"), "faqs[0].answers[0].review_by"),
        (FAQ + FAQ.removeprefix("faqs:\n"), "faqs[1].id"),
        (FAQ + "    share: 101\n", "faqs[0].share"),
        (FAQ + "    specialist: acount\n", "faqs[0].specialist"),
        (FAQ + "    exmples: [x]\n", "faqs[0].exmples"),
        (FAQ + "    combines_with: [b]\n", "faqs[0].combines_with"),
        (FAQ + "    combines_with: [a]\n", "faqs[0].combines_with"),
        (FAQ.replace("yes}", "yes, combined: '{{ answers }}'}"), "faqs[0].answers[0].combined"),
        (FAQ.replace("yes}", "yes, combined: []}"), "faqs[0].answers[0].combined"),
        (FAQ + "    needs: [order_no]\n", "faqs[0].needs"),
        (FAQ + "    needs: {date: x}\n", "faqs[0].needs"),
        (FAQ + "    ask: [{body: Which?}]\n", "faqs[0].ask"),
        (FAQ + "    needs: [date]\n    ask: [{body: '{{ day }}'}]\n", "faqs[0].ask[0].body"),
        (FAQ + "    needs: [date]\n    ask: [{body: a}, {body: b}]\n", "faqs[0].ask[1].language"),
        (FAQ + "    needs: [date]\n    ask: [{body: a, tags: [x]}]\n", "faqs[0].ask[0].tags"),
        ("faqs: [" + "x" * 30_000 + "]", "faqs[0]"),
        (FAQ.replace("yes", "x" * 30_000), "faqs[0].answers[0].body"),
        ("faq: []", "faq"),
    ],
)
def test_a_mistake_in_a_question_is_named(faqs: str, key: str) -> None:
    found = errors("specialists: {account: Accounts}", faqs)
    assert key in {each.key for each in found}
    assert all(each.file == "faqs.yaml" for each in found)


@pytest.mark.parametrize(
    ("answers", "line", "key", "words", "hint"),
    [
        ("{body: yes, regions: [UK]}", 4, "[0].regions", "unknown region 'UK'", "such as GB"),
        ("{body: yes, regions: [US-CALI]}", 4, "[0].regions", "unknown region", "US-CA"),
        ("{body: yes, regions: [GLOBAL]}", 4, "[0].regions", "unknown region", "EU"),
        ("{body: yes, regions: []}", 4, "[0].regions", "at least one", "leave it out"),
        ("{body: yes, tags: []}", 4, "[0].tags", "at least one", "leave it out"),
        ("{body: yes, valid_from: soon}", 4, "[0].valid_from", "must be a date", ""),
        ("{body: yes, valid_from: 2027-01-02,\n      review_by: 2027-01-01}", 4, "[0].valid_from",
         "is after review_by", "used from"),
        ("{body: yes, regions: [DE, FR]},\n      {body: no, regions: [fr, de]}", 5,
         "[1].language", "'en' with the same conditions", "its own"),
        ("{body: yes, tags: [VIP]},\n      {body: no, tags: [vip]}", 5, "[1].language",
         "second answer", "keep one"),
        ("{body: yes, valid_from: 2027-01-01},\n\n      {body: no, valid_from: 2027-01-01}", 6,
         "[1].language", "second answer", "keep one"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_conditions_of_an_answer_is_named(
    answers: str, line: int, key: str, words: str, hint: str
) -> None:
    (found,) = errors("", FAQ.replace("{body: yes}", answers))
    assert (found.file, found.line) == ("faqs.yaml", line)
    assert found.key == f"faqs[0].answers{key}"
    assert words in found.message
    assert hint in found.hint


def test_answers_in_one_language_may_differ_by_their_conditions() -> None:
    more = "{body: yes}, {body: no, regions: [gb]}, {body: later, regions: [GB], tags: [VIP]}"
    (faq,) = a_policy("", FAQ.replace("{body: yes}", more)).faqs
    assert [answer.regions for answer in faq.answers] == [(), ("GB",), ("GB",)]
    assert faq.answers[2].tags == {"vip"}


def test_the_disclosure_is_part_of_the_version() -> None:
    told = a_policy(SETTINGS + "disclosure: {en: Sent by a machine.}\n")
    assert told.settings.disclosure == {"en": "Sent by a machine."}
    assert told.version != a_policy().version


def test_an_entity_that_is_missing_is_named_with_the_known_ones() -> None:
    (found,) = errors("entities: {booking: AA-99}", FAQ + "    needs: [bookin]\n")
    assert str(found).startswith("faqs.yaml:5: faqs[0].needs: 'bookin' is no known entity")
    assert found.hint == "did you mean 'booking'?"


def test_a_question_says_what_its_answer_needs() -> None:
    faqs = FAQ + "    needs: [date, booking, date]\n    ask: [{body: Which day?}]\n"
    policy = a_policy("entities: {booking: AA-99}", faqs)
    assert policy.settings.entities == {"booking": "AA-99"}
    assert policy.faqs[0].needs == ("date", "booking")
    assert policy.faqs[0].ask[0].body == "Which day?"


def test_questions_combine_if_either_names_the_other() -> None:
    faqs = FAQ + "".join(FAQ.removeprefix("faqs:\n").replace("id: a", f"id: {n}") for n in "bc")
    frame = "combination: {en: '{{ answers }}'}"
    one, two, three = a_policy(frame, faqs.replace("id: b", "id: b\n    combines_with: [a]")).faqs
    assert one.combines(two)
    assert two.combines(one)
    assert not one.combines(three)


def test_a_policy_combines_only_with_a_frame_and_questions_that_name_each_other() -> None:
    faqs = FAQ + FAQ.removeprefix("faqs:\n").replace("id: a", "id: b\n    combines_with: [a]")
    frame = "combination: {en: '{{ answers }}'}"
    assert a_policy(frame, faqs).combines
    assert not a_policy("", faqs).combines
    assert not a_policy(frame, FAQ).combines


def test_a_receipt_has_no_conditions() -> None:
    receipt = "acknowledgement: {answers: [{body: x, regions: [GB]}]}"
    assert errors(receipt)[0].key == "acknowledgement.answers[0].regions"


def test_all_mistakes_are_found_at_once() -> None:
    assert len(errors("stage: x\nregion: GB", FAQ + "    share: x\n")) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "no valid YAML"),
        ("a: 1\na: 2", "stands twice"),
        ("a: &x [1]\nb: *x", "anchors and aliases"),
        ("b: *x", "anchors and aliases"),
        ("a: !!python/object:os.system x", "tags"),
        ("[" * 5000, "nested deeper"),
        ("{" * 40 + "}" * 40, "nested deeper"),
        ("? [a]\n: 1", "a key must be a single word"),
        ("a: 1\n---\nb: 2", "only one document"),
        ("a: \x07", "no valid YAML"),
        ("a: \ud800", "half characters"),
        ("x" * 5_000_001, "larger than"),
        ("- 1\n" * 300_001, "too many values"),
        ("@", "no valid YAML"),
    ],
)
def test_hostile_yaml_is_an_error(text: str, words: str) -> None:
    with pytest.raises(YamlError, match=words):
        read_yaml(text)
    assert errors(text, "")


def test_a_file_that_is_no_map_is_an_error() -> None:
    assert errors("[1, 2]", "")[0].message == "must be keys with values"
    assert parse_policy({"policy.yaml": "~", "faqs.yaml": "# nothing\n"}).faqs == ()


def test_words_that_yaml_would_twist_stay_words() -> None:
    policy = a_policy("regions: [NO, GB]\nstage:\nbusiness_hours: {open: 09:00, close: 24:00}", "")
    assert policy.settings.regions == ("NO", "GB")
    assert policy.settings.hours.open == time(9)
    assert policy.settings.hours.close == time.max


def test_a_file_of_another_name_is_an_error() -> None:
    assert errors("", "", **{"polcy.yaml": ""})[0].hint == "did you mean 'policy.yaml'?"


PACK = "family: own\npacks:\n  - {id: mine, title: Mine, phrases: {en: [blue moon]}%s}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PACK % ", colour: red", "no key that is known"),
        (PACK % ", severity: mild", "is not allowed"),
        (PACK % ", neutral: true, tags: [x]", "neutral pack"),
        (PACK % ", hard_negatives: ['my once in a blue moon']", "hard negative"),
        (PACK % ", acronyms: [sar]", "capitals"),
        (PACK % ", reply: statutory_ack", "belongs to"),
        (PACK % ", acknowledgement_states: [receipt]", "belongs to"),
        (PACK % ", sources: [{url: x}]", "is missing"),
        (PACK % ", sources: [{ref: x, url: ftp://x}]", "must be an address"),
        (PACK % ", sources: [{ref: x, date: 1900-01-01}]", "no plausible date"),
        (PACK % ", sources: [{ref: x, date: 2026-13}]", "must be a date"),
        (PACK % ", sources: [{ref: x, date: soon}]", "must be a date"),
        (PACK % ", as_of: 2026-01-01, sources: [{ref: x, date: 2026-02-01}]", "younger"),
        (PACK % ", clocks: [{name: x, unit: days, source: s}]", "is missing"),
        (PACK % ", clocks: [{name: x, amount: 1, unit: promptly, source: s}]", "no number"),
        (
            PACK % ", clocks: [{name: x, amount: 1, unit: days, source: s, starts: event}]",
            "belongs",
        ),
        (PACK % ", clocks: [{name: x, amount: 1, unit: days, source: s}]", "is missing"),
        (PACK.replace("id: mine", "id: Mine Own") % "", "must be lower-case"),
        (PACK % ", phrases_of: [nobody]", "names no known pack"),
        (PACK % ", clocks: [{name: x}]", "is missing"),
        (
            PACK % f", clocks: [{{name: {'x' * 201}, amount: 1, unit: days, source: s}}]",
            "is longer than 200 characters",
        ),
        (
            PACK % ", clocks: [{name: x, amount: 1, unit: days, source: s, calendar: QQ}]",
            "calendar",
        ),
        (PACK.replace("mine", "complaint") % "", "id already"),
        (PACK.replace("id: mine, ", "") % "", "is missing"),
        (PACK.replace("phrases: {en: [blue moon]}", "tags: [x]") % "", "is missing"),
        (PACK.replace("blue moon", "_ moon") % "", "at its start"),
        (PACK.replace("blue moon", "can i download") % "", "hard negative"),
        (PACK.replace("family: own\n", "") % "", "is missing"),
        ("packs: [", "no valid YAML"),
    ],
)
def test_a_mistake_in_a_pack_is_named(text: str, words: str) -> None:
    found = errors("", "", **{"packs/own.yaml": text})
    assert any(words in each.message for each in found), found


def test_an_unknown_region_of_a_clock_is_named_with_file_line_and_key() -> None:
    text = PACK % (
        ", sources: [{ref: y}], clocks: [\n"
        "    {name: x, amount: 1, unit: days, source: s, regions: [us-ca, EU]},\n"
        "    {name: y, amount: 1, unit: days, source: s, regions: [GB, UK]}]"
    )
    [error] = errors("", "", **{"packs/own.yaml": text})
    assert (error.file, error.line, error.key) == (
        "packs/own.yaml",
        5,
        "packs[0].clocks[1].regions",
    )
    assert error.message == "unknown region 'UK'"
    assert "such as GB" in error.hint


@pytest.mark.parametrize(
    ("settings", "key"),
    [("regions: [GB, UK]", "regions"), ("routing: {regions: {UK: Desk}}", "routing.regions")],
)
def test_an_unknown_region_of_the_settings_is_named(settings: str, key: str) -> None:
    [error] = errors(f"stage: auto\n{settings}")
    assert (error.file, error.line, error.key) == ("policy.yaml", 2, key)
    assert error.message == "unknown region 'UK'"
    assert "such as GB" in error.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("UK-NIR", "GB-NIR"),
        ("EL", "GR"),
        ("EEA", "EU"),
        ("Great  Britain", "GB"),
        ("England", "GB-ENG"),
        ("Northern Ireland", "GB-NIR"),
        ("england and wales", "GB-EAW"),
    ],
)
@pytest.mark.parametrize("settings", ["regions: ['%s']", "routing: {regions: {'%s': Desk}}"])
def test_the_region_that_was_meant_is_named(settings: str, written: str, meant: str) -> None:
    [error] = errors(settings % written)
    assert error.hint.startswith(f"did you mean '{meant}'? ")


@pytest.mark.parametrize("written", ["Atlantis", "England-X-Y", "-", "UK-", "EEA-DE"])
def test_where_nobody_can_tell_which_region_was_meant_none_is_named(written: str) -> None:
    [error] = errors(f"regions: ['{written}']")
    assert error.hint.startswith("a country such as GB")


def test_the_region_that_was_meant_for_an_answer_is_named() -> None:
    [error] = errors(
        "", "faqs: [{id: a, title: A, examples: [x], answers: [{body: b, regions: UK}]}]"
    )
    assert error.hint.startswith("did you mean 'GB'? ")


def test_an_unknown_region_of_a_pack_is_named() -> None:
    [error] = errors("", "", **{"packs/own.yaml": PACK % ", regions: [EU, EUROPE]"})
    assert (error.file, error.key) == ("packs/own.yaml", "packs[0].regions")
    assert error.message == "unknown region 'EUROPE'"


@pytest.mark.parametrize(
    ("small", "capital"), [("gb", "GB"), ("global", "GLOBAL"), ("us-ca", "US-CA"), ("eu", "EU")]
)
def test_regions_of_settings_and_packs_may_be_written_in_small_letters(
    small: str, capital: str
) -> None:
    def in_force(chosen: str, of_pack: str) -> frozenset[str]:
        text = PACK % f", regions: {of_pack}"
        return a_policy(f"regions: {chosen}", "", **{"packs/own.yaml": text}).scope.in_force

    assert in_force(small, small) == in_force(capital, capital)
    assert "mine" in in_force(small, capital) & in_force(capital, small)


def test_the_version_of_a_policy_has_its_regions_as_they_are_written() -> None:
    """So it was before small letters were understood: what is kept stays found by its version."""
    small, capital = a_policy("regions: [gb]", ""), a_policy("regions: [GB]", "")
    assert small.settings.regions == ("gb",)
    assert small.version != capital.version


KEPT = {
    "policy.yaml": "regions: [GB, UK]\nrouting: {regions: {UK: Desk}}",
    "packs/own.yaml": PACK % ", regions: [EUROPE]",
}


def test_a_kept_version_with_regions_that_earlier_releases_took_is_read_with_warnings() -> None:
    policy = parse_policy(KEPT, kept=True)
    assert [each.place for each in policy.warnings] == [
        "packs/own.yaml:3: packs[0].regions",
        "policy.yaml:1: regions",
        "policy.yaml:2: routing.regions",
    ]
    with pytest.raises(PolicyErrors) as caught:
        parse_policy(KEPT)
    assert caught.value.errors == policy.warnings


def test_an_unknown_region_of_a_kept_version_matches_nothing_but_itself() -> None:
    policy = parse_policy(KEPT, kept=True)
    known = a_policy("regions: [GB]", "")
    assert policy.scope.in_force == known.scope.in_force
    assert policy.settings.regions == ("GB", "UK")
    assert policy.settings.routing.regions == {"UK": "Desk"}


def test_what_was_always_a_mistake_is_one_in_a_kept_version_too() -> None:
    with pytest.raises(PolicyErrors) as caught:
        parse_policy({"policy.yaml": "regions: [UK]\ncolour: red"}, kept=True)
    [error] = caught.value.errors
    assert error.key == "colour"


def test_a_pack_of_england_and_wales_is_in_force_in_both_and_not_in_scotland() -> None:
    def in_force(region: str) -> bool:
        policy = a_policy(f"regions: [{region}]\nsectors: [energy]", "")
        return "uk_breathing_space" in policy.scope.in_force

    assert in_force("GB-ENG")
    assert in_force("GB-WLS")
    assert in_force("GB-LND")
    assert not in_force("GB-GLG")
    assert in_force("GB")
    assert not in_force("GB-SCT")


TWO_CLOCKS = PACK % (
    ", sources: [{ref: y}], clocks: [{name: Answer, amount: 1, unit: days, source: y}, "
    "{name: %s, amount: 3, unit: days, source: y}]"
)


def test_two_clocks_of_the_same_name_in_a_pack_are_a_mistake() -> None:
    [error] = errors("", "", **{"packs/own.yaml": TWO_CLOCKS % "Answer"})
    assert (error.file, error.line, error.key) == ("packs/own.yaml", 3, "packs[0].clocks")
    assert error.message == "there are 2 clocks named 'Answer'"
    assert len(a_policy("", "", **{"packs/own.yaml": TWO_CLOCKS % "End"}).packs[-1].clocks) == 2


def test_a_kept_version_with_two_clocks_of_the_same_name_has_them_both() -> None:
    policy = parse_policy({"packs/own.yaml": TWO_CLOCKS % "Answer"}, kept=True)
    assert [clock.amount for clock in policy.packs[-1].clocks] == [1, 3]
    assert [each.message for each in policy.warnings] == ["there are 2 clocks named 'Answer'"]


def test_the_regions_of_a_clock_are_read_in_capitals() -> None:
    text = PACK % (
        ", sources: [{ref: y}], "
        "clocks: [{name: x, amount: 1, unit: days, source: s, regions: us-ca}]"
    )
    assert a_policy(**{"packs/own.yaml": text}).packs[-1].clocks[0].regions == ("US-CA",)


def test_a_pack_of_the_policy_is_part_of_its_version() -> None:
    text = (
        PACK % ", phrases_of: [complaint], sources: [{ref: y}], "
        "clocks: [{name: x, amount: 1, unit: days, source: s}]"
    )
    policy = a_policy(**{"packs/own.yaml": text})
    assert policy.packs[-1].id == "mine"
    assert policy.version != a_policy().version


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.id)
def test_every_shipped_pack_says_where_it_comes_from(pack: Pack) -> None:
    assert pack.sources
    assert pack.as_of
    assert pack.owner
    assert pack.verified
    assert all(clock.source and clock.verified for clock in pack.clocks)


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.id)
def test_a_shipped_law_counts_no_holiday_that_only_the_desk_or_a_part_keeps(pack: Pack) -> None:
    lawful = [clock for clock in pack.clocks if clock.kind != "internal"]
    assert all(clock.calendar for clock in lawful if clock.unit == "business_days" or clock.rolls)
    of_parts = {clock.calendar for clock in pack.clocks if "-" in clock.calendar}
    assert of_parts <= set(pack.regions)


def test_broken_shipped_packs_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.pack_library.shipped_texts", lambda _: {"x.yaml": "packs: 1"})
    with pytest.raises(PolicyErrors):
        shipped_packs.__wrapped__()


def test_a_hint_names_the_nearest_word_or_all() -> None:
    assert did_you_mean("zzz", ["a", "b"]) == "known: a, b"
    assert did_you_mean("zzz", []) == ""
    assert str(PolicyError("f", 3, "", "wrong", "mend it")) == "f:3: wrong (mend it)"


def test_texts_that_are_too_much_are_refused() -> None:
    found: list[PolicyError] = []
    section = Section(read_yaml("a: [" + "x, " * 10 + "]\nb: 1"), ErrorLog("f", found))
    assert len(section.texts("a")) == 10
    assert section.text("missing", "x") == "x"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_texts_are_a_policy_or_errors(one: str, other: str) -> None:
    try:
        parse_policy({"policy.yaml": one, "faqs.yaml": other, "packs/x.yaml": one})
    except PolicyErrors as caught:
        assert caught.errors  # noqa: PT017 - either outcome is right
