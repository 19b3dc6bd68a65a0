"""The agent's page in a real browser."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page

from connectors.zendesk.sandbox import SandboxConfig, SandboxServer
from tests.browser import complaints

pytestmark = pytest.mark.browser


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(SandboxConfig(delivery_threads=0)) as started:
        yield started


def test_a_visitor_watches_writes_and_solves(server: SandboxServer, page: Page) -> None:
    heard = complaints(page)
    page.goto(server.url)
    body = {"subject": "From elsewhere", "body": "x"}
    requests.post(f"{server.url}/sandbox/tickets", json=body, timeout=5)
    page.wait_for_selector("text=From elsewhere")
    page.click("summary")
    page.fill("input[name=subject]", "Mine")
    page.fill("textarea", "I forgot my password")
    page.click("text=Send as customer")
    page.wait_for_url("**/tickets/2")
    page.fill("textarea", "half a sentence")
    answer = {"as": "agent", "body": "an answer"}
    requests.post(f"{server.url}/sandbox/tickets/2/comments", json=answer, timeout=5)
    page.wait_for_selector("text=an answer")
    assert page.input_value("textarea") == "half a sentence"
    page.check("input[value=note]")
    page.fill("textarea", "inner words")
    page.click("button:has-text('Send')")
    page.wait_for_selector(".private >> text=inner words")
    page.select_option("select[name=status]", "solved")
    page.click("button:has-text('Change')")
    page.wait_for_selector(".status-solved")
    assert heard == []


def test_the_page_fits_a_phone(server: SandboxServer, page: Page) -> None:
    body = {"subject": "S" * 120, "body": "w" * 400, "tags": ["t" * 60]}
    requests.post(f"{server.url}/sandbox/tickets", json=body, timeout=5)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", "/tickets/1"):
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_customers_markup_never_runs(server: SandboxServer, page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    markup = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    body = {"subject": markup, "body": markup, "html_body": markup}
    requests.post(f"{server.url}/sandbox/tickets", json=body, timeout=5)
    for path in ("/", "/tickets/1"):
        page.goto(server.url + path)
        page.wait_for_selector("text=<img src=x")
    assert dialogs == []
