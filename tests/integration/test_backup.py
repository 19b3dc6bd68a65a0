"""A backup and its way back, within one kind of database and across both."""

import gzip
import io
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from integration import engine, ledger
from integration.backup import Place, RestoreRefused, look, make_backup, restore_backup
from integration.backup_file import BackupError, Reader
from integration.brake import read_brake, set_brake
from integration.cli import run
from integration.engine import Queue
from integration.ledger_files import verify_store
from integration.store import Store, contents, deliveries, facts, schema, tables, workers
from tests.faults.harness import ROOT

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
Maker = Callable[[str], str]


@pytest.fixture
def opened(new_store_url: Maker) -> Iterator[Callable[[str], Store]]:
    made: list[Store] = []

    def make(kind: str) -> Store:
        made.append(Store(new_store_url(kind)))
        return made[-1]

    yield make
    for store in made:
        store.close()


def a_delivery(number: int, **values: object) -> dict[str, Any]:
    return {
        "key": f"d{number}", "source": "webhook", "kind": "trigger", "event_type": None,
        "ticket_id": number, "body": b'{"a": "\xf0\x9f\x90\x9d"}', "body_digest": "0" * 64,
        "received_at": 1795478000.123456, "state": "stored", **values,
    }  # fmt: skip


def fill(store: Store) -> None:
    """One of everything that matters: a finished and a waiting delivery, entries, a sealed text."""
    with store.write() as connection:
        ledger.append(connection, "2026-11-30T00:00:00.000000Z", [ledger.Entry("gone", {}, 1)])
        deliveries.insert(connection, a_delivery(1))
        deliveries.finish(connection, 1, deliveries.DONE, now=1.0)
        deliveries.insert(connection, a_delivery(2))
        deliveries.take_undispatched(connection, limit=5)
        facts.put(connection, facts.SWEEP_CURSOR, {"cursor": "ümläut"}, 2.5)
        connection.execute(
            sa.insert(tables.workspace).values(
                team_id="T1", team_name="Acme", bot_user_id="U1", scopes="", token="gAAAA-sealed",
                installed_at=1.0,
            )
        )  # fmt: skip


def backup_of(store: Store) -> bytes:
    sink = io.BytesIO()
    assert make_backup(store, sink, NOW).verdict.fault is None
    return sink.getvalue()


def bring_back(store: Store, octets: bytes, place: Place = Place.EMPTY) -> None:
    done = restore_backup(store, Reader(io.BytesIO(octets)), place, NOW)
    assert done.verdict.fault is None


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.read() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    sa.select(table).order_by(*table.primary_key)
                ).mappings()
            ]
            for table in contents.kept_tables()
        }


def place_of(store: Store, octets: bytes) -> Place:
    with store.read() as connection:
        return look(connection, Reader(io.BytesIO(octets)).header).place


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
def test_every_row_comes_back_on_either_database(
    opened: Callable[[str], Store], source: str, target: str
) -> None:
    old, new = opened(source), opened(target)
    fill(old)
    octets = backup_of(old)
    assert place_of(new, octets) is Place.EMPTY
    bring_back(new, octets)
    expected, found = rows(old), rows(new)
    assert [entry["kind"] for entry in found["ledger"]] == ["gone", "restored"]
    for name in ("ledger", "ledger_head"):
        expected.pop(name), found.pop(name)
    expected["delivery"][1]["dispatched"] = False  # it gets its task again
    assert found == expected
    assert verify_store(new, None).fault is None


