"""The console's routes, and what every answer of it carries."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Blueprint, Flask, Response, g, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from integration.console import (
    answering,
    first_answers,
    first_policy,
    looking_after,
    policy_files,
    policy_versions,
    register,
    rewording,
    setting_up,
    signing_in,
    slack_step,
    standing,
    trying,
    uninstalling,
    wishing,
    words,
)
from integration.console.access import TABLE, Role
from integration.console.assets import digest_of
from integration.console.desk import ConsoleDesk
from integration.console.guard import guard_requests
from integration.console.web import EXTENSION, desk, message, once, visitor
from integration.needed_settings import missing_for_helpdesk
from integration.store import StoreUnavailable, facts, workers
from integration.vault import VaultError
from rules.policy import PolicyErrors

View = Callable[..., Response]
_GET: Final = ("GET",)
_POST: Final = ("POST",)
_BOTH: Final = ("GET", "POST")

ROUTES: Final[tuple[tuple[str, str, View, tuple[str, ...]], ...]] = (
    ("/", "home", signing_in.home, _GET),
    ("/console", "home", signing_in.home, _GET),
    ("/console/sign-in", "sign_in", signing_in.sign_in, _GET),
    ("/console/sign-in/zendesk", "begin_sign_in", signing_in.begin_sign_in, _GET),
    (signing_in.RETURN_PATH, "finish_sign_in", signing_in.finish_sign_in, _GET),
    ("/setup/code", "enter_code", signing_in.enter_code, _BOTH),
    ("/console/sign-out", "sign_out", signing_in.sign_out, _POST),
    (
        "/console/sign-out-everywhere",
        "sign_out_everywhere",
        signing_in.sign_out_everywhere,
        _POST,
    ),
    ("/console/status", "status", standing.status, _GET),
    ("/console/status/now", "status_now", standing.status_now, _GET),
    ("/console/pause", "pause", standing.pause, _POST),
    ("/console/resume", "resume", standing.resume, _POST),
    ("/console/doctor", "examine", standing.examine_all, _BOTH),
    ("/console/tickets", "tickets", register.tickets, _GET),
    ("/console/tickets/<int:ticket_id>", "ticket", register.ticket, _GET),
    ("/console/approvals", "approvals", wishing.approvals_page, _GET),
    ("/console/acts", "act", wishing.act, _POST),
    ("/console/acts/<once>", "outcome", wishing.outcome, _GET),
    ("/console/acts/<once>/now", "outcome_now", wishing.outcome_now, _GET),
    ("/console/answers", "answers", answering.answers, _GET),
    ("/console/answers/<faq_id>", "answer", answering.answer, _GET),
    ("/console/answers/<faq_id>", "change_answer", answering.change_answer, _POST),
    ("/console/answers/<faq_id>/words", "answer_words", rewording.answer_words, _BOTH),
    ("/console/answers/<faq_id>/removal", "remove_answer", rewording.remove_answer, _BOTH),
    ("/console/policy", "policy_versions", policy_versions.policy_versions, _GET),
    ("/console/policy/files", "policy_files", policy_files.policy_files, _BOTH),
    ("/console/policy/files.zip", "policy_zip", policy_files.policy_zip, _GET),
    ("/console/policy/<version>", "policy_version", policy_versions.policy_version, _BOTH),
    ("/setup", "setup", setting_up.setup, _GET),
    ("/setup/zendesk", "setup_zendesk", setting_up.setup_zendesk, _BOTH),
    ("/setup/connect", "setup_connect", setting_up.setup_connect, _BOTH),
    ("/setup/slack", "setup_slack", slack_step.setup_slack, _BOTH),
    ("/setup/policy", "setup_policy", first_policy.setup_policy, _BOTH),
    ("/setup/drafts", "setup_drafts", first_answers.setup_drafts, _BOTH),
    ("/setup/answers", "setup_answers", first_answers.setup_answers, _BOTH),
    ("/setup/try", "setup_try", trying.setup_try, _BOTH),
    ("/setup/try/<once>/now", "trial_now", trying.trial_now, _GET),
    ("/setup/start", "setup_start", setting_up.setup_start, _BOTH),
    ("/setup/uninstall", "setup_uninstall", uninstalling.setup_uninstall, _BOTH),
    ("/console/failures", "failures", looking_after.failures, _GET),
    ("/console/failures/<int:delivery_id>", "retry", looking_after.retry, _POST),
    ("/console/ledger", "ledger", looking_after.ledger_page, _GET),
    ("/console/ledger", "verify_ledger", looking_after.verify_ledger, _POST),
    ("/console/account", "account", looking_after.account, _GET),
    ("/console/people", "people", looking_after.people, _GET),
    ("/console/people", "sign_out_person", looking_after.sign_out_person, _POST),
)
# What the navigation shows, in its order: endpoint and name.
NAVIGATION: Final = (
    ("status", "Status"),
    ("tickets", "Tickets"),
    ("approvals", "Approvals"),
    ("answers", "Answers"),
    ("policy_versions", "Policy"),
    ("failures", "Failures"),
    ("ledger", "Ledger"),
    ("people", "People"),
    ("setup", "Set-up"),
)
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Not "no-referrer": browsers would send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
}
_YEAR_S: Final = 31_536_000
_log = structlog.get_logger(__name__)


def add_console(app: Flask) -> None:
    """The console in an application, and the table of access before every route of it."""
    app.extensions[EXTENSION] = ConsoleDesk()
    app.register_blueprint(_blueprint())
    guard_requests(app)


def _blueprint() -> Blueprint:
    made = Blueprint(
        "console",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/console/static",
    )
    for rule, endpoint, view, methods in ROUTES:
        made.add_url_rule(rule, endpoint, view, methods=list(methods))
    made.after_request(_finished)
    made.context_processor(_shared)
    made.register_error_handler(HTTPException, _refused)
    made.register_error_handler(StoreUnavailable, _no_store)
    made.register_error_handler(VaultError, _no_vault)
    made.register_error_handler(PolicyErrors, _no_policy)
    made.register_error_handler(Exception, _broken)
    for name in ("moment", "machine_time", "ago", "counted", "due", "short"):
        made.add_app_template_filter(getattr(words, name), f"console_{name}")
    return made


def _finished(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
    still = request.endpoint == "console.static" and "v" in request.args
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR_S}, immutable" if still else "no-store"
    )
    return response


def _shared() -> dict[str, Any]:
    """What every template may use."""
    who, done = visitor(), request.args.get("done", "")
    return {
        "who": who,
        "role_name": words.ROLES[who.role] if who else "",
        "once": once,
        "no_worker": _no_worker,
        "csrf": _csrf,
        "seen_at": desk().clock.now().timestamp(),
        "navigation": [each for each in NAVIGATION if who and _may_see(each[0], who.role)],
        "notice": words.NOTICES.get(done),
        "undo": policy_versions.undo_address()
        if who and who.is_lead and done in words.UNDOABLE
        else "",
        "connected": _is_connected() if who and who.role is not Role.INSTALLER else True,
        "paused": _is_paused() if who and who.role is not Role.INSTALLER else False,
        "here": request.path,
        "words": words,
        "Role": Role,
        "asset": _asset,
    }


def _csrf() -> Markup:
    """The hidden field of every form: the token of the session."""
    who = visitor()
    token = desk().sessions.form_token(who.digest) if who else ""
    return Markup('<input type="hidden" name="form" value="{}">').format(token)


def _may_see(endpoint: str, role: Role) -> bool:
    rule = TABLE[f"console.{endpoint}"]["GET"]
    return rule.roles is None or role in rule.roles


def _no_worker() -> bool:
    """Whether nobody is there to do what a page waits for, though they could begin.

    Without the helpdesk's client a worker waits for it, and is not at work.
    """
    if missing_for_helpdesk(desk().settings):
        return False
    with desk().store.read() as connection:
        return not workers.live(connection)


def _is_paused() -> bool:
    if "paused" not in g:
        with desk().store.read() as connection:
            g.paused = bool(facts.get(connection, facts.PAUSED))
    return bool(g.paused)


def _is_connected() -> bool:
    """Whether messages can come in: the helpdesk's client is known, and its webhook's secret."""
    settings = desk().settings
    return bool(not missing_for_helpdesk(settings) and settings.webhook_secrets)


def _asset(name: str) -> str:
    """A file of ours, by an address that changes with its content."""
    return url_for("console.static", filename=name, v=digest_of(name))


def _refused(error: HTTPException) -> Response:
    """Errors of the protocol, as a page that quotes nothing."""
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    link = (url_for("console.home"), "To the first page")
    return message(_TITLES.get(code, error.name), *_LINES.get(code, ()), status=code, way_out=link)


_TITLES: Final = {404: "There is no such page", 405: "This can't be done so"}
_LINES: Final = {
    404: ("It may have been moved, or what it was about is kept no longer.",),
    413: ("What was sent is too large.",),
}


def _no_store(_error: StoreUnavailable) -> Response:
    line = "The database does not answer now; nothing was changed. Try again in a minute."
    return message("The database does not answer", line, status=503)


def _no_vault(error: VaultError) -> Response:
    """Stored settings can't be read: the message says what to do, and names no secret."""
    return message("Stored settings can't be read", words.sentence(str(error)), status=503)


def _no_policy(_errors: PolicyErrors) -> Response:
    """A page that needs the active policy, which another release may have kept."""
    line = "This release can't read the policy that judges now; nothing was changed."
    who = visitor()
    if who is None or who.role is not Role.ADMINISTRATOR:
        return message("The policy can't be read", line, "An administrator mends it.", status=409)
    link = (url_for("console.policy_files"), "Edit the policy's files")
    return message("The policy can't be read", line, status=409, way_out=link)


def _broken(error: Exception) -> Response:
    """A fault of ours: named in the log by its type, and told without its text."""
    _log.error("console.failed", error=type(error).__name__)
    line = "This is a fault of Deskclerk. Its log names the kind of it. Nothing else was stopped."
    return message("Something went wrong here", line, status=500)
