"""Rights invoked, law, danger: literal phrases of the packs in force. Any sighting blocks.

Negation is not read: "not a complaint, but" is one, and who writes that they will not hurt
themselves needs a person. The message, its subject and all earlier messages of the customer are
searched; quoted history counts if no comment of the ticket covers it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.calendars import aware
from rules.disguises import undisguised
from rules.model import Author, Comment, Signal, Span, Ticket
from rules.phrases import PhraseTable, Words, fold_text
from rules.policy_schema import SEVERITIES, Pack
from rules.utterance import Utterance, read_comment
from rules.view import View, normalised

_MAX_SPANS = 20  # more evidence of one pack proves no more
NEUTRAL_DETAIL = "Needs a specialist's review."


class Place(StrEnum):
    """Where something was seen."""

    MESSAGE = "message"
    SUBJECT = "subject"
    EARLIER = "earlier"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A pack whose words stand in the ticket. A weak one holds the answer and starts no clock."""

    pack: Pack
    weak: bool
    place: Place
    at: datetime | None  # when the words were received
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    pack: int
    weak: bool


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The packs in force, ready to be searched for."""

    packs: tuple[Pack, ...]
    table: PhraseTable[_Mark]
    heads: tuple[str, ...]

    def marks(self, words: Words) -> dict[_Mark, tuple[Span, ...]]:
        """What stands in a text, and where."""
        found: dict[_Mark, dict[Span, None]] = {}
        restored = undisguised(words, self.table.vocabulary, self.heads)
        for reading in (words, restored):
            if reading is None:
                continue
            for hit in self.table.find(reading):
                spans = found.setdefault(hit.value, {})
                if len(spans) < _MAX_SPANS:
                    spans[reading.span(hit.start, hit.end)] = None
        return {mark: tuple(sorted(spans)) for mark, spans in found.items()}


def compile_packs(packs: Sequence[Pack]) -> Rulebook:
    """Make packs searchable. The phrases are known to be readable."""
    by_id = {pack.id: pack for pack in packs}
    entries: list[tuple[str, _Mark]] = []
    heads: dict[str, None] = {}
    for index, pack in enumerate(packs):
        for source in (pack, *(by_id[name] for name in pack.phrases_of if name in by_id)):
            entries += [(phrase, _Mark(index, weak=False)) for phrase in source.phrases]
        entries += [(phrase, _Mark(index, weak=True)) for phrase in pack.weak]
        heads.update(dict.fromkeys(fold_text(word) for word in pack.head_words))
    return Rulebook(tuple(packs), PhraseTable(entries), tuple(heads))


def sightings(ticket: Ticket, utterance: Utterance, rulebook: Rulebook) -> tuple[Sighting, ...]:
    """Everything the packs see in a ticket, the gravest first."""
    message = ticket.message
    at = (message.created_at if message else None) or ticket.created_at
    found = [
        *_seen(rulebook, utterance.written_words, Place.MESSAGE, at),
        *_seen(rulebook, _words(utterance.other.text), Place.MESSAGE, at, keep_evidence=False),
        *_seen(rulebook, _words(ticket.subject), Place.SUBJECT, at, keep_evidence=False),
    ]
    for comment in _earlier(ticket, message):
        earlier = read_comment(comment)
        when = comment.created_at or ticket.created_at
        for words in (earlier.written_words, _words(earlier.other.text)):
            found += _seen(rulebook, words, Place.EARLIER, when, keep_evidence=False)
    seen = {(sighting.pack.id, sighting.weak) for sighting in found}
    quoted = _seen(rulebook, Words.of(utterance.quoted), Place.QUOTED, at)
    if any((sighting.pack.id, sighting.weak) not in seen for sighting in quoted):
        known = [fold_text(comment.body) for comment in ticket.comments if comment is not message]
        found += _uncovered(quoted, utterance, known)
    return tuple(sorted(_strongest(found), key=_gravity))


def detect(ticket: Ticket, utterance: Utterance, rulebook: Rulebook) -> tuple[Signal, ...]:
    """The sightings as signals; every one blocks."""
    return tuple(signal_of(sighting) for sighting in sightings(ticket, utterance, rulebook))


def signal_of(sighting: Sighting) -> Signal:
    """One sighting as a signal. A neutral pack's signal doesn't tell what it is about."""
    pack = sighting.pack
    labelled = is_labelled(sighting)
    return Signal(
        kind="regulatory",
        rule=pack.id,
        score=SEVERITIES[pack.severity] if labelled else min(0.6, SEVERITIES[pack.severity]),
        blocks=True,
        detail=NEUTRAL_DETAIL
        if pack.neutral
        else f"{pack.title}: seen in {_WHERE[sighting.place]}.",
        evidence=sighting.evidence,
        pack=pack.id if labelled else None,
    )


_WHERE = {
    Place.MESSAGE: "the message",
    Place.SUBJECT: "the subject",
    Place.EARLIER: "an earlier message",
    Place.QUOTED: "quoted text",
}


def is_labelled(sighting: Sighting) -> bool:
    """Whether the sighting names its pack and starts its clocks, or only holds the answer."""
    return not sighting.weak and sighting.place is not Place.QUOTED


def _seen(
    rulebook: Rulebook,
    words: Words,
    place: Place,
    at: datetime | None,
    *,
    keep_evidence: bool = True,
) -> list[Sighting]:
    return [
        Sighting(rulebook.packs[mark.pack], mark.weak, place, at, spans if keep_evidence else ())
        for mark, spans in rulebook.marks(words).items()
    ]


def _words(text: str) -> Words:
    return Words.of(normalised(View.of(text)))


def _earlier(ticket: Ticket, message: Comment | None) -> Iterable[Comment]:
    """What the customer, or another outsider, wrote besides the message."""
    outsiders = {Author.REQUESTER, Author.OTHER}
    return [c for c in ticket.comments if c.author in outsiders and c is not message]


def _uncovered(
    quoted: list[Sighting], utterance: Utterance, known: list[str]
) -> Iterable[Sighting]:
    """Sightings in lines of quoted text that no other comment of the ticket contains."""
    fresh = [
        line
        for line in utterance.quoted.lines()
        if (folded := fold_text(line.text)) and not any(folded in text for text in known)
    ]
    places = {offset for line in fresh for offset in line.offsets}
    return [
        sighting
        for sighting in quoted
        if any(span[0] in places or span[1] - 1 in places for span in sighting.evidence)
    ]


def _strongest(found: list[Sighting]) -> list[Sighting]:
    """One sighting a pack and place of weight: strong before weak, new before old."""
    order = list(Place)
    kept: dict[tuple[str, str], Sighting] = {}
    strong = {s.pack.id for s in found if not s.weak and s.place is not Place.QUOTED}
    for sighting in sorted(found, key=lambda s: (s.weak, order.index(s.place))):
        weak = sighting.weak or sighting.place is Place.QUOTED
        if weak and sighting.pack.id in strong:
            continue
        first = kept.get((sighting.pack.id, ""))
        if first is None:
            kept[(sighting.pack.id, "")] = sighting
        elif not weak and _before(sighting.at, first.at):
            kept[(sighting.pack.id, "")] = _since(first, sighting.at)
    return list(kept.values())


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and aware(one) < aware(other)


def _since(sighting: Sighting, at: datetime | None) -> Sighting:
    """The same sighting, received earlier: a clock runs from the first receipt."""
    return Sighting(sighting.pack, sighting.weak, sighting.place, at, sighting.evidence)


def _gravity(sighting: Sighting) -> tuple[bool, float, str]:
    weak = sighting.weak or sighting.place is Place.QUOTED
    return (weak, -SEVERITIES[sighting.pack.severity], sighting.pack.id)
