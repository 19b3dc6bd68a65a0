"""Reading typed values out of a JSON object; the first mistake is an error with its place."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from rules.policy_errors import did_you_mean


class ExchangeError(ValueError):
    """A line that can't be used; the message names the line, the key and what is wrong."""


class Keys:
    """The values of a JSON object, each asked for with its type."""

    def __init__(self, obj: object, known: Collection[str], line: int, path: str) -> None:
        self.line = line
        self._path = path
        if not isinstance(obj, Mapping):
            raise self.error("", "must be an object with keys")
        self.values: Mapping[str, Any] = obj
        for key in obj:
            if key not in known:
                raise self.error(str(key)[:60], f"is no known key ({_hint(str(key), known)})")

    def error(self, key: str, message: str) -> ExchangeError:
        """The error to raise about a key."""
        place = ".".join(part for part in (self._path, key) if part)
        return ExchangeError(f"line {self.line}: {place + ' ' if place else ''}{message}")

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.error(key, "must be a text")
        return value

    def optional(self, key: str) -> str | None:
        """A text, or None."""
        return None if self.values.get(key) is None else self.text(key)

    def identifier(self, key: str, default: str) -> str:
        """A text; a whole number is taken as one."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(key, default)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def count(self, key: str) -> int:
        """A whole number, 0 if absent."""
        value = self.values.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(key, "must be a whole number")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, "must be a list of texts")
        return value

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Names with a text, a number or a truth each, as texts sorted by name; nulls left out."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, dict):
            raise self.error(key, "must be names with a value each")
        if any(isinstance(each, dict | list) for each in value.values()):
            raise self.error(key, "must be names with a plain value each")
        given = {str(name): each for name, each in value.items() if each is not None}
        return tuple(
            sorted(
                (name, each if isinstance(each, str) else json.dumps(each))
                for name, each in given.items()
            )
        )

    def instant(self, key: str) -> datetime | None:
        """An instant in UTC, or None."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise self.error(key, "must be an instant such as 2026-11-23T09:00:00Z")

    def inner(self, key: str, known: Collection[str]) -> "Keys":
        """The object under a key; an empty one if absent."""
        value = self.values.get(key)
        return Keys({} if value is None else value, known, self.line, key)

    def list_of(self, key: str, known: frozenset[str]) -> list["Keys"]:
        """The objects in the list under a key."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(key, "must be a list")
        return [Keys(item, known, self.line, f"{key}[{n}]") for n, item in enumerate(value)]


def _hint(key: str, known: Collection[str]) -> str:
    if key == "expect":
        return "labelled tickets are for deskclerk evaluate; elsewhere take it out of each line"
    return did_you_mean(key, known)
