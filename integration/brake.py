"""The brake: it stops automatic replies, all of them or those with one answer.

Decisions and notes go on, and what a person sends goes out. It is read last of all before a reply
is written, so that off is off within a second.
"""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from integration import ledger
from integration.clock import iso
from integration.store import decisions, facts


@dataclass(frozen=True, slots=True)
class Brake:
    """What is stopped now."""

    everything: bool
    answers: tuple[str, ...]  # ids of questions, sorted

    def stops(self, connection: sa.Connection, decision_id: str) -> bool:
        """Whether the reply of a decision must not go out."""
        return self.everything or (
            bool(self.answers) and bool(set(self.answers) & _answers_of(connection, decision_id))
        )


def read_brake(connection: sa.Connection) -> Brake:
    """What is stopped now."""
    answers = facts.get(connection, facts.PAUSED_ANSWERS) or []
    return Brake(bool(facts.get(connection, facts.PAUSED)), tuple(sorted(answers)))


def set_brake(
    connection: sa.Connection, now: datetime, by: str, *, pulled: bool, answer: str | None = None
) -> bool:
    """Pull or release the brake, of one answer if it is named; false where it was so already.

    `by` names who did it, for the ledger. Releasing the whole brake leaves single answers stopped.
    """
    brake = read_brake(connection)
    was = brake.everything if answer is None else answer in brake.answers
    body = {"by": by} if answer is None else {"by": by, "faq": answer}
    entry = ledger.Entry("paused", body) if pulled else ledger.Entry("resumed", body)
    ledger.append(connection, iso(now), [entry])
    if answer is None:
        facts.put(connection, facts.PAUSED, pulled, now.timestamp())
        return was is not pulled
    answers = {*brake.answers, answer} if pulled else {*brake.answers} - {answer}
    facts.put(connection, facts.PAUSED_ANSWERS, sorted(answers), now.timestamp())
    return was is not pulled


def _answers_of(connection: sa.Connection, decision_id: str) -> frozenset[str]:
    """The questions that a decision answers."""
    text = decisions.text_of(connection, decision_id)[1]
    decided = json.loads(text) if text else {}
    also = {each["rule"] for each in decided.get("reasons", ()) if each["code"] == "match.also"}
    return frozenset({decided.get("faq"), *also} - {None})
