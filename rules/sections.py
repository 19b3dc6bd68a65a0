"""Reading typed values out of a YAML tree; every mistake is noted and a default goes on."""

import re
from collections.abc import Collection, Iterator
from datetime import date, time

from rules.policy_errors import ErrorLog, did_you_mean
from rules.yaml_tree import Mapping, Node, Scalar, Sequence

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
LONGEST_TEXT = 20_000  # characters of a single text


class Section:
    """A map of the policy. Ask for its keys, then `close()` it to report the unknown ones."""

    def __init__(self, node: Node | None, log: ErrorLog, path: str = "") -> None:
        self._log = log
        self._path = path
        self._asked: set[str] = set()
        self._entries: dict[str, tuple[Scalar, Node]] = {}
        self.line = node.line if node is not None else 1
        if isinstance(node, Mapping):
            self._entries = {key.text: (key, value) for key, value in node.entries}
        elif node is not None and not (isinstance(node, Scalar) and node.is_null):
            log.add(node.line, path, "must be keys with values")

    def key(self, name: str) -> str:
        """A key's full name, for people."""
        return f"{self._path}.{name}" if self._path else name

    def error(self, name: str, message: str, hint: str = "", *, only_new: bool = False) -> None:
        """Note a mistake at a key. `only_new`: earlier releases took it."""
        line = self._entries[name][0].line if name in self._entries else self.line
        self._log.add(line, self.key(name), message, hint, only_new=only_new)

    def has(self, name: str) -> bool:
        """Whether a value is given."""
        return self._node(name) is not None

    def text(self, name: str, default: str = "", *, most: int = LONGEST_TEXT) -> str:
        """A text that is not blank, and not longer than so many characters."""
        node = self._node(name)
        if node is None:
            return default
        if not isinstance(node, Scalar) or not node.text.strip():
            self.error(name, "must be a text")
            return default
        if len(node.text) > most:
            self.error(name, f"is longer than {most} characters")
            return default
        return node.text

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        node = self._node(name)
        if node is None:
            return default
        word = node.text.lower() if isinstance(node, Scalar) else ""
        if word not in _TRUE | _FALSE:
            self.error(name, "must be true or false")
            return default
        return word in _TRUE

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        node = self._node(name)
        if node is None:
            return default
        try:
            value = float(node.text) if isinstance(node, Scalar) else None
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            self.error(name, f"must be a number from {low:g} to {high:g}")
            return default
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.number(name, default, low, high)
        if value != int(value):
            self.error(name, "must be a whole number")
            return default
        return int(value)

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; a single text stands for a list of one."""
        node = self._node(name)
        if node is None:
            return default
        items = node.items if isinstance(node, Sequence) else (node,)
        values = [item.text.strip() for item in items if isinstance(item, Scalar)]
        if len(values) != len(items) or not all(values) or len("".join(values)) > LONGEST_TEXT * 50:
            self.error(name, "must be a list of texts")
            return default
        return tuple(values)

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """One of the allowed words."""
        value = self.text(name, default)
        if value not in allowed and value != default:
            self.error(name, f"'{value[:60]}' is not allowed", did_you_mean(value, allowed))
            return default
        return value

    def choices(
        self, name: str, allowed: Collection[str], default: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """A list of allowed words."""
        values = self.texts(name, default)
        wrong = [value for value in values if value not in allowed]
        for value in wrong:
            self.error(name, f"'{value[:60]}' is not allowed", did_you_mean(value, allowed))
        return default if wrong else values

    def day(self, name: str) -> date | None:
        """A date as YYYY-MM-DD."""
        node = self._node(name)
        if node is None:
            return None
        try:
            return date.fromisoformat(node.text if isinstance(node, Scalar) else "")
        except ValueError:
            self.error(name, "must be a date such as 2027-06-30")
            return None

    def time(self, name: str, default: time) -> time:
        """A time of day as HH:MM; 24:00 is the last moment of the day."""
        node = self._node(name)
        if node is None:
            return default
        found = _TIME.fullmatch(node.text) if isinstance(node, Scalar) else None
        if found is None:
            self.error(name, 'must be a time such as "09:00"')
            return default
        return time.max if found.group(1) is None else time(int(found[1]), int(found[2]))

    def pairs(self, name: str, *, most: int = LONGEST_TEXT) -> dict[str, str]:
        """Names with a text each, not longer than so many characters."""
        node = self._node(name)
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.error(name, "must be names with a text each")
            return {}
        inner = Section(node, self._log, self.key(name))
        return {key.text: inner.text(key.text, most=most) for key, _ in node.entries}

    def section(self, name: str) -> "Section":
        """The map under a key; an empty one if there is none."""
        return Section(self._node(name), self._log, self.key(name))

    def sections(self, name: str) -> Iterator["Section"]:
        """The maps in the list under a key."""
        node = self._node(name)
        if node is None:
            return
        if not isinstance(node, Sequence):
            self.error(name, "must be a list")
            return
        for index, item in enumerate(node.items):
            yield Section(item, self._log, f"{self.key(name)}[{index}]")

    def named(self, name: str) -> Iterator[str]:
        """The keys of the map under a key, whatever they are."""
        node = self._node(name)
        if isinstance(node, Mapping):
            yield from (key.text for key, _ in node.entries)

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for text, (key, _) in self._entries.items():
            if text not in self._asked:
                hint = did_you_mean(text, self._asked)
                self._log.add(key.line, self.key(text[:60]), "is no key that is known here", hint)

    def _node(self, name: str) -> Node | None:
        self._asked.add(name)
        entry = self._entries.get(name)
        if entry is None or (isinstance(entry[1], Scalar) and entry[1].is_null):
            return None
        return entry[1]
