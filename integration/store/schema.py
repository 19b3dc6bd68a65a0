"""Brings a database to the present schema. Safe to call from several processes at once."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

# Any fixed number does; it only has to be ours. "desk" in ASCII.
ADVISORY_LOCK = 0x6465736B
VERSION_TABLE = "deskclerk_version"


def migrate(engine: sa.Engine, *, to: str = "head") -> None:
    """Run every migration that the database lacks, up to one, forward only."""
    config = _config()
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            connection.commit()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
            connection.commit()
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(sa.text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
                connection.commit()


def lacking(engine: sa.Engine) -> str | None:
    """What a database has instead of the present schema, in words; None if it has it."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        present = MigrationContext.configure(connection, opts=options).get_current_revision()
    if present == head:
        return None
    return f"{present or 'none'} instead of {head}"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
