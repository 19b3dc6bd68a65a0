"""One ticket, one decision. Read it from top to bottom: what stands higher wins.

1. What is not ours is ignored; but an agent's answer settles no right that was not handed over.
2. Rights, law, danger and the wish for a person go to people. 3. What was guarded once stays with
people. 4. Mere thanks need nothing. 5. What reads like one of these without its words goes to
people too. 6. So do anger, distress and the policy's VIPs. 7. Only then the recogniser is asked,
and the approved answer, or the one reply to two or three questions, goes out only if nothing
forbids it.
"""

from dataclasses import replace
from datetime import datetime

from rules import guards
from rules.answers import Answer, disclosed, fill
from rules.calendars import aware
from rules.case import Case, Models
from rules.combining import combined_offer
from rules.guards import reason
from rules.handover import bars_of, hand_over, is_known
from rules.intents.matching import Abstention
from rules.model import Decision, History, Outcome, Reason, Span, Stage, Ticket
from rules.offers import Offer, lowest_stage, offer_of
from rules.policy import Policy
from rules.policy_schema import NEUTRAL_FAMILIES
from rules.reason_codes import REASON_CODES
from rules.routing import Matter, route
from rules.signals.regulatory import NEUTRAL_DETAIL, Place, Sighting, Verdict, is_labelled
from rules.thanks import is_only_thanks


def decide(  # noqa: PLR0911 - the precedence, one line a step
    ticket: Ticket, policy: Policy, models: Models, history: History, now: datetime
) -> Decision:
    """The decision for a ticket: equal values give an equal decision. Never raises."""
    case = Case(ticket, policy, models, history, aware(now))
    why_not = _ignored(case)
    if why_not is not None:
        return case.decision(Outcome.IGNORE, [why_not], blocked=True)
    if case.seen:
        return hand_over(case)
    if history.guarded:
        return case.decision(Outcome.ABSTAIN, [reason("sticky.guarded")], blocked=True)
    if is_only_thanks(case.utterance):
        return case.decision(Outcome.ABSTAIN, [reason("thanks.only")])
    if case.reading.suspected is not None:
        return _suspect(case, case.reading.suspected)
    if case.blocking_mood:
        return _soothe(case)
    return _answer(case)


def _ignored(case: Case) -> Reason | None:
    """Why the case is not ours.

    An agent who was quicker may have overlooked a right and its clocks: the answer alone does not
    take it from the people whose business it is. And what looks like a machine's mail may be a
    customer's, who is on holiday or writes of a failed delivery, or an ombudsman's.
    """
    why_not = guards.ignored(case.ticket, case.utterance)
    if why_not is not None and why_not.code == "ignore.agent_update":
        if not _rights(case) or is_known(case):
            return why_not
        why_not = guards.never_ours(case.ticket, case.utterance)
    if why_not is None or why_not.code not in _OF_A_MACHINE:
        return why_not
    return None if _is_a_persons(case, why_not.code) else why_not


def _rights(case: Case) -> list[Sighting]:
    """What the packs see but the wish for a person."""
    return [sighting for sighting in case.seen if sighting not in case.human]


def _is_a_persons(case: Case, code: str) -> bool:
    """Whether what looks like a machine's mail is a person's, or people's business all the same.

    A portal sends what its customers say in quotation marks, so that words which are meant perhaps
    count as well; but not where the risk model finds no case in them, as in newsletters.
    """
    unsure = case.reading.unsure
    meant = any(
        (is_labelled(each) or (each.verdict is Verdict.DOUBTED and each.pack.family not in unsure))
        and each.place is not Place.SUBJECT
        and each.pack.family not in _IN_EVERY_NEWSLETTER
        for each in _rights(case)
    )
    suspected = case.reading.suspected or ""
    away = code == "ignore.auto_reply" and suspected not in {"", *_IN_EVERY_NEWSLETTER}
    return meant or away


# What firms write below all that they send.
_IN_EVERY_NEWSLETTER = frozenset({"optout", "data_rights", "cancellation"})
_OF_A_MACHINE = frozenset({"ignore.bounce", "ignore.auto_reply", "ignore.machine_sender"})


def _suspect(case: Case, family: str) -> Decision:
    """It reads like a case for people, without the words of one: held, no clock, no label."""
    reasons = [_suspicion(family, case.risk_evidence), *bars_of(case)]
    matter = Matter(
        case.ticket,
        Outcome.ESCALATE,
        case.now,
        suspected=family,
        language=case.language,
        person=case.person,
        moves=True,
        vip=bool(case.vip),
        urgent=bool(case.vip),
    )
    return case.decision(Outcome.ESCALATE, reasons, blocked=True, where=route(case.policy, matter))


