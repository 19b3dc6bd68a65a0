"""Checking the names by which policy and packs refer to each other: a misspelt one does nothing.

Earlier releases took any text there, so in a kept version these mistakes are warnings.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.pack_library import shipped_packs
from rules.policy_errors import did_you_mean
from rules.policy_schema import FAMILIES, OWNERS, Pack, Settings
from rules.sections import Section

OTHER_SECTOR = "other"  # of a firm in a sector that no pack is about


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What policy.yaml may refer to: the packs, and what they name."""

    packs: frozenset[str]
    sectors: frozenset[str]
    owners: frozenset[str]


def known_names(own: Iterable[Pack]) -> KnownNames:
    """The names of the shipped packs and of a policy's own."""
    packs = (*shipped_packs(), *own)
    return KnownNames(
        frozenset(pack.id for pack in packs),
        frozenset(sector for pack in packs for sector in pack.sectors) | {OTHER_SECTOR},
        frozenset(pack.owner for pack in packs) | set(OWNERS),
    )


def check_settings(root: Section, settings: Settings, known: KnownNames) -> None:
    """The keys of `groups`, and the sectors of policy.yaml."""
    for sector in settings.sectors:
        if sector not in known.sectors:
            hint = _hint(sector, known.sectors)
            root.error("sectors", f"unknown sector '{sector[:60]}'", hint, only_new=True)
    for key in settings.groups:
        if key not in known.owners:
            message = "is no owner of a pack: nothing ever goes to this group"
            root.section("groups").error(key, message, _meant(key, known.owners), only_new=True)


def check_statutory(section: Section, packs: Iterable[str], known: KnownNames) -> None:
    """The packs that a receipt is for."""
    for pack in sorted(set(packs) - known.packs):
        near = did_you_mean(pack, known.packs)
        hint = near if near.startswith("did") else "deskclerk policy packs lists them"
        section.error("packs", f"'{pack[:60]}' is no known pack", hint, only_new=True)


def check_pack(section: Section, pack: Pack, settings: Settings) -> None:
    """The owner and the sectors of a policy's own pack."""
    owners = {*OWNERS, *settings.groups}
    if pack.owner not in owners:
        message = f"'{pack.owner[:60]}' is no key of groups in policy.yaml"
        section.error("owner", message, _meant(pack.owner, owners), only_new=True)
    sectors = {*known_names(()).sectors, *settings.sectors}
    for sector in pack.sectors:
        if settings.sectors and sector not in sectors:
            message = f"unknown sector '{sector[:60]}'; policy.yaml doesn't name it either"
            section.error("sectors", message, _hint(sector, sectors), only_new=True)


def _hint(sector: str, known: Iterable[str]) -> str:
    return did_you_mean("_".join(sector.lower().split()), known)


def _meant(owner: str, known: Iterable[str]) -> str:
    """A hint for an owner that is not known; a family's name stands for its owner."""
    word = "_".join(owner.lower().split())
    return did_you_mean(FAMILIES.get(word, word), known)
