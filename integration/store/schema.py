"""Brings a database to the present schema. Safe to call from several processes at once."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

# Any fixed number does; it only has to be ours. "desk" in ASCII.
_ADVISORY_LOCK = 0x6465736B


def migrate(engine: sa.Engine, *, to: str = "head") -> None:
    """Run every migration that the database lacks, up to one, forward only."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})"))
            connection.commit()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
            connection.commit()
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(sa.text(f"SELECT pg_advisory_unlock({_ADVISORY_LOCK})"))
                connection.commit()
