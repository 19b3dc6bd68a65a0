"""What people want in the console: stored before the browser is answered, once."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

import structlog

from integration.clock import Clock
from integration.store import Store, deliveries
from integration.store.deliveries import DeliveryRow

_ONCE: Final = re.compile(r"[0-9a-f]{32}")
_log = structlog.get_logger(__name__)


class NotOnceError(ValueError):
    """A form without the mark that makes it count once."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a wish. `told` is None while it is under way."""

    delivery: DeliveryRow
    told: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ConsoleIntake:
    """Takes what people want."""

    store: Store
    clock: Clock

    def take(
        self, user_id: int, once: str, body: dict[str, Any], *, ticket_id: int | None = None
    ) -> None:
        """Store it; the same form again changes nothing. Raises NotOnceError, StoreUnavailable."""
        key, raw = key_of(user_id, once), json.dumps(body).encode("ascii")
        with self.store.write() as connection:
            stored = deliveries.insert(
                connection,
                {
                    "key": key,
                    "source": deliveries.CONSOLE,
                    "kind": str(body["kind"]),
                    "event_type": None,
                    "ticket_id": ticket_id,
                    "body": raw,
                    "body_digest": hashlib.sha256(raw).hexdigest(),
                    "received_at": self.clock.now().timestamp(),
                    "state": deliveries.STORED,
                },
            )
        event = "intake.stored" if stored else "intake.known"
        _log.info(event, request=key, delivery=stored, ticket=ticket_id, kind=body["kind"])

    def answered(self, user_id: int, once: str) -> Answered | None:
        """What became of somebody's wish; None where they had none. Raises NotOnceError."""
        with self.store.read() as connection:
            found = deliveries.of_key(connection, key_of(user_id, once))
        if found is None:
            return None
        row, said = found
        return Answered(row, json.loads(said) if said else None)

    def text_of(self, row: DeliveryRow) -> str:
        """The message that was tried; nothing where it was erased."""
        with self.store.read() as connection:
            body = deliveries.body_of(connection, row.id)
        return str(json.loads(body).get("text", "")) if body else ""


def key_of(user_id: int, once: str) -> str:
    """The key of a form's delivery: nobody's wish is read or repeated by another person."""
    if not _ONCE.fullmatch(once):
        raise NotOnceError
    return f"console-{user_id}-{once}"
