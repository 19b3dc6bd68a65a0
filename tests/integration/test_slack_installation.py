"""Workspaces and states as they are kept: encrypted, once, on either database."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.slack.oauth import Grant, InstallationRefused
from integration import ledger
from integration.key_rotation import seal_again
from integration.settings import Settings
from integration.slack_installation import Installations, States, purpose_of
from integration.store import Store, nonces, tables, workspaces
from integration.vault import Vault
from tests.fakes.helpdesk import FakeClock

TOKEN = "xoxb-canary-token"
SETTINGS = Settings(secret_key="k" * 32)


def a_grant(team: str = "T1", *, token: str = TOKEN) -> Grant:
    return Grant(team, "Acme", "UBOT", token, frozenset({"commands", "chat:write"}), "UADMIN")


def opened(store: Store, key: str = "k" * 32) -> str:
    """The one token that is kept."""
    row = rows(store)[0]
    return Vault(key).open(row.sealed_token, purpose=purpose_of(row.team_id))


def installations(store: Store, clock: FakeClock, settings: Settings = SETTINGS) -> Installations:
    return Installations(settings, store, clock)


def entries(store: Store) -> list[tuple[str, dict[str, Any]]]:
    return [(entry["kind"], entry["body"]) for entry in ledger.read_entries(store)]


def rows(store: Store) -> list[workspaces.Workspace]:
    with store.read() as connection:
        return workspaces.listed(connection)


def test_a_workspace_is_kept_with_its_token_encrypted(any_store: Store, clock: FakeClock) -> None:
    installations(any_store, clock).keep(a_grant())
    with any_store.read() as connection:
        stored = str(connection.execute(sa.select(tables.workspace)).all())
    assert "Acme" in stored
    assert TOKEN not in stored
    assert TOKEN not in repr(rows(any_store))
    assert opened(any_store) == TOKEN
    assert rows(any_store)[0].bot_user_id == "UBOT"
    assert rows(any_store)[0].scopes == {"chat:write", "commands"}


def test_the_ledger_says_where_it_was_installed_and_by_whom(
    any_store: Store, clock: FakeClock
) -> None:
    installations(any_store, clock).keep(a_grant())
    body = {"team": "T1", "by": "UADMIN", "scopes": ["chat:write", "commands"]}
    assert entries(any_store) == [("slack_installed", body)]


def test_installing_again_replaces_the_token(any_store: Store, clock: FakeClock) -> None:
    kept = installations(any_store, clock)
    kept.keep(a_grant())
    kept.keep(a_grant(token="xoxb-new"))
    assert opened(any_store) == "xoxb-new"
    assert len(rows(any_store)) == 1


def test_a_removed_app_s_token_is_forgotten_and_the_ledger_says_so(
    any_store: Store, clock: FakeClock
) -> None:
    kept = installations(any_store, clock)
    kept.keep(a_grant())
    assert kept.forget("T1", why="app_uninstalled")
    assert rows(any_store) == []
    assert entries(any_store)[-1] == ("slack_removed", {"team": "T1", "why": "app_uninstalled"})


def test_removing_what_is_not_installed_leaves_no_trace(store: Store, clock: FakeClock) -> None:
    assert not installations(store, clock).forget("T9", why="app_uninstalled")
    assert entries(store) == []


def test_a_removal_told_late_does_not_undo_a_newer_installation(
    store: Store, clock: FakeClock
) -> None:
    kept = installations(store, clock)
    kept.keep(a_grant())
    before = clock.now().timestamp() - 60
    assert not kept.forget("T1", why="app_uninstalled", at=before)
    assert kept.forget("T1", why="app_uninstalled", at=before + 120)


def test_a_second_workspace_is_refused_unless_the_settings_name_it(
    any_store: Store, clock: FakeClock
) -> None:
    installations(any_store, clock).keep(a_grant("T1"))
    with pytest.raises(InstallationRefused, match="T1,T2"):
        installations(any_store, clock).keep(a_grant("T2"))
    named = Settings(secret_key="k" * 32, slack_workspaces="T1, T2")
    installations(any_store, clock, named).keep(a_grant("T2"))
    assert {row.team_id for row in rows(any_store)} == {"T1", "T2"}


def test_a_workspace_that_the_settings_do_not_name_is_refused(
    store: Store, clock: FakeClock
) -> None:
    named = Settings(secret_key="k" * 32, slack_workspaces="T1")
    with pytest.raises(InstallationRefused, match="SLACK_WORKSPACES"):
        installations(store, clock, named).keep(a_grant("T2"))
    assert entries(store) == []


def test_without_a_key_nothing_is_kept(store: Store, clock: FakeClock) -> None:
    with pytest.raises(InstallationRefused, match="SECRET_KEY"):
        installations(store, clock, Settings()).keep(a_grant())


def test_tokens_are_sealed_again_when_the_key_is_rotated(
    any_store: Store, clock: FakeClock
) -> None:
    installations(any_store, clock).keep(a_grant())
    rotated = Settings(secret_key="n" * 32, secret_key_previous="k" * 32)
    seal_again(rotated, any_store)
    sealed = rows(any_store)[0].sealed_token
    seal_again(rotated, any_store)
    assert rows(any_store)[0].sealed_token == sealed
    assert opened(any_store, "n" * 32) == TOKEN


def test_without_a_former_key_nothing_is_sealed_again(store: Store, clock: FakeClock) -> None:
    installations(store, clock).keep(a_grant())
    sealed = rows(store)[0].sealed_token
    seal_again(SETTINGS, store)
    assert rows(store)[0].sealed_token == sealed


def test_a_token_that_can_not_be_read_stays_as_it_is(store: Store, clock: FakeClock) -> None:
    installations(store, clock).keep(a_grant())
    sealed = rows(store)[0].sealed_token
    seal_again(Settings(secret_key="n" * 32, secret_key_previous="o" * 32), store)
    assert rows(store)[0].sealed_token == sealed


def test_sealing_again_does_not_bring_an_old_token_back(store: Store, clock: FakeClock) -> None:
    installations(store, clock).keep(a_grant())
    with store.write() as connection:
        assert not workspaces.replace_token(connection, "T1", old="another", new="x")
    assert rows(store)[0].sealed_token != "x"


def test_a_state_is_good_once(any_store: Store, clock: FakeClock) -> None:
    states = States(any_store, clock)
    state = states.issue()
    assert states.consume(state)
    assert not states.consume(state)


def test_only_a_digest_of_a_state_is_kept(store: Store, clock: FakeClock) -> None:
    state = States(store, clock).issue()
    with store.read() as connection:
        kept = str(connection.execute(sa.select(tables.nonce)).all())
    assert state not in kept


def test_a_state_is_over_after_ten_minutes(any_store: Store, clock: FakeClock) -> None:
    states = States(any_store, clock)
    state = states.issue()
    clock.pass_time(600)
    assert not states.consume(state)


def test_a_state_that_was_never_issued_is_refused(store: Store, clock: FakeClock) -> None:
    assert not States(store, clock).consume("\ud800 guessed")


def test_of_many_who_use_a_state_at_once_one_wins(any_store: Store, clock: FakeClock) -> None:
    states = States(any_store, clock)
    state = states.issue()
    won: list[bool] = []
    threads = [threading.Thread(target=lambda: won.append(states.consume(state))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]


def test_states_that_are_over_are_forgotten_when_the_next_one_is_issued(
    any_store: Store, clock: FakeClock
) -> None:
    states = States(any_store, clock)
    states.issue()
    clock.pass_time(601)
    states.issue()
    with any_store.read() as connection:
        kept = connection.execute(sa.select(sa.func.count()).select_from(tables.nonce)).scalar()
    assert kept == 1


def test_a_flood_of_attempts_does_not_fill_the_database(store: Store, clock: FakeClock) -> None:
    until = clock.now().timestamp() + 600
    with store.write() as connection:
        for number in range(1000):
            nonces.keep(connection, f"{number}", "slack.install", until=until)
    with pytest.raises(InstallationRefused, match="wait a little"):
        States(store, clock).issue()
