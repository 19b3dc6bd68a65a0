"""The ledger: append-only, each entry carries the digest of its predecessor.

An entry is a JSON object with the keys seq, at, kind, ticket_id, decision_id, body, previous and
digest. `digest` is SHA-256, in hex, over the canonical JSON (sorted keys, no blanks, ASCII) of the
other seven. `verify` needs neither the service nor its database: only the entries.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store import Store, lock_head, tables

GENESIS = "0" * 64
_KEYS = ("seq", "at", "kind", "ticket_id", "decision_id", "body", "previous")


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened. `body` holds codes, ids, counts and digests; never text of a customer."""

    kind: str
    body: Mapping[str, Any]
    ticket_id: int | None = None
    decision_id: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many entries hold, the last digest, and the first fault if any."""

    entries: int
    head: str
    fault: str | None


def canonical(value: object) -> str:
    """The one way to write a JSON value: sorted keys, no blanks, ASCII.

    ASCII, because customers' texts hold half surrogates and the like, which no database takes.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest_of(entry: Mapping[str, Any]) -> str:
    """The digest of an entry as `verify` recomputes it."""
    covered = {key: entry[key] for key in _KEYS}
    return hashlib.sha256(canonical(covered).encode("ascii")).hexdigest()


_HEAD = tables.ledger_head
_READ_HEAD = sa.select(_HEAD.c.seq, _HEAD.c.digest).where(_HEAD.c.id == 1)
_MOVE_HEAD = (
    sa.update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(seq=sa.bindparam("to_seq"), digest=sa.bindparam("to_digest"))
)
_INSERT = sa.insert(tables.ledger)


def append(connection: sa.Connection, at: str, entries: Iterable[Entry]) -> str:
    """Append entries within the caller's transaction and return the new last digest."""
    lock_head(connection)
    seq, previous = connection.execute(_READ_HEAD).one()
    rows = []
    for entry in entries:
        seq += 1
        row: dict[str, Any] = {
            "seq": seq,
            "at": at,
            "kind": entry.kind,
            "ticket_id": entry.ticket_id,
            "decision_id": entry.decision_id,
            "body": dict(entry.body),
            "previous": previous,
        }
        previous = digest_of(row)
        rows.append({**row, "body": canonical(row["body"]), "digest": previous})
    if rows:
        connection.execute(_INSERT, rows)
        connection.execute(_MOVE_HEAD, {"to_seq": seq, "to_digest": previous})
    return str(previous)


def end_of(connection: sa.Connection) -> tuple[int, str]:
    """Where the chain ends now: the last entry's number and digest."""
    seq, digest = connection.execute(_READ_HEAD).one()
    return int(seq), str(digest)


def anchor_of(connection: sa.Connection) -> str:
    """The same as a note on a ticket says it."""
    seq, digest = end_of(connection)
    return f"{seq}:{digest}"


def verify(entries: Iterable[Any], *, head: str | None = None) -> Verdict:
    """Check a chain from its first entry on. Total: any value is either fine or a fault.

    Finds changed, removed, inserted and reordered entries. Entries cut off at the end are found
    when `head`, the last digest known from elsewhere (an export, a note on a ticket), is given.
    """
    previous, count, seen_head = GENESIS, 0, head is None or head == GENESIS
    for entry in entries:
        fault = _fault_of(entry, count + 1, previous)
        if fault:
            return Verdict(count, previous, f"entry {count + 1}: {fault}")
        count += 1
        previous = entry["digest"]
        seen_head = seen_head or previous == head
    if not seen_head:
        return Verdict(count, previous, f"the chain ends at entry {count} before the given head")
    return Verdict(count, previous, None)


def _fault_of(entry: Any, seq: int, previous: str) -> str | None:
    if not isinstance(entry, Mapping) or set(entry) != {*_KEYS, "digest"}:
        return "is not an entry with exactly the eight keys"
    if entry["seq"] != seq or isinstance(entry["seq"], bool):
        return "is out of sequence; one was removed, inserted or moved before it"
    if entry["previous"] != previous:
        return "does not follow from its predecessor"
    try:
        expected = digest_of(entry)
    except (TypeError, ValueError, RecursionError):
        return "can't be read"
    return None if entry["digest"] == expected else "was changed"


def read_entries(store: Store, *, batch: int = 1000) -> Iterable[dict[str, Any]]:
    """Every entry in order, as `verify` and an export want it. Memory stays flat."""
    last = 0
    while True:
        with store.read() as connection:
            entries = _entries_after(connection, last, batch)
        yield from entries
        if len(entries) < batch:
            return
        last = entries[-1]["seq"]


def entries_in(connection: sa.Connection, *, batch: int = 1000) -> Iterable[dict[str, Any]]:
    """The same within a transaction."""
    last = 0
    while entries := _entries_after(connection, last, batch):
        yield from entries
        last = entries[-1]["seq"]


def _entries_after(connection: sa.Connection, last: int, most: int) -> list[dict[str, Any]]:
    table = tables.ledger
    query = sa.select(table).where(table.c.seq > last).order_by(table.c.seq).limit(most)
    rows = connection.execute(query).mappings()
    return [{**row, "body": _body_of(row["body"])} for row in rows]


def _body_of(text: str) -> Any:
    # A row that was tampered with must reach the verifier, not crash its reader.
    try:
        return json.loads(text)
    except ValueError:
        return text


def newest(store: Store, *, limit: int, kind: str | None = None) -> list[dict[str, Any]]:
    """The last entries, or those of a kind, the newest first."""
    query = sa.select(tables.ledger).order_by(tables.ledger.c.seq.desc()).limit(limit)
    if kind is not None:
        # Written out: SQLite uses an index over some rows only where it sees that they suffice.
        query = query.where(tables.ledger.c.kind == sa.literal(kind, literal_execute=True))
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [{**row, "body": _body_of(row["body"])} for row in rows]


def head_of(store: Store) -> str:
    """The last digest as the store has it."""
    with store.read() as connection:
        head = tables.ledger_head
        return str(connection.execute(sa.select(head.c.digest).where(head.c.id == 1)).scalar())
