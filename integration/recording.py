"""From a decision to rows: the ledger entry and the planned effects, in one transaction."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from connectors.ports import EffectKind, Snapshot
from integration import ledger
from integration.audit_note import note_text
from integration.brake import read_brake
from integration.effects import LEASE_S
from integration.store import counts, decisions
from rules.language_codes import is_language_code
from rules.model import PRIORITIES, Decision, History, Outcome
from rules.written import decision_to_json, ticket_to_json


@dataclass(frozen=True, slots=True)
class Reading:
    """What a decision is made on."""

    delivery_id: int
    ticket_id: int
    comment_id: int  # the message decided on; 0 when there is none
    snapshot: Snapshot
    watched_from: float  # when the message was written, by the helpdesk; seconds since the epoch


@dataclass(frozen=True, slots=True)
class Names:
    """What names stand for: the helpdesk's groups by name, the policy's questions by id."""

    groups: Mapping[str, int]
    titles: Mapping[str, str]


def history_of(
    connection: sa.Connection, reading: Reading, *, now: float, window_s: float
) -> History:
    """What this service did before, counted in the caller's transaction."""
    before = counts.count_before(
        connection,
        ticket_id=reading.ticket_id,
        requester_id=reading.snapshot.requester_id,
        since=now - window_s,
        hour_ago=now - 3600.0,
    )
    brake = read_brake(connection)
    return History(
        replies_on_ticket=before.replies_on_ticket,
        replies_to_requester=before.replies_to_requester,
        replies_last_hour=before.replies_last_hour,
        guarded=before.guarded,
        paused=brake.everything,
        paused_answers=brake.answers,
        cleared_at=None
        if before.cleared_at is None
        else datetime.fromtimestamp(before.cleared_at, UTC),
    )


def record(
    connection: sa.Connection,
    reading: Reading,
    decision: Decision,
    history: History,
    *,
    names: Names,
    owner: str,
) -> None:
    """Write the decision, its ledger entry and its effects; the first one is claimed for `owner`.

    The caller holds the ledger's lock, so nobody else records at the same time.
    """
    anchor = ledger.anchor_of(connection)
    ticket_text = ledger.canonical(ticket_to_json(reading.snapshot.ticket, history))
    decision_json = decision_to_json(decision)
    texts = {"snapshot": ticket_text, "decision": ledger.canonical(decision_json)}
    decisions.insert_decision(connection, _row(reading, decision) | texts)
    if decision.outcome is not Outcome.IGNORE:
        note = _note(reading, decision, names=names, anchor=anchor) | _claimed(decision, owner)
        effects = [note, dict.fromkeys(note) | _reply(reading, decision)]
        decisions.insert_effects(connection, effects if _is_sent(decision) else [note])
    body = _ledger_body(decision_json, ticket_text)
    entry = ledger.Entry("decided", body, reading.ticket_id, decision.id)
    ledger.append(connection, decision_json["decided_at"], [entry])


def _row(reading: Reading, decision: Decision) -> dict[str, Any]:
    """A decision without its texts."""
    ignored = decision.outcome is Outcome.IGNORE
    return {
        "id": decision.id,
        "delivery_id": reading.delivery_id,
        "ticket_id": reading.ticket_id,
        "comment_id": reading.comment_id,
        "requester_id": reading.snapshot.requester_id,
        "assignee_id": reading.snapshot.assignee_id,
        "state": decisions.APPLIED if ignored else decisions.DECIDED,
        "outcome": decision.outcome.value,
        "guarded": is_sticky(decision),
        "decided_at": decision.decided_at.timestamp(),
        "watched_from": reading.watched_from,
        "comment_ids": json.dumps(reading.snapshot.comment_ids),
        "faq": decision.faq,
        "score": decision.score if was_recogniser_asked(decision) else None,
        "language": _language_code(decision.language),
    }


