"""What must hold for every ticket whatsoever."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.answers import Answer, fill
from rules.case import Models
from rules.decide import decide
from rules.exchange import history_from_json, ticket_from_json
from rules.faqs import Faq
from rules.intents.training import fit
from rules.model import (
    Author,
    Comment,
    Decision,
    History,
    Organization,
    Outcome,
    Requester,
    Status,
    Ticket,
)
from rules.policy import Policy, parse_policy
from rules.policy_schema import SEVERITIES
from rules.reason_codes import REASON_CODES
from rules.risk_modes import LEXICAL
from rules.signals.risk import shared_risk_model
from rules.written import decision_to_json, ticket_to_json

SAMPLES = Path(__file__).parents[2] / "samples" / "policy"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

# What the sample policy has no use for.
MORE_SETTINGS = """
disclosure:
  en: "A machine sent this, {{ first_name | friend }}."
  de: Das schrieb eine Maschine.
entities: {booking: AA-99*}
combination:
  en: "Dear {{ full_name | friend }}:\\n{{ answers }}\\nLarkpay"
"""
MORE_FAQS = """
  - id: opening_hours
    combines_with: [track_order]
    examples: [when are you open, what are your opening hours, wie sind eure öffnungszeiten]
    answers:
      - {body: "Hello {{ first_name }}, from nine to five.", combined: From nine to five.}
      - {body: From eight to six., regions: [EU, US-CA], combined: "{{ first_name }}, from 8."}
      - {body: "Always, {{ full_name | dear }}.", tags: [GOLD]}
      - {body: Always but today., tags: [gold], regions: [EU], review_by: 2026-11-01}
      - {body: Never., valid_from: 2026-11-25}
      - {language: de, body: Im neuen Jahr von neun bis fünf., valid_from: 2027-01-01}
  - id: parking_space
    combines_with: [opening_hours, track_order]
    examples: [where can i park my car, how do i find the car park]
    answers: [{body: Behind the house., combined: Park behind the house.}]
  - id: track_order
    examples: [where is my order, track my parcel please, when does my order arrive]
    needs: [order_number, booking]
    ask: [{body: "Which order, {{ first_name | dear }}?"}]
    answers:
      - {body: "Hello {{ first_name }}, look under Orders.", combined: Look under Orders.}
      - {body: Look at the window., tags: [gold], review_by: 2026-11-01}
      - {language: de, body: Unter Bestellungen.}
