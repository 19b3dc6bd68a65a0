"""The pages by which people get in and out: by the helpdesk, and once by the set-up code."""

import secrets
from http import HTTPStatus
from typing import Final

import structlog
from flask import Response, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from connectors.errors import AskPerson, ConnectorError
from connectors.zendesk.sign_in import Account, RefusedCode, challenge_of
from integration.console import throttle
from integration.console.access import Role
from integration.console.recheck import role_of
from integration.console.sessions import Person
from integration.console.throttle import Pace
from integration.console.web import (
    desk,
    first_page,
    give_cookie,
    is_secure,
    local_path,
    message,
    onward,
    own_origin,
    page,
    person,
    take_cookie,
    visitor,
)
from integration.one_time import SECONDS, OneTime

RETURN_PATH: Final = "/console/signed-in"
_COOKIE: Final = "deskclerk_sign_in"
_LONGEST_NEXT: Final = 400  # browsers drop a cookie of 4 kB
_PURPOSE: Final = "console.sign_in"
_log = structlog.get_logger(__name__)

_REFUSED: Final = (
    "Zendesk refused to say who you are; nothing has changed. See that its OAuth client has the "
    "redirect URL of the set-up, and may ask for the scope users:read."
)
_TOO_OFTEN: Final = "That was tried too often. Wait a quarter of an hour, then try again."


def home() -> Response:
    """`/` and `/console`: to the first page of whoever asks."""
    who = visitor()
    if who is not None:
        return onward(first_page(who.role))
    can_sign_in = desk().sign_in_desk() is not None
    return onward("console.sign_in" if can_sign_in else "console.enter_code")


def sign_in() -> Response:
    """The page with the button."""
    made = desk()
    return page(
        "sign_in.html",
        ready=made.sign_in_desk() is not None,
        code_alive=made.setup_code.is_alive,
        next=request.args.get("next") or None,
    )


def enter_code() -> Response:
    """The page for the set-up code, and what comes of it."""
    made = desk()
    if request.method != "POST":
        return page("code.html", alive=made.setup_code.is_alive, wrong="")
    pace = made.throttle.pace(throttle.CODE, request.remote_addr or "")
    # However many others guess: who has the right code comes in. It is out of reach of guessing.
    right = pace is not Pace.TOO_OFTEN and made.setup_code.take(request.form.get("code", ""))
    if not right and pace is not Pace.WELL:
        return page("code.html", alive=True, wrong=_TOO_OFTEN, status=429)
    if not right:
        wrong = "This is not the code, or it was used already."
        return page("code.html", alive=True, wrong=wrong, status=HTTPStatus.FORBIDDEN)
    _log.info("console.code_used")
    return _signed_in(Person(None, "Set-up code", Role.INSTALLER), url_for("console.setup"))


