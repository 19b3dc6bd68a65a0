"""The ledger as a file, and the verdict on either form."""

import json
from pathlib import Path
from typing import Any

from integration import ledger
from integration.files import whole_file
from integration.store import Store


def verify_file(source: Path, head: str | None) -> ledger.Verdict:
    """Verify an exported ledger; no store is needed. Raises OSError when it can't be read."""
    with source.open("rb") as file:
        return ledger.verify((_entry(line) for line in file), head=head)


def verify_store(store: Store, head: str | None) -> ledger.Verdict:
    """Verify the store's ledger against `head`, or against where the store says it ends."""
    return ledger.verify(ledger.read_entries(store), head=head or ledger.head_of(store))


def export(store: Store, sink: Path) -> tuple[int, str]:
    """Write all entries to a file; returns how many, and the last digest."""
    count, last = 0, ledger.GENESIS
    with whole_file(sink) as file:
        for entry in ledger.read_entries(store):
            file.write(ledger.canonical(entry) + "\n")
            count, last = count + 1, str(entry["digest"])
    return count, last


def _entry(line: bytes) -> Any:
    # Exactly as `export` writes it: JSON has other ways to say the same, such as naming a key
    # twice, of which a reader may see the one and the verifier the other.
    try:
        entry = json.loads(line)
        exact = ledger.canonical(entry).encode("ascii") == line.rstrip(b"\r\n")
    except (ValueError, RecursionError):
        return None
    return entry if exact else None
