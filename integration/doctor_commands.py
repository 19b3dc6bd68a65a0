"""The command that says whether every part of an installation works."""

import json
from typing import TYPE_CHECKING

import click

from integration.complaints import OperationFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from integration.doctor import Result


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def doctor(*, as_json: bool) -> None:
    """Look at every part of the installation; exit code 1 if something does not work."""
    from integration.doctor import Health, count

    def begun(name: str) -> None:
        click.echo(f"Looking at: {name}", err=True)

    def found(result: "Result") -> None:
        if not as_json:
            click.echo(line_of(result))

    results = _examined(begun, found)
    problems, warnings = count(results, Health.PROBLEM), count(results, Health.WARNING)
    if as_json:
        click.echo(json.dumps(figures_of(results)))
    if problems:
        raise OperationFailed(f"{_counted(problems, 'problem')} found; see the lines above")
    if not as_json:
        click.echo(f"Everything works; {_counted(warnings, 'warning')}.")


def line_of(result: "Result") -> str:
    """A finding as a person reads it."""
    finding = result.finding
    way_out = f" {finding.way_out}" if finding.way_out else ""
    return f"{finding.health:<8} {result.check}: {finding.sentence}{way_out}"


def figures_of(results: "Sequence[Result]") -> dict[str, object]:
    """The findings for machines; `ok` unless something does not work."""
    from integration.doctor import Health, count

    return {
        "ok": count(results, Health.PROBLEM) == 0,
        "findings": [
            {
                "check": result.check,
                "health": result.finding.health.value,
                "sentence": result.finding.sentence,
                "way_out": result.finding.way_out or None,
            }
            for result in results
        ],
    }


def _examined(begun: "Callable[[str], None]", found: "Callable[[Result], None]") -> "list[Result]":
    from integration.base_checks import settings_mistakes
    from integration.clock import SystemClock
    from integration.doctor import Check, examine
    from integration.examination import examine_installation
    from integration.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        mistakes = settings_mistakes(error)
        return examine([Check("settings", lambda: mistakes)], begun=begun, found=found)
    return examine_installation(settings, SystemClock(), begun=begun, found=found)


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
