"""The commands about policy folders."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rules.policy import Policy

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def policy() -> None:
    """Policy folders."""


@policy.command("check")
@click.argument("folder", type=_FOLDER)
def policy_check(folder: Path) -> None:
    """Check a policy folder; every mistake is one line with file, line and hint."""
    from integration.policy_folder import load_folder

    loaded = load_folder(folder)
    for line in (*_scope_lines(loaded), *_disclosure_lines(loaded)):
        click.echo(line)
    click.echo(f"{folder}: {len(loaded.faqs)} answers, no mistakes. Version {loaded.version}")


def _scope_lines(loaded: "Policy") -> list[str]:
    """Which packs are in force, and what the policy leaves open."""
    scope = loaded.scope
    lines = [f"{len(scope.in_force)} of {len(loaded.packs)} packs are in force; all hold answers."]
    missing = [name for name in ("regions", "sectors") if not getattr(loaded.settings, name)]
    if missing and scope.undeclared:
        lines.append(
            f"note: {' and '.join(missing)} not set: {len(scope.undeclared)} packs of one region "
            "or sector label by their own words only, and of their clocks the shortest runs"
        )
    return lines


def _disclosure_lines(loaded: "Policy") -> list[str]:
    """In which languages the policy doesn't see to it that answers say what they are."""
    spoken = {answer.language for faq in loaded.faqs for answer in (*faq.answers, *faq.ask)}
    missing = sorted(spoken - set(loaded.settings.disclosure))
    if not missing:
        return []
    note = (
        f"note: no disclosure in {', '.join(missing)}: answers in these languages say that they "
        "were sent automatically, and how to reach a person, only where their own words do"
    )
    return [note]


@policy.command("packs")
@click.argument("folder", type=_FOLDER, required=False)
def policy_packs(folder: Path | None) -> None:
    """List the regulatory packs: the shipped ones, or those in force in a policy folder."""
    from integration.packs_page import packs_page
    from integration.policy_folder import load_folder
    from rules.pack_library import shipped_packs

    if folder is None:
        packs = shipped_packs()
    else:
        loaded = load_folder(folder)
        packs = tuple(pack for pack in loaded.packs if pack.id in loaded.scope.in_force)
    click.echo(packs_page(packs), nl=False)
