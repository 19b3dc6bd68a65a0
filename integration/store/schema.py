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
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            connection.commit()
        try:
            upgrade(connection, to=to)
            connection.commit()
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(sa.text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
                connection.commit()


def upgrade(connection: sa.Connection, *, to: str = "head") -> None:
    """The same over one connection, and within its transaction if one has begun."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def present() -> str:
    """The schema that this release works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(revision: str) -> bool:
    """Whether a schema is the present one or one before it."""
    script = ScriptDirectory.from_config(_config())
    return revision in {known.revision for known in script.walk_revisions()}


def found(engine: sa.Engine) -> str | None:
    """The schema that a database has; None if it holds no installation."""
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        return MigrationContext.configure(connection, opts=options).get_current_revision()


def lacking(engine: sa.Engine) -> str | None:
    """What a database has instead of the present schema, in words; None if it has it."""
    has = found(engine)
    return None if has == present() else f"{has or 'none'} instead of {present()}"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
