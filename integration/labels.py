"""What people decided, as labelled tickets: for `evaluate` and `train --labelled`."""

import json
from collections.abc import Iterator
from typing import Any

from integration.store import Store, acts
from integration.store.acts import LabelRow
from integration.wishes import NOTHING, ActKind

# By which acts a person says what a message asked. An edited reply says nothing of it, nor does a
# guard that was lifted.
_SAYING = (
    ActKind.SEND,
    ActKind.ANOTHER,
    ActKind.REPLY,
    ActKind.REFUSE,
    ActKind.ESCALATE,
    ActKind.CORRECT,
)


def labelled(store: Store, since: float) -> Iterator[dict[str, Any]]:
    """Lines in the form of labelled tickets, oldest first; of several acts the last one counts.

    Where a ticket's text was erased there is no line.
    """
    with store.read() as connection:
        rows = acts.saying(connection, [kind.value for kind in _SAYING], since)
    last = {row.about: row for row in rows}
    for row in last.values():
        if row.snapshot is None:
            continue
        line = json.loads(row.snapshot)
        line.pop("history", None)
        yield line | {"expect": _expected(row)}


def _expected(row: LabelRow) -> dict[str, Any]:
    if row.faq is None or row.faq == NOTHING:
        return {"kind": "none", "faq": None}
    # A person who named a pack has guarded the ticket by that.
    if row.guards:
        return {"kind": "guard", "faq": None}
    return {"kind": "faq", "faq": row.faq}
