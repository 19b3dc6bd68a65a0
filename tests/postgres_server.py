"""A real PostgreSQL server of our own for tests: made in a folder, gone with it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class NoPostgresError(Exception):
    """No server binaries on this machine."""


def find_binaries() -> Path:
    """The folder with initdb and postgres, the newest version first."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3]
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgresError("no PostgreSQL server: apt-get install postgresql")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Start a server on a free loopback port; yields a URL prefix without a database name."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="deskclerk-pg-"))
    # The server refuses to run as root.
    user: list[str] = []
    if os.geteuid() == 0:
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        os.chown(folder, 65534, 65534)
    data = folder / "data"
    subprocess.run(
        [*user, binaries / "initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8"],
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        cwd=folder,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=300"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    control = [*user, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [*control, "-o", options, "-l", str(folder / "log"), "start"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    try:
        yield f"postgresql://desk@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder
        )
        shutil.rmtree(folder, ignore_errors=True)


def new_database(prefix: str, name: str, template: str = "template1") -> str:
    """Make an empty database, or a copy of another, and return its URL."""
    with psycopg.connect(f"{prefix}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{prefix}/{name}"
