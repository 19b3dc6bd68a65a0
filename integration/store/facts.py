"""Small facts that all processes of an installation share."""

import json
from typing import Any

import sqlalchemy as sa

from integration.store.tables import fact

OWN_USER = "own_user_id"
PAUSED = "paused"
PAUSED_ANSWERS = "paused_answers"  # ids of questions, and when each was paused
SWEEP_CURSOR = "sweep_cursor"
SWEPT = "swept"  # the last sweep that came to its end
ALARM = "alarm"
BOT_TEAM = "bot_team"  # whose SLACK_BOT_TOKEN is, by its digest
CHAT_SETUP = "chat_setup"  # by what the chat was last written to: tried again when it changes
RATE = "rate"
DRAFTS = "drafts"  # the last reading of macros and articles: whose, and by which form
SET_UP = "set_up"  # when somebody said that the set-up is done
WAITS_FOR_START = "waits_for_start"  # the set-up made the policy, and nobody said "start" yet
SETUP_CODE_DEAD = "setup_code_dead"  # the mark of the code that lets nobody in any more
INSTALLATION = "installation_id"  # marks what is made at the helpdesk
TOKEN = "helpdesk_reached"  # noqa: S105 - the name of a fact: when the helpdesk last answered


_GET = sa.select(fact.c.value).where(fact.c.name == sa.bindparam("of"))


def get(connection: sa.Connection, name: str) -> Any:
    """A fact's value, or None."""
    text = connection.execute(_GET, {"of": name}).scalar()
    return None if text is None else json.loads(text)


def get_at(connection: sa.Connection, name: str) -> float | None:
    """When a fact was last set, seconds since the epoch, or None."""
    found: float | None = connection.execute(
        sa.select(fact.c.at).where(fact.c.name == name)
    ).scalar()
    return found


def put(connection: sa.Connection, name: str, value: Any, now: float) -> None:
    """Set a fact."""
    text = json.dumps(value)
    updated = connection.execute(
        sa.update(fact).where(fact.c.name == name).values(value=text, at=now)
    )
    if updated.rowcount == 0:
        connection.execute(sa.insert(fact).values(name=name, value=text, at=now))
