"""What the mail reader read of the active policy: kept, so that the next start takes seconds.

It can be read again at any time, so it stands in no backup.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

import sqlalchemy as sa

from integration.store.inserts import insert_once
from integration.store.model_tables import reading as table
from integration.store.store import Store

_BATCH = 500  # rows at once: they take little memory, and nobody waits long for a turn to write
_INSERT = insert_once(table, "digest")
_DELETE = sa.delete(table).where(table.c.digest == sa.bindparam("gone"))

Row = TypeVar("Row")


def find(store: Store, digests: Sequence[str]) -> dict[str, bytes]:
    """What is kept of these digests. Raises StoreUnavailable."""
    found: dict[str, bytes] = {}
    with store.read() as connection:
        for some in _batches(digests):
            query = sa.select(table.c.digest, table.c.vector).where(table.c.digest.in_(some))
            found |= {digest: bytes(vector) for digest, vector in connection.execute(query)}
    return found


def keep(store: Store, used: AbstractSet[str], new: Mapping[str, bytes]) -> None:
    """Keep what is new, and of what was kept before only what was used.

    Raises StoreUnavailable; what was kept up to then stays.
    """
    with store.read() as connection:
        before = set(connection.execute(sa.select(table.c.digest)).scalars())
    # What was read again had been damaged.
    gone = sorted((before - used) | (before & new.keys()))
    for digests in _batches(gone):
        with store.write() as connection:
            connection.execute(_DELETE, [{"gone": digest} for digest in digests])
    for digests in _batches(sorted(new)):
        with store.write() as connection:
            rows = [{"digest": digest, "vector": new[digest]} for digest in digests]
            connection.execute(_INSERT[connection.dialect.name], rows)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
