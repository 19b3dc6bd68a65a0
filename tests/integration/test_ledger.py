"""The ledger: what verifies, and every way in which it must not."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from integration import ledger
from integration.ledger import Entry
from integration.store import Store, tables

AT = "2026-11-23T09:00:00.000000Z"


def some_chain(length: int) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    previous = ledger.GENESIS
    for seq in range(1, length + 1):
        entry = {
            "seq": seq, "at": AT, "kind": "decided", "ticket_id": seq, "decision_id": f"d{seq}",
            "body": {"outcome": "reply", "score": 0.5}, "previous": previous,
        }  # fmt: skip
        previous = ledger.digest_of(entry)
        chain.append({**entry, "digest": previous})
    return chain


def test_an_untouched_chain_verifies(any_store: Store) -> None:
    with any_store.write() as connection:
        ledger.append(connection, AT, [Entry("a", {"n": 1}, 1, "d"), Entry("b", {"t": "é"})])
    with any_store.write() as connection:
        ledger.append(connection, AT, [Entry("c", {})])
    verdict = ledger.verify(ledger.read_entries(any_store), head=ledger.head_of(any_store))
    assert (verdict.entries, verdict.fault) == (3, None)


def test_an_empty_chain_verifies(store: Store) -> None:
    assert ledger.verify(ledger.read_entries(store), head=ledger.head_of(store)).fault is None


def test_a_rolled_back_entry_leaves_no_gap(any_store: Store) -> None:
    def append_and_break() -> None:
        with any_store.write() as connection:
            ledger.append(connection, AT, [Entry("lost", {})])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        append_and_break()
    with any_store.write() as connection:
        ledger.append(connection, AT, [Entry("kept", {})])
    assert [entry["seq"] for entry in ledger.read_entries(any_store)] == [1]


def test_a_changed_body_in_the_database_is_found(store: Store) -> None:
    with store.write() as connection:
        ledger.append(connection, AT, [Entry("a", {"outcome": "reply"}), Entry("b", {})])
        connection.execute(
            sa.update(tables.ledger).where(tables.ledger.c.seq == 1).values(body='{"outcome":"x"}')
        )
    assert "entry 1: was changed" in str(ledger.verify(ledger.read_entries(store)).fault)


def test_a_body_that_is_no_json_any_more_is_found(store: Store) -> None:
    with store.write() as connection:
        ledger.append(connection, AT, [Entry("a", {})])
        connection.execute(sa.update(tables.ledger).values(body="{"))
    assert ledger.verify(ledger.read_entries(store)).fault is not None


def test_a_cut_off_end_is_found_by_a_head_known_from_elsewhere() -> None:
    chain = some_chain(5)
    assert ledger.verify(chain[:3], head=chain[4]["digest"]).fault is not None
    assert ledger.verify(chain, head=chain[2]["digest"]).fault is None


def test_many_entries_are_read_in_batches(store: Store) -> None:
    with store.write() as connection:
        ledger.append(connection, AT, [Entry("a", {"n": n}) for n in range(25)])
    entries = list(ledger.read_entries(store, batch=10))
    assert [entry["seq"] for entry in entries] == list(range(1, 26))


@given(st.integers(0, 5), st.sampled_from(["seq", "at", "kind", "ticket_id", "decision_id"]))
def test_any_changed_field_is_found(index: int, key: str) -> None:
    chain = some_chain(6)
    chain[index] = {**chain[index], key: "other"}
    assert ledger.verify(chain).fault is not None


@given(st.integers(0, 4))
def test_any_removed_entry_is_found(index: int) -> None:
    chain = some_chain(6)
    assert ledger.verify(chain[:index] + chain[index + 1 :]).fault is not None


@given(st.integers(0, 5), st.integers(0, 5))
def test_any_two_swapped_entries_are_found(one: int, other: int) -> None:
    chain = some_chain(6)
    chain[one], chain[other] = chain[other], chain[one]
    assert (ledger.verify(chain).fault is None) == (one == other)


@given(st.integers(0, 6))
def test_any_inserted_entry_is_found(index: int) -> None:
    chain = some_chain(6)
    extra = some_chain(7)[6]
    assert ledger.verify([*chain[:index], extra, *chain[index:]]).fault is not None or index == 6


def test_a_recomputed_entry_is_found_by_its_successor() -> None:
    chain = some_chain(3)
    forged = {**chain[1], "body": {"outcome": "ignore"}}
    forged["digest"] = ledger.digest_of(forged)
    assert ledger.verify([chain[0], forged, chain[2]]).fault == (
        "entry 3: does not follow from its predecessor"
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(json_values, max_size=4))
def test_verifying_never_raises(entries: list[Any]) -> None:
    assert ledger.verify(entries).entries <= len(entries)


@given(json_values)
def test_an_entry_with_any_other_body_is_found(body: Any) -> None:
    original = some_chain(1)[0]
    same = ledger.canonical(body) == ledger.canonical(original["body"])
    assert (ledger.verify([{**original, "body": body}]).fault is None) == same


def test_export_lines_verify_as_they_are(store: Store) -> None:
    with store.write() as connection:
        ledger.append(connection, AT, [Entry("a", {"text": "ü", "score": 0.25}, 7, "d")])
    lines = [ledger.canonical(entry) for entry in ledger.read_entries(store)]
    assert ledger.verify(json.loads(line) for line in lines).fault is None
