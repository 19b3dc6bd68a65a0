"""The policy as its files: read, changed, given and taken as they are, and checked first."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from flask import Response, request, url_for

from integration.console.web import desk, message, onward, page, person, storable
from integration.policy_bundle import FILES, BundleError, Given, is_name, read_given, zipped
from integration.policy_diff_page import diff_lines
from integration.policy_folder import PolicyMoved, activate
from integration.policy_history import Activation, activations
from integration.store import policies
from rules.policy import Policy, PolicyErrors, parse_policy
from rules.policy_diff import differences, frees, widens
from rules.policy_errors import PolicyError

_LONGEST_LINE: Final = 120
_MOST_ERRORS: Final = 100  # on one page; whoever mends these sees the next
_NO_NAME: Final = (
    "{} can't be the name of a policy's file: a pack may have any plain name that ends in .yaml."
)
_TWICE: Final = "There is a file called {} already: change that one, or give another name."
_EMPTY: Final = "A policy needs policy.yaml or faqs.yaml, so these are not both taken out."
_OF_MEANING: Final = (
    "Nothing that decides differs, at most comments or layout: nothing to activate."
)


@dataclass(frozen=True, slots=True)
class Present:
    """The policy that judges now, as it is kept. Whether this release can read it is not said."""

    version: str
    files: dict[str, str]


@dataclass(slots=True)
class Draft:
    """The files as they were typed and given, and what was found about them."""

    files: dict[str, str]
    faults: list[str] = field(default_factory=list)
    errors: Sequence[PolicyError] = ()
    new: Policy | None = None
    more_errors: int = 0  # beyond those
    lines: list[str] | None = None  # what differs; None where that was not asked, or can't be told
    widens: bool = False
    frees: bool = False
    taken: Given | None = None
    faster: Activation | None = None  # who made another policy active meanwhile
    new_name: str = ""  # of a file that can't be called so
    new_text: str = ""

    def line_at(self, error: PolicyError) -> str:
        """The line at which a mistake stands, as far as it fits."""
        lines = self.files.get(error.file, "").splitlines()
        found = lines[error.line - 1].strip() if 0 < error.line <= len(lines) else ""
        return found if len(found) <= _LONGEST_LINE else f"{found[:_LONGEST_LINE]}…"


def policy_files() -> Response:
    """The files; what is wrong with them, or what they would change; and that, done."""
    present = present_files()
    if present is None:
        line = "No policy is active yet. The set-up makes the first one; its files stand here then."
        link = (url_for("console.setup_policy"), "Groups, regions and hours")
        return message("There are no files yet", line, way_out=link)
    return _sent(present) if request.method == "POST" else _shown(present, Draft(present.files))


def _sent(present: Present) -> Response:
    """Check what was sent; and where it was agreed to as it was shown, make it judge."""
    draft = _typed(present)
    _check(draft, present)
    version = draft.new.version if draft.new else ""
    agreed = request.form.get("do") == "activate"
    if agreed and version == present.version:  # sent again, as its answer was lost
        return onward("console.policy_versions", done="unchanged")
    if request.form.get("base", present.version) != present.version:
        return _stale(present, draft)
    if not agreed or not version or version != request.form.get("checked"):
        return _shown(present, draft, again=agreed)
    made = desk()
    try:
        activate(
            made.store, version, draft.files, made.clock, by=person().by, instead_of=present.version
        )
    except PolicyMoved:
        present = present_files() or present
        _check(draft, present)
        return _stale(present, draft)
    return onward("console.policy_versions", done="changed")


def policy_zip() -> Response:
    """All files in one, as `deskclerk policy export` writes them to a folder."""
    present = present_files()
    response = Response(zipped(present.files if present else {}), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="deskclerk-policy.zip"'
    return response


def present_files() -> Present | None:
    """The policy that judges now; None where none is active yet."""
    with desk().store.read() as connection:
        version = policies.active_version(connection)
        files = policies.files_of(connection, version) if version else None
    return Present(version, files) if version and files is not None else None


def _typed(present: Present) -> Draft:
    """What the form holds, and the files that were given with it."""
    form, draft = request.form, Draft({})
    typed = dict[str, str]()
    for key in form:
        start, _, number = key.partition("_")
        name = storable(form[key])
        known = name in present.files or is_name(name)
        if start == "name" and known:
            text = storable(form.get(f"text_{number}", ""))
            typed[name] = _as_it_was(text, present.files.get(name, ""))
            if f"remove_{number}" not in form:
                draft.files[name] = typed[name]
    _put_new(draft, storable(form.get("new_name", "")).strip(), storable(form.get("new_text", "")))
    uploads = []
    for each in request.files.getlist("given"):
        with closing(each):
            uploads += [(each.filename, each.read())] if each.filename else []
    try:
        draft.taken = read_given(uploads) if uploads else None
    except BundleError as error:
        draft.faults.append(str(error))
    if draft.taken is not None:
        kept = {} if draft.taken.whole else draft.files
        draft.files = {**kept, **draft.taken.files}
    if not set(FILES) & set(draft.files):
        draft.faults.append(_EMPTY)
        draft.files = {**typed, **draft.files}  # what was typed is not lost with it
    return draft


def _put_new(draft: Draft, given: str, text: str) -> None:
    """One file more; where it can't be called so, that is said, and what was typed is kept.

    Whoever leaves out where packs stand is understood.
    """
    if not given and not text.strip():
        return
    name = f"packs/{given}" if is_name(f"packs/{given}") and not is_name(given) else given
    if is_name(name) and name not in draft.files:
        draft.files[name] = _as_it_was(text, "")
        return
    fault = _TWICE.format(name) if is_name(name) else _NO_NAME.format(name or "Nothing")
    draft.faults.append(fault)
    draft.new_name, draft.new_text = given, text


def _as_it_was(text: str, present: str) -> str:
    """What was typed, sign by sign but for the browser's ends of lines.

    A file that nobody touched stays as it is, whatever a browser makes of its ends of lines.
    """
    given = text.replace("\r\n", "\n")
    return present if given == present.replace("\r\n", "\n").replace("\r", "\n") else given


def _check(draft: Draft, present: Present) -> None:
    """What is wrong with the files, else what they change."""
    draft.new, draft.errors, draft.more_errors, draft.lines = None, (), 0, None
    if draft.faults:
        return
    try:
        draft.new = parse_policy(draft.files)
    except PolicyErrors as errors:
        draft.errors = errors.errors[:_MOST_ERRORS]
        draft.more_errors = len(errors.errors) - len(draft.errors)
        return
    try:
        old = parse_policy(present.files, kept=True)
    except PolicyErrors:  # of an earlier release
        return
    draft.lines = list(diff_lines(differences(old, draft.new)))
    draft.widens = widens(old, draft.new)
    draft.frees = frees(old, draft.new)


def _stale(present: Present, draft: Draft) -> Response:
    """Somebody was faster: what was typed is kept, and shown against what judges now."""
    draft.faster = next(iter(activations(desk().store, limit=1)), None)
    return _shown(present, draft, status=HTTPStatus.CONFLICT)


def _shown(
    present: Present, draft: Draft, *, status: int = HTTPStatus.OK, again: bool = False
) -> Response:
    return page(
        "policy_files.html",
        status=status,
        draft=draft,
        stale=status == HTTPStatus.CONFLICT,
        again=again and draft.new is not None,
        base=present.version,
        same=draft.new is not None and draft.new.version == present.version,
        of_meaning=_OF_MEANING,
        removed=sorted(set(present.files) - set(draft.files)),
        settings=desk().settings,
    )
