"""Every part is looked at while the page is sent: nobody waits in vain, and it ends as a page."""

import gc
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from werkzeug.test import TestResponse

from integration.console.looking import Begun, Ended, Still, looked_at
from integration.doctor import Check, Finding, Result, examine, ok, problem
from tests.integration.console.kit import HERE, Browser

EXAMINATION = "integration.console.standing.examine_installation"


def given(*checks: Check) -> Any:
    """An examination of these checks."""

    def examination(*_given: object, **told: Any) -> list[Result]:
        return examine(checks, **told)

    return examination


def posted(browser: Browser) -> TestResponse:
    """The page, not read yet."""
    return browser.client.post(
        "/console/doctor",
        base_url=HERE,
        data={"form": browser.token()},
        headers={"Origin": HERE},
        buffered=False,
    )


def sent(browser: Browser) -> Iterator[str]:
    """The page as it comes."""
    answer = posted(browser)
    assert "Content-Length" not in answer.headers
    return (part.decode() for part in answer.iter_encoded())


def until(parts: Iterator[str], words: str) -> str:
    """What came until these words."""
    text = ""
    for part in parts:
        text += part
        if words in text:
            return text
    raise AssertionError(text)


def test_what_was_found_is_sent_before_the_next_thing_is_looked_at(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow() -> Iterator[Finding]:
        assert go_on.wait(timeout=4)
        yield problem("It is slow.", "")

    checks = Check("swift", lambda: [ok("It is swift.")]), Check("slow", slow)
    monkeypatch.setattr(EXAMINATION, given(*checks))
    parts = sent(ada)
    assert "<h1>Every part" in until(parts, "It is swift.")
    until(parts, "Looking at slow")
    go_on.set()
    rest = until(parts, "It is slow.") + "".join(parts)
    assert "1 problem, 0 warnings." in rest
    assert rest.rstrip().endswith("</html>")


def test_whoever_waits_for_long_hears_that_it_goes_on() -> None:
    go_on = threading.Event()
    found = [ok("At last.")]
    checks = Check("slow", lambda: found if go_on.wait(timeout=4) else [])
    sights = looked_at(partial(examine, [checks]), every_s=0.001)
    assert next(sights) == Begun("slow")
    assert next(sights) == Still()
    go_on.set()
    rest = [sight for sight in sights if sight != Still()]
    assert rest == [Result("slow", found[0]), Ended(0, 0)]


def test_a_check_that_breaks_ends_the_page_with_a_sentence(
    ada: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Iterator[Finding]:
        raise TypeError("canary")

    checks = Check("first", lambda: [ok("It works.")]), Check("second", broken)
    monkeypatch.setattr(EXAMINATION, given(*checks))
    text = "".join(sent(ada))
    assert "It works." in text
    assert "broke off at “second”" in text
    assert text.rstrip().endswith("</html>")
    logged = capsys.readouterr()
    assert "canary" not in text + logged.out + logged.err


def test_when_nobody_reads_the_page_any_more_the_looking_ends() -> None:
    go_on, ended, seen = threading.Event(), threading.Event(), []

    def examination(*, begun: Any, found: Any) -> list[Result]:
        try:
            begun("first")
            assert go_on.wait(timeout=4)
            found(Result("first", ok("It works.")))
            seen.append("more")
        finally:
            ended.set()
        return []

    sights = looked_at(examination)
    assert next(sights) == Begun("first")
    sights.close()
    go_on.set()
    assert ended.wait(timeout=4)
    assert seen == []


def test_a_browser_that_goes_away_ends_the_looking(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, ended, looked = threading.Event(), threading.Event(), []

    def slow() -> Iterator[Finding]:
        assert go_on.wait(timeout=4)
        yield ok("It is slow.")

    def more() -> list[Finding]:
        looked.append("more")
        return []

    checks = given(Check("slow", slow), Check("more", more))

    def examination(*settings: Any, **told: Any) -> list[Result]:
        try:
            return checks(*settings, **told)
        finally:
            ended.set()

    monkeypatch.setattr(EXAMINATION, examination)
    gc.disable()  # whoever goes away is not to be waited for until a collector comes by
    try:
        answer = posted(ada)
        until((part.decode() for part in answer.iter_encoded()), "Looking at slow")
        answer.close()
        go_on.set()
        assert ended.wait(timeout=4)
    finally:
        gc.enable()
    assert looked == []
