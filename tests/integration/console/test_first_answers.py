"""A draft in the form of an answer: its language, its other languages, its remarks."""

import json
from dataclasses import asdict

import pytest

from integration.policy_drafts import Draft
from integration.store import Store, deliveries, policies
from rules.policy import parse_policy
from tests.integration.console.kit import Browser, Installation

REMARK = "not everybody at the helpdesk may use or read it: may customers?"
POLISH = Draft(
    id="konto",
    title="Konto",
    examples=("jak zalozyc konto",),
    answers=(("pl", "Prosze otworzyc konto."), ("en", "Please open an account.")),
    remarks=("macro 7", REMARK),
)
ASKED = {"title": "Konto", "examples": "jak zalozyc konto"}


@pytest.fixture
def ada(here: Installation) -> Browser:
    """An administrator's browser; macros were read, and one of them is in Polish and English."""
    browser = here.browser()
    browser.sign_in()
    browser.submit(browser.get("/setup/drafts"), "")
    told = {"drafts": [asdict(POLISH)], "more": 0, "left_out": 0, "said": []}
    with here.store.write() as connection:
        [row] = deliveries.take_undispatched(connection, limit=5)
        deliveries.answer(connection, row.id, json.dumps(told))
        deliveries.finish(connection, row.id, deliveries.DONE, now=0.0)
    return browser


def newest(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        files = policies.active_files(connection) or {}
    return [(each.language, each.body) for each in parse_policy(files).faqs[-1].answers]


def test_what_is_to_be_looked_at_is_said(ada: Browser) -> None:
    assert "may customers?" in ada.get("/setup/drafts").text
    page = ada.get("/setup/answers?draft=0")
    assert "may customers?" in page.text
    page = ada.submit(page, "/setup/answers", **ASKED, language="pl", body=" ")
    assert 'role="alert"' in page.text
    assert "may customers?" in page.text


def test_the_drafts_own_language_is_chosen_though_the_list_lacks_it(ada: Browser) -> None:
    page = ada.get("/setup/answers?draft=0")
    assert '<option value="pl" selected>' in page.text
    ada.submit(page, "/setup/answers", **ASKED, language="pl", body="Prosze.")
    assert newest(ada.at.store) == [("pl", "Prosze.")]


def test_another_language_goes_along_only_where_somebody_says_so(ada: Browser) -> None:
    page = ada.get("/setup/answers?draft=0")
    assert "Please open an account." in page.text
    form = {"language": "pl", "body": "Prosze.", "body_en": "Please."}
    ada.submit(page, "/setup/answers", **ASKED, **form)
    assert newest(ada.at.store) == [("pl", "Prosze.")]
    page = ada.get("/setup/answers?draft=0")
    ada.submit(page, "/setup/answers", **ASKED, **form, also=["en"])
    assert newest(ada.at.store) == [("pl", "Prosze."), ("en", "Please.")]


def test_one_can_begin_with_another_language(ada: Browser) -> None:
    assert "language=en" in ada.get("/setup/answers?draft=0").text
    page = ada.get("/setup/answers?draft=0&language=en")
    assert '<option value="en" selected>' in page.text
    assert "body_pl" in page.text
    unknown = ada.get("/setup/answers?draft=0&language=xx").text
    assert '<option value="pl" selected>' in unknown


def test_two_texts_in_one_language_are_refused_and_kept_in_the_form(ada: Browser) -> None:
    page = ada.get("/setup/answers?draft=0")
    form = {"language": "en", "body": "One.", "body_en": "Canary two.", "also": ["en"]}
    page = ada.submit(page, "/setup/answers", **ASKED, **form)
    assert "second answer" in page.text
    assert "Canary two." in page.text
