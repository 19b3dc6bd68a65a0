"""The commands that need no network and no database: decide, train, evaluate."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from integration.clock import SystemClock

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_POLICY = click.option("--policy", type=_FOLDER, required=True, help="The policy folder.")
_MODEL = click.option(
    "--model", type=_FILE, help="A fitted recogniser; fitted from the policy without."
)
_NOW = click.option(
    "--now", "now_text", help="The instant to decide at, ISO 8601; the present without."
)
_WITHOUT_READER = click.option(
    "--without-reader", is_flag=True, help="Judge by words alone: less memory, faster."
)


@click.command()
@_POLICY
@_MODEL
@_NOW
@click.option("--in", "source", type=_FILE, help="Tickets, one JSON object a line; else stdin.")
@click.option("--out", "sink", type=_FILE, help="Decisions, one JSON object a line; else stdout.")
@_WITHOUT_READER
def decide(
    policy: Path,
    model: Path | None,
    now_text: str | None,
    source: Path | None,
    sink: Path | None,
    *,
    without_reader: bool,
) -> None:
    """Decide tickets offline: no network, no database."""
    from contextlib import ExitStack

    from integration import offline
    from integration.files import whole_file
    from integration.policy_folder import load_folder
    from rules.risk_modes import FULL, LEXICAL

    now = instant(now_text)
    loaded = load_folder(policy)
    models = offline.models_for(loaded, model, LEXICAL if without_reader else FULL)
    with ExitStack() as stack:
        reading = stack.enter_context(opened(source))
        writing = stack.enter_context(whole_file(sink)) if sink else sys.stdout
        offline.decide_lines(reading, writing, loaded, models, now)
        writing.flush()


@click.command()
@_POLICY
@click.option("--out", "sink", type=_FILE, required=True, help="Where the recogniser is written.")
@click.option("--labelled", type=_FILE, help="Labelled tickets to learn from, JSON Lines.")
@_NOW
@_WITHOUT_READER
def train(
    policy: Path, sink: Path, labelled: Path | None, now_text: str | None, *, without_reader: bool
) -> None:
    """Fit the recogniser to a policy folder: same inputs, same bytes."""
    from integration.files import whole_file
    from integration.learning import learnt_from
    from integration.model_card import card
    from integration.policy_folder import load_folder
    from rules.intents.training import fit
    from rules.risk_modes import FULL, LEXICAL

    loaded = load_folder(policy)
    made = fit(loaded, LEXICAL if without_reader else FULL)
    if labelled is not None:
        with labelled.open(encoding="utf-8") as reading:
            made = learnt_from(reading, loaded, made, instant(now_text))
    with whole_file(sink) as writing:
        writing.write(made.to_bytes().decode("ascii"))
    click.echo("\n".join([str(sink), *(f"  {line}" for line in card(made))]))


@click.command()
@_POLICY
@click.option("--in", "source", type=_FILE, help="Labelled tickets, JSON Lines; else stdin.")
@_MODEL
@_NOW
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@_WITHOUT_READER
def evaluate(
    policy: Path,
    source: Path | None,
    model: Path | None,
    now_text: str | None,
    *,
    as_json: bool,
    without_reader: bool,
) -> None:
    """Measure policy and recogniser on labelled tickets."""
    import json

    from integration import evaluation, offline
    from integration.model_card import card
    from integration.policy_folder import load_folder
    from rules.risk_modes import FULL, LEXICAL

    now = instant(now_text)
    loaded = load_folder(policy)
    models = offline.models_for(loaded, model, LEXICAL if without_reader else FULL)
    with opened(source) as reading:
        figures = evaluation.evaluate(reading, loaded, models, now).figures()
    if as_json:
        click.echo(json.dumps(figures))
    else:
        lines = [*evaluation.table(figures), *(f"  {line}" for line in card(models.recogniser))]
        sys.stdout.write("\n".join(lines) + "\n")


def opened(source: Path | None) -> TextIO:
    """The file, or standard input."""
    return open(source or 0, encoding="utf-8", closefd=source is not None)


def instant(text: str | None) -> datetime:
    """The instant of an option, or the present. Raises click.UsageError."""
    if text is None:
        return SystemClock().now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(
            "--now must be an ISO 8601 instant like 2026-11-23T09:00:00Z"
        ) from None
    if found.tzinfo is None:
        raise click.UsageError("--now must name its time zone, like 2026-11-23T09:00:00Z")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise click.UsageError("--now must be an instant of the years 1 to 9999") from None
