"""The console's queries, on both databases."""

from dataclasses import replace

import sqlalchemy as sa

from integration import ledger
from integration.policy_history import Activation, activations
from integration.store import Store, attempts, decisions, register, sessions
from integration.store.contents import kept_tables
from integration.store.register import Wanted
from integration.store.sessions import SessionRow
from tests.fakes.desk import Desk

ROW = SessionRow("d1", 7, "Ada", "agent", 1.0, 2.0, 1.0, 100.0)


def test_sessions_begin_change_and_end(any_store: Store) -> None:
    with any_store.write() as connection:
        sessions.begin(connection, ROW)
        sessions.begin(connection, replace(ROW, digest="d2", user_id=None, seen_at=3.0))
        sessions.begin(connection, replace(ROW, digest="d3", expires_at=50.0))
        sessions.change(connection, "d1", role="lead", seen_at=9.0)
    with any_store.write() as connection:
        assert sessions.get(connection, "d1") == replace(ROW, role="lead", seen_at=9.0)
        assert [row.digest for row in sessions.listed(connection, now=60.0)] == ["d1", "d2"]
        sessions.prune(connection, now=60.0)
        assert sessions.get(connection, "d3") is None
        assert sessions.end_all_of(connection, None) == 1
        assert sessions.end(connection, "d1")
        assert not sessions.end(connection, "d1")


def test_attempts_are_counted_in_their_bucket_and_time(any_store: Store) -> None:
    with any_store.write() as connection:
        for at in (10.0, 20.0, 30.0):
            attempts.add(connection, "a", now=at)
        attempts.add(connection, "b", now=30.0)
        assert attempts.count(connection, "a", since=10.0) == 2
        attempts.prune(connection, before=30.0)
        assert attempts.count(connection, "a", since=0.0) == 1


def test_the_register_lists_and_counts(any_desk: Desk) -> None:
    for number, words in ((1, "password"), (2, "complaint"), (3, "hello")):
        any_desk.helpdesk.customer_opens(number, words, requester_id=number)
        any_desk.handle(number)
    with any_desk.store.read() as connection:
        found = register.listed(connection, Wanted(), None, limit=2)
        assert [entry.ticket_id for entry in found] == [3, 2]
        place = (found[-1].decided_at, found[-1].id)
        assert [e.ticket_id for e in register.listed(connection, Wanted(), place, limit=2)] == [1]
        guarded = register.listed(connection, Wanted(guarded=True), None, limit=9)
        assert [entry.ticket_id for entry in guarded] == [2]
        answered = register.listed(connection, Wanted(faq="reset_password"), None, limit=9)
        assert [entry.outcome for entry in answered] == ["reply"]
        assert register.by_answer(connection, 0.0) == {"reset_password": {"reply": 1}}
        [row] = register.of_ticket(connection, 3)
        assert decisions.get(connection, row.id) == row


def test_the_tables_of_the_moment_are_in_no_backup(any_store: Store) -> None:
    names = {table.name for table in kept_tables()}
    assert not {"session", "attempt"} & names
    with any_store.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM session")).scalar() == 0


def test_activations_of_policies_are_found_among_other_entries(any_store: Store) -> None:
    with any_store.write() as connection:
        entries = [
            ledger.Entry("policy_activated", {"version": "sha256:a", "by": "Ada Admin (7)"}),
            ledger.Entry("paused", {"by": "Ada"}),
            ledger.Entry("policy_activated", {"version": "sha256:b"}),
            ledger.Entry("resumed", {"by": "Ada"}),
        ]
        ledger.append(connection, "2026-11-30T12:00:00.000000+00:00", entries)
    found = activations(any_store, limit=5)
    at = 1796040000.0
    assert found == [Activation("sha256:b", at, ""), Activation("sha256:a", at, "Ada Admin (7)")]
    assert [each.name for each in found] == ["", "Ada Admin"]
    assert activations(any_store, limit=1) == found[:1]
