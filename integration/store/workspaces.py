"""The workspaces of the chat in which the app is installed."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from integration.store.tables import workspace as table


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace. `sealed_token` is encrypted; `installed_at` is in seconds since the epoch."""

    team_id: str
    team_name: str
    bot_user_id: str
    scopes: frozenset[str]
    sealed_token: str = field(repr=False)
    installed_at: float


_ALL = sa.select(table).order_by(table.c.installed_at, table.c.team_id)


def put(connection: sa.Connection, row: Workspace) -> None:
    """Keep a workspace in place of what was known of it. The caller holds the ledger's turn."""
    forget(connection, row.team_id)
    connection.execute(
        sa.insert(table).values(
            team_id=row.team_id,
            team_name=row.team_name,
            bot_user_id=row.bot_user_id,
            scopes=",".join(sorted(row.scopes)),
            token=row.sealed_token,
            installed_at=row.installed_at,
        )
    )


def get(connection: sa.Connection, team_id: str) -> Workspace | None:
    """A workspace, or None where the app is not installed."""
    found = connection.execute(_ALL.where(table.c.team_id == team_id)).mappings().first()
    return None if found is None else _workspace(found)


def listed(connection: sa.Connection) -> list[Workspace]:
    """All workspaces, the one installed first at the beginning."""
    return [_workspace(row) for row in connection.execute(_ALL).mappings()]


def replace_token(connection: sa.Connection, team_id: str, *, old: str, new: str) -> bool:
    """Store another form of a token, unless the workspace was installed again meanwhile."""
    done = connection.execute(
        sa.update(table).where(table.c.team_id == team_id, table.c.token == old).values(token=new)
    )
    return done.rowcount == 1


def forget(connection: sa.Connection, team_id: str) -> bool:
    """Forget a workspace and its token; False if it was not known."""
    return connection.execute(sa.delete(table).where(table.c.team_id == team_id)).rowcount == 1


def _workspace(row: sa.RowMapping) -> Workspace:
    return Workspace(
        team_id=row["team_id"],
        team_name=row["team_name"],
        bot_user_id=row["bot_user_id"],
        scopes=frozenset(scope for scope in row["scopes"].split(",") if scope),
        sealed_token=row["token"],
        installed_at=row["installed_at"],
    )
