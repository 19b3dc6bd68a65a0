"""Which policies judged, since when, and who made each of them active: as the ledger tells it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integration import ledger
from integration.store import Store, policies
from rules.policy import Policy, PolicyErrors, parse_policy


@dataclass(frozen=True, slots=True)
class Activation:
    """A policy became the active one. `by` is empty where a command or a folder did it."""

    version: str
    at: float
    by: str

    @property
    def name(self) -> str:
        """Whoever it was, without their number at the helpdesk."""
        return re.sub(r" \(\d+\)$", "", self.by)


class UnknownVersion(Exception):  # noqa: N818 - named by what it is
    """No policy of this version is kept."""


class UnreadableVersion(Exception):  # noqa: N818 - named by what it is
    """A policy is kept that this release can't read any more."""


def activations(store: Store, *, limit: int) -> list[Activation]:
    """The last activations, the newest first; the first of them judges now."""
    entries = ledger.newest(store, limit=limit, kind="policy_activated")
    return [read for each in entries if (read := _activation(each)) is not None]


def _activation(entry: Mapping[str, Any]) -> Activation | None:
    """An entry that was tampered with is left to the verifier."""
    try:
        body, at = entry["body"], datetime.fromisoformat(entry["at"]).timestamp()
        return Activation(str(body["version"]), at, str(body.get("by", "")))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def kept_policy(store: Store, version: str) -> tuple[dict[str, str], Policy]:
    """The files of a kept version, and what they say now.

    Raises UnknownVersion and UnreadableVersion.
    """
    with store.read() as connection:
        files = policies.files_of(connection, version)
    if files is None:
        raise UnknownVersion
    try:
        return files, parse_policy(files, kept=True)
    except PolicyErrors:
        raise UnreadableVersion from None
