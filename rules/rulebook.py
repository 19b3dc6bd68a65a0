"""The packs, ready to be searched for in a text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache

from rules.assertion import Assertions
from rules.disguises import flags_as_letters, is_part, second_reading
from rules.model import Span
from rules.phrases import Hit, PhraseTable
from rules.policy_schema import Pack
from rules.shipped import shipped_lines
from rules.spellings import Nearness
from rules.words import Words, folded

MAX_SPANS = 20  # more evidence of one pack proves no more
SAFETY_OF_LIFE = "safety_of_life"


class Strength(IntEnum):
    """What words are worth."""

    STRONG = 0  # they label, if they are meant
    HOLD = 1  # they hold the answer
    WEAK = 2  # they hold it where there is a second cue


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of finding: the words of a pack, and what they are worth."""

    pack: int
    strength: Strength = Strength.STRONG
    meant: bool = True  # neither denied, nor supposed, nor about others, nor perhaps another word
    perhaps: bool = False  # not surely meant, but it may be


@dataclass(frozen=True)
class Rulebook:
    """Packs ready to be searched for."""

    packs: tuple[Pack, ...]

    @cached_property
    def heirs(self) -> Mapping[int, tuple[int, ...]]:
        """For each pack those that its phrases count for too."""
        numbers = {pack.id: number for number, pack in enumerate(self.packs)}
        heirs: dict[int, list[int]] = {}
        for number, pack in enumerate(self.packs):
            for name in pack.phrases_of:
                if name in numbers:
                    heirs.setdefault(numbers[name], []).append(number)
        return {number: tuple(found) for number, found in heirs.items()}

    @cached_property
    def table(self) -> PhraseTable[tuple[int, Strength]]:
        """The phrases: the number of the pack, and what they are worth."""
        entries = [
            (phrase, (number, strength))
            for number, pack in enumerate(self.packs)
            for strength, phrases in (
                (Strength.STRONG, pack.phrases),
                (Strength.HOLD, pack.hold),
                (Strength.WEAK, pack.weak),
            )
            for phrase in phrases
        ]
        return PhraseTable(entries, ordinary_words())

    @cached_property
    def acronyms(self) -> Mapping[str, tuple[int, ...]]:
        """The packs of each acronym, by its folded word."""
        found: dict[str, list[int]] = {}
        for number, pack in enumerate(self.packs):
            for acronym in pack.acronyms:
                found.setdefault(acronym.lower(), []).append(number)
        return {word: tuple(numbers) for word, numbers in found.items()}

    def marks(self, words: Words) -> dict[Mark, tuple[Span, ...]]:
        """What stands in a text, and where; further readings see through disguises."""
        found: dict[Mark, dict[Span, None]] = {}
        self._read(words, None, found)
        for further in (second_reading(words, self.table.spellings), flags_as_letters(words)):
            if further is not None:
                self._read(*further, found)
        return {mark: tuple(sorted(spans)) for mark, spans in found.items()}

    def _read(
        self, words: Words, around: Collection[int] | None, found: dict[Mark, dict[Span, None]]
    ) -> None:
        hits = self.table.find(words, around)
        assertions = Assertions(words) if hits else None
        for hit in hits:
            number, strength = hit.value
            if hit.end - hit.start == 1 and is_part(words, hit.start):
                continue
            meant, perhaps = strength is not Strength.STRONG, False
            if assertions is not None and not meant:
                meant = self._is_meant(hit, assertions)
                perhaps = (
                    not meant and _is_word(hit) and assertions.may_be_meant(hit.start, hit.end)
                )
            _note(found, Mark(number, strength, meant, perhaps), words.span(hit.start, hit.end))
        for index, word in enumerate(words.words):
            for number in self.acronyms.get(word, ()):
                start, end = words.places[index]
                if words.view.text[start:end].isupper():
                    _note(found, Mark(number, Strength.WEAK), words.span(index, index + 1))

    def _is_meant(self, hit: Hit[tuple[int, Strength]], assertions: Assertions) -> bool:
        if not _is_word(hit):
            return False
        family = self.packs[hit.value[0]].family
        return family == SAFETY_OF_LIFE or assertions.is_meant(hit.start, hit.end)


def _is_word(hit: Hit[tuple[int, Strength]]) -> bool:
    """Whether the words are those of the phrase, and not perhaps others that look like them."""
    alone = hit.end - hit.start == 1
    return hit.nearness < Nearness.NEIGHBOUR and not (alone and hit.nearness > Nearness.SAME)


def _note(found: dict[Mark, dict[Span, None]], mark: Mark, span: Span) -> None:
    spans = found.setdefault(mark, {})
    if len(spans) < MAX_SPANS:
        spans[span] = None


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Words of everyday mail that are one edit away from a word of the packs."""
    return frozenset(
        folded(word)
        for line in shipped_lines("lexicon/ordinary_words.txt")
        for word in line.split()
    )


@lru_cache(maxsize=8)
def compile_packs(packs: tuple[Pack, ...]) -> Rulebook:
    """Make packs searchable. The phrases are known to be readable."""
    return Rulebook(packs)


def false_alarms(packs: Sequence[Pack], texts: Collection[str]) -> list[tuple[str, str]]:
    """Which pack would fire, by its own strong words, on which text that must not fire any."""
    from rules.view import View, normalised

    book = compile_packs(tuple(packs))
    return [
        (book.packs[mark.pack].id, text)
        for text in texts
        for mark in book.marks(Words.of(normalised(View.of(text))))
        if mark.meant and mark.strength is Strength.STRONG
    ]
