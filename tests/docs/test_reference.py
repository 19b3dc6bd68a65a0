"""What exists is documented: settings, commands, routes, metrics, codes, ledger kinds."""

import re
from pathlib import Path

import click
import pytest

from connectors.slack.commands import help_lines
from connectors.slack.manifest import SCOPES
from integration.app import create_app
from integration.audit_note import WITHHELD_CODES
from integration.cli import cli
from integration.metrics import NAMES
from integration.packs_page import packs_page
from integration.settings import Settings
from rules.known_names import known_names
from rules.pack_library import shipped_packs
from rules.policy_schema import CHANNELS, FAMILIES, OWNERS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_documented(field: str) -> None:
    assert f"`{field.upper()}`" in page("settings.md")


def all_commands(group: click.Group, prefix: str = "deskclerk") -> list[str]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += all_commands(command, f"{prefix} {name}")
        else:
            found.append(f"{prefix} {name}")
    return found


@pytest.mark.parametrize("command", all_commands(cli))
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in page("commands.md")


def test_every_route_is_documented() -> None:
    app = create_app(None)  # type: ignore[arg-type]
    for rule in app.url_map.iter_rules():
        method = next(iter((rule.methods or set()) & {"GET", "POST"}))
        assert f"`{method} {rule.rule}`" in page("http.md")


def listed(heading: str) -> set[str]:
    """The words of the first paragraph under a heading of the page on policies."""
    return set(
        re.findall(r"`(\w+)`", page("policy.md").split(f"### {heading}\n")[1].split("\n")[1])
    )


def test_every_sector_and_family_is_listed_and_no_other() -> None:
    assert listed("Sectors") == known_names(()).sectors
    assert listed("Families") == set(FAMILIES)


@pytest.mark.parametrize("name", [*CHANNELS, *OWNERS])
def test_every_channel_and_owner_is_listed(name: str) -> None:
    assert f"`{name}`" in page("policy.md")


@pytest.mark.parametrize("metric", NAMES)
def test_every_metric_is_documented(metric: str) -> None:
    assert f"`{metric}" in page("http.md")


@pytest.mark.parametrize("code", WITHHELD_CODES)
def test_every_reason_for_silence_is_documented(code: str) -> None:
    assert f"`{code}`" in page("ledger.md")


@pytest.mark.parametrize("written", [written for written, _ in help_lines()])
def test_every_slash_command_is_documented(written: str) -> None:
    assert f"`{written}`".replace("|", "\\|") in page("slack.md")


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_is_documented(scope: str) -> None:
    assert f"`{scope}`" in page("slack.md")


def test_every_kind_of_ledger_entry_is_documented() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "integration").rglob("*.py"))
    kinds = set(re.findall(r'Entry\(\s*"([a-z_]+)"', source))
    assert {"decided", "applied", "withheld"} <= kinds
    for kind in kinds:
        assert f"`{kind}`" in page("ledger.md"), kind


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for source in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", source.read_text("utf-8")):
            assert (source.parent / target).exists(), (source.name, target)


def test_the_project_stands_alone() -> None:
    """No file names another place: neither a folder beside the project nor a package index."""
    word = "sha" + "red/"
    for source in [
        *ROOT.glob("*.*"),
        *(ROOT / "docs").rglob("*"),
        *(ROOT / "requirements").glob("*"),
    ]:
        if source.is_file():
            text = source.read_text("utf-8", errors="replace")
            assert f"../{word}" not in text, source
            assert not (source.parent.name == "requirements" and "://" in text), source


def test_the_page_of_packs_equals_what_the_command_lists() -> None:
    assert page("packs.md").endswith(packs_page(shipped_packs()))
