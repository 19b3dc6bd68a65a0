"""Who may use which route and method: every one of them, tried for every role."""

import re

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed

from integration.app import create_app
from integration.console.access import TABLE, Role, rule_for
from tests.integration.console.kit import ADA, GRACE, HERE, OMAR, Browser, Installation

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
WAYS_IN_AND_OUT = {
    f"console.{name}"
    for name in (
        "home",
        "sign_in",
        "begin_sign_in",
        "finish_sign_in",
        "enter_code",
        "sign_out",
        "sign_out_everywhere",
    )
}
WHO = {Role.ADMINISTRATOR: ADA, Role.LEAD: OMAR, Role.AGENT: GRACE}


def routes(app: Flask) -> list[tuple[str, str, frozenset[str]]]:
    found = {}
    for rule in app.url_map.iter_rules():
        known = found.get((rule.endpoint, rule.rule), frozenset())
        found[rule.endpoint, rule.rule] = known | frozenset(rule.methods or ())
    return [(endpoint, path, methods) for (endpoint, path), methods in found.items()]


def endpoint_of(app: Flask, path: str, method: str) -> str:
    try:
        return str(app.url_map.bind("127.0.0.1").match(path, method)[0])
    except MethodNotAllowed:
        return ""


def concrete(path: str) -> str:
    """An address of a route, of something that does not exist."""
    path = re.sub(r"<path:filename>", "console.css", path)
    path = re.sub(r"<int:[a-z_]+>", "987654", path)
    return re.sub(r"<[a-z_]+>", "0" * 32, path)


def test_every_route_and_method_stands_in_the_table_and_nothing_else_does() -> None:
    app = create_app(None)  # type: ignore[arg-type]
    there: dict[str, set[str]] = {}
    for endpoint, _, methods in routes(app):
        there.setdefault(endpoint, set()).update(methods - {"HEAD", "OPTIONS"})
    assert {endpoint: set(rules) for endpoint, rules in TABLE.items()} == there


def test_whatever_changes_something_comes_from_a_form_of_ours_or_proves_itself() -> None:
    for endpoint, rules in TABLE.items():
        for method, rule in rules.items():
            if endpoint.startswith("console."):
                assert rule.form is (method != "GET"), endpoint


def test_what_does_not_stand_in_the_table_is_refused() -> None:
    assert rule_for("console.new_page", "GET") is None
    assert rule_for("console.status", "DELETE") is None
    assert rule_for("console.status", "HEAD") == rule_for("console.status", "GET")


def signed_in(here: Installation, role: Role) -> Browser:
    browser = here.browser()
    if role is Role.INSTALLER:
        assert browser.enter_code().status_code == 303
        return browser
    if role is Role.LEAD:
        here.change_user(OMAR, tags=("deskclerk_lead",))
    assert browser.sign_in(WHO[role]).status_code == 303
    return browser


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_the_table_says_and_no_more(here: Installation, role: Role) -> None:
    browser = signed_in(here, role)
    token = browser.token()
    for path in sorted({path for _, path, _ in routes(here.app)}):
        for method in METHODS:
            endpoint = endpoint_of(here.app, concrete(path), method)
            if not endpoint.startswith("console.") or endpoint in WAYS_IN_AND_OUT:
                continue
            answer = browser.client.open(
                concrete(path),
                method=method,
                base_url=HERE,
                data={"form": token},
                buffered=True,
                headers={"Origin": HERE},
            )
            rule = rule_for(endpoint, method)
            where = (endpoint, method, answer.status_code)
            if rule is None:
                assert answer.status_code == 405, where  # OPTIONS
            elif rule.roles is None or role in rule.roles:
                assert answer.status_code in {200, 302, 303, 400, 404, 429}, where
            else:
                assert answer.status_code == 403, where
                assert "Not for your role" in answer.text or method == "HEAD"


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gets_in_unknown(here: Installation, method: str) -> None:
    browser = here.browser()
    for endpoint, path, _ in routes(here.app):
        rule = rule_for(endpoint, method)
        if not endpoint.startswith("console.") or rule is None or rule.roles is None:
            continue
        answer = browser.client.open(
            concrete(path), method=method, base_url=HERE, headers={"Origin": HERE}
        )
        where = (endpoint, method, answer.status_code)
        if method in {"GET", "HEAD"}:
            assert answer.status_code == 303, where
            known = ("/console/sign-in?next=", "/setup/code")
            assert answer.headers["Location"].startswith(known), where
        else:
            assert answer.status_code == 401, where


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(here: Installation) -> None:
    answer = here.browser().get("/console/status/now", **{"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/console/sign-in"
