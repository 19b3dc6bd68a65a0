"""The whole way in one process: sandbox helpdesk, web, engine, real client, real policy."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.zendesk.sandbox import SandboxConfig
from integration import ledger
from integration.store import facts
from tests.faults.harness import ANSWERABLE, COMPLAINT
from tests.whole import Running, wait_for, whole

CANARY = "kanarienvogel-4711"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with whole(tmp_path) as made:
        yield made


def test_a_question_is_answered_with_the_approved_words_and_its_note(running: Running) -> None:
    ticket = running.open_ticket(body=ANSWERABLE)
    wait_for(lambda: len(running.comments(ticket)) == 3)
    (_, note, reply) = running.comments(ticket)
    assert note[0] is False
    assert reply == (True, "You can reset your password under Settings, Security.")
    wait_for(lambda: running.kinds() == ["policy_activated", "decided", "applied"])


def test_a_worker_says_at_its_start_what_goes_out_by_itself(running: Running) -> None:
    lines = map(json.loads, running.logs.getvalue().splitlines())
    (said,) = [line for line in lines if line["event"] == "policy.goes_out"]
    assert (said["kind"], said["count"]) == ("answers", 2)


def test_our_own_updates_don_t_keep_us_busy(running: Running) -> None:
    ticket = running.open_ticket(body=ANSWERABLE)
    wait_for(lambda: "applied" in running.kinds())
    time.sleep(1)
    assert len(running.comments(ticket)) == 3


def test_a_complaint_moves_and_a_later_question_on_it_is_left_to_people(running: Running) -> None:
    ticket = running.open_ticket(body=COMPLAINT)
    wait_for(lambda: running.ticket(ticket)["group"] == "Complaints")
    running.write(ticket, **{"as": "customer", "body": ANSWERABLE})
    wait_for(lambda: running.kinds().count("applied") == 2)
    assert all(not public for public, _ in running.comments(ticket)[1::2])


def test_the_brake_stops_replies_within_a_second(running: Running) -> None:
    with running.store.write() as connection:
        facts.put(connection, facts.PAUSED, value=True, now=time.time())
    ticket = running.open_ticket(body=ANSWERABLE)
    wait_for(lambda: "applied" in running.kinds())
    assert [public for public, _ in running.comments(ticket)] == [True, False]


def test_a_customer_s_words_reach_no_log_no_metric_and_no_ledger(running: Running) -> None:
    running.open_ticket(
        body=f"{CANARY} {COMPLAINT}",
        subject=CANARY,
        requester={"name": CANARY, "email": f"{CANARY}@example.org"},
    )
    running.open_ticket(
        body=ANSWERABLE, requester={"name": CANARY, "email": f"{CANARY}2@example.org"}
    )
    wait_for(lambda: running.kinds().count("applied") == 2)
    hook = f"{running.url}/webhooks/zendesk"
    refused = requests.post(hook, data=CANARY.encode(), headers={"X-Canary": CANARY}, timeout=5)
    missing = requests.get(f"{running.url}/{CANARY}", timeout=5)
    metrics = requests.get(
        f"{running.url}/metrics", headers={"Authorization": "Bearer scrape"}, timeout=5
    )
    entries = json.dumps(list(ledger.read_entries(running.store)))
    seen = running.logs.getvalue() + refused.text + missing.text + metrics.text + entries
    assert "triage.decided" in seen
    assert CANARY not in seen
    assert SandboxConfig().client_secret not in seen


def test_the_request_id_leads_from_the_webhook_to_the_note(running: Running) -> None:
    running.open_ticket(body=ANSWERABLE)
    wait_for(lambda: "applied" in running.kinds())
    lines = [json.loads(line) for line in running.logs.getvalue().splitlines()]
    (stored,) = {line["request"] for line in lines if line["event"] == "intake.stored"} & {
        line["request"] for line in lines if line["event"] == "effect.done"
    }
    assert stored


def test_a_ticket_whose_webhook_was_lost_is_found_by_the_sweep(running: Running) -> None:
    faults = f"{running.sandbox.url}/sandbox/faults"
    requests.post(faults, json={"lose_webhooks": 1.0}, timeout=5).raise_for_status()
    ticket = running.open_ticket(body=ANSWERABLE)
    wait_for(lambda: len(running.comments(ticket)) == 3)


def test_ready_when_worker_and_helpdesk_are_there(running: Running) -> None:
    def state() -> dict[str, Any]:
        return dict(requests.get(f"{running.url}/readyz", timeout=5).json())

    wait_for(lambda: state()["helpdesk"] != "not reached yet")
    assert (state()["status"], state()["workers"]) == ("ready", 1)
