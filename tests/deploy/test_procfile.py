"""The Procfile, started from the installed package as a platform starts it."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.platform import KINDS, LIMIT_S, Platform, Where, healthy, platform, procfile
from tests.faults.harness import ANSWERABLE, CLIENT, COMPLAINT, OTHER

pytestmark = [pytest.mark.xdist_group("release"), pytest.mark.timeout(600)]


def settings_of_app_json() -> dict[str, str]:
    """What a button sets, apart from secrets."""
    root = Path(__file__).resolve().parents[2]
    asked = json.loads((root / "app.json").read_text("utf-8"))["env"]
    return {name: about["value"] for name, about in asked.items() if "value" in about}


def assert_each_answered_once(running: Platform, tickets: list[int]) -> None:
    checks = running.desk.checks()
    for place, ticket in enumerate(tickets):
        seen = checks["tickets"][str(ticket)]
        assert seen["notes_by_bot"] == 1, (ticket, seen)
        assert seen["public_by_bot"] == (place % 3 == 0), (ticket, seen)


def open_some(running: Platform, customers: range) -> list[int]:
    """A ticket of each customer: nobody gets two automatic replies within a day."""
    texts = (ANSWERABLE, COMPLAINT, OTHER)
    return [running.desk.open_ticket(n, texts[n % 3]) for n in customers]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_when_a_release_comes_in_the_midst(
    tmp_path: Path, where: Where, release: Path, kind: str,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    with platform(tmp_path, where(kind), release, procfile(), **settings_of_app_json()) as running:
        running.deploy()
        assert healthy(running.desk)
        before = open_some(running, range(3))
        running.desk.wait_until_settled(before, patience_s=90)
        under_way = open_some(running, range(3, 12))
        running.tell_to_stop()
        assert running.wait_until_stopped() == [0, 0]
        record_property("seconds_to_stop", running.took)
        assert running.desk.unsettled(under_way), "all was done before the signal came"
        running.deploy()
        running.desk.wait_until_settled(under_way, patience_s=120)
        assert_each_answered_once(running, before + under_way)
        assert "entries verify" in running.command("ledger", "verify").stdout


def test_before_anything_is_set_up_web_and_worker_run_and_wait(
    tmp_path: Path, where: Where, release: Path
) -> None:
    nothing = dict.fromkeys((*CLIENT, "ZENDESK_WEBHOOK_SECRET", "DESKCLERK_POLICY"), "")
    drawn = {"SECRET_KEY": "0" * 64, "SETUP_CODE": "1" * 64}
    with platform(tmp_path, where("sqlite"), release, procfile(), **nothing, **drawn) as running:
        running.deploy(until="/healthz")
        (worker,) = running.desk.workers
        while "worker.waits" not in worker.log.read_text():
            assert worker.running is not None
            assert worker.running.poll() is None, worker.log.read_text()
            time.sleep(0.1)
        running.tell_to_stop()
        assert running.wait_until_stopped() == [0, 0]


def test_a_platform_that_wipes_its_disk_gets_no_release_with_sqlite(
    tmp_path: Path, where: Where, release: Path
) -> None:
    with platform(tmp_path, where("sqlite"), release, procfile(), DYNO="release.1") as running:
        assert running.command("migrate").returncode == 2
        assert "attach PostgreSQL" in running.command("migrate").stderr


ONE_PROCESS = {
    "release": procfile()["release"],
    "web": "HOST=0.0.0.0 exec deskclerk serve --with-worker",
}


@pytest.mark.parametrize("commands", [procfile(), ONE_PROCESS], ids=["two", "one"])
def test_a_helpdesk_that_hangs_does_not_keep_us_from_stopping(
    tmp_path: Path, where: Where, release: Path, commands: dict[str, str],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    with platform(tmp_path, where("sqlite"), release, commands) as running:
        running.deploy()
        running.desk.faults(latency_s=9.0)  # each call just within its time-out
        ticket = running.desk.open_ticket(1, ANSWERABLE)
        time.sleep(3)  # the delivery is accepted and its first call hangs
        running.tell_to_stop()
        running.wait_until_stopped()
        record_property("seconds_to_stop", running.took)
        assert max(running.took) < LIMIT_S
        running.desk.faults()
        running.deploy()
        running.desk.wait_until_settled([ticket], patience_s=120)
        assert_each_answered_once(running, [ticket])
