"""Taking away what was made at the helpdesk, and nothing else.

In safe order: what calls the webhook goes before the webhook, what holds things after them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from connectors.zendesk.parts import Kind, Record
from connectors.zendesk.setup import Load, ZendeskSetup
from integration import ledger, stored_settings
from integration.clock import Clock, iso
from integration.connecting.agreeing import (
    ConnectingFailed,
    NotYetDone,
    Shown,
    digest_of,
    require_time,
)
from integration.connecting.carrying_out import TURN, WAIT_S, known_installation
from integration.connecting.plan import mark_of
from integration.store import Store, facts, lock_head, made
from integration.store.made import OURS
from integration.stored_settings import STORED

_ORDER: Final = (Kind.TRIGGER, Kind.WEBHOOK, Kind.VIEW, Kind.CATEGORY, Kind.GROUP)


class Leaving(StrEnum):
    """Why something stays."""

    THEIRS = "theirs"
    COPY = "copy"
    IN_USE = "in use"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that stands at the helpdesk, and the part that it is here."""

    part: str
    kind: Kind
    id: str
    title: str

    @property
    def key(self) -> str:
        """What tells it from all else there."""
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What goes, in order, and what stays and why. `gone` are parts that others removed."""

    going: tuple[Thing, ...]
    staying: tuple[tuple[Thing, Leaving], ...]
    gone: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What tells it from plans by which something else would go."""
        return digest_of(one.key for one in self.going)

    @property
    def copies(self) -> tuple[str, ...]:
        """The keys of the copies that stay."""
        return tuple(one.key for one, why in self.staying if why is Leaving.COPY)

    def covers(self, other: "RemovalPlan") -> bool:
        """Whether all that goes by another plan goes by this one, too."""
        return {one.key for one in other.going} <= {one.key for one in self.going}


class RemovalChanged(ConnectingFailed):
    """Something else would go than was agreed on; `plan` is what."""

    def __init__(self, plan: RemovalPlan) -> None:
        super().__init__("more would be removed than the plan showed: look at the new plan")
        self.plan = plan


def removal_plan(
    installation: str,
    records: Mapping[Kind, tuple[Record, ...]],
    known: Mapping[str, made.Made],
    loads: Callable[[Record], Load],
    *,
    everything: bool,
    copies: frozenset[str] = frozenset(),
) -> RemovalPlan:
    """What there is to remove: what was written down, and what bears our mark.

    `loads` tells what a group holds. With `everything` groups in use go too. `copies` are the keys
    of those that are known already: they stay.
    """
    by_id = {(row.kind, row.vendor_id): row for row in known.values()}
    there = {(kind.value, one.id) for kind, found in records.items() for one in found}
    standing = {row.part for key, row in by_id.items() if key in there}
    going: list[Thing] = []
    staying: list[tuple[Thing, Leaving]] = []
    for kind in _ORDER:
        for record in records[kind]:
            row, borne = by_id.pop((kind.value, record.id), None), mark_of(record)
            marked = borne is not None and borne[0] == installation
            if row is None and not marked:
                continue
            part = row.part if row is not None else borne[1]  # type: ignore[index] # marked
            thing = Thing(part, kind, record.id, record.title)
            if row is None and (part in standing or thing.key in copies):
                staying.append((thing, Leaving.COPY))
            elif row is not None and row.origin != OURS:
                staying.append((thing, Leaving.THEIRS))
            elif kind is Kind.GROUP and not everything and _is_in_use(loads(record)):
                staying.append((thing, Leaving.IN_USE))
            elif kind is Kind.CATEGORY and _is_shared(record, records[Kind.TRIGGER], going):
                staying.append((thing, Leaving.SHARED))
            else:
                going.append(thing)
    return RemovalPlan(tuple(going), tuple(staying), tuple(row.part for row in by_id.values()))


def _is_in_use(load: Load) -> bool:
    return bool(load.agents or load.tickets)


def _is_shared(category: Record, triggers: tuple[Record, ...], going: list[Thing]) -> bool:
    ours = {thing.id for thing in going if thing.kind is Kind.TRIGGER}
    inside = {one.id for one in triggers if one.properties["category_id"] == category.id}
    return not inside <= ours


