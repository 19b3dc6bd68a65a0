"""Whom a reminder pings: who has the ticket, and at the end of its time the leads.

Only users whom both the chat and the helpdesk know as agents, by ids that no text ever gave.
"""

import sqlalchemy as sa

from integration.store import acts, colleagues
from integration.store.posts import PostRow
from integration.wishes import ActKind
from rules.chat import Chat

_MOST_LEADS = 10
_BREACH = 100


def called(chat: Chat, channel: str, share: int, *, is_only: bool) -> dict[str, bool]:
    """Who is called in a channel: everybody in one of them, nobody in two."""
    is_leads = channel == chat.leads
    return {
        "owner": is_only or not is_leads,
        "lead": share >= _BREACH and (is_leads or not chat.leads),
    }


def pinged(connection: sa.Connection, row: PostRow, team: str, now: float) -> tuple[str, ...]:
    """The users of a workspace whom a reminder pings now."""
    found: list[str | None] = []
    if row.details.get("owner"):
        agent_id = _who_has(connection, row)
        if agent_id is not None:
            found.append(colleagues.user_of(connection, team, agent_id, now))
    if row.details.get("lead"):
        found += colleagues.leads_of(connection, team, now, most=_MOST_LEADS)
    return tuple(dict.fromkeys(user for user in found if user))


def _who_has(connection: sa.Connection, row: PostRow) -> int | None:
    """The agent who has the ticket: as it was last read, else as they said here."""
    seen = row.details.get("seen")
    if seen is not None:
        assignee: int | None = seen.get("assignee")
        return assignee
    taken = acts.latest_done(connection, row.ticket_id or 0, ActKind.TAKE)
    return None if taken is None else taken.agent_id
