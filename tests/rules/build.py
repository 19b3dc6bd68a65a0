"""Small builders: only what a test is about is said."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from rules.case import Models
from rules.decide import decide
from rules.intents.matching import Recogniser
from rules.intents.training import fit
from rules.model import Author, Comment, Decision, History, Requester, Ticket
from rules.policy import Policy, parse_policy
from rules.risk_modes import LEXICAL
from rules.signals.risk import shared_risk_model
from rules.view import View, normalised
from rules.words import Words

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

FAQS = """
faqs:
  - id: reset_password
    specialist: account
    examples: [how do i reset my password, forgot my password, set a new password please,
               wie kann ich mein passwort zurücksetzen, ich habe mein passwort vergessen]
    answers:
      - {language: en, body: "Hello {{ first_name | there }}, tap Forgot password."}
      - {language: de, body: "Hallo {{ first_name }}, tippen Sie auf Passwort vergessen."}
  - id: find_iban
    specialist: account
    examples: [where do i find my iban, what is my iban, show me the account number]
    answers: [{language: en, body: "Your IBAN stands under Account."}]
  - id: card_delivery
    specialist: cards
    examples: [when will my new card arrive, how long does card delivery take]
    answers: [{language: en, body: "Within five days.", review_by: 2027-06-30}]
"""
SETTINGS = """
stage: auto
regions: [GB]
sectors: [payments]
groups: {default: Support, complaints: Complaints, human: People, safety: Safety, legal: Legal}
specialists: {account: Accounts, cards: Cards}
business_hours: {timezone: Europe/London, holidays: GB-ENG}
value: {vip_tags: [vip]}
"""


@cache
def a_policy(settings: str = SETTINGS, faqs: str = FAQS, **more: str) -> Policy:
    return parse_policy({"policy.yaml": settings, "faqs.yaml": faqs, **more})


def a_ticket(body: str = "how do i reset my password", **more: Any) -> Ticket:
    comments = (
        *more.pop("before", ()),
        Comment(
            Author.REQUESTER,
            body,
            html_body=more.pop("html", None),
            has_attachments=more.pop("has_attachments", False),
            created_at=more.pop("written_at", None),
        ),
    )
    requester = more.pop("requester", Requester("Ann Lee", "ann@example.org"))
    fields = {"id": "42", "subject": "", "comments": comments, "requester": requester}
    return Ticket(**(fields | more))


_recognisers: dict[str, Recogniser] = {}


def fitted(policy: Policy) -> Recogniser:
    if policy.version not in _recognisers:
        _recognisers[policy.version] = fit(policy, LEXICAL)
    return _recognisers[policy.version]


def models(policy: Policy) -> Models:
    return Models(fitted(policy), shared_risk_model(LEXICAL))


def judge(
    ticket: Ticket, policy: Policy | None = None, now: datetime = NOW, **history: Any
) -> Decision:
    policy = policy or a_policy()
    return decide(ticket, policy, models(policy), History(**history), now)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def words_of(text: str) -> Words:
    return Words.of(normalised(View.of(text)))
