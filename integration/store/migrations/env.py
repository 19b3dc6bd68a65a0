"""Alembic's entry point; the connection is handed in by `integration.store.schema`."""

from alembic import context

from integration.store.schema import VERSION_TABLE
from integration.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
