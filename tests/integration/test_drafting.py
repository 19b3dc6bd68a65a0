"""Reading the helpdesk for drafts, and the command that writes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import AskPerson, RetryLater
from connectors.ports import TextKind, Unusable
from connectors.zendesk.prepared import SCOPE
from connectors.zendesk.sandbox import SandboxConfig, SandboxServer
from connectors.zendesk.sandbox.api_rules import make_macro
from integration import cli
from integration.drafting import Reading, drafted, left_out, read_texts
from integration.helpdesk import connect_helpdesk
from integration.policy_folder import load_folder
from integration.settings import Settings, read_settings
from integration.store import Store
from rules.model import Stage
from tests.contract.socket_stub import Reply, SocketStub
from tests.fakes.helpdesk import FakeClock

BASE = "https://acme.zendesk.com"
EMPTY = {"meta": {"has_more": False}}


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(SandboxConfig(delivery_threads=0)) as server:
        yield server


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        running.on("macros.json", Reply(200, {"macros": [a_macro(1)], **EMPTY}))
        running.on("help_center/articles.json", Reply(200, {"articles": [], **EMPTY}))
        yield running


def a_macro(key: int) -> dict[str, Any]:
    actions = [{"field": "comment_value", "value": "Hello."}]
    return {"id": key, "title": f"Macro {key}", "actions": actions}


def settings_for(url: str) -> Settings:
    return read_settings(
        {"ZENDESK_BASE_URL": url, "ZENDESK_CLIENT_ID": "id", "ZENDESK_CLIENT_SECRET": "secret"}
    )


def reading_of(stub: SocketStub, store: Store, clock: FakeClock) -> tuple[Reading, list[str]]:
    told: list[str] = []
    desk = connect_helpdesk(settings_for(stub.url), store, clock, scope=SCOPE)
    try:
        return read_texts(desk, BASE, clock, told.append), told
    finally:
        desk.close()


# -- reading ------------------------------------------------------------------------------------


def test_only_the_scopes_that_are_needed_are_asked_for(
    stub: SocketStub, store: Store, clock: FakeClock
) -> None:
    reading_of(stub, store, clock)
    (token,) = [call for call in stub.arrivals if call.path == "/oauth/tokens"]
    assert token.json["scope"] == "macros:read hc:read"


def test_older_texts_come_first_and_long_lists_are_told(
    stub: SocketStub, store: Store, clock: FakeClock
) -> None:
    pages = [
        {"macros": [a_macro(key) for key in range(start + 100, start, -1)], "meta": meta}
        for start, meta in (
            (0, {"has_more": True, "after_cursor": "a"}),
            (100, {"has_more": True, "after_cursor": "b"}),
            (200, {"has_more": False}),
        )
    ]
    stub.on("macros.json", *(Reply(200, page) for page in pages))
    found, told = reading_of(stub, store, clock)
    assert [text.id for text in found.texts] == list(range(1, 301))
    assert told == ["100 macros read", "200 macros read", "300 macros read"]


def test_a_helpdesk_that_asks_to_wait_is_waited_for(
    stub: SocketStub, store: Store, clock: FakeClock
) -> None:
    busy, good = Reply(429, {}, {"Retry-After": "7"}), Reply(200, {"macros": [], **EMPTY})
    stub.on("macros.json", busy, Reply(503), good)
    _, told = reading_of(stub, store, clock)
    assert sum(clock.slept) == pytest.approx(12)
    assert told[0].startswith("waiting 7 seconds: ")


def test_waiting_comes_to_an_end(stub: SocketStub, store: Store, clock: FakeClock) -> None:
    stub.on("macros.json", Reply(503))
    with pytest.raises(RetryLater):
        reading_of(stub, store, clock)
    assert len(stub.calls("GET", "macros.json")) == 11


def test_an_account_without_a_help_centre_has_its_macros_read(
    stub: SocketStub, store: Store, clock: FakeClock
) -> None:
    stub.on("help_center/articles.json", Reply(404, {"error": "InvalidEndpoint"}))
    found, (told,) = reading_of(stub, store, clock)
    assert [text.id for text in found.texts] == [1]
    assert told.startswith("no articles were read: Zendesk answers 404")


def test_credentials_that_open_nothing_need_a_person(
    stub: SocketStub, store: Store, clock: FakeClock
) -> None:
    for path in ("macros.json", "help_center/articles.json"):
        stub.on(path, Reply(403, {"error": "Forbidden"}))
    with pytest.raises(AskPerson, match="403"):
        reading_of(stub, store, clock)


def test_what_is_skipped_is_counted_and_named_by_reason() -> None:
    found = Reading(unusable=[Unusable(TextKind.MACRO, key, "no text") for key in range(1, 24)])
    found.unusable.append(Unusable(TextKind.ARTICLE, None, "no id"))
    found.drafts = 3
    many, one, more = left_out(found, 1)
    assert many.startswith("skipped 23 macros, no text: 1, 2, ")
    assert many.endswith(", 20 and 3 more")
    assert one == "skipped 1 article, no id: ?"
    assert more == "skipped 2 drafts: one policy file holds no more"


def test_a_text_that_gives_no_draft_joins_the_unusable(
    stub: SocketStub, store: Store, clock: FakeClock
) -> None:
    stub.on("macros.json", Reply(200, {"macros": [a_macro(1) | {"title": None}], **EMPTY}))
    found, _ = reading_of(stub, store, clock)
    assert drafted(found, BASE)[1] == 0
    assert list(left_out(found, 0)) == ["skipped 1 macro, no words in its title: 1"]


# -- the command --------------------------------------------------------------------------------


@pytest.fixture
def home(sandbox: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "DYNO", "ZENDESK_SUBDOMAIN", "DESKCLERK_POLICY"):
        monkeypatch.delenv(name, raising=False)
    config = sandbox.sandbox.config
    monkeypatch.setenv("DESKCLERK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ZENDESK_BASE_URL", sandbox.url)
    monkeypatch.setenv("ZENDESK_CLIENT_ID", config.client_id)
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", config.client_secret)
    (tmp_path / "home").mkdir()
    return tmp_path


def test_drafts_of_a_helpdesk_are_a_policy_that_answers_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = home / "drafts"
    assert cli.run(["policy", "drafts", "--out", str(out)]) == 0
    said, told = capsys.readouterr()
    assert said.startswith(f"{out / 'faqs.yaml'}: 6 drafts at stage off.")
    assert "skipped 2 macros, no public comment: " in told
    assert "skipped 1 article, no published text: " in told
    policy = load_folder(out)
    assert {faq.stage for faq in policy.faqs} == {Stage.OFF}
    assert policy.faqs[2].answer_in("de") is not None
    assert cli.run(["policy", "check", str(out)]) == 0


def test_a_list_of_several_pages_is_read_to_its_end(
    home: Path, sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with sandbox.sandbox.state.lock:
        for number in range(250):
            action = {"field": "comment_value", "value": "Hello."}
            make_macro(sandbox.sandbox.state, f"Number {number}", [action])
    assert cli.run(["policy", "drafts", "--out", str(home / "drafts")]) == 0
    assert "200 macros read" in capsys.readouterr().err
    assert len(load_folder(home / "drafts").faqs) == 256


def test_a_file_that_is_there_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "faqs.yaml").write_text("mine")
    assert cli.run(["policy", "drafts", "--out", str(home)]) == 2
    error = capsys.readouterr().err
    assert "is there already and stays: give another folder" in error
    assert (home / "faqs.yaml").read_text() == "mine"


def test_a_helpdesk_without_texts_gives_no_file(
    home: Path, sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with sandbox.sandbox.state.lock:
        for table in (sandbox.sandbox.state.macros, sandbox.sandbox.state.articles):
            for row in table:
                table.remove(row["id"])
    assert cli.run(["policy", "drafts", "--out", str(home / "drafts")]) == 0
    assert capsys.readouterr().out == "There is nothing to draft.\n"
    assert list((home / "drafts").iterdir()) == []


def test_missing_settings_are_named_before_anything_is_done(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZENDESK_CLIENT_ID")
    assert cli.run(["policy", "drafts", "--out", str(home / "drafts")]) == 2
    assert capsys.readouterr().err.startswith("error: ZENDESK_CLIENT_ID is not set")
    assert not (home / "drafts").exists()


def test_a_wrong_secret_is_one_line_and_leaves_no_file(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", "canary")
    assert cli.run(["policy", "drafts", "--out", str(home / "drafts")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("error: Zendesk answers 401 to the OAuth client")
    assert "canary" not in "".join(lines)
    assert list((home / "drafts").iterdir()) == []
