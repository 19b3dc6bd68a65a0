"""Inserting what another process may be inserting at this moment."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(table: sa.Table, *key: str) -> dict[str, Any]:
    """By the name of a dialect: an insert that does nothing where a row has that key already."""
    return {
        name: dialect.insert(table).on_conflict_do_nothing(index_elements=list(key))
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
