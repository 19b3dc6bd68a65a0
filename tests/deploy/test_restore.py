"""A whole installation goes back to an older backup, and on to another database."""

import signal
from pathlib import Path

import pytest

from tests.faults.harness import ANSWERABLE, COMPLAINT, Installation, installation, wait_for
from tests.postgres_server import new_database

pytestmark = pytest.mark.timeout(600)


def stop(desk: Installation) -> None:
    for process in (desk.web, *desk.workers):
        assert process.running is not None
        process.running.send_signal(signal.SIGTERM)
    for process in (desk.web, *desk.workers):
        assert process.running is not None
        assert process.running.wait(timeout=40) == 0


def start(desk: Installation) -> None:
    for process in (desk.web, *desk.workers):
        process.start()
    wait_for(f"{desk.web_url}/readyz", desk)


def did(desk: Installation, *arguments: str) -> str:
    ran = desk.command(*arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def seen(desk: Installation, ticket: int) -> tuple[int, int]:
    """Notes and public replies of ours on a ticket."""
    counts = desk.checks()["tickets"][str(ticket)]
    return counts["notes_by_bot"], counts["public_by_bot"]


def test_what_was_answered_after_the_backup_is_not_answered_again(tmp_path: Path) -> None:
    file = str(tmp_path / "desk.backup")
    with installation(tmp_path, f"sqlite:///{tmp_path}/d.db", workers=1) as desk:
        before = desk.open_ticket(1, ANSWERABLE)
        desk.wait_until_settled([before], patience_s=90)
        did(desk, "backup", "--out", file)
        after = desk.open_ticket(2, ANSWERABLE)
        desk.wait_until_settled([after], patience_s=90)
        assert desk.command("restore", "--in", file, "--yes").returncode == 1  # a worker runs
        stop(desk)
        did(desk, "restore", "--in", file, "--yes")
        assert desk.unsettled([before, after]) == [after]
        start(desk)
        last = desk.open_ticket(3, COMPLAINT)
        desk.wait_until_settled([after, last], patience_s=120)
        assert seen(desk, before) == (1, 1)
        assert seen(desk, after)[1] == 1
        assert seen(desk, last) == (1, 0)
        assert "entries verify" in did(desk, "ledger", "verify")


@pytest.mark.postgres
def test_an_installation_moves_from_sqlite_to_postgresql(postgres: str, tmp_path: Path) -> None:
    file = str(tmp_path / "desk.backup")
    with installation(tmp_path, f"sqlite:///{tmp_path}/d.db", workers=1) as desk:
        first = desk.open_ticket(1, ANSWERABLE)
        desk.wait_until_settled([first], patience_s=90)
        desk.workers[0].kill()
        waiting = desk.open_ticket(2, ANSWERABLE)
        did(desk, "backup", "--out", file)
        desk.web.kill()
        desk.database_url = new_database(postgres, f"moved_{tmp_path.name}"[:60])
        for process in (desk.web, *desk.workers):
            process.environment["DATABASE_URL"] = desk.database_url
        did(desk, "restore", "--in", file)
        start(desk)
        desk.wait_until_settled([first, waiting], patience_s=120)
        assert [seen(desk, ticket) for ticket in (first, waiting)] == [(1, 1), (1, 1)]
        assert "entries verify" in did(desk, "ledger", "verify")
