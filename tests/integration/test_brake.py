"""The brake: off is off, for everything or for one answer."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from integration import cli, ledger
from integration.brake import PulledSince, read_brake, set_brake
from integration.store import Store, decisions, facts, policies
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


def test_two_people_who_pause_at_one_moment_both_have_their_way(any_store: Store) -> None:
    """The second one's first change waits for the end of the first one's transaction."""
    waits = threading.Event()

    def pause_b() -> None:
        with any_store.write() as connection:
            set_brake(connection, NOW, "Omar", pulled=True, answer="b")

    second = threading.Thread(target=pause_b)

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if threading.current_thread() is second and statement.startswith("UPDATE"):
            waits.set()

    with any_store.write() as connection:
        set_brake(connection, NOW, "Ada", pulled=True, answer="a")
        sa.event.listen(any_store.engine, "before_cursor_execute", see)
        second.start()
        assert waits.wait(timeout=20)
    second.join()
    sa.event.remove(any_store.engine, "before_cursor_execute", see)
    with any_store.read() as connection:
        assert read_brake(connection).answers == ("a", "b")


def test_a_release_undoes_nothing_that_was_pulled_after_it_was_asked_for(any_store: Store) -> None:
    asked_at = NOW.timestamp()
    for answer in (None, "a"):
        with any_store.write() as connection:
            set_brake(connection, NOW - timedelta(1), "Ada", pulled=True, answer=answer)
            set_brake(connection, NOW + timedelta(1), "Grace", pulled=True, answer=answer)
        with pytest.raises(PulledSince), any_store.write() as connection:
            set_brake(connection, NOW, "Ada", pulled=False, answer=answer, asked_at=asked_at)
    with any_store.write() as connection:
        set_brake(connection, NOW, "Ada", pulled=False, answer="b", asked_at=asked_at)
        brake = read_brake(connection)
    assert (brake.everything, brake.answers) == (True, ("a",))


def test_a_release_that_was_asked_for_later_releases(any_store: Store) -> None:
    later = (NOW + timedelta(1)).timestamp()
    for answer in (None, "a"):
        with any_store.write() as connection:
            set_brake(connection, NOW, "Ada", pulled=True, answer=answer)
            assert set_brake(connection, NOW, "Ada", pulled=False, answer=answer, asked_at=later)
            assert not set_brake(
                connection, NOW, "Ada", pulled=False, answer=answer, asked_at=asked_long_ago()
            )


def asked_long_ago() -> float:
    return (NOW - timedelta(9)).timestamp()


def test_what_a_former_release_had_paused_stays_paused_and_can_be_released(store: Store) -> None:
    with store.write() as connection:
        facts.put(connection, facts.PAUSED_ANSWERS, ["a", "b"], NOW.timestamp())
        assert set_brake(connection, NOW, "Ada", pulled=False, answer="a", asked_at=1.0)
        assert read_brake(connection).answers == ("b",)


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


@pytest.fixture
def stored(home: Path) -> Iterator[Store]:
    """The store of the command line, with a policy."""
    assert cli.run(["migrate"]) == 0
    store = Store(f"sqlite:///{home / 'deskclerk.db'}")
    with store.write() as connection:
        policies.activate(connection, "v", {"faqs.yaml": FAQS}, 1.0)
    yield store
    store.close()


def test_the_command_pauses_one_answer(stored: Store, capsys: pytest.CaptureFixture[str]) -> None:
    del stored
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


def test_an_answer_can_be_released_that_the_policy_lost(
    stored: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with stored.write() as connection:
        set_brake(connection, NOW, "Ada", pulled=True, answer="long_gone")
    capsys.readouterr()
    assert cli.run(["resume", "--faq", "long_gone"]) == 0
    assert capsys.readouterr().out == "Automatic replies with long_gone go out again.\n"
    assert cli.run(["pause", "--faq", "long_gone"]) == 2
    assert "no question long_gone" in capsys.readouterr().err


def test_an_answer_that_there_is_not_can_not_be_released_and_nothing_is_recorded(
    stored: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(ledger.read_entries(stored))
    assert cli.run(["resume", "--faq", "reset_pasword"]) == 2
    assert "did you mean 'reset_password'" in capsys.readouterr().err
    assert list(ledger.read_entries(stored)) == before


def test_an_answer_that_is_not_paused_is_said_not_to_be(
    stored: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    del stored
    capsys.readouterr()
    assert cli.run(["resume", "--faq", "reset_password"]) == 0
    assert capsys.readouterr().out == "Automatic replies with reset_password were not paused.\n"


def test_the_command_that_releases_says_what_stays_paused(
    stored: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with stored.write() as connection:
        set_brake(connection, NOW, "Ada", pulled=True, answer="reset_password")
    capsys.readouterr()
    assert cli.run(["resume"]) == 0
    assert capsys.readouterr().out == (
        "Automatic replies were not paused. These answers stay paused: reset_password.\n"
    )
    cli.run(["pause"])
    capsys.readouterr()
    assert cli.run(["resume", "--faq", "reset_password"]) == 0
    assert capsys.readouterr().out == (
        "Automatic replies with reset_password go out again. "
        "But all automatic replies are paused still.\n"
    )
