"""Questions that customers ask and no answer settles: messages that ask alike, with a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.intents.asking import Ask, Known
from rules.intents.clustering import space_of
from rules.intents.naming import Names


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that customers ask, as far as it can be told without a person."""

    name: str
    tickets: int
    share: float  # of all messages given
    language: str | None
    phrasings: tuple[str, ...]  # the most typical first
    nearest: str | None  # the question with an answer that it is near to, if there is one
    nearness: float  # to that one, 0 to 1


def candidates(asks: Sequence[Ask], known: Sequence[Known], least: int) -> list[Candidate]:
    """The questions that at least so many tickets ask, the most asked first.

    Equal messages give equal candidates, in whatever order they come.
    """
    by_language: dict[str | None, list[Ask]] = {}
    for ask in sorted(asks, key=_content):
        by_language.setdefault(ask.language, []).append(ask)
    found: list[Candidate] = []
    ordered = sorted(known, key=lambda each: (each.faq, each.language or "", each.words))
    for language, some in by_language.items():
        there = [each for each in ordered if language is None or each.language == language]
        found += _of_language(some, there, least, len(asks))
    return sorted(found, key=_prominence)


def _prominence(one: Candidate) -> tuple[Any, ...]:
    return -one.tickets, one.name, one.language or "", one.phrasings


def _content(ask: Ask) -> tuple[Any, ...]:
    """What messages are put in order by: all that they hold."""
    vector = b"" if ask.vector is None else ask.vector.tobytes()
    return ask.language or "", ask.words, ask.phrasings, vector, ask.ticket


def _of_language(
    asks: Sequence[Ask], known: Sequence[Known], least: int, total: int
) -> list[Candidate]:
    """The questions that messages of one language, at least one, ask."""
    space = space_of(asks, known)
    clusters = [space.from_the_middle(numbers) for numbers in space.clusters()]
    names = Names([[asks[number] for number in numbers] for numbers in clusters])
    found = []
    for numbers in clusters:
        cluster = [asks[number] for number in numbers]
        tickets = len({ask.ticket for ask in cluster})
        if tickets < least:
            continue
        phrasings = names.phrasings(cluster)
        name = names.name(cluster, phrasings)
        share = round(tickets / total, 4)
        language = cluster[0].language
        near = space.nearest(numbers)
        found.append(Candidate(name, tickets, share, language, phrasings, *near))
    return found
