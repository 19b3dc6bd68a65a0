"""The file of a backup: what was written is read, and what was altered is refused."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.backup_file import BackupError, Header, Reader, Section, Writer

HEADER = Header("2026-11-30T00:00:00.000000Z", "0004", 3, "a" * 64, "b" * 64)
ROWS: list[list[object]] = [
    [1, "Chloë 🐝", b"\x00\xff", None],
    [2, "", None, 1.5],
    [3, "x", b"", True],
]
SECTION = Section("delivery", ("id", "key", "body", "what"), ("body",))


def written(rows: list[list[object]] = ROWS) -> bytes:
    sink = io.BytesIO()
    writer = Writer(sink)
    writer.begin(HEADER)
    writer.section(SECTION)
    for row in rows:
        writer.row(row)
    assert writer.finish() == len(rows)
    return sink.getvalue()


def read(octets: bytes) -> tuple[Header, list[object]]:
    reader = Reader(io.BytesIO(octets))
    return reader.header, list(reader.lines())


def packed(*lines: object) -> bytes:
    return gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


def first_line(**changes: object) -> dict[str, object]:
    header = {"backup": 1, "made_at": "", "schema": "0004", "entries": 0, "first": None, "head": ""}
    return header | changes


def test_what_was_written_is_read() -> None:
    assert read(written()) == (HEADER, [SECTION, *ROWS])


def test_the_same_rows_give_the_same_bytes() -> None:
    assert written() == written()


@pytest.mark.parametrize(
    "what",
    [b"", b"not gzip", gzip.compress(b"text"), packed({"rows": 1})],
    ids=["empty", "no gzip", "text", "another"],  # what is packed holds the time
)
def test_another_file_is_called_no_backup(what: bytes) -> None:
    with pytest.raises(BackupError, match="is no backup of Deskclerk"):
        read(what)


def test_a_later_format_asks_for_a_later_release() -> None:
    with pytest.raises(BackupError, match="newer release"):
        read(packed(first_line(backup=2)))


@pytest.mark.parametrize(
    "lines",
    [
        [first_line(entries="3")],
        [first_line(), [1]],
        [first_line(), {"table": 1, "columns": [], "octets": []}],
        [first_line(), {"table": "fact", "columns": ["a"], "octets": ["b"]}],
        [first_line(), {"table": "fact", "columns": ["a"], "octets": [[]]}],
        [first_line(), {"table": "fact", "columns": ["a"], "octets": []}, [1, 2]],
        [first_line(), {"table": "fact", "columns": ["a"], "octets": []}, "text"],
        [first_line(), {"table": "fact", "columns": ["a"], "octets": ["a"]}, ["not base64"]],
        [first_line(), {"table": "fact", "columns": ["a"], "octets": ["a"]}, [5]],
        [first_line(), {"rows": 0, "sha256": "0" * 64}],
    ],
)
def test_lines_that_make_no_sense_are_damage(lines: list[object]) -> None:
    with pytest.raises(BackupError, match="damaged"):
        read(packed(*lines))


def test_a_file_that_was_cut_off_anywhere_is_refused() -> None:
    whole = written()
    for end in range(1, len(whole)):
        with pytest.raises(BackupError):
            read(whole[:end])


def test_a_changed_row_is_found_although_the_file_can_be_unpacked() -> None:
    text = gzip.decompress(written())
    with pytest.raises(BackupError, match="damaged"):
        read(gzip.compress(text.replace(b'[2,""', b'[2,"y"')))


def test_what_stands_after_the_end_is_refused() -> None:
    with pytest.raises(BackupError, match="damaged"):
        read(written() + gzip.compress(b"[1]\n"))


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_crash_the_reader(noise: bytes, at: int) -> None:
    whole = gzip.decompress(written())
    for octets in (noise, gzip.compress(noise), gzip.compress(whole[:at] + noise + whole[at:])):
        try:
            found = read(octets)
        except BackupError:
            continue
        assert found == (HEADER, [SECTION, *ROWS])
