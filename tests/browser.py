"""Somebody in front of a screen: a real browser, and the ways that they go in the console."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from connectors.zendesk.sandbox import SandboxServer

PATIENCE_MS = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; without one it skips, but fails in CI."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs chromium: apt-get install chromium")
        pytest.skip("NOT TESTED IN A BROWSER: no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def complaints(page: Page) -> list[str]:
    """What the browser complains about from now on: scripts, policies, missing files."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if line.type == "error" else None)
    return heard


@dataclass
class Visitor:
    """Somebody in front of a screen; complaints of the browser are kept."""

    page: Page
    address: str
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("console", lambda line: self._hear(line.type, line.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.heard.append(text)

    def goes(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.looks()

    def presses(self, words: str) -> None:
        """A button or a link, by its words."""
        named = self.page.locator(f"button:has-text('{words}'), a:has-text('{words}')")
        named.first.click()
        self.page.wait_for_load_state()

    def looks(self) -> None:
        """Whatever is shown is usable by keyboard, reader and eye."""
        found = Axe().run(self.page)
        serious = [
            (each["id"], each["nodes"][0]["html"][:200])
            for each in found.response["violations"]
            if each["impact"] in {"serious", "critical"}
        ]
        assert serious == [], (self.page.url, serious)

    def signs_in(self, name: str) -> None:
        self.page.select_option("select[name=user]", label=name)
        self.presses("Allow")


def connect(visitor: Visitor, box: SandboxServer, code: str) -> None:
    """From the code to a connected helpdesk."""
    page, config = visitor.page, box.sandbox.config
    visitor.goes("/setup/code")
    page.fill("#code", code)
    visitor.presses("Begin")
    visitor.looks()
    visitor.presses("Begin: Zendesk")
    page.fill("#client_id", config.client_id)
    page.fill("#client_secret", "mistyped")
    visitor.presses("Try and store")
    page.wait_for_selector("text=check its identifier")
    page.fill("#client_secret", config.client_secret)
    visitor.presses("Try and store")
    visitor.presses("Begin: Sign in")
    visitor.signs_in("Ada Admin (admin)")
    visitor.presses("Begin: Connect")
    visitor.looks()
    visitor.presses("Do it")
    page.wait_for_selector("text=Connected: the helpdesk")


def write_policy(visitor: Visitor) -> None:
    visitor.goes("/setup/policy")
    assert visitor.page.input_value("#timezone") == "Europe/London"  # as Zendesk says
    visitor.page.check("input[value=GB]")
    visitor.presses("Store")


def write_answer(visitor: Visitor, title: str, ways: str, body: str) -> None:
    visitor.goes("/setup/answers")
    visitor.page.fill("#title", title)
    visitor.page.fill("#examples", ways)
    visitor.page.fill("#body", body)
    visitor.presses("Store it in shadow")
    visitor.page.wait_for_selector(f"main :text('{title}')")
