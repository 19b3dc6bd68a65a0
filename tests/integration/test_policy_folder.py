"""Policy folders, and the judge that follows them."""

from pathlib import Path

import pytest

from integration.judge import Judge
from integration.policy_folder import (
    NoPolicyError,
    PolicyFolderError,
    activate,
    import_folder,
    load_folder,
    read_folder,
)
from integration.store import Store, StoreUnavailable, lock_head, policies
from rules.model import Author, Comment, History, Outcome, Ticket
from rules.policy import PolicyErrors
from rules.risk_modes import LEXICAL
from tests.fakes.helpdesk import FakeClock
from tests.faults.harness import FAQS, POLICY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY.format(replies=50))
    (tmp_path / "faqs.yaml").write_text(FAQS)
    return tmp_path


def ask(judge: Judge, clock: FakeClock) -> Outcome:
    comment = Comment(Author.REQUESTER, "How do I reset my password?", id="1")
    ticket = Ticket(id="1", subject="", comments=(comment,))
    return judge.ready().decide(ticket, History(), clock.now()).outcome


def test_a_folder_is_imported_once_and_becomes_active(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    version = import_folder(store, folder, clock)
    assert import_folder(store, folder, clock) == version
    with store.read() as connection:
        assert policies.active_version(connection) == version
        assert connection.exec_driver_sql("SELECT count(*) FROM ledger").scalar() == 1


def test_a_policy_that_could_not_be_recorded_is_not_active_and_may_be_sent_again(
    any_store: Store, clock: FakeClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = read_folder(folder)

    def fail(*_arguments: object) -> str:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as broken:
        broken.setattr("integration.ledger.append", fail)
        with pytest.raises(StoreUnavailable):
            activate(any_store, "v", files, clock, instead_of=None)
    with any_store.read() as connection:
        assert policies.active_version(connection) is None
    assert activate(any_store, "v", files, clock, instead_of=None)
    assert not activate(any_store, "v", files, clock, instead_of=None)


def test_going_back_to_an_older_version_makes_it_active_again(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    first = import_folder(store, folder, clock)
    clock.pass_time(1)
    (folder / "policy.yaml").write_text(POLICY.format(replies=51))
    assert import_folder(store, folder, clock) != first
    clock.pass_time(1)
    (folder / "policy.yaml").write_text(POLICY.format(replies=50))
    assert import_folder(store, folder, clock) == first
    with store.read() as connection:
        assert policies.active_version(connection) == first


def test_the_last_import_is_active_also_where_a_clock_is_behind(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    import_folder(store, folder, clock)
    clock.pass_time(-60)
    (folder / "policy.yaml").write_text(POLICY.format(replies=51))
    version = import_folder(store, folder, clock)
    with store.read() as connection:
        assert policies.active_version(connection) == version


def test_a_mistake_keeps_the_policy_that_was_active(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    version = import_folder(store, folder, clock)
    (folder / "faqs.yaml").write_text("faqs: [ { id: x } ]")
    with pytest.raises(PolicyErrors):
        import_folder(store, folder, clock)
    with store.read() as connection:
        assert policies.active_version(connection) == version


def test_a_judge_without_a_policy_says_what_to_do(store: Store, clock: FakeClock) -> None:
    with pytest.raises(NoPolicyError, match="DESKCLERK_POLICY"):
        Judge(store, clock)


def test_a_judge_follows_a_change_within_seconds(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    import_folder(store, folder, clock)
    judge = Judge(store, clock)
    assert ask(judge, clock) is Outcome.REPLY
    (folder / "faqs.yaml").write_text(FAQS.replace("stage: auto", "stage: shadow"))
    clock.pass_time(1)
    import_folder(store, folder, clock)
    clock.pass_time(5)
    assert ask(judge, clock) is Outcome.ABSTAIN


def test_the_window_of_replies_comes_from_the_policy(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    import_folder(store, folder, clock)
    assert Judge(store, clock).ready().reply_window_s == 24 * 3600


def test_own_packs_are_read_too(folder: Path) -> None:
    (folder / "packs").mkdir()
    (folder / "packs" / "own.yaml").write_text("[]")
    assert "packs/own.yaml" in read_folder(folder)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("faqs.yaml", b"\xff\xfe", "UTF-8"),
        ("faqs.yaml", b"#" * (5 * 1024 * 1024 + 1), "5 MB"),
    ],
)
def test_a_file_that_cant_be_used_is_named(
    folder: Path, name: str, content: bytes, said: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(PolicyFolderError, match=said):
        load_folder(folder)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyFolderError, match="no folder"):
        read_folder(tmp_path / "nowhere")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyFolderError, match="neither"):
        read_folder(tmp_path)


def test_within_a_transaction_the_policy_is_the_one_that_was_found_before(
    store: Store, clock: FakeClock, folder: Path
) -> None:
    """A look into the store would wait there for the end of the transaction, for good."""
    first = import_folder(store, folder, clock)
    judge = Judge(store, clock, mode=LEXICAL)
    (folder / "policy.yaml").write_text(POLICY.format(replies=51))
    clock.pass_time(60)
    second = import_folder(store, folder, clock)
    with store.write() as connection:
        lock_head(connection)
        assert judge.known_policy.version == first
    assert judge.policy.version == second
    assert judge.known_policy.version == second
