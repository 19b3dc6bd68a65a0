"""Forms: only from our pages, only of this session. And what every answer carries."""

import pytest

from integration.brake import read_brake
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import CODE, GRACE, HERE, Browser, Installation, app_for


def is_paused(here: Installation) -> bool:
    with here.store.read() as connection:
        return read_brake(connection).everything


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://[",
        "http://127.0.0.1:8000@evil.example",
        "http://evil.example",
        "http://127.0.0.1:9999",
        "https://127.0.0.1:8000",
    ],
)
def test_a_form_from_elsewhere_does_nothing(
    here: Installation, ada: Browser, origin: str | None
) -> None:
    answer = ada.post("/console/pause", {"form": ada.token()}, origin=origin)
    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert not is_paused(here)


def test_however_the_public_address_is_written_our_own_pages_are_known(
    here: Installation,
) -> None:
    here.settings = settings_for(here.box, public_url="HTTP://LocalHost:80/")
    here.app = app_for(here.store, here.clock, here.settings)
    origin = "http://localhost"
    browser = Browser(here, here.app.test_client(), base=origin)
    assert browser.post("/setup/code", {"code": CODE}, origin=origin).status_code == 303


def test_a_browser_that_sends_no_origin_is_known_by_the_page_it_comes_from(
    here: Installation, ada: Browser
) -> None:
    token = ada.token()
    headers = {"Referer": f"{HERE}/console/status"}
    answer = ada.client.post("/console/pause", base_url=HERE, data={"form": token}, headers=headers)
    assert answer.status_code == 303
    assert is_paused(here)


@pytest.mark.parametrize("token", ["", "canary", "ä"])
def test_a_form_without_the_sessions_token_does_nothing(
    here: Installation, ada: Browser, token: str
) -> None:
    assert ada.post("/console/pause", {"form": token}).status_code == 403
    assert not is_paused(here)


def test_the_token_of_another_session_is_not_taken(here: Installation, ada: Browser) -> None:
    grace = here.browser()
    grace.sign_in(GRACE)
    assert ada.post("/console/pause", {"form": grace.token()}).status_code == 403


def test_the_code_is_taken_from_our_own_page_alone(fresh: Installation) -> None:
    browser = fresh.browser()
    answer = browser.post("/setup/code", {"code": CODE}, origin="http://evil.example")
    assert answer.status_code == 403
    assert browser.enter_code().status_code == 303


def test_without_a_public_address_the_browsers_own_is_ours(here: Installation) -> None:
    here.settings = settings_for(here.box, public_url="")
    here.app = app_for(here.store, here.clock, here.settings)
    browser = Browser(here, here.app.test_client())
    browser.sign_in()
    assert browser.post("/console/pause", {"form": browser.token()}).status_code == 303
    elsewhere = browser.post("/console/resume", {"form": browser.token()}, origin="http://evil")
    assert elsewhere.status_code == 403


def test_no_page_runs_or_loads_anything_from_elsewhere(ada: Browser) -> None:
    for path in ("/console/status", "/console/sign-in", "/console/tickets/99", "/setup"):
        answer = ada.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for inline in ("<style", "style=", "onclick", "<script>", "javascript:", "http://cdn"):
            assert inline not in answer.text


def test_files_are_kept_for_a_year_by_their_content(ada: Browser) -> None:
    text = ada.get("/console/status").text
    address = text.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in ada.get(address).headers["Cache-Control"]
    plain = ada.get("/console/static/console.css")
    assert plain.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/console/tickets/99", 404),
        (f"/console/tickets/{10**19}", 404),
        ("/console/nowhere", 404),
        ("/setupp", 404),
    ],
)
def test_what_does_not_exist_is_said_so(ada: Browser, path: str, status: int) -> None:
    assert ada.get(path).status_code == status


def test_what_is_too_large_is_refused(ada: Browser) -> None:
    assert ada.post("/console/pause", {"form": "x" * 3_000_000}).status_code == 413


def test_an_address_can_not_put_words_into_a_page(ada: Browser) -> None:
    assert "canary" not in ada.get("/console/status?done=canary").text
    assert "Done. Running" in ada.get("/console/status?done=changed").text
