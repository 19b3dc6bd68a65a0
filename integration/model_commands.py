"""The commands for models: which one judges, which did, and making an old decision again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration.clock import SystemClock, iso
from integration.complaints import OperationFailed

if TYPE_CHECKING:
    from integration.learning import Promotions

_LIST = "deskclerk model list shows all that are kept"
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def model() -> None:
    """The recognisers of this installation."""


@model.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines.")
def model_list(*, as_json: bool) -> None:
    """List the models that judge or judged, the newest first."""
    import json

    from integration.settings import read_settings
    from integration.store import models
    from integration.wiring import open_installation

    with open_installation(read_settings()) as store, store.read() as connection:
        rows, promoted = models.kept(connection), models.promoted(connection)
    for row in rows:
        judges = bool(promoted) and promoted[0].version == row.version
        at = iso(datetime.fromtimestamp(row.kept_at, UTC))
        if as_json:
            value = {"version": row.version, "kept_at": at, "promoted": judges}
            click.echo(json.dumps(value))
        else:
            click.echo(f"{row.version}  {at[:19]}Z{'  promoted' if judges else ''}")
    if not rows and not as_json:
        click.echo("No model has judged yet.")


@model.command("show")
@click.argument("what")
def model_show(what: str) -> None:
    """Show the card of a model: WHAT is a file, or the beginning of a version."""
    from integration.model_card import card_of

    for line in card_of(_content(what)):
        click.echo(line)


@model.command("promote")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--labelled", type=_FILE, required=True, help="Labelled tickets, JSON Lines, to compare on."
)
def model_promote(source: Path, labelled: Path) -> None:
    """Let a trained model judge, if it is not worse than the present one."""
    from integration import evaluation

    with labelled.open(encoding="utf-8") as reading:
        tickets = list(evaluation.labelled(reading))
    with _promotions() as promotions:
        version, found = promotions.promote(source.read_bytes(), tickets)
    click.echo(
        f"{version} judges now. Of {found.tickets} held-out tickets it settles "
        f"{found.settled[1]} (before: {found.settled[0]}) and answers {found.wrong[1]} wrongly "
        f"(before: {found.wrong[0]}). `deskclerk model rollback` goes back."
    )


@model.command("rollback")
def model_rollback() -> None:
    """Let the model judge that was promoted before the present one."""
    from rules.intents.matching import ModelError
    from rules.intents.training import recogniser_from

    with _promotions() as promotions:
        version = promotions.roll_back()
    click.echo(f"{version} judges now.")
    try:
        recogniser_from(_content(version))
    except ModelError:
        click.echo("It is another release's: of what it had learnt only what it holds back counts.")


@click.command()
@click.argument("decision_id")
def replay(decision_id: str) -> None:
    """Make an old decision again, with the policy and the model of that day."""
    from integration import replay as replaying
    from integration.settings import read_settings
    from integration.wiring import open_installation

    with open_installation(read_settings()) as store:
        differing = replaying.replay(store, decision_id)
    if differing:
        raise OperationFailed(f"it comes out differently: {', '.join(differing)}")
    click.echo("The same decision, byte for byte.")


@contextmanager
def _promotions() -> "Iterator[Promotions]":
    from integration.learning import Promotions
    from integration.settings import read_settings
    from integration.wiring import open_installation

    settings = read_settings()
    with open_installation(settings) as store:
        yield Promotions(store, SystemClock(), settings.risk_mode)


def _content(what: str) -> bytes:
    """The bytes of a file, or of the kept model whose version begins so."""
    from integration.settings import read_settings
    from integration.store import models
    from integration.wiring import open_installation

    if Path(what).is_file():
        return Path(what).read_bytes()
    with open_installation(read_settings()) as store, store.read() as connection:
        found = models.versions_like(connection, what)
        content = models.content_of(connection, found[0]) if len(found) == 1 else None
    if content is None:
        if found:
            raise OperationFailed(f"{len(found)} model versions begin so: give more of it; {_LIST}")
        raise OperationFailed(f"no model version begins so, and it is no file; {_LIST}")
    return content
