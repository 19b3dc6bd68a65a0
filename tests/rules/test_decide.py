"""The order in which things are weighed, and what comes of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rules.case import Models
from rules.decide import decide
from rules.model import Author, Comment, History, Organization, Outcome, Requester, Status
from rules.offers import is_within_share
from rules.passages import Passage
from rules.risk_modes import FULL, LEXICAL
from rules.signals.risk import RiskModel, RiskReading, shared_risk_model
from tests.rules.build import FAQS, NOW, SETTINGS, a_policy, a_ticket, codes, judge, models


def comment(author: Author, body: str = "words", **more: Any) -> Comment:
    return Comment(author, body, **more)


def test_a_known_question_is_answered_in_its_language() -> None:
    decision = judge(a_ticket())
    assert decision.outcome is Outcome.REPLY
    assert decision.reply == "Hello Ann, tap Forgot password."
    assert decision.faq == "reset_password"
    assert decision.language == "en"
    assert not decision.blocked
    german = judge(a_ticket("Ich habe mein Passwort vergessen"))
    assert german.reply == "Hallo Ann, tippen Sie auf Passwort vergessen."


def test_a_short_question_takes_the_language_of_its_nearest_example() -> None:
    assert judge(a_ticket("forgot password", language=None)).language == "en"


def test_an_answer_in_another_language_is_never_sent() -> None:
    decision = judge(a_ticket("Wo finde ich meine IBAN, what is my iban und warum nicht hier"))
    assert decision.outcome is not Outcome.REPLY
    policy = a_policy(faqs=FAQS.replace("what is my iban", "wo finde ich meine iban"))
    withheld = judge(a_ticket("wo finde ich meine iban"), policy)
    assert withheld.outcome is Outcome.ABSTAIN
    assert "answer.missing_language" in codes(withheld)


def test_a_language_that_is_not_allowed_gets_a_draft_at_most() -> None:
    policy = a_policy(SETTINGS + "guards: {languages: [en]}\n")
    decision = judge(a_ticket("Ich habe mein Passwort vergessen"), policy)
    assert decision.outcome is Outcome.SUGGEST
    assert "bar.language" in codes(decision)


def test_what_reads_like_a_case_without_its_words_goes_to_people() -> None:
    told = a_ticket("After an hour by the new heater my wife could hardly keep her eyes open.")
    policy = a_policy()
    seeing = Models(models(policy).recogniser, shared_risk_model(FULL))
    decision = decide(told, policy, seeing, History(), NOW)
    assert decision.outcome is Outcome.ESCALATE
    assert "risk.suspected" in codes(decision)
    assert not decision.packs


def test_an_answer_past_its_review_date_is_withheld() -> None:
    ticket = a_ticket("when will my new card arrive")
    assert judge(ticket).outcome is Outcome.REPLY
    late = judge(ticket, now=datetime(2027, 7, 1, tzinfo=UTC))
    assert late.outcome is Outcome.ABSTAIN
    assert "answer.stale" in codes(late)


def test_an_answer_for_other_customers_is_withheld() -> None:
    only_gold = FAQS.replace('stands under Account."', 'stands under Account.", tags: [gold]')
    policy = a_policy(faqs=only_gold)
    gold = judge(a_ticket("where do i find my iban", tags=frozenset({"Gold"})), policy)
    assert gold.reply == "Your IBAN stands under Account."
    other = judge(a_ticket("where do i find my iban"), policy)
    assert other.outcome is Outcome.ABSTAIN
    assert "answer.not_for_this_customer" in codes(other)


def test_an_answer_is_withheld_before_its_first_day_at_the_desk() -> None:
    faqs = FAQS.replace("review_by:", "valid_from: 2026-11-25, review_by:")
    ticket = a_ticket("when will my new card arrive")
    early = judge(ticket, a_policy(faqs=faqs))
    assert early.outcome is Outcome.ABSTAIN
    assert "answer.not_yet_valid" in codes(early)
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    assert judge(ticket, a_policy(faqs=faqs), now=midnight).outcome is Outcome.REPLY
    tokyo = a_policy(SETTINGS.replace("Europe/London", "Asia/Tokyo"), faqs)
    there = datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert judge(ticket, tokyo, now=there).outcome is Outcome.REPLY


DISCLOSURE = SETTINGS + 'disclosure: {en: "{{ first_name | You }}, a machine sent this."}\n'


def test_answers_and_drafts_end_with_the_disclosure_of_their_language() -> None:
    policy = a_policy(DISCLOSURE)
    answer = "Hello Ann, tap Forgot password.\n\nAnn, a machine sent this."
    assert judge(a_ticket(), policy).reply == answer
    draft = judge(a_ticket(has_ccs=True), policy)
    assert (draft.outcome, draft.reply) == (Outcome.SUGGEST, answer)
    german = judge(a_ticket("Ich habe mein Passwort vergessen"), policy)
    assert german.reply == "Hallo Ann, tippen Sie auf Passwort vergessen."


def test_an_answer_that_says_the_disclosure_itself_stays_as_it_is() -> None:
    told = 'under Account. {{ first_name | You }}, a machine sent this."'
    policy = a_policy(DISCLOSURE, FAQS.replace('under Account."', told))
    decision = judge(a_ticket("where do i find my iban"), policy)
    assert decision.reply == "Your IBAN stands under Account. Ann, a machine sent this."


def test_a_receipt_carries_its_own_words_alone() -> None:
    sent = judge(a_ticket("I want to make a formal complaint"), a_policy(DISCLOSURE + RECEIPT))
    assert sent.reply == "We have it, Ann Lee."


NEEDY = FAQS.replace(
    "  - id: find_iban",
    """    needs: [order_number, booking]
    ask:
      - {language: en, body: "Which order, {{ first_name | dear }}?", review_by: 2026-12-31}
  - id: find_iban""",
)
ENTITIES = SETTINGS + "entities: {booking: AA-99}\n"


def test_an_answer_goes_out_where_the_customer_has_named_what_it_needs() -> None:
    policy = a_policy(ENTITIES, NEEDY)
    answer = "Hello Ann, tap Forgot password."
    before = (comment(Author.REQUESTER, "My order 12345 is late"),)
    subject = "Booking AB-12"
    assert judge(a_ticket(before=before, subject=subject), policy).reply == answer
    now = "how do i reset my password"
    signed = f"{now}\n\n-- \nAnn Lee\nAB-12, order 12345"
    quoted = f"{now}\n\n> AB-12, order 12345"
    for body in (signed, quoted):
        assert judge(a_ticket(body), policy).reply == "Which order, Ann?"


def test_what_others_have_named_does_not_count() -> None:
    policy = a_policy(ENTITIES, NEEDY)
    words = "Order 12345, booking AB-12"
    told = (comment(Author.OTHER, words), comment(Author.REQUESTER, words, public=False))
    assert "answer.asks" in codes(judge(a_ticket(before=told), policy))


def test_where_something_is_missing_the_question_back_goes_out_in_place_of_the_answer() -> None:
    policy = a_policy(ENTITIES, NEEDY)
    asked = judge(a_ticket(subject="My order #12345"), policy)
    assert asked.outcome is Outcome.REPLY
    assert asked.reply == "Which order, Ann?"
    (why,) = [reason for reason in asked.reasons if reason.code == "answer.asks"]
    assert why.rule == "reset_password"
    assert why.detail.endswith("what it needs: booking.")
    draft = judge(a_ticket(has_ccs=True), policy)
    assert (draft.outcome, draft.reply) == (Outcome.SUGGEST, "Which order, Ann?")
    shadow = a_policy(ENTITIES.replace("stage: auto", "stage: shadow"), NEEDY)
    assert judge(a_ticket(), shadow).reply is None
    late = judge(a_ticket(), policy, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert late.outcome is Outcome.ABSTAIN
    assert {"answer.needs_entity", "answer.stale"} <= set(codes(late))


def test_where_nothing_asks_for_what_is_missing_the_answer_is_withheld() -> None:
    german = judge(a_ticket("Ich habe mein Passwort vergessen"), a_policy(ENTITIES, NEEDY))
    assert german.outcome is Outcome.ABSTAIN
    assert german.reply is None
    (why,) = [reason for reason in german.reasons if reason.code == "answer.needs_entity"]
    assert why.detail.endswith("has not named: order_number, booking.")


def test_nothing_is_asked_in_place_of_an_answer_that_is_withheld_itself() -> None:
    stale = NEEDY.replace('tap Forgot password."', 'tap Forgot password.", review_by: 2026-11-01')
    decision = judge(a_ticket(), a_policy(ENTITIES, stale))
    assert decision.reply is None
    assert "answer.stale" in codes(decision)
    assert "answer.asks" not in codes(decision)


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [("off", Outcome.ABSTAIN), ("shadow", Outcome.ABSTAIN), ("suggest", Outcome.SUGGEST),
     ("approve", Outcome.SUGGEST), ("auto", Outcome.REPLY)],
)  # fmt: skip
def test_the_stage_limits_how_far_an_answer_goes(stage: str, outcome: Outcome) -> None:
    policy = a_policy(SETTINGS.replace("stage: auto", f"stage: {stage}"))
    decision = judge(a_ticket(), policy)
    assert decision.outcome is outcome
    assert decision.faq == "reset_password"
    if stage != "auto":
        assert f"stage.{stage}" in codes(decision)


@pytest.mark.parametrize("person", [None, "5"])
def test_suggest_and_approve_differ_in_the_code_of_the_reason_alone(person: str | None) -> None:
    suggested, approved = (
        judge(
            a_ticket(assignee_id=person),
            a_policy(SETTINGS.replace("stage: auto", f"stage: {stage}")),
        )
        for stage in ("suggest", "approve")
    )
    assert approved.outcome is (Outcome.ABSTAIN if person else Outcome.SUGGEST)
    assert (suggested.outcome, suggested.reply, suggested.route) == (
        approved.outcome,
        approved.reply,
        approved.route,
    )


def test_a_policy_that_names_no_stage_stays_in_shadow() -> None:
    assert judge(a_ticket(), a_policy("")).outcome is Outcome.ABSTAIN


def test_the_share_is_kept_and_a_ticket_is_always_on_the_same_side() -> None:
    policy = a_policy(
        faqs=FAQS.replace("specialist: account", "specialist: account\n    share: 30", 1)
    )
    outcomes = [judge(a_ticket(id=str(n)), policy).outcome for n in range(200)]
    again = [judge(a_ticket(id=str(n)), policy).outcome for n in range(20)]
    assert again == outcomes[:20]
    within = [is_within_share("reset_password", str(n), 30) for n in range(200)]
    assert [outcome is Outcome.REPLY for outcome in outcomes] == within
    outside = next(n for n in range(200) if outcomes[n] is not Outcome.REPLY)
    assert "stage.share" in codes(judge(a_ticket(id=str(outside)), policy))
    off = a_policy(faqs=FAQS.replace("specialist: account", "stage: off\n    share: 0", 1))
    assert judge(a_ticket(), off).outcome is Outcome.ABSTAIN


IDS = range(35_000, 55_000)  # as a helpdesk counts them
PASSWORD = {share: {n for n in IDS if is_within_share("reset", str(n), share)} for share in (1, 30)}


@pytest.mark.parametrize("share", [1, 30])
def test_the_share_is_as_large_as_it_says_anywhere_among_the_tickets(share: int) -> None:
    def is_likely(found: int, of: int, wanted: float) -> bool:
        return abs(found - of * wanted) <= 4 * (of * wanted * (1 - wanted)) ** 0.5

    within, wanted = PASSWORD[share], share / 100
    assert is_likely(len(within), len(IDS), wanted)
    for start in range(IDS.start, IDS.stop, 5000):
        assert is_likely(len(within & set(range(start, start + 5000))), 5000, wanted)
    for step in (2, 7, 10):  # whatever the helpdesk's counter skips
        assert is_likely(len(within & set(IDS[::step])), len(IDS[::step]), wanted)


def test_the_shares_of_two_questions_are_drawn_apart() -> None:
    within = PASSWORD[30]
    other = {n for n in IDS if is_within_share("refund", str(n), 30)}
    both = len(IDS) * 0.3 * 0.3
    assert abs(len(within & other) - both) <= 4 * (both * (1 - 0.09)) ** 0.5


def test_a_larger_share_holds_the_tickets_of_the_smaller_one() -> None:
    assert PASSWORD[1] < PASSWORD[30]
    assert all(is_within_share("reset", str(n), 100) for n in IDS[:100])
    assert not any(is_within_share("reset", str(n), 0) for n in IDS[:100])


BARS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("bar.ccs", {"has_ccs": True}, {}),
    ("bar.solved", {"status": Status.SOLVED}, {}),
    ("bar.replied_on_ticket", {}, {"replies_on_ticket": 1}),
    ("bar.replied_to_requester", {}, {"replies_to_requester": 1}),
    ("bar.fuse", {}, {"replies_last_hour": 60}),
    ("bar.paused", {}, {"paused": True}),
    ("bar.attachment", {"has_attachments": True}, {}),
    ("bar.hidden_text", {"html": "<p>x</p><p hidden>secret</p>"}, {}),
    ("bar.too_long", {"subject": "how do i reset my password " * 40}, {}),
    ("bar.channel", {"channel": "voice"}, {}),
    ("bar.old_message", {"written_at": datetime(2026, 11, 20, tzinfo=UTC)}, {}),
]


@pytest.mark.parametrize(("code", "fields", "history"), BARS, ids=[bar[0] for bar in BARS])
def test_a_barred_question_becomes_a_draft_for_an_agent(
    code: str, fields: dict[str, Any], history: dict[str, Any]
) -> None:
    decision = judge(a_ticket(**fields), **history)
    assert decision.outcome is Outcome.SUGGEST
    assert decision.blocked
    assert code in codes(decision)
    assert decision.route.group == "Accounts"


def test_a_ticket_that_a_person_has_is_left_where_it_is() -> None:
    assigned = judge(a_ticket(assignee_id="7"))
    noted = judge(a_ticket(before=(comment(Author.AGENT, public=False),)))
    for decision in (assigned, noted):
        assert decision.outcome is Outcome.ABSTAIN
        assert decision.route.group is None
        assert "bar.person_acted" in codes(decision)


def test_a_third_party_that_wrote_last_bars_the_answer() -> None:
    ticket = a_ticket()
    more = replace(ticket, comments=(*ticket.comments, comment(Author.OTHER)))
    assert "bar.third_party" in codes(judge(more))


def test_outside_hours_answers_go_out_unless_the_policy_says_no() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert judge(a_ticket(), now=sunday).outcome is Outcome.REPLY
    strict = a_policy(SETTINGS + "answer_outside_hours: false\n")
    assert "bar.outside_hours" in codes(judge(a_ticket(), strict, now=sunday))
    assert judge(a_ticket(), strict).outcome is Outcome.REPLY


def test_signals_that_together_are_too_risky_bar_the_answer() -> None:
    policy = a_policy(SETTINGS + "guards: {max_risk: 0.01}\n")
    decision = judge(a_ticket("forgot my password, this is bad"), policy)
    assert decision.outcome is not Outcome.REPLY
    risky = judge(a_ticket(requester=Requester(tags=frozenset({"vip"}))), policy)
    assert "bar.risk" in codes(risky)


IGNORED: list[tuple[str, dict[str, Any]]] = [
    ("ignore.closed", {"status": Status.CLOSED}),
    ("ignore.merged", {"tags": frozenset({"closed_by_merge"})}),
    ("ignore.spam", {"tags": frozenset({"spam"})}),
]
MACHINES: list[tuple[str, dict[str, Any]]] = [
    ("ignore.machine_sender", {"requester": Requester("Shop", "no-reply@shop.example")}),
    ("ignore.auto_reply", {"subject": "Automatic reply: your card"}),
    ("ignore.bounce", {"subject": "Undelivered Mail Returned to Sender"}),
]


@pytest.mark.parametrize(("code", "fields"), IGNORED, ids=[case[0] for case in IGNORED])
def test_what_is_not_ours_is_ignored(code: str, fields: dict[str, Any]) -> None:
    decision = judge(a_ticket("I will sue you", **fields))
    assert decision.outcome is Outcome.IGNORE
    assert codes(decision) == [code]
    assert decision.route.tags == ()


@pytest.mark.parametrize(("code", "fields"), MACHINES, ids=[case[0] for case in MACHINES])
def test_a_machines_mail_is_ignored_whatever_question_stands_in_it(
    code: str, fields: dict[str, Any]
) -> None:
    for body in ("forgot my password", "a complaint, by the way"):
        decision = judge(a_ticket(body, **fields))
        assert decision.outcome is Outcome.IGNORE
        assert codes(decision) == [code]


@pytest.mark.parametrize(("code", "fields"), [MACHINES[0], MACHINES[2]])
def test_a_wish_for_a_person_in_a_mail_that_no_person_wrote_is_ignored(
    code: str, fields: dict[str, Any]
) -> None:
    assert codes(judge(a_ticket("Let me talk to a human.", **fields))) == [code]


def test_a_wish_for_a_person_in_an_absence_note_which_people_write_is_handed_over() -> None:
    decision = judge(a_ticket("Let me talk to a human.", subject="Automatic reply: your card"))
    assert codes(decision) == ["human_request", "bar.machine_mail", "route.owner"]


@pytest.mark.parametrize("fields", [case[1] for case in MACHINES], ids=[c[0] for c in MACHINES])
def test_a_right_is_handed_over_though_its_mail_looks_like_a_machines_but_nothing_is_sent_to_it(
    fields: dict[str, Any],
) -> None:
    decision = judge(
        a_ticket("I want to make a formal complaint", **fields), a_policy(SETTINGS + RECEIPT)
    )
    assert decision.outcome is Outcome.ESCALATE
    assert decision.deadlines
    assert decision.reply is None
    assert "bar.machine_mail" in codes(decision)


def test_a_right_asked_for_politely_starts_its_clocks_and_waits_to_be_named() -> None:
    decision = judge(a_ticket("Could you please log this as a formal complaint?"))
    assert decision.outcome is Outcome.ESCALATE
    assert codes(decision)[0] == "regulatory.doubted"
    assert decision.deadlines
    assert decision.packs == ()


@pytest.mark.parametrize(
    "text",
    ["You get this because you signed up. If you no longer wish to, unsubscribe me here.",
     "Your invoice is attached. You may refer your complaint to the ombudsman.",
     "[issue] delete my account and all my data"],
)  # fmt: skip
def test_what_firms_write_below_all_that_they_send_is_no_case_of_a_machines(text: str) -> None:
    sender = Requester("Shop", "no-reply@shop.example")
    assert codes(judge(a_ticket(text, requester=sender))) == ["ignore.machine_sender"]


@pytest.mark.parametrize(
    "text",
    ['New message from Ann: "I want to make a formal complaint"',
     "Nachricht von Ann: „Ich erhebe Beschwerde“",
     'Ticket body: "I did not authorise this payment"'],
)  # fmt: skip
@pytest.mark.parametrize("fields", [case[1] for case in MACHINES], ids=[c[0] for c in MACHINES])
def test_a_right_that_a_machine_hands_on_in_quotation_marks_starts_its_clocks(
    text: str, fields: dict[str, Any]
) -> None:
    decision = judge(a_ticket(text, **fields))
    assert decision.outcome is Outcome.ESCALATE
    assert codes(decision)[0] == "regulatory.doubted"
    assert decision.deadlines


@pytest.mark.parametrize(
    "text", ['Leave by the link "withdraw my consent".', 'Press "talk to a human" below.']
)
def test_a_link_in_a_machines_mail_is_no_case(text: str) -> None:
    sender = Requester("Shop", "no-reply@shop.example")
    assert codes(judge(a_ticket(text, requester=sender))) == ["ignore.machine_sender"]


def test_who_sues_in_three_words_gets_no_answer() -> None:
    assert (
        judge(a_ticket("Ich habe mein Passwort vergessen, ich klage")).outcome is Outcome.ESCALATE
    )


def test_a_machines_mail_in_whose_words_the_model_finds_no_case_is_none() -> None:
    text = "The detective novel I will sue you is in stock again."
    policy, shop = a_policy(), Requester("Shop", "no-reply@shop.example")
    read = Models(models(policy).recogniser, shared_risk_model(FULL))
    decided = [
        decide(a_ticket(text, requester=sender), policy, read, History(), NOW)
        for sender in (shop, Requester())
    ]
    assert [codes(each)[0] for each in decided] == ["ignore.machine_sender", "regulatory.doubted"]


def test_an_assistant_that_answers_our_own_subject_is_no_case() -> None:
    ticket = a_ticket("Back on Monday", subject="Automatic reply: I make a formal complaint")
    assert codes(judge(ticket)) == ["ignore.auto_reply"]


@pytest.mark.parametrize("subject", ["Undeliverable mail", "Automatic reply is useless"])
def test_nothing_is_sent_where_the_subject_may_be_a_machines(subject: str) -> None:
    decision = judge(a_ticket(subject=subject))
    assert decision.outcome is not Outcome.REPLY
    assert "bar.machine_mail" in codes(decision)


def test_a_case_without_its_words_on_a_holiday_is_no_absence_note() -> None:
    ticket = a_ticket("Ich bin im Urlaub, jemand hat 900 Euro von meinem Konto geholt. Dringend!")
    policy = a_policy()
    read = Models(models(policy).recogniser, shared_risk_model(FULL))
    assert codes(decide(ticket, policy, read, History(), NOW))[0] == "risk.suspected"


@pytest.mark.parametrize(
    "said",
    ["I am going to kill myself", "I will sue", "subpoena", "my lawyer", "the ombudsman",
     "I want to make a formal complaint"],
)  # fmt: skip
@pytest.mark.parametrize("sign", ["🇬🇧🇫🇷", "🇩🇪🇦🇹🇨🇭", "🇬🇧", "❤️", "👨‍👩‍👧", "👍🏽", "1️⃣", "™️", "①"])
def test_signs_beside_the_words_of_a_case_change_nothing(said: str, sign: str) -> None:
    plain = judge(a_ticket(f"What is my IBAN? {said}"))
    for flagged in (f"{said}{sign}", f"{sign}{said}"):
        decision = judge(a_ticket(f"What is my IBAN? {flagged}"))
        assert decision.outcome is Outcome.ESCALATE
        assert decision.packs == plain.packs
        assert decision.deadlines == plain.deadlines


@pytest.mark.parametrize("word", ["🇸🇨🇦🇲", "🇬🇩🇵🇷", "🇧🇪🇹🇷🇺🇬", "scam🇬🇧🇫🇷", "a🇸🇨🇦🇲"])
def test_a_word_of_a_pack_in_flags_is_held(word: str) -> None:
    assert codes(judge(a_ticket(f"What is my IBAN? {word}")))[0] == "regulatory.weak"


def test_our_own_and_agents_comments_are_ignored() -> None:
    ticket = a_ticket()
    for author, code in ((Author.BOT, "ignore.own_update"), (Author.AGENT, "ignore.agent_update")):
        answered = replace(ticket, comments=(*ticket.comments, comment(author)))
        assert codes(judge(answered)) == [code]
    silent = replace(ticket, comments=(comment(Author.AGENT, public=False),))
    assert codes(judge(silent)) == ["ignore.no_message"]


def test_a_right_invoked_goes_to_its_owner_with_its_clocks() -> None:
    decision = judge(
        a_ticket(
            "How do I reset my password? I want to make a formal complaint.",
            created_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        )
    )
    assert decision.outcome is Outcome.ESCALATE
    assert decision.blocked
    assert decision.route.group == "Complaints"
    assert decision.route.priority == "high"
    assert {"complaint", "uk_psd_emd_complaint"} <= set(decision.packs)
    assert "us_cfpb_complaint" not in decision.packs
    due = {(each.pack, each.due.date().isoformat()) for each in decision.deadlines}
    assert {("uk_psd_emd_complaint", "2026-12-14"), ("uk_psd_emd_complaint", "2027-01-14")} <= due
    assert decision.deadlines[0].calendar == "GB"
    assert decision.deadlines[0].started == datetime(2026, 11, 23, 9, tzinfo=UTC)
    start, end = decision.reasons[0].evidence[0]
    assert (
        "complaint" in "How do I reset my password? I want to make a formal complaint."[start:end]
    )


def test_a_doubted_label_is_held_by_its_people_with_its_clock_and_without_its_name() -> None:
    policy = a_policy()
    novel = a_ticket("Is the detective novel 'I will sue you' in stock?")
    with_network = Models(models(policy).recogniser, shared_risk_model(FULL))
    decision = decide(novel, policy, with_network, History(), NOW)
    certain = judge(novel, policy)
    assert certain.packs
    assert decision.packs == ()
    assert "regulatory.doubted" in codes(decision)
    assert decision.outcome is Outcome.ESCALATE
    assert decision.blocked
    assert decision.route.group == certain.route.group == "Legal"
    assert decision.route.priority == certain.route.priority
    assert decision.deadlines == certain.deadlines != ()


def test_clocks_run_from_the_first_receipt() -> None:
    first = datetime(2026, 11, 2, 9, tzinfo=UTC)
    before = (comment(Author.REQUESTER, "my complaint is this", created_at=first),)
    ticket = a_ticket("as I said, my complaint", before=before, written_at=NOW)
    assert judge(ticket).deadlines[0].due.date().isoformat() == "2026-11-23"
    undated = judge(a_ticket("I wish to complain"))
    assert undated.deadlines[0].due.date().isoformat() == "2026-12-15"


def test_a_complaint_that_stands_in_the_subject_alone_runs_from_when_the_ticket_was_opened() -> (
    None
):
    opened = datetime(2026, 11, 2, 9, tzinfo=UTC)
    ticket = a_ticket("see attached", subject="Formal complaint", created_at=opened)
    policy = a_policy()
    for mode in (LEXICAL, FULL):
        read = Models(models(policy).recogniser, shared_risk_model(mode))
        decision = decide(ticket, policy, read, History(), NOW)
        assert decision.packs == ("complaint", "uk_psd_emd_complaint")
        assert decision.deadlines[0].started == opened


BREACH = "I want to report a personal data breach, my data was leaked."
MARKETING = "Please stop sending me marketing emails."
KETTLE = "Your kettle caught fire and burned my hand."


@pytest.mark.parametrize(
    ("regions", "text", "clocks"),
    [
        ("[GB, EU]", MARKETING, ["Tell the person what was done (EU, UK)"]),
        ("[US]", MARKETING, ["Stop commercial e-mail (US)"]),
        ("[GB, EU]", KETTLE, []),
        ("[US-TX]", KETTLE, ["US: investigate and decide"]),
        ("[GB, EU]", BREACH, ["Notify the supervisory authority"]),
        ("[BR]", BREACH, ["Brazil: tell ANPD and the people affected"]),
    ],
)
def test_no_clock_of_another_countrys_law_runs(regions: str, text: str, clocks: list[str]) -> None:
    policy = a_policy(SETTINGS.replace("[GB]", regions))
    decision = judge(a_ticket(text), policy)
    assert decision.outcome is Outcome.ESCALATE
    assert [one.clock for one in decision.deadlines] == clocks


def test_where_a_policy_names_no_region_the_clocks_of_all_run() -> None:
    policy = a_policy(SETTINGS.replace("regions: [GB]\n", ""))
    clocks = {one.clock for one in judge(a_ticket(BREACH), policy).deadlines}
    assert clocks == {
        "Notify the supervisory authority",
        "Brazil: tell ANPD and the people affected",
    }


def test_danger_is_handed_over_without_telling_what_it_is_about() -> None:
    decision = judge(a_ticket("my husband hits me and reads my emails, I want to complain"))
    assert decision.outcome is Outcome.ESCALATE
    assert decision.route.tags == ("deskclerk_review",)
    assert decision.route.group == "Safety"
    assert decision.route.priority == "urgent"
    assert decision.reasons[0].detail == "Needs a specialist's review."
    assert decision.reasons[0].code == "regulatory.review"


@pytest.mark.parametrize(
    "text",
    ["Could you please treat this as a protected disclosure",  # surely meant
     "Would you treat this as a protected disclosure?",  # perhaps
     "I do not want to make a protected disclosure",  # denied
     "whistleblower"],
)  # fmt: skip
def test_of_a_neutral_pack_no_more_is_told_where_it_is_in_doubt(text: str) -> None:
    decision = judge(a_ticket(text))
    assert decision.route.tags == ("deskclerk_review",)
    assert [(each.code, each.detail) for each in decision.reasons if each.rule != "routing"] == [
        ("regulatory.review", "Needs a specialist's review.")
    ]


@dataclass(frozen=True)
class Suspecting(RiskModel):
    """Suspects tipping-off in whatever it reads."""

    def read(self, passages: Sequence[Passage], language: str | None) -> RiskReading:
        del passages, language
        return RiskReading(0.9, suspected="financial_crime")


def test_a_suspicion_of_tipping_off_is_told_like_a_sighting_of_it() -> None:
    policy, known = a_policy(), shared_risk_model(LEXICAL)
    suspecting = Suspecting(known.sums, known.weighings, None, "suspecting")
    read = Models(models(policy).recogniser, suspecting)
    suspected = decide(a_ticket("where is it all gone"), policy, read, History(), NOW)
    seen = judge(a_ticket("was a suspicious activity report filed about me"))
    assert suspected.outcome is seen.outcome is Outcome.ESCALATE
    assert suspected.route.tags == seen.route.tags == ("deskclerk_review",)
    told = [[(each.code, each.rule, each.detail) for each in d.reasons] for d in (suspected, seen)]
    assert told[0] == told[1]


def test_a_neutral_regime_that_the_policy_leaves_open_is_told_neutrally() -> None:
    own = (
        "family: house\npacks:\n  - {id: own, title: Secret, neutral: true, regions: [GB], "
        "phrases_of: [legal_threat], sources: [{ref: y}], "
        "clocks: [{name: Secret clock, amount: 1, unit: hours, source: s}]}"
    )
    policy = a_policy(SETTINGS.replace("regions: [GB]\n", ""), **{"packs/own.yaml": own})
    decision = judge(a_ticket("I will take legal action and sue you"), policy)
    assert "regulatory.review" in codes(decision)
    assert decision.route.tags == ("deskclerk_review",)
    assert decision.deadlines[0].clock == "Secret clock"


def test_danger_to_life_is_named_and_urgent() -> None:
    decision = judge(a_ticket("I want to kill myself"))
    assert "regulatory.safety_of_life" in codes(decision)
    assert decision.route.group == "Safety"
    assert decision.route.priority == "urgent"


def test_the_wish_for_a_person_is_granted() -> None:
    decision = judge(a_ticket("how do i reset my password? I want to talk to a human"))
    assert decision.outcome is Outcome.ESCALATE
    assert decision.route.group == "People"
    assert "human_request" in codes(decision)


def test_a_guarded_ticket_stays_with_people() -> None:
    decision = judge(a_ticket(), guarded=True)
    assert decision.outcome is Outcome.ABSTAIN
    assert decision.blocked
    assert codes(decision) == ["sticky.guarded"]


def test_an_old_complaint_does_not_move_a_handed_over_ticket_again() -> None:
    before = (comment(Author.REQUESTER, "I want to make a complaint"),)
    known = judge(a_ticket("any news?", before=before), guarded=True)
    assert known.route.group is None
    assert "sticky.guarded" in codes(known)
    assert judge(a_ticket("any news?", before=before)).route.group == "Complaints"


def test_mere_thanks_need_nothing() -> None:
    decision = judge(a_ticket("Thank you very much!"))
    assert decision.outcome is Outcome.ABSTAIN
    assert codes(decision) == ["thanks.only"]
    assert not decision.blocked


def test_anger_goes_to_people() -> None:
    decision = judge(a_ticket("USELESS!! THIS IS THE WORST, MOST TERRIBLE APP. forgot my password"))
    assert decision.outcome is Outcome.ESCALATE
    assert codes(decision) == ["sentiment.negative", "route.default"]
    assert decision.route.group == "Support"


def test_a_vip_is_answered_but_goes_to_people_sooner() -> None:
    vip = {"organization": Organization(tags=frozenset({"VIP"}))}
    assert judge(a_ticket(**vip)).outcome is Outcome.REPLY
    cross = judge(a_ticket("forgot my password, this is terrible", **vip))
    assert cross.outcome is Outcome.ESCALATE
    assert cross.route.priority == "high"
    kept = a_policy(SETTINGS.replace("[vip]", "[vip], auto_answer: false"))
    assert codes(judge(a_ticket(**vip), kept)) == ["value.vip", "route.default"]


RECEIPT = """
acknowledgement:
  stage: auto
  statutory:
    - packs: [uk_psd_emd_complaint]
      states: [receipt, timetable, contact, how_to_add]
      answers: [{language: en, body: "We have it, {{ full_name }}.", review_by: 2027-01-31}]
