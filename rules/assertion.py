"""Whether words that invoke a right are meant.

They are not where they are denied, withdrawn, supposed, asked about, others', or for study; perhaps
they are where their speaker stands beside them all the same, asks for them politely, puts them
in quotation marks, or says that the matter is settled. After the context algorithm for clinical
notes (Harkema and others, 2009): cues before a phrase take its force within a window, and
conjunctions and commas end the window. A phrase that is not meant still holds an answer back; it
only starts no clock. One that perhaps is starts it, and names nothing.
"""

from bisect import bisect_left
from functools import cache, cached_property

from rules.languages import LANGUAGES, by_grammar
from rules.model import Span
from rules.phrases import PhraseTable
from rules.policy_errors import ErrorLog
from rules.quotations import quotations
from rules.sections import Section
from rules.shipped import shipped_texts
from rules.words import Words
from rules.yaml_tree import read_yaml

_REACH = 3  # words between a denial and what it denies
_NEAR = 3  # words around a phrase in which its speaker is looked for
_KINDS = (
    "denied",
    "refused",
    "ends",
    "supposed",
    "others",
    "talk",
    "speaker",
    "asked",
    "framed",
    "settled",
    "announces",
)


@cache
def _cues() -> PhraseTable[tuple[str, str]]:
    root = Section(read_yaml(shipped_texts("lexicon")["assertion.yaml"]), ErrorLog("", []))
    entries = (
        (phrase, (kind, language))
        for kind in _KINDS
        for language in LANGUAGES
        for phrase in root.section(kind).texts(language)
    )
    return PhraseTable(entries, exact=True)


class Assertions:
    """The cues of a text, asked about one run of words after the other."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._found: dict[str, list[Span]] = {}
        spoken = by_grammar(words.words)
        for hit in _cues().find(words):
            kind, language = hit.value
            if spoken in {language, None}:
                self._found.setdefault(kind, []).append((hit.start, hit.end))

    def is_meant(self, start: int, end: int) -> bool:
        """Whether the words from `start` to before `end` are meant as they stand."""
        if "framed" in self._found or self._is_spoken_of(start, end):
            return False
        first, last = self._words.sentence(start)
        if self._is_settled(first, last):
            return False
        if not self._within("speaker", start - _NEAR, end + _NEAR) and (
            self._within("talk", first, last) or self._is_question(last)
        ):
            return False
        return not (self._within("others", first, max(end, last)) or self._is_denied(first, start))

    def may_be_meant(self, start: int, end: int) -> bool:
        """Whether words that are not surely meant may be.

        Their speaker stands beside them, though others' business or a study is spoken of too; or
        they are asked for politely; or they stand in quotation marks, as demands do too; or
        their sentence says that the matter is over, which the next one may take back.
        """
        first, last = self._words.sentence(start)
        if self._is_denied(first, start) or self._within("framed", first, last):
            return False
        if self._is_spoken_of(start, end) or self._is_settled(first, last):
            return True
        others = self._within("others", first, max(end, last))
        if any(
            not any(other[0] <= cue[0] and cue[1] <= other[1] for other in others)
            for cue in self._within(
                "speaker", max(first, start - _NEAR), min(max(last, end), end + _NEAR)
            )
        ):
            return True
        unasked = others or self._within("talk", first, last)
        return bool(self._within("asked", first, start)) and not unasked

    @cached_property
    def _spoken_of(self) -> list[Span]:
        return quotations(self._words.view.text)

    def _is_spoken_of(self, start: int, end: int) -> bool:
        """Whether some words stand in quotation marks, and little else with them."""
        first, last = self._words.places[start][0], self._words.places[end - 1][1]
        before = bisect_left(self._spoken_of, (first, 0)) - 1
        if before < 0 or last >= self._spoken_of[before][1]:
            return False
        return not self._is_announced(self._spoken_of[before][0], start)

    def _is_announced(self, mark: int, start: int) -> bool:
        """Whether who says words in quotation marks says so right before: `this is my "…"`.

        `mark` is where the quotation begins, `start` one of its words.
        """
        places = self._words.places
        while start and places[start - 1][0] > mark:
            start -= 1
        return any(
            cue_end == start and self._words.view.text[places[start - 1][1] : mark].isspace()
            for _, cue_end in self._found.get("announces", ())
        )

    def _is_denied(self, first: int, start: int) -> bool:
        """Whether what stands before a word in its sentence takes it back, or only supposes it."""
        return bool(
            self._within("supposed", first, start)
            or any(cue_end == start for _, cue_end in self._within("refused", first, start))
            or any(
                self._reaches(cue_end, start) for _, cue_end in self._within("denied", first, start)
            )
        )

    @cached_property
    def _settled(self) -> list[Span]:
        """Cues that a matter is over, where nothing says that it isn't."""
        return [
            cue
            for cue in self._found.get("settled", ())
            if not self._is_denied(self._words.sentence(cue[0])[0], cue[0])
        ]

    def _is_settled(self, first: int, last: int) -> bool:
        """Whether a sentence says that its matter is over."""
        return any(first <= cue[0] and cue[1] <= last for cue in self._settled)

    def _is_question(self, last: int) -> bool:
        """Whether the sentence that ends before a word asks."""
        words, text = self._words, self._words.view.text
        until = words.places[last][0] if last < len(words.words) else len(text)
        return "?" in text[words.places[last - 1][1] : until]

    def _within(self, kind: str, first: int, last: int) -> list[Span]:
        return [cue for cue in self._found.get(kind, ()) if first <= cue[0] and cue[1] <= last]

    def _reaches(self, cue_end: int, start: int) -> bool:
        between = self._words.view.text[
            self._words.places[cue_end - 1][1] : self._words.places[start][0]
        ]
        ended = "," in between or bool(self._within("ends", cue_end, start))
        return start - cue_end <= _REACH and not ended
