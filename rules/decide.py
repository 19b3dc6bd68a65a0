"""One ticket, one decision. Read it from top to bottom: what stands higher wins.

1. What is not ours is ignored; but an agent's answer settles no right that was not handed over.
2. Rights, law, danger and the wish for a person go to people. 3. What was guarded once stays with
people. 4. Mere thanks need nothing. 5. Anger and the policy's VIPs go to people. 6. Only then the
recogniser is asked, and its answer goes out only if nothing forbids it.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from rules import guards
from rules.answers import Answer, fill
from rules.calendars import aware
from rules.case import Case
from rules.deadlines import deadline
from rules.guards import reason
from rules.intents.lexical import Match, Recogniser
from rules.model import Deadline, Decision, History, Outcome, Reason, Stage, Ticket
from rules.policy import Faq, Policy
from rules.reason_codes import REASON_CODES
from rules.routing import route
from rules.signals.regulatory import Place, Sighting, is_labelled, signal_of
from rules.thanks import is_only_thanks

_PER_CENT = 100


def decide(
    ticket: Ticket, policy: Policy, recogniser: Recogniser, history: History, now: datetime
) -> Decision:
    """The decision for a ticket: equal values give an equal decision. Never raises."""
    case = Case(ticket, policy, recogniser, history, aware(now))
    why_not = _ignored(case)
    if why_not is not None:
        return case.decision(Outcome.IGNORE, [why_not], blocked=True)
    if case.seen or case.human:
        return _hand_over(case)
    if history.guarded:
        return case.decision(Outcome.ABSTAIN, [reason("sticky.guarded")], blocked=True)
    if is_only_thanks(case.utterance):
        return case.decision(Outcome.ABSTAIN, [reason("thanks.only")])
    if case.blocking_mood:
        return _soothe(case)
    return _answer(case)


def _ignored(case: Case) -> Reason | None:
    """Why the case is not ours.

    An agent who was quicker may have overlooked a right and its clocks: the answer alone does not
    take it from the people whose business it is.
    """
    why_not = guards.ignored(case.ticket, case.utterance)
    if why_not is None or why_not.code != "ignore.agent_update":
        return why_not
    if not case.seen or _is_known(case):
        return why_not
    return guards.never_ours(case.ticket, case.utterance)


def _is_known(case: Case) -> bool:
    """Whether everything the packs see was handed over already: nothing of it is new."""
    return case.history.guarded and all(s.place is Place.EARLIER for s in case.seen)


def _bars(case: Case) -> list[Reason]:
    found = guards.bars(case.ticket, case.utterance, case.policy.guards, case.history, case.now)
    return list(found)


def _hand_over(case: Case) -> Decision:
    """Rights, law, danger, or the wish for a person: people take over; at most a receipt goes."""
    reasons = [_sighting_reason(sighting) for sighting in case.seen]
    reasons += [
        Reason("human_request", signal.rule, signal.detail, signal.evidence)
        for signal in case.human
    ]
    known = _is_known(case)
    if known and not case.human:
        # Handed over already, and nothing new is said: people keep it where they put it.
        reasons.append(reason("sticky.guarded"))
    reasons += _bars(case)
    receipt = None if case.human else _receipt(case, reasons)
    outcome = Outcome.ESCALATE if receipt is None else Outcome.ACKNOWLEDGE
    key = "human" if case.human and not case.seen else None
    where = route(
        case.policy,
        outcome,
        case.seen,
        language=case.language,
        person=case.person or (known and not case.human),
        moves=True,
    )
    if key is not None and where.group is not None:
        where = replace(where, group=case.policy.group(key))
    return case.decision(
        outcome, reasons, blocked=True, reply=receipt, where=where, deadlines=_deadlines(case)
    )


def _sighting_reason(sighting: Sighting) -> Reason:
    signal = signal_of(sighting)
    if sighting.place is Place.QUOTED:
        code = "regulatory.quoted"
    elif sighting.weak:
        code = "regulatory.weak"
    else:
        code = f"regulatory.{sighting.pack.family}"
        code = code if code in REASON_CODES else "regulatory.other"
    return Reason(code, signal.rule, signal.detail, signal.evidence)


def _receipt(case: Case, reasons: list[Reason]) -> str | None:
    """The approved acknowledgement, if every pack allows one and nothing forbids a message."""
    own = case.policy.settings.acknowledgement
    labelled = [sighting for sighting in case.seen if is_labelled(sighting)]
    if (
        own.stage is not Stage.AUTO
        or not labelled
        or len(labelled) != len(case.seen)
        or case.history.guarded
        or any(sighting.pack.reply != "neutral_ack" for sighting in labelled)
        or any(known.code.startswith("bar.") for known in reasons)
    ):
        return None
    answer = next((a for a in own.answers if a.language == case.language), None)
    if answer is None or answer.is_stale(case.today):
        return None
    return fill(answer, case.ticket)


def _deadlines(case: Case) -> tuple[Deadline, ...]:
    """Every clock that began to run, the earliest first."""
    hours = case.policy.settings.hours
    found = [
        deadline(sighting.pack.id, clock, sighting.at or case.ticket.created_at or case.now, hours)
        for sighting in case.seen
        if is_labelled(sighting)
        for clock in sighting.pack.clocks
    ]
    return tuple(sorted(found, key=lambda d: (d.due, d.pack, d.clock)))


def _soothe(case: Case) -> Decision:
    """An angry customer, or one whom the policy keeps for people."""
    codes = {"sentiment": "sentiment.negative", "value": "value.vip"}
    reasons = [
        Reason(codes[signal.kind], signal.rule, signal.detail) for signal in case.blocking_mood
    ]
    where = route(
        case.policy,
        Outcome.ESCALATE,
        (),
        language=case.language,
        person=case.person,
        moves=True,
        urgent=bool(case.vip),
    )
    return case.decision(Outcome.ESCALATE, reasons, blocked=True, where=where)


def _answer(case: Case) -> Decision:
    """Ask the recogniser, and let the answer go only as far as nothing forbids it."""
    barred = _bars(case)
    found = case.recogniser.match(case.utterance)
    if not isinstance(found, Match):
        return case.decision(
            Outcome.ABSTAIN,
            [reason(found.reason, "recogniser"), *barred],
            blocked=bool(barred),
            score=found.score,
        )
    faq = case.policy.faq(found.faq)
    if faq is None:
        return case.decision(
            Outcome.ABSTAIN, [reason("abstain.unknown_faq", "recogniser")], score=found.score
        )
    heard = case.utterance
    language = heard.detected_language or found.language or heard.given_language
    answer = faq.answer_in(language)
    barred += _further_bars(case, language)
    withheld = _withheld(case, faq, answer)
    reasons = [Reason("match.faq", faq.id, REASON_CODES["match.faq"]), *barred, *withheld]
    stage = _stage(case, faq)
    outcome = _reach(stage, answer if not withheld else None, barred=bool(barred))
    if case.person and outcome is Outcome.SUGGEST:
        outcome = Outcome.ABSTAIN
    if stage is not Stage.AUTO:
        in_share = faq.stage is not Stage.AUTO
        reasons.append(reason(f"stage.{stage.value}" if in_share else "stage.share", faq.id))
    usable = answer if outcome in {Outcome.REPLY, Outcome.SUGGEST} else None
    where = route(
        case.policy,
        outcome,
        (),
        faq=faq,
        language=language,
        person=case.person,
        moves=outcome is Outcome.SUGGEST,
    )
    return case.decision(
        outcome,
        reasons,
        blocked=bool(barred),
        match=found,
        reply=None if usable is None else fill(usable, case.ticket),
        where=where,
        language=language,
    )


def _further_bars(case: Case, language: str | None) -> list[Reason]:
    found: list[Reason] = []
    if language not in case.policy.guards.languages:
        found.append(reason("bar.language"))
    settings = case.policy.settings
    if not settings.answer_outside_hours and not settings.hours.is_open(case.now):
        found.append(reason("bar.outside_hours"))
    if case.risk > case.policy.guards.max_risk:
        found.append(reason("bar.risk"))
    return found


def _withheld(case: Case, faq: Faq, answer: Answer | None) -> list[Reason]:
    if answer is None:
        return [reason("answer.missing_language", faq.id)]
    if answer.is_stale(case.today):
        return [reason("answer.stale", faq.id)]
    return []


def _reach(stage: Stage, answer: Answer | None, *, barred: bool) -> Outcome:
    """How far an answer goes: the only place from which a reply comes."""
    if answer is None or stage in {Stage.OFF, Stage.SHADOW}:
        return Outcome.ABSTAIN
    if stage is Stage.AUTO and not barred:
        return Outcome.REPLY
    return Outcome.SUGGEST


def _stage(case: Case, faq: Faq) -> Stage:
    """The question's stage; beyond its share of tickets, one step before it.

    A ticket is always on the same side: its place depends on the question and its id alone.
    """
    if faq.share >= _PER_CENT:
        return faq.stage
    seed = f"{faq.id}\0{case.ticket.id}".encode("utf-8", "surrogatepass")
    place = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big") % (_PER_CENT * 100)
    if place < faq.share * 100:
        return faq.stage
    return Stage.SHADOW if faq.stage is not Stage.OFF else Stage.OFF
