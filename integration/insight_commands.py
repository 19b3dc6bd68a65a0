"""The commands that look at what came in: what has changed."""

import click

from integration.clock import SystemClock

_DAYS = click.IntRange(1, 3650)


@click.command()
@click.option("--days", type=_DAYS, default=7, show_default=True, help="The days to judge.")
@click.option("--against", type=_DAYS, default=28, show_default=True, help="The days before them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def drift(days: int, against: int, *, as_json: bool) -> None:
    """Compare the decisions of the last days with those before them."""
    import json

    from integration.drift import watch
    from integration.settings import read_settings
    from integration.wiring import open_store

    with open_store(read_settings()) as store:
        found = watch(store, SystemClock().now().timestamp(), days=days, against=against)
    click.echo(json.dumps(found.figures()) if as_json else "\n".join(found.sentences()))
