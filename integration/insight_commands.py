"""The commands that look at what came in: questions without an answer, and what has changed."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration.clock import SystemClock
from integration.offline_commands import instant, opened

if TYPE_CHECKING:
    from integration.questions import Finder

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_DAYS = click.IntRange(1, 3650)
_DAY_S = 86_400.0
_OFTEN = 250  # tickets, after which progress is told


@click.group()
def labels() -> None:
    """What people decided, to learn from."""


@labels.command("export")
@click.option("--out", "sink", type=_FILE, required=True, help="The file to write, JSON Lines.")
@click.option("--days", type=_DAYS, default=365, show_default=True, help="How far back.")
def labels_export(*, sink: Path, days: int) -> None:
    """Write what agents sent, refused and corrected as labelled tickets.

    The file holds customers' words. `deskclerk evaluate --in` and `train --labelled` read it.
    """
    import json

    from integration.files import whole_file
    from integration.labels import labelled
    from integration.settings import read_settings
    from integration.wiring import open_installation

    count = 0
    since = SystemClock().now().timestamp() - days * _DAY_S
    with open_installation(read_settings()) as store, whole_file(sink) as file:
        for line in labelled(store, since):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"{count} labelled tickets written.", err=not sink.is_file())


@click.command()
@click.option("--policy", type=_FOLDER, help="The policy folder; with --stored the active one.")
@click.option("--in", "source", type=_FILE, help="Tickets, one JSON object a line; else stdin.")
@click.option("--stored", is_flag=True, help="Read the tickets of this installation instead.")
@click.option("--days", type=_DAYS, default=90, show_default=True, help="How far back, stored.")
@click.option(
    "--least",
    type=click.IntRange(2, 1_000_000),
    default=3,
    show_default=True,
    help="How many tickets make a question.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.option("--out", "sink", type=_FILE, help="Where drafts of entries for faqs.yaml go.")
@click.option("--model", type=_FILE, help="A fitted recogniser.")
@click.option("--now", "now_text", help="The instant to decide at, ISO 8601; the present without.")
@click.option("--without-reader", is_flag=True, help="Judge and compare by words alone.")
def questions(  # noqa: PLR0913 - the options, by name
    *,
    policy: Path | None,
    source: Path | None,
    stored: bool,
    days: int,
    least: int,
    as_json: bool,
    sink: Path | None,
    model: Path | None,
    now_text: str | None,
    without_reader: bool,
) -> None:
    """Find the questions that customers ask and no answer settles."""
    import json

    from integration.files import whole_file
    from integration.questions import drafts, lines_of
    from rules.risk_modes import FULL, LEXICAL

    if stored and source is not None:
        raise click.UsageError("--in and --stored exclude each other: give one of them")
    if policy is None and not stored:
        raise click.UsageError("give --policy, or --stored for the tickets of this installation")
    now, mode = instant(now_text), LEXICAL if without_reader else None
    if policy is None or stored:
        finder = _stored_finder(policy, model, now, days, mode)
    else:
        finder = _lines_finder(policy, model, now, source, mode or FULL)
    found = finder.find(least)
    if as_json:
        click.echo(json.dumps(found.figures()))
    else:
        click.echo("\n".join(lines_of(found)))
    if sink is not None:
        with whole_file(sink) as writing:
            writing.write(drafts(found, [faq.id for faq in finder.policy.faqs]))
        click.echo(f"{len(found.candidates)} drafts written to {sink}.", err=True)


def _lines_finder(
    folder: Path, model: Path | None, now: datetime, source: Path | None, mode: str
) -> "Finder":
    """What took the tickets of a file, or of standard input."""
    from integration.offline import models_for, tickets
    from integration.policy_folder import load_folder
    from integration.questions import Finder

    policy = load_folder(folder)
    finder = Finder(policy, models_for(policy, model, mode), now, _told)
    with opened(source) as reading:
        for ticket, history in tickets(reading):
            finder.take(ticket, history)
    return finder


def _stored_finder(
    folder: Path | None, model: Path | None, now: datetime, days: int, mode: str | None
) -> "Finder":
    """What took the tickets that the installation left to people; without a folder by its own."""
    from integration.judge import judging
    from integration.offline import models_for
    from integration.policy_folder import load_folder
    from integration.questions import Finder, take_stored
    from integration.settings import read_settings
    from integration.wiring import open_installation
    from rules.case import Models
    from rules.signals.risk import shared_risk_model

    settings = read_settings()
    mode = mode or settings.risk_mode
    with open_installation(settings) as store:
        if folder is None and model is None:
            policy, recogniser = judging(store, mode)
            models = Models(recogniser, shared_risk_model(mode))
        else:
            policy = load_folder(folder) if folder else judging(store, mode)[0]
            models = models_for(policy, model, mode)
        finder = Finder(policy, models, now, _told)
        take_stored(finder, store, now.timestamp() - days * _DAY_S)
    return finder


def _told(read: int, left: int) -> None:
    if read % _OFTEN == 0:
        click.echo(f"{read:,} tickets read, {left:,} left so far", err=True)


@click.command()
@click.option("--days", type=_DAYS, default=7, show_default=True, help="The days to judge.")
@click.option("--against", type=_DAYS, default=28, show_default=True, help="The days before them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def drift(days: int, against: int, *, as_json: bool) -> None:
    """Compare the decisions of the last days with those before them."""
    import json

    from integration.drift import watch
    from integration.settings import read_settings
    from integration.wiring import open_installation

    with open_installation(read_settings()) as store:
        found = watch(store, SystemClock().now().timestamp(), days=days, against=against)
    click.echo(json.dumps(found.figures()) if as_json else "\n".join(found.sentences()))
