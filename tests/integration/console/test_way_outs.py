"""What the doctor advises can be done by whoever has no command line."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from integration import base_checks
from integration.console.access import Role
from integration.console.way_outs import first_choice
from integration.doctor import Result, problem
from tests.integration.console.kit import OMAR, Browser, Installation

_FOLDER = Path(base_checks.__file__).parent


def advice() -> list[str]:
    """Every text of the checks that names a command."""
    found = []
    for path in sorted(_FOLDER.glob("*_checks.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [node.value] * ("deskclerk " in node.value)
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(advice()) > 8


@pytest.mark.parametrize("text", advice())
def test_every_command_that_is_advised_has_a_page_or_a_place_at_the_platform(text: str) -> None:
    assert first_choice(text) is not None


def test_what_is_no_command_is_left_as_it_is() -> None:
    assert first_choice("Lift the suspension in Admin Center, People, Team members.") is None


def finds(monkeypatch: pytest.MonkeyPatch, told: list[Result]) -> None:
    def examination(*_given: object, begun: object, found: Callable[[Result], None]) -> None:
        del begun
        for result in told:
            found(result)

    monkeypatch.setattr("integration.console.standing.examine_installation", examination)


WAYS = [
    ("Run deskclerk connect: it asks for them.", "/setup/zendesk"),
    ("Run deskclerk connect.", "/setup/connect"),
    ("Make a new OAuth client in Admin Center, and run deskclerk connect --new-client.",
     "/setup/zendesk"),
    ("Run deskclerk connect --groups to make it, or correct the policy.", "/setup/policy"),
    ("Name channels in the section slack of policy.yaml.", "/setup/policy"),
    ("Open https://x.example/slack and press Add to Slack.", "/setup/slack"),
    ("See that the service runs, and that PUBLIC_URL is its address from outside.",
     "/setup/connect"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path"), WAYS)
def test_the_doctors_page_leads_there_and_names_the_command_second(
    ada: Browser, monkeypatch: pytest.MonkeyPatch, text: str, path: str
) -> None:
    told = [Result("zendesk webhook", problem("It is not there.", text))]
    finds(monkeypatch, told)
    page = ada.send("/console/doctor").text
    assert f'href="{path}"' in page
    assert page.index(f'href="{path}"', page.index("It is not there")) < page.index(f"Or: {text}")


def test_what_is_done_at_the_platform_is_said_so(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [Result("zendesk sweep", problem("Late.", "See that a worker runs: deskclerk work."))]
    finds(monkeypatch, told)
    page = ada.send("/console/doctor").text
    assert "At your platform, see that the process" in page
    assert "Or: See that a worker runs: deskclerk work." in page


def test_a_lead_is_sent_to_no_page_of_administrators(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [Result("zendesk webhook", problem("It is not there.", "Run deskclerk connect."))]
    finds(monkeypatch, told)
    here.change_user(OMAR, tags=("deskclerk_lead",))
    omar = here.browser()
    omar.sign_in(OMAR)
    page = omar.send("/console/doctor").text
    assert 'href="/setup/connect"' not in page
    assert "An administrator does it in the set-up: Connect." in page
    choice = first_choice("Run deskclerk connect.")
    assert choice is not None
    assert not choice.is_for(Role.LEAD)
