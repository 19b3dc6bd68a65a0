"""Whether the guard's labels name the right family, as two readers of a set see it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shares import line

from rules.model import Decision
from rules.policy import Policy

# By set, by somebody who saw the messages alone: neither code, nor packs, nor the authors' labels.
FOLDER = Path(__file__).parent / "guard"
SECOND = {
    "report": FOLDER / "second_reader.jsonl",
    "grave": FOLDER / "second_reader_grave.jsonl",
    "passing": FOLDER / "second_reader_passing.jsonl",
    "remarks": FOLDER / "second_reader_remarks.jsonl",
    "brief": FOLDER / "second_reader_brief.jsonl",
}

Labelled = tuple[dict[str, Any], Decision]


def labels(name: str, policy: Policy, seen: Sequence[Labelled]) -> None:
    """Print how many labels are right, and how many cases have one."""
    family_of = {pack.id: pack.family for pack in policy.packs}
    given = [
        (row["id"], family, row["families"])
        for row, decision in seen
        for family in {family_of[pack] for pack in decision.packs}
    ]
    print(line("family labels right", sum(one in right for _, one, right in given), len(given)))
    for family in sorted({one for _, one, _ in given}):
        some = [one in right for _, one, right in given if one == family]
        print(line(f"labels of {family} right", sum(some), len(some)))
    if name in SECOND:
        second = _read(SECOND[name])
        agreed = [one in right or one in second[key] for key, one, right in given]
        print(line("right as its author or a second reader sees it", sum(agreed), len(given)))
        both = [one in second[row["id"]] for row, _ in seen for one in row["families"]]
        print(line("the author's families that the second reader gives", sum(both), len(both)))
    labelled = [row["families"] for row, decision in seen if decision.packs]
    print(line("labelled messages that are cases", sum(map(bool, labelled)), len(labelled)))
    found = [decision for row, decision in seen if row["families"]]
    print(line("cases labelled", sum(bool(each.packs) for each in found), len(found)))
    print(line("cases with a clock that runs", sum(bool(e.deadlines) for e in found), len(found)))


def _read(file: Path) -> dict[str, list[str]]:
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return {row["id"]: row["families"] for row in rows}
