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
    """Lines in the form of labelled tickets, oldest first, one for each message that was judged.

    Of several acts on a message the last one counts. Where a text was erased there is no line.
    """
    with store.read() as connection:
        rows = acts.saying(connection, [kind.value for kind in _SAYING], since)
    last = {row.about: row for row in rows}
    for row in last.values():
        if row.snapshot is None or row.decision is None:
            continue
        line = json.loads(row.snapshot)
        line.pop("history", None)
        yield line | {"expect": _expected(row, json.loads(row.decision))}


def _expected(row: LabelRow, judged: dict[str, Any]) -> dict[str, Any]:
    if row.faq is None or row.faq == NOTHING:
        return {"kind": "none", "faq": None}
    # A person who named a pack has guarded the ticket by that.
    if row.guards:
        return {"kind": "guard", "faq": None}
    # A draft that was sent as it is may have answered several questions.
    also = [each["rule"] for each in judged["reasons"] if each["code"] == "match.also"]
    more = {"also": also} if also and row.kind == ActKind.SEND else {}
    return {"kind": "faq", "faq": row.faq} | more
