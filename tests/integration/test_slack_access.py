"""Which workspaces are let in, and to which one the service speaks."""

from collections.abc import Iterator

import pytest

from connectors.errors import AskPerson, RetryLater
from connectors.slack.sandbox import Fault, SlackSandboxConfig, SlackSandboxServer
from connectors.slack.sandbox.world import TEAM
from integration.settings import Settings
from integration.slack_access import SlackAccess
from integration.slack_installation import purpose_of
from integration.store import Store, workspaces
from integration.vault import Vault

KEY = "k" * 32


class Chat:
    """As far as it matters here: by whose token it speaks."""

    def __init__(self, token: str) -> None:
        self.token = token


def install(store: Store, team: str, *, at: float, key: str = KEY) -> None:
    token = Vault(key).seal(f"xoxb-{team}", purpose=purpose_of(team))
    row = workspaces.Workspace(team, team, "UBOT", frozenset(), token, at)
    with store.write() as connection:
        workspaces.put(connection, row)


def access(store: Store, **changes: str) -> SlackAccess:
    settings = Settings(secret_key=KEY, **changes)  # type: ignore[arg-type] # pydantic reads texts
    return SlackAccess(settings, store, Chat)  # type: ignore[arg-type] # a part of a chat


def spoken_to(given: object) -> str | None:
    return given.token if isinstance(given, Chat) else None


@pytest.fixture
def slack() -> Iterator[SlackSandboxServer]:
    with SlackSandboxServer() as server:
        yield server


def by_token(store: Store, slack: SlackSandboxServer) -> SlackAccess:
    token = SlackSandboxConfig().bot_token
    return SlackAccess(Settings(slack_bot_token=token, slack_base_url=slack.url), store)


def test_where_nothing_is_installed_there_is_no_chat(any_store: Store) -> None:
    assert access(any_store).chat_of() is None
    assert access(any_store).token_of("T1") is None


def test_the_one_installed_workspace_is_spoken_to_and_let_in(any_store: Store) -> None:
    install(any_store, "T1", at=1.0)
    assert spoken_to(access(any_store).chat_of()) == "xoxb-T1"
    assert spoken_to(access(any_store).chat_of("T1")) == "xoxb-T1"
    assert access(any_store).token_of("T1") == "xoxb-T1"
    assert access(any_store).token_of("T2") is None
    assert access(any_store).chat_of("T2") is None


def test_without_the_setting_only_the_first_workspace_is_let_in(store: Store) -> None:
    install(store, "T2", at=2.0)
    install(store, "T1", at=1.0)
    assert access(store).token_of("T1") == "xoxb-T1"
    assert access(store).token_of("T2") is None


def test_of_several_workspaces_the_one_named_first_is_spoken_to(store: Store) -> None:
    install(store, "T1", at=1.0)
    install(store, "T2", at=2.0)
    several = access(store, slack_workspaces="T9,T2,T1")
    assert spoken_to(several.chat_of()) == "xoxb-T2"
    assert several.token_of("T1") == "xoxb-T1"
    assert several.token_of("T9") is None


def test_a_workspace_that_is_named_no_more_is_let_in_no_more(store: Store) -> None:
    install(store, "T1", at=1.0)
    assert access(store, slack_workspaces="T2").token_of("T1") is None


def test_one_token_has_one_chat(store: Store) -> None:
    install(store, "T1", at=1.0)
    same = access(store)
    assert same.chat_of() is same.chat_of("T1")


def test_a_key_that_was_lost_is_told_and_quotes_nothing(store: Store) -> None:
    install(store, "T1", at=1.0, key="o" * 32)
    with pytest.raises(AskPerson, match="install the app again"):
        access(store).chat_of()


def test_the_token_of_the_settings_lets_its_own_workspace_in_alone(
    store: Store, slack: SlackSandboxServer
) -> None:
    one = by_token(store, slack)
    assert one.token_of(TEAM) == SlackSandboxConfig().bot_token
    assert one.token_of("TOTHER") is None
    assert [call["method"] for call in slack.sandbox.world.calls] == ["auth.test"]


def test_whose_a_token_is_is_asked_once_for_all_processes(
    store: Store, slack: SlackSandboxServer
) -> None:
    by_token(store, slack).token_of(TEAM)
    slack.sandbox.faults.add(Fault("auth.test", "http_503"))
    assert by_token(store, slack).token_of(TEAM) is not None
    other = SlackAccess(Settings(slack_bot_token="xoxb-other", slack_base_url=slack.url), store)
    with pytest.raises(RetryLater):
        other.token_of(TEAM)


def test_nobody_is_let_in_while_slack_can_not_be_asked_whose_the_token_is(
    store: Store, slack: SlackSandboxServer
) -> None:
    one = by_token(store, slack)
    slack.sandbox.faults.add(Fault("auth.test", "http_503"))
    with pytest.raises(RetryLater):
        one.token_of(TEAM)
    assert one.token_of(TEAM) is not None


def test_the_token_of_the_settings_is_what_answers_go_out_with(
    store: Store, slack: SlackSandboxServer
) -> None:
    chat = by_token(store, slack).chat_of(TEAM)
    assert chat is not None
    assert chat.identify().team == TEAM


def test_a_token_that_can_t_be_read_is_a_matter_for_a_person(store: Store) -> None:
    install(store, "T1", at=1.0, key="x" * 32)
    with pytest.raises(AskPerson, match="SECRET_KEY"):
        access(store).chat_of()


def test_the_mark_of_a_token_changes_with_it_and_says_nothing_of_it(store: Store) -> None:
    marks = [access(store).token_mark()]
    install(store, "T1", at=1.0)
    marks.append(access(store).token_mark())
    install(store, "T1", at=2.0)
    marks.append(access(store).token_mark())
    for token in ("xoxb-one", "xoxb-two"):
        given = {"slack_bot_token": token, "slack_signing_secret": "s" * 32}
        marks.append(access(store, **given).token_mark())
    assert len(set(marks)) == len(marks)
    assert not any("xoxb" in mark for mark in marks)
