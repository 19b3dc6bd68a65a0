"""The words after the slash command, read. Pure and total."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from connectors.slack.text import cut


class Name(StrEnum):
    """The commands."""

    HELP = "help"
    WHY = "why"
    STATUS = "status"
    QUEUE = "queue"
    REPLY = "reply"
    CORRECT = "correct"
    CLEAR = "clear"
    TAKE = "take"
    PAUSE = "pause"
    RESUME = "resume"
    STATS = "stats"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Call:
    """A command that was understood."""

    name: Name
    ticket: int | None = None
    answer: str | None = None  # of reply, pause, resume; for correct also "none" or a pack's id
    days: int | None = None
    text: str = ""  # the reason of correct and clear, the words of search


@dataclass(frozen=True, slots=True)
class Misread:
    """A command that was not understood, in a sentence for the person who wrote it."""

    sentence: str
    nearest: Name | None = None


_LONGEST_TEXT: Final = 1000
_LONGEST_WORD: Final = 50
_LARGEST_TICKET: Final = 2**63 - 1
_MOST_DAYS: Final = 3660
_NEAR_ENOUGH: Final = 60.0  # of rapidfuzz's ratio: one wrong letter in a word of four
_TICKET: Final = re.compile(r"#?(\d{1,19})", re.ASCII)
# https://docs.slack.dev/messaging/formatting-message-text/#linking-urls : Slack writes addresses
# as <https://example.com|example.com> where a command is told to escape.
_IN_BRACKETS: Final = re.compile(r"<([^<>|\s]+)(?:\|[^<>]*)?>")
_TICKET_PATH: Final = re.compile(
    r"/(?:agent/(?:#/)?tickets|tickets|requests|hc/(?:[\w-]+/)?requests)/(\d{1,19})(?:/\S*)?",
    re.ASCII,
)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}", re.ASCII)
_DAYS: Final = re.compile(r"(\d{1,6})(?:d|days?)?", re.ASCII | re.IGNORECASE)

# What people write after `pause` in a hurry: all of it means every answer.
_EVERYTHING: Final = frozenset({"all", "everything", "now"})
_MEANS_PAUSE: Final = frozenset({"stop", "halt", "off"})  # near another command, or near none

_FORMS: Final[Mapping[Name, tuple[str, str]]] = {
    Name.HELP: ("", "shows these lines"),
    Name.WHY: ("<ticket>", "what was decided about a ticket, and why"),
    Name.STATUS: ("", "whether automatic replies go out, and what waits or failed"),
    Name.QUEUE: ("", "the drafts and the escalated tickets, the most urgent first"),
    Name.REPLY: ("<ticket> <answer>", "sends an approved answer to a ticket"),
    Name.CORRECT: (
        "<ticket> <answer|none|pack> [reason]",
        "says what a ticket really asked for, so that it is learnt",
    ),
    Name.CLEAR: ("<ticket> <reason>", "says that a ticket held back needs no special care"),
    Name.TAKE: ("<ticket>", "makes a waiting ticket yours"),
    Name.PAUSE: ("[answer]", "stops all automatic replies, or those with one answer"),
    Name.RESUME: ("[answer]", "lets them go out again"),
    Name.STATS: ("[days]", "what was decided and done lately"),
    Name.SEARCH: ("<text>", "finds approved answers by their words"),
}
_EXAMPLES: Final[Mapping[Name, str]] = {
    Name.WHY: "42",
    Name.REPLY: "42 reset_password",
    Name.CORRECT: "42 reset_password",
    Name.CLEAR: "42 only a quotation",
    Name.TAKE: "42",
    Name.PAUSE: "reset_password",
    Name.RESUME: "reset_password",
    Name.STATS: "30",
    Name.SEARCH: "refund",
}


def read_command(text: str, *, slash: str = "/deskclerk") -> Call | Misread:
    """What the words after `slash` ask for. Nothing at all asks for help."""
    word, rest = _split(text)
    name = _name(word.lower())
    if name is None:
        return _unknown(word.lower()[:_LONGEST_WORD], slash)
    read = _READERS.get(name)
    if read is None:
        return Call(name)
    return read(_Words(name, rest, slash))


def help_lines(slash: str = "/deskclerk") -> tuple[tuple[str, str], ...]:
    """Every command as it is written, and what it does."""
    return tuple((_written(slash, name, form), does) for name, (form, does) in _FORMS.items())


@dataclass(frozen=True, slots=True)
class _Words:
    """What follows the name of a command."""

    name: Name
    rest: str
    slash: str

    def misread(self, what: str) -> Misread:
        example = _written(self.slash, self.name, _EXAMPLES[self.name])
        return Misread(f"`{self.name}` {what}: {example}", self.name)


def _with_ticket(words: _Words) -> Call | Misread:
    """A ticket, then a reason where the command takes one."""
    first, reason = _split(words.rest)
    ticket = _ticket(first)
    if ticket is None:
        return words.misread("needs a ticket")
    if words.name is Name.TAKE and any(_ticket(word.strip(",;")) for word in reason.split()):
        return words.misread("takes one ticket at a time, and took none")
    if words.name is not Name.CLEAR:
        return Call(words.name, ticket)
    if not reason:
        return words.misread("needs a reason")
    return Call(words.name, ticket, text=cut(reason, _LONGEST_TEXT))


def _with_answer(words: _Words) -> Call | Misread:
    """A ticket and the id of an answer, then a reason where the command takes one."""
    first, rest = _split(words.rest)
    ticket = _ticket(first)
    if ticket is None:
        return words.misread("needs a ticket")
    answer, reason = _split(rest)
    if _ID.fullmatch(answer) is None:
        what = "an answer" if words.name is Name.REPLY else "an answer, `none` or a pack"
        return words.misread(f"needs {what} after the ticket")
    if words.name is Name.REPLY and reason:
        return words.misread("sends an approved answer as it is, so nothing follows its id")
    return Call(words.name, ticket, answer, text=cut(reason, _LONGEST_TEXT))


def _maybe_answer(words: _Words) -> Call | Misread:
    if _EVERYTHING.issuperset(words.rest.lower().strip("!. ").split()):
        return Call(words.name)
    if _ID.fullmatch(words.rest) is None:
        return words.misread("takes the id of one answer, or nothing for all of them")
    return Call(words.name, answer=words.rest)


def _maybe_days(words: _Words) -> Call | Misread:
    if not words.rest:
        return Call(words.name)
    found = _DAYS.fullmatch(words.rest.replace(" ", ""))
    if found is None or not 0 < int(found[1]) <= _MOST_DAYS:
        return words.misread(f"takes a number of days from 1 to {_MOST_DAYS}")
    return Call(words.name, days=int(found[1]))


def _with_text(words: _Words) -> Call | Misread:
    if not words.rest:
        return words.misread("needs words to look for")
    return Call(words.name, text=cut(words.rest, _LONGEST_TEXT))


_READERS: Final[Mapping[Name, Callable[[_Words], Call | Misread]]] = {
    Name.WHY: _with_ticket,
    Name.TAKE: _with_ticket,
    Name.CLEAR: _with_ticket,
    Name.REPLY: _with_answer,
    Name.CORRECT: _with_answer,
    Name.PAUSE: _maybe_answer,
    Name.RESUME: _maybe_answer,
    Name.STATS: _maybe_days,
    Name.SEARCH: _with_text,
}


def _split(text: str) -> tuple[str, str]:
    """The first word and what follows it, without spaces around."""
    first, *rest = text.split(maxsplit=1) or [""]
    return first, rest[0].strip() if rest else ""


def _name(word: str) -> Name | None:
    try:
        return Name(word) if word else Name.HELP
    except ValueError:
        return None


def _unknown(word: str, slash: str) -> Misread:
    found = process.extractOne(word, list(Name), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    nearest = None if found is None else found[0]
    nearest = Name.PAUSE if word in _MEANS_PAUSE else nearest
    all_of_them = _written(slash, Name.HELP, "")
    if nearest is None:
        return Misread(f"There is no such command. All of them: {all_of_them}")
    meant = _written(slash, nearest, _FORMS[nearest][0])
    return Misread(f"There is no such command. Did you mean {meant}?", nearest)


def _written(slash: str, name: Name, form: str) -> str:
    return f"{slash} {name} {form}".rstrip()


def _ticket(word: str) -> int | None:
    """The ticket that is written as 42, #42 or as its address in the helpdesk."""
    found = _TICKET.fullmatch(word) or _in_address(word)
    number = int(found[1]) if found else 0
    return number if 0 < number <= _LARGEST_TICKET else None


def _in_address(word: str) -> re.Match[str] | None:
    bracketed = _IN_BRACKETS.fullmatch(word)
    address = bracketed[1] if bracketed else word
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    path = f"{parts.path}#{parts.fragment}" if parts.fragment.startswith("/") else parts.path
    return _TICKET_PATH.fullmatch(path)
