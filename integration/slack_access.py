"""Which workspaces may speak to the service, and by which chat it speaks to them."""

from collections.abc import Callable
from typing import Final

from slack_bolt.authorization import AuthorizeResult

from connectors.chat import Chat
from integration.settings import Settings
from integration.slack_installation import admitted, purpose_of
from integration.store import Store, workspaces
from integration.vault import vault_of

NOT_INSTALLED: Final = (
    "Deskclerk isn't installed in this workspace. Ask whoever looks after it to add it at its "
    "page /slack, or to name this workspace in the setting SLACK_WORKSPACES."
)


class SlackAccess:
    """The one workspace of SLACK_BOT_TOKEN; without it, those in which the app was installed."""

    def __init__(self, settings: Settings, store: Store, connect: Callable[[str], Chat]) -> None:
        self._settings = settings
        self._store = store
        self._connect = connect  # from a token to its chat
        self._token = settings.slack_bot_token.get_secret_value()
        self._vault = vault_of(settings)
        self._chats: dict[str, Chat] = {}  # by token: connections are kept open
        self._own_team: str | None = None

    def chat_of(self, team: str | None = None) -> Chat | None:
        """The chat of a workspace, or without `team` the one to write to; None where there is none.

        Raises VaultError where its token can't be read, and StoreUnavailable.
        """
        if self._token:
            return self._chat(self._token)
        rows = self._rows()
        row = next((row for row in rows if team in {None, row.team_id}), None)
        if row is None:
            return None
        return self._chat(self._vault.open(row.sealed_token, purpose=purpose_of(row.team_id)))

    def admits(self, team: str) -> bool:
        """Whether a workspace's people may use the app.

        Asks Slack once whose SLACK_BOT_TOKEN is: raises what `Chat.identify` raises, so that
        nobody is let in unknown. Raises StoreUnavailable.
        """
        if not self._token:
            return any(row.team_id == team for row in self._rows())
        if self._own_team is None:
            self._own_team = self._chat(self._token).identify().team
        return team == self._own_team

    def authorize(
        self, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        """Bolt's `authorize`: None refuses. What listens only stores, so that no token is given."""
        if not team_id or not self.admits(team_id):
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

    def _rows(self) -> list[workspaces.Workspace]:
        with self._store.read() as connection:
            return admitted(self._settings, workspaces.listed(connection))

    def _chat(self, token: str) -> Chat:
        if token not in self._chats:
            self._chats = {**self._chats, token: self._connect(token)}
        return self._chats[token]
