"""What the tests of a deployment share."""

from pathlib import Path

import psycopg
import pytest

from tests.deploy.platform import Where, build_release
from tests.postgres_server import new_database


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of the installed package are."""
    return build_release(tmp_path_factory.mktemp("release"))


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Makes an empty database; PostgreSQL with as few connections as the smallest plan gives."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/disk/deskclerk.db"
        name = f"deploy_{tmp_path.name}"[:60]
        url = new_database(request.getfixturevalue("postgres"), name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE ROLE "{name}" LOGIN CONNECTION LIMIT 20')
            connection.execute(f'ALTER DATABASE "{name}" OWNER TO "{name}"')
            connection.execute(f'ALTER SCHEMA public OWNER TO "{name}"')
        # As Heroku writes it.
        return url.replace("postgresql://desk@", f"postgres://{name}@")

    return make
