"""What the service must be allowed to do, and how to ask without doing it.

https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes : a scope that
doesn't exist, or that the OAuth client may not have, still yields a token; only asking tells.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connectors.zendesk.wire import Wire


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that the service does. `what` goes on from "It may not"."""

    scope: str
    what: str
    method: str
    path: str


class Allowed(StrEnum):
    """What Zendesk says to it."""

    YES = "yes"
    NO = "no"
    NOT_THERE = "not there"  # the plan, or the account, has no such thing


# What is written to here does not exist: ids so large are never given out. A scope that is lacking
# is refused before the record is looked for.
_NOBODY: Final = 9_007_199_254_740_991
_NO_WEBHOOK: Final = "01AAAAAAAAAAAAAAAAAAAAAAAA"
PERMISSIONS: Final = (
    Permission("users:read", "read who wrote on a ticket", "GET", "users/me.json"),
    Permission("tickets:read", "read tickets", "GET", "tickets.json?page[size]=1"),
    Permission("tickets:write", "write on tickets", "PUT", f"tickets/{_NOBODY}.json"),
    Permission("tickets:read", "read groups", "GET", "groups.json?page[size]=1"),
    Permission("triggers:read", "read triggers", "GET", "triggers.json?page[size]=1"),
    Permission("triggers:write", "change triggers", "PUT", f"triggers/{_NOBODY}.json"),
    Permission("webhooks:read", "read webhooks", "GET", "webhooks?page[size]=1"),
    Permission("webhooks:write", "change webhooks", "PATCH", f"webhooks/{_NO_WEBHOOK}"),
    Permission("hc:read", "read the help centre", "GET", "help_center/articles.json?per_page=1"),
)
# Without the help centre the service answers all the same.
ESSENTIAL: Final = tuple(one for one in PERMISSIONS if one.scope != "hc:read")
# What setting up needs beyond that, by a token with `setup.CONNECT_SCOPE`.
WHO: Final = (Permission("read", "read who it acts as", "GET", "users/me.json"),)
CONNECTING: Final = (
    Permission("read", "read views", "GET", "views.json?page[size]=1"),
    Permission("write", "change triggers, views and groups", "PUT", f"views/{_NOBODY}.json"),
)
# What drafts are read by, by a token with `prepared.SCOPE`.
DRAFTING: Final = (
    Permission("macros:read", "read macros", "GET", "macros.json?page[size]=1"),
    Permission("hc:read", "read articles", "GET", "help_center/articles.json?per_page=1"),
)
WHERE: Final = "Admin Center, Apps and integrations, APIs, Zendesk API, OAuth clients"
_FORBIDDEN = 403
_NOT_FOUND = 404
_UNAUTHORIZED = 401


def forbidden(wire: Wire, wanted: Iterable[Permission]) -> tuple[Permission, ...]:
    """Those that a token which is taken does not allow. Raises as `ask` does."""
    return tuple(one for one in wanted if wire.status(one.method, one.path) == _FORBIDDEN)


def ask(wire: Wire, permission: Permission) -> Allowed:
    """Whether the token and its user may do it.

    Raises RetryLater, and AskPerson if there is no token; of a write nothing is ever done.
    """
    status = wire.status(permission.method, permission.path)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return Allowed.NO
    if status == _NOT_FOUND and permission.method == "GET":
        return Allowed.NOT_THERE
    return Allowed.YES
