"""The differences of two policies as lines that a person reads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff

from rules.policy_diff import Change, Difference, Kind, Leaf, PolicyDiff

_LONGEST_LINE = 60  # a longer text is shown line by line
_MOST_LINES = 40
_MOST_QUOTED = 10
_MOST_KEYS = 4
_SHORT = 20


def diff_lines(found: PolicyDiff) -> Iterator[str]:
    """What changes for people: settings, questions, packs of one's own."""
    yield from _headed(
        "Settings changed:", [line for each in found.settings for line in _change(each)]
    )
    for name, group in (("Questions", found.questions), ("Packs", found.packs)):
        for kind in Kind:
            own = [line for each in group if each.kind is kind for line in _difference(each)]
            yield from _headed(f"{name} {kind}:", own)
    for name in found.reordered:
        yield f"The order of the {name} changed."


def summary_lines(found: PolicyDiff) -> Iterator[str]:
    """The same in a line for each question, pack and for the settings: what, but not in full."""
    if found.settings:
        yield f"Settings: {_keys(found.settings)}"
    for each in (*found.questions, *found.packs):
        title = shown(each.title or each.id)
        yield f"{title}: {_keys(each.changes) if each.kind is Kind.CHANGED else each.kind}"
    for name in found.reordered:
        yield f"The order of the {name}"


def _keys(changes: Sequence[Change]) -> str:
    """What changed; with both values where these are short."""
    parts = [
        f"{shown(each.key)} {_value(each.old)} → {_value(each.new)}"
        if _is_short(each.old) and _is_short(each.new)
        else shown(each.key)
        for each in changes[:_MOST_KEYS]
    ]
    more = len(changes) - _MOST_KEYS
    return ", ".join(parts) + (f" and {more} more" if more > 0 else "")


def _is_short(value: Leaf) -> bool:
    return not isinstance(value, tuple) and len(str(value)) <= _SHORT


def _headed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield title
        yield from (f"  {line}" for line in lines)


def _difference(found: Difference) -> Iterator[str]:
    yield shown(f"{found.id} ({found.title})" if found.title != found.id else found.id)
    if found.kind is not Kind.REMOVED:
        for each in found.changes:
            yield from (f"  {line}" for line in _change(each, new_item=found.kind is Kind.ADDED))


def _change(change: Change, *, new_item: bool = False) -> Iterator[str]:
    key, old, new = shown(change.key), change.old, change.new
    if isinstance(old or new, tuple):
        yield f"{key}: {_listed(_texts(old), _texts(new))}"
    elif any(isinstance(side, str) and _is_long(side) for side in (old, new)):
        yield f"{key}:"
        yield from (f"  {line}" for line in _line_by_line(str(old or ""), str(new or "")))
    else:
        yield f"{key}: {_value(new)}" if new_item else f"{key}: {_value(old)} -> {_value(new)}"


def _is_long(text: str) -> bool:
    return "\n" in text or len(text) > _LONGEST_LINE


def _texts(value: Leaf) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _value(value: Leaf) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return shown(str(value)) if value not in {None, ""} else "nothing"


def _listed(old: Sequence[str], new: Sequence[str]) -> str:
    parts = [
        f"{len(texts)} {what} ({_quoted(texts)})"
        for what, texts in (
            ("added", list((Counter(new) - Counter(old)).elements())),
            ("removed", list((Counter(old) - Counter(new)).elements())),
        )
        if texts
    ]
    return ", ".join(parts) or "in another order"


def _quoted(texts: Sequence[str]) -> str:
    some = ", ".join(f'"{shown(text)}"' for text in texts[:_MOST_QUOTED])
    more = len(texts) - _MOST_QUOTED
    return some + (f" and {more} more" if more > 0 else "")


def _line_by_line(old: str, new: str) -> Iterator[str]:
    lines = list(unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm=""))[2:]
    yield from map(shown, lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"… {len(lines) - _MOST_LINES} lines more"


def shown(text: str) -> str:
    """A text for a terminal: what is invisible, or would steer it, is written out."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
