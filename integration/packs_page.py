"""The regulatory packs as a page: what each is about, where it is in force, and its clocks."""

from collections.abc import Iterable, Iterator, Sequence

from rules.policy_schema import Clock, Pack

_COLUMNS = (
    "pack",
    "about",
    "regions; sectors",
    "owner",
    "reply",
    "clocks that a message starts",
    "facts",
)
_VERIFIED = {"read": "page read", "cited": "section cited", "memory": "not verified", "": "-"}


def packs_page(packs: Sequence[Pack]) -> str:
    """A Markdown table a family, in order of the files."""
    return "\n".join(_lines(packs)) + "\n"


def _lines(packs: Sequence[Pack]) -> Iterator[str]:
    for family in dict.fromkeys(pack.family for pack in packs):
        own = [pack for pack in packs if pack.family == family]
        yield f"### {family}"
        yield ""
        yield f"| {' | '.join(_COLUMNS)} |"
        yield "|" + " --- |" * len(_COLUMNS)
        yield from map(_row, own)
        yield ""


def _row(pack: Pack) -> str:
    where = f"{_listed(pack.regions, 'all')}; {_listed(pack.sectors, 'all')}"
    clocks = "; ".join(_clock(clock) for clock in pack.clocks if clock.runs) or "-"
    cells = [
        f"`{pack.id}`",
        f"{pack.title} ({pack.regime})",
        where,
        pack.owner + (", neutral note" if pack.neutral else ""),
        pack.reply,
        clocks,
        f"{_VERIFIED[pack.verified]}, {pack.as_of or '-'}",
    ]
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _clock(clock: Clock) -> str:
    calendar = f" {clock.calendar}" if clock.calendar else ""
    target = ", own target" if clock.kind == "internal" else ""
    where = f", in {', '.join(clock.regions)} alone" if clock.regions else ""
    return f"{clock.name}: {clock.amount} {clock.unit.replace('_', ' ')}{calendar}{target}{where}"


def _listed(names: Iterable[str], otherwise: str) -> str:
    return ", ".join(names) or otherwise
