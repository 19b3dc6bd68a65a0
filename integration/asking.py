"""A question before something is changed, and what is said where the answer is no."""

import click


class LeftAlone(Exception):  # noqa: N818 - named by what happened
    """Somebody did not agree, and nothing was done. The message says so."""


def agree(question: str, *, otherwise: str, err: bool = False) -> None:
    """Ask a question that yes answers; raises LeftAlone with `otherwise` where it doesn't."""
    try:
        agreed = click.confirm(question, err=err)
    except click.Abort:
        click.echo(err=True)
        raise LeftAlone(f"{otherwise} The question was not answered; --yes answers it.") from None
    if not agreed:
        raise LeftAlone(otherwise)
