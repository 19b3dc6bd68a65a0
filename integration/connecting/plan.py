"""What is there, what is wanted, and what there is to do about it. Values in, values out.

Every thing that is made bears a mark: the id of the installation and the part that it is. By it a
second run finds what a first one made, wherever that was broken off, and `uninstall` what it may
remove. A mark of another installation is left alone, unless that one's webhook has our address:
then it was this service, with a database that is lost.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from connectors.zendesk.parts import CURRENT_USER, NOTIFY_WEBHOOK, Kind, Record, same_action
from integration.connecting.agreeing import digest_of
from integration.store.made import OURS, THEIRS, Made

WEBHOOK: Final = "webhook"
_MARK = re.compile(r"\[deskclerk:([0-9a-f]{12}):([^\[\]]{1,100})\]")
_CATEGORY = re.compile(r"Deskclerk \(([0-9a-f]{12})\)")
_CATEGORY_PART = "category"


class Doing(StrEnum):
    """What a step does."""

    KEEP = "keep"  # nothing: it stands as it should
    NOTE = "note"  # write down here that it is ours; it stands as it should
    USE = "use"  # it was there before, and serves; it stays other people's
    MAKE = "make"
    REPAIR = "repair"
    REMOVE = "remove"  # a second one of the same


@dataclass(frozen=True, slots=True)
class MadeId:
    """Stands in properties for the id of another part, which may not be made yet."""

    part: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing as it should stand."""

    part: str
    kind: Kind
    title: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at the helpdesk, and what this installation knows of it."""

    installation: str
    records: Mapping[Kind, tuple[Record, ...]]
    made: Mapping[str, Made]

    def former_ids(self, endpoint: str) -> frozenset[str]:
        """Our id, and those of installations that served our address before."""
        marks = (
            mark_of(record)
            for record in self.records.get(Kind.WEBHOOK, ())
            if record.properties["endpoint"] == endpoint
        )
        return frozenset({self.installation, *(mark[0] for mark in marks if mark)})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `changes` names the properties that a repair sets."""

    doing: Doing
    wanted: Wanted
    record_id: str = ""  # empty until it is made
    origin: str = OURS
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Doing, str, str]:
        """What tells it from other steps: what is done, to what, and to which record."""
        return self.doing, self.wanted.part, self.record_id


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in order, and what people should know beside them."""

    steps: tuple[Step, ...]
    remarks: tuple[str, ...] = ()

    @property
    def doing(self) -> tuple[Step, ...]:
        """The steps that do something, if only here."""
        return tuple(step for step in self.steps if step.doing is not Doing.KEEP)

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something at the helpdesk."""
        quiet = {Doing.KEEP, Doing.NOTE, Doing.USE}
        return tuple(step for step in self.steps if step.doing not in quiet or step.changes)

    @property
    def digest(self) -> str:
        """What tells it from plans that would change something else at the helpdesk."""
        lines = [f"{step.key} {sorted(step.changes)}" for step in self.changes]
        return digest_of(lines)

    def covers(self, other: "Plan") -> bool:
        """Whether all that another plan changes is in this one, too, at the same record."""
        agreed = {step.key: set(step.changes) for step in self.changes}
        return all(
            step.key in agreed and set(step.changes) <= agreed[step.key] for step in other.changes
        )


def mark(installation: str, part: str) -> str:
    """What a made thing bears in its description."""
    return f"[deskclerk:{installation}:{part}]"


def category_title(installation: str) -> str:
    """The title of our category: categories have no description to bear a mark."""
    return f"Deskclerk ({installation})"


def description(installation: str, part: str) -> str:
    """The description of a made thing."""
    return (
        "Made by Deskclerk, which finds it by the mark at the end; `deskclerk uninstall` removes "
        f"it. {mark(installation, part)}"
    )


def mark_of(record: Record) -> tuple[str, str] | None:
    """The installation and the part that a record's mark names, or None."""
    if record.kind is Kind.CATEGORY:
        titled = _CATEGORY.fullmatch(record.title)
        return (titled[1], _CATEGORY_PART) if titled else None
    marked = _MARK.search(record.description)
    return (marked[1], marked[2]) if marked else None


def plan(wanted: Iterable[Wanted], found: Found) -> Plan:
    """What there is to do so that everything wanted stands, once. `wanted` is in order of need."""
    things = tuple(wanted)
    endpoint = _endpoint_of(things)
    former = found.former_ids(endpoint)
    ids: dict[str, str] = {}
    steps: list[Step] = []
    for thing in things:
        mine = list(_ours(thing, found, former))
        step = _step(thing, found, mine, ids)
        steps += [step, *_surplus(thing, mine[1:], ids)]
        if step.record_id:
            ids[thing.part] = step.record_id
    known = {step.record_id for step in steps}
    return Plan(tuple(steps), tuple(_remarks(found, ids.get(WEBHOOK, ""), known)))


def resolved(value: Any, ids: Mapping[str, str]) -> Any:
    """Properties with the ids of what is made; None where it isn't made yet."""
    if isinstance(value, MadeId):
        return ids.get(value.part)
    if isinstance(value, dict):
        return {key: resolved(one, ids) for key, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, ids) for one in value]
    return value


