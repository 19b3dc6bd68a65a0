"""A web service on a socket, and a database that fails it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from connectors.loopback import LoopbackServer
from integration.store import Store


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """An application on a socket of this machine."""
    server = LoopbackServer("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.cut_connections()
        server.server_close()


@contextmanager
def broken(store: Store) -> Iterator[None]:
    """A database that does not answer, for a while."""

    def refuse(*_args: object) -> None:
        raise sa.exc.OperationalError("CONNECT", {}, Exception())

    sa.event.listen(store.engine, "engine_connect", refuse)
    yield
    sa.event.remove(store.engine, "engine_connect", refuse)
