"""Which questions customers ask that no answer settles, from tickets in a file or in the store."""

import heapq
import json
import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from textwrap import indent
from typing import Any

import yaml

from integration.policy_drafts import free_id
from integration.store import Store, periods
from rules.case import Models
from rules.decide import decide
from rules.exchange import history_from_json, ticket_from_json
from rules.features.mail_reader import MailReader, shared_mail_reader
from rules.intents.asking import Ask, ask_of, is_left, known_questions
from rules.intents.mails import MailRecogniser
from rules.intents.questions import Candidate, candidates
from rules.language_codes import is_language_code
from rules.model import History, Ticket
from rules.policy import Policy

MOST = 5_000  # messages that are compared: more would take too much memory
_PAGE = 100
_UNKNOWN_AGE = -math.inf


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates, and what they were found in."""

    read: int
    left: int  # let through by the guard, without a sure answer
    compared: int
    erased: int
    least: int
    candidates: tuple[Candidate, ...]

    def figures(self) -> dict[str, Any]:
        """Everything, for machines."""
        return asdict(self)


@dataclass
class Finder:
    """Takes tickets one by one and keeps what the newest of those ask that are left to people."""

    policy: Policy
    models: Models
    now: datetime
    tell: Callable[[int, int], None] = lambda _read, _left: None  # how many so far
    most: int = MOST
    read: int = 0
    left: int = 0
    erased: int = 0
    _newest: list[tuple[float, int, Ask]] = field(default_factory=list)

    @property
    def _reader(self) -> MailReader | None:
        reads = isinstance(self.models.recogniser, MailRecogniser)
        return shared_mail_reader() if reads else None

    def take(self, ticket: Ticket, history: History) -> bool:
        """Decide a ticket; whether it is left and says something."""
        self.read += 1
        decision = decide(ticket, self.policy, self.models, history, self.now)
        ask = ask_of(ticket, self._reader) if is_left(decision) else None
        if ask is not None:
            self.left += 1
            # The number decides between equal ages, and keeps messages from being compared.
            item = (_age(ticket), self.read, ask)
            push = heapq.heappushpop if len(self._newest) >= self.most else heapq.heappush
            push(self._newest, item)
        self.tell(self.read, self.left)
        return ask is not None

    def find(self, least: int) -> Found:
        """The questions that at least so many tickets ask."""
        asks = [ask for _, _, ask in self._newest]
        known = known_questions(self.models.recogniser)
        found = candidates(asks, known, least)
        return Found(self.read, self.left, len(asks), self.erased, least, tuple(found))


def _age(ticket: Ticket) -> float:
    """When its message was written: the newest is the greatest; without a date the least."""
    message = ticket.message
    written = (message.created_at if message else None) or ticket.created_at
    return _UNKNOWN_AGE if written is None else written.timestamp()


def take_stored(finder: Finder, store: Store, since: float) -> None:
    """Take the tickets of an installation that were left to people, the newest first.

    Of each ticket one message is taken. They are decided afresh, by the policy as it is now.
    """
    seen: set[int] = set()
    last: periods.LeftRow | None = None
    while finder.left <= finder.most:
        with store.read() as connection:
            rows = periods.left_to_people(connection, since, last, limit=_PAGE)
        if not rows:
            return
        last = rows[-1]
        for row in rows:
            if row.ticket_id in seen:
                continue
            if row.snapshot is None:
                finder.erased += 1
                continue
            line = json.loads(row.snapshot)
            if finder.take(ticket_from_json(line, 1), history_from_json(line, 1)):
                seen.add(row.ticket_id)


def lines_of(found: Found) -> list[str]:
    """What was found, for people."""
    lines = [_summary(found)]
    if found.erased:
        lines.append(f"{found.erased:,} more were erased and can't be read.")
    if found.compared < found.left:
        lines.append(f"Only the newest {found.compared:,} of them were compared.")
    for number, each in enumerate(found.candidates, start=1):
        lines += ["", *_lines_of_one(number, each)]
    return lines


def _summary(found: Found) -> str:
    if not found.read:
        return "No tickets were read: nothing to find questions in."
    said = f"{found.read:,} tickets read"
    if not found.left:
        return f"{said}: none was left without a sure answer. No new questions."
    said = f"{said}, {found.left:,} left without a sure answer"
    if not found.candidates:
        return f"{said}, but no {found.least} of them ask alike. Try again when there are more."
    inside = sum(each.tickets for each in found.candidates)
    number = len(found.candidates)
    return f"{said}; {inside:,} of these ask {number} question{'s' if number > 1 else ''}:"


def _lines_of_one(number: int, each: Candidate) -> Iterable[str]:
    language = each.language or "language unknown"
    yield f"{number:>3}. {each.name}  {each.tickets} tickets, {each.share:.1%}, {language}"
    if each.nearest is not None:
        yield f"     near {each.nearest} ({each.nearness:.2f}): perhaps it only lacks examples"
    yield from (f"     - {phrasing}" for phrasing in each.phrasings)


_PLACEHOLDER = "DRAFT, not approved: a person writes the answer here."
_HEAD = """\
# Drafts of questions, made from tickets that no answer settled. Nothing here answers anyone: the
# stage is off. Choose, mend title and examples, write the answer, have it approved, and move the
# entry to faqs.yaml. Where an answer is near, its question may only lack examples.
"""


def drafts(found: Found, taken: Collection[str]) -> str:
    """The candidates as entries of faqs.yaml, under ids that are not taken."""
    ids = set(taken)
    entries = []
    for each in found.candidates:
        name = free_id(each.name, ids, otherwise="question")
        ids.add(name)
        entry = {
            "id": name,
            "title": each.name,
            "stage": "off",
            "examples": list(each.phrasings) or [each.name],
            "answers": [{"language": _code(each.language), "body": _PLACEHOLDER}],
        }
        text = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=math.inf)
        near = "" if each.nearest is None else f"; near {each.nearest} ({each.nearness:.2f})"
        entries.append(f"# {each.tickets} tickets{near}\n{text}")
    listed = "\n" + "".join(indent(entry, "  ") for entry in entries) if entries else " []\n"
    return f"{_HEAD}faqs:{listed}"


def _code(language: str | None) -> str:
    return language if language and is_language_code(language) else "en"
