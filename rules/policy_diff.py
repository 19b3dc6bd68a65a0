"""What differs between two policies, field by field: whatever a policy may say is found here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import time
from enum import Enum, StrEnum

from rules.model import Stage
from rules.policy import Faq, Pack, Policy

Leaf = str | bool | int | float | tuple[str, ...] | None
_Path = tuple[str, ...]

# Where a value has another name here than in policy.yaml.
_FILE_KEYS = {
    ("hours",): ("business_hours",),
    ("value", "order_field"): ("value", "order", "field"),
    ("value", "order_above"): ("value", "order", "above"),
    ("routing", "value_group"): ("routing", "value"),
    ("chat", "quiet_from"): ("slack", "quiet_hours", "from"),
    ("chat", "quiet_to"): ("slack", "quiet_hours", "to"),
    ("chat",): ("slack",),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs, under its key in the policy's files. None: there is none."""

    key: str
    old: Leaf
    new: Leaf


class Kind(StrEnum):
    """What became of a question or a pack."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A question or a pack that differs."""

    id: str
    title: str
    kind: Kind
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """Everything that differs. `reordered` names lists whose items stand in another order."""

    settings: tuple[Change, ...]
    questions: tuple[Difference, ...]
    packs: tuple[Difference, ...]  # of the policies' own
    reordered: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.settings or self.questions or self.packs or self.reordered)


def differences(old: Policy, new: Policy) -> PolicyDiff:
    """What is different in the new policy. Empty for policies of one version."""
    questions = _by_id(old.faqs), _by_id(new.faqs)
    packs = _by_id(_own(old)), _by_id(_own(new))
    named = {"questions": questions, "packs": packs}
    return PolicyDiff(
        settings=_changes(dict(_leaves(old.settings)), dict(_leaves(new.settings))),
        questions=tuple(_differences(*questions)),
        packs=tuple(_differences(*packs)),
        reordered=tuple(
            name for name, both in named.items() if _order(*both) != _order(*both[::-1])
        ),
    )


def widens(old: Policy, new: Policy) -> bool:
    """Whether an answer or the acknowledgement goes further, or as far for a larger share."""
    further = any(_reach(faq) > _reach(old.faq(faq.id)) for faq in new.faqs)
    stages = tuple(Stage)
    before, after = (each.settings.acknowledgement.stage for each in (old, new))
    return further or stages.index(after) > stages.index(before)


def frees(old: Policy, new: Policy) -> bool:
    """Whether more goes out without a person: an answer's share at auto, or the acknowledgement."""
    more = any(_share_alone(faq) > _share_alone(old.faq(faq.id)) for faq in new.faqs)
    before, after = (each.settings.acknowledgement.stage for each in (old, new))
    return more or (after is Stage.AUTO and before is not Stage.AUTO)


def _share_alone(faq: Faq | None) -> int:
    return faq.share if faq is not None and faq.stage is Stage.AUTO else 0


def _reach(faq: Faq | None) -> tuple[int, int]:
    """How far an answer goes, then for how many; in shadow nothing leaves the house.

    To suggest and to approve is the same.
    """
    if faq is None or faq.stage in {Stage.OFF, Stage.SHADOW}:
        return 0, 0
    return (2 if faq.stage is Stage.AUTO else 1), faq.share


def _own(policy: Policy) -> tuple[Pack, ...]:
    return tuple(pack for pack in policy.packs if pack.id in policy.scope.own)


_Items = Mapping[str, Faq | Pack]


def _by_id(items: tuple[Faq, ...] | tuple[Pack, ...]) -> _Items:
    return {item.id: item for item in items}


def _order(these: _Items, others: _Items) -> list[str]:
    """The ids that both have, in the order of these."""
    return [key for key in these if key in others]


def _differences(old: _Items, new: _Items) -> Iterator[Difference]:
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        changes = _changes(_item_leaves(before), _item_leaves(after))
        kind = Kind.REMOVED if after is None else Kind.ADDED if before is None else Kind.CHANGED
        if changes or kind is not Kind.CHANGED:
            yield Difference(key, (after or old[key]).title, kind, changes)


def _item_leaves(item: Faq | Pack | None) -> dict[_Path, Leaf]:
    """The values of an item but for its first one, by which it is known."""
    return {} if item is None else dict(_fields(item, (), 1))


def _changes(old: Mapping[_Path, Leaf], new: Mapping[_Path, Leaf]) -> tuple[Change, ...]:
    """The values that differ. An empty one is as good as none."""
    return tuple(
        Change(_file_key(path), old.get(path), new.get(path))
        for path in {**old, **new}
        if (old.get(path) or None) != (new.get(path) or None)
    )


def _file_key(path: _Path) -> str:
    for inner, written in _FILE_KEYS.items():
        if path[: len(inner)] == inner:
            path = written + path[len(inner) :]
    return ".".join(path)


def _leaves(value: object, path: _Path = ()) -> Iterator[tuple[_Path, Leaf]]:
    """The single values within a value, each with the way to it."""
    if is_dataclass(value):
        yield from _fields(value, path, 0)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        names = _names(value)
        yield path, names
        for name, inner in zip(names, value, strict=True):
            yield from _fields(inner, (*path, name), 1)
    else:
        yield path, _plain(value)


def _fields(value: object, path: _Path, start: int) -> Iterator[tuple[_Path, Leaf]]:
    for field in fields(value)[start:]:  # type: ignore[arg-type] # only dataclasses come here
        yield from _leaves(getattr(value, field.name), (*path, field.name))


def _names(items: tuple[object, ...]) -> tuple[str, ...]:
    """What the items of a list are known by: their first value, numbered where it comes again."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for item in items:
        first = _text(getattr(item, fields(item)[0].name))  # type: ignore[arg-type] # as above
        seen[first] += 1
        names.append(first if seen[first] == 1 else f"{first} #{seen[first]}")
    return tuple(names)


def _plain(value: object) -> Leaf:
    if isinstance(value, tuple | frozenset):
        return tuple(_listed(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, tuple | frozenset):
        return ", ".join(_listed(value))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, time):
        return "24:00" if value == time.max else value.isoformat("minutes")
    return str(value)


def _listed(values: tuple[object, ...] | frozenset[object]) -> list[str]:
    texts = [_text(value) for value in values]
    return sorted(texts) if isinstance(values, frozenset) else texts
