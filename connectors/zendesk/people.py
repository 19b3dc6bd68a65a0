"""Who is who on a ticket.

https://developer.zendesk.com/api-reference/ticketing/users/users/
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.plain_text import one_line
from connectors.ports import Agent
from connectors.zendesk.answers import Json, objects_at, text_at
from connectors.zendesk.events import as_id
from rules.model import Author

LEAD_TAG = "deskclerk_lead"  # of a user at the helpdesk
_AGENT_ROLES = frozenset({"agent", "admin"})
_FRESH_FOR = timedelta(minutes=5)  # roles change seldom
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MOST_ROLES = 10_000
_MANY = 100  # users/show_many takes as many


@dataclass(frozen=True, slots=True)
class People:
    """The users known from an answer or two, and which one is this service."""

    own_id: int
    users: Mapping[int, Json] = field(default_factory=dict)

    def author_of(self, author_id: int | None, requester_id: int | None) -> Author:
        """Who wrote a comment.

        This service is itself even where it is also the requester: its own words must never be
        taken for a customer's question.
        """
        if author_id is None:
            return Author.OTHER
        if author_id == self.own_id:
            return Author.BOT
        if author_id == requester_id:
            return Author.REQUESTER
        role = text_at(self.users.get(author_id, {}), "role")
        return Author.AGENT if role in _AGENT_ROLES else Author.OTHER


def users_in(payload: Json) -> dict[int, Json]:
    """The users of an answer, or of its sideload, by id."""
    rows = ((as_id(row.get("id")), row) for row in objects_at(payload, "users"))
    return {key: row for key, row in rows if key is not None}


def requester_in(shown: Json) -> int | None:
    """The requester's id of a ticket as it was shown."""
    row = shown.get("ticket")
    return as_id(row.get("requester_id")) if isinstance(row, dict) else None


def people_in(shown: Json, comments: Iterable[Json]) -> set[int]:
    """Everybody whose name or role matters: the requester and all authors."""
    ids = {requester_in(shown), *(as_id(comment.get("author_id")) for comment in comments)}
    return {key for key in ids if key is not None}


def agent_of(row: Json, email: str) -> Agent | None:
    """The agent that a user's record names, if the address is theirs and confirmed.

    A suspended user acts no more. An administrator leads, and so does an agent who carries the tag.
    """
    is_theirs = text_at(row, "email").casefold() == email.casefold() and bool(email)
    return _active_agent(row) if is_theirs and row.get("verified") is True else None


def read_agent(read: Callable[[str, Mapping[str, str]], Json], user_id: int) -> Agent | None:
    """The active agent with this id, or None; raises what `read`, a GET, raises."""
    row = users_in(read("users/show_many.json", {"ids": str(user_id)})).get(user_id)
    return None if row is None else _active_agent(row)


def _active_agent(row: Json) -> Agent | None:
    key, role = as_id(row.get("id")), text_at(row, "role")
    is_active = row.get("suspended") is not True and row.get("active") is not False
    if key is None or role not in _AGENT_ROLES or not is_active:
        return None
    tags = row.get("tags")
    marked = isinstance(tags, list) and LEAD_TAG in tags
    return Agent(key, one_line(text_at(row, "name")) or f"agent {key}", role == "admin" or marked)


class Roster:
    """Looks up people whom an answer names by id alone. Call it from any thread."""

    def __init__(self, ask: Callable[[str], Json], clock: Callable[[], datetime]) -> None:
        """`ask` gets the answer of `users/show_many` for up to 100 ids with commas."""
        self._ask = ask
        self._clock = clock
        self._roles: dict[int, tuple[datetime, str]] = {}

    def look_up(self, absent: AbstractSet[int], requester_id: int | None) -> dict[int, Json]:
        """What is known about them; raises what `ask` raises.

        The requester is always asked for. Of others only the role is kept, for five minutes.
        """
        now = self._clock()
        users: dict[int, Json] = {}
        for key in absent - {requester_id}:
            asked_at, role = self._roles.get(key, (_LONG_AGO, ""))
            if timedelta(0) <= now - asked_at < _FRESH_FOR:
                users[key] = {"role": role}
        unknown = sorted(absent - users.keys())
        if len(self._roles) > _MOST_ROLES:
            self._roles.clear()
        for start in range(0, len(unknown), _MANY):
            asked = unknown[start : start + _MANY]
            found = users_in(self._ask(",".join(str(key) for key in asked)))
            users |= found
            for key in asked:
                self._roles[key] = (now, text_at(found.get(key, {}), "role"))
        return users
