"""The command line. Errors are one line; exit code 2 for bad input, 1 for a failed operation."""

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration.backup_commands import backup, restore
from integration.clock import iso
from integration.complaints import OperationFailed, complaint
from integration.connect_commands import connect, uninstall
from integration.doctor_commands import doctor
from integration.insight_commands import drift, labels, questions
from integration.machine import is_scarce, memory_limit_mb
from integration.model_commands import model, replay
from integration.offline_commands import decide, evaluate, train
from integration.policy_commands import policy
from rules.features.network import spare_memory

if TYPE_CHECKING:
    from integration.failures import Failures
    from integration.settings import Settings

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def cli() -> None:
    """Deskclerk answers routine tickets with approved answers and hands on the rest."""


@cli.command()
@click.option("--with-worker", is_flag=True, help="Run the worker in the same process.")
def serve(*, with_worker: bool) -> None:
    """Run the web service."""
    from integration.server import run_web

    run_web(_settings(), with_worker=with_worker)


@cli.command()
def work() -> None:
    """Run a worker process until it is told to stop."""
    from integration.server import run_worker

    run_worker(_settings())


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--webhook-url", default="http://127.0.0.1:8000/webhooks/zendesk", show_default=True)
@click.option(
    "--export-lag",
    type=click.IntRange(0, 3600),
    default=60,
    show_default=True,
    help="Seconds by which the change feed lags.",
)
@click.option("--limits/--no-limits", default=True, help="Zendesk's rate limits.")
def sandbox(port: int, webhook_url: str, *, export_lag: int, limits: bool) -> None:
    """Run the sandbox helpdesk alone."""
    from integration.demo import run_sandbox

    run_sandbox(port, webhook_url, export_lag_s=export_lag, limits=limits)


@cli.command()
@click.option("--once", is_flag=True, help="Process the samples, print a summary and stop.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--sandbox-port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--slack-port", type=click.IntRange(0, 65535), default=8002, show_default=True)
def demo(*, once: bool, port: int, sandbox_port: int, slack_port: int) -> None:
    """Run service, worker, sandbox helpdesk and sandbox Slack with sample tickets flowing in."""
    from integration.demo import run_demo

    sys.exit(run_demo(once=once, port=port, sandbox_port=sandbox_port, slack_port=slack_port))


@cli.group()
def failures() -> None:
    """What waits for a person."""


@failures.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines.")
def failures_list(*, as_json: bool) -> None:
    """List deliveries that could not be brought to an end."""
    import json

    from integration.wiring import open_failures

    with open_failures(_settings()) as listing:
        rows = listing.listed()
    for row in rows:
        at = iso(datetime.fromtimestamp(row.received_at, UTC))
        if as_json:
            value = {"id": row.id, "ticket_id": row.ticket_id, "state": row.state,
                     "received_at": at, "attempts": row.attempts, "why": row.error}  # fmt: skip
            click.echo(json.dumps(value))
        else:
            ticket = f"ticket {row.ticket_id}" if row.ticket_id else "no ticket"
            click.echo(f"{row.id}  {at[:19]}Z  {ticket}  {row.state}  {row.error or ''}")
    if not rows and not as_json:
        click.echo("No failures.")


@failures.command("retry")
@click.argument("ids", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option("--all", "everything", is_flag=True, help="Retry the whole list.")
def failures_retry(ids: Sequence[int], *, everything: bool) -> None:
    """Start failed deliveries afresh."""
    from integration.wiring import open_failures

    if bool(ids) == everything:
        raise click.UsageError("give delivery ids, or --all")
    with open_failures(_settings()) as listing:
        if everything:
            count = _retry_all(listing)
        else:
            wanted = dict.fromkeys(ids)
            for delivery_id in wanted:
                listing.retry(delivery_id)
            count = len(wanted)
    click.echo(f"{count} started afresh.")


def _retry_all(listing: "Failures") -> int:
    """Retry until nothing is listed that was not tried; what fails again meanwhile stays."""
    from integration.failures import NotAFailureError

    tried: set[int] = set()
    count = 0
    while fresh := [row.id for row in listing.listed() if row.id not in tried]:
        tried.update(fresh)
        for delivery_id in fresh:
            with suppress(NotAFailureError):  # someone else was quicker
                listing.retry(delivery_id)
                count += 1
    return count


@cli.group()
def ledger() -> None:
    """The chain of recorded decisions."""


@ledger.command("verify")
@click.option("--in", "source", type=_FILE, help="An exported ledger; the store's without.")
@click.option("--head", help="The last digest, known from elsewhere: finds a cut-off end.")
def ledger_verify(source: Path | None, head: str | None) -> None:
    """Check that no entry was changed, removed, inserted or moved."""
    from integration import ledger_files

    if source is not None:
        verdict = ledger_files.verify_file(source, head)
    else:
        from integration.wiring import open_installation

        with open_installation(_settings()) as store:
            verdict = ledger_files.verify_store(store, head)
    if verdict.fault:
        raise OperationFailed(f"the ledger does not verify: {verdict.fault}")
    click.echo(f"{verdict.entries} entries verify. Last digest: {verdict.head}")


@ledger.command("export")
@click.option("--out", "sink", type=_FILE, required=True, help="The file to write, JSON Lines.")
def ledger_export(sink: Path) -> None:
    """Write the ledger to a file that `ledger verify --in` checks without the database."""
    from integration import ledger_files
    from integration.wiring import open_installation

    with open_installation(_settings()) as store:
        count, head = ledger_files.export(store, sink)
    # Of a pipe, the ledger itself may go to standard output.
    click.echo(f"{count} entries written. Last digest: {head}", err=not sink.is_file())


_ANSWER = click.option("--faq", help="Only replies with the answer to this question.")


@cli.command()
@_ANSWER
def pause(faq: str | None) -> None:
    """Stop automatic replies; decisions and notes go on."""
    from integration.wiring import move_brake

    moved, _ = move_brake(_settings(), pulled=True, answer=faq)
    what = "Automatic replies" if faq is None else f"Automatic replies with {faq}"
    click.echo(f"{what} are paused." if moved else f"{what} were paused already.")


@cli.command()
@_ANSWER
def resume(faq: str | None) -> None:
    """Let automatic replies go out again."""
    from integration.wiring import move_brake

    moved, still = move_brake(_settings(), pulled=False, answer=faq)
    what = "Automatic replies" if faq is None else f"Automatic replies with {faq}"
    click.echo(f"{what} {'go out again' if moved else 'were not paused'}.{still}")


@cli.command()
def migrate() -> None:
    """Bring the database to the present schema (serve and work do it too)."""
    from integration.wiring import open_store

    with open_store(_settings()):
        click.echo("The database has the present schema.")


for command in (
    decide, train, evaluate, policy, model, replay, questions, drift, labels, doctor, backup,
    restore, connect, uninstall,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """The entry point: no traceback ever reaches the user for bad input."""
    # What is made at the start stays: looking for garbage in it took a seventh of that time.
    gc.set_threshold(700, 10, 100)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    spare_memory(on=is_scarce(memory_limit_mb()))
    try:
        cli.main(list(arguments), prog_name="deskclerk", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - known errors get their line, others their name
        lines, code = complaint(error)
        for line in lines:
            click.echo(line, err=True)
        return code
    return 0


def _settings() -> "Settings":
    from integration.settings import read_settings

    return read_settings()


if __name__ == "__main__":
    main()
