"""The door: verify, parse, store, answer. Nothing is acknowledged before it is stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import structlog

from connectors.signed import SignatureError
from connectors.zendesk import events, signature
from integration.clock import Clock
from integration.store import Store, StoreUnavailable, deliveries, facts
from integration.vault import VaultError
from integration.webhook_secrets import WebhookSecrets

MAX_BODY_BYTES = 1024 * 1024
RETRY_AFTER_S = 10
_OWN_USER_REFRESH_S = 30.0

_log = structlog.get_logger(__name__)


class Answer(IntEnum):
    """What the sender hears."""

    STORED = 202
    NOT_OURS = 401
    TOO_LARGE = 413
    CANNOT_STORE = 503


@dataclass(slots=True)
class Intake:
    """Takes deliveries for one installation."""

    store: Store
    clock: Clock
    secrets: WebhookSecrets
    _own_user: int | None = None
    _own_user_read_at: float = 0.0

    def receive(self, raw: bytes, headers: Mapping[str, str]) -> Answer:
        """Store a delivery once. New and known deliveries get the same answer."""
        if len(raw) > MAX_BODY_BYTES:
            return Answer.TOO_LARGE
        now = self.clock.now()
        try:
            self._verify(raw, headers, now)
        except SignatureError as error:
            _log.warning("intake.refused", reason=type(error).__name__)
            return Answer.NOT_OURS
        except (StoreUnavailable, VaultError) as error:
            _log.error("intake.no_secret", error=type(error).__name__)
            return Answer.CANNOT_STORE
        delivery = events.parse(raw, headers)
        try:
            stored = self._store(raw, delivery, now.timestamp())
        except StoreUnavailable:
            _log.error("intake.cannot_store", request=delivery.key)
            return Answer.CANNOT_STORE
        _log.info(
            "intake.stored" if stored else "intake.known",
            request=delivery.key,
            delivery=stored,
            ticket=delivery.ticket_id,
            kind=delivery.kind,
        )
        return Answer.STORED

    def _verify(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> None:
        """Raise SignatureError unless it is signed with one of the secrets of this moment."""
        known = self.secrets.known()
        try:
            signature.verify(raw, headers, known, now)
        except SignatureError:
            fresh = self.secrets.read_again()
            if fresh == known:
                raise
            signature.verify(raw, headers, fresh, now)

    def _store(self, raw: bytes, delivery: events.Delivery, now: float) -> int | None:
        own_user = self._known_own_user(now)
        with self.store.write() as connection:
            state = _first_state(delivery, own_user)
            return deliveries.insert(
                connection,
                {
                    "key": delivery.key,
                    "source": deliveries.WEBHOOK,
                    "kind": delivery.kind,
                    "event_type": delivery.event_type,
                    "ticket_id": delivery.ticket_id,
                    "body": raw,
                    "body_digest": hashlib.sha256(raw).hexdigest(),
                    "received_at": now,
                    "state": state,
                    "error": delivery.detail[:300] if state == deliveries.UNREADABLE else None,
                    "finished_at": None if state == deliveries.STORED else now,
                },
            )

    def _known_own_user(self, now: float) -> int | None:
        """Our user id at the helpdesk, which a worker writes down whenever it begins.

        It is another where the installation was connected anew with another user's client.
        """
        if now - self._own_user_read_at > _OWN_USER_REFRESH_S:
            self._own_user_read_at = now
            with self.store.read() as connection:
                self._own_user = facts.get(connection, facts.OWN_USER)
        return self._own_user


def _first_state(delivery: events.Delivery, own_user: int | None) -> str:
    """An update of our own needs no run: what a customer wrote has an event of its own."""
    if delivery.kind == "unreadable":
        return deliveries.UNREADABLE
    if delivery.ticket_id is None:
        return deliveries.IGNORED
    if own_user is not None and delivery.actor_id == own_user:
        return deliveries.IGNORED
    return deliveries.STORED
