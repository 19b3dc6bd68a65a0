"""Alembic's entry point; the connection is handed in by `integration.store.schema`."""

from alembic import context

from integration.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, version_table="deskclerk_version"
)
with context.begin_transaction():
    context.run_migrations()
