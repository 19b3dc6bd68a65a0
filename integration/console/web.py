"""What all pages of the console share: the request's person, forms, answers."""

import re
import secrets
from http import HTTPStatus
from math import isfinite
from typing import Any, Final
from urllib.parse import urlsplit

from flask import (
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    stream_template,
    url_for,
)
from werkzeug.exceptions import BadRequest, Forbidden

from integration.console.access import Role
from integration.console.desk import ConsoleDesk
from integration.console.sessions import LONGEST_S, Person
from integration.stored_settings import ADDRESS, is_from_environment

EXTENSION: Final = "deskclerk.console"
_MOST_DIGITS: Final = 18  # of 64 bits


def desk() -> ConsoleDesk:
    """What pages work with."""
    made: ConsoleDesk = current_app.extensions[EXTENSION]
    return made


def person() -> Person:
    """Who asks. Only where the table of access demands somebody."""
    found = visitor()
    if found is None:
        raise Forbidden
    return found


def visitor() -> Person | None:
    """Who asks, or None for somebody unknown."""
    found: Person | None = g.get("person")
    return found


def own_origin() -> str:
    """Where this installation is reached: by the platform's settings, else as the browser wrote it.

    Not by what was stored in the set-up: a slip there would lock out whoever could mend it.
    """
    return _given_address() or request.host_url.rstrip("/")


def _given_address() -> str:
    settings = desk().settings
    return settings.public_url if is_from_environment(settings, ADDRESS) else ""


def is_meant_plain() -> bool:
    """Whether the settings say that it is reached without encryption."""
    return _given_address().startswith("http://")


def is_secure() -> bool:
    """Whether browsers reach it encrypted."""
    return own_origin().startswith("https://")


def cookie_name() -> str:
    """The prefix __Host- has browsers refuse the cookie from any other host or without TLS.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    """
    return "__Host-deskclerk" if is_secure() else "deskclerk"


def give_cookie(response: Response, value: str) -> None:
    """Name the session to the browser."""
    response.set_cookie(
        cookie_name(),
        value,
        max_age=int(LONGEST_S),
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )


def take_cookie(response: Response) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(cookie_name(), secure=is_secure(), httponly=True, samesite="Lax")


def comes_from_here() -> bool:
    """Whether a form was sent from a page of ours: by Origin, else by Referer."""
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        given, own = urlsplit(told), urlsplit(own_origin())
    except ValueError:
        return False
    if _given_address():
        return (given.scheme, given.netloc) == (own.scheme, own.netloc)
    return bool(given.netloc) and given.netloc == request.host


def storable(text: str) -> str:
    """A text of a form or an address without what PostgreSQL takes in no text."""
    return text.replace("\0", "")


def number_in(text: str) -> int | None:
    """The number that a form or an address gives; None for anything else, or of over 64 bits."""
    fits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if fits else None


def instant_in(text: str) -> float | None:
    """The instant that a form of ours gives; None where it gives none. Raises BadRequest."""
    if not text:
        return None
    try:
        given = float(text)
    except ValueError:
        raise BadRequest from None
    if not isfinite(given):
        raise BadRequest
    return given


def local_path(given: str) -> str:
    """A path of ours to go to, or the first page for anything else."""
    path = re.split("[?#]", given, maxsplit=1)[0]
    plain = given.isprintable() and "\\" not in given and "//" not in path
    ours = plain and f"{path}/".startswith(("/console/", "/setup/"))
    return given if ours else url_for("console.home")


def page(name: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """A page."""
    return make_response(render_template(f"console/{name}", **values), int(status))


def page_as_it_comes(name: str, **values: Any) -> Response:
    """A page of which each part is sent as soon as it is known."""
    response = Response(stream_template(f"console/{name}", **values), mimetype="text/html")
    response.headers["X-Accel-Buffering"] = "no"  # asks nginx not to wait for the end of it
    return response


def message(title: str, *lines: str, status: int = HTTPStatus.OK, way_out: Any = None) -> Response:
    """A page with a few sentences; `way_out` is a link's address and words."""
    return page("message.html", status=status, title=title, lines=lines, way_out=way_out)


def moved(address: str, words: str) -> Response:
    """Said to whoever would replace a policy that is not the active one any more."""
    line = "Somebody activated another policy meanwhile, so nothing was changed. Look at it again."
    return message("Not changed", line, status=HTTPStatus.CONFLICT, way_out=(address, words))


def onward(endpoint: str, **values: Any) -> Response:
    """After a form: to a page, so that loading it again sends nothing again."""
    return make_response(redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER))


def once() -> str:
    """What makes two clicks on one button one wish: drawn for every form that is shown."""
    return secrets.token_hex(16)


def first_page(role: Role) -> str:
    """Where somebody begins."""
    return "console.setup" if role is Role.INSTALLER else "console.status"
