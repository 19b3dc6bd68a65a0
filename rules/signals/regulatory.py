"""Rights invoked, law, danger, the wish for a person: the literal phrases of the packs.

Every pack holds the answer back, whether it is in force or not. A pack in force labels the ticket
and starts its clocks, if its words are strong, meant, and written by the customer now or earlier.
The message, its subject and all earlier messages of the customer are searched; quoted history
counts if no comment of the ticket covers it.

Words alone also stand in a novel's title. Where the risk model sees nothing of a pack's family, a
person confirms the label; the clocks run all the same, and the pack's people get the ticket. A
model never lets go of a ticket that words hold, and never doubts a pack of the policy's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rules.calendars import aware
from rules.model import Signal, Span
from rules.policy_schema import SEVERITIES, Pack
from rules.rulebook import Mark, Rulebook, Strength
from rules.thread import Thread
from rules.titles import is_named, sentences_of_title
from rules.utterance import Utterance, readable
from rules.view import View
from rules.words import Words

NEUTRAL_DETAIL = "Needs a specialist's review."
HUMAN_REQUEST = "human_request"
CUE = 0.25  # the risk of a family, 0 to 1, that makes a second cue for a weak term
_SHORT = 6  # words: in so short a message a weak term is the message
_TITLE = 3  # words of a subject that names what the message is


class Place(StrEnum):
    """Where something was seen."""

    MESSAGE = "message"
    SUBJECT = "subject"
    EARLIER = "earlier"
    QUOTED = "quoted"


class Verdict(StrEnum):
    """What a sighting is worth. All of them hold the answer back; only the first labels.

    Clocks run by the first three.
    """

    LABEL = "label"
    DOUBTED = "doubted"  # strong words that are meant perhaps, or no case to the risk model
    UNDECLARED = "undeclared"  # the regime of a region or sector that the policy leaves open
    UNMEANT = "unmeant"  # denied, supposed, about others, or perhaps an ordinary word
    NOT_IN_FORCE = "not_in_force"  # a pack of another region or sector
    WEAK = "weak"  # words that are not strong enough for a clock
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A pack whose words stand in the ticket."""

    pack: Pack
    verdict: Verdict
    place: Place
    at: datetime | None  # when the words were received
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which packs are in force, and which of these the policy has left open."""

    in_force: frozenset[str]
    undeclared: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()  # packs of the policy's own


_Found = tuple[Mark, Place, datetime | None, tuple[Span, ...]]


def sightings(
    thread: Thread,
    rulebook: Rulebook,
    scope: Scope,
    risks: Mapping[str, float],
    unsure: frozenset[str] = frozenset(),
) -> tuple[Sighting, ...]:
    """Everything the packs see in a ticket, the gravest first.

    `risks` are 0 to 1 by family; `unsure` are those that the risk model is not sure of.
    """
    found = list(_written(thread, rulebook))
    found += _quoted(thread, rulebook, found)
    cues = _cues(found, rulebook, thread.utterance, thread.ticket.subject, risks)
    seen = [
        sighting
        for mark, place, at, spans in found
        for sighting in _judged(
            rulebook,
            scope,
            cues,
            mark,
            Sighting(rulebook.packs[mark.pack], Verdict.LABEL, place, at, spans),
        )
    ]
    doubted = [
        replace(each, verdict=Verdict.DOUBTED)
        if each.verdict is Verdict.LABEL
        and each.pack.family in unsure
        and each.pack.id not in scope.own
        else each
        for each in _strongest(seen)
    ]
    return tuple(sorted(doubted, key=_gravity))


def _written(thread: Thread, rulebook: Rulebook) -> Iterable[_Found]:
    """What the customer wrote: the message, its subject, and all earlier messages."""
    ticket, utterance, message = thread.ticket, thread.utterance, thread.message
    at = (message.created_at if message else None) or ticket.created_at
    for mark, spans in rulebook.marks(utterance.written_words).items():
        yield mark, Place.MESSAGE, at, spans
    texts = [(Place.MESSAGE, at, Words.of(utterance.other))]
    opened = ticket.created_at or at  # the subject is as old as the ticket
    texts.append((Place.SUBJECT, opened, Words.of(readable(View.of(ticket.subject)))))
    for comment, earlier in thread.earlier:
        when = comment.created_at or ticket.created_at
        texts.append((Place.EARLIER, when, earlier.written_words))
        texts.append((Place.EARLIER, when, Words.of(earlier.other)))
    for place, when, words in texts:
        for mark in rulebook.marks(words):
            yield mark, place, when, ()
    titles = sentences_of_title(ticket.subject) if thread.is_said_by_subject else ()
    for sentence, is_case in titles:
        for mark, spans in rulebook.marks(Words.of(sentence)).items():
            if mark.strength is Strength.STRONG and any(is_named(sentence, s) for s in spans):
                meant = mark if is_case else replace(mark, meant=False, perhaps=False)
                yield meant, Place.SUBJECT, opened, ()


def _quoted(thread: Thread, rulebook: Rulebook, found: list[_Found]) -> Iterable[_Found]:
    """Marks in lines of quoted text that no other comment of the ticket contains."""
    seen, message = {mark for mark, *_ in found}, thread.message
    read = ((message, thread.utterance), *thread.earlier)
    views = [(comment, view) for comment, each in read for view in (each.quoted, each.other_quoted)]
    for comment, view in (*views, *thread.merged):
        at = (comment.created_at if comment else None) or thread.ticket.created_at
        if rulebook.marks(Words.of(view)).keys() <= seen:
            continue
        placed = comment is message and bool(view.offsets)
        for mark, spans in rulebook.marks(Words.of(thread.fresh(comment, view))).items():
            if mark.strength is not Strength.WEAK:
                yield mark, Place.QUOTED, at, spans if placed else ()


def _cues(
    found: list[_Found],
    rulebook: Rulebook,
    utterance: Utterance,
    subject: str,
    risks: Mapping[str, float],
) -> frozenset[str]:
    """The families in which a weak term counts: there is a second cue."""
    places: dict[str, set[tuple[Strength, Place, Span | None]]] = {}
    for mark, place, _, spans in found:
        here = places.setdefault(rulebook.packs[mark.pack].family, set())
        here.update((mark.strength, place, span) for span in spans or (None,))
    several = {family for family, here in places.items() if len(here) > 1}
    if len(utterance.written_words.words) + len(subject.split()) <= _SHORT:
        several |= places.keys()
    if len(subject.split()) <= _TITLE:  # what somebody calls their message, it is
        several |= {
            family
            for family, here in places.items()
            if any(place is Place.SUBJECT for _, place, _ in here)
        }
    return frozenset(several | {family for family, risk in risks.items() if risk >= CUE})


def _judged(
    rulebook: Rulebook, scope: Scope, cues: frozenset[str], mark: Mark, sighting: Sighting
) -> Iterable[Sighting]:
    """The sighting with its verdict, and those of the packs that share its phrases."""
    pack = sighting.pack
    if mark.strength is Strength.WEAK and pack.family not in cues:
        return
    verdict = _verdict(scope, mark, sighting)
    yield replace(sighting, verdict=verdict)
    if verdict in {Verdict.LABEL, Verdict.DOUBTED}:
        for number in rulebook.heirs.get(mark.pack, ()):
            heir = rulebook.packs[number]
            if heir.id in scope.in_force:
                opened = heir.id in scope.undeclared
                of_heir = Verdict.UNDECLARED if opened else verdict
                yield replace(sighting, pack=heir, verdict=of_heir)


def _verdict(scope: Scope, mark: Mark, sighting: Sighting) -> Verdict:
    if sighting.place is Place.QUOTED:
        return Verdict.QUOTED
    if mark.strength is not Strength.STRONG:
        return Verdict.WEAK
    if sighting.pack.id not in scope.in_force:
        return Verdict.NOT_IN_FORCE
    if mark.meant:
        return Verdict.LABEL
    return Verdict.DOUBTED if mark.perhaps else Verdict.UNMEANT


def detect(
    thread: Thread, rulebook: Rulebook, scope: Scope, risks: Mapping[str, float]
) -> tuple[Signal, ...]:
    """The sightings as signals; every one blocks."""
    return tuple(map(signal_of, sightings(thread, rulebook, scope, risks)))


def signal_of(sighting: Sighting) -> Signal:
    """One sighting as a signal. A neutral pack's signal doesn't tell what it is about."""
    pack = sighting.pack
    labelled = is_labelled(sighting)
    score = SEVERITIES[pack.severity]
    return Signal(
        kind="regulatory",
        rule="review" if pack.neutral else f"packs/{pack.id}",
        score=score if labelled else min(0.6, score),
        blocks=True,
        detail=NEUTRAL_DETAIL
        if pack.neutral
        else f"{pack.title}: seen in {_WHERE[sighting.place]}{_LIMITS[sighting.verdict]}.",
        evidence=sighting.evidence,
        pack=pack.id if labelled else None,
    )


_WHERE = {
    Place.MESSAGE: "the message",
    Place.SUBJECT: "the subject",
    Place.EARLIER: "an earlier message",
    Place.QUOTED: "quoted text",
}
_LIMITS = {
    Verdict.LABEL: "",
    Verdict.DOUBTED: ", but perhaps by the way: a person confirms it, its clocks run",
    Verdict.UNDECLARED: ", if its region and sector are yours",
    Verdict.UNMEANT: ", but perhaps denied, supposed or about others",
    Verdict.NOT_IN_FORCE: ", but not in force here",
    Verdict.WEAK: ", by a word that others use too",
    Verdict.QUOTED: "",
}


def is_labelled(sighting: Sighting) -> bool:
    """Whether the sighting names its pack and starts its clocks, or only holds the answer."""
    return sighting.verdict is Verdict.LABEL


def _strongest(found: list[Sighting]) -> list[Sighting]:
    """One sighting a pack: of the best verdict, the newest place, and the earliest receipt."""
    verdicts, places = list(Verdict), list(Place)
    kept: dict[str, Sighting] = {}
    order = sorted(found, key=lambda s: (verdicts.index(s.verdict), places.index(s.place)))
    for sighting in order:
        first = kept.setdefault(sighting.pack.id, sighting)
        same = sighting.verdict is first.verdict
        if same and sighting.place is first.place and sighting.evidence != first.evidence:
            spans = tuple(sorted({*first.evidence, *sighting.evidence}))
            kept[sighting.pack.id] = first = replace(first, evidence=spans)
        if same and _before(sighting.at, first.at):
            kept[sighting.pack.id] = replace(first, at=sighting.at)
    return list(kept.values())


def _before(one: datetime | None, other: datetime | None) -> bool:
    """A clock runs from the first receipt."""
    return one is not None and other is not None and aware(one) < aware(other)


def _gravity(sighting: Sighting) -> tuple[bool, bool, float, str]:
    """The gravest first; the wish for a person after everything else."""
    return (
        sighting.verdict is not Verdict.LABEL,
        sighting.pack.family == HUMAN_REQUEST,
        -SEVERITIES[sighting.pack.severity],
        sighting.pack.id,
    )