def begin_sign_in() -> Response:
    """To the helpdesk, with a state that is good once and for ten minutes, tied to this browser."""
    made = desk()
    asked = made.sign_in_desk()
    if asked is None:
        return onward("console.enter_code")
    if not made.throttle.allows(throttle.SIGN_IN, request.remote_addr or ""):
        return _failed(_TOO_OFTEN, status=429)
    state, verifier = _states().draw(), secrets.token_urlsafe(48)
    if state is None:
        return _failed(_TOO_OFTEN, status=429)
    back = own_origin() + RETURN_PATH
    response = Response(status=HTTPStatus.FOUND)
    response.headers["Location"] = asked.address(
        state=state, challenge=challenge_of(verifier), redirect_uri=back
    )
    where = request.args.get("next", "")
    kept = where if len(where) <= _LONGEST_NEXT else ""
    told = {"state": state, "verifier": verifier, "next": kept}
    response.set_cookie(
        _COOKIE,
        _signer().dumps(told),
        max_age=SECONDS,
        path=RETURN_PATH,
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


class _NotSignedInError(Exception):
    """Why somebody is not let in, as a sentence for them."""

    def __init__(self, line: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(line)
        self.status = status


def finish_sign_in() -> Response:
    """Where the helpdesk sends the browser back to."""
    try:
        told = _begun_here()
        return _admitted(_account(told), told["next"])
    except _NotSignedInError as error:
        return _failed(str(error), status=error.status)


def _begun_here() -> dict[str, str]:
    """What this browser began; its state is used up by this. Raises _NotSignedInError."""
    try:
        told = _signer().loads(request.cookies.get(_COOKIE, ""), max_age=SECONDS)
    except BadSignature:
        line = "This browser did not begin the sign-in, or more than ten minutes ago."
        raise _NotSignedInError(line) from None
    begun = {name: str(told[name]) for name in ("state", "verifier", "next")}
    given = request.args.get("state", "").encode("utf-8", "replace")
    if not secrets.compare_digest(begun["state"].encode(), given):
        raise _NotSignedInError("This is not the sign-in that this browser began.")
    if not _states().use(begun["state"]):
        raise _NotSignedInError("This sign-in was used already, or is older than ten minutes.")
    return begun


def _account(told: dict[str, str]) -> Account:
    """Who came back. Raises _NotSignedInError."""
    if request.args.get("error") == "access_denied":
        raise _NotSignedInError("It was declined at Zendesk; nothing has changed.")
    if request.args.get("error"):
        raise _NotSignedInError(_REFUSED)
    asked = desk().sign_in_desk()
    if asked is None:
        raise _NotSignedInError("Zendesk is not set up any more.")
    try:
        return asked.account_of(
            request.args.get("code", ""),
            verifier=told["verifier"],
            redirect_uri=own_origin() + RETURN_PATH,
        )
    except RefusedCode:
        line = "Zendesk did not accept the code: it is used, or older than two minutes."
        raise _NotSignedInError(line) from None
    except AskPerson as error:
        raise _NotSignedInError(f"{error}.", HTTPStatus.BAD_GATEWAY) from None
    except ConnectorError:
        line = "Zendesk did not answer. Begin again."
        raise _NotSignedInError(line, HTTPStatus.BAD_GATEWAY) from None


def sign_out() -> Response:
    """End this session."""
    desk().sessions.end(person().digest)
    response = onward("console.sign_in")
    take_cookie(response)
    return response


def sign_out_everywhere() -> Response:
    """End all sessions of whoever asks."""
    made, who = desk(), person()
    made.sessions.end_all_of(who.user_id, by=who)
    response = onward("console.sign_in")
    take_cookie(response)
    return response


def _admitted(account: Account, where: str) -> Response:
    role = role_of(account)
    if role is None:
        _log.warning("console.refused")
        line = "Only active agents and administrators of the helpdesk may use this console."
        return _failed(line, status=403)
    made = desk()
    if role is Role.ADMINISTRATOR:
        made.setup_code.end()
        if _has_installers():
            made.sessions.end_all_of(None, by=Person(account.id, account.name, role))
    target = local_path(where) if where else url_for(first_page(role))
    return _signed_in(Person(account.id, account.name, role), target)


def _has_installers() -> bool:
    return any(row.user_id is None for row in desk().sessions.live())


def _signed_in(who: Person, target: str) -> Response:
    """A new session, in place of the one that this browser had."""
    made, before = desk(), visitor()
    if before is not None:
        made.sessions.end(before.digest)
    response = Response(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = target
    give_cookie(response, made.sessions.begin(who))
    response.delete_cookie(_COOKIE, path=RETURN_PATH)
    _log.info("console.signed_in", kind=who.role.value)
    return response


def _failed(line: str, *, status: int = HTTPStatus.BAD_REQUEST) -> Response:
    link = (url_for("console.sign_in"), "To the sign-in")
    return message("You are not signed in", line, status=status, way_out=link)


def _states() -> OneTime:
    made = desk()
    return OneTime(made.store, made.clock, _PURPOSE)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk().key, salt="deskclerk.console.sign_in")
