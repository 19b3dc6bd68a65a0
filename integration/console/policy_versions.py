"""The policies that were active: who made which when, what it changed, and the way back to one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flask import Response, request, url_for
from werkzeug.exceptions import NotFound

from integration.console import answering
from integration.console.policy_files import present_files
from integration.console.web import desk, message, moved, onward, page, person
from integration.policy_diff_page import diff_lines, summary_lines
from integration.policy_folder import PolicyMoved, activate
from integration.policy_history import (
    Activation,
    UnknownVersion,
    UnreadableVersion,
    activations,
    kept_policy,
)
from rules.policy import Policy, PolicyErrors
from rules.policy_diff import differences, frees, widens

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """An activation with what it changed; None where that can't be told any more."""

    activation: Activation
    changed: list[str] | None


def policy_versions() -> Response:
    """The last activations, the newest first."""
    made = desk()
    found = activations(made.store, limit=_SHOWN + 1)
    active = present_files()
    judging = _kept(active.version) if active else None
    return page(
        "policy.html",
        rows=list(_with_changes(found)),
        active=active,
        mistakes=judging.warnings if judging else (),
        now=made.clock.now().timestamp(),
        settings=made.settings,
    )


def policy_version(version: str) -> Response:
    """What going back to a version changes; when it is confirmed, that version judges again.

    `base` is the version that whoever asks saw active: it alone may be replaced.
    """
    made = desk()
    try:
        judging = answering.active()
        files, wanted = kept_policy(made.store, version)
    except UnknownVersion:
        raise NotFound from None
    except (PolicyErrors, UnreadableVersion) as error:
        return _unreadable(present=isinstance(error, PolicyErrors))
    if judging is None:
        raise NotFound
    if request.values.get("base", judging.version) != judging.version:
        return moved(*_back())
    if wanted.version == judging.version:
        return onward("console.policy_versions", done="unchanged")
    if request.method != "POST":
        return page(
            "policy_back.html",
            lines=list(diff_lines(differences(judging.policy, wanted))),
            base=judging.version,
            version=version,
            widens=widens(judging.policy, wanted),
            frees=frees(judging.policy, wanted),
            settings=made.settings,
        )
    seen = request.form.get("base", "")
    try:
        activate(made.store, wanted.version, files, made.clock, by=person().by, instead_of=seen)
    except PolicyMoved:
        return moved(*_back())
    return onward("console.policy_versions", done="went-back")


def _unreadable(*, present: bool) -> Response:
    """Said where this release can't read a policy: the present one, or that which is wanted."""
    which = "the policy that judges now" if present else "that version any more"
    then = (
        "An administrator mends it at Policy, Edit the policy's files."
        if present
        else "Change the present policy instead."
    )
    line = f"This release can't read {which}, so nothing was changed. {then}"
    return message("Not changed", line, status=409, way_out=_back())


def undo_address() -> str:
    """Where the last change is taken back; empty where there is none to take back."""
    last = activations(desk().store, limit=2)
    if len(last) < 2:  # noqa: PLR2004 - the present one, and one before
        return ""
    now, before = last
    return url_for("console.policy_version", version=before.version, base=now.version)


def _with_changes(found: list[Activation]) -> Iterator[Shown]:
    """Each but a last one that is only there to be compared with."""
    known = {each.version: _kept(each.version) for each in found}
    for each, before in pairwise(found):
        new, old = known[each.version], known[before.version]
        yield Shown(each, list(summary_lines(differences(old, new))) if new and old else None)
    if found and len(found) <= _SHOWN:
        yield Shown(found[-1], ["The first policy"])


def _kept(version: str) -> Policy | None:
    try:
        return kept_policy(desk().store, version)[1]
    except (UnknownVersion, UnreadableVersion):
        return None


def _back() -> tuple[str, str]:
    return url_for("console.policy_versions"), "To the versions"
