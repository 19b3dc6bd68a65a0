"""What was made or taken over at the helpdesk by `connect`."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from integration.store.tables import made as table

OURS: Final = "ours"  # made by this installation: `uninstall` removes it
THEIRS: Final = "theirs"  # was there before: `uninstall` leaves it


@dataclass(frozen=True, slots=True)
class Made:
    """One thing at the helpdesk. `part` says what it is for; `vendor_id` is Zendesk's own id."""

    part: str
    kind: str
    vendor_id: str
    origin: str
    at: float


_ALL = sa.select(
    table.c.part, table.c.kind, table.c.vendor_id, table.c.origin, table.c.at
).order_by(table.c.at, table.c.part)


def put(connection: sa.Connection, row: Made) -> None:
    """Keep a thing in place of what was kept for its part. The caller holds the ledger's turn."""
    forget(connection, row.part)
    connection.execute(
        sa.insert(table).values(
            part=row.part, kind=row.kind, vendor_id=row.vendor_id, origin=row.origin, at=row.at
        )
    )


def listed(connection: sa.Connection) -> list[Made]:
    """Everything, the oldest first."""
    return [Made(*row) for row in connection.execute(_ALL)]


def forget(connection: sa.Connection, part: str) -> bool:
    """Forget a part; False if it was not kept."""
    return connection.execute(sa.delete(table).where(table.c.part == part)).rowcount == 1
