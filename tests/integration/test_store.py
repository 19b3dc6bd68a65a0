"""The store: migrations, transactions, turns, and what a broken database says."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from integration.store import Store, StoreError, StoreUnavailable, facts, schema, tables
from tests.faults.harness import ROOT

_MIGRATE = "import sys; from integration.store import Store; Store(sys.argv[1]).migrate()"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_several_processes_may_migrate_at_once(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    if kind == "postgres":
        from tests.postgres_server import new_database

        url = new_database(request.getfixturevalue("postgres"), "migrated_at_once")
    started = [subprocess.Popen([sys.executable, "-c", _MIGRATE, url], cwd=ROOT) for _ in range(4)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0, 0]


OLD = {
    "id": "", "delivery_id": 1, "ticket_id": 1, "comment_id": 1, "state": "applied",
    "outcome": "reply", "guarded": False, "decided_at": 1.0, "watched_from": 1.0,
    "comment_ids": "[]", "decision": None,
}  # fmt: skip


def test_what_is_counted_of_older_decisions_is_taken_from_their_texts(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/old.db")
    schema.migrate(store.engine, to="0002")
    seen = {
        "answered": ("opening", 0.93, "en", "match.faq"),
        "left": (None, 0.31, "zh-tw", "abstain.no_match"),
        "held": (None, 0.0, None, "regulatory.complaint"),
    }
    with store.write() as connection:
        insert = sa.insert(sa.table("decision", *map(sa.column, OLD)))
        for number, (key, (faq, score, language, code)) in enumerate(seen.items()):
            text = json.dumps(
                {"faq": faq, "score": score, "language": language, "reasons": [{"code": code}]}
            )
            row = {"id": key, "ticket_id": number, "decision": text}
            connection.execute(insert, OLD | row)
        connection.execute(insert, OLD | {"id": "erased", "ticket_id": 9})
    store.migrate()
    table = tables.decision.c
    with store.read() as connection:
        query = sa.select(table.id, table.faq, table.score, table.language)
        rows = {row[0]: tuple(row[1:]) for row in connection.execute(query)}
    assert rows == {
        "answered": ("opening", 0.93, "en"),
        "left": (None, 0.31, None),
        "held": (None, None, None),
        "erased": (None, None, None),
    }


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("I am no database, just a rather long text file. " * 50)
    store = Store(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(StoreUnavailable), store.answering():
        store.migrate()


def test_a_folder_that_can_t_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="DESKCLERK_HOME"):
        Store(f"sqlite:///{tmp_path}/file/x.db")


def test_an_error_does_not_quote_what_was_to_be_stored(store: Store) -> None:
    def store_nothing() -> None:
        with store.write() as connection:
            connection.execute(
                sa.text("INSERT INTO fact (name, value, at) VALUES (:name, NULL, 0)"),
                {"name": "CANARY"},
            )

    with pytest.raises(sa.exc.IntegrityError) as caught:
        store_nothing()
    assert "CANARY" not in str(caught.value)


def test_writers_of_many_threads_all_get_their_turn(store: Store) -> None:
    def count_up() -> None:
        for _ in range(20):
            with store.write() as connection:
                connection.execute(sa.text("UPDATE ledger_head SET seq = seq + 1"))

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.execute(sa.text("SELECT seq FROM ledger_head")).scalar() == 120


def test_the_turn_is_given_back_after_a_failure(store: Store) -> None:
    def fail() -> None:
        with store.write() as connection:
            facts.put(connection, "x", 1, 0.0)
            raise RuntimeError

    for _ in range(3):
        with pytest.raises(RuntimeError):
            fail()
    with store.write() as connection:
        assert facts.get(connection, "x") is None


def test_a_turn_that_a_raw_connection_holds_is_waited_for(
    store: Store, new_store_url: Callable[[str], str]
) -> None:
    del new_store_url
    path = sa.make_url(store.url).database or ""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Event()

    def write() -> None:
        with store.write() as connection:
            facts.put(connection, "x", 1, 0.0)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert not done.wait(0.2)
    other.execute("COMMIT")
    thread.join(timeout=20)
    assert done.is_set()
    other.close()
