"""Which workspaces may speak to the service, and by which chat it speaks to them."""

import hashlib
from collections.abc import Callable
from functools import partial

from connectors.chat import Chat
from connectors.errors import AskPerson
from connectors.slack.client import connect_slack
from integration.clock import Clock, SystemClock
from integration.settings import Settings
from integration.slack_installation import admitted, purpose_of
from integration.store import Store, facts, workspaces
from integration.vault import VaultError, vault_of


def connecting(settings: Settings) -> Callable[[str], Chat]:
    """From a token to its chat, at the Slack that the settings name."""
    return partial(connect_slack, address=settings.slack_url)


class SlackAccess:
    """The one workspace of SLACK_BOT_TOKEN; without it, those in which the app was installed."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        connect: Callable[[str], Chat] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._settings = settings
        self._store = store
        self._connect = connect or connecting(settings)
        self._token = settings.slack_bot_token.get_secret_value()
        self._vault = vault_of(settings)
        self._chats: dict[str, Chat] = {}  # by token: connections are kept open
        self._own_team: str | None = None

    def chat_of(self, team: str | None = None) -> Chat | None:
        """The chat of a workspace, or without `team` the one to write to; None where there is none.

        Raises AskPerson where its token can't be read, and StoreUnavailable.
        """
        token = self._token or self._stored_token(team)
        return None if token is None else self._chat(token)

    def token_mark(self) -> str:
        """Another text whenever the token is another; says nothing of the token itself."""
        if self._token:
            return hashlib.sha256(self._token.encode()).hexdigest()
        with self._store.read() as connection:
            rows = admitted(self._settings, workspaces.listed(connection))
        return " ".join(f"{row.team_id}@{row.installed_at}" for row in rows)

    def token_of(self, team: str) -> str | None:
        """The token of a workspace whose people may use the app; None refuses them.

        Of SLACK_BOT_TOKEN Slack is asked once whose it is, then the store knows; raises what
        `Chat.identify` raises: nobody is let in unknown. Raises AskPerson and StoreUnavailable as
        `chat_of` does.
        """
        if not self._token:
            return self._stored_token(team)
        if self._own_team is None:
            self._own_team = self._team_of_token()
        return self._token if team == self._own_team else None

    def _team_of_token(self) -> str:
        mark = self.token_mark()
        with self._store.read() as connection:
            known = facts.get(connection, facts.BOT_TEAM) or {}
        if known.get("token") == mark:
            return str(known["team"])
        team = self._chat(self._token).identify().team
        with self._store.write() as connection:
            now = self._clock.now().timestamp()
            facts.put(connection, facts.BOT_TEAM, {"token": mark, "team": team}, now)
        return team

    def _chat(self, token: str) -> Chat:
        if token not in self._chats:
            self._chats = {**self._chats, token: self._connect(token)}
        return self._chats[token]

    def _stored_token(self, team: str | None) -> str | None:
        with self._store.read() as connection:
            rows = admitted(self._settings, workspaces.listed(connection))
        for row in rows:
            if team in {None, row.team_id}:
                return self._opened(row)
        return None

    def _opened(self, row: workspaces.Workspace) -> str:
        try:
            return self._vault.open(row.sealed_token, purpose=purpose_of(row.team_id))
        except VaultError as error:
            raise AskPerson(str(error)) from None