"""

QUESTIONS = [
    "What are your opening hours? Where can I park my car?",
    "Hi,\nwhere can I park my car? What are your opening hours?\nWhen does my order arrive?",
    "I have two questions. How do I find the car park? What are your opening hours?",
    "Where can I park my car? When does my order arrive?",
    "where is my order?",
    "what are your opening hours?",
    "Hallo, wie sind eure Öffnungszeiten?",
    "how do i reset my password",
    "Hi,\n\nI lost my card. How do I freeze it?\n\nThanks\nBob",
    "where can I find my IBAN?",
    "Guten Tag, wie ändere ich meine Adresse? Danke",
    "<p>How long does a bank transfer take?</p><blockquote>old</blockquote>",
    "thanks!",
    "",
]
ALARMS = [
    "I want to make a formal complaint",
    "I will sue you",
    "see you in court",
    "this is an unauthorised payment",
    "delete all my personal data",
    "I want to kill myself",
    "I want to speak to a human",
    "ich möchte mich beschweren",
    "quiero hablar con una persona",
    "je voudrais parler à un conseiller",
    "mijn advocaat",
    "mi hanno truffato, è una truffa",
    "fui burlado, é uma fraude",
]


@cache
def sample() -> tuple[Policy, Models]:
    more = {"policy.yaml": MORE_SETTINGS, "faqs.yaml": MORE_FAQS}
    files = {name: (SAMPLES / name).read_text("utf-8") + text for name, text in more.items()}
    policy = parse_policy(files)
    return policy, Models(fit(policy, LEXICAL), shared_risk_model(LEXICAL))


def judged(ticket: Ticket, history: History | None = None, now: datetime = NOW) -> Decision:
    policy, models = sample()
    return decide(ticket, policy, models, history or History(), now)


texts = st.one_of(st.sampled_from(QUESTIONS), st.sampled_from(ALARMS), st.text(max_size=200))
instants = st.one_of(
    st.none(),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14))])),
)
tags = st.frozensets(
    st.one_of(
        st.sampled_from(["vip", "Gold", "spam", "closed_by_merge", "auto_reply"]),
        st.text(max_size=8),
    ),
    max_size=3,
)
comments = st.builds(
    Comment,
    author=st.sampled_from(Author),
    body=texts,
    public=st.booleans(),
    id=st.text(max_size=4),
    html_body=st.one_of(st.none(), texts),
    created_at=instants,
    has_attachments=st.booleans(),
)
tickets = st.builds(
    Ticket,
    id=st.text(max_size=8),
    subject=texts,
    comments=st.lists(comments, max_size=4).map(tuple),
    channel=st.sampled_from(["email", "web", "chat", "WhatsApp", ""]),
    language=st.one_of(st.none(), st.sampled_from(["en", "de-AT", "xx", ""])),
    created_at=instants,
    status=st.sampled_from(Status),
    priority=st.one_of(st.none(), st.sampled_from(["low", "urgent", "?"])),
    tags=tags,
    requester=st.builds(
        Requester,
        name=st.one_of(st.just("Ann Lee"), st.text(max_size=20)),
        email=st.one_of(st.just("ann@example.org"), st.text(max_size=20)),
        tags=tags,
        country=st.one_of(st.sampled_from([None, "GB", "de", "US-CA"]), st.text(max_size=3)),
        id=st.text(max_size=4),
    ),
    organization=st.builds(Organization, tags=tags, name=st.text(max_size=8)),
    has_ccs=st.booleans(),
    assignee_id=st.one_of(st.none(), st.text(max_size=3)),
    group_id=st.one_of(st.none(), st.text(max_size=3)),
)
histories = st.builds(
    History,
    replies_on_ticket=st.integers(0, 2),
    replies_to_requester=st.integers(0, 2),
    replies_last_hour=st.integers(0, 100),
    guarded=st.booleans(),
    paused=st.booleans(),
    paused_answers=st.sampled_from([(), ("reset_password",), ("find_iban", "reset_password")]),
    cleared_at=st.one_of(st.none(), st.just(NOW - timedelta(hours=1))),
)
plain_tickets = st.builds(
    lambda body, subject, **who: Ticket(
        id="7",
        subject=subject,
        comments=(Comment(Author.REQUESTER, body),),
        requester=Requester(email="ann@example.org", **who),
    ),
    st.sampled_from(QUESTIONS),
    st.sampled_from(["", "Question", "Re: my card", "Order #12345, AB-123."]),
    name=st.one_of(st.just("Ann Lee"), st.text(max_size=30)),
    country=st.sampled_from([None, "GB", "DE"]),
    tags=st.sampled_from([frozenset(), frozenset({"Gold"})]),
)
any_tickets = st.one_of(tickets, plain_tickets)
calm_histories = st.one_of(st.just(History()), histories)
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(any_tickets, calm_histories)
def test_every_ticket_gets_a_decision_and_always_the_same(ticket: Ticket, history: History) -> None:
    first = judged(ticket, history)

    assert judged(ticket, history) == first
    assert decision_to_json(first) == decision_to_json(judged(ticket, history))
    assert {reason.code for reason in first.reasons} <= set(REASON_CODES)
    assert first.reasons
    assert 0.0 <= first.risk <= 1.0
    assert -1.0 <= first.sentiment <= 1.0


@relaxed
@given(tickets, histories)
def test_a_ticket_decides_the_same_after_the_round_trip_through_json(
    ticket: Ticket, history: History
) -> None:
    line = ticket_to_json(ticket, history)

    again, before = ticket_from_json(line, 1), history_from_json(line, 1)

    assert ticket_to_json(again, before) == line
    assert judged(again, before) == judged(ticket, history)


@relaxed
@given(any_tickets, calm_histories)
def test_what_reaches_a_customer_is_an_approved_answer_with_its_blanks(
    ticket: Ticket, history: History
) -> None:
    decision = judged(ticket, history)

    policy, _ = sample()
    if decision.outcome in {Outcome.REPLY, Outcome.SUGGEST}:
        faq = policy.faq(decision.faq or "")
        assert faq is not None
        several = any(reason.code == "match.also" for reason in decision.reasons)
        approved = (
            combined_replies(policy, decision, ticket)
            if several
            else approved_replies(policy, faq, ticket)
        )
        assert decision.reply in set(approved)
    elif decision.outcome is Outcome.ACKNOWLEDGE:
        receipts = policy.settings.acknowledgement.answers
        assert decision.reply in {fill(answer, ticket) for answer in receipts}
    else:
        assert decision.reply is None


def approved_replies(policy: Policy, faq: Faq, ticket: Ticket) -> Iterator[str]:
    """Every text that may ever answer a question on a ticket."""
    for answer in (*faq.answers, *faq.ask):
        told = policy.settings.disclosure.get(answer.language)
        yield fill(answer, ticket) if told is None else filled_with(answer, told, ticket)


def combined_replies(policy: Policy, decision: Decision, ticket: Ticket) -> Iterator[str]:
    """Every text that may answer the questions of a decision together."""
    asked = [r.rule for r in decision.reasons if r.code in {"match.faq", "match.also"}]
    faqs = [faq for faq_id in asked for faq in policy.faqs if faq.id == faq_id]
    frame, told = policy.settings.combination["en"], policy.settings.disclosure["en"]
    texts = [[a.combined for a in faq.answers if a.language == "en" and a.combined] for faq in faqs]
    for chosen in product(*texts):
        body = frame.replace("{{ answers }}", "\n\n".join(chosen))
        yield filled_with(Answer("en", body), told, ticket)


def filled_with(answer: Answer, disclosure: str, ticket: Ticket) -> str:
    """The answer and the disclosure, each filled on its own."""
    told = fill(Answer(answer.language, disclosure), ticket)
    if " ".join(disclosure.split()) in " ".join(answer.body.split()):
        return fill(answer, ticket)
    return fill(answer, ticket).rstrip("\n") + "\n\n" + told


@relaxed
@given(any_tickets, calm_histories)
def test_without_several_sure_questions_all_is_as_if_nothing_combined(
    ticket: Ticket, history: History
) -> None:
    policy, models = sample()
    apart = replace(policy, settings=replace(policy.settings, combination={}))
    together, alone = judged(ticket, history), decide(ticket, apart, models, history, NOW)

    asked = [r.rule for r in together.reasons if r.code in {"match.faq", "match.also"}]
    if len(asked) > 1:
        assert len(set(asked)) == len(asked) <= 3
        assert together.blocked == alone.blocked
        assert set(bars(alone)) - {"bar.uncertain"} <= set(bars(together))
    else:
        assert together == alone


def bars(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons if reason.code.startswith("bar.")]


@relaxed
@given(any_tickets, calm_histories)
def test_a_reply_goes_out_only_if_nothing_forbids_it(ticket: Ticket, history: History) -> None:
    decision = judged(ticket, history)

    if decision.outcome is Outcome.REPLY:
        assert not decision.blocked
        assert not history.paused
        assert decision.faq not in history.paused_answers
        assert not history.guarded
        assert not history.replies_on_ticket
        assert not ticket.has_ccs
        assert not ticket.assignee_id
        assert ticket.status not in {Status.CLOSED, Status.SOLVED}
        assert all(comment.author is not Author.AGENT for comment in ticket.comments)


@relaxed
@given(plain_tickets, st.sampled_from(ALARMS), st.data())
def test_a_ticket_with_an_alarming_phrase_anywhere_is_never_answered(
    ticket: Ticket, alarm: str, data: st.DataObject
) -> None:
    body = ticket.comments[0].body
    gaps = [place for place, char in enumerate(body) if char in " \n"] or [0]
    place = data.draw(st.sampled_from([0, *gaps, len(body)]))
    where = data.draw(st.sampled_from(["body", "subject", "html", "earlier"]))
    altered = {
        "body": Ticket(
            ticket.id,
            ticket.subject,
            (Comment(Author.REQUESTER, f"{body[:place]} {alarm} {body[place:]}"),),
            requester=ticket.requester,
        ),
        "subject": Ticket(
            ticket.id, f"{ticket.subject} {alarm}", ticket.comments, requester=ticket.requester
        ),
        "html": Ticket(
            ticket.id,
            ticket.subject,
            (Comment(Author.REQUESTER, body, html_body=f"<p>{body} {alarm}</p>"),),
            requester=ticket.requester,
        ),
        "earlier": Ticket(
            ticket.id,
            ticket.subject,
            (Comment(Author.REQUESTER, alarm), *ticket.comments),
            requester=ticket.requester,
        ),
    }[where]
    is_human = any(word in alarm for word in ("human", "persona", "conseiller"))

    decision = judged(altered)

    assert decision.outcome is not Outcome.REPLY or (is_human and where == "earlier")
    if not (is_human and where == "earlier"):
        assert decision.blocked


@relaxed
@given(plain_tickets, st.sampled_from(ALARMS), st.timedeltas(timedelta(0), timedelta(hours=48)))
def test_whatever_a_person_cleared_an_alarming_message_is_never_answered(
    ticket: Ticket, alarm: str, ago: timedelta
) -> None:
    body = f"{ticket.comments[0].body} {alarm}"
    message = Comment(Author.REQUESTER, body, created_at=NOW - timedelta(hours=24))

    decision = judged(replace(ticket, comments=(message,)), History(cleared_at=NOW - ago))

    assert decision.blocked
    assert decision.outcome is not Outcome.REPLY


@relaxed
@given(tickets, histories)
def test_nothing_is_sent_after_an_agents_answer_and_the_ticket_is_not_moved(
    ticket: Ticket, history: History
) -> None:
    reply = Comment(Author.AGENT, "Hello, I look into it.")
    answered = replace(ticket, comments=(*ticket.comments, reply))

    decision = judged(answered, history)

    assert decision.outcome in {Outcome.IGNORE, Outcome.ESCALATE}
    assert decision.reply is None
    assert decision.route.group is None


@relaxed
@given(tickets, histories, st.timedeltas(timedelta(hours=72, seconds=1), timedelta(days=9999)))
def test_an_old_message_gets_no_automatic_message(
    ticket: Ticket, history: History, age: timedelta
) -> None:
    old = tuple(replace(comment, created_at=NOW - age) for comment in ticket.comments)

    decision = judged(replace(ticket, comments=old), history)

    assert decision.outcome not in {Outcome.REPLY, Outcome.ACKNOWLEDGE}


@relaxed
@given(tickets, histories, st.sampled_from(ALARMS))
def test_adding_an_alarming_phrase_never_makes_a_decision_milder(
    ticket: Ticket, history: History, alarm: str
) -> None:
    more = Ticket(
        ticket.id,
        f"{ticket.subject} . {alarm}",
        ticket.comments,
        **{
            name: getattr(ticket, name)
            for name in Ticket.__slots__
            if name not in {"id", "subject", "comments"}
        },
    )

    before, after = judged(ticket, history), judged(more, history)

    if Outcome.IGNORE not in {before.outcome, after.outcome}:
        assert after.blocked >= before.blocked
        assert after.risk >= before.risk
        assert severity(after) >= severity(before)


def severity(decision: Decision) -> float:
    policy, _ = sample()
    grave = {pack.id: SEVERITIES[pack.severity] for pack in policy.packs}
    return max((grave[pack] for pack in decision.packs), default=0.0)
