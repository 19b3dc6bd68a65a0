"""The drift watch: counted in the store, told by the command and by the metrics."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from integration import cli, ledger
from integration.app import create_app
from integration.drift import DriftOfTheHour, watch
from integration.intake import Intake
from integration.policy_folder import import_folder
from integration.services import WebServices
from integration.store import Store, decisions, models, periods, tables
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import FakeClock
from tests.fakes.secrets import secrets_of
from tests.faults.harness import FAQS

DAY = 86_400.0
TOKEN = "scrape"
TOO_FEW = "too few to judge by; it takes 100 on either side."


def decide_many(store: Store, at: float, count: int, first: int = 1, **more: Any) -> None:
    """So many decisions, a second apart, of which the recogniser found a question in each."""
    fields = {
        "delivery_id": 1,
        "comment_id": 1,
        "state": decisions.APPLIED,
        "outcome": "reply",
        "guarded": False,
        "watched_from": at,
        "comment_ids": "[]",
        "faq": "opening",
        "score": 0.9,
        "language": "en",
        **more,
    }
    with store.write() as connection:
        for number in range(first, first + count):
            row = {"id": f"{at}-{number}", "ticket_id": number, "decided_at": at - number}
            decisions.insert_decision(connection, fields | row)


@pytest.fixture
def shifted(store: Store, clock: FakeClock) -> Store:
    """200 decisions three weeks ago; 200 yesterday, half of them without a question."""
    now = clock.now().timestamp()
    decide_many(store, now - 21 * DAY, 200)
    decide_many(store, now - DAY, 100, 1001)
    decide_many(store, now - DAY, 100, 1101, outcome="abstain", faq=None, score=0.31)
    return store


def test_what_moved_is_told_with_both_counts(shifted: Store, clock: FakeClock) -> None:
    lines = watch(shifted, clock.now().timestamp()).sentences()
    assert lines[0] == "200 decisions of the last 7 days, 200 of the 28 days before."
    assert any("Tickets without a recognised question rose from 0.0 % to 50 %" in x for x in lines)


def test_a_policy_or_model_of_these_days_is_named_as_a_reason(
    shifted: Store, clock: FakeClock, tmp_path: Path
) -> None:
    now = clock.now().timestamp()
    assert not watch(shifted, now).rules_changed
    (tmp_path / "faqs.yaml").write_text(FAQS)
    import_folder(shifted, tmp_path, clock)
    assert "Policy or model became another one" in watch(shifted, now).sentences()[-1]
    assert not watch(shifted, now + 60 * DAY).rules_changed
    with shifted.write() as connection:
        models.keep(connection, "sha256:m", b"{}", now)
        models.promote(connection, "sha256:m", now + 59 * DAY)
    assert watch(shifted, now + 60 * DAY).rules_changed


def test_a_model_that_nobody_promoted_is_named_too(shifted: Store, clock: FakeClock) -> None:
    now = clock.now().timestamp()
    with shifted.write() as connection:
        models.keep(connection, "sha256:m", b"{}", now - 40 * DAY)
    assert not watch(shifted, now).rules_changed
    with shifted.write() as connection:
        models.keep(connection, "sha256:n", b"{}", now - 2 * DAY)
    assert watch(shifted, now).rules_changed


@pytest.mark.parametrize(("model", "changed"), [("sha256:old", False), ("sha256:new", True)])
def test_other_versions_at_the_end_of_the_time_than_at_its_beginning_are_named(
    any_store: Store, clock: FakeClock, model: str, *, changed: bool
) -> None:
    now = clock.now().timestamp()
    for number, at, version in ((1, now - 20 * DAY, "sha256:old"), (2, now - DAY, model)):
        decide_many(any_store, at, 1, number)
        body = {"versions": {"policy": "sha256:p", "model": version}}
        entry = ledger.Entry("decided", body, number, f"{at}-{number}")
        with any_store.write() as connection:
            ledger.append(connection, "2026-11-23T09:00:00Z", [entry])
    assert watch(any_store, now).rules_changed is changed


def test_too_few_decisions_are_not_judged(store: Store, clock: FakeClock) -> None:
    found = watch(store, clock.now().timestamp(), days=1, against=2)
    assert found.sentences() == [f"0 decisions of the last day, 0 of the 2 days before: {TOO_FEW}"]
    assert found.figures()["mixes"] is None


def test_only_standing_decisions_of_the_time_are_counted(
    any_store: Store, clock: FakeClock
) -> None:
    now = clock.now().timestamp()
    decide_many(any_store, now, 3, language=None)
    decide_many(any_store, now - 10, 2, 11, state=decisions.SUPERSEDED)
    decide_many(any_store, now - DAY, 2, 21)
    decide_many(any_store, now, 1, 31, outcome="escalate", faq=None, score=None)
    with any_store.read() as connection:
        found = periods.period(connection, now - 3600, now)
    assert found.outcomes == {"reply": 3, "escalate": 1}
    assert found.languages == {None: 3, "en": 1}
    assert found.questions == {"opening": 3}
    assert found.scores == {0.9: 3}


def test_the_index_alone_answers(store: Store) -> None:
    with store.read() as connection:
        plan = connection.execute(
            sa.text(
                "EXPLAIN QUERY PLAN SELECT faq, count(*) FROM decision WHERE decided_at >= 1 "
                "AND decided_at < 2 AND state != 'superseded' AND score IS NOT NULL GROUP BY faq"
            )
        ).all()
    assert any("USING COVERING INDEX decisions_by_time" in row[-1] for row in plan)


def test_a_decision_leaves_its_question_score_and_language(any_desk: Desk) -> None:
    any_desk.helpdesk.customer_opens(1, "how do i reset my password")
    any_desk.handle(1)
    row = any_desk.rows("decision")[0]
    assert (row["faq"], row["language"]) == ("reset_password", "en")
    assert row["score"] is None  # the scripted judge asks no recogniser


def test_the_command_tells_people_and_machines(
    shifted: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = shifted.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    assert cli.run(["drift", "--days", "3000", "--against", "3000"]) == 0
    assert "too few to judge by" in capsys.readouterr().out
    assert cli.run(["drift", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["days"], figures["against"]) == (7, 28)


def test_machines_get_every_figure(shifted: Store, clock: FakeClock) -> None:
    figures = watch(shifted, clock.now().timestamp()).figures()
    assert figures["decisions"] == {"before": 200, "recent": 200}
    assert figures["mixes"]["questions"]["moved"] is True
    assert figures["mixes"]["languages"] == {
        "of": "languages", "psi": 0.0, "limit": 0.1, "moved": False
    }  # fmt: skip
    assert figures["scores"]["distance"] == 0.5
    assert {share["name"] for share in figures["shares"]} >= {None, "abstain", "opening"}
    json.dumps(figures)


def scraped(store: Store, clock: FakeClock, drift: DriftOfTheHour) -> str:
    intake = Intake(store, clock, secrets_of(store, clock, "s"))
    services = WebServices(store, intake, clock, TOKEN, drift)
    web = create_app(services).test_client()
    return web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text


def test_the_metrics_show_it_as_of_the_last_full_hour(shifted: Store, clock: FakeClock) -> None:
    text = scraped(shifted, clock, DriftOfTheHour(shifted))
    assert 'deskclerk_drift_psi{of="questions"}' in text
    assert 'deskclerk_drift_psi_limit{of="outcomes"} 0.1' in text
    assert "deskclerk_drift_scores 0.5" in text


def test_the_metrics_count_it_once_an_hour(shifted: Store, clock: FakeClock) -> None:
    drift = DriftOfTheHour(shifted)
    clock.pass_time(3600 - clock.now().timestamp() % 3600)
    before = scraped(shifted, clock, drift)
    with shifted.write() as connection:
        connection.execute(sa.delete(tables.decision))
    clock.pass_time(3599)
    assert "deskclerk_drift_scores 0.5" in before
    assert "deskclerk_drift_scores 0.5" in scraped(shifted, clock, drift)
    clock.pass_time(1)
    assert "deskclerk_drift_scores 0.5" not in scraped(shifted, clock, drift)


def test_without_enough_decisions_the_metrics_have_no_value(store: Store, clock: FakeClock) -> None:
    text = scraped(store, clock, DriftOfTheHour(store))
    assert "# TYPE deskclerk_drift_psi gauge" in text
    assert "deskclerk_drift_psi{" not in text
