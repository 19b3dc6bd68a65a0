"""How far a message is from routine, also where no telling word stands in it.

A small network that was tuned for this reads the message, and so do
sums over words and letters, which read alone where memory is scarce. What they say is weighed
into one number for the message, one a family of cases and one a mood: 0.5 is the limit from which
nothing is answered, chosen so that few cases are missed. Cases are not moods: a calm complaint is
one, and an angry question about an invoice is none.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.features.reader import Reader, shared_reader
from rules.features.weighing import Weighing, weighing_from
from rules.features.word_sums import WordSums, word_sums_from
from rules.model import Span
from rules.passages import Passage
from rules.policy_schema import FAMILIES
from rules.risk_modes import FULL, LEXICAL
from rules.shipped import shipped_bytes

LIMIT = 0.5
ANY = "any"
MOODS = ("anger", "distress", "churn")
_READ_BY_NETWORK = 6  # passages; the sums read all
_MAX_EVIDENCE = 2
_SURE_ALONE = 0.95
_NEVER = 1.1
_MIN_WORDS = 2  # a word alone is the packs' business
_SUMS, _WEIGHING = "features/word_sums.npz", "features/weighing.json"
_SEARCHED_FOR_EVIDENCE = 12  # sentences
_UNSURE = 0.7  # the risk of a family under which its words alone do not label
_QUOTED_READ = 2  # passages
# Of quoted words only these count, and only where the reader is sure of a case and nearly so of its
# family: what firms write to their customers, which a reply quotes, speaks of rights, orders,
# complaints and ways to leave by itself.
_SURE_IN_QUOTES, _LIKELY_IN_QUOTES = 0.9, 0.75
_COUNT_IN_QUOTES = frozenset(
    {
        "safety_of_life",
        "product_safety",
        "data_breach",
        "fraud_dispute",
        "vulnerability",
        "financial_hardship",
    }
)
_NEVER_DOUBTED = frozenset({"safety_of_life", "human_request"})


@dataclass(frozen=True, slots=True)
class RiskReading:
    """What was read, 0 to 1 with the limit at 0.5: at worst, a family, and a mood."""

    worst: float = 0.0
    families: Mapping[str, float] = field(default_factory=dict)
    tones: Mapping[str, float] = field(default_factory=dict)
    suspected: str | None = None  # the family whose people take over, where it is clear
    unsure: frozenset[str] = frozenset()  # families whose words, if there are any, are in doubt


@dataclass(frozen=True)
class RiskModel:
    """Reads passages; equal versions read alike. `reader` is None in the lexical mode."""

    sums: WordSums
    weighings: Mapping[tuple[str, bool], Weighing]  # by mode, and whether the language is English
    reader: Reader | None
    version: str

    def read(self, passages: Sequence[Passage], language: str | None) -> RiskReading:
        """What stands in the passages, the worst one deciding. Never raises.

        The reader knows English best: other languages have weights and limits of their own. Where
        the language can't be told, the higher risk stands.
        """
        own = [passage for passage in passages if not passage.is_quoted]
        quoted = self._quoted([each for each in passages if each.is_quoted], _tongues(None))
        if sum(len(passage.words) for passage in own) < _MIN_WORDS:
            suspected = max(quoted, key=quoted.__getitem__, default=None)
            return RiskReading(max(quoted.values(), default=0.0), quoted, suspected=suspected)
        tongues = _tongues(language)
        risks = self._worst(own, tongues)
        families = {name: max(risks[name], quoted.get(name, 0.0)) for name in FAMILIES}
        worst = max(risks[ANY], *families.values())
        return RiskReading(
            worst=worst,
            families=families,
            tones={name: risks[name] for name in MOODS},
            suspected=self._suspected(risks, tongues),
            unsure=self._unsure(families, len(own)),
        )

    def _quoted(self, passages: Sequence[Passage], tongues: tuple[bool, ...]) -> dict[str, float]:
        """The gravest families of which quoted words leave no doubt."""
        if self.reader is None or not any(passage.words for passage in passages):
            return {}
        risks = self._worst(passages[:_QUOTED_READ], tongues)
        if max(risks[ANY], *(risks[name] for name in FAMILIES)) < _SURE_IN_QUOTES:
            return {}
        return {name: risks[name] for name in _COUNT_IN_QUOTES if risks[name] >= _LIKELY_IN_QUOTES}

    def evidence(self, passages: Sequence[Passage], language: str | None) -> tuple[Span, ...]:
        """The places of the sentences that alone weigh most, in the message's order."""
        sentences = [each for passage in passages for each in passage.sentences if each.span]
        weighed = sorted(
            (-self._worst([Passage((sentence,))], _tongues(language))[ANY], sentence.span)
            for sentence in sentences[:_SEARCHED_FOR_EVIDENCE]
        )
        return tuple(sorted(span for _, span in weighed[:_MAX_EVIDENCE] if span))

    def _worst(self, passages: Sequence[Passage], tongues: tuple[bool, ...]) -> dict[str, float]:
        """For each head the highest number over the passages."""
        sums = np.stack([self.sums.logits(passage.words) for passage in passages])[:, :, None]
        if self.reader is None:
            return self._weighed(LEXICAL, sums, tongues)
        read = self.reader.logits([each.text for each in passages[:_READ_BY_NETWORK]])
        both = np.concatenate([sums[: len(read)], read[:, :, None]], axis=2)
        risks = self._weighed(FULL, both, tongues)
        rest = self._weighed(LEXICAL, sums[len(read) :], tongues)
        return {name: max(risk, rest[name]) for name, risk in risks.items()}

    def _weighed(
        self, mode: str, logits: NDArray[np.float64], tongues: tuple[bool, ...]
    ) -> dict[str, float]:
        readings = [self.weighings[mode, english].risks(logits) for english in tongues]
        return {name: max(each[name] for each in readings) for name in readings[0]}

    def _unsure(self, families: Mapping[str, float], passages: int) -> frozenset[str]:
        """The families that the model is not sure of, where the network read everything."""
        if self.reader is None or passages > _READ_BY_NETWORK:
            return frozenset()
        low = {name for name, risk in families.items() if risk < _UNSURE}
        return frozenset(low - _NEVER_DOUBTED)

    def _suspected(self, risks: Mapping[str, float], tongues: tuple[bool, ...]) -> str | None:
        """The likeliest family, where one is clear enough."""
        mode = LEXICAL if self.reader is None else FULL
        limits = self.weighings[mode, tongues[0]].clear
        # Unless it agrees that this is a case at all, the model must be surer of the family.
        least = 0.0 if risks[ANY] >= limits[ANY] else _SURE_ALONE if mode == FULL else _NEVER
        clear = [
            (risks[name], name) for name in FAMILIES if risks[name] >= max(least, limits[name])
        ]
        return max(clear)[1] if clear else None


def _tongues(language: str | None) -> tuple[bool, ...]:
    """Whether to read as English, as another language, or as both."""
    return (True, False) if language is None else (language == "en",)


def weighing_name(mode: str, *, english: bool) -> str:
    """The name under which the weights of a mode stand in their file."""
    return f"{mode}_{'english' if english else 'others'}"


@cache
def shared_risk_model(mode: str) -> RiskModel:
    """The shipped model, with the network (`FULL`) or without. Raises ShippedDataError."""
    sums, weighing = shipped_bytes(_SUMS), shipped_bytes(_WEIGHING)
    reader = shared_reader() if mode == FULL else None
    parts = (sums, weighing, (reader.version if reader else mode).encode("ascii"))
    digest = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts))
    return RiskModel(
        word_sums_from(sums),
        {
            (kind, english): weighing_from(weighing, weighing_name(kind, english=english))
            for kind in (LEXICAL, FULL)
            for english in (True, False)
        },
        reader,
        f"sha256:{digest.hexdigest()}",
    )
