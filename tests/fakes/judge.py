"""A judge that decides by one word, so that tests of the machinery need no policy."""

import hashlib
from datetime import datetime

from rules.model import Decision, History, Outcome, Reason, Route, Ticket, Versions
from rules.policy import parse_policy

ANSWER = "Hello, you can reset your password under Settings."
ACKNOWLEDGEMENT = "We have received your complaint."


POLICY_FILES = {
    "policy.yaml": "groups: {default: Support, complaints: Complaints, compliance: Legal}\n",
    "faqs.yaml": """
faqs:
  - id: reset_password
    title: Reset a password
    examples: [password]
    answers: [{language: en, body: "Hello, you can reset your password under Settings."}]
  - id: find_iban
    title: Find the IBAN
    examples: [iban]
    answers: [{language: en, body: "Hello {{ first_name }}, it stands under Account."}]
  - id: german_only
    title: Nur auf Deutsch
    examples: [konto]
    answers: [{language: de, body: "Hallo."}]
""",
}
POLICY = parse_policy(POLICY_FILES)


class ScriptedJudge:
    """`password` is answered, `complaint` escalated, `ombudsman` acknowledged, `spam` ignored."""

    reply_window_s = 86_400.0
    max_replies_per_hour = 1_000_000
    policy = known_policy = POLICY

    def ready(self) -> "ScriptedJudge":
        return self

    def decide(self, ticket: Ticket, history: History, now: datetime) -> Decision:
        text = ticket.message.body if ticket.message else ""
        outcome, reply, group = Outcome.ABSTAIN, None, None
        if "spam" in text:
            outcome = Outcome.IGNORE
        elif "ombudsman" in text:
            outcome, reply, group = Outcome.ACKNOWLEDGE, ACKNOWLEDGEMENT, "Complaints"
        elif "complaint" in text or history.guarded:
            outcome, group = Outcome.ESCALATE, "Complaints"
        elif "draft" in text:
            outcome, reply = Outcome.SUGGEST, ANSWER
        elif "password" in text and not _barred(history):
            outcome, reply = Outcome.REPLY, ANSWER
        digest = hashlib.sha256(repr((ticket, history, now)).encode()).hexdigest()[:32]
        return Decision(
            id=digest,
            ticket_id=ticket.id,
            outcome=outcome,
            faq="reset_password" if reply == ANSWER else None,
            score=0.9 if reply else 0.0,
            packs=("complaint",) if group else (),
            blocked=group is not None,
            risk=1.0 if group else 0.0,
            sentiment=0.0,
            route=Route(group, "high" if group else None, (f"deskclerk_{outcome}",)),
            deadlines=(),
            reply=reply,
            reasons=(Reason("regulatory.complaint" if group else "test.word", "test", "Seen."),),
            language="en",
            versions=Versions("sha256:policy", "sha256:model", "sha256:packs"),
            decided_at=now,
        )


def _barred(history: History) -> bool:
    return bool(history.replies_on_ticket or history.replies_to_requester or history.paused)