def _endpoint_of(things: tuple[Wanted, ...]) -> str:
    hooks = (str(thing.properties["endpoint"]) for thing in things if thing.part == WEBHOOK)
    return next(hooks, "")


def _ours(thing: Wanted, found: Found, former: frozenset[str]) -> Iterator[Record]:
    """What is ours of a part: the one written down first, then those that bear a mark of ours."""
    records = found.records.get(thing.kind, ())
    known = found.made.get(thing.part)
    first = [one for one in records if known is not None and one.id == known.vendor_id]
    yield from first
    for record in records:
        borne = mark_of(record)
        if borne and borne[0] in former and borne[1] == thing.part and record not in first:
            yield record


def _step(thing: Wanted, found: Found, mine: list[Record], ids: Mapping[str, str]) -> Step:
    known = found.made.get(thing.part)
    if mine:
        record = mine[0]
        is_known = known is not None and known.vendor_id == record.id
        origin = known.origin if known is not None and is_known else OURS
        changes = _lacking(thing, record, ids, _wanted_mark(thing, found, origin))
        quiet = Doing.KEEP if is_known else Doing.NOTE
        return Step(Doing.REPAIR if changes else quiet, thing, record.id, origin, changes)
    for record in found.records.get(thing.kind, ()):
        if mark_of(record) is None and _serves(thing, record):
            if thing.kind is Kind.GROUP:  # of which nothing but the name is wanted
                return Step(Doing.KEEP, thing, record.id, THEIRS)
            changes = _lacking(thing, record, ids, "")
            return Step(Doing.USE, thing, record.id, THEIRS, changes)
    return Step(Doing.MAKE, thing)


def _wanted_mark(thing: Wanted, found: Found, origin: str) -> str:
    """The mark that must stand in the description; none in what is other people's."""
    if origin == THEIRS or thing.kind is Kind.CATEGORY:
        return ""
    return mark(found.installation, thing.part)


def _serves(thing: Wanted, record: Record) -> bool:
    """Whether something that others made does what is wanted."""
    if thing.kind is Kind.GROUP:
        return record.title == thing.title
    same = ("endpoint", "subscriptions")
    return thing.kind is Kind.WEBHOOK and all(
        record.properties[name] == thing.properties[name] for name in same
    )


def _lacking(thing: Wanted, record: Record, ids: Mapping[str, str], borne: str) -> dict[str, Any]:
    """What must be changed so that it works. Titles, places and views are people's to change."""
    changes: dict[str, Any] = {}
    if borne and borne not in record.description:
        changes["description"] = thing.properties["description"]
    wanted, now = thing.properties, record.properties
    if thing.kind is Kind.WEBHOOK:
        names = ("status", "endpoint", "http_method", "request_format")
        changes |= {name: wanted[name] for name in names if now[name] != wanted[name]}
    if thing.kind is Kind.TRIGGER:
        changes |= _lacking_of_trigger(wanted, now, ids)
    return changes


def _lacking_of_trigger(
    wanted: Mapping[str, Any], now: Mapping[str, Any], ids: Mapping[str, str]
) -> dict[str, Any]:
    """People may narrow our trigger by more conditions; what keeps it from looping must stand."""
    changes: dict[str, Any] = {}
    if not now["active"]:
        changes["active"] = True
    for action in resolved(wanted["actions"], ids):
        if not any(same_action(action, one) for one in now["actions"]):
            changes["actions"] = wanted["actions"]  # whose webhook may be yet to be made
    must, either = wanted["conditions"]["all"], wanted["conditions"]["any"]
    narrowed = now["conditions"]["all"]
    if any(one not in narrowed for one in must) or not _same(either, now["conditions"]["any"]):
        more = [one for one in narrowed if one not in must and one["field"] != CURRENT_USER]
        changes["conditions"] = {"all": [*must, *more], "any": either}
    return changes


def _same(some: list[Any], others: list[Any]) -> bool:
    return all(one in others for one in some) and all(one in some for one in others)


def _surplus(thing: Wanted, more: list[Record], ids: Mapping[str, str]) -> Iterator[Step]:
    """Exact copies of what calls us; a copy that somebody changed is theirs, and stays."""
    if thing.kind not in {Kind.WEBHOOK, Kind.TRIGGER}:
        return
    for record in more:
        if record.title == thing.title and not _lacking(thing, record, ids, ""):
            yield Step(Doing.REMOVE, thing, record.id)


def _remarks(found: Found, webhook_id: str, known: set[str]) -> Iterator[str]:
    for record in found.records.get(Kind.TRIGGER, ()):
        actions = record.properties["actions"]
        calls = any(
            one["field"] == NOTIFY_WEBHOOK and webhook_id in (one["value"] or ()) for one in actions
        )
        if webhook_id and calls and record.id not in known and record.properties["active"]:
            yield (
                f"The trigger “{record.title}” calls the webhook too: each message is then told "
                "twice. Deactivate it if it is not needed for something else."
            )
