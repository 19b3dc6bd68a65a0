"""Fixtures that many tests share."""

import gc
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import is_hypothesis_test

from integration import engine
from integration.store import Store
from tests.fakes.desk import Desk, a_desk
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk
from tests.kept import keep
from tests.postgres_server import NoPostgresError, new_database, postgres_server

TESTS = Path(__file__).parent
_REPEATING = ("deploy", "faults", "properties")

# No test depends on timing: speed is measured in bench/. All else stays as it is here or in CI.
hypothesis.settings.register_profile("house", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("house")
keep()
# Seven thousand tests and what they share live to the end: seldom look whether they are garbage.
gc.set_threshold(700, 10, 200)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long version of the fault tests")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long, or is done one after the other, begins first: nobody waits for it then.

    What repeats a thing a hundred times is not traced: that would take as long again, and every
    line that it reaches has its own test. It comes last, so that what is kept after its first call
    was traced by then.
    """
    items.sort(key=_turn)
    for item in items:
        if _is_repeating(item):
            item.add_marker("no_cover")


def _turn(item: pytest.Item) -> int:
    if any(map(item.get_closest_marker, ("faults", "xdist_group"))):
        return 0
    return 2 if _is_repeating(item) else 1


def _is_repeating(item: pytest.Item) -> bool:
    folder = item.path.relative_to(TESTS).parts[0]
    return folder in _REPEATING or is_hypothesis_test(getattr(item, "obj", None))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the present schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "deskclerk.db"
    store = Store(f"sqlite:///{path}")
    engine.migrate(store)
    store.migrate()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own."""
    try:
        with postgres_server() as prefix:
            yield prefix
    except NoPostgresError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs PostgreSQL: {error}")
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")


@pytest.fixture(scope="session")
def migrated_database(postgres: str) -> str:
    """The name of a PostgreSQL database with the present schema, to be copied."""
    name = "migrated"
    store = Store(new_database(postgres, name))
    engine.migrate(store)
    store.migrate()
    store.close()
    return name


@pytest.fixture
def new_store_url(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path
) -> Callable[[str], str]:
    """Makes a migrated database of the kind asked for and returns its URL."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            path = tmp_path / f"{uuid.uuid4().hex}.db"
            shutil.copy(migrated_file, path)
            return f"sqlite:///{path}"
        prefix = request.getfixturevalue("postgres")
        template = request.getfixturevalue("migrated_database")
        return new_database(prefix, f"t{uuid.uuid4().hex}", template)

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_store(
    request: pytest.FixtureRequest, new_store_url: Callable[[str], str]
) -> Iterator[Store]:
    """The store on either database."""
    store = Store(new_store_url(request.param))
    yield store
    store.close()


@pytest.fixture
def store(new_store_url: Callable[[str], str]) -> Iterator[Store]:
    """The store on SQLite."""
    made = Store(new_store_url("sqlite"))
    yield made
    made.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def helpdesk(clock: FakeClock) -> FakeHelpdesk:
    return FakeHelpdesk(clock)


@pytest.fixture
def desk(store: Store, clock: FakeClock, helpdesk: FakeHelpdesk) -> Desk:
    """One installation on SQLite with fakes around it."""
    return a_desk(store, clock, helpdesk)


@pytest.fixture
def any_desk(any_store: Store, clock: FakeClock, helpdesk: FakeHelpdesk) -> Desk:
    """The same on either database."""
    return a_desk(any_store, clock, helpdesk)
