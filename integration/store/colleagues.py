"""Which user of the chat is which agent of the helpdesk, as it was found when they last acted."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.chat_tables import colleague
from integration.store.inserts import insert_once

_KEPT_S = 90 * 86_400.0  # whoever was not seen for so long may be somebody else by now
_INSERT = insert_once(colleague, "team_id", "user_id")


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody who acted in the chat, known by the address that both sides had confirmed."""

    team_id: str
    user_id: str
    agent_id: int
    is_lead: bool
    seen_at: float


def keep(connection: sa.Connection, row: Seen) -> None:
    """Somebody was seen; what was known of those not seen for long is forgotten."""
    values = {name: getattr(row, name) for name in Seen.__slots__}
    forget(connection, row.team_id, row.user_id)
    connection.execute(sa.delete(colleague).where(colleague.c.seen_at < row.seen_at - _KEPT_S))
    connection.execute(_INSERT[connection.dialect.name], values)


def forget(connection: sa.Connection, team_id: str, user_id: str) -> None:
    """A user is no agent, or no more."""
    connection.execute(
        sa.delete(colleague).where(colleague.c.team_id == team_id, colleague.c.user_id == user_id)
    )


def is_known(connection: sa.Connection, team_id: str, user_id: str, now: float) -> bool:
    """Whether a user of a workspace acted there of late as an agent."""
    query = _of_late(team_id, now).where(colleague.c.user_id == user_id)
    return connection.execute(query).first() is not None


def user_of(connection: sa.Connection, team_id: str, agent_id: int, now: float) -> str | None:
    """The user of a workspace who an agent is, if they acted there of late."""
    query = _of_late(team_id, now).where(colleague.c.agent_id == agent_id).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def leads_of(connection: sa.Connection, team_id: str, now: float, *, most: int) -> list[str]:
    """The users of a workspace who lead, those first who acted last."""
    query = _of_late(team_id, now).where(colleague.c.is_lead).limit(most)
    return list(connection.execute(query).scalars())


def _of_late(team_id: str, now: float) -> sa.Select[Any]:
    return (
        sa.select(colleague.c.user_id)
        .where(colleague.c.team_id == team_id, colleague.c.seen_at > now - _KEPT_S)
        .order_by(colleague.c.seen_at.desc(), colleague.c.user_id)
    )
