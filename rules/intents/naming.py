"""What to call messages that ask the same, and which of their sentences show it best."""

import math
from collections import Counter
from collections.abc import Sequence

from rules.intents.asking import Ask
from rules.intents.nearest import is_typo
from rules.words import fold_text

SHOWN = 8  # phrasings
NAMELESS = "question"  # where no word may be shown
_MOST_WORDS = 4
_ALWAYS = 2  # words, where there are so many
_TELLING = 0.4  # of the most telling word's weight, what a further word has
_IN_TICKETS = 0.3  # the share of the messages in which a word of the name stands
_STEM = 4  # letters that forms of one word share

Cluster = Sequence[Ask]


class Names:
    """Names for clusters of messages: the words by which each is told from the others.

    Class-based TF-IDF: a word weighs by the share of a cluster's messages it stands in, and more
    if it stands in few messages elsewhere.
    """

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        """Count the words of the messages, at least one."""
        self._seen = Counter(
            word for cluster in clusters for ask in cluster for word, _ in ask.words
        )
        self._mean = self._seen.total() / len(clusters)

    def weights(self, cluster: Cluster) -> dict[str, float]:
        """The weight of each of a cluster's words."""
        seen = Counter(word for ask in cluster for word, _ in ask.words)
        return {
            word: count / len(cluster) * math.log(1.0 + self._mean / self._seen[word])
            for word, count in seen.items()
        }

    def phrasings(self, cluster: Cluster) -> tuple[str, ...]:
        """The most telling sentence of each message, in the order of the messages, distinct."""
        weights = self.weights(cluster)
        found: dict[str, str] = {}
        for ask in cluster:
            ranked = sorted((-_worth(text, weights), text) for text in ask.phrasings)
            for _, text in ranked[:1]:
                found.setdefault(fold_text(text), text)
        return tuple(found.values())[:SHOWN]

    def name(self, cluster: Cluster, phrasings: Sequence[str]) -> str:
        """The most telling words, as they are usually written and in their usual order.

        Each stands in many of the messages or in one of the phrasings: not in one message alone.
        """
        shown = {word for text in phrasings for word in fold_text(text).split()}
        seen = Counter(word for ask in cluster for word, _ in ask.words)
        often = max(2.0, _IN_TICKETS * len(cluster))
        weights = {
            word: weight
            for word, weight in self.weights(cluster).items()
            if seen[word] >= often or word in shown
        }
        chosen = _chosen(weights)
        ordered = (_written(word, cluster) for word in _in_order(chosen, cluster))
        return " ".join(ordered) or NAMELESS


def _worth(text: str, weights: dict[str, float]) -> float:
    """The mean weight of a sentence's words."""
    words = fold_text(text).split()
    return math.fsum(weights.get(word, 0.0) for word in words) / max(1, len(words))


def _chosen(weights: dict[str, float]) -> list[str]:
    """The weightiest words, of each no second form."""
    chosen: list[str] = []
    for word in sorted(weights, key=lambda word: (-weights[word], word)):
        enough = len(chosen) >= _ALWAYS and weights[word] < _TELLING * weights[chosen[0]]
        if enough or len(chosen) == _MOST_WORDS:
            break
        if not any(_is_form(word, other) for other in chosen):
            chosen.append(word)
    return chosen


def _is_form(word: str, other: str) -> bool:
    """Whether two words are likely forms of one: dog and dogs, refund and refunded, or a slip."""
    begins = word.startswith(other) or other.startswith(word)
    return begins or word[:_STEM] == other[:_STEM] or is_typo(word, other)


def _in_order(chosen: Sequence[str], cluster: Cluster) -> list[str]:
    """The words by where they stand in the messages, on average."""
    places: dict[str, list[int]] = {word: [] for word in chosen}
    for ask in cluster:
        for place, (word, _) in enumerate(ask.words):
            if word in places:
                places[word].append(place)
    return sorted(chosen, key=lambda word: (sum(places[word]) / len(places[word]), word))


def _written(word: str, cluster: Cluster) -> str:
    """A folded word as it is written most often."""
    forms = Counter(form for ask in cluster for folded, form in ask.words if folded == word)
    return min(forms, key=lambda form: (-forms[form], form))
