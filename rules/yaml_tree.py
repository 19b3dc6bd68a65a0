"""YAML as plain data with line numbers: maps, lists and scalars, nothing else.

Policies come from strangers' hands: anchors, aliases, tags, duplicate keys, deep nesting and great
size are errors. Scalars stay texts here; what `no`, `09:00` or `1e3` mean is decided by the reader
that knows what it wants (YAML 1.1 would make them a boolean, 540 and a text).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

MAX_CHARACTERS = 5_000_000
_MAX_DEPTH = 12
MAX_NODES = 300_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `quoted` values are never empty, true or a number."""

    text: str
    line: int
    quoted: bool

    @property
    def is_null(self) -> bool:
        """Nothing was given."""
        return not self.quoted and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their lines, and their values."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int


Node = Scalar | Sequence | Mapping


class YamlError(ValueError):
    """The text is no YAML that is accepted here."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_yaml(text: str) -> Node:
    """The one document of a text; an empty text is an empty map. Raises YamlError only."""
    if len(text) > MAX_CHARACTERS:
        raise YamlError(f"the file is larger than {MAX_CHARACTERS} characters: split it", 1)
    try:
        text.encode("utf-8")
        return _Composer(text).document()
    except UnicodeEncodeError:
        raise YamlError("the file holds half characters: save it as UTF-8", 1) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"no valid YAML: {error.problem}", mark.line + 1 if mark else 1) from None
    except yaml.YAMLError:
        raise YamlError("no valid YAML: a character is not allowed", 1) from None


class _Composer:
    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._nodes = 0

    def document(self) -> Node:
        root: Node = Mapping((), 1)
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlError("only one document may stand in a file", _line(event))
                root = self._node(next(self._events), 0)
        if isinstance(root, Scalar) and root.is_null:
            return Mapping((), 1)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise YamlError("the file holds too many values: split it", line)
        if depth > _MAX_DEPTH:
            raise YamlError(f"nested deeper than {_MAX_DEPTH} levels", line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError(
                "anchors and aliases (& and *) are not accepted: repeat the value", line
            )
        if getattr(event, "tag", None):
            raise YamlError("tags (!) are not accepted: write the value plainly", line)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(str(event.value), line, quoted=event.style not in {None, ""})
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(self._items(depth), line)
        return Mapping(self._entries(depth), line)

    def _items(self, depth: int) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items)

    def _entries(self, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        entries: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise YamlError("a key must be a single word", key.line)
            if key.text in seen:
                raise YamlError(f"the key '{key.text[:60]}' stands twice", key.line)
            seen.add(key.text)
            entries.append((key, self._node(next(self._events), depth + 1)))
        return tuple(entries)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1
