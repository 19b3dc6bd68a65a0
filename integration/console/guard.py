"""Lets requests in or turns them away, before any page reads them."""

from typing import Final

from flask import Flask, Response, g, make_response, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed

from integration.console.access import Role, Rule, rule_for
from integration.console.recheck import NotConfirmed, SignedOut
from integration.console.sessions import Person
from integration.console.web import (
    comes_from_here,
    cookie_name,
    desk,
    is_meant_plain,
    message,
    onward,
    own_origin,
)
from integration.store.sessions import SessionRow

_SAFE: Final = frozenset({"GET", "HEAD"})
_OTHERS: Final = frozenset({"console.static"})
_NO_KEY: Final = (
    "SECRET_KEY is not set: without it nobody can be signed in. Set it to 32 characters or more, "
    "drawn by chance, and start the service again."
)


def guard_requests(app: Flask) -> None:
    """Every route of the application, by the table of access."""
    app.before_request(_let_in)


def _let_in() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # there is no such page, or not with this method: Flask says so
    rule = rule_for(endpoint, request.method)
    if rule is None:
        raise MethodNotAllowed
    if not endpoint.startswith("console.") or endpoint in _OTHERS:
        return None
    if _came_in_the_clear():
        return _encrypted()
    if not desk().key:
        return message("The console is not set up", _NO_KEY, status=503)
    return _known(rule)


def _came_in_the_clear() -> bool:
    """Whether a router that we believe took the request without encryption, and need not have."""
    proto = request.headers.get("X-Forwarded-Proto", "")
    believed = bool(desk().settings.deskclerk_trusted_proxies)
    return believed and proto.lower() == "http" and not is_meant_plain()


def _encrypted() -> Response:
    """The same page, encrypted; what was sent with a form is not taken."""
    there = "https://" + own_origin().partition("://")[2]
    if request.method in _SAFE:
        return make_response(redirect(there + request.full_path.rstrip("?"), 308))
    line = "The form came without encryption, so others may have read it. Nothing was done."
    hint = f"Open the console at {there}/console. If it was the set-up code, set another one."
    return message("Nothing was done", line, hint, status=403)


def _known(rule: Rule) -> Response | None:
    """Find out who asks, and whether they may."""
    try:
        row = _session()
    except SignedOut:
        return _sent_away("You are no longer an agent of the helpdesk, so you were signed out.")
    except NotConfirmed as why:
        if rule.roles is not None:
            return _not_confirmed(refused=why.refused)
        row = None  # the ways in are open to whoever they are
    if row is not None:
        g.person = Person(row.user_id, row.name, Role(row.role), row.digest)
    if rule.roles is not None:
        if row is None:
            return _sent_away()
        if Role(row.role) not in rule.roles:
            return _not_yours()
    if rule.most_bytes is not None:  # only for whoever may send it, and before it is read
        request.max_content_length = request.max_form_memory_size = rule.most_bytes
    if rule.form and not _is_own_form(row):
        return _foreign_form()
    return None


def _not_confirmed(*, refused: bool) -> Response:
    if refused:
        line = "Zendesk refuses this installation's OAuth client, so nobody can be confirmed."
        hint = (
            "Whoever looks after it runs deskclerk connect --new-client, or comes in by a new "
            "set-up code."
        )
        return message("Zendesk refuses Deskclerk", line, hint, status=503)
    if desk().sign_in_desk() is not None:
        line = "Zendesk has not answered for an hour, so who you are can't be confirmed."
        return message("Try again in a few minutes", line, status=503)
    line = "This installation is connected to no helpdesk, so who you are can't be confirmed."
    hint = "Come in by the set-up code, and connect it again."
    link = (url_for("console.sign_in"), "How to get in")
    return message("Nothing is connected", line, hint, status=503, way_out=link)


def _session() -> SessionRow | None:
    cookie = request.cookies.get(cookie_name(), "")
    used = "HX-Request" not in request.headers  # only pages that refresh themselves send it
    found = desk().sessions.find(cookie, used=used) if cookie else None
    if found is None:
        return None
    made = desk()
    return made.recheck.confirmed(found, made.sessions, made.sign_in_desk(), made.clock)


def _sent_away(line: str = "") -> Response:
    """To the page where people sign in, and back afterwards."""
    if request.method not in _SAFE:
        lines = (line or "You were signed out meanwhile: nothing was done.",)
        link = (url_for("console.sign_in"), "Sign in and try again")
        return message("Please sign in", *lines, status=401, way_out=link)
    if request.headers.get("HX-Request"):
        # A part of a page: the whole page goes to the sign-in, not the part.
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for("console.sign_in")
        return answer
    if line:
        link = (url_for("console.sign_in"), "Sign in")
        return message("You were signed out", line, status=401, way_out=link)
    if request.path.startswith("/setup") and desk().setup_code.is_alive:
        return onward("console.enter_code")
    return onward("console.sign_in", next=request.full_path.rstrip("?"))


def _not_yours() -> Response:
    line = "Your role does not allow this. Administrators of the helpdesk may do everything here."
    link = (url_for("console.home"), "To the first page")
    return message("Not for your role", line, status=403, way_out=link)


def _is_own_form(row: SessionRow | None) -> bool:
    if not comes_from_here():
        return False
    return row is None or desk().sessions.is_form_token(row.digest, request.form.get("form", ""))


def _foreign_form() -> Response:
    line = (
        "The form did not come from a page of this console, or from an old one. Nothing was done."
    )
    address = desk().settings.public_url
    hint = f"Open the console at {address}/console." if address else "Load the page again."
    return message("Nothing was done", line, hint, status=403)
