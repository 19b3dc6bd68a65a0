"""Nothing lost and nothing twice while processes are killed and the network lies.

The short version runs in every test run; `make faults` runs the long one: 500 tickets, at least
50 kills, on SQLite and PostgreSQL, with one and three workers.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.harness import (
    ANSWERABLE,
    COMPLAINT,
    OTHER,
    Installation,
    installation,
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

TEXTS = (ANSWERABLE, COMPLAINT, OTHER)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_kills_lies_and_storms_lose_nothing_and_send_nothing_twice(
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    tmp_path: Path,
    new_store_url: Callable[[str], str],
    database: str,
    workers: int,
) -> None:
    long = request.config.getoption("--long")
    if not long and (database, workers) not in {("sqlite", 1), ("postgres", 3)}:
        pytest.skip("short version: one worker on SQLite and three on PostgreSQL; see make faults")
    tickets_wanted, kills_wanted = (500, 50) if long else (40, 6)
    chance = random.Random(20261123 + workers)
    started = time.monotonic()
    with installation(tmp_path, new_store_url(database), workers=workers) as desk:
        desk.faults(
            drop_after=0.05,
            silence_after=0.05,
            silence_s=12,
            only="writes",
            duplicate_webhooks=2,
            reorder_webhooks=1.0,
            seed=workers,
        )
        tickets = _write_and_kill(desk, chance, tickets_wanted, kills_wanted)
        _storm(desk)
        desk.wait_until_settled(tickets, patience_s=900 if long else 240)
        _assert_whole(desk, tickets)
        assert desk.kills >= kills_wanted
        record_property("tickets", len(tickets))
        record_property("kills", desk.kills)
        record_property("seconds", round(time.monotonic() - started))


def _write_and_kill(
    desk: Installation, chance: random.Random, tickets_wanted: int, kills_wanted: int
) -> list[int]:
    tickets = []
    for number in range(tickets_wanted):
        tickets.append(desk.open_ticket(number, TEXTS[number % len(TEXTS)]))
        if number * kills_wanted // tickets_wanted >= desk.kills:
            time.sleep(chance.uniform(0.0, 1.5))
            desk.kill_one(chance)
    while desk.kills < kills_wanted:
        time.sleep(chance.uniform(0.2, 1.5))
        desk.kill_one(chance)
    return tickets


def _storm(desk: Installation) -> None:
    """Half of all calls are sent away with 429 for a while; then the helpdesk is well again."""
    desk.faults(rate_limited=0.5, retry_after_s=1)
    time.sleep(4)
    desk.faults()


def _assert_whole(desk: Installation, tickets: list[int]) -> None:
    checks = desk.checks()["tickets"]
    decided = {row["id"]: row for row in desk.rows("decision") if row["state"] == "applied"}
    for number, ticket in enumerate(tickets):
        seen = checks[str(ticket)]
        answerable = TEXTS[number % len(TEXTS)] == ANSWERABLE
        assert seen["public_by_bot"] <= 1, (ticket, seen)
        assert seen["public_by_bot"] == int(answerable), (ticket, seen)
        assert set(seen["notes_by_decision"].values()) == {1}, (ticket, seen)
        assert set(seen["notes_by_decision"]) <= set(decided), (ticket, seen)
    notes = [note for ticket in tickets for note in checks[str(ticket)]["notes_by_decision"]]
    assert sorted(notes) == sorted(decided)
    verdict = desk.command("ledger", "verify")
    assert verdict.returncode == 0, verdict.stderr
    listed = desk.command("failures", "list")
    assert listed.stdout.strip() == "No failures.", listed.stdout


def test_a_worker_that_dies_for_good_has_its_work_taken_over_within_a_minute(
    tmp_path: Path, new_store_url: Callable[[str], str]
) -> None:
    with installation(tmp_path, new_store_url("sqlite"), workers=2) as desk:
        desk.faults(latency_s=3.0, only="writes")  # so that the kill falls into the midst
        tickets = [desk.open_ticket(number, OTHER) for number in range(12)]
        time.sleep(1.5)
        desk.workers[0].kill()
        died = time.monotonic()
        desk.faults()
        desk.wait_until_settled(tickets, patience_s=60)
        assert time.monotonic() - died < 60
        _assert_notes(desk, tickets)


def _assert_notes(desk: Installation, tickets: list[int]) -> None:
    checks = desk.checks()["tickets"]
    for ticket in tickets:
        assert checks[str(ticket)]["notes_by_bot"] == 1


def test_tickets_whose_webhook_never_came_are_found(
    tmp_path: Path, new_store_url: Callable[[str], str]
) -> None:
    with installation(tmp_path, new_store_url("sqlite"), workers=1) as desk:
        desk.faults(lose_webhooks=1.0)
        tickets = [desk.open_ticket(number, OTHER) for number in range(5)]
        desk.wait_until_settled(tickets, patience_s=60)
        _assert_notes(desk, tickets)
