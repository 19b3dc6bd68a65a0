"""What the mail reader read of the policy: kept from start to start, and only as long as needed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from integration.judge import Judge
from integration.policy_folder import import_folder
from integration.store import Store, StoreUnavailable, readings
from integration.store.model_tables import reading as table
from rules.features.mail_reader import MailReader
from rules.intents.mails import MailRecogniser
from rules.risk_modes import LEXICAL
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
        rows = connection.execute(sa.select(table.c.digest, table.c.vector)).all()
    return {digest: bytes(vector) for digest, vector in rows}


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


def test_a_judge_by_words_alone_drops_nothing_that_others_need(
    any_store: Store, clock: FakeClock, folder: Path
) -> None:
    import_folder(any_store, folder, clock)
    edges(Judge(any_store, clock))
    before = kept(any_store)
    Judge(any_store, clock, mode=LEXICAL)
    assert kept(any_store) == before


def test_a_policy_that_could_not_be_followed_is_followed_at_the_next_look(
    any_store: Store, clock: FakeClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_folder(any_store, folder, clock)
    judge = Judge(any_store, clock)
    (folder / "policy.yaml").write_text(POLICY.format(replies=51))
    clock.pass_time(10)
    version = import_folder(any_store, folder, clock)

    def fail(*_arguments: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as broken:
        broken.setattr(readings, "keep", fail)
        with pytest.raises(StoreUnavailable):
            judge.ready()
    assert judge.ready().policy.version != version
    clock.pass_time(10)
    assert judge.ready().policy.version == version


def test_several_threads_may_keep_the_same_and_other_rows(any_store: Store) -> None:
    rows = {f"{number:064}": bytes([number % 256]) for number in range(1200)}
    halves = [dict(list(rows.items())[:800]), dict(list(rows.items())[400:])]
    with ThreadPoolExecutor(4) as pool:
        kept_by = [pool.submit(readings.keep, any_store, half.keys(), half) for half in halves * 4]
        for each in kept_by:
            each.result(timeout=60)
    assert kept(any_store).items() <= rows.items()
    readings.keep(any_store, rows.keys(), rows)
    assert readings.find(any_store, sorted(rows)) == rows
    readings.keep(any_store, set(list(rows)[:3]), {})
    assert list(kept(any_store)) == list(rows)[:3]