def _effect(reading: Reading, decision: Decision, kind: EffectKind) -> dict[str, Any]:
    """What all effects have."""
    return {
        "decision_id": decision.id,
        "ticket_id": reading.ticket_id,
        "requester_id": reading.snapshot.requester_id,
        "planned_at": decision.decided_at.timestamp(),
        "kind": kind.value,
    }


def _claimed(decision: Decision, owner: str) -> dict[str, Any]:
    """An effect that is sent at once."""
    until = decision.decided_at.timestamp() + LEASE_S
    return {"state": decisions.SENDING, "owner": owner, "lease_until": until, "attempts": 1}


def _note(reading: Reading, decision: Decision, *, names: Names, anchor: str) -> dict[str, Any]:
    snapshot, ticket = reading.snapshot, reading.snapshot.ticket
    wanted = decision.route.group if decision.outcome in _MOVING else None
    group_id = names.groups.get(wanted) if wanted else None
    tags = ticket.tags | set(decision.route.tags)
    return {
        **_effect(reading, decision, EffectKind.NOTE),
        "position": 0,
        "body": note_text(
            decision,
            missing_group=wanted if wanted and not group_id else None,
            anchor=anchor,
            titles=names.titles,
        ),
        "public": False,
        "tags": json.dumps(sorted(tags)) if tags != ticket.tags else None,
        "group_id": None if group_id == snapshot.group_id else group_id,
        "priority": raised(ticket.priority, decision.route.priority),
        "stamp": snapshot.stamp,
    }


def _is_sent(decision: Decision) -> bool:
    """Whether the customer gets the reply."""
    sent = {Outcome.REPLY, Outcome.ACKNOWLEDGE}
    return decision.reply is not None and decision.outcome in sent


def _reply(reading: Reading, decision: Decision) -> dict[str, Any]:
    return {
        **_effect(reading, decision, EffectKind.REPLY),
        "position": 1,
        "state": decisions.PLANNED,
        "attempts": 0,
        "body": decision.reply,
        "public": True,
    }


def is_sticky(decision: Decision) -> bool:
    """Whether a decision saw a regulatory, legal or safety signal or the wish for a person.

    A bar such as a copied colleague is about one message; these stay with the ticket.
    """
    return any(reason.code.startswith(_STICKY) for reason in decision.reasons)


def _language_code(given: str | None) -> str | None:
    """A language as a code; what a helpdesk may give instead is not kept."""
    return given if given and is_language_code(given) else None


def was_recogniser_asked(decision: Decision) -> bool:
    """Whether a message came as far as the recogniser."""
    return any(reason.code.startswith(_ASKED) for reason in decision.reasons)


_ASKED = ("match.", "abstain.")
_STICKY = ("regulatory.", "human_request", "risk.suspected", "sticky.")
_MOVING = {Outcome.ESCALATE, Outcome.ACKNOWLEDGE, Outcome.SUGGEST}


def raised(present: str | None, wanted: str | None) -> str | None:
    """A priority is only ever raised: a person may have set a higher one."""
    if wanted is None or PRIORITIES.get(wanted, -1) <= PRIORITIES.get(present or "", -1):
        return None
    return wanted


def _ledger_body(decision_json: dict[str, Any], ticket_text: str) -> dict[str, Any]:
    """Codes, numbers and digests: enough to prove the decision, without the customer's words."""
    reply = decision_json["reply"]
    return {
        "outcome": decision_json["outcome"],
        "faq": decision_json["faq"],
        "score": decision_json["score"],
        "packs": decision_json["packs"],
        "blocked": decision_json["blocked"],
        "risk": decision_json["risk"],
        "sentiment": decision_json["sentiment"],
        "route": decision_json["route"],
        "deadlines": decision_json["deadlines"],
        "reasons": [
            {"code": reason["code"], "rule": reason["rule"]} for reason in decision_json["reasons"]
        ],
        "versions": decision_json["versions"],
        "ticket_digest": digest(ticket_text),
        "reply_digest": None if reply is None else digest(reply),
        "decision_digest": digest(ledger.canonical(decision_json)),
    }


def digest(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
