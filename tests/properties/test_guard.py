"""No complaint, dispute, legal or safety message is ever answered by the machine.

Cases are made by chance from every strong phrase of every pack. `make bench-guard` plays a hundred
thousand of them; here a few thousand, new ones on every run.
"""

import random
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.case import Models
from rules.decide import decide
from rules.intents.training import fit
from rules.model import Author, Comment, History, Outcome, Ticket
from rules.risk_modes import LEXICAL
from rules.signals.risk import shared_risk_model
from tests.properties.guard_cases import QUESTIONS, beside_flags, cases, policies

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MODELS = Models(fit(policies()[0], LEXICAL), shared_risk_model(LEXICAL))


def test_a_ticket_that_holds_a_strong_phrase_is_never_answered() -> None:
    seed = random.SystemRandom().randrange(2**32)
    for number, case in enumerate(cases(random.Random(seed), 3000)):
        decision = decide(case.ticket, case.policy, MODELS, History(), NOW)
        told = f"seed {seed}, case {number}: {case.phrase!r} as {case.written!r}"
        assert decision.outcome is not Outcome.REPLY, told


def test_flags_beside_a_strong_phrase_change_nothing() -> None:
    seed = random.SystemRandom().randrange(2**32)
    for number, (plain, beside) in enumerate(beside_flags(random.Random(seed), 500)):
        before, decision = (
            decide(case.ticket, case.policy, MODELS, History(), NOW) for case in (plain, beside)
        )
        told = f"seed {seed}, case {number}: {beside.ticket.comments[0].body!r}"
        assert decision.outcome is not Outcome.REPLY, told
        assert decision.packs == before.packs, told


def test_the_questions_alone_are_answered_so_that_the_property_can_fail() -> None:
    outcomes = [
        decide(
            Ticket("7", "", (Comment(Author.REQUESTER, question),)),
            policies()[0],
            MODELS,
            History(),
            NOW,
        ).outcome
        for question in QUESTIONS
        if question
    ]
    assert outcomes.count(Outcome.REPLY) >= 4


HOSTILE = (
    "\x00" * 500,
    "\ud800\udfff broken \udc00 pairs",
    "a\u0301" * 3000,
    "\u202e" * 2000 + "ecin ton",
    "<" * 3000 + "p style=display:none>" * 200,
    "&#x110000;&#0;&#xD800;" * 300,
    "((((a|b)|c)|d" * 500,
    "'" * 4000,
    "l a w y e r " * 800,
    "a.b-c_d*e@f$g!" * 400,
    "> " * 3000,
    "--\n" * 2000,
    "On Mon, 1 Jan 2026 at 10:00, x wrote:\n" * 200,
    "{{ticket.requester.name}} {% raw %}" * 200,
    "\N{GRINNING FACE}\u200d" * 2000,
    "١٢٣٤٥ 一二三 ⅷ ½ ﷺ" * 300,
    "complaint " * 3000,
    "not " * 3000 + "I will sue you",
)

shards = st.lists(
    st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE).map(lambda text: text[:200])),
    max_size=6,
).map("".join)


def test_hostile_texts_are_judged_and_nothing_raises() -> None:
    for text in HOSTILE:
        for comment in (
            Comment(Author.REQUESTER, text),
            Comment(Author.REQUESTER, "", html_body=text),
            Comment(Author.REQUESTER, "hello", html_body=text),
        ):
            ticket = Ticket("7", text[:300], (Comment(Author.REQUESTER, text), comment))
            assert decide(ticket, policies()[0], MODELS, History(), NOW).reasons


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shards, shards, st.none() | shards)
def test_any_text_is_judged(subject: str, body: str, html: str | None) -> None:
    ticket = Ticket("7", subject, (Comment(Author.REQUESTER, body, html_body=html),))
    decision = decide(ticket, policies()[0], MODELS, History(), NOW)
    for reason in decision.reasons:
        for start, end in reason.evidence:
            assert 0 <= start < end <= max(len(body), len(html or ""))


def test_a_megabyte_is_judged_by_its_ends_and_never_answered() -> None:
    text = QUESTIONS[0] + ". Where is my bank card?" * 45_000
    decision = decide(
        Ticket("7", "", (Comment(Author.REQUESTER, text),)),
        policies()[0],
        MODELS,
        History(),
        NOW,
    )
    assert decision.outcome is not Outcome.REPLY
