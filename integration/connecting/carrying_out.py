"""Looking at an account, planning, and carrying the plan out, one step and one record at a time.

Broken off at any call, a second run goes on: what was made bears our mark, and is found by it
whether or not it could still be written down here. Two at once take turns.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.addresses import is_protected
from connectors.errors import ConnectorError, Stop
from connectors.zendesk.parts import Kind
from connectors.zendesk.setup import ZendeskSetup
from integration import ledger, stored_settings
from integration.clock import Clock, iso
from integration.connecting.agreeing import (
    ConnectingFailed,
    NotYetDone,
    Shown,
    require_time,
)
from integration.connecting.credentials import require_administrator, require_scopes
from integration.connecting.plan import WEBHOOK, Doing, Found, Plan, Step, plan, resolved
from integration.connecting.wanted import Wishes, kinds_of, wanted
from integration.settings import Settings
from integration.store import Store, facts, lock_head, made
from integration.stored_settings import WEBHOOK_SECRET
from integration.vault import vault_of

TURN = "connect"
WAIT_S = 60.0
_ID_BYTES = 6

Told = Callable[[Step], None]


class PlanChanged(ConnectingFailed):
    """Something else would have to be done than was agreed on; `plan` is what."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the helpdesk changed since the plan was shown: look at the new plan")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Connecting:
    """One account and one installation.

    Methods raise ConnectingFailed, ConnectorError, StoreError and VaultError; whatever it was, the
    same can be called again.
    """

    settings: Settings
    store: Store
    clock: Clock
    setup: ZendeskSetup

    def look(self, wishes: Wishes, *, until: datetime | None = None) -> Plan:
        """What there is to do. Changes nothing at the helpdesk. Gives up when it is `until`."""
        _require_address(self.settings.public_url)
        me = self.setup.me()
        require_administrator(me)
        installation = known_installation(self.store)
        things = wanted(self.settings.public_url, installation, me.id, wishes)
        records = {}
        for kind in kinds_of(things):
            require_time(self.clock, until)
            records[kind] = self.setup.records(kind)
        require_time(self.clock, until)
        with self.store.read() as connection:
            known = {row.part: row for row in made.listed(connection)}
        return plan(things, Found(installation, records, known))

    def carry_out(
        self,
        agreed: Plan | Shown,
        wishes: Wishes,
        *,
        by: str,
        told: Told,
        wait_s: float = WAIT_S,
        until: datetime | None = None,
    ) -> Plan:
        """Do what was agreed on; what was done, which is less where others did it meanwhile.

        Looks again first, and raises PlanChanged if more would have to be done than was agreed on.
        Raises StoreBusy when somebody else is at it for longer than `wait_s`. `by` names who does
        it, for the ledger; `told` hears of each step that does something, before it. From `until`
        on no step is begun but the first, so that each call comes further: raises NotYetDone.
        """
        if not stored_settings.is_from_environment(self.settings, WEBHOOK_SECRET):
            vault_of(self.settings).require_key()  # the secret has to be kept
        _draw_installation(self.store, self.clock)
        with self.store.alone(TURN, wait_s=wait_s):
            present = self.look(wishes, until=until)
            if not agreed.covers(present):
                raise PlanChanged(present)
            require_scopes(self.setup)  # before anything is half-made
            require_time(self.clock, until)
            self._take_steps(present, by, told, until)
        return present

    def _take_steps(self, present: Plan, by: str, told: Told, until: datetime | None) -> None:
        ids: dict[str, str] = {}
        done = 0
        for number, step in enumerate(present.steps):
            if step.doing is not Doing.KEEP:
                if done and until is not None and self.clock.now() >= until:
                    left = Plan(present.steps[number:])
                    raise NotYetDone(done, len(left.doing), left.digest)
                told(step)
                done += 1
            key = self._do(step, ids, by)
            if step.doing is Doing.REMOVE:
                continue
            ids[step.wanted.part] = key
            if step.wanted.part == WEBHOOK:
                self._keep_secret(key, by)  # before a trigger calls it

    def _do(self, step: Step, ids: dict[str, str], by: str) -> str:
        thing = step.wanted
        try:
            if step.doing is Doing.MAKE:
                titled = {
                    thing.kind.title_key: thing.title,
                    **resolved(dict(thing.properties), ids),
                }
                key = self.setup.create(thing.kind, titled)
                self._note(step, key, by)
                return key
            if step.doing is Doing.REMOVE:
                self.setup.delete(thing.kind, step.record_id)
            elif step.changes:
                changes = resolved(dict(step.changes), ids)
                self.setup.change(thing.kind, step.record_id, changes)
        except Stop as error:
            raise ConnectingFailed(_refusal(step, error)) from error
        if step.doing is not Doing.KEEP:
            self._note(step, step.record_id, by)
        return step.record_id

    def _note(self, step: Step, key: str, by: str) -> None:
        """Write down what was done, and that it is ours, in one transaction."""
        now, thing = self.clock.now(), step.wanted
        body = {
            "part": thing.part,
            "kind": thing.kind.value,
            "id": key,
            "how": step.doing.value,
            "by": by,
        }
        row = made.Made(thing.part, thing.kind.value, key, step.origin, now.timestamp())
        with self.store.write() as connection:
            lock_head(connection)
            if step.doing is not Doing.REMOVE:
                made.put(connection, row)
            ledger.append(connection, iso(now), [ledger.Entry("connected", body)])

    def _keep_secret(self, webhook_id: str, by: str) -> None:
        """Store the webhook's signing secret, unless the environment gives it."""
        secret = self.setup.signing_secret(webhook_id)
        if stored_settings.is_from_environment(self.settings, WEBHOOK_SECRET):
            if secret in self.settings.webhook_secrets:
                return
            raise ConnectingFailed(
                f"{WEBHOOK_SECRET} in the environment is not the secret of the webhook, so that "
                "every message would be refused: remove it there, restart, and connect again"
            )
        values = {WEBHOOK_SECRET: secret}
        stored_settings.keep(self.settings, self.store, self.clock, values, by=by)


def known_installation(store: Store) -> str:
    """The id of this installation; zeros, which nothing bears, as long as it has none."""
    with store.read() as connection:
        known = facts.get(connection, facts.INSTALLATION)
    return str(known or "00" * _ID_BYTES)


def _draw_installation(store: Store, clock: Clock) -> None:
    """Give this installation its id, by chance, unless it has one."""
    with store.write() as connection:
        lock_head(connection)
        if facts.get(connection, facts.INSTALLATION) is None:
            drawn = secrets.token_hex(_ID_BYTES)
            facts.put(connection, facts.INSTALLATION, drawn, clock.now().timestamp())


def _require_address(public_url: str) -> None:
    """Zendesk calls https alone; the sandbox on this machine is called without."""
    if is_protected(public_url):
        return
    raise ConnectingFailed(
        "PUBLIC_URL must be the address at which Zendesk reaches this service, such as "
        "https://desk.example.com: set it, or connect at /setup/connect, which stores it"
    )


def _refusal(step: Step, error: ConnectorError) -> str:
    thing = step.wanted
    text = f"Zendesk refuses the {thing.kind.value.replace('_', ' ')} “{thing.title}” ({error})"
    if thing.kind is Kind.WEBHOOK:
        text += ": see whether the plan's webhooks are used up; trial accounts have ten"
    return text