@pytest.mark.parametrize("kind", KINDS)
def test_new_deliveries_are_numbered_after_those_that_came_back(
    opened: Callable[[str], Store], kind: str
) -> None:
    old, new = opened(kind), opened(kind)
    fill(old)
    bring_back(new, backup_of(old))
    with new.write() as connection:
        assert deliveries.insert(connection, a_delivery(3)) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_over_the_same_installation_everything_later_is_gone_and_tasks_are_given_afresh(
    opened: Callable[[str], Store], kind: str
) -> None:
    store = opened(kind)
    queue = Queue(store)
    fill(store)
    octets = backup_of(store)
    key, argument = "delivery-2.0.0", {"delivery": 2}
    with store.write() as connection:
        queue.put(connection, task="triage_ticket", key=key, lane="2", argument=argument)
        deliveries.insert(connection, a_delivery(9))
        ledger.append(connection, "2026-11-30T01:00:00.000000Z", [ledger.Entry("gone", {}, 9)])
    assert place_of(store, octets) is Place.SAME
    bring_back(store, octets, Place.SAME)
    engine.migrate(store)
    assert queue.states([key]) == {}
    with store.write() as connection:
        taken = deliveries.take_undispatched(connection, limit=5)
    assert [row.id for row in taken] == [2]
    assert verify_store(store, None).fault is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_brake_that_is_pulled_now_stays_pulled(opened: Callable[[str], Store], kind: str) -> None:
    store = opened(kind)
    fill(store)
    octets = backup_of(store)
    with store.write() as connection:
        set_brake(connection, NOW, "a test", pulled=True)
        set_brake(connection, NOW, "a test", pulled=True, answer="hours")
    bring_back(store, octets, Place.SAME)
    with store.read() as connection:
        brake = read_brake(connection)
    assert (brake.everything, brake.answers) == (True, ("hours",))


def test_a_set_up_code_that_was_used_since_stays_dead(opened: Callable[[str], Store]) -> None:
    store = opened("sqlite")
    fill(store)
    octets = backup_of(store)
    with store.write() as connection:
        facts.put(connection, facts.SETUP_CODE_DEAD, "a mark", NOW.timestamp())
    bring_back(store, octets, Place.SAME)
    with store.read() as connection:
        assert facts.get(connection, facts.SETUP_CODE_DEAD) == "a mark"


def test_another_installation_is_never_overwritten(opened: Callable[[str], Store]) -> None:
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    with other.write() as connection:
        ledger.append(connection, "2026-11-30T02:00:00.000000Z", [ledger.Entry("gone", {}, 3)])
    before = rows(other)
    with pytest.raises(RestoreRefused, match="another installation"):
        bring_back(other, backup_of(one))
    assert rows(other) == before


def test_a_database_with_deliveries_alone_is_not_empty(opened: Callable[[str], Store]) -> None:
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    with other.write() as connection:
        deliveries.insert(connection, a_delivery(1))
    with pytest.raises(RestoreRefused, match="another installation"):
        place_of(other, backup_of(one))


def test_nothing_is_restored_under_a_running_worker(opened: Callable[[str], Store]) -> None:
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    with other.write() as connection:
        workers.beat(connection, "w-1")
    with pytest.raises(RestoreRefused, match="a worker runs"):
        bring_back(other, backup_of(one))


def test_what_has_changed_since_the_question_is_looked_at_again(
    opened: Callable[[str], Store],
) -> None:
    store = opened("sqlite")
    fill(store)
    with pytest.raises(RestoreRefused, match="changed meanwhile"):
        bring_back(store, backup_of(store), Place.EMPTY)


def altered(octets: bytes, old: bytes, new: bytes) -> bytes:
    """The same with another word in it, and a checksum that fits."""
    import hashlib

    lines = gzip.decompress(octets).replace(old, new).splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    last = b'{"rows":%d,"sha256":"%s"}\n' % (
        sum(line.startswith(b"[") for line in lines),
        digest.encode(),
    )
    return gzip.compress(b"".join([*lines[:-1], last]))


def test_a_schema_of_a_later_release_is_refused(opened: Callable[[str], Store]) -> None:
    store = opened("sqlite")
    head = schema.present().encode()
    octets = altered(backup_of(store), b'"schema":"' + head, b'"schema":"9999')
    with pytest.raises(RestoreRefused, match="9999"):
        place_of(store, octets)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"table":"fact"', b'"table":"fax"'),
        (b'"columns":["name"', b'"columns":["nome"'),
        (b'"entries":1', b'"entries":2'),
        (b"[1,1,", b"[2,1,"),
    ],
)
def test_a_file_that_contradicts_itself_changes_nothing(
    opened: Callable[[str], Store], old: bytes, new: bytes
) -> None:
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    before = rows(other)
    with pytest.raises(BackupError, match="does not fit"):
        bring_back(other, altered(backup_of(one), old, new))
    assert rows(other) == before


