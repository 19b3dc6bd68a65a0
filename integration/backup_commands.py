"""The commands that write an installation to a file and bring it back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration.asking import agree
from integration.complaints import OperationFailed

if TYPE_CHECKING:
    from integration.backup import Done, Look
    from integration.backup_file import Header, Reader
    from integration.store import Store

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--out", "sink", type=_FILE, required=True, help="The file to write.")
def backup(*, sink: Path) -> None:
    """Write the whole installation to one file, while the service goes on.

    The file holds customers' words. Keep SECRET_KEY apart from it: stored tokens are sealed.
    """
    from integration.backup import make_backup
    from integration.clock import SystemClock
    from integration.files import whole_file
    from integration.settings import read_settings
    from integration.wiring import open_installation

    with open_installation(read_settings()) as store, whole_file(sink) as file:
        made = make_backup(store, file.buffer, SystemClock().now())
    # Of a pipe, the backup itself may go to standard output.
    _say("written", made, apart=not sink.is_file())


@click.command()
@click.option("--in", "source", type=_FILE, required=True, help="The file that was written.")
@click.option("--yes", is_flag=True, help="Replace what the database holds without asking.")
def restore(*, source: Path, yes: bool) -> None:
    """Bring an installation back, into an empty database or over the same installation.

    Stop web and workers first. All of it is restored, or nothing is changed.
    """
    from integration.backup import restore_backup
    from integration.backup_file import BackupError, Reader
    from integration.clock import SystemClock
    from integration.settings import read_settings
    from integration.wiring import open_store

    with source.open("rb") as file, open_store(read_settings()) as store:
        try:
            reader = Reader(file)
            look = _looked(store, reader)
            if look.entries and not yes:
                agree(_question(look, reader.header), otherwise="Nothing was changed.", err=True)
            done = restore_backup(store, reader, look.place, SystemClock().now())
        except BackupError as error:
            raise BackupError(f"{source}: {error}; nothing was changed") from None
    _say("restored", done)


def _looked(store: "Store", reader: "Reader") -> "Look":
    from integration.backup import look

    with store.read() as connection:
        return look(connection, reader.header)


def _question(look: "Look", header: "Header") -> str:
    return (
        f"The database holds this installation with {look.entries} ledger entries; the backup of "
        f"{header.made_at[:19]}Z has {header.entries}. Replace what the database holds?"
    )


def _say(what: str, done: "Done", *, apart: bool = False) -> None:
    verdict = done.verdict
    if verdict.fault:
        raise OperationFailed(
            f"{done.rows} rows {what}, but the ledger among them does not verify: {verdict.fault}"
        )
    click.echo(
        f"{done.rows} rows {what}; {verdict.entries} ledger entries verify. "
        f"Last digest: {verdict.head}",
        err=apart,
    )
