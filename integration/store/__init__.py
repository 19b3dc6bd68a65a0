"""The store: tables, migrations, and named queries. Nothing else writes SQL."""

from integration.store import (  # noqa: F401 - the list of all tables is whole with them
    chat_tables,
    console_tables,
    model_tables,
)
from integration.store.store import Store, StoreBusy, StoreError, StoreUnavailable, lock_head

__all__ = ["Store", "StoreBusy", "StoreError", "StoreUnavailable", "lock_head"]
