"""The commands about policies: folders, and the versions that are kept in the store."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration.clock import SystemClock, iso
from integration.complaints import OperationFailed

if TYPE_CHECKING:
    import sqlalchemy as sa

    from rules.policy import Policy

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def policy() -> None:
    """Policy folders, and the policies of this installation."""


@policy.command("check")
@click.argument("folder", type=_FOLDER)
def policy_check(folder: Path) -> None:
    """Check a policy folder; every mistake is one line with file, line and hint."""
    from integration.going_out import going_out
    from integration.policy_folder import load_folder

    loaded = load_folder(folder)
    for line in (*_scope_lines(loaded), *_disclosure_lines(loaded), going_out(loaded)):
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


@policy.command("import")
@click.argument("folder", type=_FOLDER)
def policy_import(folder: Path) -> None:
    """Check a policy folder and make it the active policy of this installation."""
    from integration.going_out import goes_out, going_out
    from integration.policy_folder import activate, read_folder
    from integration.settings import read_settings
    from integration.wiring import open_store
    from rules.policy import parse_policy

    files = read_folder(folder)
    imported = parse_policy(files)
    version, settings = imported.version, read_settings()
    with open_store(settings) as store:
        changed = activate(store, version, files, SystemClock())
    click.echo(f"{version} is active{'; running workers follow' if changed else ' already'}.")
    if goes_out(imported):
        click.echo(f"note: {going_out(imported)}")
    named = settings.deskclerk_policy
    if named is not None and named.resolve() != folder.resolve():
        click.echo(
            f"note: DESKCLERK_POLICY names {named}: the next worker that starts makes that active"
        )


@policy.command("export")
@click.argument("folder", type=_FOLDER)
@click.option("--version", "start", help="A kept version, or its beginning; else the active one.")
def policy_export(folder: Path, start: str | None) -> None:
    """Write the active policy, or one that is kept, to a new or empty folder."""
    from integration.policy_folder import write_folder
    from integration.settings import read_settings
    from integration.wiring import open_installation

    with open_installation(read_settings()) as store, store.read() as connection:
        version, files = _kept(connection, start)
    write_folder(folder, files)
    click.echo(f"{folder}: {len(files)} files. Version {version}")


@policy.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines.")
def policy_list(*, as_json: bool) -> None:
    """List the policies that are or were active, the newest activation first."""
    import json

    from integration.settings import read_settings
    from integration.store import policies
    from integration.wiring import open_installation

    with open_installation(read_settings()) as store, store.read() as connection:
        rows = policies.kept(connection)
    for row in rows:
        active = row is rows[0]
        imported, activated = (
            iso(datetime.fromtimestamp(at, UTC)) for at in (row.imported_at, row.activated_at)
        )
        if as_json:
            value = {"version": row.version, "imported_at": imported,
                     "activated_at": activated, "active": active}  # fmt: skip
            click.echo(json.dumps(value))
        else:
            click.echo(f"{row.version}  {activated[:19]}Z{'  active' if active else ''}")
    if not rows and not as_json:
        click.echo("No policy was active yet.")


@policy.command("diff")
@click.argument("first")
@click.argument("second", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def policy_diff(first: str, second: str | None, *, as_json: bool) -> None:
    """Show what changes from FIRST to SECOND: folders, or the beginnings of kept versions.

    With one of them alone it is the new policy, and the active one is the old.
    """
    import json
    from dataclasses import asdict

    from integration.policy_diff_page import diff_lines
    from rules.policy_diff import differences

    old, new = (_named(first), _named(second)) if second else (_named(None), _named(first))
    found = differences(old, new)
    if as_json:
        click.echo(json.dumps({"from": old.version, "to": new.version, **asdict(found)}))
    elif found:
        click.echo(f"From {old.version}\nto   {new.version}")
        click.echo("\n".join(diff_lines(found)))
    else:
        click.echo("No difference.")


@policy.command("drafts")
@click.option("--out", "folder", type=_FOLDER, required=True, help="Where faqs.yaml is written.")
def policy_drafts(folder: Path) -> None:
    """Write draft questions from the helpdesk's macros and help-centre articles."""
    from contextlib import closing

    from connectors.zendesk.prepared import SCOPE
    from integration import drafting
    from integration.files import whole_file
    from integration.helpdesk import connect_helpdesk
    from integration.needed_settings import require_helpdesk
    from integration.policy_folder import PolicyFolderError
    from integration.settings import read_settings
    from integration.stored_settings import complete
    from integration.wiring import open_store

    settings, clock = read_settings(), SystemClock()
    path = folder / "faqs.yaml"
    if path.exists():
        raise PolicyFolderError(f"{path} is there already and stays: give another folder by --out")
    with open_store(settings) as store:
        settings = complete(settings, store)
        require_helpdesk(settings)
        source = settings.helpdesk_url
        folder.mkdir(exist_ok=True)
        with closing(connect_helpdesk(settings, store, clock, scope=SCOPE)) as desk:
            found = drafting.read_texts(desk, source, clock, _tell)
    text, written = drafting.drafted(found, source)
    for line in drafting.left_out(found, written):
        _tell(line)
    if not written:
        click.echo("There is nothing to draft.")
        return
    with whole_file(path) as file:
        file.write(text)
    click.echo(f"{path}: {written} drafts at stage off. Go through each before it gets a stage.")


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _named(what: str | None) -> "Policy":
    """The policy of a folder, or of the kept version that begins so; without either the active."""
    from integration.policy_folder import load_folder
    from integration.settings import read_settings
    from integration.wiring import open_installation
    from rules.policy import parse_policy

    if what is not None and (Path(what).is_dir() or os.sep in what):
        return load_folder(Path(what))
    with open_installation(read_settings()) as store, store.read() as connection:
        _, files = _kept(connection, what)
    return parse_policy(files, kept=True)


def _kept(connection: "sa.Connection", start: str | None) -> tuple[str, dict[str, str]]:
    """The kept version that begins so, or the active one, with its files."""
    from integration.policy_folder import NoPolicyError
    from integration.store import policies

    if start is None:
        active = policies.active_version(connection)
        found = [] if active is None else [active]
    else:
        found = policies.versions_like(connection, start)
    files = policies.files_of(connection, found[0]) if len(found) == 1 else None
    if files is not None:
        return found[0], files
    if start is None:
        raise NoPolicyError
    raise OperationFailed(
        f"{len(found) or 'no'} policy versions begin with '{start[:80]}'; "
        "`deskclerk policy list` shows all that are kept"
    )
