"""Setting up an account: webhooks, triggers, views, groups, and what they need to work.

Needs an administrator. https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from connectors.errors import AskPerson
from connectors.zendesk import errors
from connectors.zendesk.answers import text_at
from connectors.zendesk.events import as_id
from connectors.zendesk.parts import Kind, Record, record_of, written
from connectors.zendesk.permissions import Permission, forbidden
from connectors.zendesk.schedules import (
    SCHEDULES,
    Schedule,
    Whereabouts,
    schedule_of,
    whereabouts_of,
)
from connectors.zendesk.wire import Wire

# Views and groups have no scope of their own, so that setting up asks for the two wide ones:
# https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes . The service
# itself runs with narrow ones (`oauth.DEFAULT_SCOPE`).
CONNECT_SCOPE: Final = "read write"


@dataclass(frozen=True, slots=True)
class Me:
    """The user as whom the OAuth client acts."""

    id: int
    role: str
    suspended: bool
    server_time: datetime | None

    @property
    def is_administrator(self) -> bool:
        """Whether they may set up webhooks and read the change feed."""
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class Load:
    """What a group holds."""

    agents: int
    tickets: int


class ZendeskSetup:
    """An account, to be looked at and changed. For one thread at a time; raises what Wire raises.

    An answer that can't be read raises RetryLater after a read, OutcomeUnknown after a write.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def me(self) -> Me:
        """Who we are. Raises AskPerson if the client names nobody: Zendesk answers 200 then."""
        answer = self._wire.get("users/me.json")
        row = answer.payload.get("user")
        user = row if isinstance(row, dict) else {}
        key = as_id(user.get("id"))
        if key is None:
            raise AskPerson("Zendesk doesn't know the user of this OAuth client")
        suspended = user.get("suspended") is True
        return Me(key, text_at(user, "role"), suspended, answer.server_time)

    def forbidden(self, wanted: Iterable[Permission]) -> tuple[Permission, ...]:
        """What the token does not allow; of a write nothing is done."""
        return forbidden(self._wire, wanted)

    def records(self, kind: Kind) -> tuple[Record, ...]:
        """Everything of a kind that stands in the account."""
        with errors.reading():
            rows = self._wire.rows(kind.path, kind.path)
            return tuple(record_of(kind, row) for row in rows)

    def create(self, kind: Kind, properties: Mapping[str, Any]) -> str:
        """Make a record; its id."""
        body = {kind.value: written(kind, properties)}
        made = self._wire.write("POST", kind.path, body).get(kind.value)
        with errors.reading(writing=True):
            return record_of(kind, made if isinstance(made, dict) else {}).id

    def change(self, kind: Kind, key: str, properties: Mapping[str, Any]) -> None:
        """Change properties of a record; the others stay."""
        method = "PATCH" if kind in {Kind.WEBHOOK, Kind.CATEGORY} else "PUT"
        self._wire.write(method, f"{kind.path}/{key}", {kind.value: written(kind, properties)})

    def delete(self, kind: Kind, key: str) -> bool:
        """Delete a record; False if there is none."""
        return self._wire.delete(f"{kind.path}/{key}")

    def signing_secret(self, webhook_id: str) -> str:
        """The secret that signs a webhook's deliveries."""
        payload = self._wire.get(f"webhooks/{webhook_id}/signing_secret").payload
        row = payload.get("signing_secret")
        with errors.reading():
            secret = text_at(row, "secret") if isinstance(row, dict) else ""
            if not secret.strip():
                raise errors.UnreadableError("it holds no signing secret")
            return secret

    def send_test(self, webhook_id: str, endpoint: str, message: Mapping[str, str]) -> int:
        """Have Zendesk send a message to a webhook's address; the status it was answered with.

        0 if Zendesk got no answer. https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/#test-webhook
        """
        request = {
            "endpoint": endpoint,
            "http_method": "POST",
            "request_format": "json",
            "payload": json.dumps(dict(message)),
        }
        params = {"webhook_id": webhook_id}
        payload = self._wire.write("POST", "webhooks/test", {"request": request}, params)
        row = payload.get("response")
        status = str(row.get("status", "")) if isinstance(row, dict) else ""
        return int(status[:3]) if status[:3].isascii() and status[:3].isdigit() else 0

    def load_of(self, group_id: str) -> Load:
        """How many agents and tickets a group holds. Zendesk counts tickets with a delay."""
        agents = len(list(self._wire.rows(f"groups/{group_id}/memberships", "group_memberships")))
        query = {"query": f"type:ticket group:{group_id}"}
        count = self._wire.get("search/count.json", query).payload.get("count")
        return Load(agents, count if isinstance(count, int) else 0)

    def required_fields(self) -> tuple[str, ...]:
        """Titles of the fields that an agent must fill before a ticket can be solved."""
        rows = self._wire.rows("ticket_fields.json", "ticket_fields")
        return tuple(
            text_at(row, "title")
            for row in rows
            if row.get("active") is True and row.get("required") is True
        )

    def schedules(self) -> tuple[Schedule, ...]:
        """When the firm works. Plans below Professional have no schedules: AskPerson."""
        return tuple(map(schedule_of, self._wire.rows(SCHEDULES, "schedules")))

    def whereabouts(self, user_id: int | None) -> Whereabouts:
        """Where a user is; with None the one as whom the OAuth client acts."""
        path = "users/me.json" if user_id is None else f"users/{user_id}.json"
        row = self._wire.get(path).payload.get("user")
        return whereabouts_of(row if isinstance(row, dict) else {})

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()
