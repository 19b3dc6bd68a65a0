"""The brake: off is off, for everything or for one answer."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integration import cli, ledger
from integration.brake import read_brake, set_brake
from integration.store import Store, decisions, policies
from tests.fakes.desk import Desk

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
FAQS = """
faqs:
  - id: reset_password
    examples: [how do i reset my password]
    answers: [{language: en, body: "Tap Forgot password."}]
"""


def test_the_brake_is_pulled_for_one_answer_and_released(any_store: Store) -> None:
    with any_store.write() as connection:
        assert set_brake(connection, NOW, "Ada", pulled=True, answer="reset_password")
        assert read_brake(connection).answers == ("reset_password",)
        assert not read_brake(connection).everything
        assert not set_brake(connection, NOW, "Ada", pulled=True, answer="reset_password")
        assert set_brake(connection, NOW, "Ada", pulled=False, answer="reset_password")
        assert read_brake(connection).answers == ()
    bodies = [entry["body"] for entry in ledger.read_entries(any_store)]
    assert bodies == [{"by": "Ada", "faq": "reset_password"}] * 3


def test_releasing_everything_leaves_single_answers_stopped(any_store: Store) -> None:
    with any_store.write() as connection:
        set_brake(connection, NOW, "Ada", pulled=True, answer="a")
        set_brake(connection, NOW, "Ada", pulled=True)
        set_brake(connection, NOW, "Ada", pulled=False)
        brake = read_brake(connection)
    assert not brake.everything
    assert brake.answers == ("a",)


def test_an_answer_paused_after_the_decision_is_withheld(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "password")
    calls = []

    def pause_at_the_note(name: str) -> None:
        calls.append(name)
        if name == "update_ticket" and calls.count("update_ticket") == 1:
            with desk.store.write() as connection:
                row = decisions.unfinished_for_ticket(connection, 1)[0]
                faq = json.loads(decisions.text_of(connection, row.id)[1] or "{}")["faq"]
                set_brake(connection, NOW, "Ada", pulled=True, answer=faq)

    desk.helpdesk.on_call = pause_at_the_note
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == []
    assert "paused" in desk.helpdesk.notes(1)[1]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKCLERK_HOME", str(tmp_path))
    return tmp_path


def test_the_command_pauses_one_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["migrate"]) == 0
    store = Store(f"sqlite:///{home / 'deskclerk.db'}")
    with store.write() as connection:
        policies.activate(connection, "v", {"faqs.yaml": FAQS}, 1.0)
    capsys.readouterr()
    assert cli.run(["pause", "--faq", "reset_password"]) == 0
    assert cli.run(["pause", "--faq", "reset_password"]) == 0
    assert cli.run(["resume", "--faq", "reset_password"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Automatic replies with reset_password are paused.",
        "Automatic replies with reset_password were paused already.",
        "Automatic replies with reset_password go out again.",
    ]
    assert cli.run(["pause", "--faq", "reset_pasword"]) == 2
    assert "did you mean 'reset_password'" in capsys.readouterr().err
    store.close()


@pytest.mark.usefixtures("home")
def test_an_answer_can_be_released_that_the_policy_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["resume", "--faq", "long_gone"]) == 0
    assert capsys.readouterr().out == "Automatic replies with long_gone were not paused.\n"
    assert cli.run(["pause", "--faq", "long_gone"]) == 2
    assert "no question long_gone" in capsys.readouterr().err
