"""What the mail reader read of the policy: kept from start to start, and only as long as needed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from integration.judge import Judge
from integration.policy_folder import import_folder
from integration.store import Store, readings
from integration.store.model_tables import reading as table
from rules.features.mail_reader import MailReader
from rules.intents.mails import MailRecogniser
from tests.fakes.helpdesk import FakeClock
from tests.faults.harness import FAQS, POLICY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY.format(replies=50))
    (tmp_path / "faqs.yaml").write_text(FAQS)
    return tmp_path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the reader reads."""
    found: list[str] = []
    really: Any = MailReader._all

    def noting(reader: MailReader, texts: Sequence[str]) -> Any:
        found.extend(texts)
        return really(reader, texts)

    monkeypatch.setattr(MailReader, "_all", noting)
    return found


def edges(judge: Judge) -> tuple[float, ...]:
    recogniser = judge.ready().recogniser
    assert isinstance(recogniser, MailRecogniser)
    return recogniser.edges


def kept(store: Store) -> dict[str, bytes]:
    with store.read() as connection:
        return readings.kept(connection)


def test_a_second_start_reads_nothing_and_judges_the_same(
    any_store: Store, clock: FakeClock, folder: Path, read: list[str]
) -> None:
    import_folder(any_store, folder, clock)
    first = edges(Judge(any_store, clock))
    assert "i forgot my password" in read
    read.clear()
    assert edges(Judge(any_store, clock)) == first
    assert read == []


def test_after_a_change_only_what_is_new_is_read_and_what_is_gone_is_dropped(
    any_store: Store, clock: FakeClock, folder: Path, read: list[str]
) -> None:
    import_folder(any_store, folder, clock)
    judge = Judge(any_store, clock)
    edges(judge)
    before = kept(any_store)
    read.clear()
    new = FAQS.replace("i forgot my password", "no way to get in any more")
    (folder / "faqs.yaml").write_text(new)
    clock.pass_time(10)
    import_folder(any_store, folder, clock)
    edges(judge)
    # The example itself, and its question as it is asked for, which shows the example.
    assert len(read) == 2
    assert all("no way to get in any more" in text for text in read)
    assert len(kept(any_store)) == len(before)
    assert len(kept(any_store).keys() - before.keys()) == 2


def test_damaged_rows_are_read_again_and_mended(
    any_store: Store, clock: FakeClock, folder: Path, read: list[str]
) -> None:
    import_folder(any_store, folder, clock)
    first = edges(Judge(any_store, clock))
    whole = kept(any_store)
    with any_store.write() as connection:
        connection.execute(sa.update(table).values(vector=b"\x00\x01"))
    read.clear()
    assert edges(Judge(any_store, clock)) == first
    assert len(read) == len(whole)
    assert kept(any_store) == whole


def test_two_processes_may_keep_the_same(any_store: Store) -> None:
    rows = {f"{number:064}": b"\x01" for number in range(1200)}
    readings.keep(any_store, rows, {})
    readings.keep(any_store, rows, {})
    assert kept(any_store) == rows
    some = dict(list(rows.items())[:3])
    readings.keep(any_store, some, rows)
    readings.keep(any_store, some, rows)
    assert kept(any_store) == some
