"""What is wrong with a policy, all at once, each with its place and a hint."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

_NEAR = 60.0


@dataclass(frozen=True, slots=True)
class PolicyError:
    """One mistake: where it stands, what it is, and what to do about it.

    `only_new`: earlier releases took it, so in a kept version it is a warning, no bar.
    """

    file: str
    line: int
    key: str
    message: str
    hint: str = ""
    only_new: bool = False

    @property
    def place(self) -> str:
        """File, line and key."""
        return f"{self.file}:{self.line}" + (f": {self.key}" if self.key else "")

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class PolicyErrors(Exception):  # noqa: N818 - several errors in one
    """A policy that can't be used, with everything that is wrong with it."""

    def __init__(self, errors: tuple[PolicyError, ...]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


class ErrorLog:
    """Collects the mistakes of one file."""

    def __init__(self, file: str, errors: list[PolicyError]) -> None:
        self.file = file
        self._errors = errors

    def add(
        self, line: int, key: str, message: str, hint: str = "", *, only_new: bool = False
    ) -> None:
        """Note a mistake."""
        self._errors.append(PolicyError(self.file, line, key, message, hint, only_new))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them if none is near."""
    words = sorted(known)
    near = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=_NEAR)
    if near is not None:
        return f"did you mean '{near[0]}'?"
    return f"known: {', '.join(words)}" if words else ""
