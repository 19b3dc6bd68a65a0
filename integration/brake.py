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
from integration.store import decisions, facts, lock_head


class PulledSince(Exception):  # noqa: N818 - named by what happened
    """Somebody pulled the brake after its release was asked for: it stays pulled."""


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


def still_stopped(brake: Brake, released: str | None) -> str:
    """A sentence on what stays stopped after one answer, or everything, was released."""
    if released is not None:
        return " But all automatic replies are paused still." if brake.everything else ""
    answers = ", ".join(brake.answers)
    return f" These answers stay paused: {answers}." if answers else ""


def read_brake(connection: sa.Connection) -> Brake:
    """What is stopped now."""
    everything = bool(facts.get(connection, facts.PAUSED))
    return Brake(everything, tuple(sorted(_pulled_at(connection))))


def set_brake(
    connection: sa.Connection,
    now: datetime,
    by: str,
    *,
    pulled: bool,
    answer: str | None = None,
    asked_at: float | None = None,
) -> bool:
    """Pull or release the brake, of one answer if it is named; false where it was so already.

    `by` names who did it, for the ledger. Releasing the whole brake leaves single answers stopped.
    A release that was asked for at an instant undoes nothing newer: raises PulledSince.
    """
    lock_head(connection)  # two people may pull at one moment: what is read now stays true
    everything, answers = read_brake(connection).everything, _pulled_at(connection)
    was = everything if answer is None else answer in answers
    since = facts.get_at(connection, facts.PAUSED) if answer is None else answers.get(answer)
    if was and not pulled and asked_at is not None and since is not None and since > asked_at:
        raise PulledSince
    body = {"by": by} if answer is None else {"by": by, "faq": answer}
    entry = ledger.Entry("paused", body) if pulled else ledger.Entry("resumed", body)
    ledger.append(connection, iso(now), [entry])
    if answer is None:
        facts.put(connection, facts.PAUSED, pulled, now.timestamp())
        return was is not pulled
    others = {name: at for name, at in answers.items() if name != answer}
    standing = others | ({answer: now.timestamp()} if pulled else {})
    facts.put(connection, facts.PAUSED_ANSWERS, standing, now.timestamp())
    return was is not pulled


def _pulled_at(connection: sa.Connection) -> dict[str, float]:
    """By answer that is stopped: when somebody last said so. Former releases kept the ids alone."""
    kept = facts.get(connection, facts.PAUSED_ANSWERS) or {}
    return kept if isinstance(kept, dict) else dict.fromkeys(kept, 0.0)


def _answers_of(connection: sa.Connection, decision_id: str) -> frozenset[str]:
    """The questions that a decision answers."""
    text = decisions.text_of(connection, decision_id)[1]
    decided = json.loads(text) if text else {}
    also = {each["rule"] for each in decided.get("reasons", ()) if each["code"] == "match.also"}
    return frozenset({decided.get("faq"), *also} - {None})
