"""A database that fails the web service."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from integration.store import Store


@contextmanager
def broken(store: Store) -> Iterator[None]:
    """A database that does not answer, for a while."""

    def refuse(*_args: object) -> None:
        raise sa.exc.OperationalError("CONNECT", {}, Exception())

    sa.event.listen(store.engine, "engine_connect", refuse)
    yield
    sa.event.remove(store.engine, "engine_connect", refuse)
