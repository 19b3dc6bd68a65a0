"""Rights, law, danger and the wish for a person: how such a ticket is handed to people."""

from rules import guards
from rules.answers import fill
from rules.case import Case
from rules.deadlines import in_turn, running
from rules.guards import reason
from rules.model import Deadline, Decision, Outcome, Reason, Stage
from rules.reason_codes import REASON_CODES
from rules.routing import Matter, route
from rules.signals.regulatory import (
    HUMAN_REQUEST,
    Place,
    Sighting,
    Verdict,
    is_labelled,
    signal_of,
)


def bars_of(case: Case) -> list[Reason]:
    """Everything that forbids an automatic reply, whatever the message asks."""
    found = guards.bars(case.ticket, case.utterance, case.policy.guards, case.history, case.now)
    return list(found)


def is_known(case: Case) -> bool:
    """Whether everything the packs see was handed over already: nothing of it is new."""
    return case.history.guarded and all(s.place is Place.EARLIER for s in case.seen)


def hand_over(case: Case) -> Decision:
    """Rights, law, danger, or the wish for a person: people take over; at most a receipt goes."""
    told = _told(case)
    reasons = [_sighting_reason(sighting) for sighting in told]
    known = is_known(case)
    if known:
        # Handed over already, and nothing new is said: people keep it where they put it.
        reasons.append(reason("sticky.guarded"))
    reasons += bars_of(case)
    receipt = _receipt(case, reasons)
    outcome = Outcome.ESCALATE if receipt is None else Outcome.ACKNOWLEDGE
    matter = Matter(
        case.ticket,
        outcome,
        case.now,
        seen=told,
        language=case.language,
        person=case.person or known,
        moves=True,
        vip=bool(case.vip),
    )
    return case.decision(
        outcome,
        reasons,
        blocked=True,
        reply=receipt,
        where=route(case.policy, matter),
        deadlines=_deadlines(case),
    )


def _told(case: Case) -> list[Sighting]:
    """What the ticket is told of: a regime that the policy leaves open only where it is neutral.

    Else nothing would keep its clock out of the note.
    """
    return [
        each for each in case.seen if each.pack.neutral or each.verdict is not Verdict.UNDECLARED
    ]


_VERDICT_CODES = {
    Verdict.DOUBTED: "regulatory.doubted",
    Verdict.QUOTED: "regulatory.quoted",
    Verdict.WEAK: "regulatory.weak",
    Verdict.UNMEANT: "regulatory.unmeant",
    Verdict.NOT_IN_FORCE: "regulatory.not_in_force",
}


def _sighting_reason(sighting: Sighting) -> Reason:
    signal = signal_of(sighting)
    code = _VERDICT_CODES.get(sighting.verdict, f"regulatory.{sighting.pack.family}")
    if sighting.pack.neutral:
        code = "regulatory.review"
    elif sighting.pack.family == HUMAN_REQUEST:
        code = "human_request"
    return Reason(
        code if code in REASON_CODES else "regulatory.other",
        signal.rule,
        signal.detail,
        signal.evidence,
    )


def _receipt(case: Case, reasons: list[Reason]) -> str | None:
    """The approved acknowledgement, if every pack allows one and nothing forbids a message."""
    own = case.policy.settings.acknowledgement
    labelled = [sighting for sighting in case.seen if is_labelled(sighting)]
    if (
        own.stage is not Stage.AUTO
        or not labelled
        or len(labelled) != len(case.seen)
        or case.human
        or case.history.guarded
        or any(sighting.pack.reply == "none" for sighting in labelled)
        or any(known.code.startswith("bar.") for known in reasons)
    ):
        return None
    lawful = [sighting.pack for sighting in labelled if sighting.pack.reply == "statutory_ack"]
    answer = next((a for a in own.answers_for(lawful) if a.language == case.language), None)
    if answer is None or answer.is_stale(case.today):
        return None
    return fill(answer, case.ticket)


def _deadlines(case: Case) -> tuple[Deadline, ...]:
    """Every clock that began to run, the earliest first."""
    certain = [*_clocks(case, Verdict.LABEL), *_clocks(case, Verdict.DOUBTED)]
    return in_turn(certain, _clocks(case, Verdict.UNDECLARED))


def _clocks(case: Case, verdict: Verdict) -> list[Deadline]:
    return [
        one
        for each in case.seen
        if each.verdict is verdict
        for one in running(
            each.pack, each.at or case.ticket.created_at or case.now, case.policy.settings
        )
    ]
