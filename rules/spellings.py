"""Which words of a vocabulary a customer's word may stand for.

Four kinds of nearness: the word itself (or one that begins with a stem such as `complain*`),
another inflection of it, a misspelling by one edit, and an ordinary word that happens to be one
edit away.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import IntEnum

from rapidfuzz.distance import OSA

STAR = "*"
MIN_STEM = 4  # letters before a star
MIN_MENDED = 6  # letters of a word that may be misspelt; in shorter ones an edit makes another word
_MIN_BASE = 4
_LONGEST = 48  # letters that are looked at
_LONGEST_STEM = 20
_CACHED = 50_000
_SUFFIXES = ("ing", "ings", "ed", "es", "en", "s", "d", "e", "n")


class Nearness(IntEnum):
    """How near a word is to the one it may stand for."""

    SAME = 0
    INFLECTED = 1
    MISSPELT = 2
    NEIGHBOUR = 3  # an ordinary word, one edit away: it may be meant as it stands


Meaning = tuple[str, Nearness]


class Spellings:
    """The words of a vocabulary, found however they are inflected or misspelt by one edit."""

    __slots__ = (
        "_cache",
        "_deletions",
        "_exact",
        "_longest",
        "_ordinary",
        "_stems",
        "_words",
        "stars",
    )

    def __init__(
        self, vocabulary: Collection[str], ordinary: Collection[str], *, exact: bool = False
    ) -> None:
        """`vocabulary` may hold stems with a star; `ordinary` words are no misspellings.

        `exact`: a word stands for itself alone.
        """
        self._exact = exact
        self._words = frozenset(word for word in vocabulary if not word.endswith(STAR))
        self.stars = frozenset(word[:-1] for word in vocabulary if word.endswith(STAR))
        self._ordinary = ordinary
        stems: dict[str, list[str]] = {}
        for word in sorted(self._words):
            for base in _bases(word):
                stems.setdefault(base, []).append(word)
        deletions: dict[str, list[str]] = {}
        for word in sorted((*self._words, *(star + STAR for star in self.stars))):
            plain = word.rstrip(STAR)
            least = MIN_STEM if word.endswith(STAR) else MIN_MENDED
            if least <= len(plain) <= _LONGEST:
                for key in _keys(plain):
                    deletions.setdefault(key, []).append(word)
        self._stems, self._deletions = _shared(stems), _shared(deletions)
        self._longest = max((len(star) for star in self.stars), default=0)
        self._cache: dict[str, tuple[Meaning, ...]] = {}

    def meanings(self, word: str, *, mend: bool = True) -> tuple[Meaning, ...]:
        """What a folded word may stand for; without `mend` misspellings are not looked for."""
        known = self._cache.get(word) if mend else None
        if known is not None:
            return known
        found: dict[str, Nearness] = {}
        for token, nearness in self._candidates(word, mend=mend):
            found[token] = min(nearness, found.get(token, nearness))
        meanings = tuple(found.items())
        if mend:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[word] = meanings
        return meanings

    def knows(self, word: str) -> bool:
        """Whether a word stands in the vocabulary, as it is or by its stem."""
        return word in self._words or any(
            word[:length] in self.stars
            for length in range(MIN_STEM, min(len(word), self._longest) + 1)
        )

    def takes_as_it_is(self, word: str) -> bool:
        """Whether a word is one of the vocabulary or an ordinary one, and no other joined."""
        return word in self._ordinary or self.knows(word)

    def _candidates(self, word: str, *, mend: bool) -> Iterator[Meaning]:
        if word in self._words:
            yield word, Nearness.SAME
        for length in range(MIN_STEM, min(len(word), self._longest) + 1):
            if word[:length] in self.stars:
                yield word[:length] + STAR, Nearness.SAME
        if self._exact:
            return
        for base in _bases(word):
            for token in self._stems.get(base, ()):
                yield token, Nearness.INFLECTED
        if mend and MIN_MENDED - 1 <= len(word) <= _LONGEST + 1:
            near = Nearness.NEIGHBOUR if self._is_ordinary(word) else Nearness.MISSPELT
            for token, is_plain in self._misspelt(word):
                yield token, near if is_plain else Nearness.NEIGHBOUR

    def _is_ordinary(self, word: str) -> bool:
        return word in self._words or word in self._ordinary

    def _misspelt(self, word: str) -> Iterator[tuple[str, bool]]:
        """Words one edit away, and whether this holds without taking a double s for one letter."""
        for token, head, plain in self._near(word):
            if _is_one_edit(head, plain):
                yield token, True
        for token, head, plain in self._near(_single(word)):
            if _is_one_edit(head, _single(plain)):
                yield token, False

    def _near(self, word: str) -> Iterator[tuple[str, str, str]]:
        """Tokens that may be one edit away, each with the head and the letters to compare."""
        for key in _deletions(word):
            for token in self._deletions.get(key, ()):
                if not token.endswith(STAR):
                    yield token, word, token
        if not self.stars:
            return
        for length in range(MIN_STEM - 1, min(len(word), _LONGEST_STEM) + 1):
            head = word[:length]
            for key in _deletions(head):
                for token in self._deletions.get(key, ()):
                    if token.endswith(STAR):
                        yield token, head, token[:-1]


def _shared(found: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The same, equal words held once: a hundred thousand lists take megabytes more."""
    once: dict[tuple[str, ...], tuple[str, ...]] = {}
    tuples = ((key, tuple(words)) for key, words in found.items())
    return {key: once.setdefault(words, words) for key, words in tuples}


def _single(word: str) -> str:
    """One s for several: the sharp s of German is one letter, lost or moved as one."""
    while "ss" in word:
        word = word.replace("ss", "s")
    return word


def _deletions(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters: two words one edit apart share one."""
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def _keys(word: str) -> set[str]:
    """The deletions of a word, and of it with one s for several."""
    keys = set(_deletions(word))
    if "ss" in word:
        keys.update(_deletions(_single(word)))
    return keys


def _is_one_edit(word: str, other: str) -> bool:
    return OSA.distance(word, other, score_cutoff=1) <= 1


def _bases(word: str) -> Iterator[str]:
    """The word without an ending of inflection: charge, charged and charging share one."""
    yield word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_BASE:
            base = word[: -len(suffix)]
            yield base
            if base[-1] == base[-2] and len(base) > _MIN_BASE:
                yield base[:-1]
