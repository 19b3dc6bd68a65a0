"""The file of a backup: gzip around JSON, one value a line, with a checksum at its end.

    {"backup": 1, "made_at": "…", "schema": "0004", "entries": 12, "first": "…", "head": "…"}
    {"table": "delivery", "columns": ["id", "key", …], "octets": ["body"]}
    [1, "…", …]
    …
    {"rows": 345, "sha256": "…"}

The columns named in `octets` are base64. The checksum is over every line before it, as bytes with
their ends. `docs/reference/backup.md` describes the file for others.
"""

import base64
import binascii
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

FORMAT = 1
_MAX_LINE = 512 * 1024 * 1024
_DAMAGED = "is damaged or was cut off"


class BackupError(Exception):
    """The file is no backup that can be used. The message is what to say after its name."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup is of. `first` and `head` are digests of the ledger's ends."""

    made_at: str
    schema: str
    entries: int
    first: str | None
    head: str


@dataclass(frozen=True, slots=True)
class Section:
    """The rows that follow are of this table, until the next section."""

    table: str
    columns: tuple[str, ...]
    octets: tuple[str, ...] = ()


@dataclass(slots=True)
class Writer:
    """Writes a backup line by line. It is complete after `finish`."""

    sink: BinaryIO
    _digest: Any = field(default_factory=hashlib.sha256)
    _rows: int = 0
    _file: gzip.GzipFile = field(init=False)
    _octets: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        # Neither name nor time: the same rows give the same bytes.
        self._file = gzip.GzipFile(
            filename="", mode="wb", compresslevel=6, fileobj=self.sink, mtime=0
        )

    def begin(self, header: Header) -> None:
        """The first line."""
        self._line({"backup": FORMAT, **asdict(header)})

    def section(self, section: Section) -> None:
        """A table begins."""
        self._octets = frozenset(map(section.columns.index, section.octets))
        self._line(asdict(section))

    def row(self, values: Sequence[Any]) -> None:
        """A row of the table that has begun."""
        self._line([self._plain(place, value) for place, value in enumerate(values)])
        self._rows += 1

    def finish(self) -> int:
        """The last line; returns how many rows there are."""
        self._line({"rows": self._rows, "sha256": self._digest.hexdigest()})
        self._file.close()
        return self._rows

    def _plain(self, place: int, value: Any) -> Any:
        if place in self._octets and value is not None:
            return base64.b64encode(value).decode("ascii")
        return value

    def _line(self, value: Any) -> None:
        line = json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
        self._digest.update(line)
        self._file.write(line)


class Reader:
    """Reads a backup from any stream, once. Total: raises BackupError, or OSError of the stream.

    What it yields is to be believed only when `lines` has come to its end: the checksum is last.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._file = gzip.GzipFile(fileobj=source)
        self._digest = hashlib.sha256()
        self._rows = 0
        try:
            first = self._value(self._line())
        except BackupError:
            first = None
        self.header = _header(first)

    def lines(self) -> Iterator[Section | list[Any]]:
        """Sections and their rows. Raises BackupError where the file is not whole."""
        section: Section | None = None
        while True:
            digest = self._digest.hexdigest()
            value = self._value(self._line())
            if isinstance(value, dict) and "sha256" in value:
                if value != {"rows": self._rows, "sha256": digest} or self._line():
                    raise BackupError(_DAMAGED)
                return
            if isinstance(value, dict):
                section = _section(value)
                yield section
            else:
                yield _row(value, section)
                self._rows += 1

    def _line(self) -> bytes:
        try:
            line = self._file.readline(_MAX_LINE)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise BackupError(_DAMAGED) from None
        self._digest.update(line)
        return line

    @staticmethod
    def _value(line: bytes) -> Any:
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise BackupError(_DAMAGED) from None


def _header(value: Any) -> Header:
    if not isinstance(value, dict) or "backup" not in value:
        raise BackupError("is no backup of Deskclerk")
    if value["backup"] != FORMAT:
        raise BackupError("was written by a newer release: install that one, or a later one")
    match value:
        case {
            "made_at": str(made_at),
            "schema": str(schema),
            "entries": int(entries),
            "first": str() | None as first,
            "head": str(head),
        }:
            return Header(made_at, schema, entries, first, head)
    raise BackupError(_DAMAGED)


def _section(value: dict[str, Any]) -> Section:
    match value:
        case {"table": str(table), "columns": [*columns], "octets": [*octets]} if all(
            isinstance(name, str) for name in (*columns, *octets)
        ) and {*octets} <= {*columns}:
            return Section(table, tuple(columns), tuple(octets))
    raise BackupError(_DAMAGED)


def _row(value: Any, section: Section | None) -> list[Any]:
    if not isinstance(value, list) or section is None or len(value) != len(section.columns):
        raise BackupError(_DAMAGED)
    for name in section.octets:
        place = section.columns.index(name)
        value[place] = _octets(value[place])
    return value


def _octets(value: Any) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise BackupError(_DAMAGED) from None
