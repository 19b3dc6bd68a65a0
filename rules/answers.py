"""Approved answers: words that are fixed but for declared blanks."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rules.model import Ticket
from rules.regions import within
from rules.wordlists import word_set

BLANKS = ("first_name", "full_name", "ticket_id")
PLACE = "answers"  # the blank of a frame in which several answers stand

_BLANK = re.compile(r"[ \t]?\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\|([^{}|]*))?\}\}")
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}")
# A name is letters, with apostrophes, hyphens or dots between: nothing that a mail program or a
# help desk would turn into a link or markup.
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*\.?")
_LINK = re.compile(
    r"https?|www|\.(?:com|net|org|info|io|co|de|uk|ru|cn|xyz|biz|app|me)\b", re.IGNORECASE
)
_TITLES = word_set("mr mrs ms miss mx dr prof herr frau m mme mlle sr sra señor señora")
_LONGEST_NAME = 40
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One approved text in one language, and for whom and from when it may be used."""

    language: str
    body: str
    review_by: date | None = None
    valid_from: date | None = None
    regions: tuple[str, ...] = ()  # empty: for requesters of every country, or of none
    tags: frozenset[str] = frozenset()  # one of them is enough, in lower case; empty: for all
    combined: str = ""  # the words without greeting and signature, for use beside other answers

    @property
    def conditions(self) -> tuple[bool, bool, bool]:
        """Whether it names regions, tags, and a first day."""
        return bool(self.regions), bool(self.tags), self.valid_from is not None

    def is_for(self, ticket: Ticket) -> bool:
        """Whether regions and tags, where it names any, are those of the ticket."""
        country = (ticket.requester.country or "").upper()
        is_there = not self.regions or any(within(country, region) for region in self.regions)
        return is_there and (not self.tags or not self.tags.isdisjoint(ticket.every_tag))

    def is_begun(self, today: date) -> bool:
        """Whether the first day on which it may be used has come."""
        return self.valid_from is None or today >= self.valid_from

    def is_stale(self, today: date) -> bool:
        """Whether the day by which a person must have looked at it has passed."""
        return self.review_by is not None and today > self.review_by


def blanks_in(body: str) -> list[str]:
    """The names of a text's blanks, whether declared or not."""
    return [match.group(1) for match in _BLANK.finditer(body)]


def unknown_blanks(body: str, known: Collection[str] = BLANKS) -> list[str]:
    """What in a text looks like a blank but is none of the declared ones."""
    wrong = [name for name in blanks_in(body) if name not in known]
    return wrong + _LEFTOVER.findall(_BLANK.sub("", body))


def framed(frame: str, body: str) -> str:
    """The frame with a text in its place for answers; their blanks stay blanks."""

    def put(match: re.Match[str]) -> str:
        return _space(match) + body if match.group(1) == PLACE else match.group()

    return _BLANK.sub(put, frame)


def joined(*texts: str) -> str:
    """Texts one after the other with one blank line between; nothing else changes."""
    return "\n\n".join([*(text.rstrip("\n") for text in texts[:-1]), texts[-1]])


def disclosed(body: str, disclosure: str) -> str:
    """A text with the disclosure after a blank line, unless it says so word for word already."""
    is_told = " ".join(disclosure.split()) in " ".join(body.split())
    return body if is_told else joined(body, disclosure)


def fill(answer: Answer, ticket: Ticket) -> str:
    """The answer with its blanks filled: byte for byte the approved words otherwise.

    A value that is missing or unfit is replaced by the form declared behind `|`. Without one the
    blank goes, and the space before it too: "Hello {{ first_name }}," becomes "Hello,".
    """
    values = blank_values(ticket)

    def filled(match: re.Match[str]) -> str:
        value = values[match.group(1)] or (match.group(2) or "").strip()
        return _space(match) + value if value else ""

    return _BLANK.sub(filled, answer.body)


def _space(blank: re.Match[str]) -> str:
    """The space before a blank."""
    return blank.group()[: len(blank.group()) - len(blank.group().lstrip())]


def blank_values(ticket: Ticket) -> dict[str, str]:
    """The values for the blanks, cleaned; empty where there is none that is fit."""
    words = _name_words(ticket.requester.name)
    given = [word for word in words if word.lower().rstrip(".") not in _TITLES]
    full = " ".join(words)
    return {
        "first_name": given[0] if given and len(given[0]) <= _LONGEST_NAME else "",
        "full_name": full if len(full) <= _LONGEST_NAME else "",
        "ticket_id": ticket.id if _ID.fullmatch(ticket.id) else "",
    }


def _name_words(name: str) -> list[str]:
    """The words of a name in speaking order, or none if it isn't plainly a name."""
    name = name[:200]
    if _LINK.search(name):
        return []
    last, comma, first = name.partition(",")
    words = (f"{first} {last}" if comma else name).split()
    return words if all(map(_NAME_WORD.fullmatch, words)) else []