def test_a_file_without_the_ledgers_end_changes_nothing(opened: Callable[[str], Store]) -> None:
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    with one.read() as connection:
        seq, digest = ledger.end_of(connection)
    octets = altered(backup_of(one), f'[1,{seq},"{digest}"]\n'.encode(), b"")
    before = rows(other)
    with pytest.raises(BackupError, match="does not fit"):
        bring_back(other, octets)
    assert rows(other) == before


def test_a_table_that_the_schema_did_not_have_yet_is_refused(
    opened: Callable[[str], Store],
) -> None:
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    head = f'"schema":"{schema.present()}"'.encode()
    with pytest.raises(BackupError, match="does not fit"):
        bring_back(other, altered(backup_of(one), head, b'"schema":"0001"'))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'[2,"d2"', b'[1,"d2"'),
        (b'[2,"d2"', b'[2,"\\ud800"'),
        (b'[2,"d2"', b'[123456789012345678901234567890,"d2"'),
        (b'[2,"d2"', b'[2,{"a":1}'),
        (b'"stored",0,0,true', b'"stored",0,0,"yes"'),
    ],
)
def test_rows_that_the_database_refuses_change_nothing(
    opened: Callable[[str], Store], kind: str, old: bytes, new: bytes
) -> None:
    one, other = opened("sqlite"), opened(kind)
    fill(one)
    octets = altered(backup_of(one), old, new)
    assert octets != altered(backup_of(one), b"", b"")
    before = rows(other)
    with pytest.raises(BackupError, match="refuses"):
        bring_back(other, octets)
    assert rows(other) == before


