"""The workspaces in which the Slack app is installed: kept, forgotten, let in.

Of our own rather than slack_sdk's stores: the token is encrypted, the ledger has its entry in the
same transaction, and not every workspace is taken. Who gets in may act on the helpdesk's tickets,
and the administrator of a workspace decides which e-mail address a person has there. So a first
workspace is taken, and any other only if the setting SLACK_WORKSPACES names it.
"""

from connectors.slack.oauth import Grant, InstallationRefused
from integration import ledger
from integration.clock import Clock, iso
from integration.one_time import OneTime
from integration.settings import Settings
from integration.store import Store, lock_head, workspaces
from integration.vault import Vault, VaultError, vault_of

_STATE = "slack.install"


def purpose_of(team_id: str) -> str:
    """What the token of a workspace is sealed for."""
    return f"slack.token:{team_id}"


def admitted(settings: Settings, rows: list[workspaces.Workspace]) -> list[workspaces.Workspace]:
    """The workspaces whose people may use the app, the one that is written to first."""
    if not settings.slack_teams:
        return rows[:1]
    known = {row.team_id: row for row in rows}
    return [known[team] for team in settings.slack_teams if team in known]


class Installations:
    """Keeps the bot's token of each workspace, sealed."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._vault: Vault = vault_of(settings)

    def keep(self, grant: Grant) -> None:
        """Keep what a workspace granted, in place of what was known of it.

        Raises InstallationRefused, and StoreUnavailable; then nothing is kept.
        """
        now = self._clock.now()
        row = self._row(grant, now.timestamp())
        body = {"team": grant.team, "by": grant.by, "scopes": sorted(grant.scopes)}
        with self._store.write() as connection:
            lock_head(connection)
            self._require_admission(row.team_id, workspaces.listed(connection))
            workspaces.put(connection, row)
            ledger.append(connection, iso(now), [ledger.Entry("slack_installed", body)])

    def forget(self, team_id: str, *, why: str, at: float | None = None) -> bool:
        """Forget a workspace and its token; False if there is nothing to forget.

        `at` is when it happened, in seconds since the epoch: a message that comes late says
        nothing about an installation made since.
        """
        now = self._clock.now()
        entry = ledger.Entry("slack_removed", {"team": team_id, "why": why})
        with self._store.write() as connection:
            lock_head(connection)
            row = workspaces.get(connection, team_id)
            if row is None or (at is not None and at < row.installed_at):
                return False
            workspaces.forget(connection, team_id)
            ledger.append(connection, iso(now), [entry])
        return True

    def _row(self, grant: Grant, now: float) -> workspaces.Workspace:
        try:
            sealed = self._vault.seal(grant.token, purpose=purpose_of(grant.team))
        except VaultError as error:
            raise InstallationRefused(f"The token can't be stored: {error}.") from None
        return workspaces.Workspace(
            grant.team, grant.team_name, grant.bot_user, grant.scopes, sealed, now
        )

    def _require_admission(self, team: str, known: list[workspaces.Workspace]) -> None:
        named = self._settings.slack_teams
        if named and team not in named:
            raise InstallationRefused(
                f"The setting SLACK_WORKSPACES does not name this workspace ({team}): its people "
                "could act on tickets. If that is meant, add it there, restart and try again."
            )
        others = [row.team_id for row in known if row.team_id != team]
        if others and not named:
            raise InstallationRefused(
                "The app is installed in another workspace already. For several, name all of them "
                f"in the setting SLACK_WORKSPACES ({','.join([*others, team])}), restart and try "
                "again."
            )


class States:
    """States of installations that have begun."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._values = OneTime(store, clock, _STATE)

    def issue(self) -> str:
        """A new state. Raises InstallationRefused when too many wait to be used."""
        state = self._values.draw()
        if state is None:
            raise InstallationRefused(
                "Too many installations were begun in the last ten minutes: wait a little and "
                "try again."
            )
        return state

    def consume(self, state: str) -> bool:
        """Whether a state was issued, is in time and was not used; it is used up by this."""
        return self._values.use(state)
