"""The commands that connect the installation with Zendesk, and take it off again."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from integration.asking import agree
from integration.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.connecting import RemovalPlan
    from integration.settings import Settings
    from integration.store import Store

_BY = "command line"
_PROMPTS = {
    "ZENDESK_SUBDOMAIN": "Zendesk's address (acme of acme.zendesk.com)",
    "ZENDESK_CLIENT_ID": "Identifier of the OAuth client",
    "ZENDESK_CLIENT_SECRET": "Secret of the OAuth client",
}
_DRY = click.option("--dry-run", is_flag=True, help="Only show what would be done.")
_YES = click.option("--yes", is_flag=True, help="Ask nothing.")


@click.command()
@_DRY
@_YES
@click.option("--groups", is_flag=True, help="Make the policy's groups that are missing, too.")
@click.option("--views", is_flag=True, help="Make views of what waits for people, too.")
@click.option("--new-client", is_flag=True, help="Ask for another OAuth client than the stored.")
def connect(*, dry_run: bool, yes: bool, groups: bool, views: bool, new_client: bool) -> None:
    """Make what calls this service at Zendesk: shows the plan first, and makes nothing twice."""
    if new_client and yes:
        raise click.UsageError("--new-client asks for the client, which --yes forbids: give one")
    from integration.connecting import Connecting, Wishes, open_setup, plan_lines, step_line

    clock = SystemClock()
    with _installation() as (settings, store):
        present = _with_credentials(
            settings, store, asks=not yes, keeps=not dry_run, anew=new_client
        )
        wishes = Wishes(_groups(settings, store) if groups else (), views)
        with open_setup(present, store, clock) as setup:
            connecting = Connecting(settings, store, clock, setup)
            with _by_its_client(present):
                plan = connecting.look(wishes)
            for line in plan_lines(plan):
                click.echo(line)
            if dry_run:
                return
            if plan.changes and not yes:
                agree("Do this?", otherwise="Nothing was changed at Zendesk.")
            with _to_be_repeated("connect"):
                connecting.carry_out(
                    plan,
                    wishes,
                    by=_BY,
                    told=lambda step: click.echo(step_line(step), err=True),
                )
    click.echo("Connected. deskclerk doctor looks whether everything works.")


@click.command()
@_DRY
@_YES
@click.option("--all", "everything", is_flag=True, help="Groups that are in use, too.")
@click.option("--forget", is_flag=True, help="Only forget an account that can't be reached.")
def uninstall(*, dry_run: bool, yes: bool, everything: bool, forget: bool) -> None:
    """Remove from Zendesk what connect made, and nothing else."""
    if forget:
        if dry_run or everything:
            raise click.UsageError("--forget removes nothing at Zendesk: give it alone")
        _forget(asks=not yes)
        return
    from integration.connecting import Removal, open_setup
    from integration.needed_settings import missing_for_helpdesk, require_helpdesk
    from integration.store import made
    from integration.stored_settings import complete

    clock = SystemClock()
    with _installation() as (settings, store):
        present = complete(settings, store)
        with store.read() as connection:
            known = made.listed(connection)
        if missing_for_helpdesk(present) and not known:
            click.echo("There is nothing to remove.")
            return
        require_helpdesk(present)
        with open_setup(present, store, clock) as setup:
            removal = Removal(store, clock, setup)
            with _by_its_client(present):
                plan = removal.look(everything=everything)
            _show_removal(plan)
            if dry_run:
                return
            if plan.going and not yes:
                agree("Remove it?", otherwise="Nothing was removed or forgotten.")
            with _to_be_repeated("uninstall"):
                removal.carry_out(
                    plan,
                    everything=everything,
                    by=_BY,
                    told=lambda thing: click.echo(f"removing “{thing.title}”", err=True),
                )
    done = "Removed" if plan.going else "There is nothing to remove"
    click.echo(f"{done}. Stored credentials are forgotten; decisions and ledger stay.")


def _show_removal(plan: "RemovalPlan") -> None:
    from integration.connecting import Leaving, removal_lines

    for line in removal_lines(plan):
        click.echo(line)
    if any(why is Leaving.IN_USE for _, why in plan.staying):
        click.echo("Note: --all removes groups in use, too.")


def _forget(*, asks: bool) -> None:
    from integration.connecting import forget_account

    with _installation() as (_, store):
        if asks:
            question = "Forget the account? What stands there stays."
            agree(question, otherwise="Nothing was forgotten.")
        forget_account(store, SystemClock(), by=_BY)
    click.echo("The account is forgotten; decisions and ledger stay.")


@contextmanager
def _installation() -> "Iterator[tuple[Settings, Store]]":
    from integration.settings import read_settings
    from integration.wiring import open_store

    settings = read_settings()
    with open_store(settings, pool_size=2) as store:
        yield settings, store


@contextmanager
def _to_be_repeated(command: str) -> "Iterator[None]":
    """Whatever Zendesk failed at, running the command again goes on where this run stopped."""
    from connectors.errors import ConnectorError
    from integration.complaints import OperationFailed

    try:
        yield
    except ConnectorError as error:
        again = f"run deskclerk {command} again, which goes on from there"
        raise OperationFailed(f"{error}; {again}") from error


@contextmanager
def _by_its_client(settings: "Settings") -> "Iterator[None]":
    """Whatever only a person can mend may be the stored client, which can be replaced."""
    from connectors.errors import AskPerson
    from integration.connecting import fixed_client

    try:
        yield
    except AskPerson as error:
        if fixed_client(settings):
            raise
        hint = "deskclerk connect --new-client takes another OAuth client"
        raise AskPerson(f"{error}; {hint}") from error


def _with_credentials(
    settings: "Settings", store: "Store", *, asks: bool, keeps: bool, anew: bool
) -> "Settings":
    """The settings with the helpdesk's credentials; what is lacking is asked for, and tried."""
    from integration.connecting import take_credentials
    from integration.needed_settings import missing_for_helpdesk, require_helpdesk
    from integration.stored_settings import complete, with_values
    from integration.vault import VaultError, vault_of

    try:
        present = complete(settings, store)
    except VaultError:
        vault_of(settings).require_key()
        line = "What is stored can't be read with SECRET_KEY: it is asked for again, and replaced."
        click.echo(line, err=True)
        present = settings
    missing = missing_for_helpdesk(present)
    if anew:
        missing = _to_replace(present, missing)
    if not missing:
        return present
    if not asks:
        require_helpdesk(present)
    values = {name: _asked(name) for name in missing}
    if keeps:
        take_credentials(present, store, SystemClock(), values, by=_BY)
    return with_values(present, values)


def _to_replace(settings: "Settings", missing: tuple[str, ...]) -> tuple[str, ...]:
    """What is asked for when the client is to be another. Raises SettingsError."""
    from integration.connecting import CLIENT, fixed_client
    from integration.settings import SettingsError

    fixed = fixed_client(settings)
    if fixed:
        raise SettingsError(
            tuple(f"{name} is set in the environment: change it there" for name in fixed)
        )
    return tuple(dict.fromkeys((*missing, *CLIENT)))


def _asked(name: str) -> str:
    from integration.addresses import subdomain_in

    text: str = click.prompt(_PROMPTS[name], hide_input=name.endswith("SECRET"))
    if name == "ZENDESK_SUBDOMAIN":
        return subdomain_in(text) or text
    return text


def _groups(settings: "Settings", store: "Store") -> tuple[str, ...]:
    from integration.connecting import named_groups
    from integration.policy_folder import NoPolicyError, active_policy, load_folder

    policy = active_policy(store)
    if policy is not None:
        return named_groups(policy)
    if settings.deskclerk_policy is None:
        raise NoPolicyError
    return named_groups(load_folder(settings.deskclerk_policy))