"""


def test_a_receipt_goes_out_only_where_the_pack_allows_it_and_nothing_forbids_it() -> None:
    policy = a_policy(SETTINGS + RECEIPT)
    complaint = a_ticket("I want to make a formal complaint")
    sent = judge(complaint, policy)
    assert sent.outcome is Outcome.ACKNOWLEDGE
    assert sent.reply == "We have it, Ann Lee."
    assert sent.route.group == "Complaints"
    assert judge(complaint, policy, paused=True).reply is None
    assert judge(complaint, policy, guarded=True).reply is None
    assert judge(complaint, policy, now=datetime(2027, 2, 1, tzinfo=UTC)).reply is None
    assert judge(a_ticket("I will sue you"), policy).reply is None
    assert judge(a_ticket("Ich will mich über Sie beschweren"), policy).reply is None
    both = a_ticket("my complaint: let me talk to a human")
    assert judge(both, policy).reply is None
    assert judge(complaint, a_policy(SETTINGS + RECEIPT.replace("auto", "off"))).reply is None
    weak = judge(a_ticket("a complaint"), policy)
    assert codes(weak)[0] == "regulatory.weak"
    assert weak.reply is None
    assert weak.packs == ()


def test_a_threat_that_an_earlier_message_quotes_is_held_too() -> None:
    before = (Comment(Author.REQUESTER, "Please read.\n\n> I will sue you"),)
    decision = judge(a_ticket("forgot my password", before=before))
    assert codes(decision) == ["regulatory.quoted", "route.owner"]


def test_a_threat_in_quoted_text_that_nothing_covers_is_held_for_a_person() -> None:
    decision = judge(a_ticket("forgot my password\n\n> I will sue you"))
    assert decision.outcome is Outcome.ESCALATE
    assert codes(decision) == ["regulatory.quoted", "route.owner"]
    assert decision.packs == ()
    assert decision.deadlines == ()


def test_a_question_the_policy_does_not_know_is_left_alone() -> None:
    from rules.case import Models
    from rules.decide import decide
    from rules.intents.training import fit
    from rules.model import History
    from rules.risk_modes import LEXICAL
    from rules.signals.risk import shared_risk_model

    other = fit(a_policy(), LEXICAL)
    policy = a_policy(faqs=FAQS.replace("id: reset_password", "id: renamed"))
    stale = Models(other, shared_risk_model(LEXICAL))
    assert codes(decide(a_ticket(), policy, stale, History(), NOW)) == ["abstain.unknown_faq"]


def test_packs_of_the_policy_have_a_reason_code_too() -> None:
    pack = "family: own\npacks: [{id: mine, title: Mine, phrases: {en: [blue moon]}}]"
    decision = judge(a_ticket("once in a blue moon"), a_policy(**{"packs/own.yaml": pack}))
    assert codes(decision) == ["regulatory.other", "route.default"]
    assert decision.packs == ("mine",)


def test_the_decision_id_changes_with_everything_that_goes_in() -> None:
    ids = {
        judge(a_ticket()).id,
        judge(a_ticket(id="43")).id,
        judge(a_ticket(), now=datetime(2026, 11, 24, 11, tzinfo=UTC)).id,
        judge(a_ticket(), paused=True).id,
        judge(a_ticket(), a_policy(SETTINGS + "target_precision: 0.9\n")).id,
    }
    assert len(ids) == 5
    assert all(len(each) == 32 for each in ids)