def test_a_ledger_that_was_tampered_with_comes_back_as_it_was_and_is_named(
    opened: Callable[[str], Store], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    one, other = opened("sqlite"), opened("sqlite")
    fill(one)
    with one.write() as connection:
        connection.execute(sa.update(tables.ledger).values(kind="come"))
    file = tmp_path / "b"
    monkeypatch.setenv("DATABASE_URL", one.url)
    assert run(["backup", "--out", str(file)]) == 1
    assert "does not verify: entry 1: was changed" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", other.url)
    assert run(["restore", "--in", str(file)]) == 1
    assert "does not verify: entry 1: was changed" in capsys.readouterr().err
    assert rows(other)["ledger"][0]["kind"] == "come"


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_an_earlier_schema_is_brought_to_the_present_one(
    opened: Callable[[str], Store], kind: str, tmp_path: Path
) -> None:
    first = Store(f"sqlite:///{tmp_path}/first.db")
    schema.migrate(first.engine, to="0001")
    octets = backup_as_of(first, "0001")
    new = opened(kind)
    bring_back(new, octets)
    assert schema.lacking(new.engine) is None
    assert [row["key"] for row in rows(new)["delivery"]] == ["d1"]
    first.close()


def backup_as_of(store: Store, revision: str) -> bytes:
    """What `make_backup` of an earlier release wrote: its own columns."""
    from integration.backup_file import Header, Section, Writer

    sink = io.BytesIO()
    writer = Writer(sink)
    old = sa.MetaData()
    with store.write() as connection:
        old.reflect(connection)
        row = a_delivery(1, id=1, attempts=0, round=0, dispatched=True, takeovers=0)
        connection.execute(sa.insert(old.tables["delivery"]).values(row))
        writer.begin(Header("2026-11-24T00:00:00.000000Z", revision, 0, None, ledger.GENESIS))
        for name, table in old.tables.items():
            if name in {each.name for each in contents.kept_tables()}:
                octets = ("body",) if name == "delivery" else ()
                writer.section(Section(name, tuple(table.columns.keys()), octets))
                for each in connection.execute(sa.select(table)):
                    writer.row(each)
    writer.finish()
    return sink.getvalue()


def test_a_backup_holds_one_moment_although_the_service_goes_on(
    opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened("sqlite")
    fill(store)
    written: list[int] = []
    real = contents.rows_of

    def meanwhile(connection: sa.Connection, table: sa.Table) -> Iterator[Any]:
        if not written:
            with store.write() as other:
                written.append(deliveries.insert(other, a_delivery(3)) or 0)
        return real(connection, table)

    monkeypatch.setattr(contents, "rows_of", meanwhile)
    octets = backup_of(store)
    assert written == [3]
    new = opened("sqlite")
    bring_back(new, octets)
    assert [row["id"] for row in rows(new)["delivery"]] == [1, 2]


def test_memory_stays_flat(opened: Callable[[str], Store]) -> None:
    old, new = opened("sqlite"), opened("sqlite")
    body = b'{"text": "' + b"x" * 20_000 + b'"}'
    with old.write() as connection:
        insert = sa.insert(tables.delivery)
        values = {"attempts": 0, "round": 0, "takeovers": 0, "dispatched": True}
        for number in range(2_000):  # 40 MB
            connection.execute(insert, a_delivery(number, body=body) | values)
    tracemalloc.start()
    try:
        octets = backup_of(old)
        bring_back(new, octets)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(rows(new)["delivery"]) == 2_000
    assert peak < 25_000_000


_SLOW = """
import io, os, sys, time
from datetime import UTC, datetime
from integration import backup
from integration.store import Store, schema
real = schema.upgrade
def stop_here(connection, to="head"):
    real(connection, to=to)
    if to == "head":
        print("in the midst", flush=True)
        time.sleep(60)
schema.upgrade = stop_here
reader = backup.Reader(open(sys.argv[2], "rb"))
backup.restore_backup(Store(sys.argv[1]), reader, backup.Place.SAME, datetime.now(UTC))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_is_killed_leaves_nothing_half_made(
    opened: Callable[[str], Store], kind: str, tmp_path: Path
) -> None:
    store = opened(kind)
    fill(store)
    file = tmp_path / "b"
    file.write_bytes(backup_of(store))
    with store.write() as connection:
        deliveries.insert(connection, a_delivery(9))
    before = rows(store)
    slow = subprocess.Popen(
        [sys.executable, "-c", _SLOW, store.url, str(file)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert slow.stdout is not None
    with slow.stdout:
        assert slow.stdout.readline() == b"in the midst\n"
    os.kill(slow.pid, signal.SIGKILL)
    slow.wait()
    assert rows(store) == before
    bring_back(store, file.read_bytes(), Place.SAME)
    assert len(rows(store)["delivery"]) == 2


def command(monkeypatch: pytest.MonkeyPatch, url: str, *arguments: str) -> int:
    monkeypatch.setenv("DATABASE_URL", url)
    return run(list(arguments))


def test_the_commands_say_what_they_did(
    tmp_path: Path, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    store = opened("sqlite")
    fill(store)
    file = str(tmp_path / "desk.backup")
    assert command(monkeypatch, store.url, "backup", "--out", file) == 0
    assert "6 rows written; 1 ledger entries verify." in capsys.readouterr().out
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert command(monkeypatch, store.url, "restore", "--in", file, "--yes") == 0
    assert "6 rows restored; 1 ledger entries verify." in capsys.readouterr().out
    new = f"sqlite:///{tmp_path}/new.db"
    assert command(monkeypatch, new, "restore", "--in", file) == 0


def test_over_an_installation_the_command_asks_first(
    tmp_path: Path, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    store = opened("sqlite")
    fill(store)
    file = str(tmp_path / "desk.backup")
    command(monkeypatch, store.url, "backup", "--out", file)
    before = rows(store)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert command(monkeypatch, store.url, "restore", "--in", file) == 1
    error = capsys.readouterr().err
    assert "with 1 ledger entries" in error
    assert error.endswith("Nothing was changed.\n")
    assert rows(store) == before


def test_a_backup_may_go_through_a_pipe(opened: Callable[[str], Store]) -> None:
    store, new = opened("sqlite"), opened("sqlite")
    fill(store)
    deskclerk = f"{sys.executable} -m integration.cli"
    line = (
        f"DATABASE_URL={store.url} {deskclerk} backup --out /dev/stdout"
        f" | DATABASE_URL={new.url} {deskclerk} restore --in /dev/stdin"
    )
    ran = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, "rows written" in ran.stderr) == (0, True)
    assert "rows restored" in ran.stdout
    assert len(rows(new)["delivery"]) == 2


def test_a_file_that_is_no_backup_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other"
    file.write_text("hello")
    url = f"sqlite:///{tmp_path}/new.db"
    assert command(monkeypatch, url, "restore", "--in", str(file)) == 2
    told = capsys.readouterr().err
    assert told == f"error: {file}: is no backup of Deskclerk; nothing was changed\n"
    assert command(monkeypatch, url, "restore", "--in", str(tmp_path / "none")) == 2
    assert "No such file" in capsys.readouterr().err
