"""Finding a kept version by its beginning."""

import sqlalchemy as sa


def versions_like(connection: sa.Connection, table: sa.Table, start: str) -> list[str]:
    """The versions that begin so, with or without the name of their digest before them."""
    query = sa.select(table.c.version).order_by(table.c.version)
    return [
        version
        for version in connection.execute(query).scalars()
        if start and (version.startswith(start) or version.partition(":")[2].startswith(start))
    ]
