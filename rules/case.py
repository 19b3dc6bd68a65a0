"""A ticket under judgement: everything that is known about it, worked out once."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from rules import guards
from rules.calendars import aware, in_zone
from rules.intents.matching import Match, Recogniser
from rules.model import (
    Author,
    Comment,
    Deadline,
    Decision,
    History,
    Outcome,
    Reason,
    Route,
    Signal,
    Span,
    Ticket,
    Versions,
)
from rules.passages import Passage, passages_of
from rules.policy import Policy
from rules.routing import Matter, route
from rules.signals import repeated, sentiment, value
from rules.signals.regulatory import HUMAN_REQUEST, Sighting, is_labelled, sightings, signal_of
from rules.signals.risk import LIMIT, RiskModel, RiskReading
from rules.thread import Thread
from rules.utterance import Utterance, read_comment
from rules.written import ticket_to_json

_ID_LENGTH = 32


def _is_before(comment: Comment, instant: datetime) -> bool:
    return comment.created_at is not None and aware(comment.created_at) <= aware(instant)


@dataclass(frozen=True, slots=True)
class Models:
    """What was learned: which answer a message asks for, and how far it is from routine."""

    recogniser: Recogniser
    risk: RiskModel


@dataclass(frozen=True)
class Case:
    """A ticket under judgement, with everything that is known about it."""

    ticket: Ticket
    policy: Policy
    models: Models
    history: History
    now: datetime

    @cached_property
    def utterance(self) -> Utterance:
        """The message, taken apart; an empty one if there is no message."""
        message = self.ticket.message or Comment(Author.REQUESTER, "")
        return read_comment(message, self.ticket.language)

    @cached_property
    def judged(self) -> Ticket:
        """The ticket without what a person has cleared: earlier messages, and the subject.

        The message itself is judged always; a comment without a date was not surely there.
        """
        cleared, message = self.history.cleared_at, self.ticket.message
        if cleared is None:
            return self.ticket
        comments = tuple(
            replace(comment, settled=True)
            if comment is not message and _is_before(comment, cleared)
            else comment
            for comment in self.ticket.comments
        )
        return replace(self.ticket, subject="", comments=comments)

    @cached_property
    def _thread(self) -> Thread:
        return Thread(self.judged, self.utterance)

    @cached_property
    def reading(self) -> RiskReading:
        """What the risk model reads in the ticket."""
        return self.models.risk.read(self._passages, self.language)

    @cached_property
    def _passages(self) -> tuple[Passage, ...]:
        return passages_of(self._thread)

    @cached_property
    def risk_evidence(self) -> tuple[Span, ...]:
        """The sentences that make the risk, where it reaches its limit."""
        if self.reading.worst < LIMIT:
            return ()
        return self.models.risk.evidence(self._passages, self.language)

    @cached_property
    def seen(self) -> tuple[Sighting, ...]:
        """What the regulatory packs see, the gravest first."""
        policy, reading = self.policy, self.reading
        return sightings(
            self._thread,
            policy.rulebook,
            policy.scope,
            reading.families,
            reading.unsure,
        )

    @cached_property
    def human(self) -> tuple[Sighting, ...]:
        """Whether the customer asks for a person."""
        return tuple(each for each in self.seen if each.pack.family == HUMAN_REQUEST)

    @cached_property
    def vip(self) -> tuple[Signal, ...]:
        """Whether the ticket weighs more."""
        return value.detect(self.ticket, self.policy.settings.value)

    @cached_property
    def mood(self) -> tuple[Signal, ...]:
        """Whether the tone is negative, and whether the customer writes again and again."""
        tone = self.policy.settings.tone
        return (
            *sentiment.detect(self.tone, self.reading.tones, tone, vip=bool(self.vip)),
            *repeated.detect(self.ticket, tone),
        )

    @cached_property
    def tone(self) -> float:
        """The tone, -1 angry to 1 pleased."""
        return sentiment.score(self.utterance, self.reading.tones)

    @property
    def blocking_mood(self) -> list[Signal]:
        """The signals of tone and value that keep the ticket for people."""
        return [signal for signal in (*self.mood, *self.vip) if signal.blocks]

    @cached_property
    def person(self) -> bool:
        """Whether a person has the ticket."""
        return guards.has_person(self.ticket)

    @property
    def today(self) -> date:
        """The day at the desk."""
        return in_zone(self.now, self.policy.settings.hours.zone).date()

    @property
    def language(self) -> str | None:
        """The language of the message."""
        return self.utterance.language

    @cached_property
    def risk(self) -> float:
        """How far the ticket is from routine, 0 to 1: the signals as a noisy-or, or the model."""
        signals = (*map(signal_of, self.seen), *self.mood, *self.vip)
        calm = 1.0
        for signal in signals:
            weight = signal.score if signal.blocks else signal.score * 0.5
            calm *= 1.0 - min(1.0, weight)
        return round(max(1.0 - calm, self.reading.worst), 4)

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
        packs = [] if ignored else [s.pack.id for s in self.seen if is_labelled(s)]
        return Decision(
            id=self._id(),
            ticket_id=self.ticket.id,
            outcome=outcome,
            faq=match.faq if match else None,
            score=match.score if match else score,
            packs=tuple(packs),
            blocked=blocked,
            risk=0.0 if ignored else self.risk,
            sentiment=self.tone,
            route=where
            or (Route() if ignored else route(self.policy, self._unmoved(outcome, spoken))),
            deadlines=deadlines,
            reply=reply,
            reasons=(*reasons, *(where.steps if where else ())),
            language=spoken,
            versions=self._versions(),
            decided_at=self.now,
        )

    def _unmoved(self, outcome: Outcome, language: str | None) -> Matter:
        return Matter(self.ticket, outcome, self.now, language=language, vip=bool(self.vip))

    def _versions(self) -> Versions:
        return Versions(
            self.policy.version,
            self.models.recogniser.version,
            self.policy.packs_version,
            self.models.risk.version,
        )

    def _id(self) -> str:
        """A digest of everything that goes in."""
        versions = self._versions()
        content = [
            ticket_to_json(self.ticket, self.history),
            versions.policy,
            versions.model,
            versions.packs,
            versions.risk,
            self.now.isoformat(),
        ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:_ID_LENGTH]
