"""From the first schema, with data in it, to the present one."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from integration import ledger
from integration.brake import read_brake
from integration.ledger_files import verify_store
from integration.store import Store, decisions, deliveries, schema, tables
from tests.faults.harness import ROOT
from tests.postgres_server import new_database

FIRST = Path(__file__).resolve().parents[1] / "data" / "first"
LEFT = "left-by-the-first-release"
OUTCOMES = {1: "reply", 2: "suggest", 3: "escalate", 4: "abstain", 5: "escalate", 6: "escalate"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def first_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the first schema and what stood in it."""
    if request.param == "sqlite":
        path = tmp_path / "first.db"
        with sqlite3.connect(path) as connection:
            connection.executescript((FIRST / "sqlite.sql").read_text("utf-8"))
        connection.close()
        return f"sqlite:///{path}"
    url = new_database(request.getfixturevalue("postgres"), f"first_{tmp_path.name}"[:60])
    with psycopg.connect(url) as connected:
        connected.execute((FIRST / "postgresql.sql").read_bytes())
    return url


@pytest.fixture
def brought_up(first_url: str) -> Iterator[Store]:
    """The same with the present schema."""
    store = Store(first_url)
    store.migrate()
    yield store
    store.close()


def test_every_decision_is_there_and_can_be_read(brought_up: Store) -> None:
    with brought_up.read() as connection:
        rows = [decisions.latest_for_ticket(connection, ticket) for ticket in OUTCOMES]
        found = {row.ticket_id: row.outcome for row in rows if row is not None}
        texts = [decisions.text_of(connection, row.id) for row in rows if row is not None]
        effects = [decisions.effects_of(connection, row.id) for row in rows if row is not None]
    assert found == OUTCOMES
    assert {json.loads(text or "{}").get("faq") for _, text in texts} == {
        "reset_password",
        "opening_hours",
        None,
    }
    assert "🐝" in json.dumps(json.loads(texts[3][0] or "{}"), ensure_ascii=False)
    assert sum(effect.public for each in effects for effect in each) == 1


def test_the_ledger_still_verifies_and_goes_on(brought_up: Store) -> None:
    before = verify_store(brought_up, None)
    with brought_up.write() as connection:
        ledger.append(connection, "2026-11-30T00:00:00.000000Z", [ledger.Entry("resumed", {})])
    after = verify_store(brought_up, before.head)
    assert (before.fault, after.fault) == (None, None)
    assert after.entries == before.entries + 1 > len(OUTCOMES)


def test_the_brake_is_still_pulled(brought_up: Store) -> None:
    with brought_up.read() as connection:
        assert read_brake(connection).everything


def test_what_was_accepted_and_not_finished_gets_its_task(brought_up: Store) -> None:
    with brought_up.write() as connection:
        taken = deliveries.take_undispatched(connection, limit=10)
    assert [(row.key, row.state) for row in taken] == [(LEFT, "stored")]


def test_new_deliveries_are_numbered_after_the_old_ones(brought_up: Store) -> None:
    values = {
        "key": "new", "source": "webhook", "kind": "trigger", "event_type": None, "ticket_id": 7,
        "body": b"{}", "body_digest": "0" * 64, "received_at": 1.0, "state": "stored",
    }  # fmt: skip
    with brought_up.write() as connection:
        old = connection.execute(sa.select(sa.func.max(tables.delivery.c.id))).scalar_one()
        assert deliveries.insert(connection, values) == old + 1


def test_it_has_what_a_new_database_has(
    brought_up: Store, new_store_url: Callable[[str], str]
) -> None:
    new = Store(new_store_url("sqlite" if brought_up.is_sqlite else "postgres"))
    assert schema.lacking(brought_up.engine) is None
    assert shape(brought_up) == shape(new)
    new.close()


def shape(store: Store) -> dict[str, tuple[set[str], set[str | None]]]:
    """By table: its columns, with what may be null, and its indexes."""
    inspector = sa.inspect(store.engine)
    return {
        name: (
            {f"{column['name']} {column['nullable']}" for column in inspector.get_columns(name)},
            {index["name"] for index in inspector.get_indexes(name)},
        )
        for name in tables.metadata.tables
    }


def test_it_may_be_brought_up_by_several_processes_at_once_and_again(first_url: str) -> None:
    code = "import sys; from integration.store import Store; Store(sys.argv[1]).migrate()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, first_url], cwd=ROOT) for _ in range(3)
    ]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    store = Store(first_url)
    store.migrate()
    assert schema.lacking(store.engine) is None
    assert verify_store(store, None).fault is None
    store.close()
