"""Whether what calls us stands and works: webhook, secret, triggers, and a message end to end."""

import secrets
from collections.abc import Iterator
from math import inf

from connectors.zendesk.events import TEST_KEY
from connectors.zendesk.parts import Kind, Record
from connectors.zendesk.triggers import is_at_creation, mails_comments, place_of, tells_requester
from integration.connecting import Connecting, Doing, Step, Wishes
from integration.connecting.wanted import TRIGGER, WEBHOOK_PATH
from integration.doctor import Check, Finding, ok, problem, skipped, warning
from integration.store import deliveries
from integration.zendesk_account import Account

_CONNECT = "Run deskclerk connect."
_PATIENCE_S = 5.0
_LOOK_EVERY_S = 0.25
_UNAUTHORIZED = 401


class PartChecks:
    """The checks in their order; each uses what those before it have found."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._trigger_id = ""

    def checks(self) -> Iterator[Check]:
        """All of them."""
        yield Check("zendesk webhook", self.look_at_parts)
        yield Check("zendesk signing secret", self.look_at_secret)
        yield Check("zendesk delivery", self.look_at_delivery)
        yield Check("zendesk triggers", self.look_at_triggers)
        yield Check("zendesk fields", self.look_at_fields)

    def look_at_parts(self) -> Iterator[Finding]:
        """Webhook and trigger stand as `connect` would make them."""
        account = self._account
        store = account.base.store
        lacking = account.lacking()
        if lacking is not None or store is None or not account.has_webhooks:
            yield lacking or skipped("Webhook and trigger could not be looked at.")
            return
        plan = Connecting(account.settings, store, account.clock, account.setup).look(Wishes())
        for step in plan.steps:
            if step.wanted.kind is not Kind.CATEGORY:  # by which nothing works or fails
                yield self._of_step(step)
        for remark in plan.remarks:
            yield warning(remark, "")

    def look_at_secret(self) -> Iterator[Finding]:
        """The webhook signs with a secret that we know."""
        if not self._account.webhook_id:
            yield skipped("There is no webhook whose secret could be compared.")
            return
        secret = self._account.setup.signing_secret(self._account.webhook_id)
        if secret in self._account.settings.webhook_secrets:
            yield ok("The webhook signs with the secret that is known here.")
        else:
            yield problem(
                "The webhook signs with another secret than the one that is known here: every "
                "message is refused.",
                "Run deskclerk connect, which takes the present one up.",
            )

    def look_at_delivery(self) -> Iterator[Finding]:
        """A message that Zendesk sends arrives in the inbox."""
        account, store = self._account, self._account.base.store
        if not account.webhook_id or store is None:
            yield skipped("There is no webhook to send a test message by.")
            return
        token = secrets.token_hex(8)
        since = account.clock.now().timestamp() - 60
        address = account.settings.public_url + WEBHOOK_PATH
        status = account.setup.send_test(account.webhook_id, address, {TEST_KEY: token})
        if status == _UNAUTHORIZED:
            yield problem(
                f"The service at {address} refuses what Zendesk signs: it runs with another "
                "secret, or its clock is off.",
                "Run deskclerk connect, and start the service again.",
            )
        elif status not in range(200, 300):
            answered = f"the answer was {status}" if status else "no answer came"
            yield problem(
                f"Zendesk can't deliver to {address}: {answered}.",
                "See that the service runs, and that PUBLIC_URL is its address from outside.",
            )
        elif self._arrived(token, since):
            yield ok("A test message from Zendesk arrived here.")
        else:
            yield problem(
                f"What answers at {address} took a test message that did not arrive here.",
                "See that PUBLIC_URL and DATABASE_URL belong to the same installation.",
            )

    def look_at_triggers(self) -> Iterator[Finding]:
        """Other triggers don't answer beside us, and one mails our replies."""
        lacking = self._account.lacking()
        if lacking is not None:
            yield lacking
            return
        telling = [
            one
            for one in self._account.records(Kind.TRIGGER)
            if one.properties["active"] and tells_requester(one)
        ]
        for record in telling:
            if is_at_creation(record):
                yield self._beside(record)
        if not any(map(mails_comments, telling)):
            yield warning(
                "No active trigger mails public comments to the requester: replies would stand "
                "on the ticket, and reach nobody by mail.",
                "Activate “Notify requester and CCs of comment update” at Zendesk, unless "
                "customers read replies elsewhere.",
            )
        elif not any(map(is_at_creation, telling)):
            yield ok("No trigger answers new tickets, and public comments are mailed.")

    def look_at_fields(self) -> Iterator[Finding]:
        """No required field is in the way."""
        lacking = self._account.lacking()
        if lacking is not None:
            yield lacking
            return
        required = len(self._account.setup.required_fields())
        if required:
            yield ok(
                f"Zendesk asks for {required} fields before a ticket is solved; the service "
                "solves none, so they are not in its way."
            )
        else:
            yield ok("No ticket field is required.")

    def _of_step(self, step: Step) -> Finding:
        thing = step.wanted
        if thing.kind is Kind.WEBHOOK:
            self._account.webhook_id = step.record_id
        elif thing.part == TRIGGER:
            self._trigger_id = step.record_id
        what = f"{thing.kind.value} “{thing.title}”"
        if step.doing is Doing.MAKE:
            return problem(f"There is no {what} of this installation.", _CONNECT)
        if step.doing is Doing.REMOVE:
            return warning(f"There are two of the {what}.", f"{_CONNECT}")
        if not step.changes:
            return ok(f"The {what} stands as it should.")
        if set(step.changes) == {"description"}:
            return warning(f"The {what} has lost its mark, by which it is found again.", _CONNECT)
        why = "; ".join(_FAULTS.get(name, f"{name} was changed") for name in step.changes)
        return problem(f"The {what} does not work: {why}.", f"{_CONNECT} It is mended by that.")

    def _arrived(self, token: str, since: float) -> bool:
        store, clock = self._account.base.store, self._account.clock
        waited = 0.0
        while store is not None and waited <= _PATIENCE_S:
            with store.read() as connection:
                if deliveries.has_test(connection, token, since=since):
                    return True
            clock.sleep(_LOOK_EVERY_S)
            waited += _LOOK_EVERY_S
        return False

    def _beside(self, record: Record) -> Finding:
        places = {one.id: place_of(one) for one in self._account.records(Kind.TRIGGER)}
        first = places[record.id] < places.get(self._trigger_id, inf)
        return warning(
            f"The trigger “{record.title}” runs {'before' if first else 'after'} ours and writes "
            "to the customer at each new ticket: they get its message and an automatic reply.",
            "Keep it if it only says that the message arrived; else deactivate it.",
        )


_FAULTS = {
    "status": "it is deactivated, as Zendesk does after many failures",
    "endpoint": "it points to another address than PUBLIC_URL",
    "active": "it is deactivated",
    "actions": "it does not call our webhook with the ids that it must send",
    "conditions": "it leaves out messages, or fires for our own writes",
}