def _suspicion(family: str, evidence: tuple[Span, ...]) -> Reason:
    """Why it is held. Of a neutral family no more is said than where its words are seen.

    Even the code would tell: of a suspicion that names no family it could only be one.
    """
    if family in NEUTRAL_FAMILIES:
        return Reason("regulatory.review", "review", NEUTRAL_DETAIL, evidence)
    detail = f"{REASON_CODES['risk.suspected'][:-1]}: {family.replace('_', ' ')}."
    return Reason("risk.suspected", f"risk/{family}", detail, evidence)


def _soothe(case: Case) -> Decision:
    """An angry or distressed customer, or one whom the policy keeps for people."""
    reasons = [
        Reason(MOOD_CODES[signal.kind], signal.rule, signal.detail) for signal in case.blocking_mood
    ]
    matter = Matter(
        case.ticket,
        Outcome.ESCALATE,
        case.now,
        language=case.language,
        person=case.person,
        moves=True,
        vip=bool(case.vip),
        urgent=bool(case.vip),
    )
    return case.decision(Outcome.ESCALATE, reasons, blocked=True, where=route(case.policy, matter))


MOOD_CODES = {
    "sentiment": "sentiment.negative",
    "distress": "sentiment.distress",
    "churn": "sentiment.churn",
    "repeated": "sentiment.repeated",
    "value": "value.vip",
}


def _answer(case: Case) -> Decision:
    """Ask the recogniser, and let the answer go only as far as nothing forbids it."""
    found = case.models.recogniser.match(case.utterance, case.ticket.subject)
    barred = [*bars_of(case), *_risks(case)]
    offer = combined_offer(case, found) or offer_of(case, found)
    if isinstance(offer, Abstention):
        return case.decision(
            Outcome.ABSTAIN,
            [reason(offer.reason, "recogniser"), *barred],
            blocked=bool(barred),
            score=offer.score,
        )
    barred += _further_bars(case, offer)
    stage, least = lowest_stage(case, offer.faqs)
    outcome = _reach(stage, offer.text, barred=bool(barred))
    if case.person and outcome is Outcome.SUGGEST:
        outcome = Outcome.ABSTAIN
    reasons = [*offer.recognised, *barred, *offer.remarks]
    if stage is not Stage.AUTO:
        in_share = least.stage is not Stage.AUTO
        reasons.append(reason(f"stage.{stage.value}" if in_share else "stage.share", least.id))
    matter = Matter(
        case.ticket,
        outcome,
        case.now,
        faq=offer.faqs[0],
        language=offer.language,
        person=case.person,
        moves=outcome is Outcome.SUGGEST,
        vip=bool(case.vip),
    )
    return case.decision(
        outcome,
        reasons,
        blocked=bool(barred),
        match=offer.match,
        reply=_reply(case, offer.text, outcome),
        where=route(case.policy, matter),
        language=offer.language,
    )


def _reply(case: Case, answer: Answer | None, outcome: Outcome) -> str | None:
    """The approved words with the policy's disclosure, their blanks filled; None if unused."""
    if answer is None or outcome not in {Outcome.REPLY, Outcome.SUGGEST}:
        return None
    disclosure = case.policy.settings.disclosure.get(answer.language, "")
    return fill(replace(answer, body=disclosed(answer.body, disclosure)), case.ticket)


def _risks(case: Case) -> list[Reason]:
    """What the models see that is too little to act on, and too much for an answer."""
    if case.risk < case.policy.guards.max_risk:
        return []
    return [Reason("bar.risk", "risk", REASON_CODES["bar.risk"], case.risk_evidence)]


def _further_bars(case: Case, offer: Offer) -> list[Reason]:
    paused = set(case.history.paused_answers)
    found = [reason("bar.answer_paused", faq.id) for faq in offer.faqs if faq.id in paused]
    if offer.language not in case.policy.guards.languages:
        found.append(reason("bar.language"))
    settings = case.policy.settings
    if not settings.answer_outside_hours and not settings.hours.is_open(case.now):
        found.append(reason("bar.outside_hours"))
    if not offer.match.is_sure:
        found.append(reason("bar.uncertain", "recogniser"))
    return found


def _reach(stage: Stage, answer: Answer | None, *, barred: bool) -> Outcome:
    """How far an answer goes: the only place from which a reply comes."""
    if answer is None or stage in {Stage.OFF, Stage.SHADOW}:
        return Outcome.ABSTAIN
    if stage is Stage.AUTO and not barred:
        return Outcome.REPLY
    return Outcome.SUGGEST
