"""The words after the slash command, read. Pure and total."""

from dataclasses import dataclass
from enum import StrEnum


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


def read_command(text: str, *, slash: str = "/deskclerk") -> Call | Misread:
    """What the words after `slash` ask for."""
    raise NotImplementedError


def help_lines(slash: str = "/deskclerk") -> tuple[tuple[str, str], ...]:
    """Every command as it is written, and what it does."""
    raise NotImplementedError
