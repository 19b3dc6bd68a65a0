"""What the mail reader read of the active policy: kept, so that the next start takes seconds.

It can be read again at any time, so it stands in no backup.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from integration.store.inserts import insert_once
from integration.store.model_tables import reading as table
from integration.store.store import Store

_BATCH = 500  # rows of a transaction: nobody waits long for their turn to write
_INSERT = insert_once(table, "digest")
Row = dict[str, Any]
_DELETE = sa.delete(table).where(table.c.digest == sa.bindparam("gone"))


def kept(connection: sa.Connection) -> dict[str, bytes]:
    """Everything that is kept, by digest."""
    rows = connection.execute(sa.select(table.c.digest, table.c.vector))
    return {digest: bytes(vector) for digest, vector in rows}


def keep(store: Store, used: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    """Keep what was used, and nothing else of what was kept before.

    Raises StoreUnavailable; what was kept up to then stays.
    """
    gone = [{"gone": key} for key in sorted(before) if used.get(key) != before[key]]
    new = [key for key in sorted(used) if before.get(key) != used[key]]
    for rows in _batches(gone):
        with store.write() as connection:
            connection.execute(_DELETE, rows)
    for rows in _batches([{"digest": key, "vector": used[key]} for key in new]):
        with store.write() as connection:
            connection.execute(_INSERT[connection.dialect.name], rows)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
