"""One ticket, one decision. Read it from top to bottom: what stands higher wins.

1. What is not ours is ignored. 2. Rights, law, danger and the wish for a person go to people.
3. What was guarded once stays with people. 4. Mere thanks need nothing. 5. Anger and the policy's
VIPs go to people. 6. Only then the recogniser is asked, and its answer goes out only if nothing
forbids it.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from rules import guards
from rules.answers import Answer, fill
from rules.calendars import aware, in_zone
from rules.deadlines import deadline
from rules.exchange import ticket_to_json
from rules.guards import reason
from rules.intents.lexical import Match, Recogniser
from rules.model import (
    Deadline,
    Decision,
    History,
    Outcome,
    Reason,
    Route,
    Signal,
    Stage,
    Ticket,
    Versions,
)
from rules.policy import Faq, Policy
from rules.reason_codes import REASON_CODES
from rules.routing import route
from rules.signals import human_request, sentiment, value
from rules.signals.regulatory import Place, Sighting, signal_of, sightings
from rules.thanks import is_only_thanks
from rules.utterance import Utterance, read_comment

_ID_LENGTH = 32
_PER_CENT = 100


def decide(
    ticket: Ticket, policy: Policy, recogniser: Recogniser, history: History, now: datetime
) -> Decision:
    """The decision for a ticket: equal values give an equal decision. Never raises."""
    case = _Case(ticket, policy, recogniser, history, aware(now))
    why = guards.ignored(ticket, case.utterance)
    if why is not None or case.utterance is None:
        return case.decision(Outcome.IGNORE, [why or reason("ignore.no_message")], blocked=True)
    if case.seen or case.human:
        return _hand_over(case, case.utterance)
    if history.guarded:
        return case.decision(Outcome.ABSTAIN, [reason("sticky.guarded")], blocked=True)
    if is_only_thanks(case.utterance):
        return case.decision(Outcome.ABSTAIN, [reason("thanks.only")])
    if case.blocking_mood:
        return _soothe(case)
    return _answer(case, case.utterance)


@dataclass(frozen=True)
class _Case:
    """A ticket under judgement, with everything that is known about it."""

    ticket: Ticket
    policy: Policy
    recogniser: Recogniser
    history: History
    now: datetime

    @cached_property
    def utterance(self) -> Utterance | None:
        message = self.ticket.message
        return None if message is None else read_comment(message, self.ticket.language)

    @cached_property
    def seen(self) -> tuple[Sighting, ...]:
        if self.utterance is None:
            return ()
        return sightings(self.ticket, self.utterance, self.policy.rulebook)

    @cached_property
    def human(self) -> tuple[Signal, ...]:
        if self.utterance is None:
            return ()
        return human_request.detect(self.utterance, self.ticket.subject)

    @cached_property
    def vip(self) -> tuple[Signal, ...]:
        return value.detect(self.ticket, self.policy.settings.value)

    @cached_property
    def mood(self) -> tuple[Signal, ...]:
        if self.utterance is None:
            return ()
        tone = self.policy.settings.tone
        limit = tone.escalate_below
        if self.vip:
            limit = max(limit, tone.vip_escalate_below)
        return sentiment.detect(self.utterance, escalate_below=limit)

    @property
    def blocking_mood(self) -> list[Signal]:
        return [signal for signal in (*self.mood, *self.vip) if signal.blocks]

    @cached_property
    def person(self) -> bool:
        return guards.has_person(self.ticket)

    @property
    def language(self) -> str | None:
        return self.utterance.language if self.utterance else None

    @cached_property
    def risk(self) -> float:
        """How likely an automatic answer would be wrong here: the signals as a noisy-or."""
        signals = (*map(signal_of, self.seen), *self.human, *self.mood, *self.vip)
        calm = 1.0
        for signal in signals:
            weight = signal.score if signal.blocks else signal.score * 0.5
            calm *= 1.0 - min(1.0, weight)
        return round(1.0 - calm, 4)

    def decision(  # noqa: PLR0913 - the parts of a decision, by name
        self,
        outcome: Outcome,
        reasons: list[Reason],
        *,
        blocked: bool = False,
        match: Match | None = None,
        score: float = 0.0,
        reply: str | None = None,
        where: Route | None = None,
        deadlines: tuple[Deadline, ...] = (),
        language: str | None = None,
    ) -> Decision:
        """The decision with everything that belongs to it."""
        ignored = outcome is Outcome.IGNORE
        spoken = language or self.language
        packs = [] if ignored else [s.pack.id for s in self.seen if _is_labelled(s)]
        return Decision(
            id=self._id(),
            ticket_id=self.ticket.id,
            outcome=outcome,
            faq=match.faq if match else None,
            score=match.score if match else score,
            packs=tuple(packs),
            blocked=blocked,
            risk=0.0 if ignored else self.risk,
            sentiment=0.0 if self.utterance is None else sentiment.score(self.utterance),
            route=where or (
                Route() if ignored else route(self.policy, outcome, (), language=spoken)
            ),
            deadlines=deadlines,
            reply=reply,
            reasons=tuple(reasons),
            language=spoken,
            versions=self._versions(),
            decided_at=self.now,
        )

    def _versions(self) -> Versions:
        return Versions(self.policy.version, self.recogniser.version, self.policy.packs_version)

    def _id(self) -> str:
        """A digest of everything that goes in."""
        versions = self._versions()
        content = [
            ticket_to_json(self.ticket, self.history),
            versions.policy,
            versions.model,
            versions.packs,
            self.now.isoformat(),
        ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:_ID_LENGTH]


def _hand_over(case: _Case, utterance: Utterance) -> Decision:
    """Rights, law, danger, or the wish for a person: people take over; at most a receipt goes."""
    reasons = [_sighting_reason(sighting) for sighting in case.seen]
    reasons += [
        Reason("human_request", signal.rule, signal.detail, signal.evidence)
        for signal in case.human
    ]
    known = case.history.guarded and all(s.place is Place.EARLIER for s in case.seen)
    if known and not case.human:
        # Handed over already, and nothing new is said: people keep it where they put it.
        reasons.append(reason("sticky.guarded"))
    reasons += guards.bars(case.ticket, utterance, case.policy.guards, case.history)
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


def _is_labelled(sighting: Sighting) -> bool:
    return not sighting.weak and sighting.place is not Place.QUOTED


def _receipt(case: _Case, reasons: list[Reason]) -> str | None:
    """The approved acknowledgement, if every pack allows one and nothing forbids a message."""
    own = case.policy.settings.acknowledgement
    labelled = [sighting for sighting in case.seen if _is_labelled(sighting)]
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
    if answer is None or answer.is_stale(_today(case)):
        return None
    return fill(answer, case.ticket)


def _deadlines(case: _Case) -> tuple[Deadline, ...]:
    """Every clock that began to run, the earliest first."""
    hours = case.policy.settings.hours
    found = [
        deadline(
            sighting.pack.id, clock, sighting.at or case.ticket.created_at or case.now, hours
        )
        for sighting in case.seen
        if _is_labelled(sighting)
        for clock in sighting.pack.clocks
    ]
    return tuple(sorted(found, key=lambda d: (d.due, d.pack, d.clock)))


def _soothe(case: _Case) -> Decision:
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


def _answer(case: _Case, utterance: Utterance) -> Decision:
    """Ask the recogniser, and let the answer go only as far as nothing forbids it."""
    barred = list(guards.bars(case.ticket, utterance, case.policy.guards, case.history))
    found = case.recogniser.match(utterance)
    if not isinstance(found, Match):
        return case.decision(
            Outcome.ABSTAIN, [reason(found.reason, "recogniser"), *barred],
            blocked=bool(barred), score=found.score,
        )
    faq = case.policy.faq(found.faq)
    if faq is None:
        return case.decision(
            Outcome.ABSTAIN, [reason("abstain.unknown_faq", "recogniser")], score=found.score
        )
    language = utterance.detected_language or found.language or utterance.given_language
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


def _further_bars(case: _Case, language: str | None) -> list[Reason]:
    found: list[Reason] = []
    if language not in case.policy.guards.languages:
        found.append(reason("bar.language"))
    settings = case.policy.settings
    if not settings.answer_outside_hours and not settings.hours.is_open(case.now):
        found.append(reason("bar.outside_hours"))
    if case.risk > case.policy.guards.max_risk:
        found.append(reason("bar.risk"))
    return found


def _withheld(case: _Case, faq: Faq, answer: Answer | None) -> list[Reason]:
    if answer is None:
        return [reason("answer.missing_language", faq.id)]
    if answer.is_stale(_today(case)):
        return [reason("answer.stale", faq.id)]
    return []


def _reach(stage: Stage, answer: Answer | None, *, barred: bool) -> Outcome:
    """How far an answer goes: the only place from which a reply comes."""
    if answer is None or stage in {Stage.OFF, Stage.SHADOW}:
        return Outcome.ABSTAIN
    if stage is Stage.AUTO and not barred:
        return Outcome.REPLY
    return Outcome.SUGGEST


def _stage(case: _Case, faq: Faq) -> Stage:
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


def _today(case: _Case):  # type: ignore[no-untyped-def]
    return in_zone(case.now, case.policy.settings.hours.zone).date()