@dataclass(frozen=True, slots=True)
class Removal:
    """One account and one installation.

    Methods raise ConnectingFailed, ConnectorError and StoreError; whatever it was, the same can be
    called again.
    """

    store: Store
    clock: Clock
    setup: ZendeskSetup

    def look(
        self,
        *,
        everything: bool,
        copies: frozenset[str] = frozenset(),
        until: datetime | None = None,
    ) -> RemovalPlan:
        """What there is to remove, but `copies`. Changes nothing. Gives up when it is `until`."""
        records = {}
        for kind in _ORDER:
            records[kind] = self.setup.records(kind)
            require_time(self.clock, until)
        with self.store.read() as connection:
            known = {row.part: row for row in made.listed(connection)}

        def load_of(group: Record) -> Load:
            require_time(self.clock, until)
            return self.setup.load_of(group.id)

        installation = known_installation(self.store)
        return removal_plan(
            installation, records, known, load_of, everything=everything, copies=copies
        )

    def carry_out(
        self,
        agreed: RemovalPlan | Shown,
        *,
        everything: bool,
        by: str,
        told: Callable[[Thing], None],
        wait_s: float = WAIT_S,
        until: datetime | None = None,
    ) -> RemovalPlan:
        """Remove it, then forget the stored credentials; what was removed, and what stays.

        Looks again first, and raises RemovalChanged if more would go than was agreed on. Raises
        StoreBusy when somebody else connects or removes for longer than `wait_s`. From `until` on
        nothing is removed but the first, so that each call comes further: raises NotYetDone.
        """
        with self.store.alone(TURN, wait_s=wait_s):
            copies = frozenset(agreed.copies)
            plan = self.look(everything=everything, copies=copies, until=until)
            if plan.going and not agreed.covers(plan):  # where nothing is left, it was all agreed
                raise RemovalChanged(plan)
            for done, thing in enumerate(plan.going):
                if done and until is not None and self.clock.now() >= until:
                    left = RemovalPlan(plan.going[done:], ())
                    raise NotYetDone(done, len(left.going), left.digest, plan.copies)
                told(thing)
                self.setup.delete(thing.kind, thing.id)
                self._forget(thing, by)
            self._forget_rest(plan)
            stored_settings.forget(self.store, self.clock, _credentials(), by=by)
        return plan

    def _forget(self, thing: Thing, by: str) -> None:
        now = self.clock.now()
        body = {"part": thing.part, "kind": thing.kind.value, "id": thing.id, "by": by}
        with self.store.write() as connection:
            lock_head(connection)
            row = next((one for one in made.listed(connection) if one.part == thing.part), None)
            if row is not None and row.vendor_id == thing.id:
                made.forget(connection, thing.part)
            ledger.append(connection, iso(now), [ledger.Entry("disconnected", body)])

    def _forget_rest(self, plan: RemovalPlan) -> None:
        """What others removed, and what was theirs."""
        theirs = [thing.part for thing, why in plan.staying if why is Leaving.THEIRS]
        _forget_parts(self.store, self.clock, (*plan.gone, *theirs))


def forget_account(store: Store, clock: Clock, *, by: str, wait_s: float = WAIT_S) -> None:
    """Forget an account without asking it, where it is lost: what stands there stays.

    Raises StoreBusy when somebody else connects or removes for longer than `wait_s`.
    """
    with store.alone(TURN, wait_s=wait_s):
        with store.read() as connection:
            parts = [row.part for row in made.listed(connection)]
        _forget_parts(store, clock, parts)
        stored_settings.forget(store, clock, _credentials(), by=by)


def _forget_parts(store: Store, clock: Clock, parts: Iterable[str]) -> None:
    """Forget what stood there, and how far the feed of changes was read.

    Connected again, a sweep begins as the first one did: it must not decide what came in between,
    weeks of it perhaps, and not in another account.
    """
    with store.write() as connection:
        lock_head(connection)
        for part in parts:
            made.forget(connection, part)
        facts.put(connection, facts.SWEEP_CURSOR, None, clock.now().timestamp())


def _credentials() -> Iterator[str]:
    return (name for name in STORED if name.startswith("ZENDESK_"))
